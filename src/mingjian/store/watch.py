"""What a watch keeps: sources, the items they held, and what became of each, once.

An item is named by its source and the key it has there. Listing an item moves the source's
position in the same transaction, and only if nobody else has moved it; finishing one writes only
where it still waits. So "once" rests on transactions, not on who is alive.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.domain.message import Message
from mingjian.store import paging
from mingjian.store.database import Database
from mingjian.store.watch_hours import add_to_hour
from mingjian.store.watch_tables import (
    DEAD,
    EXAMINED,
    SHED,
    WAITING,
    watch_item,
    watch_source,
)

Json = dict[str, Any]
PAGE = 500
"""Values in one IN list."""


class Overtaken(Exception):
    """Somebody else has read this source meanwhile; what was listed here is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as it is kept."""

    id: int
    watch: str
    name: str
    kind: str
    position: Json
    revision: int
    looked: float | None
    problem: Message | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Something a source holds: the key that names it there, and how to get at it."""

    key: str
    locator: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A listed item as it is kept."""

    source: int
    number: int
    key: str
    locator: Json
    listed: float
    state: int
    attempts: int
    ended: float | None
    event: float | None
    sha256: str | None
    note: Json
    run: int | None
    ordinal: int | None


def packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode(), 1)


def unpacked(value: bytes | None) -> Json:
    if value is None:
        return {}
    read: Json = json.loads(zlib.decompress(bytes(value)))
    return read


def _locator(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _source(row: Any) -> SourceRow:
    problem = None if row.problem is None else json.loads(bytes(row.problem))
    return SourceRow(
        id=row.id,
        watch=row.watch,
        name=row.name,
        kind=row.kind,
        position=json.loads(bytes(row.position)),
        revision=row.revision,
        looked=row.looked,
        problem=None if problem is None else Message(problem["zh"], problem["en"]),
    )


def _watched(row: Any) -> Watched:
    return Watched(
        source=row.source_id,
        number=row.number,
        key=row.key,
        locator=json.loads(bytes(row.locator)),
        listed=row.listed,
        state=row.state,
        attempts=row.attempts,
        ended=row.ended,
        event=row.event,
        sha256=row.sha256,
        note=unpacked(row.note),
        run=row.run_id,
        ordinal=row.ordinal,
    )


# ---- sources ------------------------------------------------------------------------------


def open_source(database: Database, watch: str, name: str, kind: str) -> SourceRow:
    """The source, entered if it is new."""
    named = sa.and_(watch_source.c.watch == watch, watch_source.c.name == name)
    with database.write() as connection:
        connection.execute(
            database.insert_new(watch_source).values(
                watch=watch, name=name, kind=kind, position=b"{}", revision=0, listed=0
            )
        )
        return _source(connection.execute(sa.select(watch_source).where(named)).one())


def sources(database: Database, watch: str | None = None) -> list[SourceRow]:
    """The sources of one watch, or of all."""
    query = sa.select(watch_source).order_by(watch_source.c.watch, watch_source.c.name)
    if watch is not None:
        query = query.where(watch_source.c.watch == watch)
    with database.read() as connection:
        return [_source(row) for row in connection.execute(query)]


def enter_listed(
    database: Database, source: SourceRow, listed: Sequence[Listed], position: Json
) -> tuple[SourceRow, int, list[str]]:
    """Keep what a look at a source brought: new items wait, and the position moves.

    Returns the source as it stands, how many were new, and keys that were listed before and no
    longer wait.
    Raises `Overtaken` unless the position is still where this reader left it.
    """
    with database.write() as connection:
        at = database.now(connection)
        row = connection.execute(
            sa.update(watch_source)
            .where(watch_source.c.id == source.id, watch_source.c.revision == source.revision)
            .values(
                revision=source.revision + 1,
                position=_locator(position),
                looked=at,
                problem=None,
            )
            .returning(watch_source)
        ).one_or_none()
        if row is None:
            raise Overtaken
        there = _states(connection, source.id, [one.key for one in listed])
        new = list({one.key: one for one in listed if one.key not in there}.values())
        if new:
            connection.execute(
                sa.insert(watch_item),
                [
                    {
                        "source_id": source.id,
                        "number": number,
                        "key": one.key,
                        "locator": _locator(one.locator),
                        "listed": at,
                        "state": WAITING,
                        "attempts": 0,
                        "due": at,
                    }
                    for number, one in enumerate(new, start=row.listed + 1)
                ],
            )
            connection.execute(
                sa.update(watch_source)
                .where(watch_source.c.id == source.id)
                .values(listed=row.listed + len(new))
            )
        add_to_hour(database, connection, source.id, at, looks=1)
        done = [key for key, state in there.items() if state != WAITING]
        return _source(row), len(new), done


def enter_problem(database: Database, source: SourceRow, why: Message) -> None:
    """Note that a source could not be read; its position stays."""
    with database.write() as connection:
        connection.execute(
            sa.update(watch_source)
            .where(watch_source.c.id == source.id)
            .values(problem=json.dumps(why.as_json()).encode())
        )
        add_to_hour(database, connection, source.id, database.now(connection), failed=1)


def _states(connection: Connection, source: int, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), PAGE):
        rows = connection.execute(
            sa.select(watch_item.c.key, watch_item.c.state).where(
                watch_item.c.source_id == source,
                watch_item.c.key.in_(keys[start : start + PAGE]),
            )
        )
        found.update((row.key, row.state) for row in rows)
    return found


# ---- items --------------------------------------------------------------------------------


def waiting(database: Database, ids: Iterable[int]) -> dict[int, int]:
    """How many items of each source wait."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(watch_item.c.source_id, sa.func.count())
            .where(watch_item.c.source_id.in_(list(ids)), watch_item.c.state == WAITING)
            .group_by(watch_item.c.source_id)
        )
        return {row[0]: row[1] for row in rows}


def due(database: Database, source: int, count: int) -> list[Watched]:
    """Items of a source that may be examined now, oldest first."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(watch_item)
            .where(
                watch_item.c.source_id == source,
                watch_item.c.state == WAITING,
                watch_item.c.due <= database.now(connection),
            )
            .order_by(watch_item.c.number)
            .limit(count)
        )
        return [_watched(row) for row in rows]


def oldest_waiting(database: Database, source: int) -> Watched | None:
    """The item that has waited longest; None: nothing waits."""
    with database.read() as connection:
        row = connection.execute(
            sa.select(watch_item)
            .where(watch_item.c.source_id == source, watch_item.c.state == WAITING)
            .order_by(watch_item.c.number)
            .limit(1)
        ).one_or_none()
    return None if row is None else _watched(row)


def waiting_keys(database: Database, source: int) -> list[tuple[int, str]]:
    """Number and key of everything that waits, oldest first."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(watch_item.c.number, watch_item.c.key)
            .where(watch_item.c.source_id == source, watch_item.c.state == WAITING)
            .order_by(watch_item.c.number)
        )
        return [(row.number, row.key) for row in rows]


def seen_before(database: Database, source: int, sha256: str, place: str) -> bool:
    """Whether these very bytes were examined before under a key that begins with `place`."""
    with database.read() as connection:
        keys = connection.scalars(
            sa.select(watch_item.c.key).where(
                watch_item.c.source_id == source,
                watch_item.c.sha256 == sha256,
                watch_item.c.state == EXAMINED,
            )
        )
        return any(key.startswith(place) for key in keys)


def shed(database: Database, source: int, numbers: Sequence[int]) -> int:
    """Pass waiting items over, counted in the hour; how many they were."""
    with database.write() as connection:
        at = database.now(connection)
        total = 0
        for start in range(0, len(numbers), PAGE):
            total += connection.execute(
                sa.update(watch_item)
                .where(
                    watch_item.c.source_id == source,
                    watch_item.c.number.in_(numbers[start : start + PAGE]),
                    watch_item.c.state == WAITING,
                )
                .values(state=SHED, ended=at)
            ).rowcount
        add_to_hour(database, connection, source, at, shed=total)
    return total


def put_back(
    database: Database, ids: Sequence[int], state: int, numbers: Sequence[int] | None = None
) -> int:
    """Let items that were put aside (`DEAD`) or passed over (`SHED`) wait again; how many."""
    assert state in (DEAD, SHED)
    chosen = sa.and_(watch_item.c.source_id.in_(ids), watch_item.c.state == state)
    if numbers is not None:
        chosen = sa.and_(chosen, watch_item.c.number.in_(numbers))
    with database.write() as connection:
        return connection.execute(
            sa.update(watch_item)
            .where(chosen)
            .values(state=WAITING, attempts=0, due=database.now(connection), ended=None, note=None)
        ).rowcount


def items(
    database: Database, source: int, state: int | None = None, limit: int | None = None
) -> Iterator[Watched]:
    """Items of a source in the order they were listed, a page at a time."""
    query = sa.select(watch_item).where(watch_item.c.source_id == source)
    if state is not None:
        query = query.where(watch_item.c.state == state)
    size = min(PAGE, limit or PAGE)
    rows = paging.rows(database.read, query, watch_item.c.number, size=size)
    return map(_watched, islice(rows, limit))


def states(database: Database, ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """How many items of each source are in each state."""
    found: dict[int, dict[int, int]] = {one: {} for one in ids}
    with database.read() as connection:
        rows = connection.execute(
            sa.select(watch_item.c.source_id, watch_item.c.state, sa.func.count())
            .where(watch_item.c.source_id.in_(list(ids)))
            .group_by(watch_item.c.source_id, watch_item.c.state)
        )
        for source, state, number in rows:
            found[source][state] = number
    return found
