"""The second reading of a dialogue: what an encoder makes of it, piece by piece.

The first reading counts words, acts and runs of letters; it cannot tell a friend's "send it
tonight" from a stranger's. The encoder (`learned.encoder`) reads every word in its place, and
heads hear single pieces (see `learned.heads.Heads`): one set for Chinese and English, so that what
was learnt in one language serves the other. It costs some forty milliseconds a dialogue, so it is
asked only where the first measure is not clearly low, and never of short messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.learned.heads import Heads, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 8
"""Windows that are read."""


class Second:
    """What heads hear in a dialogue, and how that counts beside the first measure."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], populations: tuple[str, ...]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, though it is opened only
        when a dialogue is read twice: without it there is no measure that the scales are for."""
        store.data(encoder.PACKAGE, encoder.NAME)
        self._heads = Heads(arrays)
        self._steps: dict[str, list[float]] = {
            name: arrays[f"{name}.again"].tolist() for name in populations
        }
        """Of each population the first measure from which a dialogue is read twice, what n-grams,
        named features and heads count then, and the bias."""

    def wanted(self, first: float, population: str) -> bool:
        """Whether a dialogue of this first measure is read twice."""
        return population in self._steps and first >= self._steps[population][0]

    def told(self, text: str, language: str) -> float:
        """Above zero where the pieces of a cleaned text tell of fraud (a logit)."""
        return self._heads.hear(encoder.encoder().read(windows(text, language, MOST)).pieces)

    def together(self, grams: float, named: float, told: float, population: str) -> float:
        """The measure of both readings, in the unit of the first (a logit)."""
        _, of_grams, of_named, of_told, bias = self._steps[population]
        return of_grams * grams + of_named * named + of_told * told + bias
