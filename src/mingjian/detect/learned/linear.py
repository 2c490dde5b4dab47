"""A linear model over hashed character n-grams and a few named features, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.ngrams import Grams, grams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights in 8 bits over n-gram buckets; a weight is `step` times its entry.

    The measurement is ``bias + sum(weight * value)`` with the values of `Grams.values`, a
    logit up to the prior of the training set. Named features are added by the detector.
    """

    weights: NDArray[np.int8]
    step: float
    bias: float
    shortest: int
    longest: int

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "") -> Linear:
        """From the arrays that `as_arrays` gave, as read by `store.load`."""
        shape = arrays[prefix + "shape"]
        numbers = arrays[prefix + "numbers"]
        return cls(
            weights=arrays[prefix + "weights"],
            step=float(numbers[0]),
            bias=float(numbers[1]),
            shortest=int(shape[0]),
            longest=int(shape[1]),
        )

    def as_arrays(self, prefix: str = "") -> dict[str, NDArray[Any]]:
        """Arrays for `store.save`."""
        import numpy as np

        return {
            prefix + "weights": self.weights,
            prefix + "numbers": np.array([self.step, self.bias]),
            prefix + "shape": np.array([self.shortest, self.longest]),
        }

    def grams(self, text: str) -> Grams:
        """The n-grams of a normalised text as this model counts them."""
        return grams(text, self.shortest, self.longest, self.weights.size)

    def measure(self, found: Grams) -> float:
        """The raw measurement of a text's n-grams; the bias alone for a text without any."""
        return self.weigh(*found.values())

    def weigh(self, buckets: NDArray[np.uint32], values: NDArray[np.float64]) -> float:
        """The same from `Grams.values`, for texts that several models measure."""
        return self.bias + self.step * float(self.weights.take(buckets).astype(float).dot(values))

    def moved_by(self, found: Grams, length: int) -> NDArray[np.float64]:
        """What each of the `length` characters added to the measurement (their sum less bias,
        but for characters counted in repeated n-grams, which share the root of their count)."""
        import numpy as np

        if not found.bucket.size:
            return np.zeros(length)
        _, where, times = np.unique(found.bucket, return_inverse=True, return_counts=True)
        counts = times[where]
        each = self.step * self.weights[found.bucket] / np.sqrt(counts * found.bucket.size)
        share = each / found.length
        # A difference array spreads every n-gram evenly over its characters.
        edges = np.zeros(length + 1)
        np.add.at(edges, found.start, share)
        np.add.at(edges, found.start + found.length, -share)
        moved: NDArray[np.float64] = np.cumsum(edges)[:length]
        return moved


def quantised(weights: NDArray[np.float64], bias: float, shortest: int, longest: int) -> Linear:
    """A `Linear` of float weights, in steps of 1/127 of the largest magnitude."""
    import numpy as np

    step = float(np.abs(weights).max()) / 127 or 1.0
    return Linear(np.rint(weights / step).astype(np.int8), step, bias, shortest, longest)


def matrix(
    texts: Sequence[str], shortest: int, longest: int, buckets: int
) -> tuple[NDArray[np.float64], NDArray[np.uint32], NDArray[np.int64]]:
    """(data, indices, indptr) of the texts' n-gram values, for ``scipy.sparse.csr_matrix``."""
    import numpy as np

    data, indices, ends = [np.zeros(0)], [np.zeros(0, dtype=np.uint32)], [0]
    for text in texts:
        found, values = grams(text, shortest, longest, buckets).values()
        data.append(values)
        indices.append(found)
        ends.append(ends[-1] + found.size)
    return np.concatenate(data), np.concatenate(indices), np.array(ends, dtype=np.int64)
