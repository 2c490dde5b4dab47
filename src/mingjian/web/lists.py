"""The lists of the desk: cases, the items of a case, the items of all cases; each as CSV too.

Filters, order and place stand in the address, so a list can be kept as a bookmark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mingjian.app import desk, lists
from mingjian.app.access import Actor
from mingjian.app.keeping import ready_workbench
from mingjian.casework.case.workflow import workflow
from mingjian.domain.message import Message
from mingjian.domain.naming import KIND_NAMES, name_of
from mingjian.domain.record import Json
from mingjian.store.lists import CASE_ORDERS, CasesAsked, ItemsAsked
from mingjian.store.store import Store
from mingjian.web import alert_pages
from mingjian.web.csv_rows import Cell
from mingjian.web.page import Asked, Page, of_case
from mingjian.web.response_pages import drills
from mingjian.web.words import ITEM_STATES

BLOCK = 5
"""Rows of what else waits, on the desk."""
LATEST = 50
"""Items among which unfinished ones are looked for: all would be too many."""
_CASES = ("status", "q", "assigned", "order", "after")
_ITEMS = ("kind", "state", "missed", "proposition", "q", "order", "after")

CASE_COLUMNS = (
    Message("案件", "Case"),
    Message("标题", "Title"),
    Message("状态", "Status"),
    Message("类别", "Class"),
    Message("事件等级", "Grade"),
    Message("证据材料", "Items"),
    Message("达到阈值", "Past a threshold"),
    Message("指派", "Assigned"),
    Message("最近办理（UTC）", "Last worked on (UTC)"),
    Message("演练", "Exercise"),
)
ITEM_COLUMNS = (
    Message("案件", "Case"),
    Message("路径", "Path"),
    Message("SHA-256", "SHA-256"),
    Message("SM3", "SM3"),
    Message("类别", "Kind"),
    Message("格式", "Format"),
    Message("字节", "Bytes"),
    Message("派生材料", "Parts"),
    Message("状态", "State"),
    Message("未检验", "Not examined"),
    Message("最强的权重：命题", "Strongest weight: proposition"),
    Message("log10 LR", "log10 LR"),
    Message("说明", "In words"),
)


def _which_cases(asked: Asked) -> CasesAsked:
    person = asked.actor.name if asked["assigned"] == "me" else asked["assigned"]
    return lists.cases_asked(
        words=asked["q"], status=asked["status"], assigned=person, order=asked["order"]
    )


def _desk(asked: Asked) -> Json:
    with asked.store() as store:
        found = lists.case_page(store, asked.actor, _which_cases(asked), asked["after"])
        around = _around(store, asked.actor)
    return {
        **found,
        **around,
        "unavailable": desk.unavailable(asked.settings),
        "home": str(asked.settings.home),
        "orders": list(CASE_ORDERS),
    }


def _around(store: Store, actor: Actor) -> Json:
    """What else waits for somebody: alerts, clocks, drills, own cases, unfinished items."""
    return {
        "alerts": alert_pages.first(store, actor, BLOCK),
        "clocks": desk.clocks(store, actor),
        "drills": [one for one in drills(store, actor) if not one["over"]],
        "own": lists.own_cases(store, actor),
        "unfinished": lists.unfinished(store, actor, LATEST),
        "latest": LATEST,
    }


def _which_items(asked: Asked, case: str | None) -> ItemsAsked:
    return lists.items_asked(
        case,
        words=asked["q"],
        kind=asked["kind"],
        state=asked["state"],
        missed=asked["missed"],
        proposition=asked["proposition"],
        order=asked["order"],
    )


def _items(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        return lists.item_page(store, asked.actor, _which_items(asked, case), asked["after"])

    return {**of_case(asked, more), "propositions": _propositions(asked)}


def _find(asked: Asked) -> Json:
    with asked.store() as store:
        found = lists.item_page(store, asked.actor, _which_items(asked, None), asked["after"])
    return {**found, "propositions": _propositions(asked)}


def _propositions(asked: Asked) -> list[Json]:
    """What an item can be flagged for, by the detectors there are."""
    bench = ready_workbench(asked.settings)
    pairs = {
        pair.id: pair.h1.as_json()
        for entry in bench.entries
        if entry.detector
        for pair in entry.detector.propositions
    }
    return [{"id": name, "h1": pairs[name]} for name in sorted(pairs)]


# ---- the same as CSV --------------------------------------------------------------------------


def _cases_csv(asked: Asked) -> Iterator[Sequence[Cell]]:
    say = asked.language
    yield [column.in_language(say) for column in CASE_COLUMNS]
    with asked.store() as store:
        for line in lists.every_case(store, asked.actor, _which_cases(asked)):
            body = line.body
            yield [
                line.case,
                body["title"],
                workflow().statuses[body["status"]].name.in_language(say),
                workflow().classes[body["class"]].in_language(say),
                line.level,
                line.items,
                line.flagged,
                ", ".join(body["assigned"]),
                line.changed,
                int(body["exercise"]),
            ]


def _items_csv(asked: Asked) -> Iterator[Sequence[Cell]]:
    case = asked["name"]
    with asked.store() as store:
        desk.known(store, case)
        yield from _rows(store, asked, case)


def _find_csv(asked: Asked) -> Iterator[Sequence[Cell]]:
    with asked.store() as store:
        yield from _rows(store, asked, None)


def _rows(store: Store, asked: Asked, case: str | None) -> Iterator[Sequence[Cell]]:
    say = asked.language
    yield [column.in_language(say) for column in ITEM_COLUMNS]
    rows: Iterator[Any] = lists.every_item(store, asked.actor, _which_items(asked, case))
    for row in rows:
        strongest = row["weights"][0] if row["weights"] else None
        yield [
            row["case"],
            row["path"],
            row["sha256"],
            row["sm3"],
            name_of(KIND_NAMES, row["kind"]).in_language(say),
            row["format"],
            row["size"],
            row["parts"],
            ITEM_STATES[row["state"]].in_language(say),
            row["gaps"],
            strongest["proposition"] if strongest else None,
            strongest["log10_lr"] if strongest else None,
            strongest["words"][say] if strongest else None,
        ]


LIST_PAGES = (
    Page(
        name="desk",
        area="desk",
        title=Message("桌面", "Desk"),
        make=_desk,
        takes=_CASES,
        action="case.list",
        table=_cases_csv,
    ),
    Page(
        name="find",
        area="desk",
        title=Message("查找证据材料", "Find evidence"),
        make=_find,
        takes=_ITEMS,
        table=_find_csv,
    ),
    Page(
        name="items",
        area="desk",
        title=Message("证据材料", "Evidence"),
        make=_items,
        takes=("name", *_ITEMS),
        table=_items_csv,
    ),
)
