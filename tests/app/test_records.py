"""Tables of records: order, resumption, declared kinds, bad records."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mingjian.app.errors import UsageError
from mingjian.app.keeping import verify_store
from mingjian.app.records import RecordsRequest, examine_records
from mingjian.app.settings import Settings
from mingjian.domain.evidence import EvidenceKind

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/examination.schema.json").read_text("utf-8")
)
LINE = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/evidence"}


def _table(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["no", "body"])
        for number in range(count):
            writer.writerow([f"r{number}", f"第 {number} 条 https://a{number}.example/x 你好"])
    return path


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _request(tmp_path: Path, table: Path, **more: Any) -> RecordsRequest:
    return RecordsRequest(
        table=table, text_field="body", id_field="no", out=tmp_path / "out.jsonl", **more
    )


def test_one_line_per_record_in_order(tmp_path: Path, settings: Settings) -> None:
    done = examine_records(_request(tmp_path, _table(tmp_path / "t.csv", 1000)), settings)
    lines = _lines(tmp_path / "out.jsonl")
    assert [line["id"] for line in lines] == [f"r{number}" for number in range(1000)]
    assert (done.records, done.errors, done.resumed_at) == (1000, 0, 0)
    assert done.kinds == Counter(line["kind"] for line in lines)
    for line in lines[:5]:
        jsonschema.Draft202012Validator(LINE).validate(line)
    assert [part["kind"] for part in lines[3]["parts"]] == ["link"]
    assert list(verify_store(settings)) == []


def test_a_cut_off_run_is_taken_up(tmp_path: Path, settings: Settings) -> None:
    request = _request(tmp_path, _table(tmp_path / "t.csv", 1500))

    class CutOff(Exception):
        pass

    def stop(done: int) -> None:
        if done >= 500:
            raise CutOff

    with pytest.raises(CutOff):
        examine_records(request, settings, stop)
    partial = tmp_path / "out.jsonl.partial"
    with partial.open("ab") as file:
        file.write(b'{"id": "torn')  # as a kill in the middle of a write leaves it
    done = examine_records(request, settings)
    assert done.resumed_at >= 500
    assert [line["id"] for line in _lines(request.out)] == [f"r{n}" for n in range(1500)]
    assert not partial.exists()


def test_another_request_starts_anew(tmp_path: Path, settings: Settings) -> None:
    table = _table(tmp_path / "t.csv", 300)
    (tmp_path / "out.jsonl.partial").write_text("stale\n")
    (tmp_path / "out.jsonl.partial.json").write_text("{}")
    done = examine_records(_request(tmp_path, table), settings)
    assert done.resumed_at == 0
    assert len(_lines(tmp_path / "out.jsonl")) == 300


@pytest.mark.parametrize(
    "kind",
    ["message", "mail", "dialogue", "text", "link", "prompt", "agent-trace", "web-log"],
)
def test_declared_kind_is_kept(tmp_path: Path, settings: Settings, kind: str) -> None:
    request = _request(tmp_path, _table(tmp_path / "t.csv", 3), declared=EvidenceKind(kind))
    examine_records(request, settings)
    assert {line["kind"] for line in _lines(request.out)} == {kind}


def test_broken_records_are_lines_too(tmp_path: Path, settings: Settings) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"no": 1, "body": "ok"}\n{broken\n{"no": 3, "body": null}\n', "utf-8")
    done = examine_records(_request(tmp_path, table), settings)
    lines = _lines(tmp_path / "out.jsonl")
    assert len(lines) == 3
    assert "error" in lines[1]
    assert (done.records, done.errors) == (3, 1)
    assert sum(done.kinds.values()) == 2


def test_a_missing_field_lists_those_there_are(tmp_path: Path, settings: Settings) -> None:
    request = RecordsRequest(
        table=_table(tmp_path / "t.csv", 2), text_field="text", out=tmp_path / "o"
    )
    with pytest.raises(UsageError, match="no, body"):
        examine_records(request, settings)


def test_a_changed_table_or_output_is_named(tmp_path: Path, settings: Settings) -> None:
    request = _request(tmp_path, _table(tmp_path / "t.csv", 5))
    examine_records(request, settings)
    request.out.write_bytes(request.out.read_bytes().replace(b"plain-text", b"plain-test", 1))
    (problem,) = verify_store(settings)
    assert problem.where == str(request.out)
