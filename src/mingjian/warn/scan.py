"""Expectation-based space-time scan: a rise spread thinly over several cells and days.

D. B. Neill et al., "Detection of emerging space-time clusters", KDD 2005; D. B. Neill,
"Expectation-based scan statistics for monitoring spatial time series data", International Journal
of Forecasting 25 (2009). Cells are whatever the counts are split by (region, or region by type of
conduct); zones are sets of cells and are data. Every zone is looked at over the last one, two, …
steps: how much likelier are its counts if its level rose, by the factor that fits best? The
largest is held against the largest of tables drawn from the baselines alone, so the many looks are
paid for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mingjian.warn.quasi_poisson import Numbers

Zone = tuple[int, ...]
"""Indices of the cells it holds."""
_HALF = 0.5
"""Count added to a cell's history, so that none expects nothing."""
_AT_ONCE = 4_000_000
"""Numbers held at once while tables are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A zone over the last `duration` steps."""

    zone: int
    duration: int
    score: float
    """Log likelihood ratio; 0 where there is no more than expected."""
    observed: int
    expected: float
    p_value: float | None = None
    """Chance that some zone would reach the score if all baselines held; None if not drawn."""

    @property
    def relative(self) -> float:
        """How many times the expected count."""
        return self.observed / self.expected if self.expected > 0 else math.inf


def scanned(counts: Numbers, baselines: Numbers, zones: Sequence[Zone]) -> list[Cluster]:
    """Every zone and duration, highest score first.

    `counts` and `baselines` (what is expected) have a row a step, the last the present one, and
    a column a cell. A cell that expects nothing and has something is more than any score: give
    every cell a small baseline.
    """
    member = _member(zones, counts.shape[1])
    observed, expected = _sums(counts[None], member)[0], _sums(baselines[None], member)[0]
    score = _score(observed, expected)
    order = np.argsort(-score, axis=None, kind="stable")
    clusters = []
    for place in order:
        duration, zone = divmod(int(place), len(zones))
        clusters.append(
            Cluster(
                zone=zone,
                duration=duration + 1,
                score=float(score[duration, zone]),
                observed=int(observed[duration, zone]),
                expected=float(expected[duration, zone]),
            )
        )
    return clusters


def likeliest(
    counts: Numbers,
    baselines: Numbers,
    zones: Sequence[Zone],
    *,
    size: float = math.inf,
    learnt_from: int | None = None,
    tables: int = 999,
    seed: int = 1,
) -> Cluster | None:
    """The cluster of the highest score with its Monte Carlo p-value; None without zones.

    `size` is the negative-binomial size of each cell and step in the tables drawn: counts that
    scatter more than Poisson need it, or every burst of scatter is a cluster. `learnt_from` is
    the number of steps a cell's baseline is the mean of (`learnt`): each table drawn then learns
    its own from as many, or baselines low by chance would look like clusters.
    """
    found = scanned(counts, baselines, zones)
    if not found:
        return None
    best = found[0]
    member = _member(zones, counts.shape[1])
    rng = np.random.default_rng(seed)
    at_once = max(1, _AT_ONCE // (len(counts) * max(len(zones), counts.shape[1])))
    reached = 0
    for start in range(0, tables, at_once):
        shape = (min(at_once, tables - start), *counts.shape)
        supposed: Numbers = np.broadcast_to(baselines, shape)
        drawn = _drawn(rng, supposed, size)
        if learnt_from is not None:
            past = _drawn(rng, learnt_from * supposed[:, :1], size * learnt_from)
            supposed = np.broadcast_to((past + _HALF) / learnt_from, shape)
        highest = _score(_sums(drawn, member), _sums(supposed, member)).max(axis=(1, 2))
        reached += int((highest >= best.score).sum())
    return Cluster(
        zone=best.zone,
        duration=best.duration,
        score=best.score,
        observed=best.observed,
        expected=best.expected,
        p_value=(1 + reached) / (1 + tables),
    )


def learnt(history: Numbers) -> tuple[Numbers, float]:
    """Baseline of each cell (its mean over the rows of `history`, with half a count more) and
    the negative-binomial size all cells share."""
    length = len(history)
    mean = (history.sum(axis=0) + _HALF) / length
    excess = float(
        ((history - mean) ** 2).sum() * length / max(length - 1, 1) - length * mean.sum()
    )
    size = length * float((mean**2).sum()) / excess if excess > 0 else math.inf
    return mean, max(size, 0.05)


def _drawn(rng: np.random.Generator, rate: Numbers, size: float) -> Numbers:
    if math.isfinite(size):
        rate = rate * rng.gamma(size, 1 / size, rate.shape)
    return rng.poisson(rate).astype(float)


def crossed(region_zones: Sequence[Zone], types: int) -> list[Zone]:
    """Zones of region-by-type cells (cell = region * types + type): each set of regions with
    each type alone and with all."""
    alone: list[Zone] = [(kind,) for kind in range(types)]
    kinds = [*alone, tuple(range(types))] if types > 1 else alone
    return [
        tuple(region * types + kind for region in zone for kind in chosen)
        for zone in region_zones
        for chosen in kinds
    ]


def _member(zones: Sequence[Zone], cells: int) -> Numbers:
    member = np.zeros((cells, len(zones)))
    for number, zone in enumerate(zones):
        if not zone or min(zone) < 0 or max(zone) >= cells:
            raise ValueError(f"zone {number} is empty or names a cell that is not there")
        member[list(zone), number] = 1.0
    return member


def _sums(tables: Numbers, member: Numbers) -> Numbers:
    """Sums over the last 1, 2, … steps (axis 1) and each zone (axis 2) of each table."""
    recent = tables[:, ::-1].cumsum(axis=1)
    found: Numbers = recent @ member
    return found


def _score(observed: Numbers, expected: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        score = observed * np.log(observed / expected) - (observed - expected)
    found: Numbers = np.where(observed > expected, score, 0.0)
    return found
