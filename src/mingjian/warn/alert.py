"""An alarm: what a method says of one subject on one day, graded and in words.

Whatever watches (counts, delay-corrected counts, campaigns, detectors, the mix of methods) hands
its alarms over in this one form. Nothing in it is about a person. What becomes of alarms, see
`mingjian.warn.alert_state`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from mingjian.domain.message import Message
from mingjian.warn.desk import Seen
from mingjian.warn.grades import Grade, Rule
from mingjian.warn.words import why_now

Kind = Literal["count", "nowcast", "campaign", "drift", "mix"]
KINDS: Mapping[str, Message] = {
    "count": Message("计数超出预期", "counts above expectation"),
    "nowcast": Message("补足上报延迟后的计数超出预期", "counts above expectation, delay corrected"),
    "campaign": Message("成批的近似内容在增长", "near-duplicate content that grows"),
    "drift": Message("检测器的测量有变化", "a detector's measurements have changed"),
    "mix": Message("手法构成有变化", "the mix of methods has changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A day or week of what is watched, held against its past as it would have been live."""

    at: date
    observed: float
    expected: float | None
    low: float | None
    high: float | None
    upper: float | None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}


def step_from(value: Mapping[str, Any]) -> Step:
    """A step from its JSON form."""
    return Step(**{**value, "at": date.fromisoformat(value["at"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What a method says of one subject on one day. Numbers that a kind has not are None."""

    kind: Kind
    subject: str
    """Name of the series, campaign or detector: any text."""
    at: date
    """First day of the step it speaks of."""
    days: int
    """Days of a step: 1 or 7."""
    grade: Grade
    grade_name: Message
    rule: Message
    """The condition that gave the grade, in words."""
    why: Message
    """Why now, in two sentences."""
    method: str
    since: date | None = None
    """Since when the excess has lasted, where the method tells."""
    observed: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    """Between them lie 95 of 100 quiet steps."""
    upper: float | None = None
    """The bound that was exceeded."""
    chance: float | None = None
    """Chance of as much or more in this step if nothing happens."""
    times: float | None = None
    """How many times what is expected."""
    false_alarms: float | None = None
    """Expected false alarms a year of this subject at the present settings, …"""
    false_alarms_95: tuple[float, float] | None = None
    """… and the 95 % interval of that."""
    stands: bool = False
    """Stands when everything watched at the same time is counted in."""
    course: tuple[Step, ...] = ()
    """The steps up to this one, where the method tells: what a chart shows."""

    @property
    def excess(self) -> float | None:
        if self.observed is None or self.expected is None:
            return None
        return self.observed - self.expected

    def as_json(self) -> dict[str, Any]:
        """JSON values; read back by `alarm_from`."""
        made: dict[str, Any] = {}
        for name, value in asdict(replace(self, course=())).items():
            if isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, float) and not math.isfinite(value):
                value = None
            elif isinstance(value, tuple):
                value = list(value)
            made[name] = value
        return {**made, "course": [step.as_json() for step in self.course]}


def alarm_from(value: Mapping[str, Any]) -> Alarm:
    """An alarm from its JSON form."""
    given = dict(value)
    for name in ("grade_name", "rule", "why"):
        given[name] = Message(**given[name])
    given["at"] = date.fromisoformat(given["at"])
    given["since"] = date.fromisoformat(given["since"]) if given["since"] else None
    # Alarms recorded by earlier versions have neither.
    given["false_alarms_95"] = tuple(given.get("false_alarms_95") or ()) or None
    given["course"] = tuple(map(step_from, given.get("course", ())))
    return Alarm(**given)


def alarms_of(seen: Sequence[Seen], rule: Rule) -> list[Alarm]:
    """The graded alarms among the series of a day."""
    return [alarm_of(one, rule) for one in seen if one.grade is not None]


def alarm_of(seen: Seen, rule: Rule) -> Alarm:
    """A graded step of a series as an alarm."""
    one, grade = seen.judged, seen.grade
    assert grade is not None
    return Alarm(
        kind="count",
        subject=one.series,
        at=one.at,
        days=7 if seen.weekly else 1,
        grade=grade.grade,
        grade_name=grade.name,
        rule=grade.words(rule.share_false),
        why=why_now(one, weekly=seen.weekly),
        method=one.choice.method,
        since=one.since,
        observed=float(one.observed),
        expected=known(one.expected),
        low=known(one.low),
        high=known(one.high),
        upper=known(one.upper),
        chance=known(one.p_value),
        times=known(one.times),
        false_alarms=known(one.false_alarms),
        stands=seen.stands,
    )


def known(value: float) -> float | None:
    """A number, or None where there is none."""
    return value if math.isfinite(value) else None
