"""The case file as a document: what a case holds, what is suggested, what was done and decided.

It is drawn from the same JSON that the commands and the web show. A draft, and marked as one on
every page, until a person has made a disposition (with grade I or II: until a second one has
confirmed it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.casework.case.workflow import workflow
from mingjian.casework.document.blocks import (
    Block,
    Document,
    Facts,
    Grid,
    Heading,
    Listing,
    PageBreak,
    Paragraph,
)
from mingjian.casework.report.build import sized
from mingjian.casework.report.case_advice import advice
from mingjian.casework.report.case_incident import incident, response
from mingjian.casework.report.case_words import Words, when
from mingjian.domain.message import Language, Message
from mingjian.domain.naming import KIND_NAMES, name_of

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFrame:
    """All that the case file shows, as JSON of the use cases that show cases."""

    case: str
    version: str
    language: Language
    view: Json
    """`CaseView.as_json()`; its `evidence` with size and both hashes."""
    conducts: Json
    law: Json
    duties: Json
    incident: Json | None
    letters: Sequence[Json]
    """Letters that steps of playbooks drafted: title, status, SHA-256 by file name."""
    history: Sequence[Json]
    timeline: Sequence[Json]
    custody: Json
    roles: Mapping[str, Message]
    """Names of the roles that people have at work."""


def case_file(frame: CaseFrame, made_at: str) -> Document:
    """The case file; `made_at` is UTC, ``2026-11-25T17:00:00Z``."""
    return _CaseFile(frame).document(made_at)


class _CaseFile(Words):
    def __init__(self, frame: CaseFrame) -> None:
        super().__init__(frame.language, frame.roles)
        self._frame, self._view = frame, frame.view

    def document(self, made_at: str) -> Document:
        frame, made = self._frame, self._view["disposition"]
        return Document(
            title=self.t("title"),
            language=self.language,
            made_at=made_at,
            mark=self._mark(),
            foot=f"{self.t('case')} {frame.case} · Mingjian {frame.version}",
            facts=(
                (self.t("case"), frame.case),
                (self.t("case_title"), self._view["title"]),
                (self.t("decision"), self._kind(made) if made else self.t("none_yet")),
                (self.t("made"), made_at),
            ),
            blocks=tuple(self._blocks()),
        )

    def _mark(self) -> str:
        mark = ""
        if not self._view["decided"]:
            mark = self.t("unconfirmed" if self._view["disposition"] else "draft")
        exercise = self.t("exercise") if self._view["exercise"] else ""
        return " · ".join(part for part in (exercise, mark) if part)

    def _kind(self, made: Json) -> str:
        return workflow().dispositions[made["kind"]].in_language(self.language)

    def _blocks(self) -> Iterator[Block]:
        frame = self._frame
        yield Paragraph(self.t("purpose"), "note")
        yield from self._summary()
        yield from self._people()
        yield from self._evidence()
        yield from self._comparisons()
        yield from advice(self, self._view["facts"], frame.conducts, frame.law, frame.duties)
        yield from incident(self, frame.incident)
        yield from self._tasks()
        yield from self._timeline()
        yield from response(self, frame.incident, frame.letters, frame.history)
        yield from self._decisions()
        yield PageBreak()
        yield from self._custody()

    # ---- what it is ----

    def _summary(self) -> Iterator[Block]:
        view = self._view
        yield Heading(self.t("s_summary"))
        told = [f"{link['case']}: {link['why']}" for link in view["links"]]
        hold = view["hold"]
        rows = (
            ("status", self.say(view["status_words"])),
            ("class", self.say(view["class_words"])),
            ("grade", self._grade()),
            ("summary", view["summary"] or self.t("no_summary")),
            ("above", view["parent"] or ""),
            ("below", self.join(view["children"])),
            ("merged_into", view["merged_into"] or ""),
            ("merged", self.join(view["merged"])),
            ("given", self._moved("given", "to")),
            ("taken", self._moved("taken", "of")),
            ("linked", "\n".join(told)),
            ("keep_until", view["keep_until"] or ""),
            ("hold", f"{hold['reason']} ({hold['by']}, {when(hold['at'])})" if hold else ""),
        )
        yield Facts(tuple((self.t(key), text) for key, text in rows if text))

    def _grade(self) -> str:
        found = self._frame.incident
        if found is None or not (found["level"] or found["proposed"]):
            return self.t("ungraded")
        if found["proposed"]:
            level = self.t("level").format(found["proposed"]["level"])
            return level + self.t("waiting")
        return f"{self.t('level').format(found['level']['id'])} · {self.say(found['level'])}"

    def _moved(self, key: str, way: str) -> str:
        moved: Mapping[str, str] = self._view[key]
        return "\n".join(
            f"{sha256[:16]}… {self.t(way)} {case}" for sha256, case in sorted(moved.items())
        )

    def _people(self) -> Iterator[Block]:
        yield Heading(self.t("s_people"))
        yield Paragraph(self.t("people_text"))
        roles: dict[str, dict[str, None]] = {}
        steps: dict[str, int] = {}
        for line in self._frame.history:
            words = self.say(line["role_words"]) if line["role_words"] else self.t("operator")
            roles.setdefault(line["who"], {})[words] = None
            steps[line["who"]] = steps.get(line["who"], 0) + 1
        for name in self._view["assigned"]:
            roles.setdefault(name, {})[self.t("assigned")] = None
        yield Grid(
            (self.t("name"), self.t("role"), self.t("steps")),
            tuple((name, self.join(held), str(steps.get(name, 0))) for name, held in roles.items()),
            (0.3, 0.5, 0.2),
        )

    def _evidence(self) -> Iterator[Block]:
        yield Heading(self.t("s_evidence"))
        items = self._view["evidence"]
        if not items:
            yield Paragraph(self.t("evidence_none"))
            return
        yield Paragraph(self.t("evidence_text"))
        yield Grid(
            ("#", self.t("item"), "SHA-256 / SM3", self.t("parts")),
            tuple(self._item(number, item) for number, item in enumerate(items, 1)),
            (0.06, 0.32, 0.54, 0.08),
        )
        flagged = tuple(
            (str(number), self.say(weight["h1"]), self.say(weight["words"]))
            for number, item in enumerate(items, 1)
            for weight in item["weights"]
            if weight["flagged"]
        )
        if not flagged:
            yield Paragraph(self.t("flagged_none"))
            return
        yield Paragraph(self.t("flagged_text"))
        yield Grid(("#", self.t("h1"), self.t("weight")), flagged, (0.06, 0.4, 0.54))

    def _item(self, number: int, item: Json) -> tuple[str, ...]:
        kind = name_of(KIND_NAMES, item["kind"]).in_language(self.language)
        origin = "" if item["case"] == self._frame.case else f"\n← {item['case']}"
        about = f"{item['path']}\n{kind} ({item['format']}), {sized(item['size'])}{origin}"
        hashes = f"{item['sha256'] or '—'}\n{item['sm3'] or '—'}"
        return str(number), about, hashes, str(item["parts"])

    def _comparisons(self) -> Iterator[Block]:
        made = self._view["comparisons"]
        if not made:
            return
        yield Heading(self.t("compared"), 2)
        yield Paragraph(self.t("compared_text"))
        for one in made:
            yield Facts(
                (
                    (self.t("item"), f"{one['questioned']}\n{one['known']}"),
                    (self.t("h1"), self.say(one["h1"])),
                    (self.t("h2"), self.say(one["h2"])),
                    (self.t("weight"), self.say(one["words"])),
                    (self.t("why"), self.say(one["why"])),
                    (self.t("rests_on"), self.say(one["rests_on"])),
                    (self.t("basis"), one["basis"]),
                    (self.t("by"), f"{self._signed(one)} ({self.role(one['role'])})"),
                )
            )

    # ---- what was done and decided ----

    def _tasks(self) -> Iterator[Block]:
        yield Heading(self.t("s_tasks"))
        tasks, notes = self._view["tasks"], self._view["notes"]
        if tasks:
            yield Grid(
                ("#", self.t("task"), self.t("person"), self.t("done")),
                tuple(
                    (
                        str(task["id"]),
                        self.say(task["text"]),
                        task["person"] or "—",
                        self._signed(task["done"]) if task["done"] else self.t("open"),
                    )
                    for task in tasks
                ),
                (0.06, 0.5, 0.16, 0.28),
            )
        else:
            yield Paragraph(self.t("tasks_none"))
        if notes:
            yield Grid(
                (self.t("at"), self.t("by"), self.t("note")),
                tuple((when(note["at"]), note["by"], _note(note)) for note in notes),
                (0.22, 0.16, 0.62),
            )
        else:
            yield Paragraph(self.t("notes_none"))

    def _signed(self, made: Json) -> str:
        return f"{made['by']}\n{when(made['at'])}"

    def _timeline(self) -> Iterator[Block]:
        yield Heading(self.t("s_timeline"))
        yield Paragraph(self.t("timeline_text"))
        rows = tuple(
            (
                when(line["at"]) + (f" –\n{when(line['until'])}" if line["until"] else ""),
                self.say(line["source_words"]),
                self.say(line["what"]) + (f" ({line['who']})" if line["who"] else ""),
            )
            for line in self._frame.timeline
            if line["source"] != "handled"
        )
        if rows:
            yield Grid((self.t("at"), self.t("kind"), self.t("what")), rows, (0.22, 0.12, 0.66))
        else:
            yield Paragraph(self.t("timeline_none"))

    def _decisions(self) -> Iterator[Block]:
        yield Heading(self.t("s_decision"))
        made = self._view["disposition"]
        if made is None:
            yield Paragraph(self.t("undecided"), "strong")
        else:
            yield from self._disposition("disposition", made, needed=self._view["two_persons"])
        for old in reversed(self._view["past_dispositions"]):
            yield from self._disposition("past", old, needed=False)
        steps = self._view["decisions"]
        if steps:
            yield Heading(self.t("status_steps"), 2)
            yield Grid(
                (self.t("at"), self.t("step"), self.t("by"), self.t("reason")),
                tuple(
                    (
                        when(step["at"]),
                        workflow().steps[step["step"]].name.in_language(self.language),
                        f"{step['by']} ({self.role(step['role'])})",
                        step["reason"],
                    )
                    for step in steps
                ),
                (0.22, 0.16, 0.22, 0.4),
            )

    def _disposition(self, key: str, made: Json, *, needed: bool) -> Iterator[Block]:
        second = made["confirmed"]
        if second is not None:
            told = f"{second['by']} ({self.role(second['role'])}), {when(second['at'])}"
        else:
            told = self.t("second_wanted" if needed else "second_none")
        yield Heading(self.colon(self.t(key), self._kind(made)), 2)
        yield Facts(
            (
                (
                    self.t("decided_by"),
                    f"{made['by']} ({self.role(made['role'])}), {when(made['at'])}",
                ),
                (self.t("reason"), made["reason"]),
                (self.t("effect"), made["effect"]),
                (self.t("appeal"), made["appeal"]),
                (self.t("second"), told),
            )
        )

    def _custody(self) -> Iterator[Block]:
        custody = self._frame.custody
        yield Heading(self.t("a_custody"))
        yield Paragraph(self.text("custody_text"))
        problems = [self.say(problem) for problem in custody["problems"]]
        verdict = self.text("verified_no" if problems else "verified_yes")
        yield Facts(
            (
                (self.text("entries"), str(custody["entries"])),
                (self.text("head"), str(custody["head"])),
                (self.text("key"), str(custody["key_id"])),
                (self.text("verified"), verdict),
            )
        )
        if problems:
            yield Listing(tuple(problems))
        yield Paragraph(self.t("history_text"))
        yield Grid(
            ("#", self.t("at"), self.t("by"), self.t("what")),
            tuple(
                (
                    str(line["seq"]),
                    when(line["at"]),
                    line["who"],
                    self.colon(self.say(line["what"]), self.say(line["detail"])),
                )
                for line in self._frame.history
            ),
            (0.07, 0.22, 0.15, 0.56),
        )


def _note(note: Json) -> str:
    return f"[{when(note['happened'])}] {note['text']}" if note["happened"] else str(note["text"])
