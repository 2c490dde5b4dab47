"""`mingjian warn` as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from mingjian.app import warn, warn_files
from mingjian.app.errors import UsageError
from mingjian.cli.warn import app
from mingjian.warn.cap import problems

MAIN = [sys.executable, "-m", "mingjian.cli.main", "warn"]


def run(*arguments: object, home: Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MINGJIAN_HOME": str(home), "MINGJIAN_LANGUAGE": language}
    command = [*MAIN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def inside(*arguments: object, home: Path) -> str:
    """What a command says, without a process of its own."""
    environment = {"MINGJIAN_HOME": str(home), "MINGJIAN_LANGUAGE": "en"}
    done = CliRunner().invoke(app, [str(each) for each in arguments], env=environment)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    rng = np.random.default_rng(6)
    rows = ["series,date,count,outbreak"]
    for name, weeks in (("voice\u202ecloning", 220), ("new", 9), ("quiet", 220)):
        first = date(2026, 11, 16) - timedelta(weeks=weeks - 1)
        for week in range(weeks):
            last = week == weeks - 1 and name.startswith("voice")
            count = 70 if last else int(rng.poisson(10))
            rows.append(f"{name},{first + timedelta(weeks=week)},{count},{int(last)}")
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_check_says_what_was_expected_why_and_the_false_alarms(
    counts: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "cap"
    done = run("check", counts, "--cap", folder, "--exercise", "autumn", home=tmp_path)
    assert done.returncode == 0, done.stderr
    (path,) = folder.iterdir()
    assert path.name == "20261116-001.exercise.cap.xml"
    assert b"<status>Exercise</status>" in path.read_bytes()
    assert problems(path.read_bytes()) == []
    assert "● red" in done.stdout
    assert "voice\\u202ecloning" in done.stdout
    assert "had 70 where" in done.stdout
    assert "Farrington flexible" in done.stdout
    assert "EARS C1" in done.stdout
    assert "false alarms a year in all" in done.stdout
    assert "stands among all series watched" in done.stdout


def test_check_as_json_with_a_rule_of_its_own_and_an_exit_code(
    counts: Path, tmp_path: Path
) -> None:
    rule = tmp_path / "rule.json"
    rule.write_text(
        '{"share_false": 0.1, "screen_at_most": "blue",'
        ' "grades": [{"grade": "blue", "name": {"zh": "蓝", "en": "blue"}}]}',
        "utf-8",
    )
    done = run("check", counts, "--json", "--grades", rule, "--fail-on", "blue", home=tmp_path)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert "不针对任何人" in report["note"]["zh"]
    first = report["series"][0]
    assert (first["grade"], first["method"], first["observed"]) == ("blue", "farrington", 70)
    assert first["band"][0] <= first["expected"] <= first["band"][1] <= first["upper"] < 70
    assert first["excess"] == pytest.approx(70 - first["expected"])
    assert first["p"] < 1e-6
    assert report["watched"] == 3


def test_a_calm_day_in_chinese(counts: Path, tmp_path: Path) -> None:
    calm = ("--fail-on", "orange", "--on", "2026-11-09", "--lang", "zh")
    done = run("check", counts, *calm, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "每年预计误报" in done.stdout
    assert "等级规则" in done.stdout


def test_replay_compares_settings(counts: Path, tmp_path: Path) -> None:
    asked = ("--false-alarms", "0.5", "--false-alarms", "4")
    few, many = json.loads(inside("replay", counts, *asked, "--json", home=tmp_path))["settings"]
    assert len(few["alarms"]) < len(many["alarms"])
    assert few["outbreaks"][0]["delay_days"] == 0
    assert few["false_alarms_a_year"] < many["false_alarms_a_year"]


def test_replay_in_words(counts: Path, tmp_path: Path) -> None:
    said = inside("replay", counts, "--from", "2026-06-01", home=tmp_path)
    assert "alarm after 0 days" in said
    assert "a year over all series" in said


def test_a_usage_error_says_what_to_do(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("series,date,count\na,2026-01-05,many\n", "utf-8")
    done = run("check", bad, home=tmp_path)
    assert done.returncode == 2, done.stdout
    assert "row 2" in done.stderr
    assert "each row is written series,date,count" in done.stderr


def test_what_is_refused(counts: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        warn_files.read_counts(tmp_path / "nowhere.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not CSV in UTF-8"):
        warn_files.read_counts(binary)
    with pytest.raises(UsageError, match="between"):
        warn.settings_from(0, 1.5)
    with pytest.raises(UsageError, match="factor"):
        warn.settings_from(0.5, 1)
    series = warn_files.read_counts(counts)
    settings, rule = warn.settings_from(0.5, 1.5), warn_files.read_rule(None)
    with pytest.raises(UsageError, match="no counts up to"):
        warn.check(series, date(2001, 1, 1), settings, rule)
    found = warn.alarms(series, None, settings, rule)
    with pytest.raises(UsageError, match="no blank or comma"):
        warn.write_drafts(found, tmp_path / "cap", "two words")
    with pytest.raises(UsageError, match="no such grade"):
        warn.at_least({"series": []}, "pink")


def test_nowcast_of_recent_days(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    rows = ["event,report"]
    for number in range(40):
        event = date(2026, 10, 1) + timedelta(days=number)
        delays = rng.integers(0, 6, rng.poisson(12))
        rows += [f"{event},{event + timedelta(days=int(delay))}" for delay in delays]
    path = tmp_path / "reports.csv"
    path.write_text("\n".join(rows), "utf-8")
    report: Any = warn.recent(warn_files.read_reports(path), date(2026, 11, 4), 7)
    last = report["days"][-1]
    assert report["settled"]
    assert (len(report["days"]), last["date"]) == (7, "2026-11-04")
    assert last["reported"] < last["estimate"]
    assert last["wide"][0] <= last["half"][0] <= last["estimate"] <= last["half"][1]
    said = inside("nowcast", path, "--on", "2026-10-04", home=tmp_path)
    assert "do not rely on these intervals" in said
    assert "2026-10-04  reported" in said
    with pytest.raises(UsageError, match="longest delay"):
        warn.recent(warn_files.read_reports(path), None, 0)
    path.write_text("event,report\n2026-01-05,2026-01-04\n", "utf-8")
    with pytest.raises(UsageError, match="before the event"):
        warn_files.read_reports(path)
    path.write_text("event,report\n2026-01-05\n", "utf-8")
    with pytest.raises(UsageError, match="are dates"):
        warn_files.read_reports(path)


def test_scan_finds_what_rose_together(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = ["series,date,count"]
    for name in ("east.fraud", "east.fake", "west.fraud", "west.fake"):
        for week in range(40):
            rose = name.startswith("east") and week >= 37
            rows.append(f"{name},{date(2026, 1, 5) + timedelta(weeks=week)},"
                        f"{rng.poisson(6 if rose else 1.5)}")  # fmt: skip
    path, zones = tmp_path / "sparse.csv", tmp_path / "zones.json"
    path.write_text("\n".join(rows), "utf-8")
    zones.write_text(
        '{"east": ["east.fraud", "east.fake"], "west": ["west.fraud", "west.fake"], "x": ["?"]}',
        "utf-8",
    )
    said = inside("scan", path, "--zones", zones, home=tmp_path)
    assert said.startswith("east: ")
    assert "any of the 2 zones" in said
    series = warn_files.read_counts(path)
    report: Any = warn.cluster(series, None, zones, 26, 4)
    assert report["cells"] == ["east.fake", "east.fraud"]
    assert report["since"] == "2026-09-21"
    assert report["p"] <= 0.01
    earlier: Any = warn.cluster(series, date(2026, 9, 15), None, 26, 4)
    assert earlier["p"] > 0.05
    with pytest.raises(UsageError, match="that much history"):
        warn.cluster(series, None, None, 60, 4)
    with pytest.raises(UsageError, match="8 to 1000"):
        warn.cluster(series, None, None, 1, 4)
    zones.write_text("[]", "utf-8")
    with pytest.raises(UsageError, match="file of zones"):
        warn.cluster(series, None, zones, 26, 4)
