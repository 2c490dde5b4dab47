"""How rare runs are among all texts: what everybody says counts for little."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = 10.0
"""Most that one run counts: one that one text in a thousand has is as rare as any."""
_BUCKETS = 22
"""Runs are counted in 2**22 places. Some share a place, which only makes them look less rare."""


class Rarity:
    """For each run in how many texts it is, about."""

    def __init__(self, held: NDArray[np.uint32] | None = None, texts: int = 0) -> None:
        self.held = np.zeros(1 << _BUCKETS, np.uint32) if held is None else held
        self.texts = texts

    def add(self, codes: NDArray[np.uint32], texts: int) -> None:
        """Count the runs of so many new texts, each once a text."""
        self.held += np.bincount(_place(codes), minlength=len(self.held)).astype(np.uint32)
        self.texts += texts

    def having(self, codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """In how many texts each run is."""
        found: NDArray[np.uint32] = self.held[_place(codes)]
        return found

    def bits(self, having: NDArray[Any]) -> NDArray[np.float32]:
        """How rare is what so many texts have: 0 for all of them, at most `BITS`."""
        among = max(self.texts, 1 << int(BITS))
        found = np.log2(np.float32(among) / np.maximum(having, 1).astype(np.float32))
        bits: NDArray[np.float32] = np.clip(found, 0, np.float32(BITS))
        return bits


def _place(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    found: NDArray[np.uint32] = codes >> np.uint32(32 - _BUCKETS)
    return found
