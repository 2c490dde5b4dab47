"""Prints of watched items, by which campaigns are found: written as the item ends, read on from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.store.database import Database
from mingjian.store.watch_tables import watch_item, watch_print

if TYPE_CHECKING:
    from mingjian.store.watch_finish import Ended

PAGE = 500
"""Values in one IN list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A print, and the item that left it."""

    id: int
    """Grows with every print, and never returns."""
    source: int
    number: int
    received: float
    flagged: bool
    body: bytes
    note: bytes | None
    """Of the item, see `watch.unpacked`; None where it was forgotten."""


def enter(connection: Connection, ended: Sequence[Ended]) -> None:
    """Write the prints of items that have ended, in the caller's transaction."""
    if ended:
        connection.execute(
            sa.insert(watch_print),
            [
                {
                    "source_id": one.watched.source,
                    "number": one.watched.number,
                    "received": one.watched.listed,
                    "flagged": int(one.flagged),
                    "body": one.print,
                }
                for one in ended
            ],
        )


def after(database: Database, sources: Sequence[int], last: int, size: int) -> list[Printed]:
    """The next prints of these sources, in order."""
    return _read(
        database,
        sa.and_(watch_print.c.source_id.in_(list(sources)), watch_print.c.id > last),
        size,
    )


def named(database: Database, numbers: Iterable[int]) -> Iterator[Printed]:
    """The prints of these numbers that are still there."""
    listed = sorted(numbers)
    for start in range(0, len(listed), PAGE):
        yield from _read(database, watch_print.c.id.in_(listed[start : start + PAGE]), PAGE)


def _read(database: Database, which: sa.ColumnElement[bool], size: int) -> list[Printed]:
    query = (
        sa.select(watch_print, watch_item.c.note)
        .outerjoin(
            watch_item,
            sa.and_(
                watch_item.c.source_id == watch_print.c.source_id,
                watch_item.c.number == watch_print.c.number,
            ),
        )
        .where(which)
        .order_by(watch_print.c.id)
        .limit(size)
    )
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [
        Printed(
            id=row.id,
            source=row.source_id,
            number=row.number,
            received=row.received,
            flagged=bool(row.flagged),
            body=bytes(row.body),
            note=None if row.note is None else bytes(row.note),
        )
        for row in rows
    ]


def places(database: Database, sources: Sequence[int]) -> list[tuple[int, int, int]]:
    """(id, source, whether it was flagged) of every print, in order."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(watch_print.c.id, watch_print.c.source_id, watch_print.c.flagged)
            .where(watch_print.c.source_id.in_(list(sources)))
            .order_by(watch_print.c.id)
        )
        return [(row.id, row.source_id, row.flagged) for row in rows]


def forget(connection: Connection, source: int, before: float) -> int:
    """Delete prints of what was received before a moment, in the caller's transaction."""
    return connection.execute(
        sa.delete(watch_print).where(
            watch_print.c.source_id == source, watch_print.c.received < before
        )
    ).rowcount
