"""Evidence as text to scan: whole, in blocks of constant memory, or row by row from Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.contract import NotExaminable
from mingjian.domain.evidence import Evidence
from mingjian.intake.limits import Refused
from mingjian.intake.records import record_error
from mingjian.intake.text import blocks

_CUT = re.compile(r"[\s,;，；。}\]]")
_CARRY = 512
_ROWS = 2_000
_CELL = 4_096


def stretches(evidence: Evidence) -> Iterator[tuple[int, str]]:
    """Stretches of text with their place in the whole, cut where no item is cut through.

    Intake cuts at line ends; a line longer than a block is cut at a separator near its end,
    and what follows the cut is carried into the next stretch.
    """
    if evidence.text is not None:
        yield 0, evidence.text
    elif evidence.format == "parquet":
        yield from _table(evidence)
    else:
        yield from _blocks(evidence)


def _blocks(evidence: Evidence) -> Iterator[tuple[int, str]]:
    carried, start = "", 0
    for block in blocks(evidence):
        text = carried + block.text
        carried = ""
        if not text.endswith("\n") and len(text) > 2 * _CARRY:
            cuts = list(_CUT.finditer(text, len(text) - _CARRY))
            cut = cuts[0].end() if cuts else len(text)
            text, carried = text[:cut], text[cut:]
        yield start, text
        start += len(text)
    if carried:
        yield start, carried


def _table(evidence: Evidence) -> Iterator[tuple[int, str]]:
    """Rows as tab-separated lines under a header line, so that columns keep their names."""
    from mingjian.intake.table import rows

    lines: list[str] = []
    header: tuple[str, ...] = ()
    offset = 0
    try:
        for row in rows(evidence.content, evidence.format):
            if record_error(row) is not None:
                continue
            names = tuple(map(str, row))
            if names != header:
                header = names
                lines.append("\t".join(map(_flat, names)))
            lines.append("\t".join("" if v is None else _flat(v) for v in row.values()))
            if len(lines) >= _ROWS:
                text = "\n".join(lines) + "\n"
                yield offset, text
                offset += len(text)
                lines.clear()
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    if lines:
        yield offset, "\n".join(lines) + "\n"


def _flat(value: object) -> str:
    return str(value)[:_CELL].replace("\t", " ").replace("\n", " ").replace("\r", " ")
