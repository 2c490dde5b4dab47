"""Saved views: what a list of the desk was asked with, under a name, for one account."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from mingjian.store.accounts import account
from mingjian.store.database import Database
from mingjian.store.tables import AnyText, metadata

saved_view = sa.Table(
    "saved_view",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False),
    sa.Column("page", sa.String(24), nullable=False),
    sa.Column("name", AnyText, nullable=False),
    sa.Column("query", AnyText, nullable=False),
    sa.UniqueConstraint("account_id", "page", "name", name="saved_view_name"),
    comment="Filters that a person keeps under a name; `query` is JSON, nothing else reads it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """A view as kept."""

    id: int
    name: str
    query: str


def _of(key: str) -> sa.ScalarSelect[int]:
    return sa.select(account.c.id).where(account.c.key == key).scalar_subquery()


def views(database: Database, key: str, page: str) -> list[ViewRow]:
    """The views that the account `key` keeps of a page, the oldest first."""
    with database.read() as connection:
        rows = connection.execute(_VIEWS, {"key": key, "page": page}).all()
    return [ViewRow(id=row.id, name=row.name, query=row.query) for row in rows]


_VIEWS = (
    sa.select(saved_view.c.id, saved_view.c.name, saved_view.c.query)
    .join(account, account.c.id == saved_view.c.account_id)
    .where(account.c.key == sa.bindparam("key"), saved_view.c.page == sa.bindparam("page"))
    .order_by(saved_view.c.id)
)


def keep(database: Database, key: str, page: str, name: str, query: str) -> None:
    """Keep a view; one of the same name is replaced."""
    whose = (saved_view.c.account_id == _of(key), saved_view.c.page == page)
    with database.write() as connection:
        connection.execute(sa.delete(saved_view).where(*whose, saved_view.c.name == name))
        connection.execute(
            sa.insert(saved_view).values(account_id=_of(key), page=page, name=name, query=query)
        )


def rename(database: Database, key: str, page: str, view: int, name: str) -> bool:
    """Whether the account has this view; its new name must be free."""
    own = (saved_view.c.id == view, saved_view.c.account_id == _of(key), saved_view.c.page == page)
    with database.write() as connection:
        done = connection.execute(sa.update(saved_view).where(*own).values(name=name))
    return bool(done.rowcount)


def forget(database: Database, key: str, page: str, view: int) -> bool:
    """Whether the account had this view; it is gone."""
    own = (saved_view.c.id == view, saved_view.c.account_id == _of(key), saved_view.c.page == page)
    with database.write() as connection:
        return bool(connection.execute(sa.delete(saved_view).where(*own)).rowcount)
