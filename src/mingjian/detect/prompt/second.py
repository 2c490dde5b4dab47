"""The second reading: what an encoder makes of a text that the first did not find harmless.

The first reading counts words and acts; it cannot tell "forget the earlier rules" said to a
model from the same words said about a game. The encoder (`learned.encoder`) reads every word in
its place. It costs a hundred times as much, so it is asked only where the first measure is not
clearly low. Here prompts are read; documents in `planted`.

Heads hear single pieces, which a mean over all of them would drown. A prompt is read once more by
the same encoder tuned to this very question (`Encoder.adapted`), with heads of its own: what the
plain encoder says carries over where the tuned one knows too well what it learnt. Neither gave
anything for documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.learned.tuned import Heads, tuned
from mingjian.detect.prompt.windows import han_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACKAGE, TUNED = "mingjian.detect.prompt", "injection_tuned"
_REMEMBERED = 2_000
"""Passages whose reading is kept: many people share the same prompts."""

READ = 400
"""Characters of a passage that the encoder reads, about; a Han character counts double."""


def share_read(passage: str) -> float:
    """How much of a passage the encoder reads, from 0 to 1."""
    return min(1.0, READ / max(1, len(passage) + han_count(passage)))


class Second:
    """Both steps: what was made of a passage, then how that counts beside the first."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, though it is opened only
        when a text is read twice: without it there is no measure that the scales are for.
        """
        store.data(encoder.PACKAGE, encoder.NAME)
        store.data(PACKAGE, TUNED)
        self.least, self._intercept, *self._counts = arrays["prompt_second_last"].tolist()
        """`least`: the first measure from which a text is read twice."""
        self._heads = Heads(arrays)
        self._told = lru_cache(maxsize=_REMEMBERED)(self._heard)

    def measure(self, first: float, passage: str) -> float:
        """The measure of both readings together, in the unit of the first (a logit): the second
        counts as far as the passage was read, and the first anew as far as it was not."""
        share = share_read(passage)
        told = (number * share for number in self._told(passage))
        numbers = (first, first * (1 - share), *told)
        return float(self._intercept + sum(map(mul, self._counts, numbers)))

    def _heard(self, prompt: str) -> tuple[float, ...]:
        plain = self._heads.hear(encoder.encoder().read([prompt]).pieces)
        return plain, tuned(PACKAGE, TUNED).hear(prompt)
