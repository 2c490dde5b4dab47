"""A change in the mix of methods: a new technique, template or mark of a generator.

The counts by method of the last period are held against those of past periods by the G-test of a
multinomial, scaled by how much past periods differed from one another anyway. Which methods grew,
is tested one by one, and the false ones among those named are kept to a stated share
(`discoveries`). A change of the mix says nothing about how many there are in all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingjian.warn.chances import beta_up_to, chance_above, chi_square_above
from mingjian.warn.discoveries import adjusted

LEAST_PERIODS = 4
LEAST = 10
"""Cases of all methods together that a period needs to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A method with a larger share than before."""

    method: str
    before: float
    now: float
    """Shares."""
    count: int
    new: bool
    """Never seen before."""
    q_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The last period's mix against the past."""

    total: int
    periods: int
    statistic: float
    p_value: float
    """NaN where the past does not suffice."""
    wider: float
    """How many times as much as a multinomial the past periods scatter."""
    grown: tuple[Grown, ...]


def mix(
    past: Sequence[Mapping[str, int]], now: Mapping[str, int], share_false: float = 0.05
) -> Mix:
    """The mix of `now` against that of past periods; methods that grew, the surest first."""
    kept = [each for each in past if sum(each.values()) >= LEAST]
    total = sum(now.values())
    methods = sorted({method for each in (*kept, now) for method, n in each.items() if n})
    before = {method: sum(each.get(method, 0) for each in kept) for method in methods}
    all_before = sum(before.values())
    if len(kept) < LEAST_PERIODS or total < LEAST or len(methods) < 2:
        return Mix(total=total, periods=len(kept), statistic=math.nan, p_value=math.nan,
                   wider=math.nan, grown=())  # fmt: skip
    # Half a case for each method: one never seen has a share, though a small one.
    shares = {m: (before[m] + 0.5) / (all_before + 0.5 * len(methods)) for m in methods}
    degrees = len(methods) - 1
    usual = sum(_g(each, shares) for each in kept) / (degrees * max(len(kept) - 1, 1))
    wider = max(1.0, usual)
    # The past's own shares are known only so well.
    inflated = wider * (1 + total / all_before)
    statistic = _g(now, shares) / inflated
    chances = []
    for method in methods:
        mean = total * shares[method]
        size = mean / (inflated - 1) if inflated > 1 else math.inf
        chances.append(chance_above(now.get(method, 0) - 1, mean, size))
    grown = [
        Grown(
            method=method,
            before=before[method] / all_before,
            now=now.get(method, 0) / total,
            count=now.get(method, 0),
            new=not before[method],
            q_value=q,
        )
        for method, q in zip(methods, adjusted(chances), strict=True)
        if q <= share_false
    ]
    grown.sort(key=lambda each: (each.q_value, each.method))
    return Mix(
        total=total,
        periods=len(kept),
        statistic=statistic,
        # How far periods scatter is itself known from few of them: then the ratio is an F.
        p_value=max(
            chi_square_above(statistic, degrees),
            _f_above(statistic / degrees, degrees, degrees * (len(kept) - 1)) if usual > 1 else 0.0,
        ),
        wider=wider,
        grown=tuple(grown),
    )


def _f_above(value: float, upper: int, lower: int) -> float:
    return beta_up_to(lower / (lower + upper * value), lower / 2, upper / 2)


def _g(counts: Mapping[str, int], shares: Mapping[str, float]) -> float:
    total = sum(counts.values())
    return 2 * sum(n * math.log(n / (total * shares[method])) for method, n in counts.items() if n)
