"""Official texts come from outside: bounded, refused with a reason, kept by version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.app import law
from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.settings import Settings, load_settings
from mingjian.law.official import FILE_BYTES, TextRefused, compare, parse_official


def _text(**changed: object) -> bytes:
    value: dict[str, object] = {
        "id": "criminal_law",
        "title": "一部法",
        "source": "test",
        "articles": [{"no": "266", "text": "甲乙丙。"}, {"no": "274", "text": "丁戊己。"}],
    }
    return json.dumps({**value, **changed}, ensure_ascii=False).encode()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    return load_settings(language="en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "texts"
    made.mkdir()
    (made / "a.json").write_bytes(_text())
    return made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{",
        b"[" * 200_000,
        _text(id="../../etc/passwd"),
        _text(id=""),
        _text(id=7),
        _text(articles={}),
        _text(articles=["text"]),
        _text(articles=[{"no": 1, "text": "x"}]),
        _text(articles=[{"no": "1"}]),
        _text(articles=[{"no": "1", "text": "x" * 200_001}]),
        _text(articles=[{"no": str(n), "text": ""} for n in range(5_001)]),
        b" " * (FILE_BYTES + 1),
    ],
    ids=range(15),
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(TextRefused) as refused:
        parse_official(data)
    assert refused.value.why.zh
    assert refused.value.why.en


def test_a_number_printed_twice_keeps_both() -> None:
    text = parse_official(_text(articles=[{"no": "1", "text": "甲"}, {"no": "1", "text": "乙"}]))
    assert text.article("1") == "甲\n乙"


def test_compare_disregards_white_space() -> None:
    old = parse_official(_text())
    new = parse_official(
        _text(articles=[{"no": "266", "text": "甲 乙\n丙。"}, {"no": "275", "text": "庚"}])
    )
    change = compare(old, new)
    assert (change.added, change.removed, change.changed) == (("275",), ("274",), ())


def test_import_keeps_versions_and_names_what_to_look_at(folder: Path, settings: Settings) -> None:
    first = law.import_texts(folder, settings)
    assert first["texts"] == [{"id": "criminal_law", "state": "new", "articles": 2}]
    assert law.import_texts(folder, settings)["texts"][0]["state"] == "same"
    (folder / "a.json").write_bytes(
        _text(articles=[{"no": "266", "text": "改。"}, {"no": "274", "text": "丁戊己。"}])
    )
    (ahead,) = law.diff_folder(folder, settings)["texts"]
    assert ahead["changed"] == ["266"]
    assert ahead["entries"] == ["criminal-law/266"]
    assert "fraud.deepfake" in ahead["conducts"]
    assert law.texts(settings)["criminal_law"].article("266") == "甲乙丙。"
    (second,) = law.import_texts(folder, settings)["texts"]
    assert (second["state"], second["changed"]) == ("updated", ["266"])
    assert law.texts(settings)["criminal_law"].article("266") == "改。"
    kept = list((settings.home / "law" / "criminal_law").glob("*.json"))
    assert len(kept) == 2
    (shown,) = law.show("criminal-law/266", None, settings)
    assert shown["official"]["text"] == "改。"
    assert law.diff_folder(folder, settings)["texts"] == []


def test_a_refused_file_does_not_stop_the_others(folder: Path, settings: Settings) -> None:
    (folder / "b.json").write_text("no", "utf-8")
    report = law.import_texts(folder, settings)
    assert len(report["texts"]) == 1
    assert report["refused"][0]["file"] == "b.json"


def test_an_altered_text_is_not_shown(folder: Path, settings: Settings) -> None:
    law.import_texts(folder, settings)
    (path,) = (settings.home / "law" / "criminal_law").glob("*.json")
    path.write_bytes(_text(articles=[{"no": "266", "text": "伪造"}]))
    with pytest.raises(BrokenError):
        law.show("criminal-law/266", None, settings)


def test_a_damaged_index_is_named(folder: Path, settings: Settings) -> None:
    law.import_texts(folder, settings)
    (settings.home / "law" / "index.json").write_text("[1]", "utf-8")
    with pytest.raises(BrokenError):
        law.texts(settings)


def test_no_folder_and_an_empty_one(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UsageError):
        law.import_texts(tmp_path / "nowhere", settings)
    with pytest.raises(UsageError):
        law.import_texts(tmp_path, settings)


def test_search_finds_ours_and_theirs(folder: Path, settings: Settings) -> None:
    law.import_texts(folder, settings)
    kinds = {hit["kind"] for hit in law.find("诈骗罪", settings)}
    assert "entry" in kinds
    assert {hit["ref"] for hit in law.find("丁戊", settings)} == {"criminal_law:274"}
    assert law.find("", settings) == []
    assert len(law.find("法", settings, limit=3)) == 3
