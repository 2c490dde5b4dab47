"""A text cut into sentences and lines: what a planted instruction is looked for in."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 4000
"""Windows of one text; what lies behind is not measured, and the finding says so."""
_LONGEST = 300
"""Characters of a window; a longer sentence is cut."""
_UNIT = re.compile(r"(?>(?:[^\n.!?。！？]+|[.!?](?![\s\"”’)]))+)[.!?。！？]{0,9}[\"”’)\]】]{0,3}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SHORT = 18
"""Units shorter than this (Han characters count double) join the one before on their line."""


@dataclass(frozen=True, slots=True)
class Window:
    """Characters `start` to `end`; whether they fill whole lines."""

    start: int
    end: int
    alone: bool


def han_count(text: str) -> int:
    """How many Han characters there are."""
    return sum(map(len, _HAN.findall(text)))


def windows(text: str) -> list[Window]:
    """Sentences and lines of a text, in order, at most `MOST`."""
    cuts: list[tuple[int, int]] = []
    for match in _UNIT.finditer(text):
        for first in range(match.start(), match.end(), _LONGEST):
            last = min(first + _LONGEST, match.end())
            start = last - len(text[first:last].lstrip(" \t\r\u3000"))
            if start == last:
                continue
            if cuts and _joins(text, cuts[-1][1], start, last):
                cuts[-1] = (cuts[-1][0], last)
            else:
                cuts.append((start, last))
        if len(cuts) >= MOST:
            break
    if "\n" not in text:
        return [Window(start, end, len(cuts) == 1) for start, end in cuts[:MOST]]
    return [Window(start, end, _alone(text, start, end)) for start, end in cuts[:MOST]]


def _joins(text: str, before: int, start: int, end: int) -> bool:
    """Whether a unit is short and goes on the line of the one that ends at `before`."""
    if end - start >= _SHORT or "\n" in text[before:start]:
        return False
    part = text[start:end]
    return part.isascii() or len(part) + han_count(part) < _SHORT


def _alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start].rstrip(" \t")
    after = text[end : end + 40].lstrip(" \t\r")
    return (not before or before[-1] == "\n") and (not after or after[0] == "\n")
