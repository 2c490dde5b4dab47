"""The second reading: what an encoder makes of a prompt.

The first reading counts words and acts; it cannot tell "forget the earlier rules" said to a
model from the same words said about a game. The encoder (`learned.encoder`) reads every word in
its place. It costs a hundred times as much, and yet every prompt is read by it: attacks that the
first reading takes for harmless would never be found otherwise. Documents are read in `planted`.

Heads hear single pieces, which a mean over all of them would drown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import encoder, store
from mingjian.detect.learned.heads import Heads, windows
from mingjian.detect.prompt.windows import han_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACKAGE = "mingjian.detect.prompt"
_REMEMBERED = 2_000
"""Passages whose reading is kept: many people share the same prompts."""

MOST = 6
"""Windows of a passage that are read."""


def parts(passage: str) -> list[str]:
    """What is read of a passage."""
    language = "zh" if 2 * han_count(passage) > len(passage) else "en"
    return windows(passage, language, MOST)


def share_read(passage: str, read: Sequence[str]) -> float:
    """How much of a passage is read in these parts of it, from 0 to 1."""
    return sum(map(len, read)) / len(passage) if passage else 1.0


class Second:
    """Both steps: what was made of a passage, then how that counts beside the first."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises `Unavailable` where the encoder is missing or altered, though it is opened only
        when a prompt is read: without it there is no measure that the scales are for.
        """
        store.data(encoder.PACKAGE, encoder.NAME)
        self._intercept, *self._counts = arrays["prompt_second_last"].tolist()
        self._heads = Heads(arrays)
        self._told = lru_cache(maxsize=_REMEMBERED)(self._heard)

    def measure(self, first: float, passage: str) -> float:
        """The measure of both readings together, in the unit of the first (a logit): the second
        counts as far as the passage was read, and the first anew as far as it was not."""
        read = tuple(parts(passage))
        share = share_read(passage, read)
        of_first, of_unread, of_told = self._counts
        told = self._told(read) * share
        return float(
            self._intercept + of_first * first + of_unread * first * (1 - share) + of_told * told
        )

    def _heard(self, read: tuple[str, ...]) -> float:
        return self._heads.hear(encoder.encoder().read(read).pieces)
