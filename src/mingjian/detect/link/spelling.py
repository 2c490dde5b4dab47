"""How names and paths are spelt: hashed runs of two to four characters, weighed.

The n-grams of `learned` count every n-gram once with the root of its number; texts here are so
short that repeats hardly occur, and leaving that step out makes an address five times cheaper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PRIME = 0x9E3779B1
_MIX = 0x85EBCA6B


def buckets(text: str, size: int) -> NDArray[np.uint32]:
    """The buckets (below `size`, a power of two) of the text's runs of 2, 3 and 4 characters."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if codes.size < 4:
        return codes[:0]
    prime = np.uint32(_PRIME)
    two = codes[:-1] * prime + codes[1:]
    three = two[:-1] * prime + codes[2:]
    four = three[:-1] * prime + codes[3:]
    mixed = np.concatenate((two, three + np.uint32(0x51), four + np.uint32(0xA7)))
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(_MIX)
    mixed ^= mixed >> np.uint32(13)
    found: NDArray[np.uint32] = mixed & np.uint32(size - 1)
    return found


@dataclass(frozen=True, slots=True)
class Spelling:
    """Weights in 8 bits over the buckets; a weight is `step` times its entry."""

    weights: NDArray[np.int8]
    step: float

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Spelling:
        return cls(arrays[prefix + "_weights"], float(arrays[prefix + "_step"][0]))

    def measure(self, text: str) -> float:
        """Sum of the weights over the root of their number; 0 for a text without runs."""
        found = buckets(text, self.weights.size)
        if not found.size:
            return 0.0
        total = int(self.weights.take(found).sum(dtype="int64"))
        return self.step * total / sqrt(found.size)


def quantised(weights: NDArray[np.float64], prefix: str) -> dict[str, NDArray[Any]]:
    """Float weights as the arrays `Spelling.of` reads."""
    import numpy as np

    step = float(np.abs(weights).max()) / 127 or 1.0
    return {
        prefix + "_weights": np.rint(weights / step).astype(np.int8),
        prefix + "_step": np.array([step]),
    }
