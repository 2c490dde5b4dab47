"""One hidden layer over the numbers of an address: a smooth measurement beside the trees'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FURTHEST = 4.0
"""How many deviations from the middle a number counts at most."""


@dataclass(frozen=True, slots=True)
class Net:
    """Log odds that a layer of units with a bend at zero makes of `n` numbers.

    Trees cut numbers at thresholds that the feeds they learnt from suggest; the units' sums carry
    over better to feeds of other years. The mean of several nets is one wider net.
    """

    middle: NDArray[np.float32]
    """Of each number, its mean where it was learnt; shape (n,)."""
    inverse: NDArray[np.float32]
    """One over its deviation there; shape (n,)."""
    layer: NDArray[np.float32]
    """What each unit hears of each number; shape (n, units)."""
    layer_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    """What each unit says; shape (units,)."""
    out_bias: float

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Net:
        """From the arrays `net.middle`, `net.deviation`, `net.layer`, `net.layer_bias`, `net.out`
        and `net.out_bias`."""
        import numpy as np

        return cls(
            middle=arrays["net.middle"],
            inverse=np.reciprocal(arrays["net.deviation"]),
            layer=arrays["net.layer"],
            layer_bias=arrays["net.layer_bias"],
            out=arrays["net.out"],
            out_bias=float(arrays["net.out_bias"]),
        )

    def measure(self, numbers: Sequence[float]) -> float:
        """Log odds for a training set of equal halves."""
        import numpy as np

        x = np.array(numbers, dtype=np.float32)
        x -= self.middle
        x *= self.inverse
        np.minimum(x, FURTHEST, out=x)
        np.maximum(x, -FURTHEST, out=x)
        heard = x @ self.layer
        heard += self.layer_bias
        np.maximum(heard, 0, out=heard)
        return float(heard @ self.out) + self.out_bias
