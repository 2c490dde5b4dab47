"""Accounts of the desk, their sessions, and the record of who came in. Nothing is decided here.

Secrets are kept as hashes only: a copy of the database opens no session and no link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from mingjian.store.database import Database
from mingjian.store.tables import AnyText, metadata

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", AnyText, nullable=False, unique=True),
    sa.Column("name", AnyText, nullable=False),
    sa.Column("roles", sa.String(80), nullable=False),
    sa.Column("password", sa.String(255)),
    sa.Column("disabled", sa.SmallInteger, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("link", sa.String(64), unique=True),
    sa.Column("link_until", sa.Float),
    comment="Persons who may sign in to the desk; `link` is the hash of a one-time link.",
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("began", sa.Float, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("browser", AnyText, nullable=False),
    sa.Column("said", AnyText),
    comment="Browsers signed in; the id is the hash of what the cookie holds.",
)

account_event = sa.Table(
    "account_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("what", sa.String(24), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("account_id", sa.ForeignKey("account.id")),
    sa.Column("actor", AnyText),
    comment="Who came in, was refused or changed an account; `subject` hashes a typed name.",
)
sa.Index("account_event_subject", account_event.c.subject, account_event.c.at)
sa.Index("account_event_address", account_event.c.address, account_event.c.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as kept."""

    id: int
    key: str
    name: str
    roles: tuple[str, ...]
    password: str | None
    disabled: bool
    created: float
    link_until: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as kept, with its account."""

    id: str
    account: AccountRow
    role: str
    began: float
    seen: float
    address: str
    browser: str
    said: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One line of the record of sign-ins and changes of accounts."""

    at: float
    what: str
    name: str | None
    """The account's, None where no account was meant."""
    address: str
    actor: str | None


def _account(row: Any) -> AccountRow:
    return AccountRow(
        id=row.id,
        key=row.key,
        name=row.name,
        roles=tuple(row.roles.split(",")),
        password=row.password,
        disabled=bool(row.disabled),
        created=row.created,
        link_until=row.link_until,
    )


_WITH_SESSION = (
    account,
    session.c.id.label("session_id"),
    session.c.role,
    session.c.began,
    session.c.seen,
    session.c.address,
    session.c.browser,
    session.c.said,
)


def _session(row: Any) -> SessionRow:
    return SessionRow(
        id=row.session_id,
        account=_account(row),
        role=row.role,
        began=row.began,
        seen=row.seen,
        address=row.address,
        browser=row.browser,
        said=row.said,
    )


# ---- accounts -------------------------------------------------------------------------------


def accounts(database: Database) -> list[AccountRow]:
    """All, in the order in which they were made."""
    with database.read() as connection:
        rows = connection.execute(sa.select(account).order_by(account.c.id)).all()
    return [_account(row) for row in rows]


def by_key(database: Database, key: str) -> AccountRow | None:
    with database.read() as connection:
        row = connection.execute(sa.select(account).where(account.c.key == key)).one_or_none()
    return _account(row) if row else None


def by_link(database: Database, link: str) -> AccountRow | None:
    """The account whose one-time link has this hash, used or overdue ones aside."""
    with database.read() as connection:
        row = connection.execute(
            sa.select(account).where(
                account.c.link == link,
                account.c.disabled == 0,
                account.c.link_until > database.now(connection),
            )
        ).one_or_none()
    return _account(row) if row else None


def add(database: Database, key: str, name: str, roles: Sequence[str]) -> AccountRow | None:
    """A new account without a password; None where the key is taken."""
    with database.write() as connection:
        # What came back is asked for: PostgreSQL counts no rows of such an insert.
        made = connection.execute(
            database.insert_new(account)
            .values(
                key=key,
                name=name,
                roles=",".join(roles),
                disabled=0,
                created=database.now(connection),
            )
            .returning(account.c.id)
        ).one_or_none()
        if made is None:
            return None
        row = connection.execute(sa.select(account).where(account.c.key == key)).one()
    return _account(row)


def update(database: Database, account_id: int, **values: object) -> None:
    """Change columns of an account; `roles` is given as a sequence."""
    if "roles" in values:
        roles: Any = values["roles"]
        values["roles"] = ",".join(roles)
    with database.write() as connection:
        connection.execute(sa.update(account).where(account.c.id == account_id).values(**values))


def set_link(database: Database, account_id: int, link: str, seconds: float) -> None:
    """Give an account its one-time link; an older one no longer opens."""
    with database.write() as connection:
        connection.execute(
            sa.update(account)
            .where(account.c.id == account_id)
            .values(link=link, link_until=database.now(connection) + seconds)
        )


def use_link(database: Database, link: str, password: str) -> bool:
    """Set the password and spend the link, at once; whether the link was still good."""
    with database.write() as connection:
        done = connection.execute(
            sa.update(account)
            .where(
                account.c.link == link,
                account.c.disabled == 0,
                account.c.link_until > database.now(connection),
            )
            .values(password=password, link=None, link_until=None)
        )
        return done.rowcount == 1


# ---- sessions -------------------------------------------------------------------------------


def open_session(
    database: Database, session_id: str, account_id: int, role: str, address: str, browser: str
) -> None:
    with database.write() as connection:
        at = database.now(connection)
        connection.execute(
            sa.insert(session).values(
                id=session_id,
                account_id=account_id,
                role=role,
                began=at,
                seen=at,
                address=address,
                browser=browser,
            )
        )


def live_session(
    database: Database, session_id: str, idle: float, longest: float, beat: float
) -> SessionRow | None:
    """The session if its account may enter and neither time is over; notes that it was seen.

    `beat`: seconds between two such notes, so that not every page is a write.
    """
    given = {"id": session_id, "idle": idle, "longest": longest}
    with database.read() as connection:
        row = connection.execute(_live(database.clock), given).one_or_none()
    if row is None:
        return None
    if row.seen < row.at - beat:
        update_session(database, session_id, seen=row.at)
    return _session(row)


@cache
def _live(clock: sa.ColumnElement[float]) -> sa.Select[Any]:
    return (
        sa.select(*_WITH_SESSION, clock.label("at"))
        .join(account, account.c.id == session.c.account_id)
        .where(
            session.c.id == sa.bindparam("id"),
            account.c.disabled == 0,
            session.c.seen > clock - sa.bindparam("idle"),
            session.c.began > clock - sa.bindparam("longest"),
        )
    )


def update_session(database: Database, session_id: str, **values: object) -> None:
    with database.write() as connection:
        connection.execute(sa.update(session).where(session.c.id == session_id).values(**values))


def end_sessions(
    database: Database, *, session_id: str | None = None, account_id: int | None = None
) -> int:
    """End one session, or all of an account; how many."""
    query = sa.delete(session)
    if session_id is not None:
        query = query.where(session.c.id == session_id)
    if account_id is not None:
        query = query.where(session.c.account_id == account_id)
    with database.write() as connection:
        return connection.execute(query).rowcount


def sessions(database: Database, idle: float, longest: float) -> list[SessionRow]:
    """Those still good, last seen first; the others are removed."""
    with database.write() as connection:
        at = database.now(connection)
        connection.execute(
            sa.delete(session).where(
                sa.or_(session.c.seen <= at - idle, session.c.began <= at - longest)
            )
        )
        rows = connection.execute(
            sa.select(*_WITH_SESSION)
            .join(account, account.c.id == session.c.account_id)
            .order_by(session.c.seen.desc())
        ).all()
    return [_session(row) for row in rows]


# ---- the record of sign-ins -------------------------------------------------------------------


def note(
    database: Database,
    what: str,
    *,
    subject: str,
    address: str = "",
    account_id: int | None = None,
    actor: str | None = None,
    keep: float,
) -> None:
    """Write one line; those older than `keep` seconds go."""
    with database.write() as connection:
        at = database.now(connection)
        connection.execute(sa.delete(account_event).where(account_event.c.at < at - keep))
        connection.execute(
            sa.insert(account_event).values(
                at=at,
                what=what,
                subject=subject,
                address=address,
                account_id=account_id,
                actor=actor,
            )
        )


def times(
    database: Database, what: str, seconds: float, *, subject: str = "", address: str = ""
) -> list[float]:
    """How long ago, in seconds, each `what` of this subject or from this address was; the
    latest first. Those of a subject count from its last sign-in or new password on."""
    query = sa.select(account_event.c.at, account_event.c.what)
    if subject:
        query = query.where(account_event.c.subject == subject)
    else:
        query = query.where(account_event.c.address == address)
    with database.read() as connection:
        at = database.now(connection)
        rows = connection.execute(
            query.where(account_event.c.at > at - seconds).order_by(account_event.c.at.desc())
        ).all()
    found = []
    for row in rows:
        if subject and row.what in ("signed_in", "password_set"):
            break
        if row.what == what:
            found.append(at - row.at)
    return found


def events(database: Database, count: int) -> list[EventRow]:
    """The latest lines of the record, newest first."""
    with database.read() as connection:
        rows = connection.execute(
            sa.select(account_event, account.c.name)
            .outerjoin(account, account.c.id == account_event.c.account_id)
            .order_by(account_event.c.id.desc())
            .limit(count)
        ).all()
    return [
        EventRow(at=row.at, what=row.what, name=row.name, address=row.address, actor=row.actor)
        for row in rows
    ]
