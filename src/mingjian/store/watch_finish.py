"""Finishing watched items: state, counts, what is kept and what is to be told, in one transaction.

What was flagged goes into the records of a case, with custody, in a run a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.custody.entry import Action, Draft, canonical, now
from mingjian.store import chain, finish, watch_prints
from mingjian.store.store import Store
from mingjian.store.tables import DONE, item, run
from mingjian.store.watch import Watched, packed, unpacked
from mingjian.store.watch_hours import HOUR, add_to_hour
from mingjian.store.watch_tables import (
    DEAD,
    EXAMINED,
    WAITING,
    watch_batch,
    watch_count,
    watch_item,
    watch_source,
)
from mingjian.store.work import Item, ItemResult, Leased


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Counted:
    """How many items were found with something, at one place and hour."""

    source: str
    aspect: str
    """items (all that were examined), proposition, conduct, type, …"""
    value: str
    region: str
    """GB/T 2260 code, "" where not known."""
    channel: str
    service: str
    event_hour: int
    """Hours since 1970 at which it happened …"""
    received_hour: int
    """… and at which the watch received it."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of one item. `state` WAITING: it is to be tried again at `due`."""

    watched: Watched
    state: int
    due: float = 0.0
    event: float | None = None
    sha256: str | None = None
    note: Mapping[str, Any] = field(default_factory=dict)
    aspects: tuple[tuple[str, str], ...] = ()
    region: str = ""
    channel: str = ""
    service: str = ""
    flagged: bool = False
    name: str = ""
    size: int = 0
    records: Sequence[Mapping[str, Any]] = ()
    """The item's own record and those of its parts, where they are kept."""
    vaulted: frozenset[str] = frozenset()
    print: bytes | None = None
    """What campaigns are found by, see `watch_prints`; None: nothing is kept for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where records go that are kept: a case, and what its run binds."""

    watch: str
    case: str
    day: str
    settings_digest: str
    versions: Mapping[str, object]


def finish_watched(
    store: Store, source: str, ended: Sequence[Ended], filing: Filing, *, tell: bool
) -> int:
    """Write what became of items of the source named `source`; how many it was.

    Those that no longer wait were finished by somebody else, and nothing is written of them.
    With `tell`, the counts added are kept for `untold` until somebody was told of them.
    """
    database = store.database
    store.vault.sync()
    with database.write() as connection:
        at = database.now(connection)
        ended = _still_waiting(connection, ended)
        if not ended:
            return 0
        places = _file(store, connection, [one for one in ended if one.records], filing)
        connection.execute(
            sa.update(watch_item)
            .where(
                watch_item.c.source_id == sa.bindparam("source"),
                watch_item.c.number == sa.bindparam("of"),
            )
            .values(
                {
                    name: sa.bindparam(f"new_{name}")
                    for name in (
                        "state", "attempts", "due", "ended", "event", "sha256", "note",
                        "run_id", "ordinal",
                    )
                }
            ),
            [_values(one, at, places.get(one.watched.number)) for one in ended],
        )  # fmt: skip
        watch_prints.enter(connection, [one for one in ended if one.print is not None])
        counted = _counted(source, ended)
        add_counts(store, connection, ended[0].watched.source, counted)
        add_to_hour(
            database,
            connection,
            ended[0].watched.source,
            at,
            examined=sum(one.state == EXAMINED for one in ended),
            flagged=sum(one.flagged for one in ended),
            dead=sum(one.state == DEAD for one in ended),
        )
        if tell and counted:
            body = packed([_row(one) for one in counted])
            connection.execute(sa.insert(watch_batch).values(watch=filing.watch, body=body))
    return len(ended)


def _still_waiting(connection: Connection, ended: Sequence[Ended]) -> list[Ended]:
    numbers = [one.watched.number for one in ended]
    held = set(
        connection.scalars(
            sa.select(watch_item.c.number)
            .where(
                watch_item.c.source_id == ended[0].watched.source,
                watch_item.c.number.in_(numbers),
                watch_item.c.state == WAITING,
            )
            .order_by(watch_item.c.number)
            .with_for_update()
        )
    )
    return [one for one in ended if one.watched.number in held]


def _values(one: Ended, at: float, place: tuple[int, int] | None) -> dict[str, object]:
    again = one.state == WAITING
    return {
        "source": one.watched.source,
        "of": one.watched.number,
        "new_state": one.state,
        "new_attempts": one.watched.attempts + 1,
        "new_due": at + one.due if again else at,
        "new_ended": None if again else at,
        "new_event": one.event,
        "new_sha256": one.sha256,
        "new_note": packed(one.note) if one.note else None,
        "new_run_id": place[0] if place else None,
        "new_ordinal": place[1] if place else None,
    }


# ---- counts -------------------------------------------------------------------------------


def _row(one: Counted) -> dict[str, object]:
    return {name: getattr(one, name) for name in Counted.__slots__}


def _counted(source: str, ended: Iterable[Ended]) -> list[Counted]:
    found: Counter[Counted] = Counter()
    for one in ended:
        received = int(one.watched.listed // HOUR)
        event = received if one.event is None else min(int(one.event // HOUR), received)
        for aspect, value in one.aspects:
            found[
                Counted(
                    source=source,
                    aspect=aspect,
                    value=value,
                    region=one.region,
                    channel=one.channel,
                    service=one.service,
                    event_hour=event,
                    received_hour=received,
                    count=0,
                )
            ] += 1
    return [replace(one, count=number) for one, number in sorted(found.items())]


_DIMENSIONS = (
    "aspect", "value", "region", "channel", "service", "event_hour", "received_hour",
)  # fmt: skip


def add_counts(
    store: Store, connection: Connection, source: int, counted: Sequence[Counted]
) -> None:
    """Add to the counts of a source, in the caller's transaction."""
    if not counted:
        return
    rows = [
        {"source_id": source, **{name: getattr(one, name) for name in _DIMENSIONS}}
        for one in counted
    ]
    connection.execute(
        store.database.insert_new(watch_count), [{**row, "count": 0} for row in rows]
    )
    here = [watch_count.c[name] == sa.bindparam(f"of_{name}") for name in rows[0]]
    connection.execute(
        sa.update(watch_count)
        .where(*here)
        .values(count=watch_count.c.count + sa.bindparam("more")),
        [
            {**{f"of_{name}": value for name, value in row.items()}, "more": one.count}
            for row, one in zip(rows, counted, strict=True)
        ],
    )


def counts(store: Store, watch: str) -> list[Counted]:
    """All counts of a watch, in the order of their dimensions."""
    with store.database.read() as connection:
        rows = connection.execute(
            sa.select(watch_count, watch_source.c.name, watch_count.c["count"].label("number"))
            .join(watch_source, watch_source.c.id == watch_count.c.source_id)
            .where(watch_source.c.watch == watch)
        ).all()
    return sorted(
        Counted(
            source=row.name,
            count=row.number,
            **{name: getattr(row, name) for name in _DIMENSIONS},
        )
        for row in rows
    )


def untold(store: Store, watch: str) -> list[tuple[int, list[Counted]]]:
    """Counts that nobody was told of yet, by the number that stays theirs, oldest first."""
    with store.database.read() as connection:
        rows = connection.execute(
            sa.select(watch_batch).where(watch_batch.c.watch == watch).order_by(watch_batch.c.id)
        ).all()
    listed: Any = [(row.id, unpacked(row.body)) for row in rows]
    return [(number, [Counted(**one) for one in body]) for number, body in listed]


def told(store: Store, number: int) -> None:
    """Somebody was told of these counts."""
    with store.database.write() as connection:
        connection.execute(sa.delete(watch_batch).where(watch_batch.c.id == number))


# ---- records of what is kept --------------------------------------------------------------


def _file(
    store: Store, connection: Connection, kept: Sequence[Ended], filing: Filing
) -> dict[int, tuple[int, int]]:
    """Put records into the case's run of the day; (run, ordinal) by the item's number."""
    if not kept:
        return {}
    database = store.database
    case_id = chain.open_case(database, connection, filing.case, store.key, store.actor)
    run_id, first = _run_of_the_day(store, connection, case_id, filing, len(kept))
    prepared = []
    rows = []
    places = {}
    for ordinal, one in enumerate(kept, start=first):
        places[one.watched.number] = (run_id, ordinal)
        named = Item(path=one.name, name=one.name, size=one.size, mtime=one.event or 0.0)
        leased = Leased(ordinal=ordinal, item=named, attempt=1, owner="watch")
        result = ItemResult(leased=leased, records=one.records, vaulted=one.vaulted)
        prepared.append(finish.prepare(run_id, result))
        rows.append(
            {
                "run_id": run_id,
                "ordinal": ordinal,
                "path": one.name,
                "name": one.name,
                "size": one.size,
                "mtime": one.event or 0.0,
                "state": DONE,
                "attempts": 1,
                "skip": b"[]",
            }
        )
    connection.execute(sa.insert(item), rows)
    finish.write_prepared(database, connection, case_id, prepared, store.key, store.actor)
    return places


def _run_of_the_day(
    store: Store, connection: Connection, case_id: int, filing: Filing, more: int
) -> tuple[int, int]:
    """The run of this watch, day, settings and versions, made longer; where it went on."""
    roots = [f"watch:{filing.watch} {filing.day}"]
    bound = canonical(filing.versions)
    rows = connection.execute(
        sa.select(run.c.id, run.c.versions).where(
            run.c.case_id == case_id,
            run.c.roots == canonical(roots).decode(),
            run.c.settings_digest == filing.settings_digest,
        )
    ).all()
    run_id = next((row.id for row in rows if bytes(row.versions) == bound), None)
    if run_id is None:
        started = now()
        run_id = connection.execute(
            sa.insert(run).values(
                case_id=case_id,
                roots=canonical(roots).decode(),
                settings_digest=filing.settings_digest,
                versions=bound,
                # Its items come in one by one, each with its result: nothing is ever open.
                state="done",
                item_count=0,
                done=0,
                failed=0,
                started=started,
                ended=started,
            )
        ).inserted_primary_key[0]  # type: ignore[index]
        details = {
            "run": run_id,
            "roots": roots,
            "settings_digest": filing.settings_digest,
            "versions": dict(filing.versions),
        }
        chain.extend(
            store.database,
            connection,
            case_id,
            [Draft(Action.RUN_STARTED, details=details)],
            store.key,
            store.actor,
        )
    row = connection.execute(
        sa.update(run)
        .where(run.c.id == run_id)
        .values(item_count=run.c.item_count + more, done=run.c.done + more, ended=now())
        .returning(run.c.item_count)
    ).one()
    return int(run_id), row.item_count - more
