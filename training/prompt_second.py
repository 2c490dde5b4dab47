"""The second reading of `prompt.injection`: vectors of passages, and the two steps on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from prompt_learn import fold_of, prepared, weights_of
from prompt_rows import Row, near_misses
from sklearn.linear_model import LogisticRegression

from mingjian.detect.learned.encoder import DIMENSIONS, READINGS, encoder
from mingjian.detect.prompt.second import long_enough, share_read

TWICE = {"prompt": 0.7, "document": 0.3}
"""Share of harmless texts that are read twice."""
FIRMNESS = 0.02
"""Inverse strength of the penalty on a direction: the weakest that carried over to held-out
sources in a comparison of six."""


@dataclass(frozen=True)
class Again:
    """The rows read twice (indices), the vectors of their passages, how much of each was read,
    which a direction learns from, and whether it learns from the near misses as well."""

    taken: np.ndarray
    vectors: np.ndarray
    share: np.ndarray
    learnt: np.ndarray
    near: bool


def again(first: np.ndarray, rows: Sequence[Row], passages: Sequence[str]) -> Again:
    """The second reading of every prompt that the first did not find clearly low."""
    taken = np.flatnonzero(first >= least_of(first, rows, "prompt"))
    texts = [passages[i] for i in taken]
    return Again(taken, vectors_of(texts), _shares(texts), np.ones(len(taken), bool), near=True)


def documents_again(
    first: np.ndarray, rows: Sequence[Row], passages: Sequence[str], planted: np.ndarray
) -> Again:
    """The same of documents that are long enough. There even a plain request is an attack if it
    was planted, so near misses teach nothing; nor does a passage of an attack that is not what
    was planted (`planted`: it is)."""
    long = np.array([long_enough(prepared(row.text)) for row in rows])
    taken = np.flatnonzero(long & (first >= least_of(first, rows, "document")))
    texts = [passages[i] for i in taken]
    learnt = np.array([planted[i] or not rows[i].attack for i in taken])
    return Again(taken, vectors_of(texts), _shares(texts), learnt, near=False)


def _shares(texts: Sequence[str]) -> np.ndarray:
    return np.array([share_read(text) for text in texts])


def vectors_of(texts: Sequence[str], at_a_time: int = 24) -> np.ndarray:
    """One vector a text, read in the order of their lengths: a batch costs as its longest."""
    made = np.zeros((len(texts), READINGS * DIMENSIONS), dtype=np.float32)
    order = np.argsort([len(text) for text in texts], kind="stable")
    for start in range(0, len(order), at_a_time):
        some = order[start : start + at_a_time]
        made[some] = encoder().vectors([texts[i] for i in some])
    return made


def least_of(first: np.ndarray, rows: Sequence[Row], form: str) -> float:
    """The first measure from which a text is read twice."""
    harmless = first[np.array([not row.attack for row in rows])]
    return float(np.quantile(harmless, 1 - TWICE[form]))


@cache
def near() -> tuple[list[Row], np.ndarray]:
    """The near misses, which only a direction learns from, and their vectors."""
    rows = near_misses()
    return rows, vectors_of([prepared(row.text) for row in rows])


def learnt(again: Again, rows: Sequence[Row], fold: int | None) -> tuple[np.ndarray, list[Row]]:
    """What a direction is learnt from, without a fold: of the near misses, those kinds of them are
    left out that are like its texts."""
    chosen = [rows[i] for i in again.taken]
    kept = again.learnt & np.array([fold_of(row.source) != fold for row in chosen])
    x, found = again.vectors[kept], _where(chosen, kept)
    if again.near:
        more, vectors = near()
        kept = np.array([fold_of(row.source) != fold for row in more])
        x, found = np.concatenate([x, vectors[kept]]), found + _where(more, kept)
    return x, found


def direction(x: np.ndarray, rows: Sequence[Row]) -> tuple[np.ndarray, float]:
    """Weights and bias that tell vectors of attacks from others."""
    middle, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=FIRMNESS, max_iter=300, tol=1e-3)
    model.fit((x - middle) / scale, [r.attack for r in rows], sample_weight=weights_of(rows))
    weights = model.coef_[0] / scale
    return weights.astype(np.float32), float(model.intercept_[0] - weights @ middle)


def numbers(first: np.ndarray, told: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What the last step counts, as `Second.measure` does."""
    return np.c_[first, first * (1 - share), told * share]


def beside(x: np.ndarray, rows: Sequence[Row], weights: np.ndarray) -> np.ndarray:
    """Intercept and coefficients of `numbers`; `weights` are those of all texts, of which these
    are a part, so that the result counts on the scale of the first."""
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(x, [r.attack for r in rows], sample_weight=weights)
    return np.r_[model.intercept_, model.coef_[0]]


def told_apart(rows: Sequence[Row], again: Again) -> np.ndarray:
    """The second measure of each row taken, by a direction that saw nothing of its fold."""
    fold = np.array([fold_of(rows[i].source) for i in again.taken])
    told = np.zeros(len(fold))
    for f in sorted(set(fold.tolist())):
        weights, bias = direction(*learnt(again, rows, f))
        told[fold == f] = again.vectors[fold == f] @ weights + bias
    return told


def read_twice(first: np.ndarray, rows: Sequence[Row], again: Again) -> np.ndarray:
    """`first` (out of source) with the second reading of some rows, both steps of each fold
    learnt from the others."""
    taken = again.taken
    chosen = [rows[i] for i in taken]
    fold = np.array([fold_of(r.source) for r in chosen])
    weights, scores = weights_of(rows)[taken], first.copy()
    x = numbers(first[taken], told_apart(rows, again), again.share)
    for f in sorted(set(fold.tolist())):
        kept, here = fold != f, fold == f
        step = beside(x[kept], _where(chosen, kept), weights[kept])
        scores[taken[here]] = step[0] + x[here] @ step[1:]
    return scores


def _where(rows: Sequence[Row], kept: np.ndarray) -> list[Row]:
    return [row for row, keep in zip(rows, kept, strict=True) if keep]


def second_arrays(
    form: str, first: np.ndarray, rows: Sequence[Row], again: Again
) -> dict[str, np.ndarray]:
    """What the detector needs of both steps: the direction from everything; how much it counts
    from measures out of source."""
    taken = again.taken
    weights, bias = direction(*learnt(again, rows, None))
    x = numbers(first[taken], told_apart(rows, again), again.share)
    step = beside(x, [rows[i] for i in taken], weights_of(rows)[taken])
    return {
        f"{form}_second_weights": weights,
        f"{form}_second_bias": np.array(bias),
        f"{form}_second_last": np.r_[first[taken].min(), step],
    }
