"""The scan: scores of the reference, a p-value that is one, and planted clusters."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from mingjian.warn.scan import crossed, learnt, likeliest, scanned

SHARED = Path(__file__).parents[3] / "shared" / "data" / "warning" / "NM_scan"
ZONES = [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3), (0, 1, 2, 3)]


def table(name: str) -> list[list[str]]:
    return list(csv.reader((SHARED / name).read_text().splitlines()))[1:]


def test_scores_of_the_reference() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"reference scan not there: {SHARED}")
    counts = np.array([[float(v) for v in row[1:]] for row in table("counts_matrix.csv")])
    baselines = np.array([[float(v) for v in row] for row in table("baseline_matrix.csv")])
    lines = (SHARED / "zones.txt").read_text().splitlines()
    zones = [tuple(int(cell) - 1 for cell in line.split()) for line in lines if line.strip()]
    found = {(c.zone + 1, c.duration): c for c in scanned(counts, baselines, zones)}
    reference = table("eb_poisson_observed.csv")
    assert len(reference) == len(found) == 1596
    for zone, duration, score, relative in reference:
        ours = found[int(zone), int(duration)]
        assert ours.score == pytest.approx(float(score), abs=1e-8)
        if ours.score > 0:
            assert ours.relative == pytest.approx(float(relative), abs=1e-8)


def test_a_score_by_hand() -> None:
    counts, baselines = np.array([[1.0, 4.0], [2.0, 9.0]]), np.array([[2.0, 3.0], [2.0, 3.0]])
    found = scanned(counts, baselines, [(0,), (1,), (0, 1)])
    assert (found[0].zone, found[0].duration, found[0].observed) == (1, 1, 9)
    assert found[0].score == pytest.approx(9 * math.log(3) - 6)
    assert found[-1].score == 0.0


def test_a_rise_spread_over_cells_and_days_is_found() -> None:
    rng = np.random.default_rng(4)
    baselines = np.full((5, 4), 3.0)
    counts = rng.poisson(baselines).astype(float)
    counts[-3:, 2:] += 3
    found = likeliest(counts, baselines, ZONES, tables=199)
    assert found is not None
    assert ZONES[found.zone] == (2, 3)
    assert found.duration >= 3
    assert found.p_value == 1 / 200


@pytest.mark.parametrize("size", [math.inf, 3.0])
def test_p_values_of_quiet_tables_are_level(size: float) -> None:
    """One in ten quiet tables has a p-value of at most a tenth, scatter or not."""
    rng = np.random.default_rng(9)
    baselines = np.full((4, 4), 4.0)
    low = 0
    for number in range(200):
        scatter = rng.gamma(size, 1 / size, (4, 4)) if math.isfinite(size) else 1.0
        counts = rng.poisson(baselines * scatter).astype(float)
        found = likeliest(counts, baselines, ZONES, size=size, tables=99, seed=number)
        assert found is not None
        assert found.p_value is not None
        low += found.p_value <= 0.1
    assert 8 <= low <= 34


def test_p_values_are_level_where_baselines_are_learnt_from_a_short_past() -> None:
    rng = np.random.default_rng(12)
    low = 0
    for number in range(200):
        table = rng.poisson(3.0 * rng.gamma(4.0, 1 / 4.0, (16, 4))).astype(float)
        mean, size = learnt(table[:12])
        baselines = np.broadcast_to(mean, (4, 4))
        found = likeliest(
            table[12:], baselines, ZONES, size=size, learnt_from=12, tables=99, seed=number
        )
        assert found is not None
        assert found.p_value is not None
        low += found.p_value <= 0.1
    assert 8 <= low <= 34, low


def test_regions_by_types() -> None:
    assert crossed([(0,), (0, 1)], 2) == [
        (0,), (1,), (0, 1), (0, 2), (1, 3), (0, 1, 2, 3),
    ]  # fmt: skip
    assert crossed([(0,), (1,)], 1) == [(0,), (1,)]


def test_zones_that_are_not_there_are_refused() -> None:
    ones = np.ones((2, 2))
    assert likeliest(ones, ones, []) is None
    for zones in ([()], [(2,)], [(-1,)]):
        with pytest.raises(ValueError, match="zone 0"):
            scanned(ones, ones, zones)
