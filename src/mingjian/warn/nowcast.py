"""How many events there were on recent days, most of which have not been reported yet.

M. Höhle and M. an der Heiden, "Bayesian nowcasting during the STEC O104:H4 outbreak in Germany,
2011", Biometrics 70 (2014). What is known is a triangle: events by day and by delay of their
report. Going back from the longest delay, the chance that an event known after d days was known
only on the last of them has a beta posterior (together a generalised Dirichlet for the delay,
which late reports do not bias). Three things are added here, since reports come in bunches and
offices change pace: old reports count for less, a day's own chances scatter around the common
ones as far as the triangle shows it, and the count of a day is gamma-Poisson around the days
before it. Everything is simulated with a fixed seed, so the same triangle gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.quasi_poisson import Numbers

Share = Literal[50, 95]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Settings; times in days."""

    longest: int = 15
    """Reports later than this count as this late; a day so old is taken as known."""
    half_life: float = 14.0
    """A report that came so long ago tells half as much of the delay as one of today."""
    history: int = 120
    """Event days looked at."""
    level_days: int = 3
    """A day's count is expected around the mean of so many days before it, ..."""
    level_weight: float = 1.0
    """... which weighs as much as so many events reported at once."""
    least_report_days: int = 10
    """Days with reports without which the delay is not known: results say `settled=False`."""
    samples: int = 1000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Triangle:
    """Events of each day (rows from `first` to `now`) by delay (columns from none)."""

    first: date
    now: date
    cells: Numbers
    report_days: int
    """Days on which a report came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowcast:
    """Each recent day's reports so far, and samples of its true count."""

    first: date
    reported: NDArray[np.int64]
    samples: NDArray[np.int64]
    """Draws (rows) of every day (columns)."""
    bunching: float
    """Correlation of reports of one event day; 0 where each comes on its own."""
    settled: bool
    """False while reporting is too young for its delays to be known."""

    def median(self) -> NDArray[np.int64]:
        return self._quantile(0.5)

    def interval(self, share: Share) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Lowest and highest count of the central interval, both included."""
        rest = (1 - share / 100) / 2
        return self._quantile(rest), self._quantile(1 - rest)

    def above(self, bound: float, day: date) -> float:
        """Chance that the day's true count is above `bound`: what an alarm should look at."""
        return float((self.samples[:, (day - self.first).days] > bound).mean())

    def _quantile(self, share: float) -> NDArray[np.int64]:
        found = np.quantile(self.samples, share, axis=0, method="inverted_cdf")
        return found.astype(np.int64)


def triangle(pairs: Iterable[tuple[date, date]], now: date, settings: Delays) -> Triangle:
    """The triangle of (event day, report day) pairs as it was known on `now`.

    Reports after `now` and events older than `settings.history` days are left out. A report
    before its event is an error: ValueError.
    """
    known = [(event, report) for event, report in pairs if report <= now]
    if any(report < event for event, report in known):
        raise ValueError("a report is dated before its event")
    oldest = now - timedelta(days=settings.history - 1)
    known = [(event, report) for event, report in known if event >= oldest]
    first = min((event for event, _ in known), default=now)
    cells = np.zeros(((now - first).days + 1, settings.longest + 1))
    for event, report in known:
        cells[(event - first).days, min((report - event).days, settings.longest)] += 1
    return Triangle(first, now, cells, len({report for _, report in known}))


def nowcast(known: Triangle, settings: Delays) -> Nowcast:
    """Draws of the true count of every day of the triangle."""
    rng = np.random.default_rng(settings.seed)
    days, longest = len(known.cells), settings.longest
    reported = known.cells.sum(axis=1)
    usual, bunching = _last_day_chances(known.cells, settings, rng)
    draws = np.tile(reported, (settings.samples, 1))
    for day in range(max(0, days - longest), days):
        waited = days - 1 - day
        chances = usual[:, waited:]
        if bunching > 0:
            one = 1 / bunching - 1
            chances = rng.beta(
                np.maximum(chances * one, 1e-9), np.maximum((1 - chances) * one, 1e-9)
            )
        seen = np.prod(1 - chances, axis=1)
        before = draws[:, max(0, day - settings.level_days) : day]
        level = before.mean(axis=1) + 0.5 if day else np.ones(settings.samples)
        weight = settings.level_weight
        shape = weight + reported[day]
        missing = shape * level * (1 - seen) / (weight + level * seen)
        # Half a million a day bounds what a triangle with no report of a day can claim.
        rate = np.minimum(rng.gamma(shape, missing / shape), 5e5)
        draws[:, day] = reported[day] + rng.poisson(rate)
    return Nowcast(
        first=known.first,
        reported=reported.astype(np.int64),
        samples=draws.astype(np.int64),
        bunching=bunching,
        settled=known.report_days >= settings.least_report_days,
    )


def _last_day_chances(
    cells: Numbers, settings: Delays, rng: np.random.Generator
) -> tuple[Numbers, float]:
    """Draws of the chance that an event known after d days was reported on the d-th, for each
    d from 1 (columns), and the correlation of reports of one event day."""
    days, longest = len(cells), settings.longest
    delay = np.arange(1, longest + 1)
    age = days - 1 - np.arange(days)[:, None] - delay
    weight = np.where(age >= 0, 0.5 ** (np.maximum(age, 0) / settings.half_life), 0.0)
    last = cells[:, 1:]
    known = cells.cumsum(axis=1)[:, 1:]
    on, of = (weight * last).sum(axis=0), (weight * known).sum(axis=0)
    # Half an event in each cell of the delay: Jeffreys' prior.
    chance = (0.5 + on) / (0.5 * (delay + 1) + of)
    spread = known * chance * (1 - chance)
    excess = (weight * ((last - known * chance) ** 2 - spread)).sum()
    pairs = (weight * spread * np.maximum(known - 1, 0)).sum()
    bunching = float(np.clip(excess / pairs, 0.0, 0.5)) if pairs > 0 else 0.0
    # Reports in bunches tell less: each day's events count as their effective number.
    crowd = (weight * known * np.maximum(known - 1, 0)).sum(axis=0)
    less = 1 + bunching * crowd / np.where(of > 0, of, 1.0)
    a, b = 0.5 + on / less, 0.5 * delay + (of - on) / less
    return rng.beta(a, b, (settings.samples, longest)), bunching


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often intervals held what was known in the end, over days replayed as if live."""

    days: int
    covered: dict[Share, float]
    """Share of intervals, ends included, that held the final count: small counts make whole
    intervals hold more than their share."""
    exact: dict[Share, float]
    """The same with the ends of the interval split by lot, so that its share is exact."""
    error: float
    """Mean distance of the median from the final count."""


def coverage(
    pairs: Iterable[tuple[date, date]], first: date, last: date, settings: Delays
) -> Coverage:
    """Nowcast on each day from `first` to `last` with what was known then, and compare the last
    `settings.longest` days with what was known in the end."""
    listed = list(pairs)
    final: dict[date, int] = {}
    for event, _ in listed:
        final[event] = final.get(event, 0) + 1
    rng = np.random.default_rng(settings.seed)
    shares: tuple[Share, Share] = (50, 95)
    hits: dict[Share, float] = dict.fromkeys(shares, 0.0)
    exact: dict[Share, float] = dict.fromkeys(shares, 0.0)
    compared, error = 0, 0.0
    for step in range((last - first).days + 1):
        now = first + timedelta(days=step)
        found = nowcast(triangle(listed, now, settings), settings)
        median = found.median()
        bounds = {share: found.interval(share) for share in shares}
        for day in range(max(0, len(median) - settings.longest), len(median)):
            truth = final.get(found.first + timedelta(days=day), 0)
            draws = found.samples[:, day]
            place = float((draws < truth).mean() + rng.random() * (draws == truth).mean())
            compared += 1
            error += abs(float(median[day]) - truth)
            for share in shares:
                low, high = bounds[share]
                hits[share] += bool(low[day] <= truth <= high[day])
                exact[share] += abs(place - 0.5) <= share / 200
    total = max(compared, 1)
    return Coverage(
        days=compared,
        covered={share: hits[share] / total for share in shares},
        exact={share: exact[share] / total for share in shares},
        error=error / total,
    )
