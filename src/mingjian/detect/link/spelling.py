"""How names and paths are spelt: hashed runs of two to four characters, weighed.

The n-grams of `learned` count every n-gram once with the root of its number; texts here are so
short that repeats hardly occur, and leaving that step out makes an address five times cheaper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PRIME = 0x9E3779B1
_MIX = 0x85EBCA6B


@cache
def _number(value: int) -> np.uint32:
    """A constant of the hash: making one for each text takes as long as the arithmetic."""
    import numpy as np

    return np.uint32(value)


def hashed(*texts: str) -> list[NDArray[np.uint32]]:
    """For each text, the hashes of its runs of 2, 3 and 4 characters; none under 4 characters.

    All texts go through the arithmetic as one; runs across their borders are left out.
    """
    import numpy as np

    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if codes.size < 4:
        return [codes[:0] for _ in texts]
    prime = _number(_PRIME)
    two = codes[:-1] * prime
    two += codes[1:]
    three = two[:-1] * prime
    three += codes[2:]
    four = three[:-1] * prime
    four += codes[3:]
    three += _number(0x51)
    four += _number(0xA7)
    pieces, cuts, start, count = [two[:0]], [0], 0, 0
    for text in texts:
        end = start + len(text)
        if len(text) >= 4:
            pieces += (two[start : end - 1], three[start : end - 2], four[start : end - 3])
            count += 3 * len(text) - 6
        cuts.append(count)
        start = end
    mixed = np.concatenate(pieces)
    mixed ^= mixed >> _number(15)
    mixed *= _number(_MIX)
    mixed ^= mixed >> _number(13)
    return [mixed[first:last] for first, last in pairwise(cuts)]


def buckets(text: str, size: int) -> NDArray[np.uint32]:
    """The buckets (below `size`, a power of two) of the text's runs of 2, 3 and 4 characters."""
    return hashed(text)[0] & _number(size - 1)


@dataclass(frozen=True, slots=True)
class Spelling:
    """Weights in 8 bits over the buckets; a weight is `step` times its entry."""

    weights: NDArray[np.int8]
    step: float

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Spelling:
        return cls(arrays[prefix + "_weights"], float(arrays[prefix + "_step"][0]))

    def measure(self, hashes: NDArray[np.uint32]) -> float:
        """Of a text's hashes, the sum of weights over the root of their number; 0 without any."""
        if not hashes.size:
            return 0.0
        import numpy as np

        found = hashes & _number(self.weights.size - 1)
        return self.step * int(np.add.reduce(self.weights.take(found))) / sqrt(found.size)


def quantised(weights: NDArray[np.float64], prefix: str) -> dict[str, NDArray[Any]]:
    """Float weights as the arrays `Spelling.of` reads."""
    import numpy as np

    step = float(np.abs(weights).max()) / 127 or 1.0
    return {
        prefix + "_weights": np.rint(weights / step).astype(np.int8),
        prefix + "_step": np.array([step]),
    }
