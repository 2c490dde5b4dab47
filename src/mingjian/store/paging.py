"""Long answers of the database, a page at a time: constant memory, no long lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

PAGE = 500

Read = Callable[[], AbstractContextManager[Connection]]
"""Where a page is read: `Database.read`, or `within` a transaction."""


def within(connection: Connection) -> Read:
    """Read in the transaction of the caller."""
    return lambda: nullcontext(connection)


def pages(
    read: Read, query: sa.Select[Any], *by: sa.ColumnElement[Any], size: int = PAGE
) -> Iterator[Sequence[Any]]:
    """What `query` selects in the order of the columns `by`, which are selected and tell its rows
    apart. What is written meanwhile behind the last row read is met; nothing is met twice."""
    query = query.order_by(*by).limit(size)
    following = query
    while True:
        with read() as connection:
            page = connection.execute(following).all()
        yield page
        if len(page) < size:
            return
        last = tuple(page[-1]._mapping[column] for column in by)
        following = query.where(sa.tuple_(*by) > last)


def rows(
    read: Read, query: sa.Select[Any], *by: sa.ColumnElement[Any], size: int = PAGE
) -> Iterator[Any]:
    """The same, row by row."""
    return chain.from_iterable(pages(read, query, *by, size=size))
