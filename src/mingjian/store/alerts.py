"""Alerts as they are kept: events in one signed chain, and the states they lead to.

All alerts of a store share one chain of custody entries (see `casework.custody.entry`); the row
of its head is the lock under which alarms are joined to alerts, so however many processes hand
in one alarm, it is recorded once. An entry holds the SHA-256 of an event's body and of the state
after it; `mingjian custody verify` checks both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.custody.entry import (
    Action,
    Draft,
    Entry,
    Head,
    Json,
    append,
    canonical,
    digest,
    now,
)
from mingjian.casework.custody.key import CustodyKey
from mingjian.domain.message import Message
from mingjian.store import deliveries, paging
from mingjian.store.cases import Change, NewEvent, Stale, read_body
from mingjian.store.database import Database, StoreProblem
from mingjian.store.deliveries import NewDelivery
from mingjian.store.tables import custody_key, metadata

CHAIN = "\n alerts"
"""Name of the chain: one that no case can have."""

alert_chain = sa.Table(
    "alert_chain",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    comment="Where the one chain of all alerts ends; its row is the lock on it.",
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("open", sa.SmallInteger, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    comment="Where the events of an alert have led.",
)
sa.Index("alert_source", alert.c.source, alert.c.id)
sa.Index("alert_open", alert.c.open, alert.c.id)

alert_event = sa.Table(
    "alert_event",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("alert_id", sa.ForeignKey("alert.id"), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("line", sa.LargeBinary, nullable=False),
    comment="What was done about alerts: the text, and the signed entry that binds it.",
)
sa.Index("alert_event_alert", alert_event.c.alert_id, alert_event.c.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """One alert. Revision 0 with an empty body: it is about to be made."""

    id: int
    revision: int
    body: Json
    """A copy of its own."""
    at: str
    """When it was read (UTC); events decided on it carry this very time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """Something done about an alert. `seq` is the number of its entry in the chain."""

    alert: int
    seq: int
    at: str
    actor: str
    role: str
    name: str
    revision: int
    body: Json


@dataclass(frozen=True, slots=True)
class Wish:
    """An alarm to be recorded: `choose` picks the alert it belongs to among those of `source`
    (newest first), `decide` says what is then done, to a new one if none was picked."""

    source: str
    choose: Callable[[Sequence[AlertState]], AlertState | None]
    decide: Callable[[AlertState], Change | None]
    key: Callable[[Json], str]
    """The lasting name of an alert, from its state."""


Leaving = Callable[[AlertState, Sequence[str]], Sequence[NewDelivery]]
"""An alert after events of these names -> the messages that leave because of them."""


def record(
    database: Database,
    wishes: Sequence[Wish],
    key: CustodyKey,
    actor: str,
    role: str,
    leaving: Leaving | None = None,
) -> list[AlertState]:
    """Record alarms, all or none, under the lock of the chain: the alert of each.

    What is `leaving` because of it is written in the same transaction.
    """
    after = []
    with database.write() as connection:
        head = _locked(database, connection)
        for wish in wishes:
            found = wish.choose(_of_source(connection, wish.source))
            if found is None:
                number = int(connection.scalar(sa.select(sa.func.max(alert.c.id))) or 0) + 1
                found = AlertState(id=number, revision=0, body={}, at=now())
            decided = wish.decide(found)
            if decided is not None and decided.events:
                head, found = _write(
                    database, connection, head, found, decided, key, actor, role, wish
                )
                _put(database, connection, found, decided, leaving)
            after.append(found)
        _put_head(connection, head)
    return after


def change(
    database: Database,
    number: int,
    decide: Callable[[AlertState], Change | None],
    key: CustodyKey,
    actor: str,
    role: str,
    *,
    revision: int | None = None,
    leaving: Leaving | None = None,
) -> AlertState:
    """Change one alert under the lock, with what is `leaving` because of it.

    Raises `Stale` unless it is still at `revision`, if that is given.
    """
    with database.write() as connection:
        head = _locked(database, connection)
        state = _state(connection, number)
        if revision is not None and revision != state.revision:
            raise Stale(
                Message(
                    f"预警 {number} 已被他人改动。请重新载入后再做。",
                    f"Someone changed alert {number}. Reload it and try again.",
                )
            )
        decided = decide(state)
        if decided is not None and decided.events:
            head, state = _write(database, connection, head, state, decided, key, actor, role)
            _put_head(connection, head)
            _put(database, connection, state, decided, leaving)
    return state


def _put(
    database: Database,
    connection: Connection,
    after: AlertState,
    decided: Change,
    leaving: Leaving | None,
) -> None:
    if leaving is not None:
        names = [event.name for event in decided.events]
        deliveries.put(database, connection, after.id, leaving(after, names))


def _locked(database: Database, connection: Connection) -> Head:
    first = Head.of_new(CHAIN)
    connection.execute(
        database.insert_new(alert_chain).values(id=1, seq=first.seq, hash=first.hash)
    )
    row = connection.execute(sa.select(alert_chain).with_for_update()).one()
    return Head(int(row.seq), row.hash)


def _put_head(connection: Connection, head: Head) -> None:
    connection.execute(sa.update(alert_chain).values(seq=head.seq, hash=head.hash))


def _of_source(connection: Connection, source: str) -> list[AlertState]:
    rows = connection.execute(
        sa.select(alert).where(alert.c.source == source).order_by(alert.c.id.desc()).limit(50)
    ).all()
    return [_read(row) for row in rows]


def _state(connection: Connection, number: int) -> AlertState:
    row = connection.execute(sa.select(alert).where(alert.c.id == number)).one_or_none()
    if row is None:
        raise StoreProblem(Message(f"没有预警 {number}。", f"There is no alert {number}."))
    return _read(row)


def _read(row: Any) -> AlertState:
    return AlertState(id=row.id, revision=row.revision, body=read_body(row.body), at=now())


def _write(
    database: Database,
    connection: Connection,
    head: Head,
    state: AlertState,
    decided: Change,
    key: CustodyKey,
    actor: str,
    role: str,
    new: Wish | None = None,
) -> tuple[Head, AlertState]:
    body, revision = canonical(decided.body), state.revision + len(decided.events)
    after = replace(state, revision=revision, body=read_body(body))
    held = {"revision": revision, "body": body, "open": int(not after.body.get("closed"))}
    if state.revision == 0:
        assert new is not None
        names = {"id": state.id, "key": new.key(after.body), "source": new.source}
        connection.execute(sa.insert(alert).values(**names, **held))
    else:
        connection.execute(sa.update(alert).where(alert.c.id == state.id).values(**held))
    drafts = [
        Draft(
            Action.ALERT_EVENT,
            details={
                "alert": state.id,
                "event": event.name,
                "role": role,
                "revision": state.revision + number,
                "body_sha256": digest(event.body),
                **({"state_sha256": digest(decided.body)} if number == len(decided.events) else {}),
            },
        )
        for number, event in enumerate(decided.events, start=1)
    ]
    entries = append(CHAIN, head, drafts, key, actor, state.at)
    connection.execute(database.insert_new(custody_key).values(id=key.id, public=key.public))
    connection.execute(sa.insert(alert_event), _rows(state.id, entries, decided.events))
    return Head(entries[-1].seq, entries[-1].hash), after


def _rows(number: int, entries: Sequence[Entry], events: Sequence[NewEvent]) -> list[Json]:
    return [
        {
            "seq": entry.seq,
            "alert_id": number,
            "body": canonical(event.body),
            "line": entry.line(),
        }
        for entry, event in zip(entries, events, strict=True)
    ]


def state_of(database: Database, number: int) -> AlertState:
    """One alert as it is now."""
    with database.read() as connection:
        return _state(connection, number)


def states(database: Database, *, closed: bool = True, limit: int = 1000) -> list[AlertState]:
    """Alerts, newest first; without closed ones if so wished."""
    query = sa.select(alert).order_by(alert.c.id.desc()).limit(limit)
    if not closed:
        query = query.where(alert.c.open == 1)
    with database.read() as connection:
        return [_read(row) for row in connection.execute(query).all()]


def events(database: Database, number: int) -> list[AlertEvent]:
    """What was done about an alert, oldest first."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(alert_event)
            .where(alert_event.c.alert_id == number)
            .order_by(alert_event.c.seq)
        ).all()
    return [_event(Entry.parse(bytes(row.line)), row) for row in rows]


def _event(entry: Entry, row: Any) -> AlertEvent:
    details: Any = entry.details
    return AlertEvent(
        alert=row.alert_id,
        seq=entry.seq,
        at=entry.time,
        actor=entry.actor,
        role=details["role"],
        name=details["event"],
        revision=details["revision"],
        body=read_body(row.body),
    )


def stored_rows(database: Database) -> Iterator[Any]:
    """The rows of all events in the order of the chain, a page at a time."""
    return paging.rows(database.read, sa.select(alert_event), alert_event.c.seq)


def head_of(database: Database) -> Head:
    """Where the chain of alerts ends."""
    with database.read() as connection:
        row = connection.execute(sa.select(alert_chain)).one_or_none()
    return Head.of_new(CHAIN) if row is None else Head(int(row.seq), row.hash)
