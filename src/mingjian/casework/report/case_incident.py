"""Sections 7 and 10 of the case file: the incident grade with its criteria and clock; playbooks,
letters and notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mingjian.casework.document.blocks import Block, Facts, Grid, Heading, Listing, Paragraph
from mingjian.casework.incident.events import NOTICES
from mingjian.casework.report.case_words import Words, when

Json = Mapping[str, Any]
HIGHER = 4
"""Ways to a higher level shown for one scheme."""
ASKED = 12
"""Unknown facts named for one jurisdiction."""


def incident(words: Words, found: Json | None) -> Iterator[Block]:
    """The grade: what people decided, then what each criterion says, then the clock."""
    yield Heading(words.t("s_grade"))
    if found is None or found["report"] is None:
        yield Paragraph(words.t("grade_none"))
        return
    yield Facts(tuple(_decided(words, found)))
    report = found["report"]
    yield Paragraph(words.say(report["note"]), "note")
    for scheme in report["schemes"]:
        yield from _scheme(words, scheme)
    for place in ("CN", "EU"):
        names = [words.say(item["name"]) for item in report["ask"][place]]
        if names:
            more = len(names) - ASKED
            tail = words.t("and_more").format(more) if more > 0 else ""
            text = words.join(names[:ASKED]) + tail
            yield Paragraph(words.colon(f"{words.t('unknown')} ({place})", text), "fine")
    if report["deadlines"]:
        yield Heading(words.t("clock"), 2)
        yield Grid(
            tuple(words.t(key) for key in ("who_to", "due", "source")),
            tuple(_deadline(words, item) for item in report["deadlines"]),
            (0.38, 0.32, 0.3),
        )


def _decided(words: Words, found: Json) -> Iterator[tuple[str, str]]:
    graded, proposed = found["graded"], found["proposed"]
    told = proposed or graded
    level = words.t("level").format(told["level"])
    yield words.t("grade"), level + (words.t("waiting") if proposed else "")
    yield words.t("suggested"), words.t("level").format(told["suggested"])
    who = words.t("proposed_by" if proposed else "graded_by")
    yield who, f"{told['by']}, {when(told['at'])}"
    yield words.t("reason"), told["reason"]
    if told.get("confirmed_by"):
        yield words.t("confirmed_by"), f"{told['confirmed_by']}, {when(told['confirmed_at'])}"


def _scheme(words: Words, scheme: Json) -> Iterator[Block]:
    shown = [item for item in scheme["criteria"] if item["reached"] or item["because"]]
    if not shown:
        return
    yield Heading(words.colon(words.say(scheme["title"]), words.say(scheme["step"])), 3)
    yield Paragraph(words.say(scheme["note"]), "fine")
    yield Grid(
        tuple(words.t(key) for key in ("criterion", "reached", "reason", "source")),
        tuple(
            (
                words.say(item["name"]),
                words.say(item["reached"]) or "—",
                words.lines(item["because"]),
                f"{words.say(item['source'])}\n{words.say(item['checked_words'])}",
            )
            for item in shown
        ),
        (0.22, 0.14, 0.34, 0.3),
    )
    if len(scheme["rests_on"]) == 1:
        yield Paragraph(f"{words.t('rests')} {words.say(scheme['without'])}", "fine")
    if scheme["higher"]:
        yield Paragraph(words.t("higher"), "fine")
        yield Listing(tuple(words.say(item["words"]) for item in scheme["higher"][:HIGHER]))


def _deadline(words: Words, item: Json) -> tuple[str, ...]:
    who = f"{words.say(item['who'])} → {words.say(item['to'])}"
    if item["duty"] == "perhaps":
        who += words.t("perhaps")
    due = words.say(item["within"])
    if item["due"]:
        local, utc = (item["due"][key].replace("T", " ")[:19] for key in ("beijing", "utc"))
        due += f"\n{words.t('beijing')} {local}\nUTC {utc}"
    return who, due, f"{words.say(item['source'])}\n{words.say(item['checked_words'])}"


# ---- playbooks, letters, notices ---------------------------------------------------------------


def response(
    words: Words, found: Json | None, letters: Sequence[Json], history: Sequence[Json]
) -> Iterator[Block]:
    """What was done by playbooks, and every letter and notice with its standing and hash."""
    yield Heading(words.t("s_response"))
    steps = [line for line in history if line["aspect"].startswith(("playbook:", "drill:"))]
    papers = [*_letters(words, letters), *_notices(words, found)]
    if not steps and not papers:
        yield Paragraph(words.t("response_none"))
        return
    if steps:
        yield Grid(
            tuple(words.t(key) for key in ("at", "playbook", "by", "what")),
            tuple(
                (
                    when(line["at"]),
                    line["aspect"].partition(":")[2],
                    line["who"],
                    words.colon(words.say(line["what"]), words.say(line["detail"])),
                )
                for line in steps
            ),
            (0.22, 0.22, 0.12, 0.44),
        )
    if papers:
        yield Grid(
            tuple(words.t(key) for key in ("document", "standing", "sha256")),
            tuple(papers),
            (0.26, 0.24, 0.5),
        )


def _letters(words: Words, letters: Sequence[Json]) -> Iterator[tuple[str, ...]]:
    for letter in letters:
        standing = words.t("notice_draft" if letter["status"] == "Draft" else "exercise")
        hashes = "\n".join(f"{name}\n{sha256}" for name, sha256 in letter["sha256"].items())
        yield words.say(letter["title"]), standing, hashes


def _notices(words: Words, found: Json | None) -> Iterator[tuple[str, ...]]:
    for notice in found["notices"] if found else ():
        name = NOTICES[notice["to"]].in_language(words.language)
        standing = words.t("notice_draft")
        if notice["released"]:
            told = notice["released"]
            standing = words.t("released") + words.join(told["by"]) + f"\n{when(told['at'])}"
        elif notice["approvals"]:
            standing += "\n" + words.t("approved")
            standing += words.join(item["by"] for item in notice["approvals"])
        yield name, standing, notice["sha256"]
