"""Every page of the desk: its name, what it may be asked, and how its content is gathered.

A page's content is JSON; the template only lays it out, so each page has its JSON twin for free.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian import __version__
from mingjian.app import case_law, case_views, desk, law
from mingjian.app.access import ROLE_NAMES, Actor
from mingjian.app.desk import NotThere
from mingjian.app.errors import UsageError
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.store.store import Store

VALUE = 400
"""The longest value a page may be asked with."""
ROWS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to read: by whom, of what."""

    settings: Settings
    actor: Actor
    language: Language
    query: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.query.get(name, "")[:VALUE].strip()

    def store(self) -> AbstractContextManager[Store]:
        return opened_store(self.settings, must_exist=True)

    @property
    def has_store(self) -> bool:
        file = self.settings.home / "mingjian.sqlite3"
        return self.settings.database is not None or file.exists()

    @property
    def day(self) -> date | None:
        """The day the law is asked for; None: today."""
        value = self["on"]
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise UsageError(
                Message("日期不对", "not a date"),
                Message("写作 2026-01-31", "written 2026-01-31"),
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `name` is its address and that of its template; `takes` names its questions."""

    name: str
    area: str
    """Which entry of the navigation it belongs to."""
    title: Message
    make: Callable[[Asked], Json]
    takes: tuple[str, ...] = ()


def _desk(asked: Asked) -> Json:
    found: Json = {"cases": [], "of": 0, "next": None}
    clocks: list[Json] = []
    if asked.has_store:
        with asked.store() as store:
            found = desk.cases(
                store, asked.actor, status=asked["status"], words=asked["q"], after=asked["after"]
            )
            clocks = desk.clocks(store, asked.actor)
    return {
        **found,
        "clocks": clocks,
        "unavailable": desk.unavailable(asked.settings),
        "home": str(asked.settings.home),
    }


def _of_case(asked: Asked, more: Callable[[Store, str], Json]) -> Json:
    """What every page of a case says at its head, then what is its own."""
    case = asked["name"]
    with asked.store() as store:
        desk.known(store, case)
        view = case_views.show(store, asked.actor, case)
        head = {key: value for key, value in view.as_json().items() if key != "evidence"}
        return {"head": head, **more(store, case)}


def _case(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        found = desk.evidence_list(
            store, asked.actor, case, kind="", state="flagged", words="", after=""
        )
        clocks = [one for one in desk.clocks(store, asked.actor) if one["case"] == case]
        return {"evidence": found, "clocks": clocks}

    return _of_case(asked, more)


def _items(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        return desk.evidence_list(
            store,
            asked.actor,
            case,
            kind=asked["kind"],
            state=asked["state"],
            words=asked["q"],
            after=asked["after"],
        )

    return _of_case(asked, more)


def _conducts(asked: Asked) -> Json:
    return _of_case(asked, lambda store, case: case_law.conducts(store, asked.actor, case))


def _case_law(asked: Asked) -> Json:
    return _of_case(asked, lambda store, case: case_law.case_law(store, asked.actor, case))


def _duties(asked: Asked) -> Json:
    return _of_case(asked, lambda store, case: case_law.case_duties(store, asked.actor, case))


def _numbered(rows: list[Json], after: str) -> Json:
    """A page of rows that have a number of their own, `seq`."""
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    behind = [row for row in rows if int(str(row["seq"])) > start]
    shown = behind[:ROWS_A_PAGE]
    more = str(shown[-1]["seq"]) if len(behind) > len(shown) else None
    return {"rows": shown, "of": len(rows), "next": more}


def _time(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        moments = case_views.case_timeline(store, asked.actor, case)
        rows = [{"seq": number, **one.as_json()} for number, one in enumerate(moments, 1)]
        return _numbered(rows, asked["after"])

    return _of_case(asked, more)


def _history(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        lines = case_views.history(store, asked.actor, case)
        return _numbered([line.as_json() for line in lines], asked["after"])

    return _of_case(asked, more)


def _evidence(asked: Asked) -> Json:
    with asked.store() as store:
        return desk.evidence(store, asked.actor, asked["sha256"].lower(), asked["case"])


def _law(asked: Asked) -> Json:
    words = asked["q"]
    state: Any = law.check(asked.settings)
    return {
        "q": words,
        "hits": desk.law_hits(words, asked.settings) if words else [],
        "conducts": law.words()["conducts"],
        "articles": state["articles"],
        "official_texts": state["official_texts"],
        "unverified": len(state["unverified"]),
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
        "person": asked.actor.name,
        "role": ROLE_NAMES[asked.actor.role].as_json(),
    }


_AFTER = ("name", "after")
PAGES = {
    page.name: page
    for page in (
        Page(
            name="desk",
            area="desk",
            title=Message("桌面", "Desk"),
            make=_desk,
            takes=("status", "q", "after"),
        ),
        Page(
            name="case",
            area="desk",
            title=Message("案件概览", "Case"),
            make=_case,
            takes=("name",),
        ),
        Page(
            name="items",
            area="desk",
            title=Message("证据材料", "Evidence"),
            make=_items,
            takes=("name", "kind", "state", "q", "after"),
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
        Page(
            name="evidence",
            area="desk",
            title=Message("证据", "Evidence"),
            make=_evidence,
            takes=("sha256", "case"),
        ),
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
    )
}
CASE_TABS = ("case", "items", "conducts", "case-law", "duties", "timeline", "history")
