"""Alarms that are not about one count as it stands: detectors that go blind, a mix of methods
that changes, and counts corrected for their delay. (Campaigns: `campaign_growth`.)

Grades here follow fixed rules of Mingjian's own, shown with each alarm; none is red, since none
of them says how much harm is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mingjian.domain.message import Message
from mingjian.warn.alert import Alarm, known
from mingjian.warn.drift import Drift
from mingjian.warn.grades import Grade, own_rule
from mingjian.warn.mix import Mix
from mingjian.warn.nowcast import Nowcast
from mingjian.warn.words import number, odds

SURE = 0.95
"""Chance of a delay-corrected count above its bound from which there is an alarm."""


def _grade(grade: Grade) -> tuple[Grade, Message]:
    return grade, next(each.name for each in own_rule().conditions if each.grade == grade)


# ---- counts corrected for their delay ----------------------------------------------------------


def nowcast_alarm(
    subject: str, found: Nowcast, day: date, expected: float, bound: float
) -> Alarm | None:
    """An alarm where what was reported, with what is still to come, is above `bound` almost
    surely; None where it is not, or where delays are not known yet."""
    chance = found.above(bound, day)
    if not found.settled or chance < SURE:
        return None
    place = (day - found.first).days
    median = int(found.median()[place])
    low, high = (int(each[place]) for each in found.interval(95))
    reported = int(found.reported[place])
    times = median / expected if expected > 0 else float("inf")
    grade, name = _grade("orange" if times >= 3 and chance >= 0.999 else "yellow")
    return Alarm(
        kind="nowcast",
        subject=subject,
        at=day,
        days=1,
        grade=grade,
        grade_name=name,
        rule=Message(
            "黄色：补足后超过界限的机会至少 95%；橙色：至少 99.9%，且为预期的 3 倍以上",
            "yellow: above the bound with a chance of at least 95 %, what is still to come counted "
            "in; orange: at least 99.9 % and three times what is expected",
        ),
        why=Message(
            f"{day} 已报 {reported:,} 起，补足上报延迟后估计 {median:,} 起（{low:,}–{high:,}），"
            f"预期 {number(expected)} 起。超过界限 {number(bound)} 的机会为 {chance:.1%}。",
            f"{day} has {reported:,} reported, and an estimated {median:,} ({low:,} to {high:,}) "
            f"with what is still to come, where {number(expected)} were expected. The chance that "
            f"the bound of {number(bound)} is exceeded is {chance:.1%}.",
        ),
        method="nowcast",
        observed=float(median),
        expected=expected,
        low=float(low),
        high=float(high),
        upper=bound,
        times=known(times),
    )


# ---- detectors that go blind -------------------------------------------------------------------


def drift_alarms(found: Sequence[Drift], at: date, days: int) -> list[Alarm]:
    """Detectors whose last window stands out among all looked at."""
    return [_drift_alarm(each, at, days) for each in found if each.stands]


def _drift_alarm(one: Drift, at: date, days: int) -> Alarm:
    blind = one.what == "silence" and one.now >= 0.5
    grade, name = _grade("orange" if blind else "yellow")
    if one.what == "silence":
        first = Message(
            f"无法给出意见的检验占 {one.now:.0%}，此前 {one.windows} 期为 {one.usual:.1%}。",
            f"{one.now:.0%} of its examinations gave no opinion, where {one.usual:.1%} did in the "
            f"{one.windows} windows before.",
        )
    else:
        first = Message(
            f"测量值的中位数为 {one.now:.3g}，此前 {one.windows} 期为 {one.usual:.3g}"
            f"（分布最大相差 {one.distance:.0%}）。",
            f"Its measurements have a median of {one.now:.3g}, where it was {one.usual:.3g} in the "
            f"{one.windows} windows before (distributions up to {one.distance:.0%} apart).",
        )
    chance = odds(one.p_value)
    return Alarm(
        kind="drift",
        subject=f"{one.detector} ({one.what})",
        at=at,
        days=days,
        grade=grade,
        grade_name=name,
        rule=Message(
            "黄色：计入全部检测器后仍成立；橙色：半数以上检验没有意见",
            "yellow: stands among all detectors; orange: half of its examinations or more gave no "
            "opinion",
        ),
        why=Message(
            f"{first.zh}没有变化时这样的机会{chance.zh}：请查材料是否变了，或检测器是否失灵。",
            f"{first.en} Without a change the chance of this is {chance.en}: see whether the "
            "evidence has changed or the detector has gone blind.",
        ),
        method="drift",
        observed=known(one.now),
        expected=known(one.usual),
        chance=known(one.p_value),
        stands=True,
    )


# ---- the mix of methods ------------------------------------------------------------------------


def mix_alarm(subject: str, found: Mix, at: date, days: int) -> Alarm | None:
    """An alarm where the mix has changed and a method that grew can be named."""
    if not found.grown or not found.p_value <= 0.01:
        return None
    first, new = found.grown[0], any(each.new for each in found.grown)
    grade, name = _grade("orange" if new and first.now >= 0.25 else "yellow")
    named = [each.method for each in found.grown[:3]]
    chance = odds(found.p_value)
    return Alarm(
        kind="mix",
        subject=subject,
        at=at,
        days=days,
        grade=grade,
        grade_name=name,
        rule=Message(
            "黄色：构成变化的机会至多百分之一，且能指明增多的手法；橙色：另有新手法占四分之一以上",
            "yellow: a chance of at most one in a hundred, and a method that grew can be named; "
            "orange: besides, a new one makes up a quarter or more",
        ),
        why=Message(
            f"增多的手法：{'、'.join(named)}；“{first.method}”由 {first.before:.1%} 升至 "
            f"{first.now:.1%}。构成不变时这样的机会{chance.zh}。",
            f"Methods that grew: {', '.join(named)}; “{first.method}” rose from {first.before:.1%} "
            f"to {first.now:.1%}. With an unchanged mix the chance of this is {chance.en}.",
        ),
        method="mix",
        observed=float(first.count),
        expected=found.total * first.before,
        chance=found.p_value,
        stands=True,
    )
