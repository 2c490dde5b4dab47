"""A text cut into sentences and lines: what a planted instruction is looked for in."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 4000
"""Windows of one text; what lies behind is not measured, and the finding says so."""
_UNIT = re.compile(r"(?:[^\n.!?。！？]|[.!?](?![\s\"”’)])){1,300}+[.!?。！？]{0,9}[\"”’)\]】]{0,3}")
_SHORT = 18
"""Units shorter than this (Han characters count double) join the one before on their line."""


@dataclass(frozen=True, slots=True)
class Window:
    """Characters `start` to `end`; whether they fill whole lines."""

    start: int
    end: int
    alone: bool


def windows(text: str) -> list[Window]:
    """Sentences and lines of a text, in order, at most `MOST`."""
    cuts: list[tuple[int, int]] = []
    for match in _UNIT.finditer(text):
        start, end = match.span()
        while start < end and text[start] in " \t\r\u3000":
            start += 1
        if start == end:
            continue
        if cuts and _weight(text, start, end) < _SHORT and "\n" not in text[cuts[-1][1] : start]:
            cuts[-1] = (cuts[-1][0], end)
        else:
            cuts.append((start, end))
        if len(cuts) >= MOST:
            break
    return [Window(start, end, _alone(text, start, end)) for start, end in cuts]


def _weight(text: str, start: int, end: int) -> int:
    part = text[start:end]
    return len(part) if part.isascii() else len(part) + sum("\u4e00" <= c <= "\u9fff" for c in part)


def _alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start].rstrip(" \t")
    after = text[end : end + 40].lstrip(" \t\r")
    return (not before or before[-1] == "\n") and (not after or after[0] == "\n")
