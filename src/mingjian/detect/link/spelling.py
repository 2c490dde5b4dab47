"""How names and paths are spelt: hashed runs of two to six characters, weighed.

The n-grams of `learned` count every n-gram once with the root of its number; texts here are so
short that repeats hardly occur, and leaving that step out makes an address five times cheaper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST = 4
"""Characters of the shortest text whose spelling says anything."""
LONGEST_RUN = 6
"""Characters of the longest runs."""
_PRIME = 0x9E3779B1
_MIX = 0x85EBCA6B
_SALTS = (0x51, 0xA7, 0x11D, 0x18B)
"""What is added to runs of 3, 4, 5 and 6, so that they share no bucket with shorter ones."""
_HALF = 32
"""Bits of one of the two weights that lie in one number."""


@cache
def _number(value: int) -> NDArray[np.uint32]:
    """A constant of the hash: making one for each text takes as long as the arithmetic."""
    import numpy as np

    return np.array(value, dtype=np.uint32)


@lru_cache(maxsize=256)
def _starts(size: int) -> tuple[int, ...]:
    """Where among the runs of a text of `size` characters those of 2, of 3 and so on begin, and
    how many runs there are."""
    runs = range(2, min(LONGEST_RUN, size) + 1)
    return tuple(accumulate((size + 1 - run for run in runs), initial=0))


def _hashed(text: str) -> NDArray[np.uint32]:
    """The hashes of all runs of 2 characters, then of 3, up to the longest; none under
    `SHORTEST` characters."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    size = codes.size
    if size < SHORTEST:
        return codes[:0]
    prime, multiply = _number(_PRIME), np.multiply
    starts = _starts(size)
    mixed = np.empty(starts[-1], dtype=np.uint32)
    shorter = codes
    for first, end in pairwise(starts):
        run = mixed[first:end]
        multiply(shorter[:-1], prime, out=run)
        run += codes[-run.size :]
        shorter = run
    for at, salt in enumerate(_SALTS[: len(starts) - 2], 1):
        mixed[starts[at] : starts[at + 1]] += _number(salt)
    mixed ^= mixed >> _number(15)
    mixed *= _number(_MIX)
    mixed ^= mixed >> _number(13)
    return mixed


def buckets(text: str, size: int) -> NDArray[np.uint32]:
    """The buckets (below `size`, a power of two) of the text's runs of characters."""
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
        upto = np.add.accumulate(self.packed.take(found), dtype=np.int64).item
        one, all_ = len(host), len(host) + len(path)
        of_host = of_path = 0
        for run, first in enumerate(_starts(all_)[:-1], 2):
            before = upto(first - 1) if first else 0
            if one >= max(SHORTEST, run):
                of_host += upto(first + one - run) - before
            if all_ - one >= max(SHORTEST, run):
                of_path += upto(first + all_ - run) - (upto(first + one - 1) if first + one else 0)
        return (
            self.steps[0] * _upper(of_host) / sqrt(_starts(one)[-1] or 1),
            self.steps[1] * _lower(of_path) / sqrt(_starts(all_ - one)[-1] or 1),
        )


def _upper(total: int) -> int:
    """The sum of the upper weights in a sum of pairs."""
    return (total + (1 << (_HALF - 1))) >> _HALF


def _lower(total: int) -> int:
    return total - (_upper(total) << _HALF)


def quantised(weights: NDArray[np.float64], prefix: str) -> dict[str, NDArray[Any]]:
    """Float weights as the arrays `Spelling.of` reads."""
    import numpy as np

    step = float(np.abs(weights).max()) / 127 or 1.0
    return {
        prefix + "_weights": np.rint(weights / step).astype(np.int8),
        prefix + "_step": np.array([step]),
    }
