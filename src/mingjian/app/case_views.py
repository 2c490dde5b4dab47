"""Looking at cases: list, one case, its history, its timeline. Nothing here changes a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mingjian.app.access import ROLE_NAMES, Actor, allowed, needs_two, require
from mingjian.app.cases import UNFILED, in_words
from mingjian.app.lists import CaseLine, every_case, every_item, line_of
from mingjian.casework.case.history import ENTRIES, both, detail_of_event, name_of_event
from mingjian.casework.case.state import Body, body_of
from mingjian.casework.case.timeline import FILE_TIME, Moment, timeline
from mingjian.casework.case.workflow import workflow
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store.cases import Event
from mingjian.store.lists import CasesAsked, ItemsAsked
from mingjian.store.store import Store

FILES = 200
"""File times shown in a timeline."""


def list_cases(
    store: Store,
    actor: Actor,
    *,
    status: str | None = None,
    assigned: str | None = None,
    exercise: bool | None = None,
    due: bool = False,
) -> list[CaseLine]:
    """All cases in the order in which they came, or those that fit."""
    asked = CasesAsked(
        status=status or "",
        assigned=assigned or "",
        exercise=exercise,
        due_by=datetime.now(UTC).date().isoformat() if due else "",
    )
    return list(every_case(store, actor, asked))[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case as a page shows it."""

    line: CaseLine
    children: tuple[str, ...]
    items: tuple[Json, ...]
    """What it holds, a line each; empty where they were not asked for."""
    two_persons: bool
    """Whether a second person must confirm the disposition."""
    steps: tuple[str, ...]
    """Steps of the workflow that this person may take now."""
    aspects: tuple[str, ...]
    """What else the case has: incident, playbook:…, drill:…"""
    custody: tuple[int, str]
    """Number of entries, hash of the last one."""

    @property
    def body(self) -> Body:
        return self.line.body

    @property
    def decided(self) -> bool:
        """Whether a person has decided the matter, with a second one where the rule asks.
        Until then everything made from the case is a draft and must say so."""
        made = self.body["disposition"]
        return made is not None and (made["confirmed"] is not None or not self.two_persons)

    def as_json(self) -> Json:
        return {
            **self.line.as_json(),
            **{name: value for name, value in self.body.items() if name != "hold"},
            "hold": self.body["hold"],
            "children": list(self.children),
            "two_persons": self.two_persons,
            "steps": list(self.steps),
            "aspects": list(self.aspects),
            "decided": self.decided,
            "evidence": list(self.items),
            "custody": {"entries": self.custody[0], "head": self.custody[1]},
        }


def show(store: Store, actor: Actor, case: str, *, evidence: bool = True) -> CaseView:
    """Everything about one case but its history; without `evidence` no item of it."""
    require("case.read", actor)
    with in_words():
        store.case_id(case)
    states = store.states(case)
    line = line_of(store.listed_case(case))
    asked = ItemsAsked(case=case, order="newest")
    items = tuple(every_item(store, actor, asked)) if evidence else ()
    head = store.head(case)
    return CaseView(
        line=line,
        children=store.children(case),
        items=items,
        two_persons=needs_two(line.level),
        steps=tuple(
            verb
            for verb, step in workflow().steps.items()
            if line.body["status"] in step.start
            and allowed(f"case.{verb}", actor.role)
            and not (case == UNFILED and verb == "open")
        ),
        aspects=tuple(state.aspect for state in states if state.aspect != "case"),
        custody=(head.seq, head.hash),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One entry of the chain in words. Entries about single items are left to the chain."""

    seq: int
    at: str
    who: str
    role: str | None
    """None: the entry names no role (examining, exporting)."""
    aspect: str
    name: str
    what: Message
    detail: Message | None
    body: Json | None

    def as_json(self) -> Json:
        return {
            "seq": self.seq,
            "at": self.at,
            "who": self.who,
            "role": self.role,
            "role_words": ROLE_NAMES[self.role].as_json() if self.role else None,
            "aspect": self.aspect,
            "name": self.name,
            "what": self.what.as_json(),
            "detail": self.detail.as_json() if self.detail else None,
            "body": self.body,
        }


def history(
    store: Store, actor: Actor, case: str, *, after: int = 0, size: int | None = None
) -> list[HistoryLine]:
    """What was done in a case, from its chain, oldest first: behind entry `after`, `size` of it."""
    require("case.read", actor)
    with in_words():
        store.case_id(case)
    return list(_history(store, case, after, size))


def _history(
    store: Store, case: str, after: int = 0, size: int | None = None
) -> Iterator[HistoryLine]:
    entries = store.milestones(case, after, size)
    seqs = None if size is None else [entry.seq for entry in entries]
    events = {event.seq: event for event in store.events(case, seqs=seqs)}
    for entry in entries:
        event = events.get(entry.seq)
        details: Any = entry.details
        if event is not None:
            what, detail, body = name_of_event(event.name), _detail(event), event.body
        else:
            what, body = ENTRIES.get(entry.action, both(entry.action)), None
            detail = _entry_detail(entry.action, details)
        yield HistoryLine(
            seq=entry.seq,
            at=entry.time,
            who=entry.actor,
            role=event.role if event else None,
            aspect=event.aspect if event else "custody",
            name=event.name if event else entry.action,
            what=what,
            detail=detail,
            body=body,
        )


def _detail(event: Event) -> Message | None:
    if event.aspect == "case" or event.body is None:
        return detail_of_event(event.name, event.body)
    # Other aspects bring their own words, if any.
    words = event.body.get("words")
    if isinstance(words, dict) and {"zh", "en"} <= set(words):
        return Message(str(words["zh"]), str(words["en"]))
    return None


def _entry_detail(action: str, details: Any) -> Message | None:
    # A watch files what it flags in the course of a day: how many is not known at first.
    if action == "run_started" and "items" in details:
        number = details["items"]
        return Message(f"{number} 件材料", f"items: {number}")
    return None


def case_timeline(
    store: Store, actor: Actor, case: str, *, longest: timedelta = timedelta(days=7)
) -> list[Moment]:
    """What happened (as stated, and as files are dated) and what was done, gaps named."""
    require("case.read", actor)
    with in_words():
        body = body_of(case, store.state(case).body)
    moments = [
        Moment(
            at=line.at,
            source="handled",
            who=line.who,
            what=_sentence(line.what, line.detail),
        )
        for line in _history(store, case)
    ]
    for note in body["notes"]:
        if note["happened"]:
            stated = both(note["text"])
            moments.append(
                Moment(at=note["happened"], source="stated", who=note["by"], what=stated)
            )
    if body["facts"]["date"]:
        day = Message("行为日期（所陈述）", "the date of the act, as stated")
        moments.append(Moment(at=f"{body['facts']['date']}T00:00:00Z", source="stated", what=day))
    moments += _file_times(store, case)
    working = workflow().statuses[body["status"]].work
    now = datetime.now(UTC).isoformat(timespec="seconds") if working else None
    return timeline(moments, longest, now)


def _sentence(what: Message, detail: Message | None) -> Message:
    if detail is None:
        return what
    return Message(f"{what.zh}：{detail.zh}", f"{what.en}: {detail.en}")


def _file_times(store: Store, case: str) -> list[Moment]:
    moments: list[Moment] = []
    for run in store.runs(case):
        for _, item, _ in store.items(run.id):
            if len(moments) >= FILES:
                return moments
            at = datetime.fromtimestamp(item.mtime, UTC).isoformat(timespec="seconds")
            what = Message(f"{item.name}（{FILE_TIME.zh}）", f"{item.name} ({FILE_TIME.en})")
            moments.append(Moment(at=at.replace("+00:00", "Z"), source="file", what=what))
    return moments
