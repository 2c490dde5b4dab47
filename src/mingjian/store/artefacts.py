"""The index of artefacts: what each case holds, so that others with the same are found.

It is made from records whenever a case's chain has grown; losing it loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from mingjian.store.database import Database
from mingjian.store.tables import case, case_artefact, case_indexed

Found = tuple[str, str, int]
"""Kind, value, how often."""


def index(database: Database, name: str, found: Callable[[], Iterable[Found]]) -> bool:
    """Keep what `found` gives for the case, unless its chain is where it was; whether it ran.

    What is read while somebody else adds to the case is indexed again the next time.
    """
    with database.read() as connection:
        row = connection.execute(
            sa.select(case.c.id, case.c.head_seq, case_indexed.c.seq)
            .join(case_indexed, case_indexed.c.case_id == case.c.id, isouter=True)
            .where(case.c.name == name)
        ).one()
    if row.seq == row.head_seq:
        return False
    rows = [
        {"case_id": row.id, "kind": kind, "value": value, "times": times}
        for kind, value, times in found()
    ]
    with database.write() as connection:
        # The case's row is the lock: two who index at once write one after the other.
        connection.execute(sa.select(case.c.id).where(case.c.id == row.id).with_for_update())
        connection.execute(sa.delete(case_artefact).where(case_artefact.c.case_id == row.id))
        connection.execute(sa.delete(case_indexed).where(case_indexed.c.case_id == row.id))
        if rows:
            connection.execute(sa.insert(case_artefact), rows)
        connection.execute(sa.insert(case_indexed).values(case_id=row.id, seq=row.head_seq))
    return True


def behind(database: Database) -> list[str]:
    """The cases whose chains have grown since they were indexed."""
    with database.read() as connection:
        rows = connection.scalars(
            sa.select(case.c.name)
            .join(case_indexed, case_indexed.c.case_id == case.c.id, isouter=True)
            .where(sa.func.coalesce(case_indexed.c.seq, -1) != case.c.head_seq)
            .order_by(case.c.id)
        ).all()
    return list(rows)


def of_case(database: Database, name: str) -> list[tuple[str, str, int, int]]:
    """Kind, value, how often in this case, in how many cases; by kind and value."""
    other = case_artefact.alias()
    holders = (
        sa.select(sa.func.count())
        .where(other.c.kind == case_artefact.c.kind, other.c.value == case_artefact.c.value)
        .scalar_subquery()
    )
    with database.read() as connection:
        rows = connection.execute(
            sa.select(case_artefact.c.kind, case_artefact.c.value, case_artefact.c.times, holders)
            .join(case, case.c.id == case_artefact.c.case_id)
            .where(case.c.name == name)
            .order_by(case_artefact.c.kind, case_artefact.c.value)
        ).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def shared(database: Database, name: str) -> list[tuple[str, str, str, int]]:
    """Other case, kind, value, and in how many cases it is, for all this case shares."""
    own, other, every = case_artefact.alias(), case_artefact.alias(), case_artefact.alias()
    holders = (
        sa.select(sa.func.count())
        .where(every.c.kind == own.c.kind, every.c.value == own.c.value)
        .scalar_subquery()
    )
    this, that = case.alias(), case.alias()
    with database.read() as connection:
        rows = connection.execute(
            sa.select(that.c.name, own.c.kind, own.c.value, holders)
            .join(this, sa.and_(this.c.id == own.c.case_id, this.c.name == name))
            .join(
                other,
                sa.and_(
                    other.c.kind == own.c.kind,
                    other.c.value == own.c.value,
                    other.c.case_id != own.c.case_id,
                ),
            )
            .join(that, that.c.id == other.c.case_id)
        ).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]
