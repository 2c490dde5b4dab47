"""A walk over every route of the desk: without a session, without a token, in every role."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from mingjian.app.access import ALLOWED, Role
from mingjian.web.guard import STATIC
from mingjian.web.pages import PAGES

from .conftest import Desk

OPEN = {"/zh/sign-in", "/en/sign-in", "/zh/enter", "/en/enter", "/theme"}
TOKEN_OF_A_PROGRAM = {"/push/x/x"}
"""Opened by what no browser sends by itself: see test_push.py."""
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def _routes(app, method: str) -> set[str]:
    """Every path of this method, with what stands in braces filled in."""
    return {
        re.sub(r"\{\w+\}", "x", route.path)
        for route in app.routes
        if method in (getattr(route, "methods", None) or ())
    }


@pytest.fixture(scope="session")
def reads(inner):
    return _routes(inner, "GET") - {"/static/x"}


@pytest.fixture(scope="session")
def posts(inner):
    return _routes(inner, "POST")


def test_the_walk_covers_pages_and_deeds(reads, posts):
    assert {f"/zh/{name}" for name in PAGES} <= reads
    assert {f"/en/{name}.json" for name in PAGES} <= reads
    for page in PAGES.values():
        assert {f"/zh/{page.name}/{deed.name}" for deed in page.deeds} <= posts
    assert {"/zh/examine/upload", "/zh/sign-in", "/zh/enter", "/zh/sign-out"} <= posts


def test_without_a_session_only_the_door_answers(stranger, reads, posts):
    for path in sorted(reads - OPEN):
        reply = stranger.ask(path)
        assert reply.status == 401, path
        assert "演练" not in reply.body
        if path.endswith(".json"):
            assert reply.json()["problem"]["next"]["en"], path
        else:
            assert 'name="password"' in reply.body, path
    for path in sorted(posts - OPEN):
        reply = stranger.ask(path, method="POST", body=b"csrf=x", **FORM)
        assert reply.status == 401, path
        signed = Desk(stranger.port, stranger.door)
        assert signed.ask(path, method="POST", body=b"", Accept="application/json").status == 401


def test_no_post_without_the_token(desk, stranger, posts):
    """Neither with none, nor with that of another session, nor with one's own cookie for it."""
    other = Desk(desk.port, desk.door)
    other.sign_in("other")
    for path in sorted(posts - TOKEN_OF_A_PROGRAM):
        who = stranger if path in OPEN else desk
        bodies = (b"", b"csrf=x", f"csrf={other.token}".encode())
        for body in bodies if path.startswith("/zh/") else bodies[-1:]:
            assert who.ask(path, method="POST", body=body, **FORM).status in (400, 403), path


def test_no_post_from_another_site(desk, posts):
    body = urlencode({"csrf": desk.token}).encode()
    for path in sorted(posts):
        for said in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": f"https://127.0.0.1:{desk.port}"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
        ):
            reply = desk.ask(path, method="POST", body=body, **FORM, **said)
            assert reply.status == 403, (path, said)


def test_reading_does_not_post(desk, posts):
    for path in sorted(posts - OPEN):
        assert desk.ask(path).status in (404, 405), path


@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_only_what_the_table_allows(server, role):
    """Every deed in every role: refused with 403 exactly where the table says so, before its
    fields are looked at. Nothing is changed: no deed gets a case or an account that exists."""
    person = Desk(server.port, server.door)
    person.sign_in(role=role)
    for page in PAGES.values():
        status = person.ask(f"/en/{page.name}.json?name=none&id=none&case=none").status
        assert (status == 403) == (role not in ALLOWED[page.action]), page.name
        for deed in page.deeds:
            if page.name == "me":
                continue  # one's own account, whatever the role
            reply = person.post(
                f"/en/{page.name}/{deed.name}?name=none&case=none&id=none",
                Accept="application/json",
            )
            refused = role not in ALLOWED[deed.action]
            assert (reply.status == 403) == refused, (page.name, deed.name, reply.body)
            assert reply.status < 500, (page.name, deed.name)


def test_every_answer_of_every_route_carries_the_policy(desk, reads):
    for path in sorted(reads):
        reply = desk.ask(path)
        assert "unsafe" not in reply.headers["Content-Security-Policy"], path
        assert reply.headers["Cache-Control"] == "no-store", path
        assert reply.status < 500, path


def test_the_style_and_the_script_are_all_that_is_free(stranger):
    for name in ("desk.css", "desk.js", "mark.svg"):
        reply = stranger.ask(f"{STATIC}{name}")
        assert reply.status == 200
        assert "X-Content-Type-Options" in reply.headers
    assert stranger.ask(f"{STATIC}../site.py").status in (401, 404)


def test_headers_cannot_be_injected(desk):
    for path in (
        "/theme?to=dark%0d%0aSet-Cookie:x=1&back=/zh/desk%0d%0aX:y",
        "/zh/case?name=%0d%0aX-Evil:1",
    ):
        assert "X-Evil" not in desk.ask(path).headers
        assert "x=1" not in (desk.ask(path).headers["Set-Cookie"] or "")
    reply = desk.post("/zh/me/role", {"role": "lead\r\nX-Evil: 1"})
    assert reply.status == 403
    assert "X-Evil" not in reply.headers
