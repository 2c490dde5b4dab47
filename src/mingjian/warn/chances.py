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
_SUMMED = 1e6
"""Beyond this size the continued fraction needs more steps than there are terms to sum."""
_FEW = 150.0
"""Standard deviation below which terms are summed."""
_Z_95 = 1.96


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


def _binomial(hits: float, rest: float, p: float, q: float) -> float:
    """`hits` of `hits + rest`, real numbers above zero. Both are given: their sum, where one
    dwarfs the other, no longer holds the smaller."""
    n = hits + rest
    log = (
        _stirling_rest(n)
        - _stirling_rest(hits)
        - _stirling_rest(rest)
        - _deviance(hits, n * p)
        - _deviance(rest, n * q)
    )
    return math.exp(log - 0.5 * math.log(2 * math.pi * hits * (rest / n)))


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
    return size / (size + count) * _binomial(size, float(count), p, q)


def chance_up_to(count: int, mean: float, size: float) -> float:
    """P(Y <= count)."""
    return _both(count, mean, size)[0]


def chance_above(count: int, mean: float, size: float) -> float:
    """P(Y > count)."""
    return _both(count, mean, size)[1]


def _both(count: int, mean: float, size: float) -> tuple[float, float]:
    """P(Y <= count) and P(Y > count), the smaller computed and not the difference to one.

    Few terms are summed, away from the mode; many are a continued fraction of the incomplete
    beta function, with the chance of `count` itself as its factor.
    """
    if count < 0:
        return 0.0, 1.0
    if mean <= 0:
        return 1.0, 0.0
    if size > _SUMMED or _spread(mean, size) < _FEW:
        small = _above(count, mean, size) if count >= mean else _below(count, mean, size)
        return (1.0 - small, small) if count >= mean else (small, 1.0 - small)
    p, q = size / (size + mean), mean / (size + mean)
    factor = chance_of(count, mean, size) * q * (size + count)
    if p <= (size + 1) / (size + count + 3):
        below = min(factor * _fraction(p, size, count + 1.0) / size, 1.0)
        return below, 1.0 - below
    above = min(factor * _fraction(q, count + 1.0, size) / (count + 1.0), 1.0)
    return 1.0 - above, above


def _spread(mean: float, size: float) -> float:
    return math.sqrt(mean + (0 if size >= _LARGE else mean * mean / size))


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
    # R asks for `chance` less a few units in the last place, and so does who compares with it.
    wanted = chance * (1 - 64 * 2.3e-16)
    step = max(1.0, _spread(mean, size) / 4)
    low, high = -1, max(0, math.floor(mean + 4 * normal_quantile(chance) * step))
    while chance_up_to(high, mean, size) < wanted:
        low, high = high, high + math.ceil(step)
        step *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if chance_up_to(middle, mean, size) < wanted:
            low = middle
        else:
            high = middle
    return high


def student_two_sided(t: float, degrees: float) -> float:
    """P(|T| > |t|) of Student's distribution."""
    if not math.isfinite(t):
        return 0.0
    return beta_up_to(degrees / (degrees + t * t), degrees / 2, 0.5)


def chi_square_above(value: float, degrees: int) -> float:
    """P(X > value) for the chi-square distribution, by its finite sum (whole degrees)."""
    if value <= 0:
        return 1.0
    half = value / 2
    if degrees % 2:
        total, term = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half / math.pi) * 2
        start = 1.5
    else:
        total, term = 0.0, math.exp(-half)
        start = 1.0
    for step in range(degrees // 2):
        total += term
        term *= half / (start + step)
    return min(total, 1.0)


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
    return front * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function; wants x <= (a + 1) / (a + b + 2)."""
    c, d = 1.0, 1.0 / max(1 - (a + b) * x / (a + 1), 1e-300)
    value = d
    for m in range(1, 100_000):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / (1 + top * d or 1e-300)
            c = 1 + top / c or 1e-300
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % interval of a share (E. B. Wilson, JASA 22, 1927)."""
    if not whole:
        return 0.0, 1.0
    share, z2 = part / whole, _Z_95**2
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z_95 / (1 + z2 / whole) * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    return max(0.0, middle - half), min(1.0, middle + half)
