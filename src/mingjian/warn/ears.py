"""EARS C1, C2 and C3: screens for series with only days of history. Many of their alarms are false.

L. Hutwagner et al., "The bioterrorism preparedness and response Early Aberration Reporting System
(EARS)", Journal of Urban Health 80 (2003); M. Salmon et al., "Monitoring count time series in R",
Journal of Statistical Software 70 (2016), section 2. A count is held against mean and standard
deviation of the few days before it: no season, no weekday, no trend, and a normal bound for what
is not normal. Over the 42 scenarios of Noufaily et al. such screens alarmed in 7 to 18 % of quiet
weeks where 1 % was asked for: use them to look, never to act.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mingjian.warn.chances import normal_quantile
from mingjian.warn.quasi_poisson import Numbers

Screen = Literal["C1", "C2", "C3"]
_GAP = {"C1": 0, "C2": 2, "C3": 2}
_ALPHA = {"C1": 0.001, "C2": 0.001, "C3": 0.025}
_DAYS = 3
"""C3 looks at the present day and the two before. In the form of the reference implementation,
kept here, the bound starts at today's own count and only the two days before can lower it below
that: a jump seen for the first time today raises C3's alarm tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Settings of a screen."""

    screen: Screen = "C1"
    """C1: the days just before. C2: leaves out the two days before. C3: C2 over three days."""
    baseline: int = 7
    """Days (or weeks) of history."""
    least_deviation: float = 0.0
    """Standard deviations below it are raised to it: 0.5 keeps all-zero pasts from alarming."""
    alpha: float | None = None
    """One-sided rate the bound would have on normal data; None is 0.001 (C1, C2), 0.025 (C3)."""

    @property
    def first(self) -> int:
        """Index of the first day that can be held against its past."""
        return self.baseline + _GAP[self.screen] + (_DAYS - 1 if self.screen == "C3" else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One day held against the few before it."""

    index: int
    observed: int
    expected: float
    upper: float
    """Bound the count must exceed; not a whole number. NaN without a baseline."""
    alarm: bool
    baseline: bool
    """False where history is too short, or all of one value and no least deviation is set (the
    reference puts the bound at that value and alarms at anything above)."""


def ears(counts: Sequence[int] | Numbers, days: Sequence[int], settings: Ears) -> list[Screened]:
    """Hold `days` (indices into `counts`) against the days before each."""
    y = np.asarray(counts, dtype=float)
    gap, length = _GAP[settings.screen], settings.baseline
    alpha = _ALPHA[settings.screen] if settings.alpha is None else settings.alpha
    mean, deviation = np.full(len(y), math.nan), np.full(len(y), math.nan)
    if len(y) > length + gap:
        windows = np.lib.stride_tricks.sliding_window_view(y, length)[: len(y) - length - gap]
        mean[length + gap :] = windows.mean(axis=1)
        deviation[length + gap :] = windows.std(axis=1, ddof=1)
    deviation = np.maximum(deviation, settings.least_deviation)
    z = normal_quantile(1 - alpha)
    upper = mean + z * deviation
    if settings.screen == "C3":
        with np.errstate(divide="ignore", invalid="ignore"):
            excess = np.maximum((y - mean) / deviation - 1, 0.0)
        upper = y + z * deviation
        with np.errstate(invalid="ignore"):
            for back in range(1, _DAYS):
                upper[back:] -= deviation[back:] * excess[:-back]
    out = []
    for day in days:
        known = bool(math.isfinite(upper[day]) and deviation[day] > 0)
        out.append(
            Screened(
                index=day,
                observed=int(y[day]),
                expected=float(mean[day]) if known else math.nan,
                upper=max(0.0, float(upper[day])) if known else math.nan,
                alarm=known and bool(y[day] > max(0.0, upper[day])),
                baseline=known,
            )
        )
    return out
