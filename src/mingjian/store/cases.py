"""What persons do in a case: events in its chain, and the states that the events lead to.

A case has *aspects*: ``case`` itself, ``incident``, ``playbook:ID``, ``drill:ID``; each is a
JSON state with a revision. A change reads states under the case's lock, lets a pure function
decide, and writes events, states and signed custody entries in one transaction. An entry
holds the SHA-256 of the event's body and of the state after it, not the text itself: a chain
can be handed over without its notes, and a text whose time is over can be erased without
breaking the chain.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.custody.entry import Action, Draft, Entry, Json, canonical, digest, now
from mingjian.casework.custody.key import CustodyKey
from mingjian.domain.message import Message
from mingjian.store import chain, listing, paging
from mingjian.store.database import Database, StoreProblem
from mingjian.store.tables import ID_OF, case, case_event, case_state, custody_entry

TRIES = 5
_ASPECT = re.compile(r"[a-z]{1,15}(?::[\w.-]{1,60})?", re.ASCII)
_NAME = re.compile(r"[a-z_]{1,20}\.[a-z_]{1,40}", re.ASCII)

Key = tuple[str, str]
"""Case and aspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One aspect of a case. Revision 0 with an empty body: nothing was done there yet."""

    case: str
    aspect: str
    revision: int
    body: Json
    """A copy of its own: it may be altered by whoever reads it."""
    at: str
    """When it was read (UTC); events decided on it inside `change` carry this very time."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something done, before it is written. `name` is dotted: ``note.added``."""

    name: str
    body: Mapping[str, object] = field(default_factory=dict)
    """JSON values only."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision does to one aspect: the events, and the state they lead to."""

    events: Sequence[NewEvent]
    body: Mapping[str, object]
    erase: Sequence[int] = ()
    """Numbers of earlier events of this case whose bodies are erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it was written. `seq` is the number of its custody entry."""

    case: str
    seq: int
    at: str
    actor: str
    role: str
    aspect: str
    name: str
    revision: int
    body: Json | None
    """None: erased, its time being over."""


class Stale(StoreProblem):
    """Somebody changed the state since it was read; nothing was written."""


Decide = Callable[[tuple[State, ...]], Sequence[Change | None]]
"""Current states, in the order asked for -> what to do to each; None leaves it as it is."""


def change(
    database: Database,
    keys: Sequence[Key],
    decide: Decide,
    key: CustodyKey,
    actor: str,
    role: str,
    *,
    seen: Mapping[Key, int] | None = None,
    create: str | None = None,
) -> list[State]:
    """Decide under the locks of all cases named, and write what was decided; the new states.

    `seen` holds revisions that the person saw: another one there now raises `Stale`.
    `create` names the one case among them that must be new. A transaction that the database
    gives up to end a deadlock is tried again, so `decide` may run more than once.
    """
    for _, aspect in keys:
        if not _ASPECT.fullmatch(aspect):
            raise ValueError(f"not an aspect: {aspect}")
    for number in range(1, TRIES + 1):
        try:
            with database.write() as connection:
                return _change(
                    database, connection, keys, decide, key, actor, role, seen or {}, create
                )
        except StoreProblem as problem:
            if number == TRIES or not _given_up(problem):
                raise
        time.sleep(0.02 * number)
    raise AssertionError("unreachable")


def _given_up(problem: StoreProblem) -> bool:
    """Whether PostgreSQL ended the transaction for others' sake: deadlock, serialisation."""
    cause = getattr(problem.__cause__, "orig", None)
    return getattr(cause, "sqlstate", None) in ("40P01", "40001")


def _change(
    database: Database,
    connection: Connection,
    keys: Sequence[Key],
    decide: Decide,
    key: CustodyKey,
    actor: str,
    role: str,
    seen: Mapping[Key, int],
    create: str | None,
) -> list[State]:
    ids = _locked(connection, {name for name, _ in keys} - {create})
    if create is not None:
        ids[create] = _created(database, connection, create, key, actor)
    states = tuple(_state(connection, ids[name], name, aspect) for name, aspect in keys)
    for state in states:
        wanted = seen.get((state.case, state.aspect))
        if wanted is not None and wanted != state.revision:
            raise Stale(
                Message(
                    f"案件“{state.case}”已被他人改动（你看到的是第 {wanted} 版，"
                    f"现为第 {state.revision} 版）。请重新载入后再做。",
                    f"Someone changed case “{state.case}” (you saw revision {wanted}, it is at "
                    f"{state.revision} now). Reload it and try again.",
                )
            )
    after = []
    held = {state.case: listing.moves(state.body) for state in states if state.aspect == "case"}
    for state, decided in zip(states, decide(states), strict=True):
        if decided is None or not decided.events:
            after.append(state)
        else:
            case_id = ids[state.case]
            after.append(_write(database, connection, case_id, state, decided, key, actor, role))
    done = {new.case: new.at for new, old in zip(after, states, strict=True) if new is not old}
    for name, at in done.items():
        listing.restate(connection, ids[name], name, at)
    for state in after:
        if state.aspect == "case" and listing.moves(state.body) != held[state.case]:
            listing.settle(connection, ids[state.case])
    return after


def _locked(connection: Connection, names: set[str]) -> dict[str, int]:
    """Ids by name. Rows are locked in one order, so two changes cannot wait for each other."""
    rows = connection.execute(
        sa.select(case.c.id, case.c.name)
        .where(case.c.name.in_(names))
        .order_by(case.c.id)
        .with_for_update()
    ).all()
    found = {row.name: int(row.id) for row in rows}
    for name in sorted(names - set(found)):
        raise StoreProblem(Message(f"没有案件“{name}”。", f"There is no case “{name}”."))
    return found


def _created(
    database: Database, connection: Connection, name: str, key: CustodyKey, actor: str
) -> int:
    if connection.scalar(ID_OF, {"name": name}) is not None:
        raise StoreProblem(Message(f"案件“{name}”已经存在。", f"There is a case “{name}” already."))
    return chain.open_case(database, connection, name, key, actor)


def _state(connection: Connection, case_id: int, name: str, aspect: str) -> State:
    row = connection.execute(
        sa.select(case_state.c.revision, case_state.c.body).where(
            case_state.c.case_id == case_id, case_state.c.aspect == aspect
        )
    ).one_or_none()
    if row is None:
        return State(case=name, aspect=aspect, revision=0, body={}, at=now())
    return State(
        case=name, aspect=aspect, revision=row.revision, body=read_body(row.body), at=now()
    )


def read_body(body: Any) -> Json:
    """A body as it is stored."""
    value = json.loads(bytes(body))
    assert isinstance(value, dict)
    return value


def _write(
    database: Database,
    connection: Connection,
    case_id: int,
    state: State,
    decided: Change,
    key: CustodyKey,
    actor: str,
    role: str,
) -> State:
    drafts, rows = [], []
    for number, event in enumerate(decided.events, start=1):
        if not _NAME.fullmatch(event.name):
            raise ValueError(f"not an event's name: {event.name}")
        details: Json = {
            "aspect": state.aspect,
            "event": event.name,
            "role": role,
            "revision": state.revision + number,
            "body_sha256": digest(event.body),
        }
        if number == len(decided.events):
            details["state_sha256"] = digest(decided.body)
            if decided.erase:
                details["erased"] = sorted(decided.erase)
        drafts.append(Draft(Action.CASE_EVENT, details=details))
        rows.append({"aspect": state.aspect, "name": event.name, "body": canonical(event.body)})
    head = chain.extend(database, connection, case_id, drafts, key, actor, state.at)
    first = head.seq - len(rows) + 1
    connection.execute(
        sa.insert(case_event),
        [{"case_id": case_id, "seq": seq, **row} for seq, row in enumerate(rows, start=first)],
    )
    if decided.erase:
        connection.execute(
            sa.update(case_event)
            .where(case_event.c.case_id == case_id, case_event.c.seq.in_(list(decided.erase)))
            .values(body=None)
        )
    body = canonical(decided.body)
    revision = state.revision + len(rows)
    at = sa.and_(case_state.c.case_id == case_id, case_state.c.aspect == state.aspect)
    if state.revision == 0:
        connection.execute(
            sa.insert(case_state).values(
                case_id=case_id, aspect=state.aspect, revision=revision, body=body
            )
        )
    else:
        connection.execute(sa.update(case_state).where(at).values(revision=revision, body=body))
    return replace(state, revision=revision, body=read_body(body))


def state_of(database: Database, name: str, aspect: str = "case") -> State:
    """One aspect of a case as it is now."""
    with database.read() as connection:
        found = connection.scalar(ID_OF, {"name": name})
        if found is None:
            raise StoreProblem(Message(f"没有案件“{name}”。", f"There is no case “{name}”."))
        return _state(connection, int(found), name, aspect)


def states(database: Database, name: str | None = None, aspect: str | None = None) -> list[State]:
    """States of one case, or of one aspect over all cases, or all; in the order of cases."""
    given = {key: value for key, value in (("name", name), ("aspect", aspect)) if value is not None}
    return _read_states(database, _states_query(tuple(given)), given)


def states_of(database: Database, names: Sequence[str], aspects: Sequence[str]) -> list[State]:
    """States of some aspects of some cases, where anything was done there."""
    if not names:
        return []
    given = {"names": list(names), "aspects": list(aspects)}
    return _read_states(database, _states_query(tuple(given)), given)


_NARROWED = {
    "name": case.c.name == sa.bindparam("name"),
    # By their numbers: SQLite would rather read the states of all cases than join their names.
    "names": case_state.c.case_id.in_(
        sa.select(case.c.id).where(case.c.name.in_(sa.bindparam("names", expanding=True)))
    ),
    "aspect": case_state.c.aspect == sa.bindparam("aspect"),
    "aspects": case_state.c.aspect.in_(sa.bindparam("aspects", expanding=True)),
}


@cache
def _states_query(names: tuple[str, ...]) -> sa.Select[Any]:
    return (
        sa.select(case.c.name, case_state.c.aspect, case_state.c.revision, case_state.c.body)
        .join(case, case.c.id == case_state.c.case_id)
        .where(*(_NARROWED[name] for name in names))
        .order_by(case.c.id, case_state.c.aspect)
    )


def having(database: Database, aspects: Sequence[str], size: int) -> list[str]:
    """Cases that have begun any of these aspects, the latest case first; no state is read."""
    with database.read() as connection:
        found = connection.scalars(_HAVING, {"aspects": list(aspects), "size": size})
        return list(found.all())


_HAVING = (
    sa.select(case.c.name)
    .where(case.c.id.in_(sa.select(case_state.c.case_id).where(_NARROWED["aspects"])))
    .order_by(case.c.id.desc())
    .limit(sa.bindparam("size"))
)


def _read_states(
    database: Database, query: sa.Select[Any], given: Mapping[str, Any]
) -> list[State]:
    with database.read() as connection:
        rows = connection.execute(query, given).all()
    at = now()
    return [
        State(
            case=row.name,
            aspect=row.aspect,
            revision=row.revision,
            body=read_body(row.body),
            at=at,
        )
        for row in rows
    ]


def events(
    database: Database,
    name: str,
    aspect: str | None = None,
    seqs: Sequence[int] | None = None,
) -> Iterator[Event]:
    """The events of a case, oldest first; those of one aspect or of these numbers, if given."""
    with database.read() as connection:
        case_id = connection.scalar(ID_OF, {"name": name})
    if case_id is None:
        raise StoreProblem(Message(f"没有案件“{name}”。", f"There is no case “{name}”."))
    query = (
        sa.select(case_event.c.seq, case_event.c.body, custody_entry.c.line)
        .join(
            custody_entry,
            sa.and_(
                custody_entry.c.case_id == case_event.c.case_id,
                custody_entry.c.seq == case_event.c.seq,
            ),
        )
        .where(case_event.c.case_id == case_id)
    )
    if aspect is not None:
        query = query.where(case_event.c.aspect == aspect)
    if seqs is not None:
        query = query.where(case_event.c.seq.in_(seqs))
    for row in paging.rows(database.read, query, case_event.c.seq):
        yield _event(Entry.parse(bytes(row.line)), row.body)


def _event(entry: Entry, body: Any) -> Event:
    details: Mapping[str, Any] = entry.details
    return Event(
        case=entry.case,
        seq=entry.seq,
        at=entry.time,
        actor=entry.actor,
        role=details["role"],
        aspect=details["aspect"],
        name=details["event"],
        revision=details["revision"],
        body=None if body is None else read_body(body),
    )
