"""Tables of records, read one after another in constant memory: CSV, TSV, JSON Lines, a JSON
array of objects, or Parquet. What a file is, is decided by its first bytes.

A record that cannot be read does not end the reading: it comes as a record with the single
field `RECORD_ERROR`, whose value is a `Message`, and the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from mingjian.domain.message import Message
from mingjian.intake.limits import MIB, Refused
from mingjian.intake.text import SAMPLE, encoding_of

RECORD_ERROR = "mingjian.error"
LONGEST_RECORD = 16 * MIB
"""Characters of one line, field or JSON value; a longer one is an error record."""

Record = Mapping[str, object]


def read_records(path: Path, required: Sequence[str] = ()) -> Iterator[Record]:
    """The records of the table at `path`, in order.

    Raises `Refused` where the file is no table, or where one of the `required` fields is
    missing from its columns (for JSON: from its first record). Raises `OSError` as `open` does.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if head.startswith(b"PAR1"):
        from mingjian.intake.parquet import read_parquet

        found: Iterator[Record] = read_parquet(path)
    else:
        found = _read_text(path, head)
    first = next((record for record in _until_good(found)), None)
    if first is None:
        return
    skipped, record = first
    if record is not None:
        require_fields(record, required)
        yield from chain(skipped, (record,), found)
    else:
        yield from skipped


def record_error(record: Record) -> Message | None:
    """Why this record could not be read; None for a good record."""
    why = record.get(RECORD_ERROR)
    return why if isinstance(why, Message) else None


def require_fields(record: Record, required: Sequence[str]) -> None:
    """Raise `Refused`, listing the columns there are, unless all `required` ones are there."""
    missing = [name for name in required if name not in record]
    if missing:
        columns = ", ".join(str(name) for name in list(record)[:50])
        raise Refused(
            Message(
                f"表中没有字段“{missing[0]}”。已有字段：{columns}。",
                f"The table has no field “{missing[0]}”. Its fields are: {columns}.",
            )
        )


def _until_good(records: Iterator[Record]) -> Iterator[tuple[list[Record], Record | None]]:
    """The first good record with the error records before it."""
    errors: list[Record] = []
    for record in records:
        if record_error(record) is None:
            yield errors, record
            return
        errors.append(record)
        if len(errors) >= 1000:
            raise Refused(
                Message(
                    "文件开头的 1000 条记录都无法读取，不像是数据表。",
                    "None of the first 1,000 records can be read; this does not look like a table.",
                )
            )
    yield errors, None


def _broken(number: int, zh: str, en: str) -> Record:
    return {RECORD_ERROR: Message(f"第 {number} 行：{zh}。", f"Line {number}: {en}.")}


def _read_text(path: Path, head: bytes) -> Iterator[Record]:
    encoding = table_encoding(head)
    first = codecs.decode(head, encoding, "replace").lstrip("\ufeff \t\r\n")[:1]
    with path.open("r", encoding=encoding, errors="replace", newline="") as stream:
        if first == "{":
            yield from read_jsonl(stream)
        elif first == "[":
            yield from read_json_array(stream)
        else:
            yield from read_csv(stream)


def table_encoding(head: bytes) -> str:
    """The codec for a table that begins with `head`; NUL bytes do not make it binary."""
    found = encoding_of(head, whole=False)
    if found is None and b"\0" in head:
        found = encoding_of(head.replace(b"\0", b""), whole=False)
    if found in (None, "utf-8"):
        return "utf-8-sig"
    assert found is not None
    return found


def bounded_lines(stream: io.TextIOBase) -> Iterator[tuple[int, str | None]]:
    """(number, line) from 1; None instead of a line longer than `LONGEST_RECORD`."""
    number = 0
    while line := stream.readline(LONGEST_RECORD):
        number += 1
        if len(line) == LONGEST_RECORD and line[-1] not in "\r\n":
            while (rest := stream.readline(LONGEST_RECORD)) and rest[-1] not in "\r\n":
                pass
            yield number, None
        else:
            yield number, line


# ---- CSV and TSV -----------------------------------------------------------------------------


def delimiter_of(line: str) -> str:
    """The delimiter that stands most often in the header line."""
    outside = re.sub(r'"[^"]*"', "", line)
    return max(",\t;|", key=outside.count)


def read_csv(stream: io.TextIOBase) -> Iterator[Record]:
    """Records of a CSV or TSV with a header; fields beyond the header are kept as `column N`.

    A quote that is never closed costs at most `LONGEST_RECORD` characters, not the file.
    """
    csv.field_size_limit(LONGEST_RECORD)
    header_line = next((line for _, line in bounded_lines(stream) if line and line.strip()), None)
    if header_line is None:
        return
    header_line = header_line.lstrip("\ufeff").replace("\0", "")
    delimiter = delimiter_of(header_line)
    too_long: list[int] = []

    def lines() -> Iterator[str]:
        yield header_line
        for number, line in bounded_lines(stream):
            if line is None:
                too_long.append(number)
            else:
                yield line.replace("\0", "") if "\0" in line else line

    reader = csv.reader(lines(), delimiter=delimiter)
    names: list[str] = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            number = reader.line_num
            yield _broken(number, "字段过长或引号未闭合", "a field too long, or an open quote")
            continue
        finally:
            while too_long:
                number = too_long.pop()
                yield _broken(number, "行超出长度上限", "the line is longer than the limit")
        if not names:
            names = column_names(row)
        elif len(row) == len(names):
            yield dict(zip(names, row, strict=True))
        elif row:
            longer = [f"column {index}" for index in range(len(names) + 1, len(row) + 1)]
            padded = [*row, *[""] * (len(names) - len(row))]
            yield dict(zip([*names, *longer], padded, strict=True))


def column_names(header: Sequence[str]) -> list[str]:
    """Unique names for the columns: empty ones and repeats get their number."""
    names: list[str] = []
    seen: set[str] = set()
    for index, cell in enumerate(header, 1):
        name = cell.strip() or f"column {index}"
        if name in seen:
            name = f"{name} ({index})"
        seen.add(name)
        names.append(name)
    return names


# ---- JSON ------------------------------------------------------------------------------------


def read_jsonl(stream: io.TextIOBase) -> Iterator[Record]:
    """One JSON object a line; also one object over several lines when it is the whole file."""
    broken_first = ""
    for number, line in bounded_lines(stream):
        if line is None:
            yield _broken(number, "行超出长度上限", "the line is longer than the limit")
            continue
        if number == 1 and line.strip() == "{":
            broken_first = line
            break
        text = line.strip("\ufeff \t\r\n\0")
        if not text:
            continue
        value = _json(text)
        if isinstance(value, dict):
            yield value
        else:
            yield _broken(number, "不是完整的 JSON 对象", "not a complete JSON object")
    if broken_first:
        text = broken_first + stream.read(LONGEST_RECORD)
        value = _json(text)
        if isinstance(value, dict):
            yield value
        else:
            yield from _values(text, stream, 0)


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def read_json_array(stream: io.TextIOBase) -> Iterator[Record]:
    """The objects of one JSON array, decoded one by one."""
    text = stream.read(MIB)
    return _values(text, stream, text.index("[") + 1 if "[" in text else 0)


_BETWEEN = re.compile(r"[\s,\ufeff]*")


def _values(buffer: str, stream: io.TextIOBase, position: int) -> Iterator[Record]:
    decoder = json.JSONDecoder()
    number, ended = 0, False
    while True:
        between = _BETWEEN.match(buffer, position)
        position = between.end() if between else position
        if position < len(buffer) and buffer[position] == "]":
            return
        try:
            value, end = decoder.raw_decode(buffer, position)
        except (ValueError, RecursionError):
            pending = len(buffer) - position
            # Twice as much each time, so that a large value costs linear time.
            more = "" if ended or pending > LONGEST_RECORD else stream.read(max(MIB, pending))
            if not more:
                if pending:
                    yield _broken_value(number + 1)
                return
            buffer, position = buffer[position:] + more, 0
            continue
        if end >= len(buffer) and not ended:
            more = stream.read(MIB)
            ended = not more
            if more:
                buffer, position = buffer[position:] + more, 0
                continue
        number += 1
        position = end
        if isinstance(value, dict):
            yield value
        else:
            yield _broken_value(number)


def _broken_value(number: int) -> Record:
    return {
        RECORD_ERROR: Message(
            f"第 {number} 项：不是完整的 JSON 对象。",
            f"Item {number}: not a complete JSON object.",
        )
    }
