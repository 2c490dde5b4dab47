"""One step of a series held against its past, by the method its history allows.

The same function judges today and, in a replay, any past step from what was known then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from mingjian.domain.message import Message
from mingjian.warn.chances import chance_above, count_quantile, normal_above
from mingjian.warn.cusum import Cusum, Quiet, Step, cusum, quiet, threshold
from mingjian.warn.ears import Ears, ears
from mingjian.warn.farrington import Farrington, Week, farrington
from mingjian.warn.table import Series

Method = Literal["farrington", "cusum", "ears", "none"]
_YEARS = (5, 4, 3)
"""Years of history the season is taken from: as many as there are, from three on."""
_LEAST = {"week": 12, "day": 42}
"""Steps of history a CUSUM learns from at least."""
_WEEKDAYS_FROM = 56
"""Days of history from which each weekday has a level of its own."""
_MOST = {"week": 104, "day": 728}
"""Steps of history a CUSUM learns from at most."""
BLOCK = {"week": 13, "day": 91}
"""Steps after which it learns anew."""
RUN_IN = {"week": 4, "day": 28}
"""Steps a newly learnt level runs beside the old one before it is used."""
SCREEN = Ears(screen="C1", least_deviation=0.5)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a desk chooses."""

    false_alarms: float = 0.5
    """False alarms a year it accepts from each series."""
    factor: float = 1.5
    """The lasting rise a CUSUM looks for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Method for one step, and why it and no other."""

    method: Method
    history: int
    """Steps before the present one."""
    years: int
    """Years of history the season is taken from; 0 where the method has none."""
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One step held against its past. Numbers are NaN where there is no baseline."""

    series: str
    at: date
    index: int
    choice: Choice
    observed: int
    baseline: bool = False
    alarm: bool = False
    few: bool = False
    """Too few cases lately for an alarm (Farrington's rule of five in four weeks)."""
    expected: float = math.nan
    low: float = math.nan
    high: float = math.nan
    """Between them 95 of 100 quiet steps lie."""
    upper: float = math.nan
    """Largest count without an alarm."""
    p_value: float = math.nan
    """Chance of as many or more in this step if nothing happens."""
    chance: float = math.nan
    times: float = math.nan
    """Chance and multiple used for the grade: of this step, or of the steps since `since`."""
    since: date | None = None
    """CUSUM: since when the sum has been above zero."""
    total: float = math.nan
    bound: float = math.nan
    """CUSUM: the sum and its threshold."""
    false_alarms: float = math.nan
    """Expected false alarms a year of this series at the present settings."""


def choose(series: Series, index: int) -> Choice:
    """The method for the step at `index`, by the steps before it."""
    weekly = series.pace == "week"
    if weekly:
        window = Farrington().half_window
        for years in _YEARS:
            if series.calendar.years_before(index, years)[-1] - window >= 0:
                return Choice("farrington", index, years, _why_farrington(years))
    if index >= _LEAST[series.pace]:
        return Choice("cusum", index, 0, _unweighted(series, _why_cusum(weekly, index)))
    unit = Message("周", "weeks") if weekly else Message("天", "days")
    if index >= SCREEN.first:
        return Choice("ears", index, 0, _unweighted(series, Message(
            f"历史只有 {index} {unit.zh}：只能粗筛（EARS C1），报警多半是误报",
            f"only {index} {unit.en} of history: a screen (EARS C1), most of whose alarms are "
            "false",
        )))  # fmt: skip
    return Choice("none", index, 0, Message(
        f"历史只有 {index} {unit.zh}，不作判断",
        f"only {index} {unit.en} of history: not judged",
    ))  # fmt: skip


def _unweighted(series: Series, why: Message) -> Message:
    if series.exposure is None:
        return why
    return Message(f"{why.zh}；基数未用上", f"{why.en}; exposure is not used")


def _why_farrington(years: int) -> Message:
    return Message(
        f"每周计数且有 {years} 年以上历史：与往年同季相比（Farrington 灵活法）",
        f"weekly with at least {years} years of history: held against the same season of those "
        "years (Farrington flexible)",
    )


def _why_cusum(weekly: bool, history: int) -> Message:
    if weekly:
        return Message(
            f"历史 {history} 周，不足三年：看持续上升（负二项 CUSUM），不计季节",
            f"{history} weeks of history, under three years: looks for a lasting rise "
            "(negative-binomial CUSUM), without seasons",
        )
    return Message(
        f"每日计数，历史 {history} 天：看持续上升（负二项 CUSUM），不计季节和节假日",
        f"daily, {history} days of history: looks for a lasting rise (negative-binomial CUSUM), "
        "without seasons or holidays",
    )


def judge(series: Series, index: int, settings: Settings) -> Judged:
    """The step at `index` from what came before it."""
    return next(judged(series, [index], settings))


def judged(series: Series, indices: Sequence[int], settings: Settings) -> Iterator[Judged]:
    """Steps (in order), each as it would have been judged live."""
    choices = {index: choose(series, index) for index in indices}
    found: dict[int, Judged] = {}
    for years in _YEARS:
        at = [i for i, c in choices.items() if c.method == "farrington" and c.years == years]
        if not at:
            continue
        chosen = seasonal(years, settings)
        for week in farrington(series.counts, at, chosen, series.calendar, series.exposure):
            found[week.index] = from_week(series, week, choices[week.index])
    at = [i for i, c in choices.items() if c.method == "cusum"]
    found |= _by_sum(series, at, choices, settings)
    at = [i for i, c in choices.items() if c.method == "ears"]
    found |= _by_screen(series, at, choices, settings)
    for index in indices:
        yield found.get(index) or _unknown(series, index, choices[index])


def _unknown(series: Series, index: int, choice: Choice) -> Judged:
    return Judged(
        series=series.name,
        at=series.date_of(index),
        index=index,
        choice=choice,
        observed=int(series.counts[index]),
    )


def seasonal(years: int, settings: Settings) -> Farrington:
    """Farrington's settings for weekly series."""
    return Farrington(years=years, alpha=min(settings.false_alarms / 52, 0.2))


def _size(expected: float, variance: float) -> float:
    return expected**2 / (variance - expected) if variance > expected else math.inf


def from_week(series: Series, week: Week, choice: Choice) -> Judged:
    """A week held against its seasons, as a step judged."""
    out = _unknown(series, week.index, choice)
    if not week.baseline:
        return out
    if math.isnan(week.upper):
        return replace(out, baseline=True, few=True, p_value=week.p_value, false_alarms=0.0)
    expected = week.expected
    size = _size(expected, expected * max(week.dispersion, 1.0))
    return _banded(out, expected, size, week.upper, week.p_value, week.alarm, series.a_year)


def _banded(
    out: Judged,
    expected: float,
    size: float,
    upper: float,
    p_value: float,
    alarm: bool,
    a_year: int,
) -> Judged:
    return replace(
        out,
        baseline=True,
        alarm=alarm,
        expected=expected,
        low=float(count_quantile(0.025, expected, size)),
        high=float(count_quantile(0.975, expected, size)),
        upper=upper,
        p_value=p_value,
        chance=p_value,
        times=out.observed / expected if expected > 0 else math.inf,
        false_alarms=a_year * chance_above(math.floor(upper), expected, size),
    )


def _by_screen(
    series: Series, at: Sequence[int], choices: dict[int, Choice], settings: Settings
) -> dict[int, Judged]:
    found = {}
    alpha = min(settings.false_alarms / series.a_year, 0.2)
    for day in ears(series.counts, at, replace(SCREEN, alpha=alpha)):
        out = _unknown(series, day.index, choices[day.index])
        past = series.counts[day.index - SCREEN.baseline : day.index]
        if day.baseline and past.any():
            deviation = max(float(past.std(ddof=1)), SCREEN.least_deviation)
            size = _size(day.expected, deviation**2)
            p_value = normal_above((day.observed - day.expected) / deviation)
            out = _banded(out, day.expected, size, day.upper, p_value, day.alarm, series.a_year)
        found[day.index] = out
    return found


def cut_of(pace: str, index: int) -> int:
    """Where the history ends that a CUSUM at `index` has learnt from."""
    first, block = _LEAST[pace], BLOCK[pace]
    blocks = max(0, (index - RUN_IN[pace] - first) // block)
    return first + blocks * block


def sums(
    series: Series, at: Sequence[int], settings: Settings
) -> Iterator[tuple[Sequence[Step], Quiet, float, Cusum]]:
    """For each step of `at`: the steps since its sum was last zero, and what it is held against.

    Each step has the level learnt up to its cut, the sum starting there at zero. Steps whose
    past is all zero are left out.
    """
    wanted = set(at)
    for cut in sorted({cut_of(series.pace, index) for index in at}):
        of_cut = [index for index in at if cut_of(series.pace, index) == cut]
        phases = 7 if series.pace == "day" and cut >= _WEEKDAYS_FROM else 1
        start = max(0, cut - _MOST[series.pace])
        start += -start % phases
        chosen = Cusum(
            factor=settings.factor,
            false_alarms=settings.false_alarms,
            a_year=series.a_year,
            phases=phases,
        )
        known = quiet(series.counts[start:cut], chosen)
        if known is None:
            continue
        bound = threshold(known, chosen)
        counts = series.counts[start:]
        steps = cusum(counts, range(cut - start, max(of_cut) - start + 1), known, bound, chosen)
        steps = [replace(step, index=step.index + start) for step in steps]
        begun = 0
        for place, step in enumerate(steps):
            if place and (steps[place - 1].total == 0 or steps[place - 1].alarm):
                begun = place
            if step.index in wanted and cut_of(series.pace, step.index) == cut:
                yield steps[begun : place + 1], known, bound, chosen


def _by_sum(
    series: Series, at: Sequence[int], choices: dict[int, Choice], settings: Settings
) -> dict[int, Judged]:
    found = {}
    for run, known, bound, chosen in sums(series, at, settings):
        index = run[-1].index
        out = _unknown(series, index, choices[index])
        found[index] = _of_sum(out, series, run, known, bound, chosen)
    return found


def _of_sum(
    out: Judged, series: Series, run: Sequence[Step], known: Quiet, bound: float, chosen: Cusum
) -> Judged:
    step = run[-1]
    out = _banded(
        out, step.expected, known.size, float(step.upper), step.p_value, step.alarm, series.a_year
    )
    expected = sum(each.expected for each in run)
    seen = sum(each.observed for each in run)
    # Sums of counts of one level are again negative binomial, with sizes added.
    return replace(
        out,
        chance=chance_above(seen - 1, expected, known.size * len(run)),
        times=seen / expected,
        since=series.date_of(out.index - len(run) + 1) if step.total > 0 else None,
        total=step.total,
        bound=bound,
        false_alarms=chosen.false_alarms,
    )
