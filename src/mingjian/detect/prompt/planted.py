"""The second reading of a document: every window, each against all others.

What the first reading finds most like a planted window is often a title or a heading, so the plain
encoder (`learned.encoder`) reads them all. An order is planted where it stands out from what is
around it: each window is told by the direction in which it lies and by how that differs from the
mean of the others. Two directions stand side by side, since what they were learnt from has little
in common: sentences put into documents that were written without them, and documents written as
wholes, something planted or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.prompt.windows import han_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONG, LONG_MESSAGE = 120, 240
"""Characters from which a document, or what was sent as a message, is read twice; a Han character
counts double. There are many short messages, and a window takes a hundred times as long as the
first reading of them all."""
DIRECTIONS = ("composed", "whole")
NUMBERS = (
    "first measure", "most composed", "most whole", "strongest look", "look of the most composed",
    "look of the most whole", "how whole the most composed", "how composed the most whole",
    "windows", "second most composed", "second most whole",
)  # fmt: skip
_REMEMBERED = 2_000
"""Documents whose reading is kept: many people share the same mail."""


def long_enough(document: str, least: int = LONG) -> bool:
    """Whether a document is read twice."""
    return len(document) >= least or len(document) + han_count(document) >= least


def contrasted(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each passage's vector, and how it differs from the mean of the others (nothing, where there
    are none)."""
    import numpy as np

    if len(vectors) < 2:
        return np.concatenate([vectors, np.zeros_like(vectors)], axis=1)
    others = (vectors.sum(axis=0) - vectors) / (len(vectors) - 1)
    return np.concatenate([vectors, vectors - others], axis=1)


def numbers_of(
    first: float, looks: NDArray[np.float64], told: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`NUMBERS` of a document: its first measure, how planted each passage looked at first, and
    what each of `DIRECTIONS` tells of it (a column each)."""
    import numpy as np

    composed, whole = told.argmax(axis=0)
    second = np.sort(told, axis=0)[-2] if len(told) > 1 else told[0]
    return np.array(
        [
            first,
            told[composed, 0],
            told[whole, 1],
            looks.max(),
            looks[composed],
            looks[whole],
            told[composed, 1],
            told[whole, 0],
            np.log(len(told)),
            *second,
        ]
    )


def within(numbers: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """`NUMBERS` brought to one spread (rows of `spread`: lowest, highest, middle, scale), none
    further out than what was learnt from; before them a 1."""
    import numpy as np

    low, high, middle, scale = spread
    scaled = (np.clip(numbers, low, high) - middle) / scale
    return np.concatenate([np.ones((*scaled.shape[:-1], 1)), scaled], axis=-1)


class Planted:
    """Reads the passages of a document: how planted all of it is, and how planted each looks."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, as `Second` does."""
        store.data(encoder.PACKAGE, encoder.NAME)
        directions = arrays["document_directions"]
        self._bias, self._weights = directions[0], directions[1:]
        self._choosing: NDArray[np.float64] = arrays["document_choosing"]
        self._spread: NDArray[np.float64] = arrays["document_spread"]
        self._form: NDArray[np.float64] = arrays["document_form"]
        self._told = lru_cache(maxsize=_REMEMBERED)(self._tell)

    def measure(
        self, first: float, passages: Sequence[str], looks: Sequence[float]
    ) -> tuple[float, list[float]]:
        """The measure of both readings together, in the unit of the first (a logit), and how
        planted each passage now looks; `looks` says how it looked at first."""
        import numpy as np

        seen, told = np.array(looks), self._told(tuple(passages))
        x = within(numbers_of(first, seen, told), self._spread)
        said = self._choosing[0] + np.c_[seen, told] @ self._choosing[1:]
        return float(x @ self._form @ x), said.tolist()

    def _tell(self, passages: tuple[str, ...]) -> NDArray[np.float64]:
        vectors = contrasted(encoder.encoder().vectors(passages))
        told: NDArray[np.float64] = (vectors @ self._weights + self._bias).astype(float)
        return told
