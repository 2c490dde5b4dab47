"""The evidence that some of many things are hostile, where nobody knows how many.

A log has many clients and a client many requests. That one of them looks like an attack says
less the more there are, and that half of them do says more. Both follow from one sum: every
share that may be hostile (one of all; 3, 10 or 30 %; all) is tried and thought equally likely.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import copysign, exp, log, log1p
from statistics import fmean

SHARES = (0.03, 0.1, 0.3, 1.0)
MOST = 20.0
"""Evidence beyond which more makes no difference: keeps the sums finite."""


class Shares:
    """Sums up evidence (natural logarithms of likelihood ratios), one thing at a time."""

    __slots__ = ("_count", "_ratios", "_sums")

    def __init__(self) -> None:
        self._count, self._ratios = 0, 0.0
        self._sums = [0.0] * len(SHARES)

    def add(self, evidence: float, times: int = 1) -> None:
        """Count a thing with this evidence that it is hostile."""
        ratio = exp(min(evidence, MOST))
        self._count += times
        self._ratios += times * ratio
        for place, share in enumerate(SHARES):
            self._sums[place] += times * log1p(share * (ratio - 1.0))

    def value(self) -> float:
        """The evidence that some of them are hostile; 0 where there is none."""
        if not self._count:
            return 0.0
        # A share of less than one thing means nothing: one of all stands for it.
        found = [log(self._ratios / self._count)]
        found += [
            total
            for share, total in zip(SHARES, self._sums, strict=True)
            if share * self._count > 1.0
        ]
        highest = max(found)
        return highest + log(fmean(exp(one - highest) for one in found))


def tempered(evidence: float) -> float:
    """`evidence` on a scale that grows ever more slowly: what is summed up is never independent."""
    return copysign(log1p(abs(evidence)), evidence)


def some_of(evidence: Iterable[float]) -> float:
    """The evidence that some of these are hostile."""
    found = Shares()
    for one in evidence:
        found.add(one)
    return found.value()
