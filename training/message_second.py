"""The second reading of dialogues for `message.fraud`: pieces, heads, and the step on top."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from piece_heads import Learnt, Pieces, heads
from sklearn.linear_model import LogisticRegression

TWICE = 0.7
"""Share of ordinary dialogues that are read twice."""


class Dialogues(Protocol):
    """What is needed of the rows (see `message_fraud.Table`)."""

    population: np.ndarray
    fold: np.ndarray
    h1: np.ndarray

    def weights(self, chosen: np.ndarray) -> np.ndarray: ...


class Again:
    """The second reading of every dialogue by heads that saw nothing of its fold."""

    def __init__(self, table: Dialogues, places: np.ndarray, pieces: Pieces) -> None:
        """`places` are the rows of the table that are dialogues, in the order of `pieces`."""
        self.table, self.places, self.pieces = table, places, pieces
        fold = table.fold[places]
        # A fold of our own categories is held out of both languages at once.
        part = np.array([name.split(" ", 1)[1] for name in fold])
        held = np.where(np.char.startswith(part, "own"), part, fold)
        self.told = np.zeros(len(table.h1))
        for name in sorted(set(held.tolist())):
            out = held == name
            self.told[places[out]] = self.learnt(~out).hear(pieces.some(np.flatnonzero(out)))
            print("heads without", name, flush=True)

    def learnt(self, kept: np.ndarray) -> Learnt:
        """Heads of the dialogues kept; a language weighs as many rows as it has."""
        chosen = self.places[kept]
        weight = np.zeros(len(self.table.h1))
        for population in set(self.table.population[chosen].tolist()):
            mine = np.zeros(len(weight), dtype=bool)
            mine[chosen] = self.table.population[chosen] == population
            weight[mine] = self.table.weights(mine)
        return heads(self.pieces.some(np.flatnonzero(kept)), self.table.h1[chosen], weight[chosen])

    def shipped(self) -> dict[str, np.ndarray]:
        """Heads of everything, for `learned.heads.Heads`."""
        return self.learnt(np.ones(len(self.places), dtype=bool)).arrays()


def together(
    first: np.ndarray, parts: np.ndarray, h1: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The measure of both readings, and the numbers of `Second._steps`.

    `parts` holds n-grams, named features and what heads told, one row a dialogue. What is read
    twice gets a step of its own, learnt from held-out measures, as a scale is."""
    least = float(np.quantile(first[~h1], 1 - TWICE))
    twice = first >= least
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(parts[twice], h1[twice], sample_weight=weight[twice])
    score = first.copy()
    score[twice] = parts[twice] @ model.coef_[0] + model.intercept_[0]
    return score, np.array([least, *model.coef_[0], model.intercept_[0]])
