"""Cells below one another: where most of a column are names, the others are names too."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import EDGE, codes_of, held
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import characters, is_cjk
from mingjian.detect.privacy.neighbours_en import could_be_a_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEPARATORS = (
    re.compile(r"\t"),
    re.compile(r"\|"),
    re.compile(r"  +|\u3000+"),
    re.compile(r"[,，;；]"),
    re.compile(r" +"),
)
_LEAST_NAMES, _LEAST_LINES = 2, 3
_LONGEST_LINE, _LONGEST_BLOCK = 200, 200
_NEAR = 240
"""Characters from one name to another in the next line but one, at most."""
_LATIN = re.compile(
    r"[A-Z\u00c0-\u017d][\w'’\-]{1,20}(?: [A-Z]\.?| (?:de|da|van|von|bin|al|el|la))?"
    r"(?: [A-Z\u00c0-\u017d][\w'’\-]{1,20}){1,2}"
)
_AROUND = ' "\t\r'
Cell = tuple[int, int]


class _Lines:
    """The lines of a text, and into how many cells each separator parts them."""

    def __init__(self, text: str) -> None:
        import numpy as np

        codes = codes_of(text)
        breaks = np.flatnonzero(codes == ord("\n"))[EDGE - 1 : 1 - EDGE]
        long = np.diff(breaks) > _LONGEST_LINE + 1
        counts = [np.diff(np.searchsorted(at, breaks)) for at in map(np.flatnonzero, _gaps(codes))]
        self._counts = [np.where(long, 0, count).tolist() for count in counts]
        self._starts = (breaks - EDGE + 1).tolist()

    def number(self, place: int) -> int:
        """Number of the line that holds `place`."""
        return bisect_right(self._starts, place) - 1

    def line(self, number: int) -> Cell:
        return self._starts[number], self._starts[number + 1] - 1

    def block(self, least: int, first: int, last: int) -> tuple[re.Pattern[str], list[Cell]] | None:
        """The lines around two, from place `least` on, that are parted into as many cells."""
        for separator, counts in zip(_SEPARATORS, self._counts, strict=True):
            count = counts[first]
            if not count or counts[first : last + 1].count(count) <= last - first:
                continue
            begin, end = first, last + 1
            earliest = first - _LONGEST_BLOCK // 2 + 1
            while self._starts[begin] > least and begin > earliest and counts[begin - 1] == count:
                begin -= 1
            latest = min(begin + _LONGEST_BLOCK, len(counts))
            while end < latest and counts[end] == count:
                end += 1
            if end - begin >= _LEAST_LINES:
                return separator, list(map(self.line, range(begin, end)))
        return None


def _gaps(codes: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Where a gap between cells begins, for each of `_SEPARATORS`."""
    import numpy as np

    def runs(of: NDArray[Any]) -> NDArray[Any]:
        begins = of.copy()
        begins[1:] &= ~of[:-1]
        return begins

    blank = codes == ord(" ")
    blanks = runs(blank)
    yield codes == ord("\t")
    yield codes == ord("|")
    yield (blanks & np.append(blank[1:], False)) | runs(codes == ord("\u3000"))
    yield held("[,，;；]", codes)
    yield blanks


def find_in_rows(text: str, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Cells that no rule knows as names, in columns that are names for the most part."""
    ends = {hit.start: hit.end for hit in hits if hit.kind == "name"}
    places = sorted(ends)
    lines, done = None, 0
    for place, after in pairwise(places):
        if place < done or after - place > _NEAR or not 0 < text.count("\n", place, after) <= 2:
            continue
        lines = lines or _Lines(text)
        block = lines.block(done, lines.number(place), lines.number(after))
        if block is None:
            continue
        separator, rows = block
        done = rows[-1][1]
        gaps = [[gap.span() for gap in separator.finditer(text, *row)] for row in rows]
        among = places[bisect_left(places, rows[0][0]) : bisect_left(places, done)]
        for at in _columns(rows, gaps, among):
            column = [_cell(text, row, gap, at) for row, gap in zip(rows, gaps, strict=True)]
            named = [5 * (ends.get(start, 0) - start) >= 4 * (end - start) for start, end in column]
            if all(named) or sum(named) < _LEAST_NAMES or 2 * sum(named) < len(column):
                continue
            for (start, end), known in zip(column, named, strict=True):
                if not known and _fits(text[start:end], first=(start, end) == column[0]):
                    yield Hit("name", start, end, text[start:end])


def _columns(rows: list[Cell], gaps: list[list[Cell]], places: list[int]) -> list[int]:
    """The columns in which so many names begin as are needed."""
    names: dict[int, int] = {}
    row = 0
    for place in places:
        while rows[row][1] < place:
            row += 1
        at = sum([gap[1] <= place for gap in gaps[row]])
        names[at] = names.get(at, 0) + 1
    return sorted(at for at, begun in names.items() if begun >= _LEAST_NAMES)


def _cell(text: str, row: Cell, gaps: list[Cell], at: int) -> Cell:
    """The cell before gap `at`, without blanks and quotation marks around it."""
    start = gaps[at - 1][1] if at else row[0]
    end = gaps[at][0] if at < len(gaps) else row[1]
    bare = text[start:end].lstrip(_AROUND)
    return end - len(bare), end - len(bare) + len(bare.rstrip(_AROUND))


def _fits(cell: str, *, first: bool) -> bool:
    """`cell` has the form of a name; the first of a column may be its title."""
    if 2 <= len(cell) <= 4 and all(map(is_cjk, cell)):
        known = characters()
        surname = cell[0] in known.surnames or cell[:2] in known.compound
        return known.never.isdisjoint(cell) and (surname or not first) and _no_title(cell)
    return not first and _LATIN.fullmatch(cell) is not None and could_be_a_name(cell)


def _no_title(cell: str) -> bool:
    return cell not in ("姓名", "合计", "总计", "备注", "小计", "空缺", "无", "待定", "轮休")
