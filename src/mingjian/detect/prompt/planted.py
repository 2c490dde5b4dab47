"""The second reading of a document: which of its strongest windows was planted, if any.

What the first reading found most like a planted window is often a title or a heading; what was
planted is mostly among the strongest three. The plain encoder (`learned.encoder`) reads them. An
order is planted where it stands out from what is around it, so each is told by the direction in
which it lies and by how that differs from the others. The window of which both readings together
say most counts, and is the one that a reader is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.prompt.second import share_read
from mingjian.detect.prompt.windows import han_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONG = 240
"""Characters from which a document is read twice; a Han character counts double. What is shorter
is a message: there are many of them, and a reading takes a hundred times as long as the first."""
_REMEMBERED = 2_000
"""Documents whose reading is kept: many people share the same mail."""


def long_enough(document: str) -> bool:
    """Whether a document may be read twice."""
    return len(document) >= LONG or len(document) + han_count(document) >= LONG


def contrasted(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each passage's vector, and how it differs from the mean of the others (nothing, where there
    are none)."""
    import numpy as np

    if len(vectors) < 2:
        return np.concatenate([vectors, np.zeros_like(vectors)], axis=1)
    others = (vectors.sum(axis=0) - vectors) / (len(vectors) - 1)
    return np.concatenate([vectors, vectors - others], axis=1)


class Planted:
    """Reads the strongest passages of a document and says how the most telling one counts."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, as `Second` does."""
        store.data(encoder.PACKAGE, encoder.NAME)
        bias, self._weights = arrays["document_direction"][0], arrays["document_direction"][1:]
        self._bias = float(bias)
        self._choosing: list[float] = arrays["document_choosing"].tolist()
        self.least, *self._last = arrays["document_second_last"].tolist()
        """`least`: the first measure from which a document is read twice."""
        self._told = lru_cache(maxsize=_REMEMBERED)(self._tell)

    def measure(
        self, first: float, passages: Sequence[str], looks: Sequence[float]
    ) -> tuple[float, int]:
        """The measure of both readings together, in the unit of the first (a logit), and which of
        the passages counts; `looks` says how planted each looked at first. What the encoder says
        counts as far as a passage was read, and the look anew as far as it was not."""
        numbers = []
        for text, look, told in zip(passages, looks, self._told(tuple(passages)), strict=True):
            share = share_read(text)
            numbers.append((look, look * (1 - share), told * share))
        said = [_line(self._choosing, row) for row in numbers]
        best = max(range(len(said)), key=said.__getitem__)
        return _line(self._last, (first, *numbers[best])), best

    def _tell(self, passages: tuple[str, ...]) -> tuple[float, ...]:
        vectors = contrasted(encoder.encoder().vectors(passages))
        return tuple((vectors @ self._weights + self._bias).tolist())


def _line(step: Sequence[float], numbers: Sequence[float]) -> float:
    return float(step[0] + sum(map(mul, step[1:], numbers)))
