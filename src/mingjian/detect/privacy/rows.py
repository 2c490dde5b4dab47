"""Cells below one another: where most of a column are names, the others are names too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import characters, is_cjk
from mingjian.detect.privacy.neighbours_en import could_be_a_name

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


def find_in_rows(text: str, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Cells that no rule knows as names, in columns that are names for the most part."""
    ends = {hit.start: hit.end for hit in hits if hit.kind == "name"}
    done = 0
    for place, after in pairwise(sorted(ends)):
        if place < done or after - place > _NEAR or not 0 < text.count("\n", place, after) <= 2:
            continue
        block = _block(text, done, place, after)
        if block is None:
            continue
        separator, lines = block
        done = lines[-1][1]
        rows = [_cells(separator, text, *line) for line in lines]
        for column in zip(*rows, strict=True):
            named = [5 * (ends.get(start, 0) - start) >= 4 * (end - start) for start, end in column]
            if sum(named) < _LEAST_NAMES or 2 * sum(named) < len(column):
                continue
            for (start, end), known in zip(column, named, strict=True):
                if not known and _fits(text[start:end], first=(start, end) == column[0]):
                    yield Hit("name", start, end, text[start:end])


def _block(
    text: str, least: int, place: int, after: int
) -> tuple[re.Pattern[str], list[Cell]] | None:
    """The lines around two places, from `least` on, that are parted into as many cells."""
    first = _line(text, place)
    for separator in _SEPARATORS:
        count = _count(separator, text, first)
        if not count:
            continue
        lines = [first]
        while lines[-1][0] > least and len(lines) < _LONGEST_BLOCK // 2:
            line = _line(text, lines[-1][0] - 1)
            if _count(separator, text, line) != count:
                break
            lines.append(line)
        lines.reverse()
        while lines[-1][1] < len(text) and len(lines) < _LONGEST_BLOCK:
            line = _line(text, lines[-1][1] + 1)
            if _count(separator, text, line) != count:
                break
            lines.append(line)
        if len(lines) >= _LEAST_LINES and lines[-1][1] > after:
            return separator, lines
    return None


def _line(text: str, place: int) -> Cell:
    """The line that holds `place`, which may be the break at its end."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def _count(separator: re.Pattern[str], text: str, line: Cell) -> int:
    if line[1] - line[0] > _LONGEST_LINE:
        return 0
    return len(separator.findall(text, *line))


def _cells(separator: re.Pattern[str], text: str, start: int, end: int) -> list[Cell]:
    cells, place = [], start
    for match in separator.finditer(text, start, end):
        cells.append(_bare(text, place, match.start()))
        place = match.end()
    return [*cells, _bare(text, place, end)]


def _bare(text: str, start: int, end: int) -> Cell:
    """Without blanks and quotation marks around it."""
    cell = text[start:end].lstrip(_AROUND)
    return end - len(cell), end - len(cell) + len(cell.rstrip(_AROUND))


def _fits(cell: str, *, first: bool) -> bool:
    """`cell` has the form of a name; the first of a column may be its title."""
    if 2 <= len(cell) <= 4 and all(map(is_cjk, cell)):
        known = characters()
        surname = cell[0] in known.surnames or cell[:2] in known.compound
        return known.never.isdisjoint(cell) and (surname or not first) and _no_title(cell)
    return not first and _LATIN.fullmatch(cell) is not None and could_be_a_name(cell)


def _no_title(cell: str) -> bool:
    return cell not in ("姓名", "合计", "总计", "备注", "小计", "空缺", "无", "待定", "轮休")
