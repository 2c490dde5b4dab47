"""A small set of boosted decision trees in numpy arrays: every tree is asked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Trees:
    """Full binary trees of one depth. At an inner node a number above the threshold goes right.

    Of each level there are `feature` and `threshold` of its nodes, tree by tree, so that the
    children of node i lie at 2i and 2i+1 of the next level, and the leaves below the last in
    `value`. A tree that ends earlier is filled up with nodes whose two sides end alike.
    """

    levels: tuple[tuple[NDArray[np.int64], NDArray[np.float64]], ...]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Trees:
        """From arrays `feature` and `threshold` (trees, 2^d - 1) and `value` (trees, 2^d),
        the root at 0 and the children of i at 2i+1 and 2i+2."""
        import numpy as np

        count, inner = arrays["feature"].shape
        feature, threshold = arrays["feature"], arrays["threshold"]
        spans = [slice((1 << k) - 1, (2 << k) - 1) for k in range((inner + 1).bit_length() - 1)]
        return cls(
            levels=tuple(
                (
                    feature[:, span].astype(np.int64).ravel(),
                    threshold[:, span].astype(np.float64).ravel(),
                )
                for span in spans
            ),
            value=arrays["value"].astype(np.float64).ravel(),
            roots=np.arange(count, dtype=np.int64),
        )

    def measure(self, numbers: Sequence[float]) -> float:
        """The sum of the leaves that the numbers lead to."""
        import numpy as np

        row = np.array(numbers, dtype=np.float64)
        node = self.roots
        for feature, threshold in self.levels:
            right = row.take(feature.take(node)) > threshold.take(node)
            node = node + node
            node += right
        return float(np.add.reduce(self.value.take(node)))


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
