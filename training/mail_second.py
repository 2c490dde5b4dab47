"""The second reading of `mail.phishing`: the side on which a mail's beginning lies, and the last
step that counts it beside the first reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from sklearn.linear_model import LogisticRegression

from mingjian.detect.learned.encoder import encoder
from mingjian.detect.mail.second import mean_of

TWICE = 0.5
"""Share of ordinary mail (sources weighted alike) that is read twice."""
FIRMNESS = 0.003
"""Inverse strength of the penalty on a direction: of three strengths the one that carried over
best to held-out sources."""


class Mails(Protocol):
    """What is needed of the rows (see `mail_phishing.Table`)."""

    openings: list[str]
    phishing: np.ndarray
    folds: np.ndarray
    learnt: np.ndarray
    encoded: np.ndarray

    def weights(self, kept: np.ndarray) -> np.ndarray: ...


def vectors_of(texts: Sequence[str], keep: Path | None, at_a_time: int = 24) -> np.ndarray:
    """The mean of each text, read in the order of their lengths: a batch costs as its longest.
    What is in `keep` is not read again."""
    known: dict[str, np.ndarray] = {}
    if keep is not None and keep.exists():
        with np.load(keep, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["means"], strict=True))
    wanted = sorted({text for text in texts if text not in known}, key=len)
    for start in range(0, len(wanted), at_a_time):
        some = wanted[start : start + at_a_time]
        known.update(zip(some, mean_of(encoder().vectors(some)), strict=True))
    if keep is not None:
        np.savez(keep, texts=np.array(list(known)), means=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


class Again:
    """The second reading of every row by a direction that saw nothing of its fold, and the last
    step, which is learnt once from these out-of-source measures, as a scale is: a step of each
    fold's own would put the folds on different footings."""

    def __init__(self, table: Mails, first: np.ndarray, keep: Path | None = None) -> None:
        """`first`: each row as measured by a first reading that saw nothing of its fold."""
        self.table, self.first = table, first
        read = [o if yes else "" for o, yes in zip(table.openings, table.encoded, strict=True)]
        self.vectors = vectors_of(read, keep)
        self.side = np.zeros(len(first))
        for fold in sorted(set(table.folds.tolist())):
            here = table.folds == fold
            weights, bias = self.direction(~here)
            self.side[here] = self.vectors[here] @ weights + bias
        self.step = self._last()

    def direction(self, kept: np.ndarray) -> tuple[np.ndarray, float]:
        """Weights and bias that tell vectors of phishing from others."""
        kept = kept & self.table.learnt & self.table.encoded
        x, weights = self.vectors[kept], self.table.weights(kept)[kept]
        middle, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
        model = LogisticRegression(C=FIRMNESS, max_iter=300, tol=1e-3)
        model.fit(
            (x - middle) / scale, self.table.phishing[kept], sample_weight=weights / weights.mean()
        )
        found = (model.coef_[0] / scale).astype(np.float32)
        return found, float(model.intercept_[0] - found @ middle)

    def _last(self) -> np.ndarray:
        """The first measure from which a mail is read twice; an intercept; how much the first and
        how much the second reading counts."""
        learnt, phishing = self.table.learnt, self.table.phishing
        weights = self.table.weights(learnt)
        ordinary = np.flatnonzero(learnt & ~phishing & self.table.encoded)
        rising = ordinary[np.argsort(self.first[ordinary])]
        below = np.cumsum(weights[rising]) / weights[rising].sum()
        least = self.first[rising[np.searchsorted(below, 1 - TWICE)]]
        twice = learnt & self.table.encoded & (self.first >= least)
        model = LogisticRegression(C=1.0, max_iter=500)
        both = np.c_[self.first, self.side][twice]
        model.fit(both, phishing[twice], sample_weight=weights[twice])
        return np.r_[least, model.intercept_, model.coef_[0]]

    def together(self, first: np.ndarray, side: np.ndarray) -> np.ndarray:
        """The measure of both readings of every row."""
        least, intercept, of_first, of_side = self.step
        twice = self.table.encoded & (first >= least)
        return np.where(twice, intercept + of_first * first + of_side * side, first)

    def scores(self) -> np.ndarray:
        """The out-of-source measure of both readings."""
        return self.together(self.first, self.side)

    def arrays(self) -> dict[str, np.ndarray]:
        """What is shipped: the direction learnt from everything, and the last step."""
        weights, bias = self.direction(np.ones(len(self.first), dtype=bool))
        return {
            "second_weights": weights,
            "second_bias": np.array(bias, dtype=np.float32),
            "second_last": self.step,
        }
