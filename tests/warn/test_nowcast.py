"""The nowcast: intervals that hold what they say, on an outbreak and on invented reports."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from mingjian.warn.nowcast import Delays, coverage, nowcast, triangle

LINES = Path(__file__).parents[3] / "shared/data/warning/husO104Hosp_nowcast/linelist.csv"
START = date(2026, 3, 2)
Pairs = list[tuple[date, date]]


def lines() -> Pairs:
    if not LINES.is_file():
        pytest.skip(f"line list not there: {LINES}")
    rows = csv.DictReader(LINES.read_text().splitlines())
    return [(date.fromisoformat(r["dHosp"]), date.fromisoformat(r["dReport"])) for r in rows]


def invented(seed: int, days: int = 60) -> Pairs:
    """A wave of events; delays 0 to 10 days, reported in bunches (a day's share varies)."""
    rng = np.random.default_rng(seed)
    usual = np.array([1, 3, 6, 8, 8, 6, 5, 4, 3, 2, 1], dtype=float)
    made = []
    for day in range(days):
        count = rng.poisson(6 + 14 * np.exp(-(((day - 35) / 10) ** 2)))
        shares = rng.dirichlet(usual / usual.sum() * 30)
        for delay, many in enumerate(rng.multinomial(count, shares)):
            event = START + timedelta(days=day)
            made += [(event, event + timedelta(days=delay))] * int(many)
    return made


def test_the_outbreak_of_2011_replayed_day_by_day() -> None:
    """From the tenth day with reports on, 50 % and 95 % intervals cover within 5 points."""
    found = coverage(lines(), date(2011, 6, 1), date(2011, 7, 4), Delays())
    assert found.days == 510
    assert found.exact[50] == pytest.approx(0.50, abs=0.05)
    assert found.exact[95] == pytest.approx(0.95, abs=0.05)
    # Whole counts: the closed interval of a day with two cases holds far more than its share.
    assert found.covered[50] > 0.5
    assert found.covered[95] > 0.95


def test_6_june_2011_as_known_four_days_later() -> None:
    """Published: 24 [12, 46] where 6 were reported (9 in the end)."""
    settings = Delays()
    found = nowcast(triangle(lines(), date(2011, 6, 10), settings), settings)
    day = (date(2011, 6, 6) - found.first).days
    low, high = found.interval(95)
    assert found.settled
    assert found.reported[day] == 6
    assert 18 <= found.median()[day] <= 27
    assert 8 <= low[day] <= 14
    assert 38 <= high[day] <= 52


def test_intervals_hold_their_share_on_invented_reports() -> None:
    settings = Delays(longest=12, samples=400)
    halves, wides = [], []
    for seed in range(3):
        found = coverage(invented(seed), START + timedelta(30), START + timedelta(55), settings)
        halves.append(found.exact[50])
        wides.append(found.exact[95])
    assert np.mean(halves) == pytest.approx(0.50, abs=0.06)
    assert np.mean(wides) == pytest.approx(0.95, abs=0.04)


def test_what_is_not_known_yet_is_not_used() -> None:
    settings, now = Delays(), START + timedelta(40)
    pairs = invented(1)
    early = nowcast(triangle([p for p in pairs if p[1] <= now], now, settings), settings)
    late = nowcast(triangle(pairs, now, settings), settings)
    assert (early.samples == late.samples).all()


def test_old_days_are_known_and_young_ones_are_at_least_what_was_reported() -> None:
    settings, now = Delays(longest=12), START + timedelta(50)
    found = nowcast(triangle(invented(2), now, settings), settings)
    low, high = found.interval(95)
    assert (low[:-12] == found.reported[:-12]).all()
    assert (high[:-12] == found.reported[:-12]).all()
    assert (low >= found.reported).all()
    assert high[-1] > found.reported[-1]
    assert found.above(-1, now) == 1.0
    assert found.above(float(high[-1]), now) <= 0.025


def test_bunching_widens_and_is_found() -> None:
    settings, now = Delays(), START + timedelta(50)
    found = nowcast(triangle(invented(3), now, settings), settings)
    assert 0.005 < found.bunching < 0.2


@pytest.mark.parametrize("pairs", [[], [(START, START)], [(START, START + timedelta(9))]])
def test_hardly_any_reports_are_said_to_be_unsettled(pairs: Pairs) -> None:
    settings = Delays()
    found = nowcast(triangle(pairs, START + timedelta(3), settings), settings)
    assert not found.settled
    assert (found.samples >= 0).all()


def test_a_report_before_its_event_is_refused() -> None:
    with pytest.raises(ValueError, match="before its event"):
        triangle([(START, START - timedelta(1))], START, Delays())
