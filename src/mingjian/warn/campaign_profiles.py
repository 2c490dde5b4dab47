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

from mingjian.warn.campaign_rarity import BITS, Rarity
from mingjian.warn.campaign_tables import Numbers, distinct, gathered, paired, pairs_of
from mingjian.warn.campaign_text import Runs

JOIN = 0.4
"""Share of what a cluster says, in bits, that must be the other's words."""
FEWEST = 3
"""Texts of the larger cluster."""
FEWEST_RUNS = 10
"""Runs that must be shared: a mean number for a text of the smaller cluster."""
COMMON = 0.05
"""Share of a cluster's texts that must have a run for it to be of the cluster's words."""
KNOWN = 40
"""Texts from which on it is known how often a cluster says something."""
_SAMPLE = 200
"""Texts of one cluster that its profile is made of, spread over all of them."""
_AT_ONCE = 20_000_000
_OUT, _CLUSTERS = 24, 500
"""Texts of a cluster that are held out, and clusters looked at in one go."""


@dataclass(frozen=True, slots=True)
class _Profiles:
    """For each cluster (by its place in a list) its runs, in rising order of `keys`."""

    keys: NDArray[np.int64]
    """Cluster in the upper half, run in the lower."""
    starts: Numbers
    often: NDArray[np.float64]
    """Share of the cluster's texts that have the run."""
    rare: NDArray[np.float32]
    """Bits: how rare the run is in all texts."""
    elsewhere: NDArray[np.float32]
    """Bits: how rare it is outside the cluster."""
    read: Numbers
    """Of each cluster, how many texts were looked at."""
    own: NDArray[np.bool_]
    """Whether it is common enough to be of the cluster's words."""


def fitting(runs: Runs, leader: NDArray[np.uint32], pairs: Numbers, rarity: Rarity) -> Numbers:
    """Of the clusters that the pairs of texts lie between, those that are of the same words.

    Gives pairs of leaders.
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
    profiles = _profiles(runs, leader, clusters, sizes[clusters], rarity)
    small_at, large_at = np.searchsorted(clusters, small), np.searchsorted(clusters, large)
    fits = _said(profiles, small_at, large_at) >= JOIN
    return paired(small[fits], large[fits])


def holding(
    runs: Runs, leader: NDArray[np.uint32], clusters: Numbers, rarity: Rarity
) -> NDArray[np.bool_]:
    """Which of the clusters (leaders, in rising order) say what their own texts say.

    Texts of one campaign are made of one stock of wordings, so most of what any of them says the
    others say too, which it is then tried on: some texts of a cluster are held out and compared
    with the rest. Where texts share only stock phrases of a subject, as many texts of one model
    do, each was near some other when it came, but the cluster as a whole says little of any.
    """
    held = np.ones(len(clusters), dtype=bool)
    for start in range(0, len(clusters), _CLUSTERS):
        some = clusters[start : start + _CLUSTERS]
        held[start : start + _CLUSTERS] = _holding(runs, leader, some, rarity)
    return held


def _holding(
    runs: Runs, leader: NDArray[np.uint32], clusters: Numbers, rarity: Rarity
) -> NDArray[np.bool_]:
    texts = np.flatnonzero(np.isin(leader, clusters))
    texts = texts[np.argsort(leader[texts], kind="stable")]
    begins = np.searchsorted(leader[texts], clusters)
    apart, out, rest = leader.copy(), [], []
    for begin, end in zip(begins, [*begins[1:], len(texts)], strict=True):
        members = texts[begin:end]
        places = np.linspace(0, len(members) - 1, min(_OUT, len(members) // 3)).astype(np.int64)
        chosen = members[places]
        left = np.setdiff1d(members, chosen)
        apart[chosen], apart[left] = chosen, left[0]
        out.append(chosen)
        rest.append(np.full(len(chosen), left[0], dtype=np.int64))
    one, other = np.concatenate(out), np.concatenate(rest)
    listed = distinct(np.concatenate((one, other)))
    sizes = np.bincount(apart, minlength=len(apart))
    profiles = _profiles(runs, apart, listed, sizes[listed], rarity)
    share = _said(profiles, np.searchsorted(listed, one), np.searchsorted(listed, other))
    bounds = np.cumsum([len(chosen) for chosen in out])
    return np.array([np.median(part) >= JOIN for part in np.split(share, bounds[:-1])])


def _profiles(
    runs: Runs,
    leader: NDArray[np.uint32],
    clusters: Numbers,
    sizes: Numbers,
    rarity: Rarity,
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
    having = rarity.having(keys.astype(np.uint32))
    outside = having - sizes[owner] * often
    return _Profiles(
        keys=keys,
        starts=np.concatenate(
            (np.zeros(1, np.int64), np.cumsum(np.bincount(owner, minlength=len(read))))
        ),
        often=often,
        rare=rarity.bits(having),
        elsewhere=rarity.bits(outside),
        read=read,
        own=count >= COMMON * read[owner],
    )


def _said(profiles: _Profiles, one: Numbers, other: Numbers) -> NDArray[np.float64]:
    """For each pair of clusters, the share of what the one says, in bits, that is of the other's
    words; 0 where fewer than `FEWEST_RUNS` runs are."""
    words = np.flatnonzero(profiles.own)
    begins = np.cumsum(np.diff(profiles.starts)[one])
    share = np.zeros(len(one))
    at = 0
    while at < len(one):
        before = begins[at - 1] if at else 0
        end = max(at + 1, int(np.searchsorted(begins, before + _AT_ONCE)))
        share[at:end] = _share(profiles, words, one[at:end], other[at:end])
        at = end
    return share


def _share(
    profiles: _Profiles, words: Numbers, one: Numbers, other: Numbers
) -> NDArray[np.float64]:
    at, starts = gathered(np.arange(len(profiles.keys)), profiles.starts, one)
    sizes = np.diff(starts)
    pair = np.repeat(np.arange(len(one)), sizes)
    wanted = np.repeat(other, sizes) << 32 | profiles.keys[at] & 0xFFFFFFFF
    keys = profiles.keys[words]
    near = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    shared = keys[near] == wanted
    there = words[near]
    # A run that one copy in five has says 2.3 bits less than one that all have. How often it is
    # said is not known well of few texts, so of them it counts less.
    less = np.log2(profiles.often[there]) * np.minimum(profiles.read[other] / KNOWN, 1)[pair]
    gained = np.clip(profiles.elsewhere[there] + less, 0, BITS)
    often = profiles.often[at]
    total = often * np.where(shared, profiles.elsewhere[there], profiles.rare[at])
    gains = np.bincount(pair, often * shared * gained, len(one))
    totals = np.bincount(pair, total, len(one))
    runs = np.bincount(pair, often * shared, len(one))
    return np.where(runs >= FEWEST_RUNS, gains / np.maximum(totals, 1e-9), 0.0)
