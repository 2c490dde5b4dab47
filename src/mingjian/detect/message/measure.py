"""From what is said to one number: n-grams, words and acts, joined by a small logistic.

Four populations are measured apart (language by form). For each there is a linear model over
character n-grams; words and acts have one set of weights for both languages, so that what scams
share is learnt once. The last stage joins the two. Dialogues that are not clearly low are read a
second time (`second`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.linear import Linear
from mingjian.detect.message.acts import Reading, concepts, pair_acts
from mingjian.detect.message.second import Second

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POPULATIONS = ("zh-message", "en-message", "zh-dialogue", "en-dialogue")
SHORTEST = {"zh": 1, "en": 2}
LONGEST = {"zh": 3, "en": 5}
BUCKETS = 1 << 16
USUAL = {"zh": 120, "en": 300}
"""Cleaned characters of a usual message; see `named_features`."""


@lru_cache(maxsize=1)
def feature_index() -> Mapping[str, int]:
    """Place of each named feature: concepts by name, acts with a leading ``act:``."""
    names = (*concepts(), *(f"act:{name}" for name in pair_acts()))
    return {name: place for place, name in enumerate(names)}


def named_features(reading: Reading) -> list[tuple[int, float]]:
    """(place, value) of every concept and act that is there.

    A value saturates: 1 for once in a message, towards 2 for often. In a longer text the same
    count says less, since anything comes up once in a long talk.
    """
    index = feature_index()
    usual = USUAL[reading.language]
    few = max(1.0, len(reading.cleaned.text) / usual)
    found = []
    for prefix, hits in (("", reading.words), ("act:", reading.acts)):
        counts: dict[str, int] = {}
        for name, _, _ in hits:
            counts[name] = counts.get(name, 0) + 1
        for name, count in counts.items():
            found.append((index[prefix + name], 2 * count / (count + few)))
    return found


def _by_name(weights: list[float]) -> dict[str, float]:
    """Weight of each act and concept by name; where both have one name, of the act."""
    index = feature_index()
    words = {name: weights[at] for name, at in index.items() if ":" not in name}
    return words | {name[4:]: weights[at] for name, at in index.items() if ":" in name}


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurement and what it is made of."""

    score: float
    grams: float
    named: float
    told: float | None
    """What the second reading told; none where there was none."""


class Measure:
    """The model's arrays, ready to measure."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.linear = {name: Linear.of(arrays, f"{name}.") for name in POPULATIONS}
        self.named: dict[str, list[float]] = {
            name: arrays[f"named.{name.split('-')[1]}"].tolist() for name in POPULATIONS
        }
        self.weights = {name: _by_name(weights) for name, weights in self.named.items()}
        self.last: dict[str, list[float]] = {
            name: arrays[f"{name}.last"].tolist() for name in POPULATIONS
        }
        self._second = Second(arrays, tuple(n for n in POPULATIONS if n.endswith("dialogue")))

    def __call__(self, reading: Reading, population: str) -> Measured:
        linear = self.linear[population]
        grams = linear.measure(linear.grams(reading.cleaned.text))
        weights = self.named[population]
        named = sum(weights[place] * value for place, value in named_features(reading))
        of_grams, of_named, bias = self.last[population]
        score, told = of_grams * grams + of_named * named + bias, None
        if self._second.wanted(score, population):
            told = self._second.told(reading.cleaned.text, reading.language)
            score = self._second.together(grams, named, told, population)
        return Measured(score, grams, named, told)

    def moved(self, reading: Reading, population: str) -> NDArray[np.float64]:
        """What each cleaned character added to the n-gram half."""
        linear = self.linear[population]
        text = reading.cleaned.text
        return linear.moved_by(linear.grams(text), len(text))
