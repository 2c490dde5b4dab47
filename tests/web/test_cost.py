"""What a page costs does not grow with what the store holds: the same questions, a bounded size."""

from __future__ import annotations

import contextlib
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from mingjian.app import cases
from mingjian.app.access import Actor, Role
from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings

from .conftest import FRAUD, served

CASE = "案件 0"
PAGES = (
    *("desk", "desk?order=changed&q=0", "desk?assigned=me", "find", "find?q=message", "alerts"),
    *("response", "campaigns", "situation", "law?q=诈骗", "detectors"),
    *(f"{page}?name={quote(CASE)}" for page in ("case", "items", "history", "conducts")),
    *(f"{page}?name={quote(CASE)}" for page in ("relations", "report")),
)
"""All but the timeline, which asks for the files of run after run until it has 200."""
LARGEST = 150_000
"""Bytes that a page may have without charts."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = Settings(home=tmp_path_factory.mktemp("home"), actor="王晓", workers=1)
    more(made, tmp_path_factory.mktemp("first"), range(1), 3)
    return made


def more(settings, folder, numbers, files):
    """More cases, and more items in the first."""
    for number in range(files):
        (folder / f"{folder.name}-message-{number}.txt").write_text(f"{FRAUD} {number}", "utf-8")
    with opened_store(settings) as store:
        lead = Actor("王晓", Role.LEAD)
        for number in numbers:
            cases.new(store, lead, f"案件 {number}", title=f"标题 {number}")
            cases.assign(store, lead, f"案件 {number}", "王晓")
    examine_paths([folder], settings, case=CASE)


@contextlib.contextmanager
def counted(desk):
    """The statements that the desk asks its database meanwhile."""
    asked: list[str] = []

    def note(connection, cursor, statement, parameters, context, many):
        asked.append(statement)

    engine = desk.door.accounts.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def costs(desk):
    found = {}
    for page in PAGES:
        for path in (page, page.replace("?", ".json?") if "?" in page else f"{page}.json"):
            with counted(desk) as asked:
                reply = desk.ask(quote(f"/zh/{path}", safe="/?=&%"))
            assert reply.status == 200, path
            assert len(reply.body.encode()) < LARGEST, path
            found[path] = len(asked)
    return found


def test_no_page_asks_more_where_there_is_more(home, tmp_path):
    with served(home) as desk:
        desk.sign_in()
        costs(desk)  # what is read once
        few = costs(desk)
        more(home, tmp_path, range(1, 30), 12)
        costs(desk)
        many = costs(desk)
    grew = {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    assert not grew
    assert max(many.values()) <= 25
