"""Saved views: every list's filters under a name, for the person alone."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from mingjian.app.access import Role
from mingjian.app.views import MOST
from mingjian.web.pages import LISTS

from .conftest import CASE, Desk


@pytest.fixture
def person(server) -> Desk:
    one = Desk(server.port, server.door)
    one.sign_in("视图 viewer")
    return one


def _views(desk: Desk, page: str = "find", query: str = "") -> list[dict]:
    return desk.ask(f"/en/{page}.json?{query}").json()["views"]


@pytest.mark.parametrize("page", LISTS)
def test_a_view_is_kept_followed_renamed_and_removed(person, page):
    query = urlencode({"name": CASE, "state": "flagged"} if page == "items" else {"q": "abc"})
    name = f"mine <b> {page}"
    reply = person.post(f"/en/{page}/keep-view?{query}", {"view": name})
    assert reply.status == 303, reply.body
    [view] = _views(person, page, query)
    assert view["name"] == name
    assert view["here"]
    shown = person.ask(f"/zh/{page}?{query}").body
    assert "mine &lt;b&gt;" in shown
    assert 'aria-current="true">mine' in shown
    assert (
        person.post(f"/en/{page}/rename-view?{query}", {"id": str(view["id"]), "view": "B"}).status
        == 303
    )
    assert [one["name"] for one in _views(person, page, query)] == ["B"]
    assert person.post(f"/en/{page}/forget-view?{query}", {"id": str(view["id"])}).status == 303
    assert _views(person, page, query) == []


def test_a_view_of_the_same_name_is_replaced(person):
    for words in ("one", "two"):
        person.post(f"/en/find/keep-view?q={words}", {"view": "  same   name "})
    [view] = _views(person)
    assert (view["name"], view["query"]) == ("same name", {"q": "two"})
    person.post("/en/find/forget-view", {"id": str(view["id"])})


def test_nobody_sees_or_changes_the_view_of_another(server, person):
    person.post("/en/find/keep-view?q=secret", {"view": "mine"})
    [view] = _views(person)
    other = Desk(server.port, server.door)
    other.sign_in("视图 other", Role.LEAD)
    assert _views(other) == []
    for deed, fields in (("rename-view", {"view": "stolen"}), ("forget-view", {})):
        given = {"id": str(view["id"]), **fields}
        assert other.post(f"/en/find/{deed}", given).status == 404
        # Nor by the way of another list.
        assert person.post(f"/en/desk/{deed}", given).status == 404
    assert _views(person) == [view]
    person.post("/en/find/forget-view", {"id": str(view["id"])})


def test_what_cannot_be_kept_is_said(person):
    assert person.post("/en/find/keep-view?q=x", {"view": "  "}).status == 422
    assert person.post("/en/find/keep-view?q=x", {"view": "x" * 61}).status == 422
    assert person.post("/en/find/rename-view", {"id": "x", "view": "y"}).status == 422
    assert person.post("/en/find/forget-view", {"id": "999999"}).status == 404
    for number in range(MOST):
        assert person.post("/en/find/keep-view?q=x", {"view": f"v{number}"}).status == 303
    typed = {"form": "view", "view": "one more"}
    refused = person.post("/en/find/keep-view?q=x", typed)
    assert refused.status == 422
    assert "one more" in refused.body  # what was typed is kept
    first, second = _views(person)[:2]
    taken = {"id": str(first["id"]), "view": second["name"]}
    assert person.post("/en/find/rename-view", taken).status == 422
    assert person.post("/en/find/keep-view", {"view": "v0"}).status == 303
    for view in _views(person):
        person.post("/en/find/forget-view", {"id": str(view["id"])})
