"""Signing in and out, links, roles, accounts kept by an admin: as a browser meets them."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest

from mingjian.app import accounts as limits
from mingjian.app.access import Role
from mingjian.web.door import form_token

from .conftest import ADMIN, PASSWORD, Desk


def _form_cookie(stranger) -> None:
    """Open the page; the form cookie that comes with it stands in for a session."""
    reply = stranger.ask("/zh/sign-in")
    stranger.cookie = reply.headers["Set-Cookie"].partition(";")[0]
    assert stranger.token in reply.body


@pytest.fixture
def account(server):
    name = f"person {len(server.door.accounts.all(ADMIN))}"
    link = server.door.accounts.add(ADMIN, name, ["lead", "auditor"])
    return name, link


def test_from_the_link_to_the_desk_and_out_again(stranger, account):
    name, link = account
    page = stranger.ask(f"/en/enter?token={link}")
    assert page.status == 200
    assert name in page.body
    assert stranger.door.accounts.link_name(link) == name  # looking does not spend it
    _form_cookie(stranger)
    before = stranger.cookie
    for first, second, said in (("short", "short", "12"), (PASSWORD, "other", "differ")):
        again = {"token": link, "password": first, "again": second}
        reply = stranger.post("/en/enter", again)
        assert reply.status == 422
        assert said in reply.body
        assert "Set-Cookie" not in reply.headers
    reply = stranger.post("/en/enter", {"token": link, "password": PASSWORD, "again": PASSWORD})
    assert reply.status == 303
    cookie = reply.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="):
        assert part in cookie
    assert link not in cookie
    assert PASSWORD not in cookie
    stranger.cookie = cookie.partition(";")[0]
    assert stranger.cookie != before
    assert stranger.ask("/en/desk").status == 200
    assert Desk(stranger.port, stranger.door).ask(f"/en/enter?token={link}").status == 401
    out = stranger.post("/en/sign-out")
    assert out.status == 303
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    assert stranger.ask("/en/desk").status == 401


def test_signing_in_makes_a_new_session_and_goes_where_one_was_going(stranger, account):
    name, link = account
    stranger.door.accounts.enter(link, PASSWORD, "", "")
    wanted = f"/zh/case?{urlencode({'name': 'drill'})}"
    assert quote("drill") in stranger.ask(wanted).body
    _form_cookie(stranger)
    fixed = f"{stranger.door.cookie}=" + "f" * 43
    stranger.cookie = f"{stranger.cookie}; {fixed}"
    fields = {"name": name, "password": PASSWORD, "there": wanted}
    # The token is that of the form cookie, not of a session that somebody else chose.
    token = form_token(re.search(r"-form=([^;]+)", stranger.cookie)[1])
    reply = stranger.post("/zh/sign-in", {**fields, "csrf": token})
    assert reply.status == 303
    assert reply.headers["Location"] == wanted
    assert "f" * 43 not in reply.headers["Set-Cookie"]
    for there in ("https://evil.example/", "//evil.example/zh/desk", "/zh/nowhere", "javascript:"):
        reply = stranger.post("/zh/sign-in", {**fields, "there": there, "csrf": token})
        assert reply.headers["Location"] == "/"


def test_a_wrong_password_and_too_many(stranger, account, monkeypatch):
    name, link = account
    stranger.door.accounts.enter(link, PASSWORD, "", "")
    monkeypatch.setattr(limits, "TRIES_OF_ACCOUNT", 2)
    _form_cookie(stranger)
    for status in (401, 401, 429):
        reply = stranger.post("/en/sign-in", {"name": name, "password": "wrong words 123"})
        assert reply.status == status
        assert "wrong words" not in reply.body
        assert f'value="{name}"' in reply.body
    assert "min" in reply.body


def test_a_role_is_changed_and_said_once(stranger, account):
    _, link = account
    secret = stranger.door.accounts.enter(link, PASSWORD, "", "")
    stranger.cookie = f"{stranger.door.cookie}={secret}"
    assert stranger.ask("/en/admin").status == 403
    reply = stranger.post("/en/me/role", {"role": "auditor"})
    assert reply.status == 303
    assert 'role="status"' in stranger.ask("/en/me").body
    assert 'role="status"' not in stranger.ask("/en/me").body
    assert stranger.ask("/en/admin").status == 200
    assert stranger.post("/en/admin/add", {"account": "x", "role": "admin"}).status == 403
    assert stranger.post("/en/me/role", {"role": "admin"}).status == 403
    changed = {"old": "wrong", "password": PASSWORD + "!", "again": PASSWORD + "!"}
    assert stranger.post("/en/me/password", changed).status == 422
    assert stranger.post("/en/me/password", {**changed, "old": PASSWORD}).status == 303
    assert stranger.ask("/en/desk").status == 401


def test_an_admin_keeps_accounts(server, stranger):
    admin = Desk(server.port, server.door)
    admin.sign_in("keeper", Role.ADMIN)
    reply = admin.post("/en/admin/add", {"account": "New One", "role": "examiner"})
    assert reply.status == 200
    link = re.search(r"(http://127\.0\.0\.1:\d+)/en/enter\?token=(\S{43})", reply.body)
    assert link[1] == f"http://127.0.0.1:{server.port}"
    assert link[2] not in admin.ask("/en/admin").body  # shown this once
    secret = stranger.door.accounts.enter(link[2], PASSWORD, "", "")
    stranger.cookie = f"{stranger.door.cookie}={secret}"
    # Whoever is no admin sees nothing of it, not even by guessing addresses.
    for path in ("admin", "account?name=New+One", "sessions", "sign-ins", "installation"):
        assert stranger.ask(f"/en/{path}").status == 403
    assert admin.post("/en/admin/add", {"account": "new  one", "role": "lead"}).status == 422
    assert admin.post("/en/account/roles?name=New+One", {"role": "reviewer"}).status == 303
    assert stranger.ask("/en/me.json").json()["role"] == "reviewer"
    session = server.door.accounts.visit(secret).id
    assert admin.post("/en/sessions/revoke", {"session": session}).status == 303
    assert stranger.ask("/en/desk").status == 401
    assert admin.post("/en/account/disable?name=New+One").status == 303
    assert "disabled" in admin.ask("/en/account?name=New+One").body
    assert admin.post("/en/account/disable?name=nobody").status in (404, 422)
    assert admin.ask("/en/account?name=nobody").status == 404
    assert "New One" in admin.ask("/en/sign-ins").body


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"csrf=x", 415),
        ("application/x-www-form-urlencoded", b"csrf=%ff&a=%00", 403),
        ("application/x-www-form-urlencoded", b"a=1&" * 600, 400),
        ("application/x-www-form-urlencoded", b"text=" + b"x" * (1 << 20), 413),
    ],
)
def test_odd_forms(desk, kind, body, status):
    reply = desk.ask("/zh/me/role", method="POST", body=body, Content_Type=kind)
    assert reply.status == status


def test_a_form_that_never_ends_is_given_up(desk, monkeypatch):
    import http.client

    monkeypatch.setattr("mingjian.web.session.FORM_SECONDS", 0.3)
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    connection.putrequest("POST", "/zh/me/role")
    for name, value in (
        ("Cookie", desk.cookie),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", "100"),
    ):
        connection.putheader(name, value)
    connection.endheaders(b"csrf=")
    assert connection.getresponse().status == 408
    connection.close()
