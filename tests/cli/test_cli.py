"""The command line as a person meets it: exit codes, languages, quick help, clear errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = [sys.executable, "-m", "mingjian.cli.main"]


def run(
    *arguments: str | Path, home: Path, language: str = "en"
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "MINGJIAN_HOME": str(home),
        "MINGJIAN_LANGUAGE": language,
        "MINGJIAN_WORKERS": "1",
    }
    command = [*MAIN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("明天下午三点开会", "utf-8")
    return path


def test_help_imports_nothing_heavy() -> None:
    heavy = (
        "numpy sqlalchemy duckdb c2pa lxml PIL pikepdf pydantic cryptography jinja2 rich.progress "
        "mutagen py7zr"
    )
    code = (
        "import sys\nsys.argv = ['mingjian', '--help']\n"
        "from mingjian.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in '{heavy}'.split() if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mingjian", "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "examine" in done.stdout


@pytest.mark.parametrize(("language", "word"), [("zh", "检验"), ("en", "Examine")])
def test_help_speaks_the_language(home: Path, language: str, word: str) -> None:
    done = run("--help", home=home, language=language)
    assert done.returncode == 0
    assert word in done.stdout


def test_examine_prints_a_table_and_exits_0(home: Path, note: Path) -> None:
    done = run("examine", note, home=home)
    assert done.returncode == 0, done.stderr
    assert "note.txt" in done.stdout


def test_json_is_one_document(home: Path, note: Path) -> None:
    done = run("examine", note, "--json", home=home)
    assert json.loads(done.stdout)["evidence"][0]["path"] == "note.txt"


@pytest.mark.parametrize(
    "arguments",
    [
        ("examine",),
        ("examine", "/nonexistent/path"),
        ("examine", ".", "--as", "poem"),
        ("examine", ".", "--lang", "fr"),
        ("examine", ".", "--fail-on", "nothing"),
        ("examine", "--records", "/nonexistent.csv", "--text-field", "a", "--out", "b"),
        ("examine", "--records", "/nonexistent.csv"),
        ("evidence", "show", "zz"),
        ("detectors", "no.such"),
        ("custody", "verify", "/nonexistent.jsonl"),
        ("no-such-command",),
    ],
)
def test_usage_errors_exit_2_and_explain(home: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, home=home)
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_fail_on_exits_1(home: Path, note: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(note)
    assert run("examine", folder, "--fail-on", "gap", home=home).returncode == 1
    assert run("examine", note, "--fail-on", "flagged", home=home).returncode == 0


def test_a_store_that_cannot_be_used_exits_4(tmp_path: Path, note: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mingjian.sqlite3").write_bytes(b"this is no database" * 100)
    done = run("examine", note, home=home)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_names_sources_and_states(home: Path) -> None:
    done = run("doctor", "--json", home=home)
    state = json.loads(done.stdout)
    sources = {row["name"]: row["source"] for row in state["settings"]}
    assert sources["workers"] == "environment"
    assert sources["vault"] == "built-in"
    assert {row["state"] for row in state["detectors"]} <= {"live", "unavailable"}


def test_settings_file_is_read_and_checked(home: Path) -> None:
    home.mkdir()
    (home / "settings.toml").write_text('vault = "reference"\n')
    done = run("doctor", "--json", home=home)
    (row,) = [row for row in json.loads(done.stdout)["settings"] if row["name"] == "vault"]
    assert row["value"] == "reference"
    assert row["source"].endswith("settings.toml")
    (home / "settings.toml").write_text('vault = "maybe"\n')
    done = run("doctor", home=home)
    assert done.returncode == 2
    assert "vault" in done.stderr


def test_evidence_show_and_custody(home: Path, note: Path, tmp_path: Path) -> None:
    found = json.loads(run("examine", note, "--json", "--case", "A", home=home).stdout)
    sha = found["evidence"][0]["sha256"]
    assert sha in run("evidence", "show", sha[:8], home=home).stdout
    assert run("custody", "verify", home=home).returncode == 0
    exported = tmp_path / "custody.jsonl"
    assert run("custody", "export", exported, "--case", "A", home=home).returncode == 0
    assert run("custody", "verify", exported, home=tmp_path / "elsewhere").returncode == 0


def test_one_flipped_byte_of_evidence_is_named(home: Path, note: Path) -> None:
    found = json.loads(run("examine", note, "--json", home=home).stdout)
    sha = found["evidence"][0]["sha256"]
    kept = home / "vault" / sha[:2] / sha[2:]
    kept.chmod(0o600)
    data = bytearray(kept.read_bytes())
    data[3] ^= 1
    kept.write_bytes(data)
    done = run("custody", "verify", home=home)
    assert done.returncode == 1
    assert sha in done.stdout
