"""Keeping the tables of lists in step with records and states, inside the caller's transaction.

A case holds what its own examinations brought, without what it gave away, with what it
received and what the cases merged into it hold; each evidence once, as last examined. All of
it can be made anew from records and states (`fill`).
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.case.item_line import MISSED, STATES, ItemLine, item_line
from mingjian.casework.case.listing import MOVES, listed, persons
from mingjian.casework.custody.entry import Entry, NotAnEntry, now
from mingjian.domain.folding import folded
from mingjian.domain.message import Message
from mingjian.store.list_tables import case_item, case_line, case_person, item_count
from mingjian.store.list_tables import item_line as item_line_table
from mingjian.store.lookup import rows_of
from mingjian.store.paging import within
from mingjian.store.tables import ID_OF, case, case_state, custody_entry, run

Row = dict[str, Any]
PAGE = 500
STEP = 100.0
"""Between two states in `weighs`: more than any log10 LR, so that the state comes first."""
DAMAGED = Message(
    "此件的记录已损坏，请运行 mingjian custody verify。",
    "The record of this item is damaged; run mingjian custody verify.",
)


def line_rows(run_id: int, ordinal: int, line: ItemLine) -> tuple[Row, Row]:
    """The row of `item_line` and that of `case_item`, the latter without its case."""
    weighs = STEP * (len(STATES) - STATES.index(line.state)) + line.strength
    body = {**line.as_json(), "weighs": weighs}
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")
    flags = sorted({weight["proposition"] for weight in line.weights if weight["flagged"]})
    place = {"run_id": run_id, "ordinal": ordinal}
    return {**place, "body": zlib.compress(text, 1)}, {
        **place,
        "key": line.sha256 or line.path,
        "held": 1,
        "weighs": weighs,
        "kind": line.kind,
        "state": line.state,
        "gaps": line.gaps,
        "missed": missed_bits(line.missed),
        "flags": f" {' '.join(flags)} ",
        "path": line.path,
        "words": folded(line.path),
    }


def missed_bits(missed: frozenset[str]) -> int:
    """States of examinations as the bits of one number."""
    return sum(1 << number for number, name in enumerate(MISSED) if name in missed)


def read_line(body: Any) -> Row:
    """What `line_rows` put into a row of `item_line`."""
    value = json.loads(zlib.decompress(bytes(body)))
    assert isinstance(value, dict)
    return value


def add_items(
    connection: Connection, case_id: int, lines: Sequence[Row], rows: Sequence[Row]
) -> None:
    """List examined items of one run (`line_rows`); the case's row is locked by the caller."""
    connection.execute(sa.insert(item_line_table), list(lines))
    fresh: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: int(row["ordinal"])):
        fresh.setdefault(row["key"], {**row, "case_id": case_id, "home_id": case_id})
    there = {old.key: old for old in _with_keys(connection, case_id, list(fresh))}
    counted: Counter[tuple[str, str]] = Counter()
    gaps: Counter[tuple[str, str]] = Counter()
    for key, row in list(fresh.items()):
        old = there.get(key)
        if old is None:
            continue
        if old.home_id == case_id:
            if (old.run_id, -old.ordinal) > (row["run_id"], -row["ordinal"]):
                del fresh[key], there[key]
                continue
            row["held"] = old.held
        if old.held:
            counted[old.kind, old.state] -= 1
            gaps[old.kind, old.state] -= old.gaps
    for keys in _bulks(list(there)):
        connection.execute(
            sa.delete(case_item).where(case_item.c.case_id == case_id, case_item.c.key.in_(keys))
        )
    if fresh:
        connection.execute(sa.insert(case_item), list(fresh.values()))
    for row in fresh.values():
        if row["held"]:
            counted[row["kind"], row["state"]] += 1
            gaps[row["kind"], row["state"]] += row["gaps"]
    _add_counts(connection, case_id, counted, gaps)
    values = {
        "total": case_line.c.total + counted.total(),
        "flagged": case_line.c.flagged + sum(n for (_, s), n in counted.items() if s == "flagged"),
        "changed": now(),
        "version": case_line.c.version + 1,
    }
    moved = connection.scalar(
        sa.update(case_line)
        .where(case_line.c.case_id == case_id)
        .values(values)
        .returning(case_line.c.moved)
    )
    if moved:
        settle(connection, case_id)


def _with_keys(connection: Connection, case_id: int, keys: list[str]) -> Iterator[Any]:
    for bulk in _bulks(keys):
        yield from connection.execute(
            sa.select(case_item).where(case_item.c.case_id == case_id, case_item.c.key.in_(bulk))
        ).all()


def _bulks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), PAGE):
        yield keys[start : start + PAGE]


def _add_counts(
    connection: Connection,
    case_id: int,
    counted: Counter[tuple[str, str]],
    gaps: Counter[tuple[str, str]],
) -> None:
    for (kind, state), number in counted.items():
        found = connection.execute(
            sa.update(item_count)
            .where(
                item_count.c.case_id == case_id,
                item_count.c.kind == kind,
                item_count.c.state == state,
            )
            .values(total=item_count.c.total + number, gaps=item_count.c.gaps + gaps[kind, state])
        )
        if not found.rowcount:
            values = {"case_id": case_id, "kind": kind, "state": state}
            connection.execute(
                sa.insert(item_count).values(**values, total=number, gaps=gaps[kind, state])
            )


def restate(connection: Connection, case_id: int, name: str, at: str) -> None:
    """Write the row of a case anew from its states."""
    bodies = _bodies(connection, case_id)
    own = bodies.get("case", {})
    values = {**listed(name, own, bodies.get("incident", {})), "changed": at}
    found = connection.execute(
        sa.update(case_line).where(case_line.c.case_id == case_id).values(values)
    )
    if not found.rowcount:
        connection.execute(
            sa.insert(case_line).values(case_id=case_id, total=0, flagged=0, version=0, **values)
        )
    connection.execute(sa.delete(case_person).where(case_person.c.case_id == case_id))
    in_charge = [{"case_id": case_id, "person": person} for person in persons(name, own)]
    if in_charge:
        connection.execute(sa.insert(case_person), in_charge)


def _bodies(connection: Connection, case_id: int) -> dict[str, Row]:
    rows = connection.execute(
        sa.select(case_state.c.aspect, case_state.c.body).where(
            case_state.c.case_id == case_id, case_state.c.aspect.in_(["case", "incident"])
        )
    ).all()
    return {row.aspect: json.loads(bytes(row.body)) for row in rows}


def moves(body: Mapping[str, Any]) -> str:
    """What a state says about which items its case holds, to be compared."""
    return json.dumps([body.get(name) for name in MOVES], sort_keys=True)


def settle(connection: Connection, case_id: int) -> None:
    """Work out anew which items a case holds, and then the cases it was merged into."""
    seen: set[int] = set()
    following: int | None = case_id
    while following is not None and following not in seen:
        seen.add(following)
        connection.execute(sa.select(case.c.id).where(case.c.id == following).with_for_update())
        into = _settle(connection, following)
        following = None if into is None else _id(connection, into)


def _settle(connection: Connection, case_id: int) -> str | None:
    body = _bodies(connection, case_id).get("case", {})
    given, taken = body.get("given", {}), body.get("taken", {})
    mine = case_item.c.case_id == case_id
    connection.execute(sa.delete(case_item).where(mine, case_item.c.home_id != case_id))
    connection.execute(sa.update(case_item).where(mine, case_item.c.held == 0).values(held=1))
    for keys in _bulks(list(given)):
        connection.execute(
            sa.update(case_item).where(mine, case_item.c.key.in_(keys)).values(held=0)
        )
    own = {row.key for row in _with_keys(connection, case_id, list(taken))}
    for key in taken:
        if key not in own and key not in given:
            newest = (
                sa.select(case_item)
                .where(case_item.c.key == key, case_item.c.case_id == case_item.c.home_id)
                .order_by(case_item.c.run_id.desc(), case_item.c.ordinal)
                .limit(1)
                .subquery()
            )
            _copy(connection, case_id, sa.select(newest))
    for name in body.get("merged", ()):
        source = case_item.alias()
        there = case_item.alias()
        already = sa.exists().where(there.c.case_id == case_id, there.c.key == source.c.key)
        its = source.c.case_id == _id(connection, name)
        _copy(connection, case_id, sa.select(source).where(its, source.c.held == 1, ~already))
    _count_anew(connection, case_id)
    into = body.get("merged_into")
    return str(into) if into is not None else None


def _copy(connection: Connection, case_id: int, rows: sa.Select[Any]) -> None:
    source = rows.subquery()
    fixed = {"case_id": sa.literal(case_id), "held": sa.literal(1)}
    columns = [fixed.get(column.name, source.c[column.name]) for column in case_item.c]
    connection.execute(sa.insert(case_item).from_select(list(case_item.c), sa.select(*columns)))


def _id(connection: Connection, name: str) -> int:
    return int(connection.scalar(ID_OF, {"name": name}) or 0)


def _count_anew(connection: Connection, case_id: int) -> None:
    connection.execute(sa.delete(item_count).where(item_count.c.case_id == case_id))
    counted = (
        sa.select(
            case_item.c.case_id,
            case_item.c.kind,
            case_item.c.state,
            sa.func.count(),
            sa.func.sum(case_item.c.gaps),
        )
        .where(case_item.c.case_id == case_id, case_item.c.held == 1)
        .group_by(case_item.c.case_id, case_item.c.kind, case_item.c.state)
    )
    connection.execute(sa.insert(item_count).from_select(list(item_count.c), counted))
    of_case = sa.select(sa.func.coalesce(sa.func.sum(item_count.c.total), 0)).where(
        item_count.c.case_id == case_id
    )
    flagged = of_case.where(item_count.c.state == "flagged")
    connection.execute(
        sa.update(case_line)
        .where(case_line.c.case_id == case_id)
        .values(
            total=of_case.scalar_subquery(),
            flagged=flagged.scalar_subquery(),
            version=case_line.c.version + 1,
        )
    )


# ---- making all of it anew ------------------------------------------------------------------


def fill(connection: Connection) -> None:
    """Fill the empty tables of lists from the records and states there are."""
    cases = connection.execute(sa.select(case.c.id, case.c.name, case.c.head_seq)).all()
    for found in cases:
        restate(connection, found.id, found.name, "")
    # Not settled with every page of items, but once, below.
    connection.execute(sa.update(case_line).values(moved=0))
    for of_run in connection.execute(sa.select(run.c.id, run.c.case_id).order_by(run.c.id)).all():
        bulk: list[tuple[Row, Row]] = []
        for line in _lines(connection, of_run.id):
            bulk.append(line)
            if len(bulk) == PAGE:
                _add(connection, of_run.case_id, bulk)
                bulk = []
        _add(connection, of_run.case_id, bulk)
    for found in cases:
        restate(connection, found.id, found.name, _last_time(connection, found))
    moved = connection.scalars(sa.select(case_line.c.case_id).where(case_line.c.moved == 1)).all()
    for case_id in moved:
        settle(connection, case_id)


def _last_time(connection: Connection, found: Any) -> str:
    """When the last entry of a case was written."""
    line = connection.scalar(
        sa.select(custody_entry.c.line).where(
            custody_entry.c.case_id == found.id, custody_entry.c.seq == found.head_seq
        )
    )
    try:
        return Entry.parse(bytes(line or b"")).time
    except NotAnEntry:  # verify names it
        return ""


def _add(connection: Connection, case_id: int, bulk: list[tuple[Row, Row]]) -> None:
    if bulk:
        add_items(connection, case_id, [line for line, _ in bulk], [row for _, row in bulk])


def _lines(connection: Connection, run_id: int) -> Iterator[tuple[Row, Row]]:
    records = rows_of(within(connection), run_id)
    for ordinal, rows in groupby(records, key=lambda row: row.ordinal):
        yield line_rows(run_id, ordinal, _line(list(rows)))


def _line(rows: list[Any]) -> ItemLine:
    try:
        return item_line([json.loads(zlib.decompress(bytes(row.body))) for row in rows])
    except (zlib.error, ValueError, KeyError, TypeError):
        return ItemLine(
            sha256=rows[0].sha256,
            sm3=None,
            path=rows[0].path,
            kind="unknown",
            format="",
            size=0,
            parts=len(rows) - 1,
            state="failed",
            weights=(),
            because=DAMAGED.as_json(),
            gaps=1,
            missed=frozenset({"failed"}),
        )
