"""Past steps judged as if live: alarms, how late, and how many false ones a year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.warn.judge import Judged, Settings, judged
from mingjian.warn.table import Series

_WITHIN_DAYS = 56
"""An outbreak of which only the first step is marked is taken to last so long."""


@dataclass(frozen=True, slots=True)
class Met:
    """A marked outbreak and its first alarm."""

    series: str
    onset: date
    alarm: date | None

    @property
    def delay(self) -> int | None:
        """Days from the onset to the first alarm; None where there was none in time."""
        return None if self.alarm is None else (self.alarm - self.onset).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What one setting would have done."""

    settings: Settings
    watched: int
    """Steps judged with a baseline, outbreaks apart."""
    years: float
    """The same in years, over all series."""
    alarms: tuple[Judged, ...]
    false: int
    """Alarms outside marked outbreaks: all of them where none are marked."""
    expected_false: float
    """False alarms the models of the day expected over the same steps."""
    met: tuple[Met, ...]
    marked: bool
    """Whether outbreaks are marked at all."""

    @property
    def false_a_year(self) -> float:
        """Over all series together."""
        return self.false / self.years * self.series_years if self.years else math.nan

    series_years: float = 1.0
    """Series watched at the same time, on average: a desk's year holds so many series' years."""

    def false_between(self) -> tuple[float, float]:
        """95 % interval of the false alarms a year, were they Poisson (Byar's approximation)."""
        if not self.years:
            return math.nan, math.nan
        low, high = _byar(self.false)
        scale = self.series_years / self.years
        return low * scale, high * scale


def _byar(count: int) -> tuple[float, float]:
    low = 0.0
    if count:
        low = count * (1 - 1 / (9 * count) - 1.96 / (3 * math.sqrt(count))) ** 3
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + 1.96 / (3 * math.sqrt(more))) ** 3


def outbreaks(series: Series) -> list[range]:
    """Steps of each marked outbreak."""
    if series.outbreak is None:
        return []
    length, found, start = len(series.counts), list[range](), None
    for index in range(length + 1):
        marked = index < length and bool(series.outbreak[index])
        if marked and start is None:
            start = index
        if not marked and start is not None:
            steps = index - start
            if steps == 1:
                steps = _WITHIN_DAYS // series.days
            found.append(range(start, min(start + steps, length)))
            start = None
    return found


def replay(series: Sequence[Series], settings: Settings, first: date | None = None) -> Replayed:
    """Judge every step (from `first` on) of every series from what was known before it."""
    alarms: list[Judged] = []
    met: list[Met] = []
    watched, false, expected_false, years = 0, 0, 0.0, 0.0
    days: set[date] = set()
    for each in series:
        start = 0 if first is None else max(0, math.ceil((first - each.first).days / each.days))
        steps = list(judged(each, range(start, len(each.counts)), settings))
        known = outbreaks(each)
        inside = {index for outbreak in known for index in outbreak}
        loud = [step for step in steps if step.alarm]
        alarms += loud
        quiet = [step for step in steps if step.baseline and step.index not in inside]
        watched += len(quiet)
        years += len(quiet) / each.a_year
        days |= {step.at for step in quiet}
        expected_false += _expected(quiet, each.a_year)
        false += sum(step.index not in inside for step in loud)
        met += _met(each, known, steps)
    pace = series[0].a_year if series else 1
    span = len(days) / pace
    return Replayed(
        settings=settings,
        watched=watched,
        years=years,
        alarms=tuple(sorted(alarms, key=lambda step: (step.at, step.series))),
        false=false,
        expected_false=expected_false,
        met=tuple(met),
        marked=any(each.outbreak is not None and each.outbreak.any() for each in series),
        series_years=years / span if span else 1.0,
    )


def _expected(quiet: Iterable[Judged], a_year: int) -> float:
    return sum(step.false_alarms / a_year for step in quiet if not math.isnan(step.false_alarms))


def _met(series: Series, known: Iterable[range], steps: Sequence[Judged]) -> list[Met]:
    judged_at = {step.index: step for step in steps if step.baseline}
    found = []
    for outbreak in known:
        if outbreak.start not in judged_at:
            continue  # it began before anything could be watched
        first = next((i for i in outbreak if i in judged_at and judged_at[i].alarm), None)
        found.append(
            Met(
                series.name,
                series.date_of(outbreak.start),
                None if first is None else series.date_of(first),
            )
        )
    return found
