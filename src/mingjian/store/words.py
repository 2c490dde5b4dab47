"""Finding items by words in their path without reading every path.

Each path is kept as the short runs of characters in it ("grams"), in the index the database
has for such sets: FTS5 in SQLite, GIN in PostgreSQL. An item that holds a word holds all of
the word's grams, so only few are left to be read and compared. Nothing is removed from the
index: whoever finds an item by it reads the item's own row as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection, RowMapping

from mingjian.store.list_tables import case_item
from mingjian.store.paging import pages, within

LENGTH = 3
"""Characters of a gram; two or one are indexed where one of them is not ASCII, since two make a
word of Chinese and one may."""
MOST = 1_000
"""Found by grams, so many items are read and compared; where there are more, a list that is read
in its order meets them soon."""
ORDINALS = 32
"""Bits of an item's number in its run within the one number that names it here."""
_BELOW = (1 << ORDINALS) - 1

_MADE = {
    "sqlite": (
        "create virtual table item_gram using "
        "fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "create table item_gram (item bigint primary key, grams text[] not null)",
        "create index item_gram_grams on item_gram using gin (grams)",
    ),
}
_ADD = {
    "sqlite": sa.text("insert into item_gram (rowid, grams) values (:item, :grams)"),
    "postgresql": sa.text(
        "insert into item_gram values (:item, string_to_array(:grams, ' ')) on conflict do nothing"
    ),
}
_FIND = {
    "sqlite": sa.text(
        "select rowid from item_gram where item_gram match :grams order by rowid desc limit :most"
    ),
    "postgresql": sa.text(
        "select item from item_gram where grams @> string_to_array(:grams, ' ') limit :most"
    ),
}


def make(connection: Connection) -> None:
    """The index, filled with the items there are. An SQLite without FTS5 gets none, and then
    its lists are read from end to end."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        built = connection.exec_driver_sql("pragma compile_options").scalars().all()
        if "ENABLE_FTS5" not in built:
            return
    for statement in _MADE[dialect]:
        connection.exec_driver_sql(statement)
    row = case_item.c
    own = sa.select(row.run_id, row.ordinal, row.words).where(row.home_id == row.case_id)
    for page in pages(within(connection), own, row.run_id, row.ordinal):
        add(connection, [one._mapping for one in page])


def add(connection: Connection, rows: Sequence[Mapping[str, Any] | RowMapping]) -> None:
    """Index examined items: rows with `run_id`, `ordinal` and `words`, the folded path."""
    if rows and _is_there(connection):
        connection.execute(
            _ADD[connection.dialect.name],
            [
                {"item": row["run_id"] << ORDINALS | row["ordinal"], "grams": _joined(row["words"])}
                for row in rows
            ],
        )


def items_with(connection: Connection, words: Iterable[str]) -> list[int] | None:
    """Items that may hold all of these folded words, each as one number; None: more than `MOST`,
    or the words are too short to be found by."""
    # The longest grams of a word say all that the shorter ones in them do.
    grams = {g for word in words for g in grams_of(word) if len(g) == min(LENGTH, len(word))}
    if not grams or not _is_there(connection):
        return None
    dialect = connection.dialect.name
    joined = (" AND " if dialect == "sqlite" else " ").join(sorted(map(_token, grams)))
    found = connection.execute(_FIND[dialect], {"grams": joined, "most": MOST + 1}).scalars().all()
    return None if len(found) > MOST else list(found)


def among(parameter: str, dialect: str) -> sa.ColumnElement[bool]:
    """Whether an item of a list is one of those; `value_of` gives the parameter's value."""
    if dialect == "sqlite":
        each = sa.func.json_each(sa.bindparam(parameter)).table_valued("value")
    else:
        given = sa.bindparam(parameter, type_=ARRAY(sa.BigInteger))
        each = sa.func.unnest(given).table_valued("value").render_derived()
    number = each.c.value
    place = sa.select(number.op(">>")(ORDINALS), number.op("&")(_BELOW))
    return sa.tuple_(case_item.c.run_id, case_item.c.ordinal).in_(place)


def _is_there(connection: Connection) -> bool:
    return connection.dialect.name != "sqlite" or bool(connection.scalar(_THERE))


_THERE = sa.text("select count(*) from sqlite_master where name = 'item_gram'")


def value_of(connection: Connection, items: list[int]) -> object:
    return json.dumps(items) if connection.dialect.name == "sqlite" else items


def grams_of(text: str) -> set[str]:
    """The runs of characters by which a text is found."""
    return {
        gram
        for length in range(1, LENGTH + 1)
        for gram in (text[start : start + length] for start in range(len(text) - length + 1))
        if length == LENGTH or not gram.isascii()
    }


def _joined(text: str) -> str:
    return " ".join(map(_token, grams_of(text)))


def _token(gram: str) -> str:
    """A gram as a word that no database reads in its own way."""
    return gram.encode("utf-8", "surrogatepass").hex()
