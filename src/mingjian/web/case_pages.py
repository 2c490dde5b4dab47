"""The pages of one case, but for its evidence."""

from __future__ import annotations

from typing import Any

from mingjian.app import (
    case_evidence,
    case_law,
    case_relations,
    case_views,
    desk,
    lists,
    playbook_case,
)
from mingjian.app.reports import custody_extract
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.library import library
from mingjian.store.lists import CasesAsked
from mingjian.store.store import Store
from mingjian.web.case_deeds import CASE_DEEDS, CONDUCT_DEEDS, LAW_DEEDS, NEW_DEEDS
from mingjian.web.case_graph import graph
from mingjian.web.case_incident import INCIDENT
from mingjian.web.case_report import REPORT
from mingjian.web.case_ties import TIE_DEEDS
from mingjian.web.page import ROWS_A_PAGE, Asked, Page, number_of, numbered, of_case
from mingjian.web.response_pages import drills_of


def _case(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        return {
            "evidence": lists.item_page(store, asked.actor, lists.items_asked(case), size=FIRST),
            "clocks": desk.clocks(store, asked.actor, case),
            "playbooks": playbook_case.of_case(store, asked.actor, case, asked.settings),
            "drills": drills_of(store, asked.actor, case),
        }

    return of_case(asked, more)


def _conducts(asked: Asked) -> Json:
    return of_case(asked, lambda store, case: case_law.conducts(store, asked.actor, case))


def _case_law(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        report = case_law.case_law(store, asked.actor, case)
        return {**report, "form": law_form(report)}

    return of_case(asked, more)


def law_form(report: Json) -> Json:
    """The facts the law asks about here: what is missing for its articles, by kind."""
    suggestions: Any = report["suggestions"] or {"conducts": []}
    missing = {
        word["zh"]
        for conduct in suggestions["conducts"]
        for place in conduct["jurisdictions"].values()
        for article in place["articles"]
        for word in article["missing"]
    }
    shelf = library()
    asked = {
        kind: {name: words.as_json() for name, words in known.items() if words.zh in missing}
        for kind, known in (("counts", shelf.counts), ("circumstances", shelf.circumstances))
    }
    return {
        **asked,
        "all_counts": {name: words.as_json() for name, words in shelf.counts.items()},
        "all_circumstances": {name: words.as_json() for name, words in shelf.circumstances.items()},
    }


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
        after = number_of(asked["after"])
        lines = case_views.history(store, asked.actor, case, after=after, size=ROWS_A_PAGE + 1)
        checked = custody_extract(store, case) if asked["check"] else None
        return {
            "checked": checked,
            **numbered(
                [line.as_json() for line in lines], asked["after"], store.count_milestones(case)
            ),
        }

    return of_case(asked, more)


def _relations(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        rows = case_relations.ties(store, asked.actor, case)
        items = lists.item_page(store, asked.actor, lists.items_asked(case), size=LISTED)
        others = store.list_cases(CasesAsked(), "", SUGGESTED).rows
        return {
            "ties": rows,
            "graph": graph(rows),
            # Read on request: it may mean reading the texts of every case anew.
            "compared": bool(asked["compare"]),
            "related": case_evidence.related_cases(store, asked.actor, case)
            if asked["compare"]
            else [],
            "artefacts": case_evidence.artefacts_of(store, asked.actor, case)
            if asked["compare"]
            else [],
            "others": [row.name for row in others if row.name != case],
            "items": items["items"],
            "more": items["next"] is not None,
        }

    return of_case(asked, more)


def _new(asked: Asked) -> Json:
    return {"name": asked["name"]}


FIRST = 20
"""Items looked at for the overview, the weightiest first."""
SUGGESTED = 50
"""Other cases a field proposes while one types, the newest."""
LISTED = 200
"""Items of evidence that can be ticked to be split off; more are named by their hash."""
_AFTER = ("name", "after", "check")
CASE_PAGES = (
    Page(
        name="case",
        area="desk",
        title=Message("案件概览", "Case"),
        make=_case,
        takes=("name",),
        deeds=CASE_DEEDS,
    ),
    Page(
        name="case-new",
        area="desk",
        title=Message("新建案件", "New case"),
        make=_new,
        takes=("name",),
        action="case.list",
        deeds=NEW_DEEDS,
    ),
    Page(
        name="conducts",
        area="desk",
        title=Message("行为建议", "Conduct"),
        make=_conducts,
        takes=("name",),
        deeds=CONDUCT_DEEDS,
    ),
    Page(
        name="case-law",
        area="desk",
        title=Message("法条建议", "Law"),
        make=_case_law,
        takes=("name",),
        deeds=LAW_DEEDS,
    ),
    Page(
        name="duties",
        area="desk",
        title=Message("义务链", "Duties"),
        make=_duties,
        takes=("name",),
    ),
    INCIDENT,
    Page(
        name="relations",
        area="desk",
        title=Message("关联与并案", "Relations"),
        make=_relations,
        takes=("name", "compare"),
        deeds=TIE_DEEDS,
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
    REPORT,
)
