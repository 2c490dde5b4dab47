"""`mingjian law` as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = [sys.executable, "-m", "mingjian.cli.main", "law"]


def run(*arguments: object, home: Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MINGJIAN_HOME": str(home), "MINGJIAN_LANGUAGE": language}
    command = [*MAIN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_match_names_band_reason_and_that_it_is_a_suggestion(home: Path) -> None:
    given = ("--conduct", "fraud.deepfake", "--date", "2026-02-01", "--amount", "40000")
    done = run("match", *given, "--if", "telecom", home=home)
    assert done.returncode == 0, done.stderr
    assert "never a finding of guilt" in done.stdout
    assert "40,000 ≥ 30,000" in done.stdout
    assert "prison 3–10 years" in done.stdout
    assert "Public Security Administration Punishments Law (2025), Art. 58" in done.stdout
    chinese = run("match", *given, "--if", "telecom", "--lang", "zh", home=home)
    assert "不是有罪认定" in chinese.stdout
    assert "有期徒刑 3–10 年" in chinese.stdout


def test_match_from_a_file_with_options_on_top(home: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps(
            {
                "conducts": ["pi.infringement"],
                "date": "2026-02-01",
                "counts": {"personal_information.other": 10},
            }
        ),
        "utf-8",
    )
    counted = ("--count", "personal_information.sensitive=600")
    done = run("match", "--facts", facts, *counted, "--json", home=home)
    report = json.loads(done.stdout)
    (conduct,) = report["conducts"]
    found = {item["ref"]: item for item in conduct["jurisdictions"]["CN"]["articles"]}
    assert found["criminal-law/253-1"]["band"]["index"] == 1
    assert report["counts"] == {
        "personal_information.other": 10,
        "personal_information.sensitive": 600.0,
    }


def test_show_follows_the_date_and_paragraphs(home: Path) -> None:
    old = run("show", "cybersecurity-law-2025/66", "--on", "2025-06-01", home=home)
    assert "Cybersecurity Law (2016), Art. 63" in old.stdout
    assert "not verified yet" in old.stdout
    several = run("show", "criminal-law/285", "--json", home=home)
    assert [item["asked"] for item in json.loads(several.stdout)] == [
        "criminal-law/285(1)",
        "criminal-law/285(2)",
        "criminal-law/285(3)",
    ]
    early = run("show", "criminal-law/287-2", "--on", "2010-01-01", home=home)
    assert "not then" in early.stdout


def test_import_then_show_has_both_wordings(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    value = {"id": "criminal_law", "title": "法", "articles": [{"no": "266", "text": "官方的话"}]}
    (folder / "law.json").write_text(json.dumps(value), "utf-8")
    assert run("import", folder, home=home).returncode == 0
    shown = run("show", "criminal-law/266", home=home)
    assert "官方的话" in shown.stdout
    assert "Deceiving people" in shown.stdout
    (folder / "broken.json").write_text("{", "utf-8")
    assert run("import", folder, home=home).returncode == 1


def test_check_is_sound_and_lists_what_is_unverified(home: Path) -> None:
    done = run("check", "--json", home=home)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["problems"] == []
    assert report["unverified"]


def test_diff_between_days_and_words_and_search(home: Path) -> None:
    done = run("diff", "--from", "2025-12-31", "--to", "2026-01-01", home=home)
    assert "Art. 25 → Public Security Administration Punishments Law (2025), Art. 29" in done.stdout
    assert "fraud.deepfake" in run("words", home=home).stdout
    assert "criminal-law/266" in run("search", "fraud", home=home).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("match",),
        ("match", "--conduct", "no.such"),
        ("match", "--conduct", "fraud.deepfake", "--date", "soon"),
        ("match", "--conduct", "fraud.deepfake", "--count", "views"),
        ("match", "--facts", "nowhere.json"),
        ("show", "criminal-law/9999"),
        ("show", "criminal-law/266", "--on", "32"),
        ("import", "nowhere"),
        ("diff",),
        ("diff", "--from", "2026-01-01"),
    ],
)
def test_what_is_off_is_said_plainly(arguments: tuple[str, ...], home: Path) -> None:
    for language in ("zh", "en"):
        done = run(*arguments, home=home, language=language)
        assert done.returncode == 2
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr
