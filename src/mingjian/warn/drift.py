"""A detector going blind: its measurements, or how often it stays silent, are not as they were.

The last window (a day, a week) of each detector is held against its own past windows, in two
ways: the distribution of its measurements (Kolmogorov and Smirnov, two samples), and the share of
examinations without an opinion (failed, timed out, outside the population). Windows of real
evidence differ more than samples of one population would; how much more, the past windows tell,
and the test is held to that. Over all detectors and both ways, false ones among those that stand
are kept to a stated share (`discoveries`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mingjian.warn.chances import chance_above, student_two_sided
from mingjian.warn.discoveries import adjusted
from mingjian.warn.quasi_poisson import Numbers

What = Literal["measurements", "silence"]
LEAST_WINDOWS = 8
"""Past windows from which their usual differences can be told."""
LEAST = 20
"""Measurements, or examinations, that a window needs to count."""


@dataclass(frozen=True, slots=True)
class Window:
    """One detector in one day or week."""

    measured: Sequence[float]
    examined: int
    silent: int
    """Of these, without an opinion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One detector, held against its past in one way."""

    detector: str
    what: What
    now: float
    """Median of the measurements, or share without an opinion."""
    usual: float
    distance: float
    """Largest distance of the distributions; for silence the difference of the shares."""
    windows: int
    p_value: float
    """NaN where the past does not suffice."""
    q_value: float = math.nan
    stands: bool = False


def drifts(windows: Mapping[str, Sequence[Window]], share_false: float = 0.05) -> list[Drift]:
    """The last window of every detector held against those before; what stands comes first."""
    found = []
    for detector, listed in sorted(windows.items()):
        if len(listed) > 1:
            found += [_measurements(detector, listed), _silence(detector, listed)]
    q_values = adjusted([each.p_value for each in found])
    judged = [
        replace(each, q_value=q, stands=q <= share_false)
        for each, q in zip(found, q_values, strict=True)
    ]
    judged.sort(key=lambda each: (not each.stands, _last(each.p_value), each.detector))
    return judged


def _last(p_value: float) -> float:
    return 2.0 if math.isnan(p_value) else p_value


def _measurements(detector: str, listed: Sequence[Window]) -> Drift:
    samples = [np.sort(np.asarray(each.measured, dtype=float)) for each in listed]
    now, past = samples[-1], [each for each in samples[:-1] if len(each) >= LEAST]
    pooled = np.sort(np.concatenate(past)) if past else np.zeros(0)
    distance, p_value = math.nan, math.nan
    if len(past) >= LEAST_WINDOWS and len(now) >= LEAST:
        # Each past window against the others: how far apart they usually are.
        usual = []
        for number, one in enumerate(past):
            others = np.sort(np.concatenate(past[:number] + past[number + 1 :]))
            usual.append(_distance(one, others) * _root(len(one), len(others)))
        wide = math.sqrt(float(np.mean(np.square(usual))))
        distance = _distance(now, pooled)
        statistic = distance * _root(len(now), len(pooled))
        # Samples of one population give the first; windows that shift by chance the second.
        shift = student_two_sided(statistic / wide, len(past)) if wide else 0.0
        p_value = max(_kolmogorov(statistic), shift)
    return Drift(
        detector=detector,
        what="measurements",
        now=float(np.median(now)) if len(now) else math.nan,
        usual=float(np.median(pooled)) if len(pooled) else math.nan,
        distance=distance,
        windows=len(past),
        p_value=p_value,
    )


def _distance(one: Numbers, other: Numbers) -> float:
    """Largest distance of two distributions, of sorted samples."""
    points = np.concatenate([one, other])
    first = np.searchsorted(one, points, side="right") / len(one)
    second = np.searchsorted(other, points, side="right") / len(other)
    return float(np.abs(first - second).max())


def _root(one: int, other: int) -> float:
    """What turns a distance into Kolmogorov's statistic (M. A. Stephens, 1970)."""
    root = math.sqrt(one * other / (one + other))
    return root + 0.12 + 0.11 / root


def _kolmogorov(value: float) -> float:
    """Chance of a larger statistic."""
    if value < 0.2:
        return 1.0
    total = 0.0
    for k in range(1, 60):
        total += (1 if k % 2 else -1) * math.exp(-2 * k * k * value * value)
    return min(1.0, max(0.0, 2 * total))


def _silence(detector: str, listed: Sequence[Window]) -> Drift:
    now, past = listed[-1], [each for each in listed[:-1] if each.examined >= LEAST]
    examined = sum(each.examined for each in past)
    usual = sum(each.silent for each in past) / examined if examined else math.nan
    share = now.silent / now.examined if now.examined else math.nan
    p_value = math.nan
    if len(past) >= LEAST_WINDOWS and now.examined >= LEAST:
        # Half a case more keeps a detector that was never silent from alarming at its first.
        level = (sum(each.silent for each in past) + 0.5) / (examined + 1)
        spread = sum(
            (each.silent - each.examined * level) ** 2 / (each.examined * level * (1 - level))
            for each in past
        ) / (len(past) - 1)
        wider = max(1.0, spread) * (1 + now.examined / examined)
        mean = now.examined * level
        size = mean / (wider - 1) if wider > 1 else math.inf
        # How wide windows scatter is itself known from few of them.
        far = (now.silent - mean) / math.sqrt(mean * wider)
        unsure = student_two_sided(far, len(past) - 1) / 2 if far > 0 else 1.0
        p_value = max(chance_above(now.silent - 1, mean, size), unsure)
    return Drift(
        detector=detector,
        what="silence",
        now=share,
        usual=usual,
        distance=share - usual,
        windows=len(past),
        p_value=p_value,
    )
