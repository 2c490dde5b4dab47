"""What the records of a case show, kept once they were read: of a large case that takes long.

It is made from records; losing it loses nothing, and nothing of it is bound into custody.
"""

from __future__ import annotations

import zlib

import sqlalchemy as sa

from mingjian.store.database import Database
from mingjian.store.list_tables import case_line
from mingjian.store.tables import ID_OF, case, case_seen


def of_case(database: Database, name: str) -> bytes | None:
    """What was kept, unless what the case holds has changed since."""
    with database.read() as connection:
        body = connection.scalar(_KEPT, {"name": name})
    return zlib.decompress(body) if body is not None else None


_KEPT = (
    sa.select(case_seen.c.body)
    .join(case, case.c.id == case_seen.c.case_id)
    .join(case_line, case_line.c.case_id == case_seen.c.case_id)
    .where(case.c.name == sa.bindparam("name"), case_line.c.version == case_seen.c.version)
)


def keep(database: Database, name: str, version: int, body: bytes) -> None:
    """Keep what was read of a case while it was at this `version`, in place of what was kept."""
    with database.write() as connection:
        case_id = connection.scalar(ID_OF, {"name": name})
        # The case's row is the lock: two who read at once write one after the other.
        connection.execute(sa.select(case.c.id).where(case.c.id == case_id).with_for_update())
        connection.execute(sa.delete(case_seen).where(case_seen.c.case_id == case_id))
        row = {"case_id": case_id, "version": version, "body": zlib.compress(body, 1)}
        connection.execute(sa.insert(case_seen).values(row))
