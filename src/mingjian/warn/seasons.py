"""Which past weeks are history for the present one, and which season each belongs to.

Noufaily et al. (2013), section 3: around the same week of every past year lies a window; what
lies between two windows is cut into equal periods. The window's own season comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.festival import near, spring_festival

_MIDWEEK = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates of the weeks of a series (their first days), or none: then a year has `a_year`."""

    dates: tuple[date, ...] = ()
    a_year: int = 52
    festival: bool = False
    """Whether weeks near the Spring Festival are the same week as those as far from theirs."""

    def away_from_festival(self, week: int) -> timedelta | None:
        """How far the middle of the week is from the Spring Festival, if near it."""
        return near(self.dates[week] + _MIDWEEK) if self.festival and self.dates else None

    def years_before(self, week: int, count: int) -> list[int]:
        """Indices of the same week now and in each of the past `count` years.

        With dates: the week whose first day is the same weekday nearest to the same day of the
        month that year, or to the day as far from the Spring Festival. May be negative where
        history does not reach back."""
        if not self.dates:
            return [week - self.a_year * year for year in range(count + 1)]
        now, away_from = self.dates[week], self.away_from_festival(week)
        found = []
        for year in range(count + 1):
            if away_from is None:
                day = _same_day(now, now.year - year)
            else:
                day = spring_festival(now.year - year) + away_from - _MIDWEEK
            away = (now.weekday() - day.weekday() + 3) % 7 - 3
            nearest = day + timedelta(days=away)
            found.append(week - (now - nearest).days // 7)
        return found


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February becomes 1 March
        return date(year, 3, 1)


def weekly(first: date, count: int) -> Calendar:
    """A calendar of `count` weeks from `first`."""
    return Calendar(tuple(first + timedelta(weeks=week) for week in range(count)))


def seasons(
    week: int,
    calendar: Calendar,
    *,
    years: int,
    half_window: int,
    periods: int,
    left_out: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(indices of the baseline weeks, season of each from 0; `periods` - 1 is the present one).

    Empty where the series does not reach back far enough. Near the Spring Festival the window is
    the week itself: those beside it are as unlike it as they can be.
    """
    if calendar.away_from_festival(week) is not None:
        half_window = 0
    marks: Sequence[int] = calendar.years_before(week, years)
    if marks[-1] - half_window < 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    season = np.full(week + 1, -1, dtype=np.int64)
    for mark in marks:
        season[mark - half_window : min(mark + half_window, week) + 1] = periods - 1
    if periods > 1:
        for later, earlier in pairwise(marks):
            first, last = earlier + half_window + 1, later - half_window
            gap = last - first
            each, more = divmod(gap, periods - 1)
            start = first
            for number in range(periods - 1):
                length = each + (1 if number < more else 0)
                season[start : start + length] = number
                start += length
    season[max(week - left_out, 0) :] = -1
    at = np.flatnonzero(season >= 0)
    return at, season[at]
