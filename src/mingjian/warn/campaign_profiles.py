"""Whether the words of one cluster are the words of another.

A language model that writes each copy anew says every sentence in one of several ways, so two
copies may share next to nothing, yet whatever one of them says, others of the campaign say too.
So clusters are compared by their profiles, the runs of their texts and how common they are among
them. A run counts by how much more common it is in the cluster than in all other texts: what
everybody says ("please reply STOP") brings nothing together, however often it is shared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.campaign_tables import Numbers, distinct, gathered, paired, pairs_of
from mingjian.warn.campaign_text import Runs

JOIN = 0.45
"""Share of what a cluster says, in bits, that must be the other's words."""
FEWEST = 3
"""Texts of the larger cluster."""
FEWEST_RUNS = 10
"""Runs that must be shared: a mean number for a text of the smaller cluster."""
COMMON, EVERY = 0.05, 8
"""A run is of a cluster's words when one text in twenty has it; of fewer than eight, any one."""
BITS = 10.0
"""Most that one run counts. A run in one text of a thousand is as rare as any."""
HELD_BITS = 22
_SAMPLE = 200
"""Texts of one cluster that its profile is made of, spread over all of them."""
_AT_ONCE = 20_000_000


def bucket(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Where the count of texts that have a run is held. Runs share a count now and then, which
    only makes them look less rare."""
    found: NDArray[np.uint32] = codes >> np.uint32(32 - HELD_BITS)
    return found


@dataclass(frozen=True, slots=True)
class _Profiles:
    """For each cluster (by its place in a list) its runs, in rising order of `keys`."""

    keys: NDArray[np.int64]
    """Cluster in the upper half, run in the lower."""
    starts: Numbers
    often: NDArray[np.float64]
    """Share of the cluster's texts that have the run."""
    rare: NDArray[np.float64]
    """Bits: how rare the run is in all texts."""
    elsewhere: NDArray[np.float64]
    """Bits: how rare it is outside the cluster."""
    own: NDArray[np.bool_]
    """Whether it is common enough to be of the cluster's words."""


def fitting(
    runs: Runs, leader: NDArray[np.uint32], pairs: Numbers, held: NDArray[np.uint32]
) -> Numbers:
    """Of the clusters that the pairs of texts lie between, those that are of the same words.

    `held`: for each bucket in how many texts its runs are. Pairs of leaders.
    """
    one, other = (leader[texts].astype(np.int64) for texts in pairs_of(pairs))
    sizes = np.bincount(leader, minlength=len(leader))
    swapped = sizes[one] > sizes[other]
    small, large = np.where(swapped, other, one), np.where(swapped, one, other)
    worth = sizes[large] >= FEWEST
    small, large = pairs_of(distinct(small[worth] << 32 | large[worth]))
    if not len(small):
        return pairs[:0]
    clusters = distinct(np.concatenate((small, large)))
    profiles = _profiles(runs, leader, clusters, sizes[clusters], held)
    small_at, large_at = np.searchsorted(clusters, small), np.searchsorted(clusters, large)
    weight = np.diff(profiles.starts)[small_at]
    begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(weight)))
    fits = np.zeros(len(small), dtype=bool)
    at = 0
    while at < len(small):
        end = max(at + 1, int(np.searchsorted(begins, begins[at] + _AT_ONCE)) - 1)
        fits[at:end] = _fit(profiles, small_at[at:end], large_at[at:end])
        at = end
    return paired(small[fits], large[fits])


def _profiles(
    runs: Runs,
    leader: NDArray[np.uint32],
    clusters: Numbers,
    sizes: Numbers,
    held: NDArray[np.uint32],
) -> _Profiles:
    place = np.full(len(leader), -1, dtype=np.int64)
    place[clusters] = np.arange(len(clusters))
    of = place[leader]
    texts = np.flatnonzero(of >= 0)
    texts = texts[np.argsort(of[texts], kind="stable")]
    of = of[texts]
    rank = np.arange(len(texts)) - np.searchsorted(of, of)
    step = np.maximum(sizes[of], _SAMPLE)
    # Every text of a small cluster; of a large one those at which rank * sample / size steps on.
    kept = (rank * _SAMPLE) // step != ((rank - 1) * _SAMPLE) // step
    kept |= sizes[of] <= _SAMPLE
    texts, of = texts[kept], of[kept]
    read = np.bincount(of, minlength=len(clusters))
    codes, starts = gathered(runs.codes, runs.starts, texts)
    keys = np.repeat(of, np.diff(starts)) << 32 | codes
    keys.sort()
    first = np.flatnonzero(np.concatenate((np.ones(min(len(keys), 1), bool), np.diff(keys) != 0)))
    count = np.diff(np.append(first, len(keys)))
    keys = keys[first]
    owner = keys >> 32
    often = count / read[owner]
    all_texts = max(len(leader), 1 << int(BITS))
    having = held[bucket((keys & 0xFFFFFFFF).astype(np.uint32))]
    outside = having - sizes[owner] * often
    needed = np.where(read >= EVERY, np.maximum(2, COMMON * read), 1)
    return _Profiles(
        keys=keys,
        starts=np.concatenate(
            (np.zeros(1, np.int64), np.cumsum(np.bincount(owner, minlength=len(read))))
        ),
        often=often,
        rare=_bits(all_texts, having),
        elsewhere=_bits(all_texts, outside),
        own=count >= needed[owner],
    )


def _bits(texts: int, having: NDArray[np.generic]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log2(texts / np.maximum(having, 1).astype(np.float64))
    return np.clip(found, 0, BITS)


def _fit(profiles: _Profiles, small: Numbers, large: Numbers) -> NDArray[np.bool_]:
    """Whether the words of each small cluster are those of the large one it is held against."""
    own = np.flatnonzero(profiles.own)
    words = profiles.keys[own]
    at, starts = gathered(np.arange(len(profiles.keys)), profiles.starts, small)
    sizes = np.diff(starts)
    pair = np.repeat(np.arange(len(small)), sizes)
    wanted = np.repeat(large, sizes) << 32 | profiles.keys[at] & 0xFFFFFFFF
    near = np.minimum(np.searchsorted(words, wanted), len(words) - 1)
    shared = words[near] == wanted
    there = own[near]
    # A run that one copy in five has says 2.3 bits less than one that all have.
    gained = np.clip(profiles.elsewhere[there] + np.log2(profiles.often[there]), 0, BITS)
    often = profiles.often[at]
    total = often * np.where(shared, profiles.elsewhere[there], profiles.rare[at])
    gains = np.bincount(pair, often * shared * gained, len(small))
    totals = np.bincount(pair, total, len(small))
    runs = np.bincount(pair, often * shared, len(small))
    found: NDArray[np.bool_] = (gains >= JOIN * np.maximum(totals, 1e-9)) & (runs >= FEWEST_RUNS)
    return found
