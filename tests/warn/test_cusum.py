"""The CUSUM: the reference's sums, and the false alarms a year that were asked for."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.warn.cusum import Cusum, Quiet, cusum, quiet, threshold

OWN = json.loads((Path(__file__).parent / "data" / "cusum.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "size"), [("negative binomial", 4.0), ("poisson", math.inf)])
def test_sums_of_the_reference(name: str, size: float) -> None:
    known = Quiet(levels=(6.0,), size=size, length=60)
    steps = cusum(OWN["counts"], range(60), known, 1e9, Cusum())
    for step, total in zip(steps, OWN[name], strict=True):
        assert step.total == pytest.approx(total, abs=1e-8)


@pytest.mark.parametrize(
    ("level", "size", "history", "chosen"),
    [
        (20.0, 5.0, 60, Cusum(a_year=52)),
        (12.0, 8.0, 140, Cusum(phases=7)),
    ],
)
def test_false_alarms_a_year_on_fresh_quiet_series(
    level: float, size: float, history: int, chosen: Cusum
) -> None:
    """Learnt from a short past, over fresh series: the mean lies near what was asked for."""
    rng = np.random.default_rng(7)
    years, length = 15, history + chosen.a_year
    alarms = []
    for _ in range(years):
        y = rng.poisson(level * rng.gamma(size, 1 / size, length)).astype(float)
        known = quiet(y[:history], chosen)
        assert known is not None
        bound = threshold(known, chosen)
        steps = cusum(y, range(history, length), known, bound, chosen)
        alarms.append(sum(step.alarm for step in steps))
    error = float(np.std(alarms)) / math.sqrt(years)
    assert np.mean(alarms) == pytest.approx(chosen.false_alarms, abs=3 * error + 0.1)


def test_a_lasting_rise_is_found_and_a_quiet_series_is_not() -> None:
    rng = np.random.default_rng(2)
    y = rng.poisson(10, 160).astype(float)
    y[120:] += 6
    chosen = Cusum()
    known = quiet(y[:90], chosen)
    assert known is not None
    steps = cusum(y, range(90, 160), known, threshold(known, chosen), chosen)
    alarms = [step.index for step in steps if step.alarm]
    assert alarms
    assert 120 <= alarms[0] <= 127


def test_the_upper_count_is_the_largest_without_an_alarm() -> None:
    known = Quiet(levels=(4.0, 9.0), size=2.5, length=80)
    for count in range(60):
        (step,) = cusum([count, count], [1], known, 3.0, Cusum(), start=1.2)
        assert step.alarm == (count > step.upper)


@pytest.mark.parametrize("history", [[], [3] * 7, [0] * 100])
def test_no_past_or_an_empty_one_is_no_baseline(history: list[int]) -> None:
    assert quiet(history, Cusum()) is None


def test_fewer_false_alarms_need_a_higher_threshold() -> None:
    known = Quiet(levels=(5.0,), size=3.0, length=100)
    found = [threshold(known, Cusum(false_alarms=rate)) for rate in (0.25, 0.5, 1, 4, 12)]
    assert found == sorted(found, reverse=True)
    assert threshold(known, Cusum()) == threshold(known, Cusum())


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.sampled_from([1, 7]))
@settings(max_examples=30, deadline=None)
def test_any_counts_are_added_without_a_warning(counts: list[int], phases: int) -> None:
    chosen = Cusum(phases=phases, series=20, a_year=52)
    known = quiet(counts, chosen)
    if known is None:
        return
    bound = threshold(known, chosen)
    for step in cusum(counts, range(len(counts)), known, bound, chosen):
        assert math.isfinite(step.total)
        assert step.alarm == (step.total > bound)
