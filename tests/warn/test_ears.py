"""EARS screens: bounds of the reference implementation, and when there are none."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.warn.ears import Ears, ears

SHARED = Path(__file__).parents[3] / "shared" / "data" / "warning"
OWN = json.loads((Path(__file__).parent / "data" / "ears.json").read_text("utf-8"))


def near(ours: float, theirs: float) -> bool:
    return abs(ours - theirs) <= 1e-8 * max(1.0, abs(theirs))


@pytest.mark.parametrize("row", OWN["rows"], ids=lambda row: f"{row['screen']}-{row['baseline']}")
def test_bounds_of_the_reference(row: dict[str, Any]) -> None:
    screen = Ears(
        screen=row["screen"],
        baseline=row["baseline"],
        least_deviation=row["least"],
        alpha=row["alpha"],
    )
    assert screen.first == row["first"]
    found = ears(OWN["counts"], range(row["first"], len(OWN["counts"])), screen)
    known = 0
    for day, upper, alarm in zip(found, row["upper"], row["alarm"], strict=True):
        if not day.baseline:
            continue  # a past all of one value: the reference says 0 or nothing, we say neither
        known += 1
        assert near(day.upper, upper), (day, upper)
        assert day.alarm == bool(alarm)
    assert known > 30


@pytest.mark.parametrize("name", ["salmonella_agona", "salmNewport_total"])
@pytest.mark.parametrize("screen", ["C1", "C2", "C3"])
@pytest.mark.parametrize("suffix", ["", "_b14_s0.5"])
def test_bounds_of_the_reference_series(name: str, screen: Any, suffix: str) -> None:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"reference series not there: {folder}")
    counts = [
        int(r["observed"]) for r in csv.DictReader((folder / "counts.csv").read_text().splitlines())
    ]
    reference = csv.DictReader((folder / "other_methods.csv").read_text().splitlines())
    rows = [row for row in reference if row["method"] == f"ears_{screen}{suffix}"]
    kept = Ears(screen=screen, baseline=14, least_deviation=0.5) if suffix else Ears(screen=screen)
    found = ears(counts, [int(row["t"]) - 1 for row in rows], kept)
    assert len(rows) > 250
    for day, row in zip(found, rows, strict=True):
        assert near(day.upper, float(row["upperbound"])), (day, row)
        assert day.alarm == (row["alarm"] == "1")


@pytest.mark.parametrize("screen", ["C1", "C2", "C3"])
@pytest.mark.parametrize("counts", [[0] * 20 + [9], [5] * 4 + [9], [3] * 30 + [9]])
def test_a_flat_or_short_past_is_no_baseline(screen: Any, counts: list[int]) -> None:
    day = ears(counts, [len(counts) - 1], Ears(screen=screen))[0]
    assert not day.alarm
    assert not day.baseline
    assert math.isnan(day.upper)


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.sampled_from(["C1", "C2", "C3"])
)
@settings(max_examples=60, deadline=None)
def test_any_counts_are_screened_without_a_warning(counts: list[int], screen: Any) -> None:
    found = ears(counts, range(len(counts)), Ears(screen=screen, least_deviation=0.5))
    assert all(day.baseline == (day.index >= Ears(screen=screen).first) for day in found)
    assert all(not day.alarm or day.observed > day.upper for day in found)
