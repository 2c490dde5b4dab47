"""Character n-grams as hashed features, counted with numpy in one pass over the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PRIME = 0x9E3779B1
_MIX = 0x85EBCA6B


@dataclass(frozen=True, slots=True)
class Grams:
    """All n-grams of a text, by rising length: the bucket of each."""

    bucket: NDArray[np.uint32]
    size: int
    """Characters of the text."""
    orders: tuple[int, ...]
    """The lengths n there are; of each, size - n + 1 n-grams, from the first character on."""

    @property
    def start(self) -> NDArray[np.int64]:
        """First character of each n-gram."""
        import numpy as np

        places = np.arange(self.size)
        return np.concatenate([places[: self.size - n + 1] for n in self.orders] or [places[:0]])

    @property
    def length(self) -> NDArray[np.int64]:
        """Length of each n-gram."""
        return _lengths(self.size, self.orders).astype("int64")

    def values(self) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Distinct buckets and their values: the root of the count, scaled to unit length.

        The root keeps a word that is repeated from drowning the rest, and unit length makes
        texts of different length comparable.
        """
        import numpy as np

        if not self.bucket.size:
            return self.bucket, np.zeros(0)
        # What np.unique does, without its general care: this runs for every message.
        ordered = self.bucket.copy()
        ordered.sort()
        edge = np.empty(ordered.size + 1, dtype=bool)
        edge[0] = edge[-1] = True
        np.not_equal(ordered[1:], ordered[:-1], out=edge[1:-1])
        edges = edge.nonzero()[0]
        counts = edges[1:] - edges[:-1]
        return ordered.take(edges[:-1]), np.sqrt(counts / ordered.size)


@cache
def _number(value: int) -> NDArray[np.uint32]:
    """A constant of the hash, as an array of no dimension: numpy makes one of every number it is
    given, and for each text that takes as long as the arithmetic."""
    import numpy as np

    return np.array(value, dtype=np.uint32)


def _lengths(size: int, orders: tuple[int, ...]) -> NDArray[np.uint32]:
    """The length of every n-gram of a text of `size` characters."""
    import numpy as np

    return np.repeat(np.array(orders, dtype=np.uint32), [size - n + 1 for n in orders])


_SHORT = 256
"""Texts up to this many characters take their lengths from a store of at most some 2 MB."""
_of_short = lru_cache(maxsize=512)(_lengths)


def grams(text: str, shortest: int, longest: int, buckets: int) -> Grams:
    """The n-grams of `text` with `shortest` <= n <= `longest`, hashed into `buckets` (2**k)."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    size = codes.size
    orders = tuple(range(shortest, min(longest, size) + 1))
    if not orders:
        return Grams(codes[:0], size, ())
    mixed = np.empty(sum(size - n + 1 for n in orders), dtype=np.uint32)
    prime, rolling, at = _number(_PRIME), codes, 0
    if shortest == 1:
        mixed[:size], at = codes, size
    for n in range(2, orders[-1] + 1):
        # One n-gram is its (n-1)-gram and the character behind it; uint32 wraps by itself.
        here = mixed[at : at + size - n + 1] if n >= shortest else np.empty_like(rolling[1:])
        np.multiply(rolling[:-1], prime, out=here)
        here += codes[n - 1 :]
        at += here.size if n >= shortest else 0
        rolling = here
    mixed += (_of_short if size <= _SHORT else _lengths)(size, orders)
    mixed ^= mixed >> _number(15)
    mixed *= _number(_MIX)
    mixed ^= mixed >> _number(13)
    mixed &= _number(buckets - 1)
    return Grams(mixed, size, orders)


def quick_grams(
    text: str, shortest: int, longest: int, bits: int
) -> tuple[NDArray[np.uint32], list[int]]:
    """The n-grams of `text` hashed into 2**bits buckets, by rising length, and how many there
    are of each length (0 where the text is shorter).

    The same idea as `grams` in half the time: the multiplicative hash alone, its upper bits
    taken. Two models must not mix the two.
    """
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    size = codes.size
    counts = [max(0, size - n + 1) for n in range(shortest, longest + 1)]
    found = np.empty(sum(counts), dtype=np.uint32)
    rolling, at = codes, 0
    for n in range(1, min(longest, size) + 1):
        if n > 1:
            here = found[at : at + size - n + 1] if n >= shortest else np.empty_like(codes[n - 1 :])
            np.multiply(rolling[:-1], _number(_PRIME), out=here)
            here += codes[n - 1 :]
            rolling = here
        elif n >= shortest:
            found[:size] = codes
        if n >= shortest:
            at += size - n + 1
    found *= _number(_MIX)
    found >>= _number(32 - bits)
    return found, counts
