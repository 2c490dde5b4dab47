"""The second reading: what an encoder makes of a mail that the first did not find clearly ordinary.

The first reading counts acts and words; it cannot tell a request among colleagues from the same
request in a stranger's mouth. The encoder (`learned.encoder`) reads every word in its place, and
heads hear single pieces (`learned.heads.Heads`). It costs far more, so it is asked only where the
first measure is not clearly low.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.learned.heads import WINDOW, Heads, windows
from mingjian.detect.learned.normal import Normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 3
"""Windows of a mail's beginning that are read."""


def opening(normal: Normal, tongue: str) -> list[str]:
    """What is read a second time: the beginning of the mail made alike, in windows."""
    language = "zh" if tongue == "zh" else "en"
    return windows(normal.text[: MOST * WINDOW[language]], language, MOST)


class Second:
    """Both steps: what heads hear in a mail's beginning, then how that counts beside the first."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, though it is opened only
        when a mail is read twice: without it there is no measure that the scales are for."""
        store.data(encoder.PACKAGE, encoder.NAME)
        self._heads = Heads(arrays)
        self.least, self._intercept, self._of_first, self._of_told = map(
            float, arrays["second_last"]
        )
        """`least`: the first measure from which a mail is read twice."""

    def told(self, normal: Normal, tongue: str) -> float:
        """Above zero where the pieces of the beginning tell of phishing (a logit)."""
        return self._heads.hear(encoder.encoder().read(opening(normal, tongue)).pieces)

    def together(self, first: float, told: float) -> float:
        """The measure of both readings, in the unit of the first (natural log)."""
        return self._intercept + self._of_first * first + self._of_told * told
