"""From what each character added to a measurement, to the passages a reader is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STOP = re.compile(r"[。！？；：，!?;\n\r\"“”]|[.,:](?=\s|\Z)")
_UNIT = re.compile(r"[A-Za-z0-9_'\u00c0-\u024f]+|[\u3400-\u9fff]+|[^\s]")


def strongest_spans(
    text: str, moved: NDArray[np.float64], *, most: int = 5, longest: int = 60
) -> list[tuple[int, int, float]]:
    """Up to `most` passages that moved the measurement furthest up: (start, end, how far).

    Passages end at the edges of words (runs of Han characters are cut where the sum falls),
    are at most `longest` characters, do not overlap and come in the order of the text.
    """
    import numpy as np

    if not len(text):
        return []
    # A little smoothing joins neighbouring n-grams into one passage.
    smooth = np.convolve(moved, np.ones(3) / 3, mode="same")
    units = [match.span() for match in _UNIT.finditer(text)]
    if not units:
        return []
    pieces: list[tuple[int, int, float]] = []
    for start, end in units:
        if "\u3400" <= text[start] <= "\u9fff" and end - start > 4:
            pieces += _rising(start, smooth[start:end])
        else:
            pieces.append((start, end, float(smooth[start:end].sum())))
    passages: list[tuple[int, int, float]] = []
    for start, end, gain in pieces:
        if gain <= 0:
            continue
        if passages:
            first, last, sofar = passages[-1]
            if start - last <= 1 and end - first <= longest:
                passages[-1] = (first, end, sofar + gain)
                continue
        passages.append((start, min(end, start + longest), gain))
    strongest = sorted(passages, key=lambda passage: (-passage[2], passage[0]))[:most]
    return sorted(strongest)


def clause(text: str, start: int, end: int, *, furthest: int = 80) -> tuple[int, int]:
    """The clause around a passage, from stop to stop: what a reader needs to agree or not.

    A side with no stop within `furthest` characters stays where it is.
    """
    begun = max(0, start - furthest)
    ends = [match.end() for match in _STOP.finditer(text, begun, start + 1)]
    within = [0] * (begun == 0) + [end for end in ends if end <= start]
    first = within[-1] if within else start
    # A stop that the passage ends with is its own, so the search begins at its last character.
    stop = _STOP.search(text, max(start, end - 1), end + furthest)
    further = stop.start() if stop else len(text)
    last = max(end, further) if further <= end + furthest else end
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def _rising(offset: int, gains: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """The stretches of characters that each moved the measurement up."""
    import numpy as np

    up = np.concatenate(([False], gains > 0, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(up))
    return [
        (offset + int(first), offset + int(last), float(gains[first:last].sum()))
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]
