"""The second reading of prompts: pieces of passages, and the two steps on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from piece_heads import Learnt, Pieces, heads
from piece_readings import pieces_of
from prompt_learn import STRANGERS, fold_of, prepared, weights_of
from prompt_rows import Row, for_second
from sklearn.linear_model import LogisticRegression

from mingjian.detect.prompt.second import parts, share_read

TWICE = 0.7
"""Share of harmless texts that are read twice."""
TOLD = 2.0
"""How much a stranger's prompts count for heads beside another source of their size: a public set
is one scheme many times over."""


@dataclass(frozen=True)
class Again:
    """The rows read twice (indices), the pieces of their passages, which heads hear, and how much
    of each was read; the rows of `for_second`, which are learnt from as well, and their pieces."""

    taken: np.ndarray
    pieces: Pieces
    share: np.ndarray
    more: list[Row]
    theirs: Pieces


def again(first: np.ndarray, least: float, passages: Sequence[str], keep: Path) -> Again:
    """The second reading of every prompt whose first measure is not below `least`. What was read
    lies in the folder `keep`."""
    taken = np.flatnonzero(first >= least)
    texts = [passages[i] for i in taken]
    more = for_second()
    pieces = pieces_of([parts(text) for text in texts], keep)
    theirs = pieces_of([parts(prepared(row.text)) for row in more], keep)
    return Again(taken, pieces, np.array([share_read(text) for text in texts]), more, theirs)


def least_of(first: np.ndarray, rows: Sequence[Row]) -> float:
    """The first measure from which a text is read twice."""
    harmless = first[np.array([not row.attack for row in rows])]
    return float(np.quantile(harmless, 1 - TWICE))


def learnt(again: Again, rows: Sequence[Row], fold: int | None) -> tuple[Pieces, list[Row]]:
    """What the second reading learns from, without a fold: of the further rows, those kinds of them
    are left out that are like its texts."""
    chosen = [rows[i] for i in again.taken]
    kept = np.array([fold_of(row.source) != fold for row in chosen])
    pieces, found = again.pieces.some(np.flatnonzero(kept)), _where(chosen, kept)
    kept = np.array([fold_of(row.source) != fold for row in again.more])
    further = again.theirs.some(np.flatnonzero(kept))
    return pieces + further, found + _where(again.more, kept)


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
    """Of each row taken what heads hear that learnt nothing of its fold."""
    fold = np.array([fold_of(rows[i].source) for i in again.taken])
    told = np.zeros(len(fold))
    for f in sorted(set(fold.tolist())):
        pieces, found = learnt(again, rows, f)
        here = fold == f
        told[here] = _heads(pieces, found).hear(again.pieces.some(np.flatnonzero(here)))
    return told


def read_twice(
    first: np.ndarray, rows: Sequence[Row], again: Again, told: np.ndarray
) -> np.ndarray:
    """`first` (out of source) with the second reading of some rows (`told`: see `told_apart`), the
    last step of each fold learnt from the others."""
    taken = again.taken
    chosen = [rows[i] for i in taken]
    fold = np.array([fold_of(r.source) for r in chosen])
    weights, scores = weights_of(rows)[taken], first.copy()
    x = numbers(first[taken], told, again.share)
    for f in sorted(set(fold.tolist())):
        kept, here = fold != f, fold == f
        step = beside(x[kept], _where(chosen, kept), weights[kept])
        scores[taken[here]] = step[0] + x[here] @ step[1:]
    return scores


def _heads(pieces: Pieces, rows: Sequence[Row]) -> Learnt:
    stranger = np.array([row.source.endswith(STRANGERS) for row in rows])
    weights = weights_of(rows) * np.where(stranger, TOLD, 1.0)
    return heads(pieces, np.array([row.attack for row in rows]), weights)


def _where(rows: Sequence[Row], kept: np.ndarray) -> list[Row]:
    return [row for row, keep in zip(rows, kept, strict=True) if keep]


def second_arrays(
    first: np.ndarray, rows: Sequence[Row], again: Again, told: np.ndarray
) -> dict[str, np.ndarray]:
    """What the detector needs of both steps: heads from everything; how much they count from
    measures out of source (`told`)."""
    pieces, found = learnt(again, rows, None)
    counted = numbers(first[again.taken], told, again.share)
    step = beside(counted, [rows[i] for i in again.taken], weights_of(rows)[again.taken])
    return {
        "prompt_second_last": np.r_[first[again.taken].min(), step],
        **_heads(pieces, found).arrays(),
    }
