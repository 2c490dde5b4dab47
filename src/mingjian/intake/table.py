"""Datasets as evidence: their columns, and their rows one after another in constant memory."""

from __future__ import annotations

import io
from collections.abc import Iterator

from mingjian.domain.evidence import Content, Evidence
from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.records import (
    Record,
    read_csv,
    read_json_array,
    read_jsonl,
    record_error,
    table_encoding,
)
from mingjian.intake.text import SAMPLE
from mingjian.intake.unpack.damage import ViewFile

FORMATS = frozenset({"csv", "tsv", "jsonl", "json", "parquet", "wechat-csv"})


def rows(source: Evidence | Content, format: str | None = None) -> Iterator[Record]:
    """The rows of a dataset in `format` (that of the evidence where not given).

    A row that cannot be read comes as an error record (`records.record_error`). Raises
    `Refused` for a format that is no table and for a file that cannot be read at all.
    """
    content = source.content if isinstance(source, Evidence) else source
    name = format or (source.format if isinstance(source, Evidence) else "")
    if name not in FORMATS:
        raise Refused(Message(f"格式“{name}”不是数据表。", f"The format “{name}” is not a table."))
    if name == "parquet":
        from mingjian.intake.parquet import read_parquet_content

        yield from read_parquet_content(content)
        return
    view = content.view()
    encoding = (source.identity.encoding if isinstance(source, Evidence) else None) or (
        table_encoding(bytes(view[:SAMPLE]))
    )
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    with io.TextIOWrapper(
        io.BufferedReader(ViewFile(view), 1 << 18), encoding=encoding, errors="replace", newline=""
    ) as stream:
        if name == "jsonl":
            yield from read_jsonl(stream)
        elif name == "json":
            yield from read_json_array(stream)
        else:
            yield from read_csv(stream)


def columns(source: Evidence | Content, format: str | None = None) -> tuple[str, ...]:
    """The names of the columns, from the first row that can be read; () for an empty table."""
    for row in rows(source, format):
        if record_error(row) is None:
            return tuple(row)
    return ()
