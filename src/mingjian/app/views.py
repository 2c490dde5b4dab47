"""Saved views: filters of a list that a person keeps under a name. Nobody sees another's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mingjian.app.access import Actor
from mingjian.app.desk import NotThere
from mingjian.app.errors import UsageError
from mingjian.domain.folding import folded
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store import views as kept
from mingjian.store.database import Database

NAME_LENGTH = 60
MOST = 30
"""Views a person keeps of one list."""


def views_of(database: Database, actor: Actor, page: str) -> list[Json]:
    """What this person keeps of a list: id, name, and what it is asked with."""
    rows = kept.views(database, folded(actor.name), page)
    return [{"id": row.id, "name": row.name, "query": json.loads(row.query)} for row in rows]


def keep(database: Database, actor: Actor, page: str, name: str, query: Mapping[str, str]) -> None:
    """Keep these filters as `name`; a view of the same name is replaced."""
    name = _named(name)
    have = {row.name for row in kept.views(database, folded(actor.name), page)}
    if name not in have and len(have) >= MOST:
        raise UsageError(
            Message(f"一个列表最多保存 {MOST} 个视图", f"at most {MOST} views are kept of a list"),
            Message("请先删除一个", "remove one first"),
        )
    asked = {key: value for key, value in query.items() if value}
    kept.keep(database, folded(actor.name), page, name, json.dumps(asked))


def rename(database: Database, actor: Actor, page: str, view: int | None, name: str) -> None:
    """Give one of this person's views another name."""
    name, key = _named(name), folded(actor.name)
    rows = kept.views(database, key, page)
    if any(row.name == name and row.id != view for row in rows):
        raise UsageError(
            Message("已有同名的视图", "there is a view of this name already"),
            Message("请换一个名称", "choose another name"),
        )
    if view is None or not kept.rename(database, key, page, view, name):
        raise _not_there()


def forget(database: Database, actor: Actor, page: str, view: int | None) -> None:
    """Remove one of this person's views."""
    if view is None or not kept.forget(database, folded(actor.name), page, view):
        raise _not_there()


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH:
        raise UsageError(
            Message("视图需要一个名称", "a view needs a name"),
            Message(f"1 至 {NAME_LENGTH} 个字符", f"of 1 to {NAME_LENGTH} characters"),
        )
    return name


def _not_there() -> NotThere:
    return NotThere(
        Message("您没有这个视图", "you have no such view"),
        Message("请重新打开列表", "open the list anew"),
    )
