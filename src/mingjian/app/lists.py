"""Lists of cases and of evidence, a page at a time; nothing here changes a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.cases import in_words
from mingjian.app.errors import UsageError
from mingjian.casework.case.item_line import MISSED, STATES
from mingjian.casework.case.keeping import keep_until
from mingjian.casework.case.state import Body, body_of
from mingjian.casework.case.workflow import workflow
from mingjian.casework.incident.level import level_of
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store.lists import (
    CASE_ORDERS,
    ITEM_ORDERS,
    CasesAsked,
    ItemsAsked,
    ListedCase,
    ListedItem,
    ListPage,
    NoSuchPlace,
)
from mingjian.store.store import Store

CASES_A_PAGE = 25
ITEMS_A_PAGE = 50
EXPORTED_AT_ONCE = 500
FOUND = ("flagged", "found")


@contextmanager
def _in_place() -> Iterator[None]:
    """An `after` or order that no page of the list gave, in words."""
    try:
        yield
    except NoSuchPlace:
        raise UsageError(
            Message("列表中没有这个位置", "there is no such place in the list"),
            Message("请从列表的第一页开始", "start from the first page of the list"),
        ) from None


# ---- cases ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    case: str
    revision: int
    body: Body
    level: int | None
    """Incident level in force or proposed, 1 (gravest) to 4; None: not graded."""
    items: int
    """Examined items that it holds now, each evidence once."""
    flagged: int
    """Those past the threshold of a scale."""
    changed: str
    """When it was last worked on (UTC)."""

    @property
    def due(self) -> bool:
        """Whether its time is over and nothing holds it."""
        until = keep_until(self.body)
        return until is not None and until <= datetime.now(UTC).date()

    def as_json(self) -> Json:
        body, until = self.body, keep_until(self.body)
        return {
            "case": self.case,
            "revision": self.revision,
            "title": body["title"],
            "status": body["status"],
            "status_words": workflow().statuses[body["status"]].name.as_json(),
            "class": body["class"],
            "class_words": workflow().classes[body["class"]].as_json(),
            "level": self.level,
            "exercise": body["exercise"],
            "assigned": list(body["assigned"]),
            "parent": body["parent"],
            "merged_into": body["merged_into"],
            "hold": body["hold"] is not None,
            "open_tasks": sum(1 for task in body["tasks"] if task["done"] is None),
            "items": self.items,
            "flagged": self.flagged,
            "changed": self.changed,
            "keep_until": until.isoformat() if until else None,
        }


def line_of(row: ListedCase) -> CaseLine:
    """A case as it is shown in a list."""
    return CaseLine(
        case=row.name,
        revision=row.revision,
        body=body_of(row.name, row.body),
        level=level_of(row.incident),
        items=row.items,
        flagged=row.flagged,
        changed=row.changed,
    )


def cases_asked(
    *, words: str = "", status: str = "", assigned: str = "", order: str = ""
) -> CasesAsked:
    """The question as a person types it; an order that does not exist is the first one."""
    order = order if order in CASE_ORDERS else CASE_ORDERS[0]
    return CasesAsked(words=words, status=status, assigned=assigned, order=order)


def case_page(store: Store, actor: Actor, asked: CasesAsked, after: str = "") -> Json:
    """A page of cases; `of` counts those that fit."""
    require("case.list", actor)
    with _in_place():
        page = store.list_cases(asked, after, CASES_A_PAGE)
    return {
        "cases": [line_of(row).as_json() for row in page.rows],
        "of": store.count_cases(asked),
        "next": page.following,
    }


def own_cases(store: Store, actor: Actor) -> list[Json]:
    """The cases that this person is in charge of, last worked on first: a page of them."""
    require("case.list", actor)
    asked = CasesAsked(assigned=actor.name, order="changed")
    return [line_of(row).as_json() for row in store.list_cases(asked, "", CASES_A_PAGE).rows]


def every_case(store: Store, actor: Actor, asked: CasesAsked) -> Iterator[CaseLine]:
    """All cases that fit, read a page at a time."""
    require("case.list", actor)

    def page(after: str) -> ListPage[ListedCase]:
        return store.list_cases(asked, after, EXPORTED_AT_ONCE)

    for rows in _pages(page):
        yield from map(line_of, rows)


def _pages(page: Callable[[str], ListPage[Any]]) -> Iterator[list[Any]]:
    after: str | None = ""
    while after is not None:
        found = page(after)
        yield list(found.rows)
        after = found.following


# ---- items ----------------------------------------------------------------------------------


def items_asked(
    case: str | None,
    *,
    words: str = "",
    kind: str = "",
    state: str = "",
    missed: str = "",
    proposition: str = "",
    order: str = "",
) -> ItemsAsked:
    """The question as a person types it; what does not exist does not narrow the list."""
    return ItemsAsked(
        case=case,
        words=words,
        kind=kind,
        state=state if state in STATES else "",
        missed=missed if missed in MISSED else "",
        proposition=proposition,
        order=order if order in ITEM_ORDERS else ITEM_ORDERS[0],
    )


def item_page(
    store: Store, actor: Actor, asked: ItemsAsked, after: str = "", size: int = ITEMS_A_PAGE
) -> Json:
    """A page of items. Of one case with its numbers; `of` counts those that fit, and is None
    where counting would take reading them all."""
    require("case.read", actor)
    if asked.case is not None:
        with in_words():
            store.case_id(asked.case)
    with _in_place():
        page = store.list_items(asked, after, size)
    whole = len(page.rows) if not after and page.following is None else None
    found: Json = {
        "items": [item_json(row) for row in page.rows],
        "of": whole,
        "next": page.following,
    }
    if asked.case is None:
        return {**found, "kinds": sorted(EvidenceKind)}
    counts = store.item_counts(asked.case)
    if not (asked.words or asked.missed or asked.proposition):
        found["of"] = sum(
            total
            for kind, state, total, _ in counts
            if asked.kind in ("", kind) and asked.state in ("", state)
        )
    return {
        **found,
        "in_all": sum(total for *_, total, _ in counts),
        "flagged": sum(total for _, state, total, _ in counts if state == "flagged"),
        "found": sum(total for _, state, total, _ in counts if state in FOUND),
        "gaps": sum(gaps for *_, gaps in counts),
        "kinds": sorted({kind for kind, *_ in counts}),
    }


def item_json(row: ListedItem) -> Json:
    """An item in a list, with the case whose examination brought it."""
    shown = {key: value for key, value in row.line.items() if key != "weighs"}
    return {**shown, "case": row.case, "run": row.run}


def unfinished(store: Store, actor: Actor, latest: int) -> list[Json]:
    """Those among the `latest` examined items of which something was not examined."""
    require("case.read", actor)
    return [item_json(row) for row in store.items_with_gaps(latest)]


def every_item(store: Store, actor: Actor, asked: ItemsAsked) -> Iterator[Json]:
    """All items that fit, read a page at a time."""
    require("case.read", actor)

    def page(after: str) -> ListPage[ListedItem]:
        return store.list_items(asked, after, EXPORTED_AT_ONCE)

    for rows in _pages(page):
        yield from map(item_json, rows)
