"""The second reading of `mail.phishing`: what heads hear in a mail's beginning, and the last step
that counts it beside the first reading."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from piece_heads import Learnt, heads
from piece_readings import pieces_of
from sklearn.linear_model import LogisticRegression

TWICE = 0.5
"""Share of ordinary mail (sources weighted alike) that is read twice."""
AT_ONCE = ((5, 6), (7, 8), (9, 10, 11), (12, 13), (14, 15), (16, 17))
"""Folds that heads are held out of at once: each set of heads takes a minute."""


class Mails(Protocol):
    """What is needed of the rows (see `mail_phishing.Table`)."""

    openings: list[list[str]]
    phishing: np.ndarray
    folds: np.ndarray
    learnt: np.ndarray
    encoded: np.ndarray
    read_as: np.ndarray

    def weights(self, kept: np.ndarray) -> np.ndarray: ...


class Again:
    """The second reading of every mail that the encoder reads, by heads that saw nothing of its
    fold, and the last step, which is learnt once from these out-of-source measures, as a scale is:
    a step of each fold's own would put the folds on different footings."""

    def __init__(self, table: Mails, first: np.ndarray, keep: Path | None = None) -> None:
        """`first`: each row as measured by a first reading that saw nothing of its fold."""
        self.table, self.first = table, first
        self.read = table.encoded & (table.read_as == np.arange(len(first)))
        self.places = np.flatnonzero(self.read)
        self.pieces = pieces_of([table.openings[at] for at in self.places], keep)
        held = {fold: group[0] for group in AT_ONCE for fold in group}
        part = np.array([held.get(fold, fold) for fold in table.folds.tolist()])
        self.told = np.zeros(len(first))
        for fold in sorted(set(part[self.places].tolist())):
            here = self.read & (part == fold)
            self.told[here] = self.hear(self.learnt(part != fold), here)
            print("heads without fold", fold, flush=True)
        self.told = self.told[table.read_as]
        self.step = self._last()

    def learnt(self, kept: np.ndarray) -> Learnt:
        """Heads that tell phishing from ordinary mail in the rows kept."""
        kept = kept & self.table.learnt & self.read
        weights = self.table.weights(kept)[kept]
        return heads(self.pieces.some(self._where(kept)), self.table.phishing[kept], weights)

    def hear(self, learnt: Learnt, chosen: np.ndarray) -> np.ndarray:
        """What heads hear in the rows chosen, all of which were read."""
        return learnt.hear(self.pieces.some(self._where(chosen)))

    def _where(self, chosen: np.ndarray) -> np.ndarray:
        return np.flatnonzero(chosen[self.places])

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
        both = np.c_[self.first, self.told][twice]
        model.fit(both, phishing[twice], sample_weight=weights[twice])
        return np.r_[least, model.intercept_, model.coef_[0]]

    def together(self, first: np.ndarray, told: np.ndarray) -> np.ndarray:
        """The measure of both readings of every row."""
        least, intercept, of_first, of_told = self.step
        twice = self.table.encoded & (first >= least)
        return np.where(twice, intercept + of_first * first + of_told * told, first)

    def scores(self) -> np.ndarray:
        """The out-of-source measure of both readings."""
        return self.together(self.first, self.told)

    def arrays(self) -> dict[str, np.ndarray]:
        """What is shipped: heads of everything, and the last step."""
        everything = np.ones(len(self.first), dtype=bool)
        return {"second_last": self.step, **self.learnt(everything).arrays()}
