"""Every page of the desk: its name, what it may be asked, and how its content is gathered.

A page's content is JSON; the template only lays it out, so each page has its JSON twin for free.
"""

from __future__ import annotations

from typing import Any

from mingjian import __version__
from mingjian.app import desk, law
from mingjian.app.access import ALLOWED, ROLE_NAMES
from mingjian.app.desk import NotThere
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.accounts import ACCOUNT_PAGES
from mingjian.web.admin_pages import ADMIN_PAGES
from mingjian.web.alert_pages import ALERT_PAGES
from mingjian.web.campaign_pages import CAMPAIGN_PAGES
from mingjian.web.case_pages import CASE_PAGES
from mingjian.web.evidence_pages import EVIDENCE
from mingjian.web.examine_pages import EXAMINE_PAGES
from mingjian.web.lists import LIST_PAGES
from mingjian.web.page import Area, Asked, Page
from mingjian.web.response_pages import RESPONSE_PAGES
from mingjian.web.situation_pages import SITUATION_PAGES
from mingjian.web.views import with_views


def _law(asked: Asked) -> Json:
    words = asked["q"]
    return {
        "q": words,
        "hits": desk.law_hits(words, asked.settings) if words else [],
        "conducts": law.words()["conducts"],
        **law.extent(asked.settings),
    }


def _article(asked: Asked) -> Json:
    ref = asked["ref"]
    try:
        found = law.show(ref, asked.day, asked.settings)
    except UsageError as error:
        raise NotThere(error.what, error.next_step) from None
    return {"ref": ref, "on": asked["on"], "entries": found}


def _conduct(asked: Asked) -> Json:
    name = asked["id"]
    known: Any = law.words()["conducts"]
    if name not in known:
        raise NotThere(
            Message("没有这种行为", "there is no such conduct"),
            Message("请从法条页选择", "choose one on the law page"),
        )
    day = asked.day
    facts = {"conducts": [name], "date": day.isoformat() if day else None}
    return {"on": asked["on"], **law.suggest(facts).as_json()}


def _detectors(asked: Asked) -> Json:
    rows: list[Any] = desk.detectors(asked.settings)
    shown = [
        row
        for row in rows
        if asked["q"].casefold() in row["name"]
        and asked["state"] in ("", row["state"])
        and asked["kind"] in ("", *row["accepts"])
    ]
    kinds = sorted({kind for row in rows for kind in row["accepts"]})
    return {"detectors": shown, "of": len(rows), "kinds": kinds}


def _detector(asked: Asked) -> Json:
    return desk.detector(asked.settings, asked["name"])


def _help(asked: Asked) -> Json:
    return {
        "version": __version__,
        "home": str(asked.settings.home),
        "person": asked.visit.name,
        "role": ROLE_NAMES[asked.actor.role].as_json(),
    }


LISTS = ("desk", "find", "items", "alerts", "law", "detectors")
"""Pages whose filters a person can keep under a name."""

PAGES = {
    page.name: with_views(page) if page.name in LISTS else page
    for page in (
        *LIST_PAGES,
        *CASE_PAGES,
        EVIDENCE,
        Page(
            name="law",
            area="law",
            title=Message("法条", "Law"),
            make=_law,
            takes=("q",),
        ),
        Page(
            name="article",
            area="law",
            title=Message("条文", "Article"),
            make=_article,
            takes=("ref", "on"),
        ),
        Page(
            name="conduct",
            area="law",
            title=Message("行为与条文", "From conduct to articles"),
            make=_conduct,
            takes=("id", "on"),
        ),
        Page(
            name="detectors",
            area="detectors",
            title=Message("检测器", "Detectors"),
            make=_detectors,
            takes=("q", "state", "kind"),
        ),
        Page(
            name="detector",
            area="detectors",
            title=Message("检测器", "Detector"),
            make=_detector,
            takes=("name",),
        ),
        Page(
            name="help",
            area="help",
            title=Message("说明", "Help"),
            make=_help,
        ),
        *ALERT_PAGES,
        *CAMPAIGN_PAGES,
        *RESPONSE_PAGES,
        *SITUATION_PAGES,
        *EXAMINE_PAGES,
        *ADMIN_PAGES,
        *ACCOUNT_PAGES,
    )
}
AREAS = (
    Area(name="desk", title=Message("桌面", "Desk"), key="d"),
    Area(
        name="examine",
        title=Message("检验", "Examine"),
        key="x",
        roles=ALLOWED["case.examine"],
    ),
    Area(name="alerts", title=Message("预警", "Alerts"), key="w"),
    Area(name="response", title=Message("响应", "Response"), key="r"),
    Area(name="situation", title=Message("形势", "Situation"), key="s"),
    Area(name="law", title=Message("法条", "Law"), key="l"),
    Area(name="detectors", title=Message("检测器", "Detectors"), key="e"),
    Area(name="admin", title=Message("管理", "Admin"), key="a", roles=ALLOWED["account.read"]),
    Area(name="help", title=Message("说明", "Help"), key="h"),
)
CASE_TABS = (
    *("case", "items", "conducts", "case-law", "duties", "incident"),
    *("relations", "timeline", "history", "report"),
)
