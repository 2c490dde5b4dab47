"""The second reading: what an encoder makes of a text that the first did not find harmless.

The first reading counts words and acts; it cannot tell "forget the earlier rules" said to a
model from the same words said about a game. The encoder (`learned.encoder`) reads every word in
its place. It costs a hundred times as much, so it is asked only where the first measure is not
clearly low; of a document it reads the passage that the first found most like a planted one, and
of documents as short as a message none.

What it read is measured as a whole: in which direction the passage lies. Of a prompt some `Heads`
also hear single pieces, which a mean over all of them would drown; of documents they were tried and
gave nothing in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.prompt.windows import han_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REMEMBERED = 2_000
"""Passages whose reading is kept: many people share the same prompts."""

READ = 400
"""Characters of a passage that the encoder reads, about; a Han character counts double."""


LONG = 400
"""Characters from which a document is read twice; a Han character counts double."""


def long_enough(document: str) -> bool:
    """Whether a document may be read twice."""
    return len(document) >= LONG or len(document) + han_count(document) >= LONG


def share_read(passage: str) -> float:
    """How much of a passage the encoder reads, from 0 to 1."""
    return min(1.0, READ / max(1, len(passage) + han_count(passage)))


class Heads:
    """Each head has its own mind which pieces of a passage matter, and what they tell."""

    def __init__(self, where: NDArray[np.float32], what: NDArray[np.float32], bias: float) -> None:
        """One column a head: `where` makes a piece matter, `what` makes it tell of an attack."""
        self._where, self._what, self._bias = where, what, bias

    def hear(self, pieces: NDArray[np.float32]) -> float:
        """Above zero where the pieces of a passage tell of an attack (a logit)."""
        import numpy as np

        share = pieces @ self._where
        np.exp(share - share.max(axis=0), out=share)
        told = (share * (pieces @ self._what)).sum(axis=0) / share.sum(axis=0)
        return float(told.sum()) + self._bias


class Second:
    """Both steps: what was made of a passage, then how that counts beside the first."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], form: str) -> None:
        """Of prompts or of documents (`form`).

        Raises `Unavailable` where the encoder is missing or altered, though it is opened only
        when a text is read twice: without it there is no measure that the scales are for.
        """
        store.data(encoder.PACKAGE, encoder.NAME)
        self.least, self._intercept, *self._counts = arrays[f"{form}_second_last"].tolist()
        """`least`: the first measure from which a text is read twice."""
        self._weights = arrays[f"{form}_second_weights"]
        self._bias = float(arrays[f"{form}_second_bias"])
        self._heads: Heads | None = None
        if form == "prompt":
            bias = float(arrays["heads_bias"])
            self._heads = Heads(arrays["heads_where"], arrays["heads_what"], bias)
        self._told = lru_cache(maxsize=_REMEMBERED)(self._read)

    def measure(self, first: float, passage: str) -> float:
        """The measure of both readings together, in the unit of the first (a logit): the second
        counts as far as the passage was read, and the first anew as far as it was not."""
        share = share_read(passage)
        told = (number * share for number in self._told(passage))
        numbers = (first, first * (1 - share), *told)
        return float(self._intercept + sum(map(mul, self._counts, numbers)))

    def _read(self, passage: str) -> tuple[float, ...]:
        read = encoder.encoder().read([passage])
        lies = float(read.vectors[0] @ self._weights) + self._bias
        return (lies,) if self._heads is None else (lies, self._heads.hear(read.pieces))
