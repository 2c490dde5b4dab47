"""Which stretches of digits of a long text may be numbers, found in arrays for all of it at once.

What is turned away here `digits.stretches` would turn away too, or its readers would, one after
another: long texts are full of orders, amounts, dates and addresses of machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from mingjian.detect.privacy.context import number_phrases
from mingjian.detect.privacy.digit_groups import (
    Groups,
    Stretches,
    groups_of,
    of_these,
    stretches_of,
)
from mingjian.detect.privacy.gates import EDGE, Beginnings, codes_of, held, small_letters
from mingjian.detect.privacy.possible_runs import MOST, Readings, Runs, readings, runs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONEY = "$¥￥€£"
LABELS_AFTER = ("office", "fax", "mobile", "home", "work", "cell", "手机", "座机", "办公", "家")
"""The labels that stand behind a number, a blank and a bracket aside."""
_LABELS_AFTER = Beginnings(LABELS_AFTER)
_LETTERS = "lLeExXdDcCoOzZhHtTnN"
"""Last letters of the labels that may touch a number (tel138…)."""
_EXTENSION = "xXeE-"


class Begun(NamedTuple):
    """A stretch of digits that may hold a number."""

    start: int
    end: int
    """Behind the last digit, or behind the X that ends the stretch."""
    digits: str
    near: bool
    """A label or a plus sign may stand beside it: False is certain."""
    alone: bool
    """One group of digits, and no X behind it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The stretches of a text that may hold numbers, and those of their runs that can be some."""

    codes: NDArray[Any]
    groups: Groups
    stretches: Stretches
    near: NDArray[Any]
    """A label or a plus sign may stand beside the stretch: False is certain."""
    plus: NDArray[Any]
    runs: Runs
    readings: Readings

    def begun(self, chosen: NDArray[Any]) -> list[Begun]:
        """The chosen stretches, in order of place."""
        import numpy as np

        groups, some = self.groups, self.stretches.where(chosen)
        ends = np.maximum(groups.ends[some.last], some.x_at + 1)
        columns = (
            groups.begins[some.first] - EDGE,
            ends - EDGE,
            groups.at[some.first],
            some.digits,
            self.near[chosen],
            some.alone,
        )
        digits = groups.written
        return [
            Begun(start, end, digits[at : at + size], near, alone)
            for start, end, at, size, near, alone in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]


def found_in(text: str) -> Found:
    """The stretches of digits that may hold a number."""
    import numpy as np

    codes = codes_of(text)
    groups = groups_of(text)
    stretches = stretches_of(codes, groups)
    kept = np.where(
        stretches.alone,
        _may_stand_free(codes, groups, stretches),
        (stretches.x_at > 0) | ~_of_machines(codes, groups, stretches),
    )
    stretches = stretches.where(kept)
    start, end = groups.begins[stretches.first], groups.ends[stretches.last]
    near, plus = _near(text, codes, start, end), _plus(codes, start)
    runs = runs_of(groups, stretches)
    read = readings(
        codes,
        groups,
        stretches,
        runs,
        labelled=near[runs.stretch] & (runs.first == stretches.first[runs.stretch]),
        before_x=(stretches.x_at > 0)[runs.stretch] & (runs.last == stretches.last[runs.stretch]),
    )
    able = np.flatnonzero(read.any)
    return Found(codes, groups, stretches, near | plus, plus, runs.where(able), read.where(able))


def _near(text: str, codes: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> NDArray[Any]:
    """What may be a label before or behind."""
    behind = end + of_these(codes[end], " -")
    behind = behind + of_these(codes[behind], "([")
    before = number_phrases().may_end_at(text, start)
    near: NDArray[Any] = before | _LABELS_AFTER.begin_at(small_letters(text), behind)
    return near


def _plus(codes: NDArray[Any], start: NDArray[Any]) -> NDArray[Any]:
    """A plus sign stands before, a bracket aside."""
    before = codes[start - 1]
    plus: NDArray[Any] = of_these(before, "+＋") | (before == ord("(")) & (
        codes[start - 2] == ord("+")
    )
    return plus


def _may_stand_free(codes: NDArray[Any], groups: Groups, stretches: Stretches) -> NDArray[Any]:
    """Plain runs of digits into which no price, word or code runs, labels and extensions aside."""
    import numpy as np

    start, end = groups.begins[stretches.first], groups.ends[stretches.last]
    before, behind = codes[start - 1], codes[end]
    left = ~of_these(before, MONEY) & ~(of_these(before, "-.") & _alphanumeric(codes[start - 2]))
    left = np.where(is_word(before), of_these(before, _LETTERS), left)
    right = ~is_word(behind) | of_these(behind, _EXTENSION)
    free: NDArray[Any] = (stretches.digits <= MOST) & left & right
    return free


def _alphanumeric(codes: NDArray[Any]) -> NDArray[Any]:
    return held("[0-9A-Za-z]", codes)


def is_word(codes: NDArray[Any]) -> NDArray[Any]:
    """Which are letters, digits or underscores of ASCII."""
    return held("[0-9A-Za-z_]", codes)


def _of_machines(codes: NDArray[Any], groups: Groups, stretches: Stretches) -> NDArray[Any]:
    """Internet addresses (00.00.00.00) and dates (2024-03-10 17), as logs are full of."""
    import numpy as np

    most = len(groups.begins) - 1
    at = [np.minimum(stretches.first + more, most) for more in range(4)]
    size = [groups.sizes[place] for place in at]
    # The separator behind each group, 0 where there are several.
    mark = [
        np.where(groups.begins[b] - groups.ends[a] == 1, codes[groups.ends[a]], 0)
        for a, b in pairwise(at)
    ]
    dotted, dashed = ord("."), ord("-")
    count, start = stretches.last - stretches.first + 1, groups.begins[stretches.first]
    internet = (count == 4) & (np.maximum.reduce(size) <= 3)
    internet &= (mark[0] == dotted) & (mark[1] == dotted) & (mark[2] == dotted)
    century = codes[start].astype(np.int64) * 10 + codes[start + 1] - 11 * ord("0")
    date = (size[0] == 4) & (size[1] == 2) & (size[2] == 2)
    date &= (mark[0] == dashed) & (mark[1] == dashed) & ((century == 19) | (century == 20))
    date &= ~of_these(codes[groups.ends[stretches.last]], " -.")
    hour = (count == 4) & (size[3] == 2) & (mark[2] == ord(" "))
    machines: NDArray[Any] = internet | (date & ((count == 3) | hour))
    return machines
