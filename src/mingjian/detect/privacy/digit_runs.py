"""Where stretches of digits that may be numbers begin, found in arrays for a whole text at once.

What is turned away here `digits.stretches` would turn away too, one after another: long texts are
full of orders, amounts, dates and addresses of machines. What stays is read there as ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from mingjian.detect.privacy.context import number_phrases
from mingjian.detect.privacy.gates import EDGE, codes_of, held

if TYPE_CHECKING:
    from numpy.typing import NDArray

BETWEEN = " -.()\u00a0\u2009\u3000·•–—（）"
"""What may stand between the digits of one number."""
MONEY = "$¥￥€£"
AFTER_BEGINS = "oOfFmMhHwWcC手座办家"
"""What the labels begin with that stand behind a number, a blank and a bracket aside."""
_LEAST_DIGITS = 7
MOST_DIGITS = 19
_PLUS = "+＋("
_LETTERS = "lLeExXdDcCoOzZhHtTnN"
"""Last letters of the labels that may touch a number (tel138…)."""
_EXTENSION = "xXeE-"


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Stretches of seven digits or more, as arrays; places are those of the padded text."""

    start: NDArray[Any]
    end: NDArray[Any]
    """Behind the last digit."""
    group: NDArray[Any]
    """Number of the first group of digits in `begins` and `ends`."""
    groups: NDArray[Any]
    digits: NDArray[Any]
    begins: NDArray[Any]
    ends: NDArray[Any]

    def where(self, chosen: NDArray[Any]) -> _Stretches:
        return _Stretches(
            self.start[chosen],
            self.end[chosen],
            self.group[chosen],
            self.groups[chosen],
            self.digits[chosen],
            self.begins,
            self.ends,
        )


class Begun(NamedTuple):
    """A stretch of digits that may hold a number."""

    start: int
    end: int
    """Behind the last digit."""
    near: bool
    """A label or a plus sign may stand beside it: False is certain."""
    alone: bool
    """One group of digits, and no X behind it."""
    sure: bool
    """Stands alone and free, in the form of a number: True is certain."""


def begun(text: str) -> Iterator[Begun]:
    """Each stretch of digits that may hold a number, in order of place."""
    import numpy as np

    codes = codes_of(text)
    found = _stretches(codes)
    solid = np.flatnonzero(~_in(codes, " -."))
    following = solid[np.searchsorted(solid, found.end)]
    plain = ~_in(codes[following], "xX")
    near = _near(codes, found)
    alone = plain & (found.groups == 1)
    allowed, sure = _lone(codes, found, near)
    kept = np.where(alone, allowed, ~(plain & _of_machines(codes, found, following)))
    columns = (found.start - EDGE, found.end - EDGE, near, alone, sure)
    return map(Begun, *(column[kept].tolist() for column in columns))


def _in(codes: NDArray[Any], characters: str) -> NDArray[Any]:
    return held(f"[{re.escape(characters)}]", codes)


def _stretches(codes: NDArray[Any]) -> _Stretches:
    import numpy as np

    digit = _in(codes, "0123456789")
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    begins, ends = edges[::2], edges[1::2]
    breaks = np.flatnonzero(~_in(codes, BETWEEN + "0123456789"))
    # A group goes on the stretch before it if nothing but separators stands between.
    apart = np.searchsorted(breaks, ends[:-1]) != np.searchsorted(breaks, begins[1:])
    first = np.concatenate(([0], np.flatnonzero(apart) + 1)) if len(begins) else begins
    sums = np.concatenate(([0], np.cumsum(ends - begins)))
    after = np.append(first[1:], len(begins)) if len(begins) else begins
    found = _Stretches(
        begins[first],
        ends[after - 1],
        first,
        after - first,
        sums[after] - sums[first],
        begins,
        ends,
    )
    return found.where(found.digits >= _LEAST_DIGITS)


def _near(codes: NDArray[Any], found: _Stretches) -> NDArray[Any]:
    """A plus sign or a bracket before, or what may be a label before or behind."""
    behind = found.end + _in(codes[found.end], " -")
    behind = behind + _in(codes[behind], "([")
    near: NDArray[Any] = (
        number_phrases().may_end_at(codes, found.start)
        | _in(codes[behind], AFTER_BEGINS)
        | _in(codes[found.start - 1], _PLUS)
    )
    return near


def _lone(
    codes: NDArray[Any], found: _Stretches, near: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Plain runs of digits that have a number's form or a label beside them, and may stand free.

    And which of them certainly have such a form and stand free.
    """
    import numpy as np

    start, end, size = found.start, found.end, found.digits
    before, behind = codes[start - 1], codes[end]
    head = [codes[start + at] - np.uint16(48) for at in range(8)]
    century = head[6] * np.uint16(10) + head[7]
    eleven = (size == 11) & (head[0] == 1)
    identity = (size == 15) | ((size == 18) & (century >= 18) & (century <= 20))
    abroad = (
        ((head[0] == 8) & (head[1] == 6))
        | ((head[0] == 0) & (head[1] == 8) & (head[2] == 6))
        | ((head[0] == 0) & (head[1] == 0) & (head[2] == 8) & (head[3] == 6))
    )
    formed = eleven | identity | ((size >= 12) & (abroad | _luhn(codes, end, size)))
    word_before, word_behind = _word(before), _word(behind)
    free_left = ~_in(before, MONEY) & ~(_in(before, "-.") & _alphanumeric(codes[start - 2]))
    free_left = np.where(word_before, _in(before, _LETTERS), free_left)
    free_right = ~word_behind | _in(behind, _EXTENSION)
    allowed = (size <= MOST_DIGITS) & (formed | near) & free_left & free_right
    return allowed, formed & ~word_before & ~word_behind & (behind != ord("-"))


def _alphanumeric(codes: NDArray[Any]) -> NDArray[Any]:
    return _in(codes, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def _word(codes: NDArray[Any]) -> NDArray[Any]:
    word: NDArray[Any] = _alphanumeric(codes) | (codes == ord("_"))
    return word


def _luhn(codes: NDArray[Any], end: NDArray[Any], size: NDArray[Any]) -> NDArray[Any]:
    """The last digit is a Luhn digit, for sizes up to 19."""
    import numpy as np

    total = np.zeros(len(end), np.int64)
    for back in range(1, MOST_DIGITS + 1):
        digit = np.where(back <= size, codes[np.maximum(end - back, 0)].astype(np.int64) - 48, 0)
        if back % 2 == 0:
            digit = digit * 2 - 9 * (digit > 4)
        total += digit
    holds: NDArray[Any] = total % 10 == 0
    return holds


def _of_machines(codes: NDArray[Any], found: _Stretches, following: NDArray[Any]) -> NDArray[Any]:
    """Internet addresses (00.00.00.00) and dates (2024-03-10 17), as logs are full of."""
    import numpy as np

    most = len(found.begins) - 1
    at = [np.minimum(found.group + more, most) for more in range(4)]
    size = [found.ends[place] - found.begins[place] for place in at]
    # The separator behind each group, 0 where there are several.
    mark = [
        np.where(found.begins[b] - found.ends[a] == 1, codes[found.ends[a]], 0)
        for a, b in pairwise(at)
    ]
    dotted, dashed = ord("."), ord("-")
    internet = (found.groups == 4) & (np.maximum.reduce(size) <= 3)
    internet &= (mark[0] == dotted) & (mark[1] == dotted) & (mark[2] == dotted)
    century = codes[found.start].astype(np.int64) * 10 + codes[found.start + 1] - 11 * ord("0")
    date = (size[0] == 4) & (size[1] == 2) & (size[2] == 2) & (following == found.end)
    date &= (mark[0] == dashed) & (mark[1] == dashed) & ((century == 19) | (century == 20))
    hour = (found.groups == 4) & (size[3] == 2) & (mark[2] == ord(" "))
    machines: NDArray[Any] = internet | (date & ((found.groups == 3) | hour))
    return machines
