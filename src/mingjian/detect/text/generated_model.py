"""The measurement of generated text: four views of style, joined by a small logistic.

* *wording*: hashed character n-grams of the cleaned text, linear;
* *way of putting*: n-grams of the text with its topic veiled (`veil`), linear;
* *traits*: named numbers of style (`traits`), linear;
* *traits together*: the same numbers through shallow trees, for what they say in pairs.

The join weighs the views alike, each by its spread on sources that no view had seen; its one
slope is fitted there too, so that only what carries over to other sources weighs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.linear import Linear
from mingjian.detect.text.prose import Prose
from mingjian.detect.text.traits import traits
from mingjian.detect.text.veil import numbered, veil_chinese, veil_english

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES = ("human", "generated", "refined")
_DIGIT = re.compile(r"\d")
DEPTH = 6
"""Steps that lead from any root to a leaf."""
LIMIT = 3.0
"""Standardised traits are cut at this many deviations: one odd trait decides nothing."""


def plain(clean: str) -> str:
    """The form whose characters are counted: lower case, every digit 0."""
    return _DIGIT.sub("0", clean.lower())


@dataclass(frozen=True, slots=True)
class Measured:
    """One text measured. `score` is a logit up to the prior of the training rows."""

    score: float
    views: tuple[float, float, float, float]
    """Wording, way of putting, traits, traits together: each view's own logit."""
    numbers: NDArray[np.float64]
    """The traits, standardised and cut."""
    moved: NDArray[np.float64]
    """What each trait added to the view of traits."""
    nearest: Mapping[str, float]
    """How near the text lies to each class, summing to 1. Not a likelihood ratio."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Shallow trees in one table of nodes; a leaf is its own child."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.float64]
    children: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int32]

    def measure(self, raw: NDArray[np.float64]) -> float:
        """Sum of the leaves that the raw traits lead to."""
        at = self.roots
        for _ in range(DEPTH):
            right = raw[self.feature[at]] > self.threshold[at]
            at = self.children[at, right.astype(int)]
        return float(self.value[at].sum())


@dataclass(frozen=True, slots=True)
class Model:
    """The arrays of one language, ready to use."""

    language: str
    wording: Linear
    putting: Linear
    kept: Mapping[str, str]
    """English words that stay in the view of ways of putting."""
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    weights: NDArray[np.float64]
    trees: Trees
    join: NDArray[np.float64]
    """Coefficients of the four views, then the constant."""
    classes: NDArray[np.float64]
    """Rows: human, generated, refined; columns: four views, second trait axis, constant."""
    second: NDArray[np.float64]
    """Trait weights that part refined from generated."""

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], language: str) -> Model:
        return cls(
            language=language,
            wording=Linear.of(arrays, "wording_"),
            putting=Linear.of(arrays, "putting_"),
            kept=numbered([str(word) for word in arrays["kept"]]),
            centre=arrays["centre"],
            spread=arrays["spread"],
            weights=arrays["weights"],
            trees=Trees(
                feature=arrays["tree_feature"],
                threshold=arrays["tree_threshold"],
                children=arrays["tree_children"],
                value=arrays["tree_value"],
                roots=arrays["tree_roots"],
            ),
            join=arrays["join"],
            classes=arrays["classes"],
            second=arrays["second"],
        )

    def veiled(self, text: Prose) -> str:
        if self.language == "zh":
            return veil_chinese(text.clean)
        return veil_english(text.clean, self.kept)

    def measure(self, text: Prose) -> Measured:
        """Measure a text of one sentence or more."""
        import numpy as np

        raw = np.array(traits(text))
        numbers = np.clip((raw - self.centre) / self.spread, -LIMIT, LIMIT)
        moved: NDArray[np.float64] = numbers * self.weights[:-1]
        views = (
            self.wording.measure(self.wording.grams(plain(text.clean))),
            self.putting.measure(self.putting.grams(self.veiled(text))),
            float(moved.sum() + self.weights[-1]),
            self.trees.measure(raw),
        )
        second = float(numbers @ self.second[:-1] + self.second[-1])
        score = float(self.join[:4] @ np.array(views) + self.join[4])
        logits = self.classes @ np.array([*views, second, 1.0])
        odds = np.exp(logits - logits.max())
        near = odds / odds.sum()
        return Measured(
            score=score,
            views=views,
            numbers=numbers,
            moved=moved,
            nearest={name: round(float(p), 4) for name, p in zip(CLASSES, near, strict=True)},
        )

    def by_sentence(self, text: Prose) -> list[float]:
        """What each sentence's wording added, a character."""
        moved = self.wording.moved_by(self.wording.grams(plain(text.clean)), len(text.clean))
        found = []
        for sentence, start in zip(text.sentences, text.starts, strict=True):
            end = start + len(sentence.text)
            found.append(float(moved[start:end].sum()) / max(20, len(sentence.text)))
        return found
