"""Messages on their way out: what leaves for which channel, each try, and how it ended.

A delivery is written in the transaction that says who sent it, and carries a key that never
changes: a receiver that honours it takes a message in once, however often it is tried. Whoever
delivers leases a delivery first, so two processes do not try one at the same time; a lease that
ran out (its process died) is taken up again. Where the receiver knows no key, the intent is
written before the message leaves (`begin`): whoever died in between leaves a delivery of which
nobody knows whether it arrived, and a person decides (`again`, `arrived`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.custody.entry import Json, canonical, now
from mingjian.store.database import Database
from mingjian.store.tables import AnyText, metadata

WAITING, DELIVERED, DEAD, UNSURE = range(4)
STATES = ("waiting", "delivered", "dead", "unsure")
"""Unsure: it is leaving or has left, and whether it arrived is not known."""

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("alert_id", sa.ForeignKey("alert.id"), nullable=False),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("channel", AnyText, nullable=False),
    sa.Column("about", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("until", sa.Float),
    comment="What leaves for one channel: the bytes, and whether they have arrived.",
)
sa.Index("delivery_due", delivery.c.state, delivery.c.due)
sa.Index("delivery_alert", delivery.c.alert_id)

delivery_attempt = sa.Table(
    "delivery_attempt",
    metadata,
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("outcome", AnyText, nullable=False),
    comment="Each try to deliver, and how it went.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one channel."""

    id: int
    alert: int
    key: str
    """Idempotency key."""
    channel: str
    about: Json
    """Who sent it, audience, marking, status, media type, SHA-256: the log's line."""
    body: bytes
    """What leaves, to the byte."""
    state: str
    attempts: int
    tried: Sequence[tuple[str, str]] = ()
    """When, and how each try went."""

    def as_json(self) -> Json:
        """Without the bytes themselves."""
        return {
            "id": self.id,
            "alert": self.alert,
            "key": self.key,
            "channel": self.channel,
            **self.about,
            "state": self.state,
            "attempts": self.attempts,
            "tried": [{"at": at, "outcome": outcome} for at, outcome in self.tried],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message about to be put on its way; see `Delivery`."""

    key: str
    channel: str
    about: Json
    body: bytes


def put(database: Database, connection: Connection, alert: int, new: Sequence[NewDelivery]) -> None:
    """Write deliveries inside the caller's transaction; each key is there only once."""
    for each in new:
        connection.execute(
            database.insert_new(delivery).values(
                alert_id=alert,
                key=each.key,
                channel=each.channel,
                about=canonical(each.about),
                body=each.body,
                state=WAITING,
                attempts=0,
                due=database.now(connection),
            )
        )


def lease(
    database: Database, owner: str, seconds: float, only: Sequence[int] | None = None
) -> Delivery | None:
    """The next delivery that is due, for `owner` alone; of `only` these, if given."""
    with database.write() as connection:
        time = database.now(connection)
        free = sa.or_(delivery.c.until.is_(None), delivery.c.until < time)
        query = (
            sa.select(delivery)
            .where(delivery.c.state == WAITING, delivery.c.due <= time, free)
            .order_by(delivery.c.due, delivery.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if only is not None:
            query = query.where(delivery.c.id.in_(list(only)))
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        connection.execute(
            sa.update(delivery)
            .where(delivery.c.id == row.id)
            .values(owner=owner, until=time + seconds)
        )
        return _read(row)


def begin(database: Database, number: int, owner: str) -> bool:
    """Note that the message is about to leave; False where the lease has passed to another."""
    with database.write() as connection:
        done = connection.execute(
            sa.update(delivery)
            .where(delivery.c.id == number, delivery.c.state == WAITING, delivery.c.owner == owner)
            .values(state=UNSURE)
        )
    return done.rowcount > 0


def tried(
    database: Database, number: int, owner: str, outcome: str, state: int, wait: float = 0.0
) -> bool:
    """Log a try; `state` is what the delivery is now, `wait` the seconds until the next one.

    False where the lease had passed to another in the meantime: its outcome counts, this try is
    logged all the same.
    """
    with database.write() as connection:
        row = connection.execute(
            sa.select(delivery).where(delivery.c.id == number).with_for_update()
        ).one()
        values: dict[str, Any] = {"attempts": _logged(connection, row, outcome)}
        held = bool(row.owner == owner and row.state in (WAITING, UNSURE))
        if held or (state == DELIVERED and row.state in (WAITING, UNSURE)):
            due = database.now(connection) + wait
            values |= {"state": state, "due": due, "owner": None, "until": None}
        connection.execute(sa.update(delivery).where(delivery.c.id == number).values(**values))
    return held


def _logged(connection: Connection, row: Any, outcome: str) -> int:
    """Write what became of a delivery to its log; the number of the line."""
    number = int(row.attempts) + 1
    connection.execute(
        sa.insert(delivery_attempt).values(
            delivery_id=row.id, number=number, at=now(), outcome=outcome
        )
    )
    return number


def again(database: Database, number: int) -> bool:
    """Let a delivery that is dead or unsure be tried once more, with the same key; whether it
    was. One that is just leaving is neither."""
    with database.write() as connection:
        done = connection.execute(
            sa.update(delivery)
            .where(delivery.c.id == number, _over(database, connection, DEAD, UNSURE))
            .values(state=WAITING, due=0.0, owner=None, until=None)
        )
    return done.rowcount > 0


def arrived(database: Database, number: int, said: str) -> bool:
    """Log what a person found out, that an unsure delivery arrived; whether it was unsure."""
    with database.write() as connection:
        row = connection.execute(
            sa.select(delivery)
            .where(delivery.c.id == number, _over(database, connection, UNSURE))
            .with_for_update()
        ).one_or_none()
        if row is None:
            return False
        line = _logged(connection, row, said)
        connection.execute(
            sa.update(delivery)
            .where(delivery.c.id == number)
            .values(state=DELIVERED, attempts=line, owner=None, until=None)
        )
    return True


def _over(database: Database, connection: Connection, *states: int) -> Any:
    """In one of these states, and nobody at work on it."""
    free = sa.or_(delivery.c.until.is_(None), delivery.c.until < database.now(connection))
    return sa.and_(delivery.c.state.in_(states), free)


def waiting(database: Database, only: Sequence[int] | None = None) -> int:
    """How many deliveries wait for another try."""
    query = sa.select(sa.func.count()).where(delivery.c.state == WAITING)
    if only is not None:
        query = query.where(delivery.c.id.in_(list(only)))
    with database.read() as connection:
        return int(connection.scalar(query) or 0)


def next_due(database: Database, only: Sequence[int] | None = None) -> float | None:
    """Seconds until the next try is due; None: nothing waits."""
    query = sa.select(sa.func.min(delivery.c.due)).where(delivery.c.state == WAITING)
    if only is not None:
        query = query.where(delivery.c.id.in_(list(only)))
    with database.read() as connection:
        first = connection.scalar(query)
        return None if first is None else max(0.0, float(first) - database.now(connection))


def of_alert(database: Database, alert: int) -> list[Delivery]:
    """Every delivery about an alert, oldest first."""
    return _with_tries(database, sa.select(delivery).where(delivery.c.alert_id == alert))


def one(database: Database, number: int) -> Delivery | None:
    """A delivery by its number."""
    found = _with_tries(database, sa.select(delivery).where(delivery.c.id == number))
    return found[0] if found else None


def latest(database: Database, limit: int = 200) -> list[Delivery]:
    """The delivery log: the latest ones of all alerts, oldest first."""
    newest = sa.select(delivery.c.id).order_by(delivery.c.id.desc()).limit(limit)
    return _with_tries(database, sa.select(delivery).where(delivery.c.id.in_(newest)))


def _with_tries(database: Database, query: Any) -> list[Delivery]:
    with database.read() as connection:
        rows = connection.execute(query.order_by(delivery.c.id)).all()
        numbers = [row.id for row in rows]
        tries = connection.execute(
            sa.select(delivery_attempt)
            .where(delivery_attempt.c.delivery_id.in_(numbers))
            .order_by(delivery_attempt.c.delivery_id, delivery_attempt.c.number)
        ).all()
    by: dict[int, list[tuple[str, str]]] = {number: [] for number in numbers}
    for row in tries:
        by[row.delivery_id].append((row.at, row.outcome))
    return [_read(row, by[row.id]) for row in rows]


def _read(row: Any, tries: Sequence[tuple[str, str]] = ()) -> Delivery:
    return Delivery(
        id=row.id,
        alert=row.alert_id,
        key=row.key,
        channel=row.channel,
        about=json.loads(bytes(row.about)),
        body=bytes(row.body),
        state=STATES[row.state],
        attempts=row.attempts,
        tried=tries,
    )
