"""Lists of items, a page at a time, and what a list of a case says of them in numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.case.item_line import NOT_DONE
from mingjian.domain.folding import folded
from mingjian.store import words as words_index
from mingjian.store.database import Database
from mingjian.store.list_tables import GAPS, case_item, item_count, item_line
from mingjian.store.listing import missed_bits, read_line
from mingjian.store.lists import (
    ItemsAsked,
    ListedItem,
    ListPage,
    NoSuchPlace,
    anywhere,
    beyond,
    is_number,
    numbered,
    sorted_by,
)
from mingjian.store.tables import ID_OF, case

HASH_START = 6
"""Hexadecimal digits from which a word is first taken for the start of a hash."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def items(
    database: Database, asked: ItemsAsked, after: str = "", size: int = 50
) -> ListPage[ListedItem]:
    """A page of items; raises `NoSuchPlace` for an `after` that no page gave."""
    with database.read() as connection:
        given = _given_of_items(connection, asked)
        if after:
            given |= numbered("after", _item_place(connection, asked, after))
        query = _items_query(tuple(given), asked.case is None, asked.order, connection.dialect.name)
        rows = connection.execute(query, {**given, "size": size + 1}).all()
    shown = [_listed(row) for row in rows[:size]]
    last = shown[-1] if len(rows) > size else None
    return ListPage(shown, f"{last.run}.{last.ordinal}" if last else None)


def with_gaps(database: Database, latest: int) -> list[ListedItem]:
    """Those among the `latest` examined items of which something was not examined."""
    with database.read() as connection:
        rows = connection.execute(_WITH_GAPS, {"size": latest}).all()
    return [_listed(row) for row in rows]


def _listed(row: Any) -> ListedItem:
    return ListedItem(case=row.name, run=row.run_id, ordinal=row.ordinal, line=read_line(row.body))


_PLACE = [case_item.c.run_id, case_item.c.ordinal]
_OWN = case_item.c.home_id == case_item.c.case_id
"""Over all cases each item is listed once: in the case whose examination brought it."""


def _held(case_id: Any, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(case_id == sa.bindparam(name), case_item.c.held == 1)


def _missed(name: str) -> sa.ColumnElement[bool]:
    return case_item.c.missed.op("&")(sa.bindparam(name)) != 0


_NARROWED: Mapping[str, sa.ColumnElement[bool]] = {
    "case": _held(case_item.c.case_id, "case"),
    # The few found by words are read by their number: no index of the case is to be taken.
    "case_of_few": _held(case_item.c.case_id + 0, "case_of_few"),
    "kind": case_item.c.kind == sa.bindparam("kind"),
    "state": case_item.c.state == sa.bindparam("state"),
    "missed": _missed("missed"),
    # What did not take place is a gap, unless the detector is not installed.
    "gap": sa.and_(GAPS, _missed("gap")),
    # Only a flagged item has flags; saying so lets an index find it.
    "flag": sa.and_(
        case_item.c.state == "flagged", case_item.c.flags.like(sa.bindparam("flag"), escape="/")
    ),
    # A start of a hash; no hexadecimal digit comes behind "g".
    "hash": case_item.c.key >= sa.bindparam("hash"),
    "hash_end": case_item.c.key < sa.bindparam("hash_end"),
}
"""What narrows a list of items, by the name of its parameter."""


@lru_cache(256)
def _items_query(
    names: tuple[str, ...], of_all: bool, order_name: str, dialect: str
) -> sa.Select[Any]:
    """The question with these parameters; made once, since making one takes longer than asking."""
    order, falling = _item_order(of_all, order_name)
    where = [_narrowed(name, dialect) for name in names if not name.startswith("after")]
    if of_all:
        where.append(_OWN)
    if "after0" in names:
        where.append(beyond(order, falling))
    chosen = (
        sa.select(*order, case_item.c.home_id)
        .where(*where)
        .order_by(*sorted_by(order, falling))
        .limit(sa.bindparam("size"))
        .subquery()
    )
    return _with_lines(chosen).order_by(
        *sorted_by([chosen.c[column.name] for column in order], falling)
    )


def _narrowed(name: str, dialect: str) -> sa.ColumnElement[bool]:
    if name == "items":
        return words_index.among(name, dialect)
    if name.startswith("word"):
        return case_item.c.words.like(sa.bindparam(name), escape="/")
    return _NARROWED[name]


def _with_lines(chosen: sa.Subquery) -> sa.Select[Any]:
    """Rows of `case_item` with what is shown of them."""
    its = sa.and_(item_line.c.run_id == chosen.c.run_id, item_line.c.ordinal == chosen.c.ordinal)
    return (
        sa.select(chosen, item_line.c.body, case.c.name)
        .join(item_line, its)
        .join(case, case.c.id == chosen.c.home_id)
    )


def _with_gaps() -> sa.Select[Any]:
    latest = (
        sa.select(*_PLACE, case_item.c.home_id, case_item.c.gaps)
        .where(_OWN)
        .order_by(*sorted_by(_PLACE, falling=True))
        .limit(sa.bindparam("size"))
        .subquery()
    )
    ordered = sorted_by([latest.c.run_id, latest.c.ordinal], falling=True)
    return _with_lines(latest).where(latest.c.gaps > 0).order_by(*ordered)


_WITH_GAPS = _with_gaps()


def _item_order(of_all: bool, name: str) -> tuple[list[sa.Column[Any]], bool]:
    """The columns a list of items is ordered by, and whether from the greatest down."""
    if of_all or name == "newest":
        return _PLACE, True
    if name == "path":
        return [case_item.c.path, *_PLACE], False
    return [case_item.c.weighs, *_PLACE], True


def _item_place(connection: Connection, asked: ItemsAsked, after: str) -> list[Any]:
    """What the last row of the page before is ordered by. It is read from the row that every
    examined item keeps, so the place holds when the item has left the list meanwhile."""
    run, _, ordinal = after.partition(".")
    if not (is_number(run) and is_number(ordinal)):
        raise NoSuchPlace
    place: list[Any] = [int(run), int(ordinal)]
    order, _falling = _item_order(asked.case is None, asked.order)
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


def _given_of_items(connection: Connection, asked: ItemsAsked) -> dict[str, Any]:
    """The parameters of a question; each narrows the list as `_narrowed` says."""
    given: dict[str, Any] = {}
    if asked.case is not None:
        given["case"] = connection.scalar(ID_OF, {"name": asked.case}) or 0
    if asked.kind:
        given["kind"] = asked.kind
    if asked.state:
        given["state"] = asked.state
    if asked.missed:
        name = "gap" if asked.missed in NOT_DONE else "missed"
        given[name] = missed_bits(frozenset({asked.missed}))
    if asked.proposition:
        given["flag"] = anywhere(f" {asked.proposition} ")
    words = folded(asked.words).split()
    if len(words) == 1 and len(words[0]) >= HASH_START and set(words[0]) <= set("0123456789abcdef"):
        hashed = {"hash": words[0], "hash_end": f"{words[0]}g"}
        if connection.scalar(_HASHED, hashed) is not None:
            return given | hashed
    found = words_index.items_with(connection, words)
    if found is not None:
        if "case" in given:
            given["case_of_few"] = given.pop("case")
        given["items"] = words_index.value_of(connection, found)
    return given | numbered("word", [anywhere(word) for word in words])


_HASHED = sa.select(case_item.c.key).where(_NARROWED["hash"], _NARROWED["hash_end"]).limit(1)


def counts(database: Database, name: str) -> Sequence[tuple[str, str, int, int]]:
    """Kind, state, items and gaps of what a case holds."""
    with database.read() as connection:
        rows = connection.execute(_COUNTS, {"name": name}).all()
    return [(str(one[0]), str(one[1]), int(one[2]), int(one[3])) for one in rows]


_COUNTS = (
    sa.select(item_count.c.kind, item_count.c.state, item_count.c.total, item_count.c.gaps)
    .join(case, case.c.id == item_count.c.case_id)
    .where(case.c.name == sa.bindparam("name"), item_count.c.total > 0)
)


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
