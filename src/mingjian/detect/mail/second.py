"""The second reading: what an encoder makes of a mail that the first did not find clearly ordinary.

The first reading counts acts and words; it cannot tell a request among colleagues from the same
request in a stranger's mouth. The encoder (`learned.encoder`) reads every word in its place. It
costs far more, so it is asked only where the first measure is not clearly low.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.learned.normal import Normal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READ = 420
"""Characters of subject and body that are handed to the encoder, which reads as many of them as
its own bound allows."""


def mean_of(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the encoder's readings of each text the mean behind the last layer."""
    return vectors[:, encoder.DIMENSIONS : 2 * encoder.DIMENSIONS]


def opening(normal: Normal) -> str:
    """What is read a second time: the beginning of the mail made alike."""
    return normal.text[:READ]


class Second:
    """Both steps: on which side a mail's beginning lies, then how that counts beside the first."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, though it is opened only
        when a mail is read twice: without it there is no measure that the scales are for."""
        store.data(encoder.PACKAGE, encoder.NAME)
        self.least, self._intercept, self._of_first, self._of_side = map(
            float, arrays["second_last"]
        )
        """`least`: the first measure from which a mail is read twice."""
        self._weights = arrays["second_weights"]
        self._bias = float(arrays["second_bias"])

    def side(self, normal: Normal) -> float:
        """Above zero where the beginning reads more like phishing than like ordinary mail."""
        read = mean_of(encoder.encoder().vectors([opening(normal)]))
        return float(read[0] @ self._weights) + self._bias

    def together(self, first: float, side: float) -> float:
        """The measure of both readings, in the unit of the first (natural log)."""
        return self._intercept + self._of_first * first + self._of_side * side
