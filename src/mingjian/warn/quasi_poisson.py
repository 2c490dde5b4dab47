"""A quasi-Poisson model with a mean for each season and one trend, fitted to many rows at once.

Every row is a series of weeks. Since the model has one mean a season, a step of the fit is a
weighted mean of each season and one slope: no matrix is solved, and rows do not meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(slots=True)
class Model:
    """Rows of weeks: counts, which are used, log exposure, season of each, time before now."""

    y: Numbers
    used: Numbers
    offset: Numbers
    hot: Numbers
    time: Numbers

    def part(self, keep: NDArray[np.bool_]) -> Model:
        shared = len(self.hot) == 1 and len(self.y) != 1
        hot, time = (self.hot, self.time) if shared else (self.hot[keep], self.time[keep])
        return Model(self.y[keep], self.used[keep], self.offset[keep], hot, time)


@dataclass(slots=True)
class Fit:
    """A converged fit: what the last step left behind, row by row."""

    model: Model
    mu: Numbers
    working: Numbers
    """Dispersion from the working weights."""
    leverage: Numbers
    totals: Numbers
    means: Numbers
    centres: Numbers
    slope: Numbers
    reach: Numbers
    degrees: Numbers

    def by_prior(self, prior: Numbers) -> Numbers:
        """Dispersion with the weights given to the weeks in place of the working weights."""
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = np.where(prior > 0, (self.model.y - self.mu) / self.mu, 0.0)
            found: Numbers = (prior * rest**2).sum(axis=1) / self.degrees
        return found


def _spread(values: Numbers, hot: Numbers) -> Numbers:
    """Season values (rows x seasons) put at the weeks of each season (rows x weeks)."""
    out: Numbers = np.matmul(hot, values[:, :, None])[:, :, 0]
    return out


def _gathered(values: Numbers, hot: Numbers) -> Numbers:
    """Sums of weekly values over the weeks of each season."""
    out: Numbers = np.matmul(values[:, None, :], hot)[:, 0, :]
    return out


def fitted(model: Model, prior: Numbers, *, trend: bool) -> Fit:
    """Iteratively reweighted least squares: R's start values and stopping rule, since a fit
    that stops a step later has other digits."""
    y, hot = model.y, model.hot
    seen = prior > 0
    mu = np.where(seen, y + 0.1, 1.0)
    eta = np.log(mu)
    old = _residual_deviance(y, mu, prior)
    open_rows = np.ones(len(y), dtype=bool)
    count = len(y)
    seasons_count = hot.shape[2]
    keep = {
        "weight": np.zeros_like(y),
        "totals": np.zeros((count, seasons_count)),
        "means": np.zeros((count, seasons_count)),
        "centres": np.zeros((count, seasons_count)),
        "slope": np.zeros(count),
        "reach": np.ones(count),
    }
    for _ in range(25):
        weight = np.where(seen, prior * mu, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(seen, eta - model.offset + (y - mu) / mu, 0.0)
            totals = _gathered(weight, hot)
            means = np.where(totals > 0, _gathered(weight * z, hot) / totals, 0.0)
            part = z - _spread(means, hot)
            fit = _spread(means, hot)
            centres = np.where(totals > 0, _gathered(weight * model.time, hot) / totals, 0.0)
            slope, reach = np.zeros(count), np.ones(count)
            if trend:
                apart = model.time - _spread(centres, hot)
                reach = (weight * apart**2).sum(axis=1)
                slope = np.where(reach > 0, (weight * apart * part).sum(axis=1) / reach, 0.0)
                fit = fit + slope[:, None] * apart
        new_eta = np.where(seen, fit + model.offset, 0.0)
        new_mu = np.exp(np.clip(new_eta, -700, 700))
        deviance = _residual_deviance(y, new_mu, prior)
        rows = open_rows
        for name, value in (
            ("weight", weight),
            ("totals", totals),
            ("means", means),
            ("centres", centres),
            ("slope", slope),
            ("reach", reach),
        ):
            keep[name][rows] = value[rows]
        eta = np.where(rows[:, None], new_eta, eta)
        mu = np.where(rows[:, None], new_mu, mu)
        settled = np.abs(deviance - old) / (np.abs(deviance) + 0.1) < 1e-8
        old = np.where(rows, deviance, old)
        open_rows = rows & ~settled
        if not open_rows.any():
            break
    weight = keep["weight"]
    rank = (keep["totals"] > 0).sum(axis=1) + (1 if trend else 0)
    degrees = seen.sum(axis=1) - rank
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(seen, (y - mu) / mu, 0.0)
        working = (weight * rest**2).sum(axis=1) / degrees
        totals = keep["totals"]
        leverage = weight * _spread(np.where(totals > 0, 1.0 / totals, 0.0), hot)
        if trend:
            apart = model.time - _spread(keep["centres"], hot)
            leverage = leverage + weight * apart**2 / keep["reach"][:, None]
    return Fit(
        model,
        mu,
        working,
        leverage,
        keep["totals"],
        keep["means"],
        keep["centres"],
        keep["slope"],
        keep["reach"],
        degrees.astype(float),
    )


def _residual_deviance(y: Numbers, mu: Numbers, prior: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(y > 0, y * np.log(y / mu) - (y - mu), mu)
    total: Numbers = 2 * np.where(prior > 0, prior * each, 0.0).sum(axis=1)
    return total
