"""What a page is: its address and questions, how its content is gathered, what it can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from starlette.requests import Request

from mingjian.app import case_views, desk
from mingjian.app.access import Actor, Role
from mingjian.app.accounts import Accounts
from mingjian.app.days import day_of
from mingjian.app.incoming_run import Examinations
from mingjian.app.keeping import store_on
from mingjian.app.settings import Settings
from mingjian.app.visit import Visit
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.store.store import Store
from mingjian.web.csv_rows import Cell
from mingjian.web.session import Deed, visit_of

VALUE = 400
"""The longest value a page may be asked with."""
ROWS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: by whom, of what."""

    settings: Settings
    """Those of the installation, with the person as the one custody entries name."""
    accounts: Accounts
    examinations: Examinations
    visit: Visit
    base: str
    """How the desk is called from where the person sits: https://host"""
    language: Language
    query: Mapping[str, str]

    @property
    def actor(self) -> Actor:
        return self.visit.actor

    def __getitem__(self, name: str) -> str:
        return self.query.get(name, "")[:VALUE].strip()

    def store(self) -> AbstractContextManager[Store]:
        return store_on(self.accounts.database, self.settings)

    @property
    def day(self) -> date | None:
        """The day the law is asked for; None: today."""
        return day_of(self["on"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `name` is its address and that of its template; `takes` names its questions."""

    name: str
    area: str
    """Which `Area` of the navigation it belongs to."""
    title: Message
    make: Callable[[Asked], Json]
    takes: tuple[str, ...] = ()
    action: str = "case.read"
    """Of the table in `app.access`: who may open the page."""
    deeds: tuple[Deed, ...] = ()
    """What can be done on it, see `web.session`."""
    table: Callable[[Asked], Iterator[Sequence[Cell]]] | None = None
    """All rows of its list for `export.csv`, those of the columns' names first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An entry of the navigation, called after its first page."""

    name: str
    title: Message
    key: str
    """The letter that goes there."""
    roles: frozenset[Role] = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Served:
    """What one running desk serves its pages from."""

    settings: Settings
    accounts: Accounts
    examinations: Examinations
    secure: bool

    def content(self, page: Page, asked: Asked) -> Json:
        """What a page shows, all of it as it is at one moment."""
        with self.accounts.database.at_one_moment():
            return page.make(asked)

    def asked(self, request: Request, page: Page, language: Language) -> Asked:
        """A request for a page, or for something that is done on it, by whoever is signed in."""
        query = parse_qsl(request.url.query, errors="replace")
        taken = {key: value for key, value in query if key in page.takes}
        visit = visit_of(request)
        own = self.settings.model_copy(update={"actor": visit.name, "role": str(visit.role)})
        # The guard let only names of ours through.
        base = f"{'https' if self.secure else 'http'}://{request.headers['host']}"
        return Asked(own, self.accounts, self.examinations, visit, base, language, taken)


def of_case(asked: Asked, more: Callable[[Store, str], Json]) -> Json:
    """What every page of a case says at its head, then what is its own."""
    case = asked["name"]
    with asked.store() as store:
        desk.known(store, case)
        view = case_views.show(store, asked.actor, case, evidence=False)
        head = {key: value for key, value in view.as_json().items() if key != "evidence"}
        return {"head": head, **more(store, case)}


def number_of(after: str) -> int:
    """The number a list of numbered rows goes on behind; 0: it starts."""
    return int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0


def numbered(rows: list[Json], after: str, of: int | None = None) -> Json:
    """A page of rows that have a number of their own, `seq`; `of` where they are not all."""
    start = number_of(after)
    behind = [row for row in rows if int(str(row["seq"])) > start]
    shown = behind[:ROWS_A_PAGE]
    more = str(shown[-1]["seq"]) if len(behind) > len(shown) else None
    return {"rows": shown, "of": len(rows) if of is None else of, "next": more}
