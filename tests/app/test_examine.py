"""Examining files and folders: everything is accounted for, whatever lies in the folder."""

from __future__ import annotations

import json
import os
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import mingjian
from mingjian.app.errors import UsageError
from mingjian.app.examine import Examined, examine_paths
from mingjian.app.keeping import verify_store
from mingjian.app.settings import Settings, load_settings

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/examination.schema.json").read_text("utf-8")
)

# cos\nsystem\n(S'true'\ntR. : protocol 0, by hand; it is never loaded.
CALLS_SYSTEM = b"cos\nsystem\n(S'true'\ntR."


def _zip(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "docket"
    place.mkdir()
    (place / "note.txt").write_text("明天下午三点开会", "utf-8")
    (place / "model.pkl").write_bytes(CALLS_SYSTEM)
    (place / "nested.zip").write_bytes(_zip(**{"inner.zip": _zip(**{"m.pkl": CALLS_SYSTEM})}))
    (place / "bomb.zip").write_bytes(_zip(zeros=bytes(64 << 20)))
    (place / "empty").write_bytes(b"")
    (place / "cut.zip").write_bytes(_zip(a=b"hello" * 100)[:40])
    (place / "link").symlink_to("/etc/passwd")
    os.mkfifo(place / "pipe")
    return place


def _examined(folder: Path, settings: Settings) -> tuple[Examined, dict[str, Any]]:
    done = examine_paths([folder], settings, case="A")
    return done, done.as_json()


def _roots(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["path"]: item for item in result["evidence"] if item["parent"] is None}


def test_every_item_is_accounted_for(folder: Path, settings: Settings) -> None:
    done, result = _examined(folder, settings)
    assert set(_roots(result)) == {f"docket/{name}" for name in os.listdir(folder)}
    assert len(done.lines) == len(os.listdir(folder))
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    assert list(verify_store(settings)) == []


def test_what_is_not_examined_says_why(folder: Path, settings: Settings) -> None:
    _, result = _examined(folder, settings)
    roots = _roots(result)
    for name in ("bomb.zip", "cut.zip", "link", "pipe"):
        gaps = roots[f"docket/{name}"]["not_examined"]
        assert gaps, name
        assert all(gap["why"]["zh"] and gap["why"]["en"] for gap in gaps)


def test_weights_of_parts_are_carried_up(folder: Path, settings: Settings) -> None:
    _, result = _examined(folder, settings)
    roots = _roots(result)
    by_sha = {item["sha256"]: item for item in result["evidence"]}
    for name in ("docket/nested.zip",):
        (weight,) = [
            weight
            for weight in roots[name]["weights"]
            if weight["proposition"] == "model.malicious"
        ]
        assert weight["opinion"]
        assert weight["flagged"]
        assert by_sha[weight["carried_from"]]["format"] == "pickle"


def test_report_in_both_languages_escapes_names(
    tmp_path: Path, settings: Settings, folder: Path
) -> None:
    (folder / "<img src=x onerror=alert(1)>.txt").write_text("hi", "utf-8")
    (folder / "a\u202egpj.txt").write_text("hi", "utf-8")
    done, _ = _examined(folder, settings)
    for language in ("zh", "en"):
        page = done.report(language)  # type: ignore[arg-type]
        assert "<img src=x" not in page
        assert "\u202e" not in page
        assert "<script" not in page
        assert "http://" not in page
    assert "检验报告" in done.report("zh")


def test_api_returns_the_published_form(folder: Path, home: Path) -> None:
    result = mingjian.examine(folder / "note.txt", case="api")
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    assert result["case"] == "api"


def test_two_runs_find_the_same(folder: Path, settings: Settings) -> None:
    _, first = _examined(folder, settings)
    _, second = _examined(folder, settings)
    assert first["run"] != second["run"]
    assert first["evidence"] == second["evidence"]


def test_a_missing_path_is_a_usage_error(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no such path"):
        examine_paths([Path("/nonexistent/evidence")], settings)


def test_reference_vault_keeps_no_copy(folder: Path, home: Path) -> None:
    settings = load_settings(workers=1, vault="reference")
    examine_paths([folder / "note.txt"], settings)
    kept = [path for path in (home / "vault").rglob("*") if path.is_file()]
    assert kept == []
    assert list(verify_store(settings)) == []
