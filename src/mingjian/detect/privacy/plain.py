"""Text made alike before the rules read it, with the way back to the given places.

Full-width digits and letters become ASCII and traditional characters simplified, one for one.
The blanks that text recognition leaves between all characters (湖 北 省 襄 阳 市) are left out.
Characters that an address on the web holds as escapes (%40, %E5%BC%A0) are read as themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mingjian.detect.learned.simpler import simplified_forms
from mingjian.detect.privacy.gates import Gate, matches
from mingjian.detect.privacy.hit import Hit

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
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")
_JOINED = re.compile(r"[?&][\w.\-]{1,30}=[A-Za-z]{1,40}(?:\+[A-Za-z]{1,40}){1,5}(?![^\s&\"#;])")
"""A value of a form's field that is words alone, with a plus sign for each blank."""
_CODECS = ("utf-8", "gb18030")
_BEFORE = 24
"""Characters before the first two Chinese characters of a row that still belong to it."""
_LEAST = 2
"""Blanks from which characters set apart are no row of short words."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The text as the rules read it, and what was left out of it.

    Both sequences are in order and hold a place of the text for each character that is missing.
    """

    text: str
    blanks: Sequence[float] = ()
    """Where each blank would stand in `text`."""
    escapes: Sequence[float] = ()
    """For each escape the middle of the character it became, in the text with its blanks."""

    def placed(self, hits: list[Hit]) -> list[Hit]:
        """`hits` at their places in the given text."""
        for missing in (self.blanks, self.escapes):
            if missing:
                hits = [
                    hit._replace(
                        start=hit.start + bisect_right(missing, hit.start),
                        end=hit.end + bisect_left(missing, hit.end),
                    )
                    for hit in hits
                ]
        return hits


@cache
def _simplified() -> tuple[re.Pattern[str], dict[int, int]]:
    """What is replaced at all, and by what."""
    table = _WIDTH | simplified_forms()
    return re.compile(f"[{''.join(map(chr, sorted(table)))}]+"), table


def plain(text: str) -> Plain:
    """`text` as the rules read it."""
    escapes: list[float] = []
    if "%" in text:
        text, escapes = _without_escapes(text)
    if "+" in text and "=" in text:
        text = _JOINED.sub(lambda value: value[0].replace("+", " "), text)
    if text.isascii():
        return Plain(text, escapes=escapes)
    replaced, table = _simplified()
    if replaced.search(text) is not None:
        text = replaced.sub(lambda match: match[0].translate(table), text)
    blanks = _blanks(text)
    if not blanks:
        return Plain(text, escapes=escapes)
    return Plain(
        _without(text, blanks), [blank - before for before, blank in enumerate(blanks)], escapes
    )


def _without(text: str, blanks: list[int]) -> str:
    pieces, last = [], 0
    for blank in blanks:
        pieces.append(text[last:blank])
        last = blank + 1
    pieces.append(text[last:])
    return "".join(pieces)


def _without_escapes(text: str) -> tuple[str, list[float]]:
    """The text with its escapes read once, and `Plain.escapes`."""
    pieces: list[str] = []
    missing: list[float] = []
    last = length = 0
    for escapes in _ESCAPES.finditer(text):
        pieces.append(text[last : escapes.start()])
        length += len(pieces[-1])
        last = escapes.end()
        for char, size in _read(bytes.fromhex(escapes[0].replace("%", ""))):
            pieces.append(char)
            missing += [length + 0.5] * (3 * size - len(char))
            length += len(char)
    pieces.append(text[last:])
    return "".join(pieces), missing


def _read(data: bytes) -> Iterator[tuple[str, int]]:
    """The characters that bytes stand for, each with how many; what cannot be shown stays."""
    for codec in _CODECS:
        try:
            chars = data.decode(codec)
        except UnicodeDecodeError:
            continue
        for char in chars:
            own = char.encode(codec)
            yield (char if char.isprintable() else _escaped(own)), len(own)
        return
    yield _escaped(data), len(data)


def _escaped(data: bytes) -> str:
    return "".join(f"%{byte:02x}" for byte in data)


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
