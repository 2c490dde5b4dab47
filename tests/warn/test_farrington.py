"""Farrington's algorithm: the reference implementation's values, and what it never does."""

from __future__ import annotations

import csv
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.warn.farrington import Farrington, Week, farrington, farrington_now
from mingjian.warn.seasons import Calendar, seasons, weekly

SHARED = Path(__file__).parents[3] / "shared" / "data" / "warning"
OWN = json.loads((Path(__file__).parent / "data" / "farrington.json").read_text("utf-8"))
CONFIGS = {
    "a": Farrington(years=5),
    "b": Farrington(
        years=4, half_window=2, periods=7, latest_left_out=12, trend_level=0.05, alpha=0.005,
        bound="upper mean", outlier=1,
    ),
    "c": Farrington(
        years=3, half_window=4, periods=1, latest_left_out=4, trend_level=0.5, alpha=0.02,
        bound="power 1",
    ),
    "d": Farrington(
        years=2, periods=5, latest_left_out=20, trend_level=0.05, bound="power 2/3"
    ),
    "e": Farrington(),
}  # fmt: skip
_OLD = {"periods": 1, "latest_left_out": 3, "trend_level": 0.05}
SHARED_CONFIGS = {
    "default": Farrington(**_OLD, years=5, bound="power 2/3", alpha=0.05),  # type: ignore[arg-type]
    "orig": Farrington(**_OLD, outlier=1, bound="power 2/3"),  # type: ignore[arg-type]
    "noreweight_half": Farrington(
        periods=1, latest_left_out=4, trend_level=0.05, half_window=4, reweight=False,
        bound="power 1/2",
    ),
    "notrend_none": Farrington(
        periods=4, latest_left_out=8, half_window=2, trend=False, bound="power 1"
    ),
    "noufaily_nb": Farrington(alpha=0.005),
    "noufaily_muan": Farrington(alpha=0.005, bound="upper mean"),
}  # fmt: skip


def near(week: Week, row: dict[str, float | None]) -> bool:
    """Within 1e-8 of the reference, relative beyond 1; missing where it is missing there."""
    pairs = (
        (week.upper, row["upper"]),
        (week.expected, row["expected"]),
        (week.score, row["score"]),
        (week.p_value, row["p"]),
        (week.dispersion, row["phi"]),
        (week.trend, row["trend"]),
    )
    return all(
        math.isnan(ours) if theirs is None else abs(ours - theirs) <= 1e-8 * max(1, abs(theirs))
        for ours, theirs in pairs
    )


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("dates", [True, False])
@pytest.mark.parametrize("series", OWN["series"])
def test_values_of_the_reference(series: str, dates: bool, config: str) -> None:
    rows = [r for r in OWN["rows"] if r[:3] == [series, dates, config]]
    counts = OWN["series"][series]
    calendar = weekly(date.fromisoformat(OWN["first"]), len(counts)) if dates else Calendar()
    exposure = OWN["exposure"] if config == "e" else None
    found = farrington(counts, [row[3] for row in rows], CONFIGS[config], calendar, exposure)
    assert rows
    for week, row in zip(found, rows, strict=True):
        named = dict(zip(OWN["columns"], row, strict=True))
        assert near(week, named), (week, named)
        assert week.alarm == named["alarm"]


@pytest.mark.parametrize("config", SHARED_CONFIGS)
@pytest.mark.parametrize("name", ["salmonella_agona", "salmNewport_total"])
def test_values_of_the_reference_series(name: str, config: str) -> None:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"reference series not there: {folder}")
    counts = list(csv.DictReader((folder / "counts.csv").read_text().splitlines()))
    calendar = Calendar()
    if "-" in counts[0]["epoch"]:
        calendar = Calendar(tuple(date.fromisoformat(row["epoch"]) for row in counts))
    reference = list(csv.DictReader((folder / "farrington_flexible.csv").read_text().splitlines()))
    rows = [row for row in reference if row["config"] == config]
    found = farrington(
        [int(row["observed"]) for row in counts],
        [int(row["t"]) - 1 for row in rows],
        SHARED_CONFIGS[config],
        calendar,
    )
    names = {
        "upper": "upperbound",
        "expected": "expected",
        "score": "score",
        "p": "pvalue",
        "phi": "phi",
        "trend": "trendcoef",
    }
    for week, row in zip(found, rows, strict=True):
        values: dict[str, Any] = {
            key: None if row[name] in ("NA", "NaN") else float(row[name])
            for key, name in names.items()
        }
        assert near(week, values), (week, values)
        assert week.alarm == (row["alarm"] == "1")


def test_many_series_at_once_are_each_their_own() -> None:
    table = np.array([OWN["series"][name] for name in OWN["series"]], dtype=float)
    settings_ = Farrington()
    together = farrington_now(table, 330, settings_, Calendar())
    for row, week in zip(table, together, strict=True):
        alone = farrington(row, [330], settings_, Calendar())[0]
        assert week.p_value == pytest.approx(alone.p_value, rel=1e-12)
        assert (week.upper, week.alarm) == (alone.upper, alone.alarm)


@pytest.mark.parametrize("counts", [[0] * 300, [3] * 60, []])
def test_without_a_baseline_there_is_no_alarm(counts: list[int]) -> None:
    table = np.array([[*counts, 50]], dtype=float)
    week = farrington_now(table, len(counts), Farrington(), Calendar())[0]
    assert not week.alarm
    assert not week.baseline
    assert math.isnan(week.upper)


def test_a_past_outbreak_hides_no_new_one() -> None:
    quiet = np.random.default_rng(3).poisson(5, 400).astype(float)
    loud = quiet.copy()
    loud[340 - 52 : 344 - 52] += 60
    loud[340] = quiet[340] = 20
    kept, naive = (
        farrington(loud, [340], Farrington(reweight=flag), Calendar())[0] for flag in (True, False)
    )
    assert kept.alarm
    assert kept.upper < naive.upper


def test_too_few_cases_raise_no_alarm() -> None:
    counts = [1 if week % 13 == 0 else 0 for week in range(300)]
    counts[299] = 4
    week = farrington(counts, [299], Farrington(), Calendar())[0]
    assert not week.alarm
    assert math.isnan(week.upper)


def test_the_same_week_of_past_years_is_the_nearest_same_weekday() -> None:
    calendar = weekly(date(2020, 1, 6), 260)
    week = calendar.dates.index(date(2024, 2, 26))
    marks = calendar.years_before(week, 4)
    assert [calendar.dates[mark].isoformat() for mark in marks] == [
        "2024-02-26", "2023-02-27", "2022-02-28", "2021-03-01", "2020-02-24",
    ]  # fmt: skip


@given(st.integers(1, 5), st.integers(0, 6), st.integers(1, 12), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_history_never_holds_what_is_left_out(
    years: int, half_window: int, periods: int, left_out: int
) -> None:
    at, season = seasons(
        320, Calendar(), years=years, half_window=half_window, periods=periods, left_out=left_out
    )
    assert (at < 320 - left_out).all() or left_out == 0
    assert set(season) <= set(range(periods))
    assert len(set(at)) == len(at)


@given(st.lists(st.integers(0, 10**7), min_size=230, max_size=260))
@settings(max_examples=25, deadline=None)
def test_any_counts_are_judged_without_a_warning(counts: list[int]) -> None:
    week = farrington(counts, [len(counts) - 1], Farrington(), Calendar())[0]
    assert week.alarm == (week.baseline and week.observed > week.upper)
    assert math.isnan(week.p_value) or 0 <= week.p_value <= 1
