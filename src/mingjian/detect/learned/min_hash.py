"""Texts that share most of their runs of words, found without comparing each with each.

Min-hashing (A. Broder, "On the resemblance and containment of documents", 1997): the least value
of a hash over a text's runs is the same for two texts as often as their runs are the same. Texts
are brought together where a few such values agree (a band), and compared by all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint32]

HASHES = 64
_GOLDEN, _MIX = 0x9E3779B1, 0x85EBCA6B


def runs_of(units: Sequence[str], length: int) -> Hashes:
    """The distinct runs of `length` units, hashed; one run of all units where they are fewer."""
    import numpy as np

    count = max(1, len(units) - length + 1)
    found = {crc32(" ".join(units[i : i + length]).encode()) for i in range(count)}
    return np.fromiter(found, dtype=np.uint32, count=len(found))


def min_hashes(codes: Hashes, starts: NDArray[np.int64], hashes: int = HASHES) -> Hashes:
    """A row of `hashes` values for each text; text i has the codes from `starts[i]` on.

    No text may be without codes.
    """
    import numpy as np

    least = np.empty((len(starts), hashes), dtype=np.uint32)
    mixed, shifted = np.empty_like(codes), np.empty_like(codes)
    for number in range(hashes):
        salt = (number + 1) * _GOLDEN & 0xFFFFFFFF
        np.bitwise_xor(codes, np.uint32(salt), out=mixed)
        for odd in (_MIX, salt | 1):
            mixed *= np.uint32(odd)
            np.right_shift(mixed, np.uint32(15), out=shifted)
            mixed ^= shifted
        least[:, number] = np.minimum.reduceat(mixed, starts)
    return least


def fingerprints(texts: Sequence[Hashes], hashes: int = HASHES) -> Hashes:
    """The same of texts whose codes are given one by one."""
    import numpy as np

    ends = np.cumsum([codes.size for codes in texts], dtype=np.int64)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    return min_hashes(np.concatenate(texts), starts, hashes)


def alike_groups(
    prints: Sequence[Hashes | None], *, band: int, alike: float = 0.0
) -> list[list[int]]:
    """Indexes of texts that belong together, groups of two and more, the largest first.

    A text joins the first one with which it agrees in a band of `band` values, if they agree in
    a share of at least `alike` of all values. None stands for a text that is not compared.
    """
    import numpy as np

    leader = list(range(len(prints)))

    def lead(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    first_with: dict[tuple[int, bytes], int] = {}
    for i, own in enumerate(prints):
        if own is None:
            continue
        for start in range(0, own.size, band):
            other = first_with.setdefault((start, own[start : start + band].tobytes()), i)
            if lead(other) == lead(i):
                continue
            if alike <= 0 or float(np.mean(prints[other] == own)) >= alike:
                leader[lead(i)] = lead(other)
    together: dict[int, list[int]] = {}
    for i, own in enumerate(prints):
        if own is not None:
            together.setdefault(lead(i), []).append(i)
    several = [members for members in together.values() if len(members) > 1]
    return sorted(several, key=lambda members: (-len(members), members[0]))
