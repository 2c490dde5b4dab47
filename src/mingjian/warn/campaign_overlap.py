"""How much two texts have in common, and whether it runs through the whole of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.campaign_rarity import Rarity
from mingjian.warn.campaign_tables import Numbers, gathered, pairs_of
from mingjian.warn.campaign_text import EIGHTHS, Runs

_AT_ONCE = 40_000
"""Pairs compared in one go: more would not fit the processor's cache."""
_TENTH = 0.1
"""Share of an eighth's runs that must be shared for the eighth to count."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """For each pair of texts what they share."""

    share: NDArray[np.float32]
    """Of what the text with more to it says, in bits, the share that the other says too."""
    eighths: NDArray[np.uint8]
    """In how many eighths of the text there are shared runs; of the two texts the lesser."""


def overlap(runs: Runs, pairs: Numbers, rarity: Rarity) -> Overlap:
    """Compare the texts of each pair."""
    share = np.empty(len(pairs), dtype=np.float32)
    eighths = np.empty(len(pairs), dtype=np.uint8)
    for at in range(0, len(pairs), _AT_ONCE):
        part = slice(at, at + _AT_ONCE)
        share[part], eighths[part] = _compared(runs, pairs[part], rarity)
    return Overlap(share, eighths)


def _compared(
    runs: Runs, pairs: Numbers, rarity: Rarity
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    count = len(pairs)
    keys, sizes, totals = [], [], []
    for side, texts in enumerate(pairs_of(pairs)):
        codes, starts = gathered(runs.codes, runs.starts, texts)
        eighth, _ = gathered(runs.eighths, runs.starts, texts)
        sizes.append(np.diff(starts))
        pair = np.repeat(np.arange(count, dtype=np.int64), sizes[-1])
        weight = rarity.bits(rarity.having(codes))
        totals.append(np.bincount(pair, weight, count))
        keys.append(pair << 36 | codes.astype(np.int64) << 4 | side << 3 | eighth)
    # Sorted, a run that both have stands twice in a row: of the one side, then of the other.
    merged = np.concatenate(keys)
    merged.sort()
    both = np.flatnonzero(merged[1:] >> 4 == merged[:-1] >> 4)
    pair = merged[both] >> 36
    codes = (merged[both] >> 4).astype(np.uint32)
    gained = np.bincount(pair, rarity.bits(rarity.having(codes)), count)
    share = gained / np.maximum(np.maximum(*totals), 1e-9)
    reached = []
    for side, size in enumerate(sizes):
        cell = pair * EIGHTHS + (merged[both + side] & 7)
        cells = np.bincount(cell, minlength=count * EIGHTHS).reshape(count, EIGHTHS)
        reached.append((cells >= _TENTH * size[:, None] / EIGHTHS).sum(axis=1))
    return share, np.minimum(*reached)


def agreeing(prints: NDArray[np.uint16], pairs: Numbers) -> Numbers:
    """How many min-hashes the texts of each pair have in common."""
    found = np.empty(len(pairs), dtype=np.int64)
    for at in range(0, len(pairs), _AT_ONCE):
        part = slice(at, at + _AT_ONCE)
        one, other = pairs_of(pairs[part])
        found[part] = np.count_nonzero(prints[one] == prints[other], axis=1)
    return found
