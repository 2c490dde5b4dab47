"""Character n-grams as hashed features, counted with numpy in one pass over the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
        import numpy as np

        return np.repeat(self.orders, [self.size - n + 1 for n in self.orders]).astype(np.int64)

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
        first = (ordered[1:] != ordered[:-1]).nonzero()[0]
        first += 1
        edges = np.empty(first.size + 2, dtype=np.int64)
        edges[0], edges[1:-1], edges[-1] = 0, first, ordered.size
        counts = edges[1:] - edges[:-1]
        return ordered[edges[:-1]], np.sqrt(counts / ordered.size)


@cache
def _number(value: int) -> np.uint32:
    """A constant of the hash: making one for each text takes as long as the arithmetic."""
    import numpy as np

    return np.uint32(value)


def grams(text: str, shortest: int, longest: int, buckets: int) -> Grams:
    """The n-grams of `text` with `shortest` <= n <= `longest`, hashed into `buckets` (2**k)."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    hashes: list[NDArray[np.uint32]] = []
    orders: list[int] = []
    rolling = codes
    for n in range(1, min(longest, codes.size) + 1):
        # One n-gram is its (n-1)-gram and the character behind it; uint32 wraps by itself.
        if n > 1:
            rolling = rolling[:-1] * _number(_PRIME)
            rolling += codes[n - 1 :]
        if n >= shortest:
            orders.append(n)
            hashes.append(rolling + _number(n))
    if not hashes:
        return Grams(codes[:0], codes.size, ())
    mixed = np.concatenate(hashes)
    mixed ^= mixed >> _number(15)
    mixed *= _number(_MIX)
    mixed ^= mixed >> _number(13)
    mixed &= _number(buckets - 1)
    return Grams(mixed, codes.size, tuple(orders))
