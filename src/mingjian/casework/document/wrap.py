"""Lines of mixed Chinese and Latin text for a given width.

Latin words stay whole where they fit; Chinese breaks between any two characters, but no line
begins with a closing mark or ends with an opening one (GB/T 15834-2011, 5.1.10).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_TOKEN = re.compile(r"[!-~\u00a1-\u024f]+|\s|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…—·%,.;:?!)]}")
_NOT_LAST = frozenset("（《「『【〔“‘([{")


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """`text` in lines no wider than `width` (a single character may be); `measure` gives the
    width of one character. A newline begins a new line; an empty text is one empty line."""
    return [line for part in text.split("\n") for line in _paragraph(part, width, measure)]


def _paragraph(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for token in _pieces(text, width, measure):
        size = sum(map(measure, token))
        if line and used + size > width:
            if token.isspace():
                continue
            keep = line.rstrip()
            carry = _carry(keep, token)
            if carry:
                keep, token = keep[: -len(carry)], carry + token
                size += sum(map(measure, carry))
            yield keep
            line, used = "", 0.0
        if line or not token.isspace():
            line += token
            used += size
    yield line.rstrip()


def _carry(line: str, token: str) -> str:
    """What must move to the next line with `token`."""
    at = len(line)
    if token[0] in _NOT_FIRST and at > 1:
        at -= 1
        while at > 1 and line[at] in _NOT_FIRST:
            at -= 1
    while at > 1 and line[at - 1] in _NOT_LAST:
        at -= 1
    carry = line[at:]
    return carry if len(carry) <= 4 else ""


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Tokens, those wider than a line cut into pieces that fit."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if len(token) == 1:
            yield token
            continue
        piece, used = "", 0.0
        for char in token:
            size = measure(char)
            if piece and used + size > width:
                yield piece
                piece, used = "", 0.0
            piece += char
            used += size
        yield piece
