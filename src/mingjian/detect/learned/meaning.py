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
        self._index = {word: i for i, word in enumerate(words)}
        self._vectors = arrays["vectors"].astype(np.float32) * float(arrays["step"])

    def words(self, text: str) -> list[tuple[int, int]]:
        """(row, first character) of each known word of a lower-case text, longest match first."""
        index, found = self._index, []
        for match in _RUN.finditer(text):
            run, offset = match[0], match.start()
            if run[0] <= "z":
                row = index.get(run)
                if row is not None:
                    found.append((row, offset))
                continue
            at, end = 0, len(run)
            while at < end:
                for length in range(min(LONGEST_WORD, end - at), 0, -1):
                    row = index.get(run[at : at + length])
                    if row is not None:
                        found.append((row, offset + at))
                        break
                else:
                    length = 1
                at += length
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
