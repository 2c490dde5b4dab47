"""Lists of cases and items, a page at a time: each page starts behind the last row of the one
before, so that what is added meanwhile neither repeats nor hides anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.domain.folding import folded
from mingjian.store.database import Database
from mingjian.store.list_tables import case_item, case_line, case_person, item_count, item_line
from mingjian.store.listing import missed_bits, read_line
from mingjian.store.tables import case

Row = TypeVar("Row")
HASH_START = 6
"""Hexadecimal digits from which a word is first taken for the start of a hash."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
Where = list[sa.ColumnElement[bool]]

ITEM_ORDERS = ("weight", "newest", "path")
"""Worth a look first; latest examined first; by path."""
CASE_ORDERS = ("newest", "changed", "flagged", "grade")
"""Latest made, latest worked on, with most flagged items, with the gravest incident first."""


class NoSuchPlace(Exception):
    """`after` names no place in the list."""


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """Rows of a list, and what to ask for to go on; None: that was all."""

    rows: Sequence[Row]
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsAsked:
    """Which items; what is not given does not narrow the list."""

    case: str | None = None
    """None: the items of all cases, each with the case whose examination brought it."""
    words: str = ""
    """All of them in the path, however typed; or a start of its SHA-256."""
    kind: str = ""
    state: str = ""
    missed: str = ""
    """An examination that did not take place for this reason (`item_line.MISSED`)."""
    proposition: str = ""
    """Flagged for it."""
    order: str = "weight"
    """One of `ITEM_ORDERS`; over all cases only the newest come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An item in a list: what is shown of it, and where its record is."""

    case: str
    """The case whose examination brought it."""
    run: int
    ordinal: int
    line: Mapping[str, Any]
    """The JSON of its `ItemLine`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesAsked:
    """Which cases."""

    words: str = ""
    """All of them in its name or title."""
    status: str = ""
    assigned: str = ""
    exercise: bool | None = None
    due_by: str = ""
    """A day (ISO 8601): those that need not be kept beyond it."""
    order: str = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """A case in a list."""

    name: str
    items: int
    flagged: int
    changed: str
    """When it was last worked on (UTC)."""
    version: int
    """Grows whenever what it holds changes."""


# ---- items ----------------------------------------------------------------------------------


def items(
    database: Database, asked: ItemsAsked, after: str = "", size: int = 50
) -> ListPage[ListedItem]:
    """A page of items; raises `NoSuchPlace` for an `after` that no page gave."""
    with database.read() as connection:
        order, falling = _item_order(asked)
        columns: list[Any] = [*order, case_item.c.home_id]
        where = _which_items(connection, asked)
        if after:
            where.append(_beyond(order, _item_place(connection, asked, after), falling))
        chosen = (
            sa.select(*columns)
            .where(*where)
            .order_by(*_sorted(order, falling))
            .limit(size + 1)
            .subquery()
        )
        rows = connection.execute(
            sa.select(chosen, item_line.c.body, case.c.name)
            .join(
                item_line,
                sa.and_(
                    item_line.c.run_id == chosen.c.run_id,
                    item_line.c.ordinal == chosen.c.ordinal,
                ),
            )
            .join(case, case.c.id == chosen.c.home_id)
            .order_by(*_sorted([chosen.c[column.name] for column in order], falling))
        ).all()
    shown = [
        ListedItem(case=row.name, run=row.run_id, ordinal=row.ordinal, line=read_line(row.body))
        for row in rows[:size]
    ]
    last = shown[-1] if len(rows) > size else None
    return ListPage(shown, f"{last.run}.{last.ordinal}" if last else None)


def _item_order(asked: ItemsAsked) -> tuple[list[sa.Column[Any]], bool]:
    """The columns a list of items is ordered by, and whether from the greatest down."""
    place = [case_item.c.run_id, case_item.c.ordinal]
    if asked.case is None or asked.order == "newest":
        return place, True
    if asked.order == "path":
        return [case_item.c.path, *place], False
    return [case_item.c.weighs, *place], True


def _sorted(columns: Sequence[Any], falling: bool) -> list[Any]:
    return [column.desc() if falling else column for column in columns]


def _beyond(columns: Sequence[Any], values: Sequence[Any], falling: bool) -> Any:
    row = sa.tuple_(*columns)
    place = sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(values, columns, strict=True)))
    return row < place if falling else row > place


def _item_place(connection: Connection, asked: ItemsAsked, after: str) -> list[Any]:
    """What the last row of the page before is ordered by. It is read from the row that every
    examined item keeps, so the place holds when the item has left the list meanwhile."""
    run, _, ordinal = after.partition(".")
    if not (_is_number(run) and _is_number(ordinal)):
        raise NoSuchPlace
    place: list[Any] = [int(run), int(ordinal)]
    order, _falling = _item_order(asked)
    if len(order) == len(place):
        return place
    body = connection.scalar(
        sa.select(item_line.c.body).where(
            item_line.c.run_id == place[0], item_line.c.ordinal == place[1]
        )
    )
    if body is None:
        raise NoSuchPlace
    return [read_line(body)[order[0].name], *place]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _which_items(connection: Connection, asked: ItemsAsked) -> Where:
    row = case_item.c
    if asked.case is None:
        where: Where = [row.home_id == row.case_id]
    else:
        found = connection.scalar(sa.select(case.c.id).where(case.c.name == asked.case))
        where = [row.case_id == (found or 0), row.held == 1]
    if asked.kind:
        where.append(row.kind == asked.kind)
    if asked.state:
        where.append(row.state == asked.state)
    if asked.missed:
        where.append(row.missed.op("&")(missed_bits(frozenset({asked.missed}))) != 0)
    if asked.proposition:
        # Only a flagged item has flags; saying so lets an index find it.
        flag = row.flags.contains(f" {asked.proposition} ", autoescape=True)
        where += [row.state == "flagged", flag]
    words = folded(asked.words).split()
    if len(words) == 1 and len(words[0]) >= HASH_START and set(words[0]) <= set("0123456789abcdef"):
        # A start of a hash; no hexadecimal digit comes behind "g".
        hashed = [row.key >= words[0], row.key < f"{words[0]}g"]
        if connection.scalar(sa.select(row.key).where(*hashed).limit(1)) is not None:
            return where + hashed
    return where + [row.words.contains(word, autoescape=True) for word in words]


def counts(database: Database, name: str) -> Sequence[tuple[str, str, int, int]]:
    """Kind, state, items and gaps of what a case holds."""
    row = item_count.c
    with database.read() as connection:
        rows = connection.execute(
            sa.select(row.kind, row.state, row.total, row.gaps)
            .join(case, case.c.id == row.case_id)
            .where(case.c.name == name, row.total > 0)
        ).all()
    return [(str(one[0]), str(one[1]), int(one[2]), int(one[3])) for one in rows]


def named(database: Database, name: str, prefix: str) -> list[str]:
    """SHA-256 of items a case holds that begin with `prefix` (lower-case hex), two at most."""
    with database.read() as connection:
        found = connection.scalars(
            sa.select(case_item.c.key)
            .join(case, case.c.id == case_item.c.case_id)
            .where(
                case.c.name == name,
                case_item.c.held == 1,
                case_item.c.key >= prefix,
                case_item.c.key < f"{prefix}g",
            )
            .order_by(case_item.c.key)
        )
        # An item whose bytes could not be read goes by its path.
        return list(islice((key for key in found if _SHA256.fullmatch(key)), 2))


def places(database: Database, name: str) -> list[tuple[str, int, int]]:
    """Case, run and ordinal of every item a case holds: its own first, newest run first."""
    with database.read() as connection:
        own = case.alias()
        rows = connection.execute(
            sa.select(case.c.name, case_item.c.run_id, case_item.c.ordinal)
            .join(own, own.c.id == case_item.c.case_id)
            .join(case, case.c.id == case_item.c.home_id)
            .where(own.c.name == name, case_item.c.held == 1)
            .order_by(
                case_item.c.home_id != case_item.c.case_id,
                case_item.c.run_id.desc(),
                case_item.c.ordinal,
            )
        ).all()
    return [(row[0], row[1], row[2]) for row in rows]


# ---- cases ----------------------------------------------------------------------------------


def cases(
    database: Database, asked: CasesAsked, after: str = "", size: int = 25
) -> ListPage[ListedCase]:
    """A page of cases; raises `NoSuchPlace` for an `after` that no page gave."""
    order: list[sa.Column[Any]] = [case_line.c.case_id]
    if asked.order != "newest":
        order = [case_line.c[asked.order], *order]
    query = (
        sa.select(case.c.name, case_line)
        .join(case, case.c.id == case_line.c.case_id)
        .where(*_which_cases(asked))
        .order_by(*_sorted(order, falling=True))
    )
    if after:
        query = query.where(_beyond(order, _case_place(asked, after), falling=True))
    with database.read() as connection:
        rows = connection.execute(query.limit(size + 1)).all()
    shown = [
        ListedCase(
            name=row.name,
            items=row.total,
            flagged=row.flagged,
            changed=row.changed,
            version=row.version,
        )
        for row in rows[:size]
    ]
    following = None
    if len(rows) > size:
        last = rows[size - 1]
        following = "~".join(str(getattr(last, column.name)) for column in order)
    return ListPage(shown, following)


def _case_place(asked: CasesAsked, after: str) -> list[Any]:
    first, _, number = after.rpartition("~")
    if not _is_number(number) or bool(first) != (asked.order != "newest"):
        raise NoSuchPlace
    if not first:
        return [int(number)]
    if asked.order == "changed":
        return [first[:32], int(number)]
    if not _is_number(first):
        raise NoSuchPlace
    return [int(first), int(number)]


def _which_cases(asked: CasesAsked) -> Where:
    row = case_line.c
    where = [row.words.contains(word, autoescape=True) for word in folded(asked.words).split()]
    if asked.status:
        where.append(row.status == asked.status)
    if asked.exercise is not None:
        where.append(row.exercise == int(asked.exercise))
    if asked.due_by:
        where.append(row.keep_until <= asked.due_by)
    if asked.assigned:
        theirs = sa.select(case_person.c.case_id).where(
            case_person.c.person == folded(asked.assigned)
        )
        where.append(row.case_id.in_(theirs))
    return where


def one_case(database: Database, name: str) -> ListedCase:
    """The row of one case."""
    with database.read() as connection:
        row = connection.execute(
            sa.select(case_line)
            .join(case, case.c.id == case_line.c.case_id)
            .where(case.c.name == name)
        ).one()
    return ListedCase(
        name=name, items=row.total, flagged=row.flagged, changed=row.changed, version=row.version
    )


def children(database: Database, name: str) -> tuple[str, ...]:
    """The cases that stand right below a case, in the order in which they came."""
    with database.read() as connection:
        found = connection.scalars(
            sa.select(case.c.name)
            .join(case_line, case_line.c.case_id == case.c.id)
            .where(case_line.c.parent == name)
            .order_by(case.c.id)
        ).all()
    return tuple(found)


def count_cases(database: Database, asked: CasesAsked) -> int:
    """How many cases a list has in all."""
    query = sa.select(sa.func.count()).select_from(case_line).where(*_which_cases(asked))
    with database.read() as connection:
        return int(connection.scalar(query) or 0)


def with_clocks(database: Database, size: int) -> list[str]:
    """Cases with a reporting clock that nobody has met, those due first."""
    with database.read() as connection:
        found = connection.scalars(
            sa.select(case.c.name)
            .join(case_line, case_line.c.case_id == case.c.id)
            .where(case_line.c.clock.is_not(None))
            .order_by(case_line.c.clock, case.c.id)
            .limit(size)
        ).all()
    return list(found)
