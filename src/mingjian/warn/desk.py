"""All series of a desk on one day: judged, held against one another, graded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mingjian.warn.discoveries import adjusted
from mingjian.warn.farrington import farrington_now
from mingjian.warn.grades import Condition, Rule
from mingjian.warn.judge import Choice, Judged, Settings, choose, from_week, judge, seasonal
from mingjian.warn.table import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A series on the day, its place among all of them, and the grade of its alarm."""

    judged: Judged
    weekly: bool
    q_value: float
    """Lowest share of false ones among the alarms believed at which this one is believed;
    NaN where the method gives no chance that can be compared (CUSUM, EARS)."""
    stands: bool
    """Stands when all series watched are counted in."""
    grade: Condition | None


def judge_day(
    series: Sequence[Series], day: date, settings: Settings, rule: Rule
) -> tuple[list[Seen], list[str]]:
    """Every series that has a count for `day`, most urgent first; names of those without one."""
    present: list[tuple[Series, int]] = []
    absent = []
    for each in series:
        index = each.index_of(day)
        if index is None:
            absent.append(each.name)
        else:
            present.append((each, index))
    listed = _judged(present, settings)
    chances = [
        one.p_value if one.choice.method == "farrington" and not one.few else math.nan
        for one in listed
    ]
    watched = sum(one.baseline for one in listed)
    found = []
    for (each, _), one, q_value in zip(present, listed, adjusted(chances), strict=True):
        stands = one.alarm and _stands(one, q_value, watched, rule)
        grade = None
        if one.alarm:
            screen = one.choice.method == "ears"
            grade = rule.grade(stands=stands, chance=one.chance, times=one.times, screen=screen)
        found.append(
            Seen(
                judged=one,
                weekly=each.pace == "week",
                q_value=q_value,
                stands=stands,
                grade=grade,
            )
        )
    places = {condition.grade: at for at, condition in enumerate(rule.conditions)}
    last = len(places)
    found.sort(
        key=lambda seen: (
            places[seen.grade.grade] if seen.grade else last,
            not seen.judged.alarm,
            seen.judged.chance if seen.judged.baseline and not seen.judged.few else 2.0,
            seen.judged.series,
        )
    )
    return found, absent


def _stands(one: Judged, q_value: float, watched: int, rule: Rule) -> bool:
    """Farrington: false-discovery rate over the series of the day. CUSUM: the sum clears its
    threshold by log(series watched), so that all of them together give about the false alarms
    asked of one (a sum exceeds a bound e times as rarely for each unit the bound is higher).
    A screen never stands."""
    if one.choice.method == "farrington":
        return q_value <= rule.share_false
    if one.choice.method == "cusum":
        return one.total > one.bound + math.log(max(watched, 1))
    return False


def _judged(present: Sequence[tuple[Series, int]], settings: Settings) -> list[Judged]:
    """Weekly series of one length are fitted together; the rest one by one."""
    out: dict[int, Judged] = {}
    groups: dict[tuple[date, int, int, int], list[tuple[int, Choice]]] = {}
    for place, (each, index) in enumerate(present):
        choice = choose(each, index)
        if choice.method == "farrington" and each.exposure is None:
            key = (each.first, len(each.counts), index, choice.years)
            groups.setdefault(key, []).append((place, choice))
        else:
            out[place] = judge(each, index, settings)
    for (_, _, index, years), members in groups.items():
        table = np.array([present[place][0].counts for place, _ in members])
        calendar = present[members[0][0]][0].calendar
        weeks = farrington_now(table, index, seasonal(years, settings), calendar)
        for (place, choice), week in zip(members, weeks, strict=True):
            out[place] = from_week(present[place][0], week, choice)
    return [out[place] for place in range(len(present))]
