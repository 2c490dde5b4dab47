"""What happened at each source of a watch, hour by hour: looks, and what became of items."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.store.database import Database
from mingjian.store.watch_tables import watch_hour

HOUR = 3600
TALLIES = ("looks", "failed", "examined", "flagged", "dead", "shed")


def add_to_hour(
    database: Database, connection: Connection, source: int, at: float, **numbers: int
) -> None:
    """Add to the tallies of a source's hour."""
    hour = int(at // HOUR)
    here = sa.and_(watch_hour.c.source_id == source, watch_hour.c.hour == hour)
    connection.execute(
        database.insert_new(watch_hour).values(
            source_id=source, hour=hour, **dict.fromkeys(TALLIES, 0)
        )
    )
    connection.execute(
        sa.update(watch_hour)
        .where(here)
        .values({name: watch_hour.c[name] + number for name, number in numbers.items()})
    )


def hours(database: Database, ids: Sequence[int], since: int) -> list[dict[str, int]]:
    """The tallies of each source and hour from hour `since` on, oldest first."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(watch_hour)
            .where(watch_hour.c.source_id.in_(list(ids)), watch_hour.c.hour >= since)
            .order_by(watch_hour.c.hour, watch_hour.c.source_id)
        )
        return [dict(row._mapping) for row in rows]


def totals(database: Database, source: int) -> dict[str, int]:
    """The tallies of a source over all hours."""
    columns = [sa.func.coalesce(sa.func.sum(watch_hour.c[name]), 0) for name in TALLIES]
    with database.read() as connection:
        row = connection.execute(sa.select(*columns).where(watch_hour.c.source_id == source)).one()
    return {name: int(number) for name, number in zip(TALLIES, row, strict=True)}
