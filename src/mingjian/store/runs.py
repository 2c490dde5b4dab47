"""Runs and leases: who examines which item, and until when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.custody.entry import Action, Draft, canonical, now
from mingjian.casework.custody.key import CustodyKey
from mingjian.domain.message import Message
from mingjian.store import chain, paging
from mingjian.store.database import Database, StoreProblem
from mingjian.store.tables import DONE, LEASED, WAITING, case, item, run
from mingjian.store.work import Item, Leased, Progress, Run

BULK = 2000


def create_or_resume(
    database: Database,
    case_name: str,
    roots: Iterable[str],
    settings_digest: str,
    items: Iterable[Item],
    versions: Mapping[str, object],
    key: CustodyKey,
    actor: str,
) -> Run:
    """The unfinished run of the same case, roots, settings and versions, or a new one.

    All or nothing: a program killed while listing items leaves no half list behind.
    """
    wanted = canonical(list(roots)).decode()
    bound = canonical(versions)
    with database.write() as connection:
        case_id = chain.open_case(database, connection, case_name, key, actor)
        open_runs = connection.execute(
            sa.select(run).where(
                run.c.case_id == case_id,
                run.c.state == "open",
                run.c.roots == wanted,
                run.c.settings_digest == settings_digest,
            )
        ).all()
        for row in open_runs:
            if bytes(row.versions) == bound:
                return Run(id=row.id, case=case_name, items=row.item_count, resumed=True)
            # Results of two versions must not stand in one run as if they were alike.
            connection.execute(sa.update(run).where(run.c.id == row.id).values(state="left"))
        started = now()
        run_id = connection.execute(
            sa.insert(run).values(
                case_id=case_id,
                roots=wanted,
                settings_digest=settings_digest,
                versions=bound,
                state="open",
                item_count=0,
                done=0,
                failed=0,
                started=started,
            )
        ).inserted_primary_key[0]  # type: ignore[index]
        count = _insert_items(connection, run_id, items)
        finished = {"state": "done", "ended": started} if count == 0 else {}
        connection.execute(
            sa.update(run).where(run.c.id == run_id).values(item_count=count, **finished)
        )
        details = {
            "run": run_id,
            "roots": list(json.loads(wanted)),
            "items": count,
            "settings_digest": settings_digest,
            "versions": dict(versions),
        }
        chain.extend(
            database, connection, case_id, [Draft(Action.RUN_STARTED, details=details)], key, actor
        )
    return Run(id=run_id, case=case_name, items=count, state="open" if count else "done")


def _insert_items(connection: Connection, run_id: int, items: Iterable[Item]) -> int:
    count = 0
    source = iter(items)
    while bulk := list(islice(source, BULK)):
        connection.execute(
            sa.insert(item),
            [
                {
                    "run_id": run_id,
                    "ordinal": ordinal,
                    "path": one.path,
                    "name": one.name,
                    "declared": one.declared,
                    "size": one.size,
                    "mtime": one.mtime,
                    "state": WAITING,
                    "attempts": 0,
                    "skip": b"[]",
                }
                for ordinal, one in enumerate(bulk, start=count)
            ],
        )
        count += len(bulk)
    return count


def lease(database: Database, run_id: int, owner: str, count: int, seconds: float) -> list[Leased]:
    """Up to `count` items nobody has, in order, for `seconds`; then expired leases."""
    with database.write() as connection:
        at = database.now(connection)
        rows = _free(connection, run_id, item.c.state == WAITING, count)
        if len(rows) < count:
            expired = sa.and_(item.c.state == LEASED, item.c.until < at)
            lost = _free(connection, run_id, expired, count - len(rows))
            # Nobody said that their workers died, but that is why a lease expires.
            first = {row.owner: row.ordinal for row in reversed(lost)}
            _blame(connection, run_id, list(first.values()))
            rows += lost
        if not rows:
            return []
        ordinals = [row.ordinal for row in rows]
        updated = connection.execute(
            sa.update(item)
            .where(item.c.run_id == run_id, item.c.ordinal.in_(ordinals))
            .values(state=LEASED, owner=owner, until=at + seconds, attempts=item.c.attempts + 1)
            .returning(item)
        ).all()
    return [
        Leased(
            ordinal=row.ordinal,
            item=Item(
                path=row.path,
                name=row.name,
                size=row.size,
                mtime=row.mtime,
                declared=row.declared,
            ),
            attempt=row.attempts,
            owner=owner,
            blamed=row.blamed,
        )
        for row in sorted(updated, key=lambda row: row.ordinal)
    ]


def _blame(connection: Connection, run_id: int, ordinals: Sequence[int]) -> None:
    if ordinals:
        connection.execute(
            sa.update(item)
            .where(item.c.run_id == run_id, item.c.ordinal.in_(ordinals))
            .values(blamed=item.c.blamed + 1)
        )


def _free(
    connection: Connection, run_id: int, free: sa.ColumnElement[bool], count: int
) -> list[sa.Row[tuple[object, ...]]]:
    return list(
        connection.execute(
            sa.select(item)
            .where(item.c.run_id == run_id, free)
            .order_by(item.c.ordinal)
            .limit(count)
            .with_for_update(skip_locked=True)
        )
    )


def renew(database: Database, run_id: int, owner: str, seconds: float) -> int:
    """Lengthen all leases of `owner`; how many it still has."""
    with database.write() as connection:
        until = database.now(connection) + seconds
        result = connection.execute(
            sa.update(item)
            .where(item.c.run_id == run_id, item.c.state == LEASED, item.c.owner == owner)
            .values(until=until)
        )
        return result.rowcount


def release(database: Database, run_id: int, owner: str, *, died: bool = False) -> int:
    """Give back all leases of `owner`; how many there were.

    Workers finish items in order, so when one `died`, the first item it still had is the one
    it may have died of; that is counted, so that no item can stop a run for ever.
    """
    with database.write() as connection:
        held = sa.and_(item.c.run_id == run_id, item.c.state == LEASED, item.c.owner == owner)
        if died:
            first = connection.scalar(sa.select(sa.func.min(item.c.ordinal)).where(held))
            _blame(connection, run_id, [] if first is None else [first])
        result = connection.execute(
            sa.update(item).where(held).values(state=WAITING, owner=None, until=None)
        )
        return result.rowcount


def owners(database: Database, run_id: int) -> list[str]:
    """Everyone who has items of this run leased now."""
    with database.read() as connection:
        found = connection.scalars(
            sa.select(item.c.owner)
            .where(item.c.run_id == run_id, item.c.state == LEASED)
            .distinct()
        ).all()
    return [owner for owner in found if owner is not None]


def progress(database: Database, run_id: int) -> Progress:
    with database.read() as connection:
        row = connection.execute(
            sa.select(run.c.item_count, run.c.done, run.c.failed).where(run.c.id == run_id)
        ).one_or_none()
    if row is None:
        raise StoreProblem(
            Message(f"没有编号为 {run_id} 的检验运行。", f"There is no run number {run_id}.")
        )
    return Progress(items=row.item_count, done=row.done, failed=row.failed)


def runs(database: Database, case_name: str | None = None, state: str | None = None) -> list[Run]:
    """All runs, newest first; those of one case or in one state, if given."""
    query = sa.select(run, case.c.name).join(case).order_by(run.c.id.desc())
    if case_name is not None:
        query = query.where(case.c.name == case_name)
    if state is not None:
        query = query.where(run.c.state == state)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [Run(id=row.id, case=row.name, items=row.item_count, state=row.state) for row in rows]


def items(database: Database, run_id: int) -> Iterator[tuple[int, Item, bool]]:
    """Every item of a run in order: ordinal, item, whether it has a result."""
    query = sa.select(item).where(item.c.run_id == run_id)
    for row in paging.rows(database.read, query, item.c.ordinal):
        one = Item(
            path=row.path, name=row.name, size=row.size, mtime=row.mtime, declared=row.declared
        )
        yield row.ordinal, one, row.state >= DONE
