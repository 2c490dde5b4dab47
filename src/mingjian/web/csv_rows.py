"""Tables as CSV that a spreadsheet may open: no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from mingjian.casework.document.blocks import visible

STARTS = tuple("=+-@＝＋－＠\t\r\n")
"""A cell that begins with one of these may be run as a formula."""
Cell = str | int | float | None


def cell(value: Cell) -> str:
    """A cell: text with control characters spelt out, and a quote before what could be run."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = visible(value)
    return f"'{text}" if text.lstrip().startswith(STARTS) or value.startswith(STARTS) else text


def lines(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The rows as UTF-8 with a mark by which spreadsheets know it, some at a time."""
    out = io.StringIO("\ufeff", newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    for number, row in enumerate(rows):
        writer.writerow([cell(value) for value in row])
        if number == 0 or out.tell() > 1 << 16:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode("utf-8", "backslashreplace")
    out.seek(0)
    out.truncate()
    return data
