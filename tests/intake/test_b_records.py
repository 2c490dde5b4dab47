"""Tables of records: every form, broken rows shown, bounds kept, memory constant."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake import records, table
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Refused
from mingjian.intake.records import read_records, record_error
from mingjian.testing.unpacking import evidence


def file_of(folder: Path, data: bytes, name: str = "table") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def parquet_of(folder: Path, count: int = 3000, name: str = "t.parquet") -> Path:
    import duckdb

    path = folder / "plain.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT i AS id, 'text ' || i AS text FROM range({count}) t(i)) "
        f"TO '{path}' (FORMAT parquet)"
    )
    return path.rename(folder / name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    text = '编号,内容\n1,你好，今天的会议改到下午\n2,"一行\n两行, 带""引号"""\n'
    rows = list(read_records(file_of(tmp_path, text.encode(encoding))))
    assert rows == [
        {"编号": "1", "内容": "你好，今天的会议改到下午"},
        {"编号": "2", "内容": '一行\n两行, 带"引号"'},
    ]


def test_tsv_nul_bytes_short_and_long_rows(tmp_path: Path) -> None:
    data = b"a\tb\tb\t\n1\t2\x00\t3\t4\n5\n6\t7\t8\t9\t10\n"
    rows = list(read_records(file_of(tmp_path, data)))
    assert rows[0] == {"a": "1", "b": "2", "b (3)": "3", "column 4": "4"}
    assert rows[1] == {"a": "5", "b": "", "b (3)": "", "column 4": ""}
    assert rows[2]["column 5"] == "10"


def test_enormous_fields_are_shown_and_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 1000)
    quoted = '"' + "y\n" * 800
    data = f"a,b\n1,{'x' * 5000}\n2,ok\n3,{quoted}\n4,ok\n".encode()
    rows = list(read_records(file_of(tmp_path, data)))
    assert [row for row in rows if record_error(row)]
    assert {"a": "2", "b": "ok"} in rows
    assert {"a": "4", "b": "ok"} in rows


def test_broken_json_line_is_a_visible_record(tmp_path: Path) -> None:
    rows = list(read_records(file_of(tmp_path, b'{"a":1}\n{"a":\n\n{"a":3}\n')))
    assert [row.get("a") for row in rows] == [1, None, 3]
    why = record_error(rows[1])
    assert why is not None
    assert "2" in why.zh


def test_json_array_larger_than_the_buffer(tmp_path: Path) -> None:
    items = [{"n": n, "text": "词" * 100} for n in range(6000)]
    data = json.dumps(items, ensure_ascii=False, indent=1).encode()
    assert len(data) > 1 << 20
    assert list(read_records(file_of(tmp_path, data))) == items


def test_json_array_cut_short_says_so(tmp_path: Path) -> None:
    rows = list(read_records(file_of(tmp_path, b'[{"a":1},{"a":2},{"a"')))
    assert [row.get("a") for row in rows] == [1, 2, None]
    assert record_error(rows[2])


def test_one_object_over_several_lines(tmp_path: Path) -> None:
    path = file_of(tmp_path, json.dumps({"a": 1}, indent=1).encode())
    assert list(read_records(path)) == [{"a": 1}]


def test_parquet_and_a_name_that_looks_like_a_pattern(tmp_path: Path) -> None:
    path = parquet_of(tmp_path, name="t[1]*.parquet")
    rows = list(read_records(path, required=["text"]))
    assert len(rows) == 3000
    assert rows[2999] == {"id": 2999, "text": "text 2999"}


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    good = parquet_of(tmp_path).read_bytes()
    for data in (b"PAR1", good[:200], good[:-5] + b"xxxxx", b"PAR1" + b"\xff" * 100 + b"PAR1"):
        with pytest.raises(Refused):
            list(read_records(file_of(tmp_path, data)))


@pytest.mark.parametrize("data", [b"id,body\n1,x\n", b'{"id":1,"body":"x"}\n'])
def test_missing_field_names_the_columns(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        list(read_records(file_of(tmp_path, data), required=["text"]))
    assert "id, body" in refused.value.why.en
    assert "text" in refused.value.why.zh


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w") as out:
        out.write("id,text\n")
        for number in range(60_000):
            out.write(f"{number},{'x' * 100}\n")
    tracemalloc.start()
    count = sum(1 for _ in read_records(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 2 << 20


def test_empty_files_have_no_records(tmp_path: Path) -> None:
    assert list(read_records(file_of(tmp_path, b""))) == []
    assert list(read_records(file_of(tmp_path, b"a,b\n"))) == []
    assert list(read_records(file_of(tmp_path, b"[]"))) == []


def test_datasets_as_evidence(tmp_path: Path) -> None:
    csv_item = evidence("甲,乙\n1,2\n".encode("gb18030"), EvidenceKind.DATASET, "csv")
    assert table.columns(csv_item) == ("甲", "乙")
    assert list(table.rows(csv_item)) == [{"甲": "1", "乙": "2"}]
    lines = BytesContent(b'bad\n{"a":1}\n')
    assert table.columns(lines, "jsonl") == ("a",)
    held = BytesContent(parquet_of(tmp_path).read_bytes())
    assert table.columns(held, "parquet") == ("id", "text")
    assert sum(1 for _ in table.rows(held, "parquet")) == 3000
    with pytest.raises(Refused):
        list(table.rows(held, "png"))


@given(st.binary(max_size=300), st.sampled_from(sorted(table.FORMATS - {"parquet"})))
def test_any_bytes_are_rows_or_refused(data: bytes, format: str) -> None:
    for row in table.rows(BytesContent(data), format):
        assert isinstance(row, dict)
