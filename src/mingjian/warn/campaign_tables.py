"""Arrays that grow, who was seen with which key, and who belongs together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Grown:
    """An array that grows at its end; room is added by halves, so that adding costs little."""

    def __init__(self, held: NDArray[Any]) -> None:
        self._held, self._size = held, len(held)

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> NDArray[Any]:
        return self._held[: self._size]

    def add(self, more: NDArray[Any]) -> None:
        wanted = self._size + len(more)
        if wanted > len(self._held):
            size = max(wanted, len(self._held) * 3 // 2)
            room = np.empty((size, *self._held.shape[1:]), dtype=self._held.dtype)
            room[: self._size] = self.values
            self._held = room
        self._held[self._size : wanted] = more
        self._size = wanted


class Keys:
    """Which texts were seen with a key, in the order of the keys and, within one, of the texts."""

    def __init__(self, keys: NDArray[Any], texts: NDArray[np.uint32]) -> None:
        self.keys, self.texts = keys, texts

    def add(self, keys: NDArray[Any], texts: NDArray[Any]) -> Numbers:
        """Take in new (key, text); for each, who had its key: the first and the last two.

        Pairs of texts, each as one number (see `pairs_of`). `texts` come in rising order.
        """
        merged = np.concatenate((self.keys, keys))
        order = np.argsort(merged, kind="stable")
        here = np.flatnonzero(order >= len(self.keys))
        self.keys = merged[order]
        self.texts = np.concatenate((self.texts, texts.astype(np.uint32)))[order]
        begins = np.ones(len(merged), dtype=bool)
        begins[1:] = self.keys[1:] != self.keys[:-1]
        first = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
        found = []
        for earlier in (here - 1, here - 2, first[here]):
            held = (earlier >= first[here]) & (earlier < here)
            found.append(paired(self.texts[earlier[held]], self.texts[here[held]]))
        return np.concatenate(found)

    def first_with(self, keys: NDArray[Any]) -> Numbers:
        """The first text seen with each key; -1 for none."""
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.texts[at].astype(np.int64), -1)


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """The different ones in rising order (`np.unique` hashes them, which takes far longer)."""
    numbers = np.sort(numbers)
    kept = np.ones(len(numbers), dtype=bool)
    kept[1:] = numbers[1:] != numbers[:-1]
    found: NDArray[Any] = numbers[kept]
    return found


def paired(one: NDArray[Any], other: NDArray[Any]) -> Numbers:
    """Two arrays of texts as one number for each pair, the earlier text in the upper half."""
    one, other = one.astype(np.int64), other.astype(np.int64)
    found: Numbers = np.minimum(one, other) << 32 | np.maximum(one, other)
    return found


def pairs_of(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """The two texts of each pair."""
    return numbers >> 32, numbers & 0xFFFFFFFF


def gathered(
    values: NDArray[Any], starts: Numbers, rows: NDArray[Any]
) -> tuple[NDArray[Any], Numbers]:
    """The values of the given rows laid end to end, and where each begins (and the last ends).

    Row i of `values` reaches from `starts[i]` to `starts[i + 1]`.
    """
    sizes = starts[rows + 1] - starts[rows]
    ends = np.cumsum(sizes)
    within = np.arange(ends[-1] if len(ends) else 0)
    within += np.repeat(starts[rows] - (ends - sizes), sizes)
    return values[within], np.concatenate((np.zeros(1, np.int64), ends))


class Together:
    """Who belongs together: for each text the earliest of those it is with."""

    def __init__(self, leader: NDArray[np.uint32]) -> None:
        self._leader = Grown(leader)

    @property
    def leader(self) -> NDArray[np.uint32]:
        return self._leader.values

    def grow(self, size: int) -> None:
        """Texts up to `size`, the new ones each alone."""
        self._leader.add(np.arange(len(self._leader), size, dtype=np.uint32))

    def sizes(self) -> Numbers:
        """How many texts each leader leads, itself included."""
        found: Numbers = np.bincount(self.leader, minlength=len(self.leader))
        return found

    def apart(self, pairs: Numbers) -> NDArray[np.bool_]:
        """Which pairs are not together yet."""
        one, other = pairs_of(pairs)
        found: NDArray[np.bool_] = self.leader[one] != self.leader[other]
        return found

    def join(self, pairs: Numbers) -> None:
        """Bring the texts of each pair together, with all that are with them."""
        leader = self.leader
        one, other = pairs_of(pairs)
        while True:
            a, b = leader[one], leader[other]
            apart = a != b
            if not apart.any():
                return
            one, other = one[apart], other[apart]
            a, b = a[apart], b[apart]
            np.minimum.at(leader, np.maximum(a, b), np.minimum(a, b))
            while True:
                above = leader[leader]
                if np.array_equal(above, leader):
                    break
                leader[:] = above

    def join_small(self, pairs: Numbers, most: int) -> Numbers:
        """The same in the order given, as long as no more than `most` texts come together; pairs
        of those that did.

        Each leader is joined once a round, so that sizes are known again before the next: a
        chain of pairs cannot grow past `most`.
        """
        joined = [pairs[:0]]
        while len(pairs):
            one, other = pairs_of(pairs)
            a, b = self.leader[one].astype(np.int64), self.leader[other].astype(np.int64)
            sizes = self.sizes()
            fits = (a != b) & (sizes[a] + sizes[b] <= most)
            pairs, a, b = pairs[fits], a[fits], b[fits]
            ends = np.stack((a, b), axis=1).ravel()
            _, at = np.unique(ends, return_index=True)
            first = np.zeros(len(ends), dtype=bool)
            first[at] = True
            chosen = first.reshape(-1, 2).all(axis=1)
            joined.append(paired(a[chosen], b[chosen]))
            self.join(joined[-1])
        return np.concatenate(joined)
