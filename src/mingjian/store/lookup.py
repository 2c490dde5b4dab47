"""Reading back: results in item order, evidence by its hash."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mingjian.store import paging
from mingjian.store.database import Database
from mingjian.store.paging import Read
from mingjian.store.tables import case, evidence, record, run
from mingjian.store.work import EvidenceRow, RecordRow


def results(database: Database, run_id: int) -> Iterator[RecordRow]:
    """The records of a run in item order, a page at a time (constant memory)."""
    return map(_record, rows_of(database.read, run_id))


def rows_of(read: Read, run_id: int) -> Iterator[Any]:
    """The rows behind them."""
    query = sa.select(record).where(record.c.run_id == run_id)
    return paging.rows(read, query, record.c.ordinal, record.c.number)


def records_of(database: Database, sha256: str) -> list[RecordRow]:
    """Every record about one evidence, newest run first."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(record)
            .where(record.c.sha256 == sha256)
            .order_by(record.c.run_id.desc(), record.c.ordinal, record.c.number)
        ).all()
    return [_record(row) for row in rows]


def item_records(database: Database, run_id: int, ordinal: int) -> list[RecordRow]:
    """The records of one item of a run: its own first, then its parts."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(record)
            .where(record.c.run_id == run_id, record.c.ordinal == ordinal)
            .order_by(record.c.number)
        ).all()
    return [_record(row) for row in rows]


def records_at(
    database: Database, run_id: int, ordinals: Sequence[int]
) -> dict[int, list[RecordRow]]:
    """The records of some items of a run, by ordinal: an item's own first, then its parts."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(record)
            .where(record.c.run_id == run_id, record.c.ordinal.in_(ordinals))
            .order_by(record.c.ordinal, record.c.number)
        ).all()
    found: dict[int, list[RecordRow]] = {}
    for row in rows:
        found.setdefault(row.ordinal, []).append(_record(row))
    return found


@dataclass(frozen=True, slots=True)
class FoundIn:
    """A place where an evidence was found."""

    case: str
    run: int
    ordinal: int
    number: int
    path: str


def found_in(database: Database, sha256: str, limit: int) -> list[FoundIn]:
    """Where an evidence was found, newest run first; no record is read."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(case.c.name, run.c.id, record.c.ordinal, record.c.number, record.c.path)
            .join(run, run.c.id == record.c.run_id)
            .join(case, case.c.id == run.c.case_id)
            .where(record.c.sha256 == sha256)
            .order_by(record.c.run_id.desc(), record.c.ordinal, record.c.number)
            .limit(limit)
        ).all()
    return [FoundIn(*row) for row in rows]


def find_evidence(database: Database, prefix: str, limit: int = 20) -> list[EvidenceRow]:
    """Evidence whose SHA-256 begins with `prefix` (lower-case hex), at most `limit`."""
    # The next text after all those with the prefix: keeps the primary key's index in use.
    with database.read() as connection:
        rows = connection.execute(
            sa.select(evidence)
            .where(evidence.c.sha256 >= prefix, evidence.c.sha256 < prefix + "g")
            .order_by(evidence.c.sha256)
            .limit(limit)
        ).all()
    return [
        EvidenceRow(
            sha256=row.sha256,
            sm3=row.sm3,
            size=row.size,
            kind=row.kind,
            format=row.format,
            vaulted=bool(row.vaulted),
        )
        for row in rows
    ]


def _record(row: Any) -> RecordRow:
    body = json.loads(zlib.decompress(bytes(row.body)))
    return RecordRow(run=row.run_id, ordinal=row.ordinal, number=row.number, record=body)
