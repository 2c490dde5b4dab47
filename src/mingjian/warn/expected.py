"""How many false alarms a year to expect at the present settings, and how well that is known.

A method's own figure takes its fitted model for the truth. It is too low where counts scatter
widely: past outbreaks count for less in the fit, and so does some of the scatter, and a level
learnt from a short past is wrong by chance. Here the bounds that were really in force, week by
week over the last year, are held against a quiet model fitted to the series' own past without
those weights, with all that its past leaves open: dispersion by the Bayesian bootstrap (D. B.
Rubin, Annals of Statistics 9, 1981), level and season from the fit's error. Each draw of the
model gives a rate; their mean and 95 % interval are what is stated. Weeks known as outbreaks are
left out of the fit, and so are counts that no scatter explains.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.chances import chance_above, chance_of
from mingjian.warn.cusum import alarms_as_learnt, alarms_learnt_anew
from mingjian.warn.ears import ears
from mingjian.warn.farrington import farrington
from mingjian.warn.judge import (
    BLOCK,
    RUN_IN,
    SCREEN,
    Choice,
    Settings,
    choose,
    cut_of,
    seasonal,
    sums,
)
from mingjian.warn.quasi_poisson import Numbers
from mingjian.warn.table import Series

DRAWS = 100
"""Models drawn for each series."""
RUNS = 20
"""Blocks simulated for each model of a CUSUM."""
MOST = 60
"""Series looked at; of more, so many are taken by lot."""
_EVERY = 4
"""Of the last year's weeks, every so many-th is looked at."""
_FAR = 4.0
"""Standardised Anscombe residual beyond which a count is no scatter."""
_ROUNDS = 3
_POISSON = 1.001
"""A dispersion below it is Poisson."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """Expected false alarms a year over all series watched."""

    a_year: float
    low: float
    high: float
    """95 % interval of the expected number; what one year brings scatters besides."""
    watched: int
    """Series with a baseline."""
    looked: int
    """Series of these that were looked at; the rest is taken to be like them."""


def false_alarms(
    present: Sequence[tuple[Series, int]], settings: Settings, seed: int = 1
) -> FalseAlarms:
    """Of series, each at the index of its present step, together."""
    rng = np.random.default_rng(seed)
    found: list[Numbers] = []
    watched = 0
    for place in rng.permutation(len(present)):
        each, index = present[place]
        if not each.counts[:index].any() or choose(each, index).method == "none":
            continue
        watched += 1
        if len(found) < MOST:
            drawn = rates(each, index, settings, seed)
            if drawn is not None:
                found.append(drawn)
    if not found:
        return FalseAlarms(a_year=0.0, low=0.0, high=0.0, watched=watched, looked=0)
    table = np.array(found)
    scale = watched / len(found)
    total = table.sum(axis=0) * scale
    if watched > len(found):
        between = float(table.mean(axis=1).std(ddof=1)) if len(found) > 1 else 0.0
        error = watched * between * math.sqrt((1 - len(found) / watched) / len(found))
        total = np.maximum(total + rng.normal(0, error, total.shape), 0.0)
    low, high = np.quantile(total, (0.025, 0.975))
    return FalseAlarms(
        a_year=float(table.sum(axis=0).mean() * scale),
        low=float(low),
        high=float(high),
        watched=watched,
        looked=len(found),
    )


def rates(series: Series, index: int, settings: Settings, seed: int = 1) -> Numbers | None:
    """Draws of one series' expected false alarms a year; None where there is no baseline."""
    # Series of one desk must not share their luck.
    name = sha256(series.name.encode("utf-8", "surrogatepass")).digest()
    rng = np.random.default_rng([seed, int.from_bytes(name[:8], "big")])
    choice = choose(series, index)
    if choice.method == "farrington":
        return _by_season(series, index, choice, settings, rng)
    if choice.method == "cusum":
        return _by_sum(series, index, settings, rng)
    if choice.method == "ears":
        return _by_screen(series, index, settings, rng)
    return None


def _past(series: Series, start: int, index: int) -> tuple[Numbers, NDArray[np.bool_]]:
    """Counts before `index`, and which of them are not known as an outbreak."""
    counts = series.counts[start:index]
    marked = series.outbreak
    usable = np.ones(len(counts), bool) if marked is None else ~marked[start:index].astype(bool)
    return counts, usable


# ---- weekly, held against seasons --------------------------------------------------------------


def _by_season(
    series: Series, index: int, choice: Choice, settings: Settings, rng: np.random.Generator
) -> Numbers | None:
    bounds = _bounds(series, index, settings)
    start = max(0, index - series.a_year * choice.years)
    counts, usable = _past(series, start, index)
    if not bounds or not counts[usable].any():
        return None
    rule = seasonal(choice.years, settings)
    at = np.array(sorted(bounds))
    upper = np.array([bounds[week] for week in at])
    for place, week in enumerate(at):
        others = series.counts[max(0, week - rule.least_weeks + 1) : week].sum()
        upper[place] = max(upper[place], rule.least_cases - 1 - others)
    log = np.zeros(len(series.counts)) if series.exposure is None else np.log(series.exposure)
    model = _Season(counts, usable, log[start:index], start)
    means, scatter = model.drawn(at, log[at], rng)
    out = np.zeros(DRAWS)
    for draw in range(DRAWS):
        for place, bound in enumerate(upper):
            mean = float(means[draw, place])
            spread = 1 + scatter[draw] * (mean if model.grows else 1.0)
            size = mean / (spread - 1) if spread > _POISSON else math.inf
            out[draw] += chance_above(math.floor(bound), mean, size)
    return out * series.a_year / len(at)


def _bounds(series: Series, index: int, settings: Settings) -> dict[int, float]:
    """The bounds in force in the last year's weeks, of the whole year as far as there were any:
    most false alarms may come in one season. The rule of few cases is left to the caller, who
    knows the counts that might have come."""
    by_years: dict[int, list[int]] = {}
    for week in range(index, max(index - series.a_year, 0), -_EVERY):
        choice = choose(series, week)
        if choice.method == "farrington":
            by_years.setdefault(choice.years, []).append(week)
    bounds = {}
    for years, weeks in by_years.items():
        asked = replace(seasonal(years, settings), least_cases=0)
        for held in farrington(series.counts, weeks, asked, series.calendar, series.exposure):
            if held.baseline:
                bounds[held.index] = held.upper
    return bounds


class _Season:
    """A quasi-Poisson model of a past with a trend and as many waves a year as it can bear.

    The variance is some multiple of the mean, or, where that is likelier (`grows`), a multiple
    that grows with the mean: then the peaks of a season scatter more than its troughs, and most
    false alarms come there.
    """

    def __init__(
        self, counts: Numbers, usable: NDArray[np.bool_], offset: Numbers, start: int
    ) -> None:
        self.start = start
        self.length = len(counts)
        total = counts.sum()
        self.waves = 0 if total < 30 else 1 if total < 150 else 2
        x = self._design(np.arange(start, start + self.length))
        used = usable.copy()
        for _ in range(_ROUNDS):
            self._fit(x[used], counts[used], offset[used])
            mean = np.exp(np.clip(x @ self.beta + offset, -30, 30))
            self.rest = ((counts - mean) ** 2 / mean)[used]
            self.dispersion = max(1.0, float(self.rest.sum() / self.degrees))
            anscombe = 1.5 * (counts ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6)
            seen = used
            used = usable & (anscombe <= _FAR * math.sqrt(self.dispersion))
        self.mean = mean[seen]
        growing = max(0.0, float((self.rest - 1).sum() / self.mean.sum())) * self.mean
        even = np.full(len(self.mean), self.dispersion - 1)
        y = counts[seen]
        self.grows = self._likelihood(y, growing) > self._likelihood(y, even)

    def _likelihood(self, counts: Numbers, excess: Numbers) -> float:
        """Logarithm; `excess` is by how much of the mean the variance exceeds it."""
        total = 0.0
        for count, mean, more in zip(counts, self.mean, excess, strict=True):
            size = mean / more if more > _POISSON - 1 else math.inf
            total += math.log(max(chance_of(int(count), float(mean), float(size)), 1e-300))
        return total

    def _design(self, weeks: NDArray[np.int64]) -> Numbers:
        time = (weeks.astype(np.float64) - (self.start + self.length / 2)) / 52.0
        columns: list[Numbers] = [np.ones(len(weeks))]
        if self.waves:
            columns += [time]
        for wave in range(1, self.waves + 1):
            columns += [np.cos(2 * math.pi * wave * time), np.sin(2 * math.pi * wave * time)]
        return np.array(columns).T

    def _fit(self, x: Numbers, y: Numbers, offset: Numbers) -> None:
        beta = np.zeros(x.shape[1])
        beta[0] = math.log(max(y.mean(), 0.5 / len(y))) - float(offset.mean())
        for _ in range(12):
            eta = np.clip(x @ beta + offset, -30, 30)
            mean = np.exp(eta)
            weighted = x * mean[:, None]
            self.information = x.T @ weighted + 1e-9 * np.eye(x.shape[1])
            step = np.linalg.solve(self.information, x.T @ (y - mean))
            beta = beta + np.clip(step, -1.0, 1.0)
        self.beta = beta
        self.degrees = max(len(y) - x.shape[1], 1)

    def drawn(
        self, weeks: NDArray[np.int64], offset: Numbers, rng: np.random.Generator
    ) -> tuple[Numbers, Numbers]:
        """Means of `weeks` (columns) and scatter of each draw (rows): by how much of the mean the
        variance exceeds it, for each count of the mean where it `grows`."""
        shares = rng.exponential(size=(DRAWS, len(self.rest)))
        shares /= shares.mean(axis=1, keepdims=True)
        dispersion = np.maximum((shares * self.rest).sum(axis=1) / self.degrees, 1.0)
        root = np.linalg.cholesky(np.linalg.inv(self.information))
        noise = rng.normal(size=(DRAWS, len(self.beta))) @ root.T
        beta = self.beta + noise * np.sqrt(dispersion)[:, None]
        eta = beta @ self._design(weeks).T + offset
        scatter = dispersion - 1
        if self.grows:
            scatter = scatter * len(self.mean) / (shares * self.mean).sum(axis=1)
        return np.exp(np.clip(eta, -30, 20)), scatter


# ---- without seasons ---------------------------------------------------------------------------


def _levels(
    counts: Numbers, usable: NDArray[np.bool_], phases: int, rng: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Draws of the level of each phase (weekday) and of the size, rows a draw."""
    phase = np.arange(len(counts)) % phases
    used = usable.copy()
    for _ in range(_ROUNDS):
        mean = np.array([_mean(counts[used & (phase == each)]) for each in range(phases)])[phase]
        rest = counts - mean
        dispersion = max(1.0, float((rest[used] ** 2 / mean[used]).mean()))
        anscombe = 1.5 * (counts ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6)
        used = usable & (anscombe <= _FAR * math.sqrt(dispersion))
    y, phase = counts[used], phase[used]
    shares = rng.exponential(size=(DRAWS, len(y)))
    shares /= shares.mean(axis=1, keepdims=True)
    levels = np.empty((DRAWS, phases))
    for each in range(phases):
        own = shares[:, phase == each]
        levels[:, each] = (own @ y[phase == each] + 0.5 * y.mean()) / (own.sum(axis=1) + 0.5)
    fit = levels[:, phase]
    spread = (shares * (y - fit) ** 2).sum(axis=1) * len(y) / max(len(y) - phases, 1)
    excess = spread - (shares * fit).sum(axis=1)
    with np.errstate(divide="ignore"):
        size = np.where(
            excess > 0, (shares * fit**2).sum(axis=1) / np.maximum(excess, 1e-300), np.inf
        )
    return np.maximum(levels, 1e-6), np.maximum(size, 0.05)


def _mean(counts: Numbers) -> float:
    return max(float(counts.mean()) if len(counts) else 0.0, 0.25)


def _simulated(level: Numbers, sizes: Numbers, rng: np.random.Generator) -> Numbers:
    """Counts of the given levels; rows have a size each."""
    finite = np.isfinite(sizes)
    rate = level.copy()
    shape = np.where(finite, sizes, 1.0)[:, None]
    drawn = rng.gamma(np.broadcast_to(shape, level.shape), 1 / shape)
    rate[finite] *= drawn[finite]
    return rng.poisson(np.minimum(rate, 1e9)).astype(float)


def _by_sum(
    series: Series, index: int, settings: Settings, rng: np.random.Generator
) -> Numbers | None:
    """What is in force now until the level is learnt anew, then levels learnt from pasts of the
    model's own. As live, each level has a sum that starts at zero, runs in, and gives way to the
    next after a block: it has less time to build up than a sum that runs all year."""
    held = next(iter(sums(series, [index], settings)), None)
    if held is None:
        return None
    _, known, bound, chosen = held
    phases, year = len(known.levels), series.a_year
    start = max(0, index - known.length)
    start += -start % phases
    counts, usable = _past(series, start, index)
    if usable.sum() < 2 * phases or not counts[usable].any():
        return None
    levels, sizes = _levels(counts, usable, phases, rng)
    levels, sizes = np.repeat(levels, RUNS, axis=0), np.repeat(sizes, RUNS)
    past = _simulated(levels[:, np.arange(len(counts)) % phases], sizes, rng)
    begun = index + 1 - cut_of(series.pace, index)
    run_in, whole = RUN_IN[series.pace], RUN_IN[series.pace] + BLOCK[series.pace]
    drawn = _simulated(levels[:, np.arange(whole) % phases], sizes, rng)
    alarms = alarms_as_learnt(drawn, known, bound, chosen, begun)
    later = (year - (whole - begun)) / BLOCK[series.pace]
    alarms += later * alarms_learnt_anew(past, drawn, known, bound, chosen, run_in)
    return np.asarray(alarms.reshape(DRAWS, RUNS).mean(axis=1))


def _by_screen(
    series: Series, index: int, settings: Settings, rng: np.random.Generator
) -> Numbers | None:
    counts, usable = _past(series, 0, index)
    if usable.sum() < 2 or not counts[usable].any():
        return None
    levels, sizes = _levels(counts, usable, 1, rng)
    asked = replace(SCREEN, alpha=min(settings.false_alarms / series.a_year, 0.2))
    out = np.empty(DRAWS)
    days = range(asked.first, asked.first + series.a_year)
    for draw, y in enumerate(_simulated(np.repeat(levels, days.stop, axis=1), sizes, rng)):
        out[draw] = sum(day.alarm for day in ears(y, days, asked))
    return out
