"""The views of a text that `text_generated.py` fits, built with the functions of the run time."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
    freedom: tuple[float, float, float]
    """The inverse of how strongly wording, way of putting and traits are held back."""
    again: tuple[str, ...]
    """A further, shorter run of sentences of each text is learnt from for each of these draws."""
    sources: int
    """An n-gram counts where so many sources have it: one that few have tells the source."""
    trees: Mapping[str, float]


SHAPES = {
    "en": Shape(
        60, 450, 55, 700, (3, 5), 2**18, (3.0, 3.0, 0.004), (), 0,
        {"num_leaves": 7, "max_depth": 4, "learning_rate": 0.05, "min_child_samples": 40},
    ),
    "zh": Shape(
        80, 800, 75, 0, (1, 3), 2**18, (6.0, 12.0, 0.012), ("b", "c"), 4,
        {"num_leaves": 5, "max_depth": 3, "learning_rate": 0.03, "min_child_samples": 150},
    ),
}  # fmt: skip
AGAIN = (90, 320)
"""Characters of those shorter runs."""
ONE_SIDED = 0.5
"""What a source weighs that has only texts by people or only by models: what sets it apart from
other sources may be its topics."""
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
    """Those that are counted, then the shorter runs, which are only learnt from."""
    counted: int
    sizes: np.ndarray
    wording: Any
    putting: Any
    traits: np.ndarray
    kept: list[str]
    shape: Shape
    lifted: list[int]
    """Places of the traits of `FORESEEN`, which only Chinese has."""


Taken = list[tuple[Row, Prose]]


def take(language: str) -> tuple[Taken, Taken]:
    """Rows cut to windows of alike lengths, capped by group, as prose; and their shorter runs."""
    shape = SHAPES[language]
    rows = text_rows.english() if language == "en" else text_rows.chinese()
    random.Random(7).shuffle(rows)
    # All of these are taken, and they change nothing about which of the others are.
    rows += text_rows.today(language)
    seen: Counter[tuple[str, str]] = Counter()
    taken: Taken = []
    shorter: Taken = []
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
        known = {cut.text}
        for salt in shape.again:
            run = window(row, language, *AGAIN, salt)
            text = prose(run.text, language)
            if run.text not in known and text.size >= shape.least:
                known.add(run.text)
                shorter.append((run, text))
    return taken, shorter


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
    counted, shorter = take(language)
    taken = counted + shorter
    shape = SHAPES[language]
    kept = kept_words(taken, shape.kept) if shape.kept else []
    known = numbered(kept)
    veiled = [
        veil_english(text.clean, known) if language == "en" else veil_chinese(text.clean)
        for _, text in taken
    ]
    return Views(
        rows=[row for row, _ in taken],
        counted=len(counted),
        sizes=np.array([text.size for _, text in taken]),
        wording=_matrix([plain(t.clean) for _, t in taken], *shape.wording, shape.buckets),
        putting=_matrix(veiled, *PUTTING, shape.buckets),
        traits=np.array([traits(text) for _, text in taken]),
        kept=kept,
        shape=shape,
        lifted=[at for at, one in enumerate(names(language)) if one[0] in FORESEEN],
    )


def whence(row: Row) -> str:
    """The source of a row; all our own are one, for they have one writer."""
    return "own" if row.source.startswith("own") else row.source


def weights_of(rows: Sequence[Row]) -> np.ndarray:
    """Groups of a source weigh alike, sources by the root of their size, classes alike. Models
    without instruction tuning weigh a fifth: what gives them away is not style."""
    folds = ["own" if row.source.startswith("own") else row.fold for row in rows]
    sides = Counter(
        fold for fold, _ in {(f, r.label != "hum") for f, r in zip(folds, rows, strict=True)}
    )
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
            * (ONE_SIDED if sides[fold] == 1 else 1.0)
            for row, fold in zip(rows, folds, strict=True)
        ]
    )
    machine = np.array([row.label != "hum" for row in rows])
    weight[machine] *= 0.5 / weight[machine].sum()
    weight[~machine] *= 0.5 / weight[~machine].sum()
    return weight * len(rows)


@dataclass
class Grams:
    """A linear model of n-grams; those it does not count weigh nothing."""

    weights: np.ndarray
    constant: float

    def of(self, counts: Any) -> np.ndarray:
        return np.asarray(counts @ self.weights + self.constant)


@dataclass
class Fitted:
    """Four views fitted on some rows; `scores` gives each view's logit for any rows."""

    wording: Grams
    putting: Grams
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
                self.wording.of(views.wording[which]),
                self.putting.of(views.putting[which]),
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

    sources = np.array([whence(row) for row in rows])

    def grams(counts: Any, c: float) -> Grams:
        kept = np.flatnonzero(
            sum(
                np.asarray((counts[sources == one] > 0).sum(axis=0)).ravel() > 1
                for one in np.unique(sources)
            )
            >= views.shape.sources
        )
        model = logistic(counts[:, kept].tocsr(), machine, c, weight)
        weights = np.zeros(counts.shape[1])
        weights[kept] = model.coef_[0]
        return Grams(weights, float(model.intercept_[0]))

    trees = LGBMClassifier(
        n_estimators=300, subsample=0.7, subsample_freq=1, colsample_bytree=0.1, n_jobs=1,
        verbose=-1, random_state=7, deterministic=True, force_row_wise=True, **views.shape.trees,
    ).fit(raw, machine, sample_weight=weight)  # fmt: skip
    freedom = views.shape.freedom
    linear = logistic(numbers, machine, freedom[2], weight)
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
        wording=grams(views.wording[which], freedom[0]),
        putting=grams(views.putting[which], freedom[1]),
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
