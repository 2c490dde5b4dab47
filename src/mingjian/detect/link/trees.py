"""A small set of boosted decision trees in numpy arrays: every tree is asked at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from operator import or_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LANE = 32
"""Bits of a tree's leaves: the most it may have."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Full binary trees of one depth. At an inner node a number above the threshold goes right.

    A tree need not be walked: a number above a node's threshold rules out the leaves on its
    left, and the leaf a walk would end at is the first that no node rules out (QuickScorer,
    Lucchese et al., SIGIR 2015). All leaves of all trees are the bits of one whole number, a
    lane of 32 for each tree. Most numbers of an address exceed no threshold and rule out
    nothing. A tree that ends earlier is filled up with nodes whose two sides end alike.
    """

    features: tuple[tuple[float, tuple[float, ...], tuple[int, ...]], ...]
    """Of each feature its lowest threshold, all of them rising, the last infinite, and the leaves
    it leaves open, by how many of them its number exceeds."""
    every: int
    """All leaves."""
    ones: int
    """The first leaf of every tree."""
    value: NDArray[np.float64]
    roots: NDArray[np.intp]
    """Where in `value` the leaves of each tree begin."""

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Trees:
        """From arrays `feature` and `threshold` (trees, 2^d - 1) and `value` (trees, 2^d),
        d at most 5, the root at 0 and the children of i at 2i+1 and 2i+2."""
        import numpy as np

        count, leaves = arrays["value"].shape
        if leaves > _LANE:
            raise ValueError(f"trees of {leaves} leaves: {_LANE} at most")
        ruled: list[dict[float, int]]
        ruled = [{} for _ in range(int(arrays["feature"].max(initial=0)) + 1)]
        for tree, node in np.argwhere(np.isfinite(arrays["threshold"])).tolist():
            level = (node + 1).bit_length() - 1
            width = leaves >> level
            left = ((1 << width // 2) - 1) << (node + 1 - (1 << level)) * width
            found = ruled[arrays["feature"][tree, node]]
            threshold = float(arrays["threshold"][tree, node])
            found[threshold] = found.get(threshold, 0) | left << _LANE * tree
        everything = (1 << _LANE * count) - 1
        features = []
        for found in ruled:
            rising = (*sorted(found), inf)
            out = accumulate(map(found.get, rising[:-1]), or_, initial=0)
            features.append((rising[0], rising, tuple(everything ^ one for one in out)))
        return cls(
            features=tuple(features),
            every=everything,
            ones=everything // ((1 << _LANE) - 1),
            value=arrays["value"].astype(np.float64).ravel(),
            roots=np.arange(count, dtype=np.intp) * leaves,
        )

    def left_open(self, numbers: Sequence[float], first: int = 0) -> int:
        """The leaves that the numbers of the features from `first` on leave open, as bits."""
        left = self.every
        for number, (lowest, rising, open_) in zip(numbers, self.features[first:], strict=False):
            if number > lowest:
                left &= open_[bisect_left(rising, number)]
        return left

    def measure(self, numbers: Sequence[float]) -> float:
        """The sum of the leaves that the numbers lead to."""
        return self.summed(self.left_open(numbers))

    def summed(self, left: int) -> float:
        """The sum of the first leaves that are open in each tree."""
        import numpy as np

        # The bits below the lowest that is set: as many as there are leaves before the one sought.
        below = left - self.ones & ~left
        lanes = np.frombuffer(below.to_bytes(4 * self.roots.size, "little"), dtype=np.uint32)
        return float(np.add.reduce(self.value.take(self.roots + np.bitwise_count(lanes))))


def as_arrays(dumped: Sequence[Mapping[str, Any]], depth: int) -> dict[str, NDArray[Any]]:
    """The arrays of LightGBM's trees (``dump_model()["tree_info"]``), for `Trees.of`."""
    import numpy as np

    inner = (1 << depth) - 1
    feature = np.zeros((len(dumped), inner), dtype=np.uint8)
    threshold = np.full((len(dumped), inner), np.inf, dtype=np.float32)
    value = np.zeros((len(dumped), inner + 1), dtype=np.float32)

    def fill(tree: int, node: Mapping[str, Any], at: int) -> None:
        if "leaf_value" in node:
            low = high = at
            while low < inner:
                low, high = 2 * low + 1, 2 * high + 2
            value[tree, low - inner : high - inner + 1] = node["leaf_value"]
            return
        feature[tree, at] = node["split_feature"]
        threshold[tree, at] = node["threshold"]
        fill(tree, node["left_child"], 2 * at + 1)
        fill(tree, node["right_child"], 2 * at + 2)

    for tree, info in enumerate(dumped):
        fill(tree, info["tree_structure"], 0)
    return {"feature": feature, "threshold": threshold, "value": value}
