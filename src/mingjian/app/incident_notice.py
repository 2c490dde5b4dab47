"""Notices about an incident: drafts filled from its facts, with the clock running in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING, Assessment
from mingjian.casework.incident.classes import class_names
from mingjian.casework.incident.clock import Deadline
from mingjian.casework.incident.facts import IncidentFacts
from mingjian.casework.incident.scheme import CHECKED_WORDS
from mingjian.casework.incident.words import fact_words
from mingjian.domain.message import Message
from mingjian.respond.document import Draft, NotReleased, Released, release
from mingjian.respond.letter import Value, fill, slot_names

NOTICES = {
    "authority": "notice-authority",
    "enterprise": "notice-enterprise",
    "public": "notice-public",
    "eu": "notice-eu",
}
TWO_PEOPLE = ("I", "II")


def plain(time: datetime, zone: tzinfo) -> str:
    """A time as a person writes it: ``2026-11-25 20:30:00``."""
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _times(time: datetime) -> tuple[Message, ...]:
    return (
        Message(f"北京时间 {plain(time, BEIJING)}", f"Beijing time {plain(time, BEIJING)}"),
        Message(f"协调世界时 {plain(time, UTC)}", f"UTC {plain(time, UTC)}"),
    )


def _deadline(clock: Deadline) -> Message:
    rule = clock.rule
    zh, en = f"{rule.who.zh} → {rule.to.zh}：", f"{rule.who.en} → {rule.to.en}: "
    if clock.due is not None:
        local, universal = plain(clock.due, BEIJING), plain(clock.due, UTC)
        zh = f"{zh}北京时间 {local}（协调世界时 {universal}）前"
        en = f"{en}by {local} Beijing time ({universal} UTC)"
    else:
        zh, en = f"{zh}{rule.within.zh}", f"{en}{rule.within.en}"
    if not clock.verified:
        words = CHECKED_WORDS[rule.checked]
        zh, en = f"{zh}（{words.zh}）", f"{en} ({words.en})"
    return Message(zh, en)


def _basis(assessment: Assessment, jurisdiction: str) -> tuple[Message, ...]:
    told = []
    for answer in assessment.graded.values():
        if answer.scheme.jurisdiction != jurisdiction or not answer.scheme.statutory:
            continue
        for item in answer.outcomes:
            if item.reached is None or item.reached.rank == 0:
                continue
            words = CHECKED_WORDS[item.criterion.checked]
            because = item.because[0]
            zh, en = item.criterion.name.zh, item.criterion.name.en
            told.append(
                Message(
                    f"{zh}：{because.zh}（{item.reached.name.zh}；{words.zh}）",
                    f"{en}: {because.en} ({item.reached.name.en}; {words.en})",
                )
            )
    if not told:
        told.append(
            Message("已知事实未达到任何一项标准", "no criterion is met by what is known so far")
        )
    return tuple(told)


def _level(assessment: Assessment) -> Message:
    cac, chinese = assessment.graded["cac-2025"], assessment.chinese
    zh, en = f"{cac.step.name.zh}（{cac.step.id} 级）", f"{cac.step.name.en} (level {cac.step.id})"
    if not cac.settled:
        may = cac.may_reach.name
        zh, en = (
            f"{zh}，尚未查清的事实可能使其达到“{may.zh}”",
            f"{en}; facts not known yet may raise it to “{may.en}”",
        )
    if chinese.step.rank > cac.step.rank:
        higher = chinese.step.name
        zh += f"；明鉴内部分级为“{higher.zh}”，不产生报告义务"
        en += f"; Mingjian's internal grade is “{higher.en}”, which creates no duty to report"
    return Message(zh, en)


def _facts(assessment: Assessment) -> tuple[Message, ...]:
    words = fact_words()
    told = []
    for name, value in assessment.facts.values.items():
        said = words[name].said(value)
        told.append(
            Message(f"{words[name].name.zh}：{said.zh}", f"{words[name].name.en}: {said.en}")
        )
    return tuple(told)


def _unknown(assessment: Assessment, jurisdiction: str) -> tuple[Message, ...]:
    """Missing facts of the criteria that this incident is known to touch."""
    known = assessment.facts.values
    names = [
        name
        for answer in assessment.graded.values()
        if answer.scheme.jurisdiction == jurisdiction and answer.scheme.statutory
        for item in answer.outcomes
        if any(test.fact in known for way in item.criterion.ways for test in way.tests)
        for name in item.missing
    ]
    words = fact_words()
    return tuple(words[name].name for name in dict.fromkeys(names))


def values(assessment: Assessment, jurisdiction: str = "CN") -> dict[str, Value]:
    """What an incident knows for the slots of a letter; people's own words win."""
    facts, names = assessment.facts, class_names()
    clocks = [
        clock
        for clock in assessment.clocks
        if clock.duty == "due" and clock.rule.id.startswith("eu.") == (jurisdiction == "EU")
    ]
    known: dict[str, Value] = {
        "title": facts.title,
        "level": _level(assessment),
        "level_basis": _basis(assessment, jurisdiction),
        "classes": tuple(names[name] for name in facts.classes),
        "deadlines": tuple(map(_deadline, clocks)),
        "facts": _facts(assessment),
        "unknown": _unknown(assessment, jurisdiction),
    }
    if facts.known_at is not None:
        known["known_at"] = _times(facts.known_at)
    if "causal_link" in facts.values:
        known["causal_link"] = fact_words()["causal_link"].said(facts.values["causal_link"])
    return {**known, **facts.notice}


def known_slots(facts: IncidentFacts) -> None:
    """Refuse words for a notice that no notice has a place for."""
    unknown = sorted(set(facts.notice) - set(slot_names()))
    if unknown:
        raise UsageError(
            Message(
                f"notice 中有未知的项目：{unknown[0][:80]}", f"unknown in notice: {unknown[0][:80]}"
            ),
            Message(f"可用：{', '.join(slot_names())}", f"known: {', '.join(slot_names())}"),
        )


def notice(assessment: Assessment, to: str, more: Mapping[str, Value] | None = None) -> Draft:
    """The draft of a notice: `authority`, `enterprise`, `public` or `eu`."""
    if to not in NOTICES:
        raise UsageError(
            Message(f"没有这种通知：{to[:40]}", f"no such notice: {to[:40]}"),
            Message(f"可选：{', '.join(NOTICES)}", f"one of: {', '.join(NOTICES)}"),
        )
    known_slots(assessment.facts)
    known = values(assessment, "EU" if to == "eu" else "CN")
    return Draft(fill(NOTICES[to], {**(more or {}), **known}))


def people_needed(assessment: Assessment) -> int:
    """Two for levels I and II, one below."""
    return 2 if assessment.chinese.step.id in TWO_PEOPLE else 1


def released(draft: Draft, assessment: Assessment, by: Sequence[str], reason: str) -> Released:
    """The notice answered for by named people; refused with the reason if it cannot be."""
    at = datetime.now(UTC).replace(microsecond=0).isoformat()
    return sign(draft, by, reason, at, people_needed(assessment))


def sign(draft: Draft, by: Sequence[str], reason: str, at: str, needed: int) -> Released:
    """Release a draft at a time (RFC 3339) in the names of `needed` people or more."""
    try:
        return release(draft, by, reason, datetime.fromisoformat(at), needed)
    except NotReleased as refused:
        raise UsageError(
            refused.why,
            Message("草稿未变，仍是草稿。", "The draft stays a draft."),
        ) from None
