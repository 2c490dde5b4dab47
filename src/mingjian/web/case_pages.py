"""The pages of one case, but for its evidence."""

from __future__ import annotations

from mingjian.app import case_law, case_views, desk
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store.store import Store
from mingjian.web.page import Asked, Page, numbered, of_case


def _case(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        found = desk.evidence_list(
            store, asked.actor, case, kind="", state="flagged", words="", after=""
        )
        clocks = [one for one in desk.clocks(store, asked.actor) if one["case"] == case]
        return {"evidence": found, "clocks": clocks}

    return of_case(asked, more)


def _conducts(asked: Asked) -> Json:
    return of_case(asked, lambda store, case: case_law.conducts(store, asked.actor, case))


def _case_law(asked: Asked) -> Json:
    return of_case(asked, lambda store, case: case_law.case_law(store, asked.actor, case))


def _duties(asked: Asked) -> Json:
    return of_case(asked, lambda store, case: case_law.case_duties(store, asked.actor, case))


def _time(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        moments = case_views.case_timeline(store, asked.actor, case)
        rows = [{"seq": number, **one.as_json()} for number, one in enumerate(moments, 1)]
        return numbered(rows, asked["after"])

    return of_case(asked, more)


def _history(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        lines = case_views.history(store, asked.actor, case)
        return numbered([line.as_json() for line in lines], asked["after"])

    return of_case(asked, more)


_AFTER = ("name", "after")
CASE_PAGES = (
    Page(
        name="case",
        area="desk",
        title=Message("案件概览", "Case"),
        make=_case,
        takes=("name",),
    ),
    Page(
        name="conducts",
        area="desk",
        title=Message("行为建议", "Conduct"),
        make=_conducts,
        takes=("name",),
    ),
    Page(
        name="case-law",
        area="desk",
        title=Message("法条建议", "Law"),
        make=_case_law,
        takes=("name",),
    ),
    Page(
        name="duties",
        area="desk",
        title=Message("义务链", "Duties"),
        make=_duties,
        takes=("name",),
    ),
    Page(
        name="timeline",
        area="desk",
        title=Message("时间线", "Timeline"),
        make=_time,
        takes=_AFTER,
    ),
    Page(
        name="history",
        area="desk",
        title=Message("办理记录", "History"),
        make=_history,
        takes=_AFTER,
    ),
)
