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

TOLD = 2.0
"""How much a stranger's prompts count for heads beside another source of their size: a public set
is one scheme many times over."""


@dataclass(frozen=True)
class Again:
    """The pieces of every passage, which heads hear, and how much of each was read; the rows of
    `for_second`, which are learnt from as well, and their pieces."""

    pieces: Pieces
    share: np.ndarray
    more: list[Row]
    theirs: Pieces


def again(passages: Sequence[str], keep: Path) -> Again:
    """The second reading of every prompt. What was read lies in the folder `keep`."""
    more = for_second()
    read = [parts(text) for text in passages]
    pieces = pieces_of(read, keep)
    theirs = pieces_of([parts(prepared(row.text)) for row in more], keep)
    share = np.array([share_read(*both) for both in zip(passages, read, strict=True)])
    return Again(pieces, share, more, theirs)


def learnt(again: Again, rows: Sequence[Row], fold: int | None) -> tuple[Pieces, list[Row]]:
    """What the second reading learns from, without a fold: of the further rows, those kinds of them
    are left out that are like its texts."""
    kept = np.array([fold_of(row.source) != fold for row in rows])
    pieces, found = again.pieces.some(np.flatnonzero(kept)), _where(rows, kept)
    kept = np.array([fold_of(row.source) != fold for row in again.more])
    further = again.theirs.some(np.flatnonzero(kept))
    return pieces + further, found + _where(again.more, kept)


def numbers(first: np.ndarray, told: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What the last step counts, as `Second.measure` does."""
    return np.c_[first, first * (1 - share), told * share]


def beside(x: np.ndarray, rows: Sequence[Row]) -> np.ndarray:
    """Intercept and coefficients of `numbers`."""
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(x, [row.attack for row in rows], sample_weight=weights_of(rows))
    return np.r_[model.intercept_, model.coef_[0]]


def told_apart(rows: Sequence[Row], again: Again) -> np.ndarray:
    """Of each row what heads hear that learnt nothing of its fold."""
    fold = np.array([fold_of(row.source) for row in rows])
    told = np.zeros(len(fold))
    for f in sorted(set(fold.tolist())):
        pieces, found = learnt(again, rows, f)
        here = fold == f
        told[here] = _heads(pieces, found).hear(again.pieces.some(np.flatnonzero(here)))
    return told


def read_twice(
    first: np.ndarray, rows: Sequence[Row], again: Again, told: np.ndarray
) -> np.ndarray:
    """Both readings (`first` out of source; `told`: see `told_apart`) put together, the last step
    of each fold learnt from the others."""
    fold = np.array([fold_of(row.source) for row in rows])
    scores = np.zeros(len(rows))
    x = numbers(first, told, again.share)
    for f in sorted(set(fold.tolist())):
        kept = fold != f
        step = beside(x[kept], _where(rows, kept))
        scores[~kept] = step[0] + x[~kept] @ step[1:]
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
    return {
        "prompt_second_last": beside(numbers(first, told, again.share), rows),
        **_heads(pieces, found).arrays(),
    }
