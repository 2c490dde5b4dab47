"""When the Spring Festival is: the holiday that moves, by a month, what China does in a week.

It is the day of the new moon, by the clock of Beijing, between 21 January and 20 February
(GB/T 33661-2017 has the whole calendar). New moons by the main terms of J. Meeus, "Astronomical
Algorithms", 2nd ed., chapter 49: some minutes off at most, in our time.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import cache

BEFORE, AFTER = 21, 20
"""Days before and after it in which a week is compared with weeks as far from theirs."""
_NEW_MOONS_A_YEAR = 12.3685
_BEIJING = 8 / 24
_CLOCK = 65 / 86_400
"""Days that dynamical time is ahead of clocks."""
_ORDINAL = 1_721_424.5
"""Julian date of the ordinal day 0 of Python's `date`."""


@cache
def spring_festival(year: int) -> date:
    """The first day of the lunar year that begins in `year` (1900 to 2100)."""
    first = date(year, 1, 21)
    count = math.floor((first - date(2000, 1, 1)).days / 365.2425 * _NEW_MOONS_A_YEAR) - 1
    while (day := _new_moon(count)) < first:
        count += 1
    return day


def _new_moon(count: int) -> date:
    """The day in Beijing of a new moon, counted from that of 6 January 2000."""
    turns = count / 1_236.85
    moment = 2_451_550.09766 + 29.530588861 * count + 0.00015437 * turns**2
    sun = math.radians(2.5534 + 29.1053567 * count)
    moon = math.radians(201.5643 + 385.81693528 * count)
    latitude = math.radians(160.7108 + 390.67050284 * count)
    moment += (
        -0.40720 * math.sin(moon)
        + 0.17241 * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * latitude)
    )
    return date.fromordinal(math.floor(moment + _BEIJING - _CLOCK - _ORDINAL))


def near(day: date) -> timedelta | None:
    """How far `day` is from the festival of its year; None where it is not near it."""
    away = day - spring_festival(day.year)
    return away if -BEFORE <= away.days <= AFTER else None
