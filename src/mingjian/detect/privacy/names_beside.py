"""Chinese names that stand alone between separators on the line of a personal number.

In a long text the numbers are looked at in arrays: which names stand in the reach of each, and
which of these the number lets end where they end by themselves. The others are read one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy import gates
from mingjian.detect.privacy.gates import EDGE, codes_of, held
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import isolated_name, lone_name, surname_begins
from mingjian.detect.privacy.openings import Opening

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CJK = "\u3400-\u9fff"
_BESIDE = frozenset(("mobile", "resident_id", "bank_card", "email", "passport", "landline"))
_BEFORE, _BEHIND = 40, 24
"""Characters before and behind a number in which a name is looked for."""
_LONGEST_NAME = 4
_BEGINS_OPEN = Opening(lambda: (surname_begins(), f"[ {_CJK}]"), (-1, f"[^{_CJK}·]"))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A surname that no Chinese character stands before, and what may be a name by its length."""
    begins = rf"{surname_begins()}(?<![{_CJK}·].)"
    return (
        re.compile(rf"{begins}(?= ?[{_CJK}])"),
        re.compile(rf"{begins}(?: ?[{_CJK}]){{1,3}}(?![{_CJK}·])"),
    )


def names_beside(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Names that stand alone between separators on the line of a personal number."""
    numbers = [hit for hit in hits if hit[0] in _BESIDE]
    if not numbers:
        return
    seen = set()
    for start, end in _found(text, numbers):
        if start not in seen:
            seen.add(start)
            yield Hit("name", start, end, text[start:end].replace(" ", ""))


def _found(text: str, numbers: list[Hit]) -> list[tuple[int, int]]:
    if len(text) >= gates.LONG:
        return _in_arrays(text, numbers, _BEGINS_OPEN.at(text))
    places = [match.start() for match in _patterns()[0].finditer(text)]
    return [one for hit in numbers for one in _beside(text, hit, places)] if places else []


def _beside(text: str, hit: Hit, places: list[int]) -> list[tuple[int, int]]:
    """Beginnings and ends of the names beside one number."""
    _, start, end, _ = hit
    low = max(0, start - _BEFORE)
    first = bisect_left(places, low)
    if first == len(places) or places[first] >= end + _BEHIND:
        return []
    free = text.rfind("\n", low, start) + 1 or low
    line = text.find("\n", end, end + _BEHIND)
    high, right = start, end + _BEHIND if line < 0 else line
    found = []
    for at in range(first, len(places)):
        place = places[at]
        if place >= start and high == start:
            free, high = end, right
        if place >= right:
            break
        if place < free:
            continue
        match = _patterns()[1].match(text, place, high)
        if match is not None:
            free = match.end()
            if isolated_name(match[0]):
                found.append((place, free))
    return found


def _in_arrays(text: str, numbers: list[Hit], at: NDArray[Any]) -> list[tuple[int, int]]:
    """The same for all numbers of a long text."""
    import numpy as np

    codes = codes_of(text)
    at = at[_begins(codes, at)]
    if not len(at):
        return []
    places = (at - EDGE).tolist()
    starts, ends = (np.array([hit[one] for hit in numbers]) + EDGE for one in (1, 2))
    lines = np.flatnonzero(codes == ord("\n"))
    free = np.maximum(starts - _BEFORE, lines[np.searchsorted(lines, starts) - 1] + 1)
    right = np.minimum(ends + _BEHIND, lines[np.searchsorted(lines, ends)])
    size, alone = _sizes(codes, at)
    found: list[tuple[int, int, int]] = []
    doubtful = np.zeros(len(numbers), bool)
    pairs = []
    for low, high in ((free, starts), (np.maximum(starts, ends), right)):
        number, place = _pairs(np.searchsorted(at, low), np.searchsorted(at, high))
        stop, edge = at[place] + size[place], high[number]
        cut = (stop > edge) | ((stop == edge) & (codes.take(edge) == ord("·")))
        doubtful[number[cut | ~alone[place]]] = True
        pairs.append((number, place))
    number, place = (np.concatenate(both) for both in zip(*pairs, strict=True))
    sure = ~doubtful[number] & (codes.take(at[place] + size[place]) != ord("·"))
    sure &= size[place] <= _LONGEST_NAME
    order = np.lexsort((place[sure], number[sure]))
    number, place = number[sure][order], place[sure][order]
    _, first = np.unique(place, return_index=True)
    for one, which in zip(number[first].tolist(), place[first].tolist(), strict=True):
        start = places[which]
        end = start + int(size[which])
        if lone_name(text[start:end]):
            found.append((one, start, end))
    for one in np.flatnonzero(doubtful).tolist():
        found += [(one, *span) for span in _beside(text, numbers[one], places)]
    return [(start, end) for _, start, end in sorted(found)]


def _begins(codes: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """At which places a surname stands, and behind it, or behind one blank, a character."""
    blank = codes.take(at + 1) == ord(" ")
    found: NDArray[Any] = held(surname_begins(), codes.take(at))
    found &= held(f"[{_CJK}]", codes.take(at + 1 + blank))
    return found


def _sizes(codes: NDArray[Any], at: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Chinese characters from each surname on, five at most, and whether no blank joins more."""
    import numpy as np

    size, going = np.ones_like(at), np.ones(len(at), bool)
    for one in range(1, _LONGEST_NAME + 1):
        going = going & held(f"[{_CJK}]", codes.take(at + one))
        size += going
    joined = (codes.take(at + size) == ord(" ")) & held(f"[{_CJK}]", codes.take(at + size + 1))
    return size, ~(joined & (size < _LONGEST_NAME))


def _pairs(first: NDArray[Any], after: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Every range and everything in it: numbers of both."""
    import numpy as np

    many = np.maximum(after - first, 0)
    number = np.repeat(np.arange(len(many)), many)
    begun = np.cumsum(many) - many
    return number, np.arange(len(number)) - begun[number] + first[number]
