"""`mingjian watch` as a person meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.app.watch_fakes import put_in_place
from typer.testing import CliRunner, Result

from mingjian.app import watch_push
from mingjian.app.errors import UsageError
from mingjian.app.settings import load_settings
from mingjian.cli.main import app

CONFIG = """
name = "desk"
attempts = 1
[[source]]
name = "drop"
type = "drop"
path = "drop.jsonl"
text = "body"
region = "440300"
[[source]]
name = "web"
type = "push"
[[source]]
name = "gone"
type = "maildir"
path = "nowhere"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MINGJIAN_WORKERS", "1")
    monkeypatch.setenv("MINGJIAN_LANGUAGE", "en")
    put_in_place(monkeypatch)
    lines = ['{"body": "flagged"}', '{"body": "calm"}', "no record"]
    (tmp_path / "drop.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "watch.toml").write_text(CONFIG)
    return tmp_path / "watch.toml"


def _cli(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["watch", *map(str, arguments)])


def test_from_running_to_counts_and_back(config: Path, tmp_path: Path) -> None:
    ran = _cli("run", config, "--once", "--json")
    assert ran.exit_code == 4, ran.output  # a source cannot be read, and the rest went on
    assert json.loads(ran.stdout)["examined"] == 2
    settings = load_settings()
    watch_push.push("hello", settings=settings, watch="desk", source="web")
    assert _cli("run", config, "--once").exit_code == 4

    said = _cli("status", "--lang", "zh").stdout
    assert "无法读取" in said
    sources = json.loads(_cli("status", "desk", "--json").stdout)["sources"]
    examined = {one["source"]: one["examined"] for one in sources}
    assert examined == {"drop": 2, "web": 1, "gone": 0}

    counts, reports = tmp_path / "counts.csv", tmp_path / "reports.csv"
    assert _cli("counts", "--by", "region", "--out", counts, "--reports", reports).exit_code == 0
    header, row = counts.read_text().splitlines()
    assert header == "series,date,count"
    assert row.startswith("message.fraud | 440300,")
    assert row.endswith(",1")
    assert len(reports.read_text().splitlines()) == 2
    checked = CliRunner().invoke(app, ["warn", "check", str(counts)])
    assert checked.exit_code == 0, checked.output

    assert "not a complete record" in _cli("dead", "--lang", "en").stdout
    assert "已放回 1 件" in _cli("dead", "--put-back", "--lang", "zh").stdout
    assert _cli("shed", "--json", "--lang", "en").stdout.strip() == "[]"


def test_wrong_names_and_files_are_told(config: Path, tmp_path: Path) -> None:
    for arguments in (("run", tmp_path / "no.toml"), ("status",), ("counts", "--by", "x")):
        done = _cli(*arguments)
        assert isinstance(done.exception, UsageError), arguments
    assert _cli("run", config, "--for", "0").exit_code == 0
    done = _cli("status", "another")
    assert isinstance(done.exception, UsageError)
    assert "desk" in done.exception.in_language("zh")
