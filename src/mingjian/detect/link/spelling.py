"""How names and paths are spelt: hashed runs of two to four characters, weighed.

The n-grams of `learned` count every n-gram once with the root of its number; texts here are so
short that repeats hardly occur, and leaving that step out makes an address five times cheaper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST = 4
"""Characters of the shortest text whose spelling says anything."""
_PRIME = 0x9E3779B1
_MIX = 0x85EBCA6B
_HALF = 32
"""Bits of one of the two weights that lie in one number."""


@cache
def _number(value: int) -> NDArray[np.uint32]:
    """A constant of the hash: making one for each text takes as long as the arithmetic."""
    import numpy as np

    return np.array(value, dtype=np.uint32)


def _hashed(text: str) -> NDArray[np.uint32]:
    """The hashes of all runs of 2, then of 3, then of 4 characters; none under 4 characters."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    size = codes.size
    if size < SHORTEST:
        return codes[:0]
    prime, multiply = _number(_PRIME), np.multiply
    mixed = np.empty(3 * size - 6, dtype=np.uint32)
    two, three, four = mixed[: size - 1], mixed[size - 1 : 2 * size - 3], mixed[2 * size - 3 :]
    multiply(codes[:-1], prime, out=two)
    two += codes[1:]
    multiply(two[:-1], prime, out=three)
    three += codes[2:]
    multiply(three[:-1], prime, out=four)
    four += codes[3:]
    three += _number(0x51)
    four += _number(0xA7)
    mixed ^= mixed >> _number(15)
    mixed *= _number(_MIX)
    mixed ^= mixed >> _number(13)
    return mixed


def buckets(text: str, size: int) -> NDArray[np.uint32]:
    """The buckets (below `size`, a power of two) of the text's runs of 2, 3 and 4 characters."""
    return _hashed(text) & _number(size - 1)


@dataclass(frozen=True, slots=True)
class Spelling:
    """Weights over the buckets of a host and of a path; a weight is a step times its 8 bits.

    Both weights of a bucket lie in one number, the host's above, so that both texts go through
    the arithmetic as one.
    """

    packed: NDArray[np.int64]
    steps: tuple[float, float]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Spelling:
        """From arrays of `quantised` with the prefixes ``host`` and ``path``."""
        import numpy as np

        both = [arrays[f"{name}_weights"].astype(np.int64) for name in ("host", "path")]
        size = max(weights.size for weights in both)
        # The smaller table goes on repeating: its buckets are the lower bits of the larger's.
        host, path = (np.tile(weights, size // weights.size) for weights in both)
        steps = (float(arrays["host_step"][0]), float(arrays["path_step"][0]))
        return cls((host << _HALF) + path, steps)

    def measure(self, host: str, path: str) -> tuple[float, float]:
        """Of each text, the sum of weights over the root of their number; 0 under 4 characters.

        Runs across the border of the two are hashed and left out of the sums.
        """
        import numpy as np

        found = _hashed(host + path)
        if not found.size:
            return 0.0, 0.0
        found &= _number(self.packed.size - 1)
        upto = np.add.accumulate(self.packed.take(found)).item
        one, all_ = len(host), len(host) + len(path)
        two, three = all_ - 2, 2 * all_ - 4  # the last run of two, of three
        of_host = of_path = 0.0
        if one >= SHORTEST:
            total = upto(one - 2) + upto(two + one - 2) - upto(two) + upto(three + one - 3)
            total = (total - upto(three) + (1 << (_HALF - 1))) >> _HALF
            of_host = self.steps[0] * total / sqrt(3 * one - 6)
        if all_ - one >= SHORTEST:
            total = upto(two) - (upto(one - 1) if one else 0) + upto(three) - upto(two + one)
            total += upto(-1) - upto(three + one)
            total -= ((total + (1 << (_HALF - 1))) >> _HALF) << _HALF
            of_path = self.steps[1] * total / sqrt(3 * (all_ - one) - 6)
        return of_host, of_path


def quantised(weights: NDArray[np.float64], prefix: str) -> dict[str, NDArray[Any]]:
    """Float weights as the arrays `Spelling.of` reads."""
    import numpy as np

    step = float(np.abs(weights).max()) / 127 or 1.0
    return {
        prefix + "_weights": np.rint(weights / step).astype(np.int8),
        prefix + "_step": np.array([step]),
    }
