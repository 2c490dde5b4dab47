"""The texts of a data set as one stream of numbered tokens: words, and single Han characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

MOST_TOKENS = 160
"""Tokens read of each text."""
FEWEST = 4
"""Rows a wording must stand in to be looked at."""
LONGEST = 4
"""Tokens of a run that is counted; a longer wording is grown from such runs."""
_TOKEN = re.compile(r"[^\W_\u4e00-\u9fff]+(?:'[a-z]+)?|[\u4e00-\u9fff]|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Stream:
    """All rows one after another; token 0 stands before, between and after them."""

    words: tuple[str, ...]
    """What each token is; the first is empty."""
    tokens: NDArray[np.int64]
    row: NDArray[np.int64]
    """Of each token, its row; of a 0, the row before it."""
    starts: NDArray[np.int64]
    """Where each row's first token stands; one more than there are rows."""


def tokens_of(text: str) -> list[tuple[str, int]]:
    """The tokens of one text (lower case), and where each begins."""
    found = _TOKEN.finditer(text.lower())
    return [(match[0], match.start()) for match in islice(found, MOST_TOKENS)]


def stream_of(texts: Sequence[str]) -> Stream:
    """The token stream of the texts."""
    import numpy as np

    index: dict[str, int] = {"": 0}
    flat: list[int] = [0]
    starts: list[int] = []
    for text in texts:
        starts.append(len(flat))
        words = _TOKEN.findall(text.lower())[:MOST_TOKENS]
        flat += [index.setdefault(word, len(index)) for word in words]
        flat.append(0)
    starts.append(len(flat))
    place = np.array(starts, dtype=np.int64)
    row = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(place))
    return Stream(
        words=tuple(index),
        tokens=np.array(flat, dtype=np.int64),
        row=np.concatenate([np.zeros(1, dtype=np.int64), row]),
        starts=place,
    )


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one length that stand in enough rows. Entries are sorted by run, then place."""

    length: int
    place: NDArray[np.int64]
    """Of each occurrence, where its first token stands in the stream."""
    run: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Occurrences of run i lie at starts[i] to starts[i + 1]."""


def runs_of(stream: Stream, fewest: int = FEWEST) -> list[Runs]:
    """Runs of 1 to `LONGEST` tokens within a row that stand in at least `fewest` places."""
    import numpy as np

    tokens = stream.tokens
    place = np.flatnonzero(tokens)
    run = tokens[place]
    found: list[Runs] = []
    for length in range(1, LONGEST + 1):
        if length > 1:
            # A run can only be as frequent as its beginning.
            after = tokens[place + length - 1]
            inside = after > 0
            place, run, after = place[inside], run[inside], after[inside]
            _, run = np.unique(run * len(stream.words) + after, return_inverse=True)
        if not place.size:
            break
        kept = np.bincount(run)[run] >= fewest
        place, run = place[kept], run[kept]
        if not place.size:
            break
        _, run = np.unique(run, return_inverse=True)
        order = np.argsort(run, kind="stable")
        starts = np.searchsorted(run[order], np.arange(int(run.max()) + 2))
        found.append(Runs(length, place[order], run[order], starts))
    return found
