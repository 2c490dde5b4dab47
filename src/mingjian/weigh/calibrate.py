"""From labelled scores to log10 likelihood ratios: isotonic and logistic maps, and bounds.

Both maps weigh the two classes equally, so the log odds they fit are log likelihood ratios
whatever the mixture of the data (Brümmer & du Preez 2006). Bounds are the empirical upper and
lower bounds (ELUB) of Vergeer et al., Science & Justice 56 (2016) 482-491.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

LN10 = log(10.0)


class FitError(ValueError):
    """The labelled data do not support a fit; the text says what is missing."""


def pool_adjacent_violators(values: Floats, weights: Floats) -> Floats:
    """The non-decreasing sequence closest to `values` in weighted squares (PAV), O(n)."""
    import numpy as np

    means: list[float] = []
    masses: list[float] = []
    lengths: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, length = value, weight, 1
        while means and means[-1] >= mean:
            before = masses.pop()
            mean = (means.pop() * before + mean * mass) / (before + mass)
            mass += before
            length += lengths.pop()
        means.append(mean)
        masses.append(mass)
        lengths.append(length)
    return np.repeat(np.array(means, dtype=np.float64), lengths)


def _log10_odds(share: Floats) -> Floats:
    """log10 p/(1-p); 0 and 1 become -inf and +inf without a warning."""
    import numpy as np

    with np.errstate(divide="ignore"):
        odds: Floats = np.log10(share) - np.log10(1.0 - share)
    return odds


def isotonic(scores: Floats, is_h1: Bools, *, pseudo: int) -> tuple[Floats, Floats]:
    """Distinct scores, rising, and the isotonic log10 LR at each.

    `pseudo` is the number of pseudo-trials of each class put at the far wrong end (H1 below
    every score, H2 above), which keeps every log10 LR finite when it is 1 or more. Equal scores
    get equal LRs.
    """
    import numpy as np

    n_h1, n_h2 = int(is_h1.sum()) + pseudo, int((~is_h1).sum()) + pseudo
    distinct, where = np.unique(scores, return_inverse=True)
    h1 = np.bincount(where, weights=is_h1, minlength=distinct.size) / n_h1
    h2 = np.bincount(where, weights=~is_h1, minlength=distinct.size) / n_h2
    if pseudo:
        h1 = np.concatenate(([pseudo / n_h1], h1, [0.0]))
        h2 = np.concatenate(([0.0], h2, [pseudo / n_h2]))
    share = pool_adjacent_violators(h1 / (h1 + h2), h1 + h2)
    if pseudo:
        share = share[1:-1]
    return distinct, _log10_odds(share)


def isotonic_knots(scores: Floats, is_h1: Bools) -> list[tuple[float, float]]:
    """Knots of an isotonic scale: both ends of every flat stretch."""
    distinct, llrs = isotonic(scores, is_h1, pseudo=1)
    xs, ys = distinct.tolist(), llrs.tolist()
    return [
        (x, y)
        for i, (x, y) in enumerate(zip(xs, ys, strict=True))
        if i == 0 or i == len(xs) - 1 or ys[i - 1] != y or ys[i + 1] != y
    ]


@dataclass(frozen=True, slots=True)
class Logistic:
    """log10 LR = intercept + slopes · scores; slopes are 0 or more."""

    intercept: float
    slopes: tuple[float, ...]

    def at(self, columns: Floats) -> Floats:
        import numpy as np

        values: Floats = self.intercept + columns @ np.array(self.slopes)
        return values


def logistic(
    columns: Floats, is_h1: Bools, *, penalty: float = 1.0, weights: Floats | None = None
) -> Logistic:
    """Class-balanced logistic regression by Newton's method on standardised columns.

    `columns` is n by k. `penalty` (half its square sum is added to the summed loss) keeps the
    slopes finite when the classes separate. A slope that comes out negative is set to 0 and the
    others refitted: a higher score never lowers the weight. By `weights`, a case counts more or
    less beside the others of its class.
    """
    import numpy as np

    counts = _balanced(is_h1, weights)
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    usable = spread > 0
    scaled = (columns - centre) / np.where(usable, spread, 1.0)
    while True:
        beta = _newton(scaled[:, usable], is_h1, counts, penalty)
        negative = beta[1:] < 0
        if not negative.any():
            break
        usable[np.flatnonzero(usable)[negative]] = False
    slopes = np.zeros(columns.shape[1])
    slopes[usable] = beta[1:] / spread[usable]
    intercept = float(beta[0] - slopes @ centre)
    return Logistic(intercept / LN10, tuple((slopes / LN10).tolist()))


def _balanced(is_h1: Bools, weights: Floats | None) -> Floats:
    """Weights under which each class counts half of all cases."""
    import numpy as np

    own = np.ones(is_h1.size) if weights is None else weights
    half = is_h1.size / 2.0
    found: Floats = own * np.where(is_h1, half / own[is_h1].sum(), half / own[~is_h1].sum())
    return found


def _newton(columns: Floats, is_h1: Bools, weight: Floats, penalty: float) -> Floats:
    import numpy as np

    n = is_h1.size
    design = np.column_stack((np.ones(n), columns))
    ridge = np.full(design.shape[1], penalty)
    ridge[0] = 0.0
    sign = np.where(is_h1, 1.0, -1.0)

    def loss(beta: Floats) -> float:
        cost = weight @ np.logaddexp(0.0, -sign * (design @ beta)) + 0.5 * ridge @ beta**2
        return float(cost)

    beta = np.zeros(design.shape[1])
    current = loss(beta)
    for _ in range(100):
        # tanh, because exp overflows where classes lie far apart.
        p = 0.5 * (1.0 + np.tanh(0.5 * (design @ beta)))
        gradient = design.T @ (weight * (p - is_h1)) + ridge * beta
        curvature = (design * (weight * p * (1.0 - p))[:, None]).T @ design
        curvature += np.diag(np.maximum(ridge, 1e-12))
        step = np.linalg.solve(curvature, gradient)
        scale = 1.0
        while loss(beta - scale * step) > current and scale > 1e-10:
            scale /= 2
        beta = beta - scale * step
        improved = current - loss(beta)
        current -= improved
        if np.abs(scale * step).max() < 1e-10 or improved <= 0:
            break
    return beta


def logistic_knots(
    fitted: Logistic, scores: Floats, bounds: tuple[float, float]
) -> list[tuple[float, float]]:
    """Two knots of a one-score logistic scale: where the line meets its bounds.

    A flat line is one knot at its value.
    """
    low, high = bounds
    slope = fitted.slopes[0]
    first, last = float(scores.min()), float(scores.max())
    if slope <= 0 or high <= low or last <= first:
        return [(first, min(high, max(low, fitted.intercept + slope * first)))]
    knots = [((y - fitted.intercept) / slope, y) for y in (low, high)]
    return knots if knots[0][0] < knots[1][0] else [(first, 0.0)]


SOFT_KNOTS = 40
SOFT_POWER = 4


def soft_logistic_knots(
    fitted: Logistic, scores: Floats, bounds: tuple[float, float]
) -> list[tuple[float, float]]:
    """Knots of a one-score logistic scale that nears its bounds gently instead of stopping.

    With y the line and b the bound on its side: y / (1 + |y / b|^4)^(1/4). Everywhere nearer to
    0 than the held line, so that no more is claimed; but strong cases keep their order, where
    the held line makes them all equal.
    """
    import numpy as np

    held = logistic_knots(fitted, scores, bounds)
    low, high = bounds
    if len(held) != 2 or not low < 0.0 < high:
        return held
    (x0, y0), (x1, y1) = held
    first, last = min(x0, float(scores.min())), max(x1, float(scores.max()))
    places = np.linspace(first, last, SOFT_KNOTS)
    line = y0 + (y1 - y0) / (x1 - x0) * (places - x0)
    bound = np.where(line > 0.0, high, -low)
    near = line / (1.0 + np.abs(line / bound) ** SOFT_POWER) ** (1.0 / SOFT_POWER)
    return list(zip(places.tolist(), near.tolist(), strict=True))


def supported(n_h1: int, n_h2: int) -> tuple[float, float]:
    """Bounds that n supports: at most log10 n(H2) upwards and log10 n(H1) downwards."""
    return -log10(max(1, n_h1)), log10(max(1, n_h2))


def elub(
    llrs: Floats, is_h1: Bools, *, misleading: int = 1, step: float = 0.01
) -> tuple[float, float]:
    """Empirical lower and upper bound (log10): the range where these LRs beat saying nothing.

    Beyond it, `misleading` further misleading cases of each class would make their expected
    utility worse than that of LR = 1. The bounds lie on a grid of `step` and include 0.
    """
    import numpy as np

    n_h1, n_h2 = int(is_h1.sum()), int((~is_h1).sum())
    values = np.clip(llrs, -9.0, 9.0)
    lowest = max(float(values.min()), -log10(n_h1 + 1))
    highest = min(float(values.max()), log10(n_h2 + 1))
    first, last = min(0, floor(lowest / step)), max(0, floor(highest / step) + 1)
    grid = np.linspace(first * step, last * step, last - first + 1)
    lr = 10.0**grid

    h1, h2 = np.sort(values[is_h1]), np.sort(values[~is_h1])
    # Compared as LRs, so that a value that sits on the grid falls on the same side everywhere.
    accepted_h1 = h1.size - np.searchsorted(10.0**h1, lr, side="right")
    accepted_h2 = h2.size - np.searchsorted(10.0**h2, lr, side="right") + misleading
    system = 1 - accepted_h1 / (h1.size + misleading) + lr * accepted_h2 / (h2.size + misleading)
    neutral = np.where(lr < 1.0, lr, 1.0)
    worse = neutral / system < 1
    low = max((grid[(grid <= 0) & worse] + step).tolist(), default=float(grid[0]))
    high = min((grid[(grid >= 0) & worse] - step).tolist(), default=float(grid[-1]))
    return min(0.0, max(low, float(grid[0]))), max(0.0, min(high, float(grid[-1])))
