"""Farrington's algorithm in the flexible form of Noufaily et al. (2013).

C. P. Farrington et al., "A statistical algorithm for the early detection of outbreaks of
infectious disease", JRSS A 159 (1996); A. Noufaily et al., "An improved algorithm for outbreak
detection in multiple surveillance systems", Statistics in Medicine 32 (2013). A quasi-Poisson
model of what is expected this week is fitted to the same season of past years, past outbreaks
count for less (Anscombe residuals), and the week's count is held against an upper bound.

The model has a mean for each season and one trend, so each step of the fit is a weighted group
mean and one slope: many series and many weeks are fitted at once as rows of arrays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.chances import (
    chance_above,
    count_quantile,
    normal_above,
    normal_quantile,
    student_two_sided,
)
from mingjian.warn.quasi_poisson import Fit, Model, Numbers, fitted
from mingjian.warn.seasons import Calendar, seasons

Bound = Literal["power 2/3", "power 1/2", "power 1", "negative binomial", "upper mean"]
_POWER = {"power 2/3": 2 / 3, "power 1/2": 0.5, "power 1": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Farrington:
    """Settings; the defaults are those Noufaily et al. recommend."""

    years: int = 3
    """Years of history used."""
    half_window: int = 3
    """Weeks on each side of the same week in past years that count as the same season."""
    periods: int = 10
    """Seasons of the year, each with its own mean; 1 uses only the weeks of the season itself."""
    latest_left_out: int = 26
    """Weeks before the present one that are no history, since an outbreak may have begun."""
    reweight: bool = True
    outlier: float = 2.58
    """Standardised Anscombe residual beyond which a past week counts for less."""
    trend: bool = True
    trend_level: float = 1.0
    """A trend is kept if its p-value is below it (1: always, extrapolation permitting)."""
    bound: Bound = "negative binomial"
    alpha: float = 0.01
    """Nominal one-sided false-alarm rate a week."""
    least_cases: int = 5
    least_weeks: int = 4
    """No alarm unless the last `least_weeks` weeks, this one included, have `least_cases`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of one series held against its past."""

    index: int
    observed: int
    expected: float
    """Mean expected now; NaN without a baseline."""
    upper: float
    """Largest count that is no alarm; NaN where there is no baseline or there are too few cases."""
    score: float
    """(observed - expected) / (upper - expected), above 1 where there is an alarm (count bounds
    put the expected value on the log scale, as the reference implementation does)."""
    p_value: float
    """Chance of as many or more if nothing unusual happens."""
    dispersion: float
    trend: float
    """Log change a week; NaN where no trend was kept."""
    alarm: bool
    baseline: bool
    """False where past weeks are missing or all zero: no baseline, no alarm."""


def farrington(
    counts: Sequence[int] | Numbers,
    weeks: Sequence[int],
    settings: Farrington,
    calendar: Calendar,
    exposure: Sequence[float] | Numbers | None = None,
) -> list[Week]:
    """Hold `weeks` (indices into `counts`) against their past.

    `exposure` (population, items received) makes the model one of rates. Weeks without the
    asked-for years of history have no baseline.
    """
    series = np.asarray(counts, dtype=float)[None, :]
    shares = None if exposure is None else np.asarray(exposure, dtype=float)[None, :]
    rows = [_rows(series, week, settings, calendar, shares) for week in weeks]
    return [week for row in _fitted(rows, settings) for week in row]


def farrington_now(
    table: Numbers, week: int, settings: Farrington, calendar: Calendar
) -> list[Week]:
    """Hold one week of many series (rows of `table`) against their pasts."""
    return next(iter(_fitted([_rows(table, week, settings, calendar, None)], settings)))


@dataclass(slots=True)
class _Rows:
    """Series that share a design: the same week, the same history."""

    week: int
    table: Numbers
    at: NDArray[np.int64]
    """Indices of the baseline weeks, in order."""
    season: NDArray[np.int64]
    offset: Numbers
    offset_now: Numbers


def _rows(
    table: Numbers, week: int, settings: Farrington, calendar: Calendar, shares: Numbers | None
) -> _Rows:
    at, season = seasons(
        week,
        calendar,
        years=settings.years,
        half_window=settings.half_window,
        periods=settings.periods,
        left_out=settings.latest_left_out,
    )
    log = np.zeros_like(table) if shares is None else np.log(shares)
    return _Rows(week, table, at, season, log[:, at], log[:, week])


def _fitted(groups: list[_Rows], settings: Farrington) -> list[list[Week]]:
    """All groups padded to one length and fitted together."""
    most = max((len(group.at) for group in groups), default=0)
    count = sum(len(group.table) for group in groups)
    shared = len(groups) == 1
    y, used, offset = np.zeros((count, most)), np.zeros((count, most)), np.zeros((count, most))
    kinds = settings.periods
    designs = 1 if shared else count
    hot, time = np.zeros((designs, most, kinds)), np.zeros((designs, most))
    now, observed = np.zeros(count), np.zeros(count)
    start = 0
    for group in groups:
        size, length = len(group.table), len(group.at)
        rows = slice(start, start + size)
        y[rows, :length] = group.table[:, group.at]
        used[rows, :length] = 1.0
        offset[rows, :length] = group.offset
        now[rows], observed[rows] = group.offset_now, group.table[:, group.week]
        which = slice(0, 1) if shared else rows
        hot[which, np.arange(length), group.season] = 1.0
        time[which, :length] = group.at - group.week
        start += size
    model = Model(y, used, offset, hot, time)
    fits = _chosen(model, settings, now)
    weeks: list[list[Week]] = []
    start = 0
    for group in groups:
        out = []
        for number in range(len(group.table)):
            row = start + number
            recent = group.table[number, max(0, group.week - settings.least_weeks + 1) :][
                : min(settings.least_weeks, group.week + 1)
            ]
            has = len(group.at) > settings.periods + 1 and y[row].sum() > 0
            enough = float(recent.sum()) >= settings.least_cases
            out.append(
                _judged(
                    group.week, int(observed[row]), fits.row(row) if has else None, enough, settings
                )
            )
        weeks.append(out)
        start += len(group.table)
    return weeks


@dataclass(slots=True)
class _Fits:
    """Of each row: link-scale prediction now, its standard error, dispersion, slope, p of it."""

    link: Numbers
    error: Numbers
    dispersion: Numbers
    slope: Numbers
    p_slope: Numbers

    def row(self, number: int) -> tuple[float, float, float, float]:
        return (
            float(self.link[number]),
            float(self.error[number]),
            float(self.dispersion[number]),
            float(self.slope[number]),
        )

    def put(self, where: NDArray[np.bool_], other: _Fits) -> None:
        for name in ("link", "error", "dispersion", "slope", "p_slope"):
            getattr(self, name)[where] = getattr(other, name)


def _chosen(model: Model, settings: Farrington, now: Numbers) -> _Fits:
    """Fits with a trend where it is wanted and may be kept, without one elsewhere."""
    if not settings.trend:
        return _fit(model, settings, now, trend=False)
    fits = _fit(model, settings, now, trend=True)
    with np.errstate(over="ignore", invalid="ignore"):
        sober = np.exp(fits.link) <= (model.y * model.used).max(axis=1, initial=0.0)
    keep = sober & (fits.p_slope < settings.trend_level) & (settings.years >= 3)
    if not keep.all():
        fits.put(~keep, _fit(model.part(~keep), settings, now[~keep], trend=False))
    return fits


def _fit(model: Model, settings: Farrington, now: Numbers, *, trend: bool) -> _Fits:
    prior = model.used
    done = fitted(model, prior, trend=trend)
    if settings.reweight:
        prior = _reweighted(model, done, settings.outlier)
        done = fitted(model, prior, trend=trend)
    # With weights of their own the reference takes the error of a prediction from them, and
    # the dispersion from the working weights of the last step.
    dispersion = np.maximum(done.working, 1.0)
    spread = done.by_prior(prior) if settings.reweight else done.working
    last = settings.periods - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 1.0 / done.totals[:, last]
        link = done.means[:, last] + now
        slope, p_slope = np.full(len(link), np.nan), np.ones(len(link))
        if trend:
            link = link - done.slope * done.centres[:, last]
            variance = variance + done.centres[:, last] ** 2 / done.reach
            slope = done.slope
            ratio = done.slope / np.sqrt(spread / done.reach)
            p_slope = np.array(
                [
                    student_two_sided(float(t), float(degrees))
                    for t, degrees in zip(ratio, done.degrees, strict=True)
                ]
            )
        return _Fits(link, np.sqrt(variance * spread), dispersion, slope, p_slope)


def _reweighted(model: Model, done: Fit, outlier: float) -> Numbers:
    """Weights that shrink past weeks whose Anscombe residual is beyond `outlier`."""
    y, mu, used = model.y, done.mu, model.used
    dispersion = np.maximum(done.working, 1.0)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - mu**0.5)
        rest = rest / np.sqrt(dispersion * (1 - done.leverage))
        weights = np.where(rest > outlier, rest**-2.0, 1.0) * used
    total = weights.sum(axis=1, keepdims=True)
    count = used.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights * (count / np.where(total > 0, total, 1.0)), 0.0)


def _judged(
    week: int,
    observed: int,
    fit: tuple[float, float, float, float] | None,
    enough: bool,
    settings: Farrington,
) -> Week:
    nothing = math.nan
    if fit is None or not all(map(math.isfinite, fit[:3])):
        return Week(
            index=week, observed=observed, expected=nothing, upper=nothing, score=nothing,
            p_value=nothing, dispersion=nothing, trend=nothing, alarm=False, baseline=False,
        )  # fmt: skip
    link, error, dispersion, slope = fit
    expected = math.exp(min(link, 700.0))
    z = normal_quantile(1 - settings.alpha)
    if settings.bound in _POWER:
        power = _POWER[settings.bound]
        tau = dispersion + (error * expected) ** 2 / expected
        step = power * math.sqrt(expected ** (2 * power - 1) * tau)
        upper = (expected**power + z * step) ** (1 / power)
        p_value = normal_above((observed**power - expected**power) / step)
        middle = expected
    else:
        mean = expected
        if settings.bound == "upper mean":
            mean = math.exp(min(link + z * error, 700.0))
        size = math.inf if dispersion <= 1 else mean / (dispersion - 1)
        upper = float(count_quantile(1 - settings.alpha, mean, size))
        p_value = chance_above(observed - 1, mean, size)
        middle = link
    gap = upper - middle
    return Week(
        index=week,
        observed=observed,
        expected=expected if enough else nothing,
        upper=upper if enough else nothing,
        score=(observed - middle) / gap if gap else nothing,
        p_value=p_value,
        dispersion=dispersion,
        trend=slope,
        alarm=enough and observed > upper,
        baseline=True,
    )
