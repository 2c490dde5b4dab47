"""The measurement of generated text: readings of four views of style, each joined by a logistic.

* *wording*: hashed character n-grams of the cleaned text, linear;
* *way of putting*: n-grams of the text with its topic veiled (`veil`), linear;
* *traits*: named numbers of style (`traits`), linear;
* *traits together*: the same numbers through shallow trees, for what they say in pairs.

The join weighs the views alike, each by its spread on sources that no view had seen; its one
slope is fitted there too, so that only what carries over to other sources weighs.

There are two readings: one learnt from language models of 2019 to 2024, one from what a model of
today answers, which is written so differently that learning both in one reading costs the first.
"The text was generated" means that one or the other kind wrote it, so their odds are added, each
by its share.
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

    Values = tuple[NDArray[np.uint32], NDArray[np.float64]]

CLASSES = ("human", "generated", "refined")

READINGS = {"": 0.667, "today_": 0.333}
"""How the arrays of the two readings begin, and the share of each one's kind of models. The share
of a model of today is lower than how often such texts are met: a larger one costs what is found of
earlier models, and the reading has one model to learn from."""
_DIGIT = re.compile(r"\d")
DEPTH = 6
"""Steps that lead from any root to a leaf."""
LIMIT = 3.0
"""Standardised traits are cut at this many deviations: one odd trait decides nothing."""


def plain(clean: str) -> str:
    """The form whose characters are counted: lower case, every digit 0."""
    return _DIGIT.sub("0", clean.lower())


@dataclass(frozen=True, slots=True)
class Read:
    """One text by one reading."""

    logit: float
    """Up to the prior of the training rows."""
    views: tuple[float, float, float, float]
    """Wording, way of putting, traits, traits together: each view's own logit."""
    numbers: NDArray[np.float64]
    """The traits, standardised and cut."""
    moved: NDArray[np.float64]
    """What each trait added to the view of traits."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One text measured. `score` is a logit up to the prior of the training rows."""

    score: float
    reads: tuple[Read, ...]
    """By each reading, in the order of `READINGS`."""
    leading: int
    """Which reading the score owes most to."""
    nearest: Mapping[str, float]
    """How near the text lies to each class, summing to 1. Not a likelihood ratio."""

    @property
    def by(self) -> Read:
        """The reading that the score owes most to, which explains it."""
        return self.reads[self.leading]


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
class Reading:
    """What four views learnt from people and from one kind of models."""

    wording: Linear
    putting: Linear
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    weights: NDArray[np.float64]
    trees: Trees
    join: NDArray[np.float64]
    """Coefficients of the four views, then the constant."""

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Reading:
        return cls(
            wording=Linear.of(arrays, prefix + "wording_"),
            putting=Linear.of(arrays, prefix + "putting_"),
            centre=arrays[prefix + "centre"],
            spread=arrays[prefix + "spread"],
            weights=arrays[prefix + "weights"],
            trees=Trees(
                feature=arrays[prefix + "tree_feature"],
                threshold=arrays[prefix + "tree_threshold"],
                children=arrays[prefix + "tree_children"],
                value=arrays[prefix + "tree_value"],
                roots=arrays[prefix + "tree_roots"],
            ),
            join=arrays[prefix + "join"],
        )

    def read(self, wording: Values, putting: Values, raw: NDArray[np.float64]) -> Read:
        """The text by this reading, from the values of its n-grams and its raw traits."""
        import numpy as np

        numbers = np.clip((raw - self.centre) / self.spread, -LIMIT, LIMIT)
        moved: NDArray[np.float64] = numbers * self.weights[:-1]
        views = (
            self.wording.weigh(*wording),
            self.putting.weigh(*putting),
            float(moved.sum() + self.weights[-1]),
            self.trees.measure(raw),
        )
        logit = float(self.join[:4] @ np.array(views) + self.join[4])
        return Read(logit=logit, views=views, numbers=numbers, moved=moved)


@dataclass(frozen=True, slots=True)
class Model:
    """The arrays of one language, ready to use."""

    language: str
    readings: tuple[Reading, ...]
    shares: NDArray[np.float64]
    """Logarithms of the shares of the readings."""
    kept: Mapping[str, str]
    """English words that stay in the view of ways of putting."""
    classes: NDArray[np.float64]
    """Rows: human, generated, refined; columns: four views of the first reading, second trait
    axis, the logits of further readings, constant."""
    second: NDArray[np.float64]
    """Trait weights that part refined from generated."""

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], language: str) -> Model:
        import numpy as np

        return cls(
            language=language,
            readings=tuple(Reading.of(arrays, prefix) for prefix in READINGS),
            shares=np.log(np.array(list(READINGS.values()))),
            kept=numbered([str(word) for word in arrays["kept"]]),
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

        first = self.readings[0]
        raw = np.array(traits(text))
        wording = first.wording.grams(plain(text.clean)).values()
        putting = first.putting.grams(self.veiled(text)).values()
        reads = tuple(reading.read(wording, putting, raw) for reading in self.readings)
        logits = self.shares + np.array([read.logit for read in reads])
        second = float(reads[0].numbers @ self.second[:-1] + self.second[-1])
        others = [read.logit for read in reads[1:]]
        kinds = self.classes @ np.array([*reads[0].views, second, *others, 1.0])
        odds = np.exp(kinds - kinds.max())
        near = odds / odds.sum()
        return Measured(
            score=float(np.logaddexp.reduce(logits)),
            reads=reads,
            leading=int(logits.argmax()),
            nearest={name: round(float(p), 4) for name, p in zip(CLASSES, near, strict=True)},
        )

    def by_sentence(self, text: Prose, reading: int) -> list[float]:
        """What each sentence's wording added to a reading, a character."""
        wording = self.readings[reading].wording
        moved = wording.moved_by(wording.grams(plain(text.clean)), len(text.clean))
        found = []
        for sentence, start in zip(text.sentences, text.starts, strict=True):
            end = start + len(sentence.text)
            found.append(float(moved[start:end].sum()) / max(20, len(sentence.text)))
        return found
