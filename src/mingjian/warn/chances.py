"""Probabilities of counts and of test statistics, without scipy.

Negative binomial counts have mean `mean` and size `size` (variance mean + mean² / size; an
infinite size is the Poisson). Loader's saddle-point form (C. Loader, "Fast and accurate
computation of binomial probabilities", 2000) keeps its digits where sizes are huge.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_LARGE = 2.0**53
"""A size beyond it is the Poisson to the last digit; searches elsewhere have hung there."""
_SMALL = 1e-17


def normal_quantile(chance: float) -> float:
    return _NORMAL.inv_cdf(chance)


def normal_above(value: float) -> float:
    """P(Z > value)."""
    return 0.5 * math.erfc(value / math.sqrt(2.0))


def _stirling_rest(x: float) -> float:
    """log x! - (log of Stirling's formula); x > 0."""
    if x > 15:
        xx = x * x
        return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / xx) / xx) / xx) / xx) / x
    return math.lgamma(x + 1) - (x + 0.5) * math.log(x) + x - 0.5 * math.log(2 * math.pi)


def _deviance(x: float, mean: float) -> float:
    """x log(x / mean) + mean - x, exact where both are near."""
    if abs(x - mean) < 0.1 * (x + mean):
        v = (x - mean) / (x + mean)
        total = (x - mean) * v
        term = 2 * x * v
        for order in range(1, 1000):
            term *= v * v
            following = total + term / (2 * order + 1)
            if following == total:
                break
            total = following
        return total
    return x * math.log(x / mean) + mean - x


def _binomial(x: float, n: float, p: float, q: float) -> float:
    """x of n, for real x and n, 0 < x < n."""
    log = (
        _stirling_rest(n)
        - _stirling_rest(x)
        - _stirling_rest(n - x)
        - _deviance(x, n * p)
        - _deviance(n - x, n * q)
    )
    return math.exp(log - 0.5 * (math.log(2 * math.pi * x) + math.log1p(-x / n)))


def chance_of(count: int, mean: float, size: float) -> float:
    """P(Y = count)."""
    if count < 0:
        return 0.0
    if mean <= 0:
        return 1.0 if count == 0 else 0.0
    if size >= _LARGE:
        if count == 0:
            return math.exp(-mean)
        log = -_stirling_rest(count) - _deviance(count, mean)
        return math.exp(log) / math.sqrt(2 * math.pi * count)
    if count == 0:
        return math.exp(-size * math.log1p(mean / size))
    p, q = size / (size + mean), mean / (size + mean)
    return size / (size + count) * _binomial(size, size + count, p, q)


def chance_up_to(count: int, mean: float, size: float) -> float:
    """P(Y <= count): summed away from the mode, so that small tails keep their digits."""
    if count < 0:
        return 0.0
    if count >= mean:
        return 1.0 - _above(count, mean, size)
    return _below(count, mean, size)


def chance_above(count: int, mean: float, size: float) -> float:
    """P(Y > count)."""
    if count < 0:
        return 1.0
    if count >= mean:
        return _above(count, mean, size)
    return 1.0 - _below(count, mean, size)


def _ratio(mean: float, size: float) -> float:
    return 1.0 if size >= _LARGE else mean / (size + mean)


def _below(count: int, mean: float, size: float) -> float:
    term = total = chance_of(count, mean, size)
    ratio = _ratio(mean, size)
    for value in range(count, 0, -1):
        more = mean if size >= _LARGE else (size + value - 1) * ratio
        term *= value / more
        total += term
        if term < total * _SMALL:
            break
    return min(total, 1.0)


def _above(count: int, mean: float, size: float) -> float:
    value = count + 1
    term = total = chance_of(value, mean, size)
    ratio = _ratio(mean, size)
    while term > total * _SMALL and total > 0:
        more = mean if size >= _LARGE else (size + value) * ratio
        value += 1
        term *= more / value
        total += term
    return min(total, 1.0)


def count_quantile(chance: float, mean: float, size: float) -> int:
    """The smallest count with P(Y <= count) >= `chance`."""
    if mean <= 0:
        return 0
    spread = math.sqrt(mean + (0 if size >= _LARGE else mean * mean / size))
    count = max(0, math.floor(mean + normal_quantile(chance) * spread))
    # R asks for `chance` less a few units in the last place, and so does who compares with it.
    wanted = chance * (1 - 64 * 2.3e-16)
    up_to = chance_up_to(count, mean, size)
    if up_to >= wanted:
        while count > 0:
            lower = up_to - chance_of(count, mean, size)
            if lower < wanted:
                break
            count, up_to = count - 1, lower
        return count
    while up_to < wanted:
        count += 1
        up_to += chance_of(count, mean, size)
    return count


def student_two_sided(t: float, degrees: float) -> float:
    """P(|T| > |t|) of Student's distribution."""
    if not math.isfinite(t):
        return 0.0
    return beta_up_to(degrees / (degrees + t * t), degrees / 2, 0.5)


def beta_up_to(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - beta_up_to(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c, d = 1.0, 1.0 / max(1 - (a + b) * x / (a + 1), 1e-300)
    value = d
    for m in range(1, 2_000):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / (1 + top * d or 1e-300)
            c = 1 + top / c or 1e-300
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * value / a
