"""Heads of a second reading by the encoder: what single pieces of a text tell.

A mean over all pieces drowns one telling half sentence. A head is two directions: one says how
much a piece matters among those of its passage, the other what it tells; heads are summed. Plain
numpy, learnt by gradient descent (Adam).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

HEADS, GROUPS = 24, 2
"""Heads that learn to tell together; groups of them that learn side by side, each from its own
start, and are averaged."""
ROUNDS, BATCH = 12, 64
RATE, DECAY, DROPPED = 2e-3, 0.1, 0.2
"""Largest step, shrinking of weights by step, share of dimensions left out of each batch."""


@dataclass(frozen=True)
class Pieces:
    """The pieces of many passages, one behind the other, and how many each passage has."""

    rows: np.ndarray
    sizes: np.ndarray

    def some(self, chosen: np.ndarray) -> Pieces:
        """Those of the passages chosen (indices), in that order."""
        end = np.cumsum(self.sizes)
        rows = [self.rows[end[i] - self.sizes[i] : end[i]] for i in chosen]
        none = self.rows[:0]
        return Pieces(np.concatenate(rows) if rows else none, self.sizes[chosen])

    def __add__(self, other: Pieces) -> Pieces:
        return Pieces(
            np.concatenate([self.rows, other.rows]), np.concatenate([self.sizes, other.sizes])
        )


@dataclass(frozen=True)
class Learnt:
    """What `mingjian.detect.learned.heads.Heads` is made of."""

    where: np.ndarray
    what: np.ndarray
    bias: float

    def arrays(self) -> dict[str, np.ndarray]:
        """What a model file holds of them."""
        return {
            "heads_where": self.where,
            "heads_what": self.what,
            "heads_bias": np.array(self.bias),
        }

    def hear(self, pieces: Pieces) -> np.ndarray:
        """`Heads.hear` of each passage."""
        x = pieces.rows.astype(np.float32)
        return _heard(x @ self.where, x @ self.what, pieces.sizes)[1].sum(axis=1) + self.bias


def _heard(
    matter: np.ndarray, tell: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The share of each piece in its passage, and what each head hears in each passage."""
    start = np.cumsum(sizes) - sizes
    share = np.exp(matter - np.repeat(np.maximum.reduceat(matter, start), sizes, axis=0))
    share /= np.repeat(np.add.reduceat(share, start), sizes, axis=0)
    return share, np.add.reduceat(share * tell, start)


def heads(pieces: Pieces, side: np.ndarray, weights: np.ndarray) -> Learnt:
    """Heads that tell the passages of one side (true) from the others; each passage weighs as
    `weights` say."""
    middle = pieces.rows[::20].astype(np.float32).mean(axis=0)
    scale = pieces.rows[::20].astype(np.float32).std(axis=0) + 1e-3
    told = side.astype(np.float32), (weights / weights.mean()).astype(np.float32)
    where, what, bias = _descend(pieces, *told, middle, scale)
    where, what = where / scale[:, None], what / scale[:, None] / GROUPS
    return Learnt(where, what, float(bias.mean() - (middle @ what).sum()))


def _batches(sizes: np.ndarray, draw: np.random.Generator) -> Iterator[np.ndarray]:
    """Passages of like length together, in any order."""
    order = np.argsort(sizes * (1 + 0.1 * draw.random(len(sizes))), kind="stable")
    starts = np.arange(0, len(order), BATCH)
    for start in draw.permutation(starts):
        yield order[start : start + BATCH]


def _descend(
    pieces: Pieces,
    side: np.ndarray,
    weights: np.ndarray,
    middle: np.ndarray,
    scale: np.ndarray,
) -> list[np.ndarray]:
    """`Learnt` of pieces made even by `middle` and `scale`: one bias a group."""
    draw = np.random.default_rng(1)
    width = pieces.rows.shape[1]
    learnt = [draw.normal(0, 0.02, (width, GROUPS * HEADS)).astype(np.float32) for _ in range(2)]
    learnt.append(np.zeros(GROUPS, np.float32))
    mean, square = ([np.zeros_like(w) for w in learnt] for _ in range(2))
    steps, step = ROUNDS * (len(side) // BATCH + 1), 0
    for _ in range(ROUNDS):
        for batch in _batches(pieces.sizes, draw):
            some = pieces.some(batch)
            x = (some.rows - middle) / scale
            x *= (draw.random(width) > DROPPED).astype(np.float32) / (1 - DROPPED)
            tell = x @ learnt[1]
            share, heard = _heard(x @ learnt[0], tell, some.sizes)
            told = heard.reshape(-1, GROUPS, HEADS).sum(axis=2) + learnt[2]
            off = 1 / (1 + np.exp(-told)) - side[batch][:, None]
            off *= (weights[batch] / len(batch))[:, None]
            each = np.repeat(np.repeat(off, HEADS, axis=1), some.sizes, axis=0) * share
            matter = each * (tell - np.repeat(heard, some.sizes, axis=0))
            step += 1
            rate = np.float32(RATE * min(1, step / 50) * max(0.02, 1 - step / steps))
            slopes = x.T @ matter, x.T @ each, off.sum(axis=0)
            for w, m, s, slope in zip(learnt, mean, square, slopes, strict=True):
                m += 0.1 * (slope - m)
                s += 0.001 * (slope * slope - s)
                w -= rate * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8)
            for w in learnt[:2]:
                w *= 1 - rate * DECAY
    return learnt
