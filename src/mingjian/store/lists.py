"""Lists of cases and items, a page at a time: each page starts behind the last row of the one
before, so that what is added meanwhile neither repeats nor hides anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from mingjian.domain.folding import folded
from mingjian.store.database import Database
from mingjian.store.list_tables import case_item, case_line, case_person
from mingjian.store.tables import case, case_state

Row = TypeVar("Row")

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
    revision: int
    """Of the state of its aspect `case`; 0: nothing was done yet, …"""
    body: Mapping[str, Any]
    """… and that state is empty."""
    incident: Mapping[str, Any]
    """The state of its aspect `incident`; empty where there is none."""


# ---- what both lists are asked with ------------------------------------------------------


def sorted_by(columns: Sequence[Any], falling: bool) -> list[Any]:
    return [column.desc() if falling else column for column in columns]


def beyond(columns: Sequence[Any], falling: bool) -> Any:
    """Behind the place that the parameters after0, after1, … name."""
    row = sa.tuple_(*columns)
    place = sa.tuple_(
        *(sa.bindparam(f"after{at}", type_=column.type) for at, column in enumerate(columns))
    )
    return row < place if falling else row > place


def numbered(name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {f"{name}{at}": value for at, value in enumerate(values)}


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def anywhere(text: str) -> str:
    """A pattern for `like` with the escape "/"."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return f"%{text}%"


# ---- cases ----------------------------------------------------------------------------------


def cases(
    database: Database, asked: CasesAsked, after: str = "", size: int = 25
) -> ListPage[ListedCase]:
    """A page of cases; raises `NoSuchPlace` for an `after` that no page gave."""
    given = _given_of_cases(asked)
    if after:
        given |= numbered("after", _case_place(asked, after))
    query = _cases_query(tuple(given), asked.order, database.sqlite)
    with database.read() as connection:
        rows = connection.execute(query, {**given, "size": size + 1}).all()
    following = None
    if len(rows) > size:
        last = rows[size - 1]
        following = "~".join(str(getattr(last, one.name)) for one in _case_order(asked.order))
    return ListPage([_listed_case(row) for row in rows[:size]], following)


def _listed_case(row: Any) -> ListedCase:
    return ListedCase(
        name=row.name,
        items=row.total,
        flagged=row.flagged,
        changed=row.changed,
        version=row.version,
        revision=row.revision or 0,
        body=_body(row.body),
        incident=_body(row.incident),
    )


def _body(body: bytes | None) -> Mapping[str, Any]:
    return json.loads(body) if body else {}


_STATES = {aspect: case_state.alias(aspect) for aspect in ("case", "incident")}
_CASE = (
    sa.select(
        case.c.name,
        case_line.c.case_id,
        *(case_line.c[name] for name in ("total", "flagged", "changed", "grade", "version")),
        _STATES["case"].c.revision,
        _STATES["case"].c.body,
        _STATES["incident"].c.body.label("incident"),
    )
    .select_from(case_line)
    .join(case, case.c.id == case_line.c.case_id)
)
for _aspect, _state in _STATES.items():
    _CASE = _CASE.outerjoin(
        _state, sa.and_(_state.c.case_id == case_line.c.case_id, _state.c.aspect == _aspect)
    )


@lru_cache(256)
def _cases_query(names: tuple[str, ...], order_name: str, sqlite: bool) -> sa.Select[Any]:
    order = _case_order(order_name)
    ordered = sorted_by(order, falling=True)
    chosen = sa.select(case_line.c.case_id).where(*_cases_narrowed(names, in_order=sqlite))
    if "after0" in names:
        chosen = chosen.where(beyond(order, falling=True))
    chosen = chosen.order_by(*ordered).limit(sa.bindparam("size"))
    return _CASE.where(case_line.c.case_id.in_(chosen)).order_by(*ordered)


@lru_cache(256)
def _count_query(names: tuple[str, ...]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(case_line).where(*_cases_narrowed(names))


def _case_order(name: str) -> list[sa.Column[Any]]:
    return [case_line.c.case_id] if name == "newest" else [case_line.c[name], case_line.c.case_id]


def _case_place(asked: CasesAsked, after: str) -> list[Any]:
    first, _, number = after.rpartition("~")
    if not is_number(number) or bool(first) != (asked.order != "newest"):
        raise NoSuchPlace
    if not first:
        return [int(number)]
    if asked.order == "changed":
        return [first[:32], int(number)]
    if not is_number(first):
        raise NoSuchPlace
    return [int(first), int(number)]


def _given_of_cases(asked: CasesAsked) -> dict[str, Any]:
    """The parameters of a question; each narrows the list as `_cases_narrowed` says."""
    given: dict[str, Any] = {
        "status": asked.status or None,
        "exercise": None if asked.exercise is None else int(asked.exercise),
        "due_by": asked.due_by or None,
        "assigned": folded(asked.assigned) or None,
    }
    words = numbered("word", [anywhere(word) for word in folded(asked.words).split()])
    return {name: value for name, value in given.items() if value is not None} | words


def _cases_narrowed(
    names: Sequence[str], *, in_order: bool = False
) -> list[sa.ColumnElement[bool]]:
    """What these parameters narrow a list by; `in_order` keeps SQLite to the index of the list's
    order, where it would read and sort all cases of a person, often many, to show a few."""
    row = case_line.c
    theirs = sa.select(case_person.c.case_id).where(
        case_person.c.person == sa.bindparam("assigned")
    )
    narrowed: dict[str, sa.ColumnElement[bool]] = {
        "status": row.status == sa.bindparam("status"),
        "exercise": row.exercise == sa.bindparam("exercise"),
        "due_by": row.keep_until <= sa.bindparam("due_by"),
        "assigned": (row.case_id + 0 if in_order else row.case_id).in_(theirs),
    }
    return [
        row.words.like(sa.bindparam(name), escape="/")
        if name.startswith("word")
        else narrowed[name]
        for name in names
        if not name.startswith("after")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """A case as it is counted among all."""

    name: str
    opened: str
    body: Mapping[str, Any]
    """The state of its aspect `case`; empty where nothing was done yet."""
    methods: frozenset[str]
    """The propositions that its own items were flagged for."""


def counted(database: Database) -> Iterator[CountedCase]:
    """All cases that are no exercises, the newest first; of their items only what they were
    flagged for is read. One at a time: the states of all together would fill the memory."""
    with database.read() as connection:
        methods: dict[int, set[str]] = {}
        for case_id, flags in connection.execute(_METHODS):
            methods.setdefault(case_id, set()).update(flags.split())
        for row in connection.execute(_COUNTED):
            yield CountedCase(
                name=row.name,
                opened=row.opened,
                body=_body(row.body),
                methods=frozenset(methods.get(row.id, ())),
            )


_COUNTED = (
    sa.select(case.c.id, case.c.name, case.c.opened, case_state.c.body)
    .join(case_line, case_line.c.case_id == case.c.id)
    .outerjoin(
        case_state, sa.and_(case_state.c.case_id == case.c.id, case_state.c.aspect == "case")
    )
    .where(case_line.c.exercise == 0)
    .order_by(case.c.id.desc())
)
_METHODS = (
    sa.select(case_item.c.home_id, case_item.c.flags)
    .where(case_item.c.state == "flagged", case_item.c.home_id == case_item.c.case_id)
    .distinct()
)


def one_case(database: Database, name: str) -> ListedCase:
    """The row of one case."""
    with database.read() as connection:
        return _listed_case(connection.execute(_ONE_CASE, {"name": name}).one())


_ONE_CASE = _CASE.where(case.c.name == sa.bindparam("name"))


def children(database: Database, name: str) -> tuple[str, ...]:
    """The cases that stand right below a case, in the order in which they came."""
    with database.read() as connection:
        return tuple(connection.scalars(_CHILDREN, {"name": name}).all())


_CHILDREN = (
    sa.select(case.c.name)
    .join(case_line, case_line.c.case_id == case.c.id)
    .where(case_line.c.parent == sa.bindparam("name"))
    .order_by(case.c.id)
)


def count_cases(database: Database, asked: CasesAsked) -> int:
    """How many cases a list has in all."""
    given = _given_of_cases(asked)
    with database.read() as connection:
        return int(connection.scalar(_count_query(tuple(given)), given) or 0)


def with_clocks(database: Database, size: int) -> list[str]:
    """Cases with a reporting clock that nobody has met, those due first."""
    with database.read() as connection:
        return list(connection.scalars(_WITH_CLOCKS, {"size": size}).all())


_WITH_CLOCKS = (
    sa.select(case.c.name)
    .join(case_line, case_line.c.case_id == case.c.id)
    .where(case_line.c.clock.is_not(None))
    .order_by(case_line.c.clock, case.c.id)
    .limit(sa.bindparam("size"))
)
