"""Which features stand in which rows: words, word pairs, openings, signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

FEWEST = 4
"""Rows a feature must stand in to be looked at."""
MOST_WORDS = 150
_WORD = re.compile(r"[^\W_\u4e00-\u9fff]+(?:'[a-z]+)?|[\u4e00-\u9fff]+|[^\w\s]")
_ODD = re.compile(r"[\u200b-\u200f\u2060-\u2064\u202a-\u202e\ufeff\U000e0000-\U000e007f]")
_ARCHAIC = frozenset(
    re.findall(
        r"\w\S*",
        "thou thee thy thine ye hath doth art unto shalt wilt behold verily lo hast dost whence "
        "hither thither forsooth nay yea saith spake begat wherefore thereof lest hark o'er ere",
    )
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by features, both ways. Features are named as a reader can be shown them."""

    names: tuple[str, ...]
    row: NDArray[np.int32]
    """Of each entry, its row; entries are sorted by row."""
    feature: NDArray[np.int32]
    starts: NDArray[np.int64]
    """Entries of row r lie at starts[r] to starts[r + 1]."""
    by_feature: NDArray[np.int64]
    """Entries sorted by feature."""
    feature_starts: NDArray[np.int64]

    def rows_of(self, feature: int) -> NDArray[np.int32]:
        """The rows a feature stands in."""
        first, last = self.feature_starts[feature], self.feature_starts[feature + 1]
        found: NDArray[np.int32] = self.row[self.by_feature[first:last]]
        return found


def features_of(text: str) -> Iterator[str]:
    """The features of one text, some more than once."""
    words = _WORD.findall(text.lower())[:MOST_WORDS]
    flat: list[str] = []
    for word in words:
        if "\u4e00" <= word[0] <= "\u9fff":
            flat += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        else:
            flat.append(word)
    flat = flat[:MOST_WORDS]
    yield from flat
    yield from (f"{a} {b}" for a, b in pairwise(flat))
    if len(flat) > 2:
        yield "^" + " ".join(flat[:2])
        yield "$" + " ".join(flat[-2:])
        if "," in flat[2:10]:
            yield f"^{flat[0]} … ,"
    archaic = sum(word in _ARCHAIC for word in words)
    if archaic >= 2:
        yield "~archaic"
    for match in _ODD.finditer(text):
        yield f"U+{ord(match[0]):04X}"


def table_of(texts: Sequence[str]) -> Table:
    """The table of all features that stand in at least `FEWEST` rows and not in nearly all."""
    import numpy as np

    index: dict[str, int] = {}
    rows: list[NDArray[np.int32]] = []
    lengths = np.zeros(len(texts), dtype=np.int64)
    for r, text in enumerate(texts):
        own = {index.setdefault(name, len(index)) for name in features_of(text)}
        rows.append(np.fromiter(own, dtype=np.int32, count=len(own)))
        lengths[r] = len(own)
    feature = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
    row = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    counts = np.bincount(feature, minlength=len(index))
    kept = (counts >= FEWEST) & (counts < 0.9 * len(texts))
    number = np.cumsum(kept) - 1
    entries = kept[feature]
    row, feature = row[entries], number[feature[entries]].astype(np.int32)
    names = tuple(name for name, keep in zip(index, kept.tolist(), strict=True) if keep)
    by_feature = np.argsort(feature, kind="stable")
    return Table(
        names=names,
        row=row,
        feature=feature,
        starts=np.searchsorted(row, np.arange(len(texts) + 1)),
        by_feature=by_feature,
        feature_starts=np.searchsorted(feature[by_feature], np.arange(len(names) + 1)),
    )


def hidden_rows(texts: Sequence[str]) -> list[int]:
    """Rows with characters that cannot be seen; a lone mark at the very start is no sign."""
    return [i for i, text in enumerate(texts) if _ODD.search(text.lstrip("\ufeff"))]
