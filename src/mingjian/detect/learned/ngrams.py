"""Character n-grams as hashed features, counted with numpy in one pass over the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PRIME = 0x9E3779B1
_MIX = 0x85EBCA6B


@dataclass(frozen=True, slots=True)
class Grams:
    """All n-grams of a text: bucket, first character and length of each, by rising length."""

    bucket: NDArray[np.uint32]
    start: NDArray[np.int32]
    length: NDArray[np.int8]

    def values(self) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Distinct buckets and their values: the root of the count, scaled to unit length.

        The root keeps a word that is repeated from drowning the rest, and unit length makes
        texts of different length comparable.
        """
        import numpy as np

        if not self.bucket.size:
            return self.bucket, np.zeros(0)
        found, counts = np.unique(self.bucket, return_counts=True)
        return found, np.sqrt(counts / self.bucket.size)


def grams(text: str, shortest: int, longest: int, buckets: int) -> Grams:
    """The n-grams of `text` with `shortest` <= n <= `longest`, hashed into `buckets` (2**k)."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places = np.arange(codes.size, dtype=np.int32)
    hashes: list[NDArray[np.uint32]] = []
    starts: list[NDArray[np.int32]] = []
    lengths: list[NDArray[np.int8]] = []
    rolling = np.zeros(codes.size, dtype=np.uint32)
    for n in range(1, min(longest, codes.size) + 1):
        # One n-gram is its (n-1)-gram and the character behind it; uint32 wraps by itself.
        rolling = rolling[: codes.size - n + 1] * np.uint32(_PRIME) + codes[n - 1 :]
        if n < shortest:
            continue
        mixed = rolling + np.uint32(n)
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(_MIX)
        mixed ^= mixed >> np.uint32(13)
        hashes.append(mixed & np.uint32(buckets - 1))
        starts.append(places[: mixed.size])
        lengths.append(np.full(mixed.size, n, dtype=np.int8))
    if not hashes:
        return Grams(rolling[:0], places[:0], np.zeros(0, dtype=np.int8))
    return Grams(np.concatenate(hashes), np.concatenate(starts), np.concatenate(lengths))
