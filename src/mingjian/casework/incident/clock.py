"""Reporting clocks: what is due to whom and when, from the time the incident became known.

Days are counted as 24 hours from the start, the shortest reading there is; the EU rules on
periods may allow more, never less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from mingjian.casework.incident.facts import IncidentFacts
from mingjian.casework.incident.grade import Graded
from mingjian.casework.incident.scheme import Checked, Test, is_verified, tests_from
from mingjian.casework.incident.words import data, message
from mingjian.domain.message import Message

Duty = Literal["due", "perhaps"]
State = Literal["no_start", "at_once", "running", "overdue", "met", "late"]


AFTER = {
    "known_at": Message("获知时间", "when it became known"),
    "reported_at": Message("收到报告的时间", "when the report was received"),
    "closed_at": Message("处置结束的时间", "when handling ended"),
}
UNITS = ((1440, "日", "day"), (60, "小时", "hour"), (1, "分钟", "minute"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One duty to report, from `data/deadlines.json`."""

    id: str
    who: Message
    to: Message
    scheme: str
    step: str
    exactly: bool
    """Only at this step (the EU clocks exclude one another), or from it upwards."""
    after: str
    minutes: int | None
    """None: at once, without a number."""
    tests: tuple[Test, ...]
    source: Message
    checked: Checked
    note: Message | None

    @property
    def within(self) -> Message:
        """The span in words: ``within 4 hours of when it became known``, or ``at once``."""
        if self.minutes is None:
            return Message("立即", "at once")
        start = AFTER[self.after]
        size, zh, en = next(unit for unit in UNITS if self.minutes % unit[0] == 0)
        count = self.minutes // size
        plural = en if count == 1 else en + "s"
        return Message(f"自{start.zh}起 {count} {zh}内", f"within {count} {plural} of {start.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    rule: Rule
    duty: Duty
    """`perhaps`: depends on facts not known yet, named in `missing`."""
    missing: tuple[str, ...]
    start: datetime | None
    due: datetime | None
    reported: datetime | None
    """When the first report was received, for clocks that run from knowing."""
    in_force: bool

    @property
    def verified(self) -> bool:
        return is_verified(self.rule.checked)

    def state(self, now: datetime) -> State:
        """`met` and `late` say that a report was received, in time or not."""
        if self.start is None:
            return "no_start"
        if self.due is None:
            return "at_once"
        if self.reported is not None:
            return "late" if self.reported > self.due else "met"
        return "overdue" if now > self.due else "running"


def _rule(value: Mapping[str, Any]) -> Rule:
    return Rule(
        id=value["id"],
        who=message(value["who"]),
        to=message(value["to"]),
        scheme=value["scheme"],
        step=value["step"].removeprefix("="),
        exactly=value["step"].startswith("="),
        after=value["after"],
        minutes=value["minutes"],
        tests=tests_from(value["all"]),
        source=message(value["source"]),
        checked=value["checked"],
        note=message(value["note"]) if "note" in value else None,
    )


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(map(_rule, data("deadlines.json")))


def _step_holds(rule: Rule, graded: Graded) -> bool | None:
    """True: the grade is there; None: unknown facts could take it there."""
    needed = graded.scheme.step(rule.step).rank
    rank, may = graded.step.rank, graded.may_reach.rank
    if rank == needed if rule.exactly else rank >= needed:
        return True
    return None if rank < needed <= may else False


def deadlines(graded: Mapping[str, Graded], facts: IncidentFacts) -> tuple[Deadline, ...]:
    """What is due, and what is perhaps due, soonest first; what is not due is left out."""
    found = []
    for rule in rules():
        answer = graded[rule.scheme]
        states = [_step_holds(rule, answer), *(test.holds(facts.values) for test in rule.tests)]
        if False in states:
            continue
        unknown = [test.fact for test in rule.tests if test.fact not in facts.values]
        if states[0] is None:
            unknown += answer.missing
        start: datetime | None = getattr(facts, rule.after)
        span = None if rule.minutes is None else timedelta(minutes=rule.minutes)
        found.append(
            Deadline(
                rule=rule,
                duty="perhaps" if None in states else "due",
                missing=tuple(dict.fromkeys(unknown)),
                start=start,
                due=start + span if start is not None and span is not None else None,
                reported=facts.reported_at if rule.after == "known_at" else None,
                in_force=answer.in_force,
            )
        )
    return tuple(
        sorted(
            found,
            key=lambda item: (
                item.duty != "due",
                not item.in_force,
                list(AFTER).index(item.rule.after),
                item.rule.minutes or 0,
                item.rule.id,
            ),
        )
    )
