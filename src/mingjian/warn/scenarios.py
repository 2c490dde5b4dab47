"""Invented weekly series of known truth: the 42 scenarios of Noufaily et al. (2013).

Counts are negative binomial with mean exp(theta + beta t + seasonal harmonics) and variance phi
times the mean. An outbreak begins at a random week; its size is Poisson with a mean of `strength`
standard deviations of that week, and its cases fall over the next weeks by a lognormal
distribution (mean log 0, deviation 0.5). Four lie in the past, one in the last 49 weeks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.domain.message import Message
from mingjian.warn.quasi_poisson import Numbers

_YEAR = 52
_LONGEST = 20
"""Weeks over which an outbreak's cases fall at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a series does when nothing happens. Numbered as in the study's order of groups."""

    number: int
    theta: float
    beta: float
    """Log change a week."""
    gamma1: float
    gamma2: float
    harmonics: int
    phi: float
    """Variance over mean."""

    @property
    def steady(self) -> bool:
        """Neither trend nor season."""
        return self.beta == 0 and self.harmonics == 0

    def means(self, weeks: int) -> Numbers:
        """Expected counts of weeks 1 to `weeks`."""
        t = np.arange(1, weeks + 1, dtype=float)
        log = self.theta + self.beta * t
        for harmonic in range(1, self.harmonics + 1):
            turn = 2 * math.pi * harmonic * t / _YEAR
            log += self.gamma1 * np.cos(turn) + self.gamma2 * np.sin(turn)
        return np.asarray(np.exp(log))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Series of one scenario, a row each, and where their outbreaks lie."""

    counts: Numbers
    outbreak: NDArray[np.bool_]
    """Weeks with cases of an outbreak, from its first week to its last."""
    onset: NDArray[np.int64]
    """First week of the present outbreak of each row; -1 where none was asked for."""


@cache
def _facts() -> Any:
    return json.loads(files("mingjian.warn").joinpath("scenarios.json").read_text("utf-8"))


def provenance() -> Message:
    """Where the numbers are from, and that they were not compared with the paper."""
    note = _facts()["note"]
    return Message(note["zh"], note["en"])


def present_from() -> int:
    """Index of the first week that is watched."""
    return int(_facts()["present"]["from"]) - 1


def weeks_watched() -> int:
    """Weeks from there to the end."""
    return int(_facts()["weeks"]) - present_from()


def scenarios() -> tuple[Scenario, ...]:
    """All 42: within a group without trend first, then with; 0, 1 and 2 harmonics each."""
    return tuple(
        Scenario(
            number=6 * at + 3 * trend + harmonics + 1,
            theta=group["theta"],
            beta=group["beta"] if trend else 0.0,
            gamma1=group["gamma1"] if harmonics else 0.0,
            gamma2=group["gamma2"] if harmonics else 0.0,
            harmonics=harmonics,
            phi=group["phi"],
        )
        for at, group in enumerate(_facts()["groups"])
        for trend in (0, 1)
        for harmonics in (0, 1, 2)
    )


def drawn(
    scenario: Scenario, rows: int, rng: np.random.Generator, strengths: Sequence[float] = (2, 10)
) -> Drawn:
    """`rows` series; each outbreak's strength is drawn evenly between the two of `strengths`.

    Without strengths there are no outbreaks at all, past or present.
    """
    facts = _facts()
    means = scenario.means(facts["weeks"])
    counts = _counts(means, scenario.phi, rows, rng)
    outbreak = np.zeros(counts.shape, dtype=bool)
    onset = np.full(rows, -1, dtype=np.int64)
    if strengths:
        past, first = facts["past_outbreaks"], present_from()
        for row in range(rows):
            starts = [
                *rng.choice(np.arange(past["from"] - 1, past["to"]), past["count"], replace=False),
                onset_now := int(rng.integers(first, len(means))),
            ]
            onset[row] = onset_now
            for start in starts:
                strength = rng.uniform(min(strengths), max(strengths))
                _add(counts[row], outbreak[row], int(start), strength, means, scenario.phi, rng)
    return Drawn(counts, outbreak, onset)


def _counts(means: Numbers, phi: float, rows: int, rng: np.random.Generator) -> Numbers:
    rate = np.broadcast_to(means, (rows, len(means)))
    if phi > 1:
        rate = rng.gamma(rate / (phi - 1), phi - 1)
    return rng.poisson(rate).astype(float)


def _add(
    counts: Numbers,
    outbreak: NDArray[np.bool_],
    start: int,
    strength: float,
    means: Numbers,
    phi: float,
    rng: np.random.Generator,
) -> None:
    size = max(2, int(rng.poisson(strength * math.sqrt(means[start] * phi))))
    after = np.floor(rng.lognormal(0.0, 0.5, size)).astype(int)
    after -= after.min()  # the onset is the first week with a case
    weeks = start + np.minimum(after, _LONGEST)
    weeks = weeks[weeks < len(counts)]
    np.add.at(counts, weeks, 1.0)
    outbreak[start : int(weeks.max()) + 1] = True
