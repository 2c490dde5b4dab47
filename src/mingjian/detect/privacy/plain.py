"""Text made alike before the rules read it, with the way back to the given places.

Full-width digits and letters become ASCII and traditional characters simplified, one for one.
The blanks that text recognition leaves between all characters (湖 北 省 襄 阳 市) are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mingjian.detect.privacy.gates import Gate, matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list

_WIDTH = {
    code: code - 0xFEE0
    for code in (
        *range(0xFF10, 0xFF1A),
        *range(0xFF21, 0xFF3B),
        *range(0xFF41, 0xFF5B),
        0xFF20,
        0xFF0E,
        0xFF0D,
    )
}
_HAN = "\u3400-\u9fff"
_SET_APART = re.compile(rf" (?<=[{_HAN}] )(?=[{_HAN}0-9] [{_HAN}0-9：:，、])")
"""A blank between single characters. The search skips to blanks."""
_SET_APART_GATE = Gate((0, " "), (-1, f"[{_HAN}]"), (2, " "), (1, f"[{_HAN}0-9]"))
_ONE = rf"[{_HAN}0-9A-Za-z，、：:（）()/.\-－—#＃·]"
_ROW = re.compile(rf"(?>(?: {_ONE}(?![{_HAN}0-9A-Za-z]))*)(?: [{_HAN}])?")
"""Characters set apart by one blank each; a word may follow the last at once."""
_SINGLE = re.compile(_ONE)
_HAN_ONE = re.compile(f"[{_HAN}]")
_BEFORE = 24
"""Characters before the first two Chinese characters of a row that still belong to it."""
_LEAST = 2
"""Blanks from which characters set apart are no row of short words."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The text as the rules read it, and the blanks left out of it."""

    text: str
    left_out: Sequence[int] = ()
    """Where each blank would stand in `text`, in order: as often as blanks stood there."""

    def placed(self, hits: list[Hit]) -> list[Hit]:
        """`hits` at their places in the given text."""
        if not self.left_out:
            return hits
        return [hit._replace(start=self._place(hit.start), end=self._end(hit)) for hit in hits]

    def _place(self, at: int) -> int:
        return at + bisect_right(self.left_out, at)

    def _end(self, hit: Hit) -> int:
        return self._place(hit.end - 1) + 1


@cache
def _simplified() -> tuple[re.Pattern[str], dict[int, int]]:
    """What is replaced at all, and by what."""
    data = read_list("traditional")
    pairs = zip("".join(data["traditional"]), "".join(data["simplified"]), strict=True)
    table = _WIDTH | {ord(old): ord(new) for old, new in pairs}
    return re.compile(f"[{''.join(map(chr, sorted(table)))}]+"), table


def plain(text: str) -> Plain:
    """`text` as the rules read it."""
    if text.isascii():
        return Plain(text)
    replaced, table = _simplified()
    if replaced.search(text) is not None:
        text = replaced.sub(lambda match: match[0].translate(table), text)
    blanks = _blanks(text)
    if not blanks:
        return Plain(text)
    pieces, last = [], 0
    for blank in blanks:
        pieces.append(text[last:blank])
        last = blank + 1
    pieces.append(text[last:])
    return Plain("".join(pieces), [blank - before for before, blank in enumerate(blanks)])


def _blanks(text: str) -> list[int]:
    """Every blank inside a row of characters that are all set apart."""
    blanks: list[int] = []
    at = 0
    for found in matches(_SET_APART, text, _SET_APART_GATE):
        first = found.start()
        if first < at:
            continue
        row_of = _ROW.match(text, first)
        least = max(at + 2, first - _BEFORE)
        while first > least and _begins(text, first - 2):
            first -= 2
        row = range(first, found.end() if row_of is None else row_of.end(), 2)
        if len(row) >= _LEAST:
            blanks += row
        at = row[-1] + 1
    return blanks


def _begins(text: str, blank: int) -> bool:
    """A blank stands at `blank`, and behind it the first character of a row or its second."""
    if text[blank] != " ":
        return False
    before = text[blank - 1]
    return _HAN_ONE.match(before) is not None or (
        _SINGLE.match(before) is not None and not text[blank - 2 : blank - 1].isalnum()
    )
