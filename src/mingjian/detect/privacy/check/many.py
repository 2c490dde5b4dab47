"""The check digits and dates of many numbers at once, in arrays: as `bank_card`, `resident_id`.

Numbers are given by their place among the digits of a text, which go on behind the last of them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.check.resident_id import (
    FIRST_YEAR,
    LAST_YEAR,
    WEIGHTS,
    is_date,
)
from mingjian.detect.privacy.lists import regions

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 19
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""The digit sum of twice a digit."""
X = 10
"""What the check character X counts."""


def number(digits: NDArray[Any], at: NDArray[Any], size: int) -> NDArray[Any]:
    """The first `size` digits from each place, as numbers."""
    import numpy as np

    value = np.zeros(len(at), np.int64)
    for more in range(size):
        value = value * 10 + digits[at + more]
    return value


def luhn_digits(digits: NDArray[Any], at: NDArray[Any], size: NDArray[Any]) -> NDArray[Any]:
    """Which numbers, of 19 digits at most, end with their Luhn digit."""
    import numpy as np

    back = np.arange(_LONGEST)
    places = (at + size - 1)[:, np.newaxis] - back
    rows = np.where(back < size[:, np.newaxis], digits[np.maximum(places, 0)], 0)
    doubled = np.array(_DOUBLED)[rows[:, 1::2]]
    holds: NDArray[Any] = (rows[:, ::2].sum(1) + doubled.sum(1)) % 10 == 0
    return holds


def resident_ids(digits: NDArray[Any], at: NDArray[Any], check: NDArray[Any]) -> NDArray[Any]:
    """Which are identity numbers, with these check characters behind seventeen digits."""
    import numpy as np

    known = _provinces()[number(digits, at, 2)] & (number(digits, at + 2, 2) > 0)
    years = _years()[number(digits, at + 6, 4)]
    known &= _calendar()[years, number(digits, at + 10, 4)]
    total = digits[at[:, np.newaxis] + np.arange(len(WEIGHTS))] @ np.array(WEIGHTS)
    holds: NDArray[Any] = known & ((total + check) % 11 == 1)
    return holds


def may_be_old(digits: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """Which begin as old identity numbers of fifteen digits do."""
    days = number(digits, at + 8, 4)
    may_be: NDArray[Any] = _provinces()[number(digits, at, 2)] & _calendar()[1, days]
    return may_be


@cache
def _provinces() -> NDArray[Any]:
    import numpy as np

    known = np.zeros(100, bool)
    known[[int(code) for code in regions().province_codes]] = True
    return known


@cache
def _years() -> NDArray[Any]:
    """1 for leap years, 2 for others, 0 for what is no year of birth."""
    import numpy as np

    years = np.zeros(10_000, np.int64)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        years[year] = 1 if is_date(year, 2, 29) else 2
    return years


@cache
def _calendar() -> NDArray[Any]:
    """The days, written as month and day, of years as `_years` numbers them."""
    import numpy as np

    days = np.zeros((3, 10_000), bool)
    for kind, year in ((1, 2000), (2, 2001)):
        for month in range(1, 13):
            for day in range(1, 32):
                days[kind, month * 100 + day] = is_date(year, month, day)
    return days
