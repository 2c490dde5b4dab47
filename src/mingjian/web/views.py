"""Saved views on every list of the desk: its filters under a name, for the person alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mingjian.app import views
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.page import Asked, Page
from mingjian.web.session import Deed, Given, Went

PLACE = "after"
"""The question that says where in a list one is: no part of a view."""


def with_views(page: Page) -> Page:
    """A list that keeps views: its content names them, and its deeds keep, rename and remove."""

    def make(asked: Asked) -> Json:
        kept = views.views_of(asked.accounts.database, asked.actor, page.name)
        return {**page.make(asked), "views": [_shown(asked, one) for one in kept]}

    def deed(name: str, does: Message, do: Callable[[Asked, Given], None], *takes: str) -> Deed:
        def done(asked: Asked, given: Given) -> Went:
            do(asked, given)
            return Went(does, page.name, asked.query)

        return Deed(name=name, does=does, action=page.action, do=done, takes=takes)

    def keep(asked: Asked, given: Given) -> None:
        views.keep(asked.accounts.database, asked.actor, page.name, given["view"], _filters(asked))

    def rename(asked: Asked, given: Given) -> None:
        views.rename(
            asked.accounts.database, asked.actor, page.name, given.number("id"), given["view"]
        )

    def forget(asked: Asked, given: Given) -> None:
        views.forget(asked.accounts.database, asked.actor, page.name, given.number("id"))

    return replace(
        page,
        make=make,
        deeds=(
            *page.deeds,
            deed("keep-view", Message("视图已保存", "view kept"), keep, "view"),
            deed("rename-view", Message("视图已改名", "view renamed"), rename, "id", "view"),
            deed("forget-view", Message("视图已删除", "view removed"), forget, "id"),
        ),
    )


def _filters(asked: Asked) -> dict[str, str]:
    return {key: asked[key] for key in asked.query if key != PLACE and asked[key]}


def _shown(asked: Asked, view: Json) -> Json:
    return {**view, "here": view["query"] == _filters(asked)}
