"""What a text is about, as the mean of word vectors: 64 numbers, for Chinese and English.

Words that mean alike lie close together in either language, so a model that learnt 转账 has
learnt 汇款 as well. The vectors are distilled from multilingual-e5-small (MIT) by
`training/meaning_vectors.py`; a word's weight falls with its frequency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from mingjian.detect.learned import store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE, NAME = "mingjian.detect.learned", "meaning"
DIMENSIONS = 64
LONGEST_WORD = 4
"""Characters of the longest Chinese word looked for."""
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z][a-z']*")


class Meaning:
    """The table of word vectors; `of` is its one act."""

    def __init__(self) -> None:
        """Raises `Unavailable` where the table is missing or altered."""
        import numpy as np

        arrays = store.load(PACKAGE, NAME)
        words = arrays["words"].tobytes().decode().split("\n")
        self.vocabulary = tuple(words)
        """Every word by its row: Chinese words, then English ones, the most frequent first, then
        Chinese characters that are no frequent word."""
        self._index = {word: i for i, word in enumerate(words)}
        lengths: dict[str, set[int]] = {}
        for word in words:
            if 1 < len(word) <= LONGEST_WORD and word[0] > "z":
                lengths.setdefault(word[:2], set()).add(len(word))
        # The lengths of words that begin with two characters, the longest first: most begin none.
        self._lengths = {two: tuple(sorted(some)[::-1]) for two, some in lengths.items()}
        self._vectors = arrays["vectors"].astype(np.float32) * float(arrays["step"])

    def words(self, text: str) -> list[tuple[int, int]]:
        """(row, first character) of each known word of a lower-case text, longest match first."""
        index = self._index
        found: list[tuple[int, int]] = []
        for match in _RUN.finditer(text):
            run = match[0]
            if run[0] > "z":
                start = match.start()
                found += [(row, start + place) for row, place in self.han_words(run)]
            elif (row := index.get(run)) is not None:
                found.append((row, match.start()))
        return found

    def row(self, word: str) -> int | None:
        """The row of one word."""
        return self._index.get(word)

    def han_words(self, run: str) -> list[tuple[int, int]]:
        """`words` of a run of Han characters."""
        index, lengths = self._index, self._lengths
        found: list[tuple[int, int]] = []
        at, end = 0, len(run)
        while at < end:
            # A slice beyond the end is shorter than asked for, so it is looked up as it is.
            for length in lengths.get(run[at : at + 2], ()):
                row = index.get(run[at : at + length])
                if row is not None and at + length <= end:
                    found.append((row, at))
                    at += length
                    break
            else:
                row = index.get(run[at])
                if row is not None:
                    found.append((row, at))
                at += 1
        return found

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of words by row, one a line: for means over many stretches of a text."""
        import numpy as np

        return self._vectors.take(np.asarray(rows, dtype=np.intp), axis=0)

    def of(self, text: str) -> NDArray[np.float32]:
        """The mean vector of a lower-case (normalised) text, of length 1; zeros without words."""
        import numpy as np

        rows = [row for row, _ in self.words(text)]
        if not rows:
            return np.zeros(DIMENSIONS, dtype=np.float32)
        mean: NDArray[np.float32] = np.add.reduce(self.vectors(rows), axis=0)
        mean /= len(rows)
        length = float(np.sqrt(mean @ mean))
        return mean / length if length > 0 else mean


@lru_cache(maxsize=1)
def meaning() -> Meaning:
    """The table, read once per process (about 3 MB, 50 ms)."""
    return Meaning()
