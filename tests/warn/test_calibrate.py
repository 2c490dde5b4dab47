"""Series of known truth, and that methods which claim a level hold it there."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from mingjian.cli.main import app
from mingjian.warn.calibrate import NOMINAL, Outcome, outcomes, pooled, power_at
from mingjian.warn.farrington import farrington_now
from mingjian.warn.judge import Settings, seasonal
from mingjian.warn.scenarios import drawn, present_from, scenarios
from mingjian.warn.seasons import Calendar


def test_forty_two_in_seven_groups() -> None:
    every = scenarios()
    assert [one.number for one in every] == list(range(1, 43))
    assert sum(one.steady for one in every) == 7
    assert {(one.beta > 0, one.harmonics) for one in every} == {
        (trend, harmonics) for trend in (False, True) for harmonics in (0, 1, 2)
    }


@pytest.mark.parametrize("number", [1, 8, 15, 24, 31])
def test_counts_have_the_mean_and_variance_they_are_drawn_for(number: int) -> None:
    scenario = scenarios()[number - 1]
    made = drawn(scenario, 4_000, np.random.default_rng(3), ())
    means = scenario.means(624)
    assert not made.outbreak.any()
    for week in (0, 300, 623):
        counts, mean = made.counts[:, week], means[week]
        assert counts.mean() == pytest.approx(mean, abs=5 * math.sqrt(mean * scenario.phi / 4_000))
        assert counts.var() / mean == pytest.approx(scenario.phi, rel=0.35)


def test_outbreaks_are_marked_where_they_add_cases() -> None:
    scenario = scenarios()[12]
    made = drawn(scenario, 200, np.random.default_rng(5), (5, 5))
    first = present_from()
    assert (made.onset >= first).all()
    assert all(made.outbreak[row, onset] for row, onset in enumerate(made.onset))
    assert not made.outbreak[:, :312].any()
    ill = made.counts[:, first:][made.outbreak[:, first:]].mean()
    well = made.counts[:, first:][~made.outbreak[:, first:]].mean()
    assert ill > well + 2
    assert made.outbreak.sum(axis=1).mean() > 5  # four and one, some weeks each


def test_a_p_value_at_the_rate_is_the_alarm_of_farrington() -> None:
    made = drawn(scenarios()[16], 40, np.random.default_rng(2), (2, 10))
    calendar = Calendar(tuple(date(2010, 1, 4) + timedelta(days=7 * at) for at in range(624)))
    weeks = [
        week
        for at in range(600, 612)
        for week in farrington_now(
            made.counts, at, seasonal(5, Settings(false_alarms=0.05 * 52)), calendar
        )
    ]
    known = [week for week in weeks if week.baseline and not math.isnan(week.upper)]
    assert [week.alarm for week in known] == [week.p_value <= 0.05 for week in known]
    assert any(week.alarm for week in known)


def test_levels_that_are_claimed_are_held() -> None:
    every = scenarios()
    found: list[Outcome] = []
    for number in (13, 31, 37):  # steady, so that both claim them
        found += outcomes(every[number - 1], 30, 3, ("farrington", "cusum"))
    for method in ("farrington", "cusum"):
        at = {point.nominal: point for point in pooled(found, method)}  # type: ignore[arg-type]
        assert 0.5 < at[0.01].rate / 0.01 < 2, (method, at[0.01])
        rates = [at[nominal].rate for nominal in NOMINAL]
        powers = [at[nominal].power for nominal in NOMINAL]
        assert rates == sorted(rates)
        assert powers == sorted(powers)


def test_power_is_read_between_points_and_not_beyond_them() -> None:
    curve = pooled(
        [
            Outcome(
                scenario=1,
                method="ears",
                nominal=nominal,
                quiet=1_000,
                false=int(1_000 * nominal),
                outbreaks=100,
                delays=(1,) * int(1_000 * nominal),
            )
            for nominal in NOMINAL
        ],
        "ears",
    )
    assert power_at(curve, 0.05) == pytest.approx(0.5)
    assert 0.1 < power_at(curve, 0.015) < 0.2
    assert math.isnan(power_at(curve, 0.5))


def test_simulated_series_are_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    file = tmp_path / "series.csv"
    run = CliRunner().invoke
    done = run(app, ["warn", "simulate", str(file), "--scenario", "31", "--seed", "4"])
    assert done.exit_code == 0, done.output
    done = run(app, ["warn", "replay", str(file), "--from", "2025-01-20", "--json"])
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)["settings"]
    assert one["outbreaks"]
    assert run(app, ["warn", "simulate", str(file), "--scenario", "43"]).exit_code != 0


def test_the_report_in_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(app, ["warn", "calibrate", "--replicates", "5"])
    assert done.exit_code != 0  # too coarse to report
    monkeypatch.setattr("mingjian.app.warn_calibrate.LEAST", 3)
    for language, word in (("zh", "同等误报率下的检出率"), ("en", "Power at equal")):
        file = tmp_path / f"{language}.html"
        command = ["warn", "calibrate", "--replicates", "3", "--scenario", "31"]
        done = CliRunner().invoke(app, [*command, "--out", str(file), "--lang", language])
        assert done.exit_code == 0, done.output
        assert word in file.read_text("utf-8")
