"""Negative-binomial likelihood-ratio CUSUM: for young series and for daily ones.

G. Rossi, L. Lampugnani and M. Marchi, "An approximate CUSUM procedure for surveillance of health
events", Statistics in Medicine 18 (1999); M. Höhle and M. Paul, "Count data regression charts for
the monitoring of surveillance time series", CSDA 52 (2008). Each count adds how much likelier it
is if the level had risen by a stated factor; small rises that last add up. The alarm threshold
comes from a simulation of quiet series for a stated number of false alarms a year. Each simulated
series learns its level from a past as short as the real one (A. Gandy and J. T. Kvaløy,
"Guaranteed conditional performance of control charts via bootstrap methods", Scandinavian Journal
of Statistics 40, 2013): with a threshold for a known level, young series alarm too often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.chances import chance_above
from mingjian.warn.quasi_poisson import Numbers

_LARGE = 1e9
"""Sizes beyond it are Poisson."""
_FAR = 2.58
"""Standardised residual beyond which a past step counts for less."""
_ROUNDS = 3
_SCATTER = 3.0
"""Standard deviations of a step; a rise beyond that needs no sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cusum:
    """Settings."""

    factor: float = 1.5
    """The rise to be found: so many times the usual level (see `rise_of`)."""
    false_alarms: float = 1.0
    """False alarms a year the threshold is chosen for."""
    a_year: int = 365
    """Steps (days, weeks) in a year."""
    phases: int = 1
    """7 gives each weekday a level of its own; 1 has one level."""
    series: int = 300
    """Quiet series simulated, a year each."""
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What a series does when nothing happens."""

    levels: tuple[float, ...]
    """Mean of each phase (weekday)."""
    size: float
    """Negative-binomial size: variance = mean + mean² / size; infinite is Poisson."""
    length: int
    """Steps of history it was learnt from."""

    def level(self, index: int) -> float:
        return self.levels[index % len(self.levels)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One count added to the sum."""

    index: int
    observed: int
    expected: float
    upper: int
    """Largest count that is no alarm, given the sum so far."""
    total: float
    """The sum with this count; an alarm sets it back to zero for the next."""
    p_value: float
    """Chance of as many or more in this step alone if nothing happens."""
    alarm: bool


def quiet(history: Sequence[int] | Numbers, settings: Cusum) -> Quiet | None:
    """Level and scatter of a past taken as quiet; None where it is all zero or under 8 steps.

    Phases count from index 0 of `history`. Past outbreaks count for less.
    """
    y = np.asarray(history, dtype=float)[None, :]
    if y.shape[1] < max(8, 2 * settings.phases) or y.sum() == 0:
        return None
    levels, size = _learnt(y, settings.phases)
    return Quiet(
        levels=tuple(float(value) for value in levels[0]), size=float(size[0]), length=y.shape[1]
    )


def _learnt(y: Numbers, phases: int) -> tuple[Numbers, Numbers]:
    """Levels of each phase and size, of each row.

    Steps far above the level count for less (Anscombe residuals, as in Farrington's method): a
    past outbreak would raise level and scatter and hide the next.
    """
    levels, size = _fitted(y, np.ones_like(y), phases)
    for _ in range(_ROUNDS):
        fit = levels[:, np.arange(y.shape[1]) % phases]
        scale = fit ** (1 / 6) * np.sqrt(1 + fit / size[:, None])
        residual = 1.5 * (y ** (2 / 3) - fit ** (2 / 3)) / scale
        weights = np.where(residual > _FAR, (_FAR / np.maximum(residual, _FAR)) ** 2, 1.0)
        levels, size = _fitted(y, weights, phases)
    return levels, size


def _fitted(y: Numbers, weights: Numbers, phases: int) -> tuple[Numbers, Numbers]:
    """Weighted levels and size. A phase's factor is drawn towards one by as much as half a count
    is worth."""
    length, sums = y.shape[1], weights.sum(axis=1)
    mean = np.maximum((weights * y).sum(axis=1) / sums, 0.5 / length)
    phase = np.arange(length) % phases
    levels = np.empty((len(y), phases))
    for number in range(phases):
        at = phase == number
        usual = mean * weights[:, at].sum(axis=1)
        levels[:, number] = mean * ((weights * y)[:, at].sum(axis=1) + 0.5) / (usual + 0.5)
    if phases == 1:
        levels[:, 0] = mean
    fit = levels[:, phase]
    spread = (weights * (y - fit) ** 2).sum(axis=1) * sums / (sums - phases)
    excess = spread - (weights * fit).sum(axis=1)
    with np.errstate(divide="ignore"):
        size = np.where(
            excess > 0, (weights * fit**2).sum(axis=1) / np.maximum(excess, 1e-300), np.inf
        )
    return levels, np.maximum(size, 0.05)


def _evidence(level: Numbers, size: Numbers, factor: float) -> tuple[Numbers, Numbers]:
    """(a, c): a count y says a y - c for the raised level (log likelihood ratio)."""
    poisson = size >= _LARGE
    finite = np.where(poisson, 1.0, size)
    grown = np.log((finite + factor * level) / (finite + level))
    slope = math.log(factor) - np.where(poisson, 0.0, grown)
    return slope, np.where(poisson, (factor - 1) * level, finite * grown)


def _drawn(
    rng: np.random.Generator, level: Numbers, size: float, shape: tuple[int, int]
) -> Numbers:
    rate = np.broadcast_to(level, shape)
    if size < _LARGE:
        rate = rate * rng.gamma(size, 1 / size, shape)
    return rng.poisson(np.minimum(rate, 1e15)).astype(float)


def rise_of(known: Quiet, settings: Cusum) -> float:
    """The rise looked for: `settings.factor`, or less where that is out of all scatter.

    Half as many again of 150 is six standard deviations: a sum that waits for so much stays at
    zero and misses what three would show.
    """
    level = sum(known.levels) / len(known.levels)
    return min(settings.factor, 1 + _SCATTER * math.sqrt((1 + level / known.size) / level))


def threshold(known: Quiet, settings: Cusum) -> float:
    """The sum beyond which there is an alarm, for `settings.false_alarms` a year."""
    count = settings.series
    rise = rise_of(known, settings)
    rate = _alarms_a_year(known, rise, settings.a_year, count, settings.seed)
    # Halfway between counts keeps the logarithm of none finite.
    logs = np.log(np.array(rate) + 0.5 / count)
    wanted = math.log(settings.false_alarms + 0.5 / count)
    return float(np.exp(np.interp(-wanted, -logs, np.log(_TRIED))))


_TRIED = np.geomspace(0.2, 30.0, 48)
"""Thresholds tried."""


@lru_cache(maxsize=1_000)
def _alarms_a_year(
    known: Quiet, factor: float, year: int, count: int, seed: int
) -> tuple[float, ...]:
    """False alarms a year at each threshold of `_TRIED`, over `count` simulated series."""
    rng = np.random.default_rng(seed)
    levels = np.array(known.levels)
    past = _drawn(
        rng, levels[np.arange(known.length) % len(levels)], known.size, (count, known.length)
    )
    steps = np.arange(year) % len(levels)
    learnt, size = _learnt(past, len(levels))
    slope, cost = _evidence(learnt[:, steps], size[:, None], factor)
    said = slope * _drawn(rng, levels[steps], known.size, (count, year)) - cost
    total, alarms = np.zeros((len(_TRIED), count)), np.zeros(len(_TRIED))
    for step in range(year):
        total = np.maximum(total + said[:, step], 0.0)
        over = total > _TRIED[:, None]
        alarms += over.sum(axis=1)
        total[over] = 0.0
    return tuple(np.minimum.accumulate(alarms / count))


def alarms_as_learnt(
    drawn: Numbers, known: Quiet, bound: float, settings: Cusum, after: int = 0
) -> Numbers:
    """Alarms from step `after` on in simulated counts (rows, starting with phase 0) that are held
    against `known`, by sums that start at zero."""
    steps = np.arange(drawn.shape[1]) % len(known.levels)
    level = np.array(known.levels)[steps]
    slope, cost = _evidence(level, np.array(known.size), rise_of(known, settings))
    return _alarms(slope * drawn - cost, bound, after)


def alarms_learnt_anew(
    past: Numbers, drawn: Numbers, known: Quiet, bound: float, settings: Cusum, after: int = 0
) -> Numbers:
    """The same where each row is held against what its own past (row of `past`) teaches; rise
    and threshold stay those of `known`."""
    phases = len(known.levels)
    learnt, size = _learnt(past, phases)
    level = learnt[:, np.arange(drawn.shape[1]) % phases]
    slope, cost = _evidence(level, size[:, None], rise_of(known, settings))
    return _alarms(slope * drawn - cost, bound, after)


def _alarms(said: Numbers, bound: float, after: int) -> Numbers:
    """Alarms of sums (rows) that start at zero, and at zero again after each."""
    total, alarms = np.zeros(len(said)), np.zeros(len(said))
    for step in range(said.shape[1]):
        total = np.maximum(total + said[:, step], 0.0)
        over = total > bound
        if step >= after:
            alarms += over
        total[over] = 0.0
    return alarms


def cusum(
    counts: Sequence[int] | Numbers,
    steps: Sequence[int],
    known: Quiet,
    bound: float,
    settings: Cusum,
    start: float = 0.0,
) -> list[Step]:
    """Add the counts of `steps` (indices, in order) to a sum of `start`."""
    y: NDArray[np.float64] = np.asarray(counts, dtype=float)
    level = np.array([known.level(index) for index in steps])
    slopes, costs = _evidence(level, np.array(known.size), rise_of(known, settings))
    total, out = start, []
    for at, index in enumerate(steps):
        slope, cost, observed = float(slopes[at]), float(costs[at]), int(y[index])
        before = total
        total = max(0.0, before + slope * observed - cost)
        alarm = total > bound
        out.append(
            Step(
                index=index,
                observed=observed,
                expected=float(level[at]),
                upper=max(math.floor((bound - before + cost) / slope + 1e-9), -1),
                total=total,
                p_value=chance_above(observed - 1, float(level[at]), known.size),
                alarm=alarm,
            )
        )
        total = 0.0 if alarm else total
    return out
