"""`mingjian warn drift`, `mix` and `late`, from a table to an alert."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from mingjian.app import warn_changes, warn_rows
from mingjian.app.errors import UsageError
from mingjian.cli.main import app

LAST = date(2026, 11, 22)


@pytest.fixture
def does(tmp_path: Path) -> Callable[..., str]:
    def call(*arguments: object) -> str:
        environment = {"MINGJIAN_HOME": str(tmp_path / "home"), "MINGJIAN_LANGUAGE": "en"}
        done = CliRunner().invoke(app, [str(each) for each in arguments], env=environment)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    return call


def written(path: Path, header: str, rows: Sequence[str]) -> Path:
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


def test_a_detector_that_falls_silent(does: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = []
    for week in range(12):
        for name in ("well", "blind"):
            for _ in range(60):
                day = LAST - timedelta(days=7 * week + int(rng.integers(0, 7)))
                quiet = rng.random() < (0.7 if name == "blind" and not week else 0.03)
                rows.append(f"{name},{day},{'' if quiet else f'{rng.normal():.3f}'}")
    table = written(tmp_path / "d.csv", "detector,date,value", rows)
    said = does("warn", "drift", table, "--raise")
    assert "● orange  blind (silence)" in said
    assert "Alert #1: raised" in said
    report = json.loads(does("warn", "drift", table, "--raise", "--json"))
    assert [one["event"] for one in report["alerts"]] == [None]
    assert {one["detector"] for one in report["looked_at"] if one["stands"]} == {"blind"}
    assert "a detector's measurements have changed" in does("alert", "show", 1)


def test_a_new_method(does: Any, tmp_path: Path) -> None:
    rows = []
    for week in range(10):
        day = LAST - timedelta(weeks=week)
        rows += [f"voice,{day},{50 + week % 3}", f"face,{day},30", f"link,{day},"]
    rows += [f"script,{LAST},40"]
    table = written(tmp_path / "m.csv", "method,date,value", rows)
    said = does("warn", "mix", table, "--subject", "fraud", "--raise", "--exercise", "autumn")
    assert "● orange  fraud" in said
    assert "Methods that grew: script" in said
    assert "[EXERCISE] #1" in does("alert", "list")
    assert "no alarm" in does("warn", "mix", written(tmp_path / "n.csv", "method,date,value",
                                                     rows[:-1]))  # fmt: skip


def test_an_excess_that_is_not_reported_yet(does: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    rows = []
    for number in range(120):
        event = LAST - timedelta(days=119 - number)
        count = rng.poisson(90 if number >= 118 else 12)
        rows += [
            f"{event},{event + timedelta(days=int(delay))}" for delay in rng.integers(0, 4, count)
        ]
    table = written(tmp_path / "r.csv", "event,report", rows)
    said = does("warn", "late", table, "--on", LAST, "--longest", 6, "--raise")
    assert "with what is still to come" in said
    assert "Alert #1" in said
    early = json.loads(
        does("warn", "late", table, "--on", LAST - timedelta(days=3), "--longest", 6, "--json")
    )
    assert early["alarms"] == []
    assert len(early["looked_at"]) == 6


@pytest.mark.parametrize(
    ("row", "said"),
    [("a,2026-01-xx,1", "row 2 is off"), (",2026-01-05,1", "row 2"), ("a,2026-01-05,x", "not a")],
)
def test_what_is_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        list(warn_rows.measurements_in(written(tmp_path / "d.csv", "detector,date,value", [row])))
    with pytest.raises(UsageError, match=said):
        list(warn_rows.methods_in(written(tmp_path / "m.csv", "method,date,value", [row])))


def test_what_cannot_be_asked(tmp_path: Path) -> None:
    table = written(tmp_path / "d.csv", "detector,date,value", [])
    with pytest.raises(UsageError, match="nothing to look at"):
        warn_changes.detectors(warn_rows.measurements_in(table), 7)
    with pytest.raises(UsageError, match="1 or 7"):
        warn_changes.detectors([], 3)


@pytest.mark.parametrize("more", [(), ("d.csv", "--cases"), ("--watch", "x", "--cases")])
def test_one_place_to_look_at_is_named(tmp_path: Path, more: tuple[str, ...]) -> None:
    environment = {"MINGJIAN_HOME": str(tmp_path / "home"), "MINGJIAN_LANGUAGE": "en"}
    done = CliRunner().invoke(app, ["warn", "drift", *more], env=environment)
    assert "name one" in str(done.exception)
