"""Boosted trees as arrays: the weight of a candidate from the numbers told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingjian.detect.learned import store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE, NAME = "mingjian.detect.dataset", "trigger_trees"


class Trees:
    """The trees; `of` is their one act. Raises `Unavailable` where missing or altered."""

    def __init__(self) -> None:
        import numpy as np

        arrays = store.load(PACKAGE, NAME)
        self._column = arrays["column"].astype(np.intp)
        self._least = arrays["least"].astype(np.float64)
        self._left = arrays["left"].astype(np.intp)
        self._right = arrays["right"].astype(np.intp)
        self._value = arrays["value"].astype(np.float64)
        self._roots = arrays["roots"].astype(np.intp)

    def of(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each line of numbers, its log odds of being planted among candidates like those
        the trees were grown on."""
        import numpy as np

        at = np.repeat(self._roots[None, :], len(found), axis=0)
        lines = np.arange(len(found))[:, None]
        # A leaf is its own left and right.
        while True:
            right = found[lines, self._column[at]] > self._least[at]
            after = np.where(right, self._right[at], self._left[at])
            if (after == at).all():
                break
            at = after
        total: NDArray[np.float64] = self._value[at].sum(axis=1)
        return total
