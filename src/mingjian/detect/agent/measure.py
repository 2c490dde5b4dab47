"""The measurement: named features and the words of the acts, joined by learnt weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import store
from mingjian.detect.learned.linear import Linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = "breach_model"
PACKAGE = "mingjian.detect.agent"


@dataclass(frozen=True, slots=True)
class Measure:
    """``bias + weights . features + share * words``: a logit up to the training set's prior."""

    weights: Mapping[str, float]
    bias: float
    words: Linear
    share: float

    @classmethod
    def load(cls) -> Measure:
        """The trained one; raises `Unavailable` where its file is missing or altered."""
        return cls.of(store.load(PACKAGE, MODEL))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Measure:
        names = [str(name) for name in arrays["names"]]
        weights = dict(zip(names, map(float, arrays["weights"]), strict=True))
        bias, share = map(float, arrays["numbers"])
        return cls(weights, bias, Linear.of(arrays, "words_"), share)

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays for `store.save`."""
        import numpy as np

        return {
            "names": np.array(list(self.weights)),
            "weights": np.array(list(self.weights.values())),
            "numbers": np.array([self.bias, self.share]),
            **self.words.as_arrays("words_"),
        }

    def score(self, told: Mapping[str, float], text: str) -> float:
        """The measurement of one run from its features and the words of its acts."""
        named = sum(self.weights.get(name, 0.0) * value for name, value in told.items())
        return self.bias + named + self.share * self.words.measure(self.words.grams(text))
