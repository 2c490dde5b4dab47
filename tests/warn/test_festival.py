"""The Spring Festival: when it is, and that it no longer looks like an outbreak."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from mingjian.warn.farrington import Farrington, farrington_now
from mingjian.warn.festival import near, spring_festival
from mingjian.warn.seasons import Calendar, seasons, weekly

DAYS = [
    "2000-02-05",
    "2001-01-24",
    "2002-02-12",
    "2003-02-01",
    "2004-01-22",
    "2005-02-09",
    "2006-01-29",
    "2007-02-18",
    "2008-02-07",
    "2009-01-26",
    "2010-02-14",
    "2011-02-03",
    "2012-01-23",
    "2013-02-10",
    "2014-01-31",
    "2015-02-19",
    "2016-02-08",
    "2017-01-28",
    "2018-02-16",
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-03",
    "2031-01-23",
    "2032-02-11",
    "2033-01-31",
    "2034-02-19",
    "2035-02-08",
    "2036-01-28",
    "2037-02-15",
    "2038-02-04",
    "2039-01-24",
    "2040-02-12",
]


@pytest.mark.parametrize("day", DAYS)
def test_the_days_of_four_decades(day: str) -> None:
    assert spring_festival(int(day[:4])).isoformat() == day


def test_it_moves_by_one_lunar_year_or_thirteen_months() -> None:
    days = [spring_festival(year) for year in range(1950, 2100)]
    gaps = {(later - earlier).days for earlier, later in pairwise(days)}
    assert gaps <= {353, 354, 355, 383, 384, 385}
    assert all((day.month, day.day) <= (2, 21) for day in days)


def test_near_and_far() -> None:
    assert near(date(2026, 2, 17)) == timedelta(0)
    assert near(date(2026, 2, 10)) == timedelta(days=-7)
    assert near(date(2026, 6, 1)) is None
    assert near(date(2026, 1, 20)) is None


def test_weeks_near_it_are_compared_with_weeks_as_near() -> None:
    dates = weekly(date(2015, 1, 5), 620).dates
    calendar = Calendar(dates, festival=True)
    middle = timedelta(days=3)
    holding = [at for at, day in enumerate(dates) if day.year > 2020 and near(day + middle)]
    assert holding
    for week in holding:
        away = near(dates[week] + middle)
        for mark in calendar.years_before(week, 5):
            day = dates[mark] + middle
            assert away is not None
            assert abs((day - spring_festival(day.year) - away).days) <= 3
    june = next(at for at, day in enumerate(dates) if day >= date(2024, 6, 1))
    assert calendar.years_before(june, 5) == Calendar(dates).years_before(june, 5)


@pytest.mark.parametrize("years", [3, 5])
def test_no_week_is_of_two_seasons_whatever_the_festival_does(years: int) -> None:
    calendar = Calendar(weekly(date(2010, 1, 4), 800).dates, festival=True)
    for week in range(320, 800):
        at, season = seasons(week, calendar, years=years, half_window=3, periods=10, left_out=26)
        assert (np.diff(at) > 0).all()
        assert set(season.tolist()) == set(range(10))


def test_a_rush_before_the_festival_is_no_outbreak() -> None:
    """Twice as many parcels, trips and frauds in the two weeks before it, every year."""
    rng, dates = np.random.default_rng(8), weekly(date(2012, 1, 2), 620).dates
    level = np.full(620, 20.0)
    for at, day in enumerate(dates):
        away = (day + timedelta(days=3) - spring_festival(day.year)).days
        level[at] *= 2.2 if -14 <= away <= 0 else 0.5 if 0 < away <= 10 else 1.0
    counts = rng.poisson(level, (60, 620)).astype(float)
    rates = {}
    for festival in (False, True):
        calendar = Calendar(dates, festival=festival)
        weeks = [at for at in range(300, 620) if near(dates[at]) is not None]
        found = [
            week.alarm
            for at in weeks
            for week in farrington_now(counts, at, Farrington(years=5), calendar)
        ]
        rates[festival] = sum(found) / len(found)
    assert rates[True] < 0.03
    assert rates[False] > 5 * rates[True]
