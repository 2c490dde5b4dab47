"""An index of 256-bit hashes: every hash within an agreed distance, none missed.

Multi-index hashing (M. Norouzi, A. Punjani and D. Fleet, "Fast search in Hamming space with
multi-index hashing", CVPR 2012). A hash is cut into 16 bands of 16 bits. If two hashes differ in
at most 31 bits, then in at least one band they differ in at most one bit (16 bands with two or
more would be 32). So each band is looked up as it is and with each of its bits flipped: whatever
is within 31 bits is among the candidates, and every candidate is then compared in full.

Used for pictures; fit for frames of video and for fingerprints of sound as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]

BITS: Final = 256
FARTHEST: Final = 31
"""Differing bits up to which nothing is missed."""
_WORDS, _BANDS = 4, 16
_UNSORTED = 4096
"""New hashes are compared one by one until there are so many that sorting them in pays."""


class NearHashes:
    """Hashes by number, in the order they were added. A hash added is found by the next search.

    Memory: 32 bytes a hash, 64 for the sixteen sorted bands, and 4 MiB. `add` is quick except
    once in 4,096 hashes, when the bands are sorted anew (about 0.3 s at 1,000,000 hashes).
    """

    def __init__(self) -> None:
        self._words: Words = np.empty((0, _WORDS), dtype=np.uint64)
        self._count = 0
        self._sorted = 0
        self._order = np.empty((_BANDS, 0), dtype=np.uint32)
        self._starts = np.zeros((_BANDS, (1 << 16) + 1), dtype=np.uint32)

    def __len__(self) -> int:
        return self._count

    def add(self, hashes: Words) -> None:
        """Add rows of four 64-bit words (see `words_of`)."""
        rows = np.ascontiguousarray(hashes, dtype=np.uint64).reshape(-1, _WORDS)
        wanted = self._count + len(rows)
        if wanted > len(self._words):
            grown = np.empty((max(wanted, len(self._words) * 5 // 4, 1024), _WORDS), np.uint64)
            grown[: self._count] = self._words[: self._count]
            self._words = grown
        self._words[self._count : wanted] = rows
        self._count = wanted
        if self._count - self._sorted > _UNSORTED:
            self._sort()

    def _sort(self) -> None:
        kept = self._words[: self._count]
        bands = kept.view(np.uint16)
        self._order = np.empty((_BANDS, self._count), dtype=np.uint32)
        for band in range(_BANDS):
            column = np.ascontiguousarray(bands[:, band])
            self._order[band] = np.argsort(column, kind="stable")
            sizes = np.bincount(column, minlength=1 << 16)
            self._starts[band, 1:] = np.cumsum(sizes)
        self._sorted = self._count

    def near(self, own: Words, farthest: int = FARTHEST) -> list[tuple[int, int]]:
        """(number, differing bits) of every hash within `farthest` bits, the nearest first."""
        if not 0 <= farthest <= FARTHEST:
            raise ValueError(f"a distance of {farthest}: nothing is missed only up to {FARTHEST}")
        own = np.ascontiguousarray(own, dtype=np.uint64).reshape(_WORDS)
        tail = np.arange(self._sorted, self._count, dtype=np.uint32)
        found = np.concatenate((self._candidates(own), tail))
        apart = self._apart(own, found)
        close = apart <= farthest
        numbers, first = np.unique(found[close], return_index=True)
        distances = apart[close][first]
        order = np.argsort(distances, kind="stable")
        return list(zip(numbers[order].tolist(), distances[order].tolist(), strict=True))

    def _candidates(self, own: Words) -> NDArray[np.uint32]:
        if not self._sorted:
            return np.empty(0, dtype=np.uint32)
        keys = own.view(np.uint16)[:, None] ^ _ONE_BIT
        rows = np.arange(_BANDS)[:, None]
        starts = self._starts[rows, keys]
        sizes = (self._starts[rows, keys.astype(np.uint32) + 1] - starts).ravel()
        starts = starts + (np.arange(_BANDS, dtype=np.int64) * self._sorted)[:, None]
        ends = np.cumsum(sizes, dtype=np.int64)
        # One range a bucket, laid end to end: place - (end of the buckets before) + its start.
        within = np.arange(ends[-1]) + np.repeat(starts.ravel() - ends + sizes, sizes)
        found: NDArray[np.uint32] = self._order.ravel()[within]
        return found

    def _apart(self, own: Words, numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
        return _differing(self._words.take(numbers, axis=0), own)

    def brute(self, own: Words, farthest: int = FARTHEST) -> list[tuple[int, int]]:
        """What `near` returns, by comparing with every hash: the check on it."""
        own = np.ascontiguousarray(own, dtype=np.uint64).reshape(_WORDS)
        apart = _differing(self._words[: self._count], own)
        order = np.argsort(apart, kind="stable")
        order = order[apart[order] <= farthest]
        return list(zip(order.tolist(), apart[order].tolist(), strict=True))

    def hex_of(self, number: int) -> str:
        """The hash with this number, as 64 hexadecimal digits."""
        return hex_of(self._words[: self._count][number])


def _differing(rows: Words, own: Words) -> NDArray[np.uint32]:
    """Bits in which each row differs from `own`."""
    # The four counts of a row are four bytes of one number: adding within it is ten times as
    # quick as `sum` over so short an axis.
    counts = np.bitwise_count(rows ^ own).view(np.uint32).ravel()
    pairs = (counts & np.uint32(0xFF00FF)) + ((counts >> np.uint32(8)) & np.uint32(0xFF00FF))
    totals: NDArray[np.uint32] = (pairs + (pairs >> np.uint32(16))) & np.uint32(0x1FF)
    return totals


_ONE_BIT: Final = np.array([0, *(1 << bit for bit in range(16))], dtype=np.uint16)


def words_of(hashes: Sequence[str]) -> Words:
    """Hashes of 64 hexadecimal digits as rows of four words. Raises `ValueError` on others."""
    data = bytes.fromhex("".join(hashes))
    if len(data) != len(hashes) * BITS // 8:
        raise ValueError("a hash that is not 64 hexadecimal digits")
    return np.frombuffer(data, dtype=">u8").reshape(-1, _WORDS).astype(np.uint64)


def hex_of(words: Words) -> str:
    """Four words as 64 hexadecimal digits."""
    return words.astype(">u8").tobytes().hex()
