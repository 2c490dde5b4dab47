"""The false alarms a year that are stated are those that come, also where counts scatter widely."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from mingjian.warn import expected
from mingjian.warn.cusum import Cusum, alarms_as_learnt, alarms_learnt_anew, quiet
from mingjian.warn.expected import false_alarms, rates
from mingjian.warn.judge import Settings, judged
from mingjian.warn.quasi_poisson import Numbers
from mingjian.warn.table import Pace, Series

LAST = date(2026, 11, 23)
DESK: list[tuple[Pace, int, float, float, float]] = [
    # pace, steps of history, mean, size (inf: Poisson), season
    ("week", 300, 30, 8, 0.3), ("week", 300, 8, 3, 0.2), ("week", 300, 3, 2, 0),
    ("week", 300, 100, 20, 0.4), ("week", 230, 20, math.inf, 0.3), ("week", 230, 12, 1.5, 0),
    ("week", 300, 1, 1, 0), ("week", 300, 50, 4, 0.2), ("week", 80, 15, 3, 0),
    ("week", 60, 6, math.inf, 0), ("week", 110, 40, 5, 0), ("week", 100, 3, 1.5, 0),
    ("day", 150, 10, 5, 0), ("day", 300, 4, 2, 0), ("day", 90, 25, math.inf, 0),
    ("day", 400, 2, 1, 0), ("day", 200, 50, 10, 0), ("day", 500, 8, 3, 0),
    ("day", 120, 1, 3, 0), ("day", 250, 15, 4, 0),
]  # fmt: skip
WEEKDAYS = np.array([1.1, 1.1, 1.1, 1.1, 1.0, 0.8, 0.8])


def drawn(
    rng: np.random.Generator, kind: tuple[Pace, int, float, float, float], start: int, steps: int
) -> Numbers:
    pace, _, mean, size, season = kind
    time = np.arange(start, start + steps)
    wave = np.exp(season * np.cos(2 * np.pi * time / 52)) if pace == "week" else WEEKDAYS[time % 7]
    rate = mean * wave
    if math.isfinite(size):
        rate = rate * rng.gamma(size, 1 / size, steps)
    return rng.poisson(rate).astype(float)


def desk(seed: int) -> list[Series]:
    rng = np.random.default_rng(seed)
    made = []
    for number, kind in enumerate(DESK):
        first = LAST - timedelta(days=(7 if kind[0] == "week" else 1) * (kind[1] - 1))
        made.append(Series(f"s{number}", first, kind[0], drawn(rng, kind, 0, kind[1])))
    return made


def test_the_stated_number_is_that_of_a_fresh_simulation() -> None:
    """Twenty series, most of them overdispersed, watched live for a further year, their levels
    learnt anew as they go."""
    series, settings, years = desk(2), Settings(), 1
    stated = false_alarms([(each, len(each.counts) - 1) for each in series], settings)
    assert (stated.watched, stated.looked) == (20, 20)
    rng, came = np.random.default_rng(1234), 0
    for each, kind in zip(series, DESK, strict=True):
        length = len(each.counts)
        for _ in range(years):
            counts = np.concatenate([each.counts, drawn(rng, kind, length, each.a_year)])
            live = Series(each.name, each.first, each.pace, counts)
            came += sum(one.alarm for one in judged(live, range(length, len(counts)), settings))
    # The interval is of the expected number; a year of it scatters besides.
    low, high = years * stated.low, years * stated.high
    assert low - 1.96 * math.sqrt(low) <= came <= high + 1.96 * math.sqrt(high), (came, stated)
    # The methods' own figure is half a false alarm for each.
    assert stated.low > 0.4 * len(DESK)


def test_bounds_of_every_season_are_looked_at() -> None:
    """A history that grew by a year of seasons in the last year: most alarms may be in one."""
    counts = drawn(np.random.default_rng(3), DESK[0], 0, 300)
    bounds = expected._bounds(Series("a", LAST, "week", counts), 299, Settings())
    assert len(bounds) == 13
    assert max(bounds) - min(bounds) == 48


@pytest.mark.parametrize(("kind", "grows"), [(DESK[3], True), (None, False)])
def test_scatter_that_grows_with_the_mean_is_told_from_one_that_does_not(
    kind: tuple[Pace, int, float, float, float] | None, grows: bool
) -> None:
    """With a season, the peaks of the one scatter more, and most false alarms come there."""
    rng = np.random.default_rng(5)
    if kind is None:
        mean = 100 * np.exp(0.4 * np.cos(2 * np.pi * np.arange(300) / 52))
        counts = rng.negative_binomial(mean / 4, 1 / 5).astype(float)  # five times the mean
    else:
        counts = drawn(rng, kind, 0, 300)
    model = expected._Season(counts, np.ones(300, bool), np.zeros(300), 0)
    assert model.grows is grows
    at = np.array([312, 338])  # a peak, a trough
    means, scatter = model.drawn(at, np.zeros(2), rng)
    more = (scatter[:, None] * (means if grows else 1.0)).mean(axis=0)
    truth = np.array([100 * math.exp(0.4), 100 * math.exp(-0.4)]) / 20 if grows else 4.0
    assert np.allclose(more, truth, rtol=0.3)


def test_alarms_of_a_block_are_those_after_its_run_in() -> None:
    """Live, a level is used for a block after a run-in, with a sum that began at zero."""
    rng, chosen = np.random.default_rng(6), Cusum(false_alarms=2.0, a_year=52)
    past = rng.poisson(20, 60).astype(float)
    known = quiet(past, chosen)
    assert known is not None
    block = rng.poisson(known.levels[0], (400, 17)).astype(float)
    pasts = rng.poisson(20, (400, 60)).astype(float)
    for count in (
        lambda counts, after: alarms_as_learnt(counts, known, 1.0, chosen, after),
        lambda counts, after: alarms_learnt_anew(pasts, counts, known, 1.0, chosen, after),
    ):
        assert (count(block, 0) == count(block[:, :4], 0) + count(block, 4)).all()
        assert count(block, 4).any()


@pytest.mark.parametrize(("length", "least", "most"), [(300, 0.7, 1.5), (100, 0.3, 0.8)])
def test_wide_scatter_means_more_false_alarms_than_farringtons_own_figure(
    length: int, least: float, most: float
) -> None:
    """Half a false alarm a year is asked for; a CUSUM (short history) keeps to it."""
    rng = np.random.default_rng(8)
    kind: tuple[Pace, int, float, float, float] = ("week", length, 10, 1.0, 0)
    found = []
    for number in range(5):
        one = Series(f"{number}", LAST, "week", drawn(rng, kind, 0, length))
        some = rates(one, length - 1, Settings())
        assert some is not None
        found.append(float(some.mean()))
    assert least < np.mean(found) < most


@pytest.mark.parametrize(
    ("pace", "length"), [("week", 300), ("week", 100), ("week", 20), ("day", 100)]
)
def test_draws_are_the_same_every_time_and_past_outbreaks_hardly_count(
    pace: Pace, length: int
) -> None:
    kind: tuple[Pace, int, float, float, float] = (pace, length, 10, 8, 0)
    counts = drawn(np.random.default_rng(3), kind, 0, length)
    one = Series("a", LAST, pace, counts)
    first, second = (rates(one, length - 1, Settings()) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first == second).all()
    if length < 50:
        return
    marks = np.zeros(length, dtype=bool)
    burst = counts.copy()
    burst[40:44] += 200
    marks[40:44] = True
    marked = rates(Series("a", LAST, pace, burst, None, marks), length - 1, Settings())
    unmarked = rates(Series("a", LAST, pace, burst), length - 1, Settings())
    assert marked is not None
    assert unmarked is not None
    assert unmarked.mean() < 3 * max(marked.mean(), 0.2)


def test_nothing_watched_and_more_than_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Series("none", LAST, "week", np.zeros(100))
    assert false_alarms([(empty, 99)], Settings()).a_year == 0
    assert false_alarms([], Settings()).watched == 0
    monkeypatch.setattr(expected, "MOST", 4)
    rng = np.random.default_rng(5)
    kind: tuple[Pace, int, float, float, float] = ("week", 60, 10, 4, 0)
    many = [(Series(f"{n}", LAST, "week", drawn(rng, kind, 0, 60)), 59) for n in range(12)]
    found = false_alarms(many, Settings())
    assert (found.watched, found.looked) == (12, 4)
    assert found.low < found.a_year < found.high


def test_exposure_is_taken_along() -> None:
    rng = np.random.default_rng(9)
    base = np.linspace(100, 1000, 300)
    counts = rng.poisson(base / 20).astype(float)
    found = rates(Series("e", LAST, "week", counts, base), 299, Settings())
    assert found is not None
    assert 0.1 < found.mean() < 2
