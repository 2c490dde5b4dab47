"""`mingjian campaign` as a person meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjian.cli.campaign import app


def said(*arguments: object, home: Path, language: str = "en", code: int = 0) -> str:
    environment = {"MINGJIAN_HOME": str(home), "MINGJIAN_LANGUAGE": language}
    done = CliRunner().invoke(app, [str(each) for each in arguments], env=environment)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [
        {
            "id": f"m{n}",
            "text": f"[red]Our records show an unpaid toll of ${n}.20\u202e on your vehicle, "
            f"settle it today at http://pay{n % 2}.example/x or lose your licence",
            "time": f"2026-11-{n % 9 + 10} 08:00:00",
            "up": f"m{n - 1}" if n % 3 else None,
        }
        for n in range(24)
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


@pytest.mark.parametrize(("language", "word"), [("en", "24 items"), ("zh", "共 24 条")])
def test_find_then_show(table: Path, tmp_path: Path, language: str, word: str) -> None:
    out, state = tmp_path / "out.jsonl", tmp_path / "state"
    fields = ("--text-field", "text", "--id-field", "id", "--time-field", "time")
    given = (table, *fields, "--parent-field", "up", "--out", out, "--state", state)
    first = said("find", *given, home=tmp_path, language=language)
    assert word in first
    assert "records show an unpaid toll" in first
    assert "\u202e" not in first
    detail = said("show", out, 0, home=tmp_path, language=language)
    assert "2026-11-18" in detail
    assert "〔link〕" in detail
    assert "m0, m1" in detail
    assert "records show" in said("show", out, home=tmp_path, language=language)
    summary = json.loads(said("find", *given, "--json", home=tmp_path))
    assert (summary["items"], summary["grown"]) == (48, [0])


def test_a_number_that_is_not_there(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    said("find", table, "--text-field", "text", "--out", out, home=tmp_path)
    assert "no campaign" in str(
        CliRunner().invoke(app, ["show", str(out), "99"], env={"MINGJIAN_HOME": str(tmp_path)})
        .exception
    )  # fmt: skip


def test_campaigns_of_a_watch(tmp_path: Path) -> None:
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import Settings
    from mingjian.warn.campaign_prints import Print, print_of_text

    from ..app.test_campaign_watch import TEXT, took

    home = tmp_path / "home"
    with opened_store(Settings(home=home, workers=1)) as store:
        took(store, "sms", [Print(*print_of_text(TEXT.format(n=n))) for n in range(12)])
    out = tmp_path / "out.jsonl"
    text = said("watch", "desk", "--out", out, home=home)
    assert "12 items, 12 of them in 1 campaigns" in text
    assert "12 of them were flagged; from: sms 12" in said("show", out, 1, home=home)
    listed = json.loads(said("watch", "desk", "--json", home=home))["listed"]
    assert [(one["items"], one["sources"]) for one in listed] == [(12, {"sms": 12})]
    none = CliRunner().invoke(app, ["watch", "other"], env={"MINGJIAN_HOME": str(home)})
    assert none.exit_code == 1
