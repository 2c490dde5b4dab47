"""What each method does on series whose truth is known: false alarms, detections, delay.

Every method sees only what it would have had: Farrington five years, the CUSUM and the EARS
screen a young series. A method that claims a level is held to it; methods are compared only
where they give equally many false alarms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mingjian.warn.ears import Ears, ears
from mingjian.warn.farrington import farrington_now
from mingjian.warn.judge import Settings, seasonal, sums
from mingjian.warn.quasi_poisson import Numbers
from mingjian.warn.scenarios import Drawn, Scenario, drawn, present_from
from mingjian.warn.seasons import Calendar
from mingjian.warn.table import Series

Method = Literal["farrington", "cusum", "ears"]
METHODS: tuple[Method, ...] = ("farrington", "cusum", "ears")
NOMINAL = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1)
"""False-alarm rates a week that are asked for."""
_FIRST = date(2010, 1, 4)
_YEAR = 52
YOUNG = 52
"""Weeks of history a CUSUM is given here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One method on one scenario at one nominal rate."""

    scenario: int
    method: Method
    nominal: float
    quiet: int
    """Watched weeks outside outbreaks."""
    false: int
    outbreaks: int
    delays: tuple[int, ...]
    """Weeks from onset to first alarm, of the outbreaks that were found."""

    @property
    def rate(self) -> float:
        return self.false / self.quiet if self.quiet else math.nan

    @property
    def power(self) -> float:
        """Share of outbreaks with an alarm while they lasted."""
        return len(self.delays) / self.outbreaks if self.outbreaks else math.nan


def outcomes(
    scenario: Scenario, replicates: int, seed: int, methods: Sequence[Method] = METHODS
) -> list[Outcome]:
    """All methods at all nominal rates on the same `replicates` series of a scenario."""
    rng = np.random.default_rng((seed, scenario.number))
    series = drawn(scenario, replicates, rng)
    return [
        _outcome(scenario.number, method, nominal, series, alarms)
        for method in methods
        for nominal, alarms in zip(NOMINAL, _ALARMS[method](series.counts), strict=True)
    ]


def _outcome(
    scenario: int, method: Method, nominal: float, series: Drawn, alarms: NDArray[np.bool_]
) -> Outcome:
    first = present_from()
    ill = series.outbreak[:, first:]
    delays = []
    for row, onset in enumerate(series.onset - first):
        end = onset + int(np.argmin(np.append(ill[row, onset:], False)))
        if (found := np.flatnonzero(alarms[row, onset:end])).size:
            delays.append(int(found[0]))
    return Outcome(
        scenario=scenario,
        method=method,
        nominal=nominal,
        quiet=int((~ill).sum()),
        false=int((alarms & ~ill).sum()),
        outbreaks=len(ill),
        delays=tuple(delays),
    )


def _farrington(counts: Numbers) -> list[NDArray[np.bool_]]:
    """Five years of history. A week alarms at a rate where its p-value does not exceed it."""
    length = counts.shape[1]
    calendar = Calendar(tuple(_FIRST + timedelta(days=7 * at) for at in range(length)))
    chosen = seasonal(5, Settings())
    weeks = [farrington_now(counts, at, chosen, calendar) for at in range(present_from(), length)]
    p = np.array(
        [
            [week.p_value if week.baseline and not math.isnan(week.upper) else 1.0 for week in row]
            for row in weeks
        ]
    ).T
    return [p <= nominal for nominal in NOMINAL]


def _cusum(counts: Numbers) -> list[NDArray[np.bool_]]:
    """A year of history at first, as the desk would run it: learning anew as it goes on."""
    start = present_from() - YOUNG
    young = [Series("", _FIRST, "week", row[start:]) for row in counts]
    weeks = range(YOUNG, counts.shape[1] - start)
    found = [np.zeros((len(counts), len(weeks)), dtype=bool) for _ in NOMINAL]
    for alarms, nominal in zip(found, NOMINAL, strict=True):
        settings = Settings(false_alarms=nominal * _YEAR)
        for row, series in enumerate(young):
            for run, *_ in sums(series, weeks, settings):
                alarms[row, run[-1].index - YOUNG] = run[-1].alarm
    return found


def _ears(counts: Numbers) -> list[NDArray[np.bool_]]:
    """Seven weeks of history: the screen C1, which claims no level."""
    weeks = range(present_from(), counts.shape[1])
    return [
        np.array(
            [
                [week.alarm for week in ears(row, weeks, Ears(least_deviation=0.5, alpha=nominal))]
                for row in counts
            ]
        )
        for nominal in NOMINAL
    ]


_ALARMS: dict[Method, Callable[[Numbers], list[NDArray[np.bool_]]]] = {
    "farrington": _farrington,
    "cusum": _cusum,
    "ears": _ears,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One method over a group of scenarios at one nominal rate."""

    method: Method
    nominal: float
    rate: float
    low: float
    high: float
    """95 % of the rate, scenarios drawn again with replacement."""
    power: float
    delay: float
    """Mean weeks from onset to alarm, of the outbreaks found; NaN for none."""


def pooled(found: Sequence[Outcome], method: Method, seed: int = 1) -> list[Pooled]:
    """The method's outcomes over all scenarios in `found`, at each nominal rate."""
    rng = np.random.default_rng(seed)
    out = []
    for nominal in NOMINAL:
        of = [one for one in found if one.method == method and one.nominal == nominal]
        false = np.array([one.false for one in of], dtype=float)
        quiet = np.array([one.quiet for one in of], dtype=float)
        again = rng.integers(0, len(of), (2_000, len(of)))
        rates = false[again].sum(axis=1) / quiet[again].sum(axis=1)
        delays = [delay for one in of for delay in one.delays]
        out.append(
            Pooled(
                method=method,
                nominal=nominal,
                rate=float(false.sum() / quiet.sum()),
                low=float(np.quantile(rates, 0.025)),
                high=float(np.quantile(rates, 0.975)),
                power=len(delays) / sum(one.outbreaks for one in of),
                delay=float(np.mean(delays)) if delays else math.nan,
            )
        )
    return out


def power_at(curve: Sequence[Pooled], rate: float) -> float:
    """Power where the method gives `rate` false alarms a week; NaN outside what was measured."""
    rates = np.array([point.rate for point in curve])
    if not rates.min() <= rate <= rates.max() or rates.min() <= 0:
        return math.nan
    return float(np.interp(math.log(rate), np.log(rates), [point.power for point in curve]))
