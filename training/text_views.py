"""The views of a text that `text_generated.py` fits, built with the functions of the run time."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
import text_rows
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from text_rows import Row, window

from mingjian.detect.learned.linear import matrix
from mingjian.detect.text.generated_model import LIMIT, plain
from mingjian.detect.text.prose import Prose, prose
from mingjian.detect.text.traits import WORD, names, traits
from mingjian.detect.text.veil import numbered, veil_chinese, veil_english


@dataclass(frozen=True, slots=True)
class Shape:
    """What differs between the languages. Lengths in words (en) or characters (zh)."""

    shortest: int
    longest: int
    least: int
    kept: int
    """Words that stay in the way of putting (Chinese has a fixed list)."""
    wording: tuple[int, int]
    buckets: int
    freedom: float
    """The inverse of how strongly the way of putting is held back."""


SHAPES = {
    "en": Shape(60, 450, 55, 700, (3, 5), 2**18, 3.0),
    "zh": Shape(80, 800, 75, 0, (1, 3), 2**18, 8.0),
}
PUTTING = (1, 4)
CAP = {"en": 250, "zh": 90}
"""Rows of one group of model-written texts in one source."""
PEOPLE_CAP = 750
BASE_CAP = 60
FORESEEN = ("flow_gain", "flow_known")
LIFT = 0.5
"""What a deviation of each of these traits adds to the view of traits, whatever is fitted: a table
that never saw a model's text cannot have learnt a source, so these carry over better than their
share among many traits, all held back alike, would let them."""


@dataclass
class Views:
    rows: list[Row]
    sizes: np.ndarray
    wording: Any
    putting: Any
    traits: np.ndarray
    kept: list[str]
    freedom: float
    lifted: list[int]
    """Places of the traits of `FORESEEN`, which only Chinese has."""


def take(language: str) -> list[tuple[Row, Prose]]:
    """Rows cut to windows of alike lengths, capped by group, as prose."""
    shape = SHAPES[language]
    rows = text_rows.english() if language == "en" else text_rows.chinese()
    random.Random(7).shuffle(rows)
    seen: Counter[tuple[str, str]] = Counter()
    taken = []
    for row in rows:
        group = (row.source, row.group)
        most = BASE_CAP if row.base else PEOPLE_CAP if row.label == "hum" else CAP[language]
        if seen[group] >= most:
            continue
        cut = window(row, language, shape.shortest, shape.longest)
        text = prose(cut.text, language)
        if text.size < shape.least:
            continue
        seen[group] += 1
        taken.append((cut, text))
    return taken


def kept_words(taken: Sequence[tuple[Row, Prose]], most: int) -> list[str]:
    """English words that are common in every source, of people and of models."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    n: Counter[tuple[str, str]] = Counter()
    for row, text in taken:
        if row.base:
            continue
        stratum = (row.source, row.label)
        n[stratum] += 1
        found[stratum].update({token.lower() for token in WORD.findall(text.clean)})
    strata = [stratum for stratum in found if n[stratum] > 30]
    words = set().union(*found.values())
    mean = {
        word: sum(np.log((found[s][word] + 0.5) / (n[s] + 1)) for s in strata) for word in words
    }
    ranked = sorted(mean, key=lambda word: (-mean[word], word))
    return [word for word in ranked if not word[0].isdigit()][:most]


def _matrix(texts: list[str], shortest: int, longest: int, buckets: int) -> Any:
    data, indices, ends = matrix(texts, shortest, longest, buckets)
    return sparse.csr_matrix(
        (data.astype(np.float32), indices.astype(np.int32), ends), shape=(len(texts), buckets)
    )


def build(language: str) -> Views:
    taken = take(language)
    shape = SHAPES[language]
    kept = kept_words(taken, shape.kept) if shape.kept else []
    known = numbered(kept)
    veiled = [
        veil_english(text.clean, known) if language == "en" else veil_chinese(text.clean)
        for _, text in taken
    ]
    return Views(
        rows=[row for row, _ in taken],
        sizes=np.array([text.size for _, text in taken]),
        wording=_matrix([plain(t.clean) for _, t in taken], *shape.wording, shape.buckets),
        putting=_matrix(veiled, *PUTTING, shape.buckets),
        traits=np.array([traits(text) for _, text in taken]),
        kept=kept,
        freedom=shape.freedom,
        lifted=[at for at, one in enumerate(names(language)) if one[0] in FORESEEN],
    )


def weights_of(rows: Sequence[Row]) -> np.ndarray:
    """Groups of a source weigh alike, sources by the root of their size, classes alike. Models
    without instruction tuning weigh a fifth: what gives them away is not style."""
    size = Counter((row.source, row.label) for row in rows)
    group = Counter((row.source, row.label, row.group) for row in rows)
    groups = Counter((source, label) for source, label, _ in group)
    weight = np.array(
        [
            size[row.source, row.label] ** 0.5
            / groups[row.source, row.label]
            / group[row.source, row.label, row.group]
            * (0.2 if row.base else 1.0)
            * (0.7 if row.label == "ref" else 1.0)
            * (3.0 if row.source.startswith("own") else 1.0)
            for row in rows
        ]
    )
    machine = np.array([row.label != "hum" for row in rows])
    weight[machine] *= 0.5 / weight[machine].sum()
    weight[~machine] *= 0.5 / weight[~machine].sum()
    return weight * len(rows)


@dataclass
class Fitted:
    """Four views fitted on some rows; `scores` gives each view's logit for any rows."""

    wording: LogisticRegression
    putting: LogisticRegression
    linear: LogisticRegression
    trees: LGBMClassifier
    centre: np.ndarray
    spread: np.ndarray
    second: LogisticRegression | None

    def numbers(self, raw: np.ndarray) -> np.ndarray:
        return np.clip((raw - self.centre) / self.spread, -LIMIT, LIMIT)

    def scores(self, views: Views, which: np.ndarray) -> np.ndarray:
        numbers = self.numbers(views.traits[which])
        second = self.second.decision_function(numbers) if self.second else np.zeros(which.sum())
        return np.column_stack(
            [
                self.wording.decision_function(views.wording[which]),
                self.putting.decision_function(views.putting[which]),
                self.linear.decision_function(numbers),
                self.trees.predict(views.traits[which], raw_score=True),
                second,
            ]
        )


def fit_views(views: Views, which: np.ndarray) -> Fitted:
    rows = [row for row, use in zip(views.rows, which, strict=True) if use]
    weight = weights_of(rows)
    machine = np.array([row.label != "hum" for row in rows])
    raw = views.traits[which]
    centre = np.average(raw, axis=0, weights=weight)
    spread = np.sqrt(np.average((raw - centre) ** 2, axis=0, weights=weight)) + 1e-6
    numbers = np.clip((raw - centre) / spread, -LIMIT, LIMIT)

    def logistic(data: Any, answer: np.ndarray, c: float, w: np.ndarray) -> LogisticRegression:
        model = LogisticRegression(C=c, solver="liblinear", max_iter=300)
        return model.fit(data, answer, sample_weight=w)

    trees = LGBMClassifier(
        n_estimators=300, num_leaves=7, max_depth=4, learning_rate=0.05, subsample=0.7,
        subsample_freq=1, colsample_bytree=0.1, min_child_samples=40, n_jobs=1, verbose=-1,
        random_state=7, deterministic=True, force_row_wise=True,
    ).fit(raw, machine, sample_weight=weight)  # fmt: skip
    linear = logistic(numbers, machine, 0.004, weight)
    linear.coef_[0, views.lifted] += LIFT
    refined = np.array([row.label == "ref" for row in rows])
    second = None
    if refined.sum() >= 15:
        w = weight[machine].copy()
        r = refined[machine]
        w[r] *= 0.5 * machine.sum() / w[r].sum()
        w[~r] *= 0.5 * machine.sum() / w[~r].sum()
        second = logistic(numbers[machine], r, 0.004, w)
    return Fitted(
        wording=logistic(views.wording[which], machine, 3.0, weight),
        putting=logistic(views.putting[which], machine, views.freedom, weight),
        linear=linear,
        trees=trees,
        centre=centre,
        spread=spread,
        second=second,
    )


def tree_arrays(trees: LGBMClassifier) -> dict[str, np.ndarray]:
    """All trees' nodes in one table; a leaf is its own child, so that walking on stays there."""
    feature: list[int] = []
    threshold: list[float] = []
    children: list[tuple[int, int]] = []
    value: list[float] = []
    roots: list[int] = []

    def add(node: dict[str, Any]) -> int:
        at = len(feature)
        feature.append(int(node.get("split_feature", 0)))
        threshold.append(float(node.get("threshold", 0.0)))
        value.append(float(node.get("leaf_value", 0.0)))
        children.append((at, at))
        if "left_child" in node:
            children[at] = (add(node["left_child"]), add(node["right_child"]))
            value[at] = 0.0
        return at

    for tree in trees.booster_.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    return {
        "tree_feature": np.array(feature, dtype=np.int16),
        "tree_threshold": np.array(threshold),
        "tree_children": np.array(children, dtype=np.int32),
        "tree_value": np.array(value),
        "tree_roots": np.array(roots, dtype=np.int32),
    }
