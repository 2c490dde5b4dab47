"""The custody chains in the database: one head per case, moved under its row's lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.custody.entry import Action, Draft, Entry, Head, append, now
from mingjian.casework.custody.key import CustodyKey, PublicKeys
from mingjian.store import listing, paging
from mingjian.store.database import Database
from mingjian.store.list_tables import MILESTONE
from mingjian.store.tables import ID_OF, case, custody_entry, custody_key


def open_case(
    database: Database, connection: Connection, name: str, key: CustodyKey, actor: str
) -> int:
    """The id of the case, opened (with its first custody entry) if it is new."""
    found = connection.scalar(ID_OF, {"name": name})
    if found is not None:
        return int(found)
    head = Head.of_new(name)
    connection.execute(
        database.insert_new(case).values(
            name=name, opened=now(), head_seq=head.seq, head_hash=head.hash
        )
    )
    case_id = int(connection.scalar(ID_OF, {"name": name}) or 0)
    if _head(connection, case_id)[1].seq == 0:
        at = now()
        extend(database, connection, case_id, [Draft(Action.CASE_OPENED)], key, actor, at)
        listing.restate(connection, case_id, name, at)
    return case_id


def _head(connection: Connection, case_id: int) -> tuple[str, Head]:
    """The case's name and head, locked until the transaction ends (PostgreSQL: row lock;
    SQLite: the write transaction itself is the lock)."""
    row = connection.execute(
        sa.select(case.c.name, case.c.head_seq, case.c.head_hash)
        .where(case.c.id == case_id)
        .with_for_update()
    ).one()
    return row.name, Head(row.head_seq, row.head_hash)


def extend(
    database: Database,
    connection: Connection,
    case_id: int,
    drafts: Sequence[Draft],
    key: CustodyKey,
    actor: str,
    at: str | None = None,
) -> Head:
    """Chain, sign and write `drafts` inside the caller's write transaction; the new head.

    `at` is the time they carry, if it was taken already in this transaction.
    """
    name, head = _head(connection, case_id)
    entries = append(name, head, drafts, key, actor, at or now())
    if not entries:
        return head
    connection.execute(database.insert_new(custody_key).values(id=key.id, public=key.public))
    connection.execute(
        sa.insert(custody_entry),
        [
            {
                "case_id": case_id,
                "seq": entry.seq,
                "action": entry.action,
                "subject": entry.subject,
                "hash": entry.hash,
                "line": entry.line(),
            }
            for entry in entries
        ],
    )
    last = entries[-1]
    connection.execute(
        sa.update(case).where(case.c.id == case_id).values(head_seq=last.seq, head_hash=last.hash)
    )
    return Head(last.seq, last.hash)


def stored_lines(database: Database, case_id: int) -> Iterator[sa.Row[tuple[object, ...]]]:
    """The entry rows of a case in order, a page at a time: constant memory, no long lock."""
    query = sa.select(custody_entry).where(custody_entry.c.case_id == case_id)
    return paging.rows(database.read, query, custody_entry.c.seq)


def stored_entries(database: Database, case_id: int, subject: str | None = None) -> Iterator[Entry]:
    """The entries of a case, oldest first; only those about one evidence, if given."""
    if subject is None:
        for row in stored_lines(database, case_id):
            yield Entry.parse(bytes(row.line))
        return
    with database.read() as connection:
        lines = connection.scalars(
            sa.select(custody_entry.c.line)
            .where(custody_entry.c.case_id == case_id, custody_entry.c.subject == subject)
            .order_by(custody_entry.c.seq)
        ).all()
    for line in lines:
        yield Entry.parse(bytes(line))


def milestones(database: Database, case_id: int, after: int, size: int | None) -> list[Entry]:
    """The entries of a case that are not about one piece of evidence, oldest first."""
    with database.read() as connection:
        lines = connection.scalars(
            sa.select(custody_entry.c.line)
            .where(custody_entry.c.case_id == case_id, custody_entry.c.seq > after, MILESTONE)
            .order_by(custody_entry.c.seq)
            .limit(size)
        ).all()
    return [Entry.parse(bytes(line)) for line in lines]


def count_milestones(database: Database, case_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(custody_entry)
    with database.read() as connection:
        found = connection.scalar(counted.where(custody_entry.c.case_id == case_id, MILESTONE))
    return int(found or 0)


def head_of(database: Database, case_id: int) -> Head:
    """Where the chain of a case stands."""
    with database.read() as connection:
        row = connection.execute(_HEAD, {"id": case_id}).one()
    return Head(row.head_seq, row.head_hash)


_HEAD = sa.select(case.c.head_seq, case.c.head_hash).where(case.c.id == sa.bindparam("id"))


def public_keys(database: Database) -> PublicKeys:
    """Every public key that has signed here."""
    with database.read() as connection:
        rows = connection.execute(sa.select(custody_key.c.id, custody_key.c.public)).all()
    return {row.id: bytes(row.public) for row in rows}
