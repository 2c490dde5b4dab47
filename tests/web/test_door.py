"""Who comes in, from where, and what every answer carries."""

from __future__ import annotations

import pytest

from mingjian.web.door import is_loopback
from mingjian.web.guard import POLICY


@pytest.mark.parametrize(
    "path", ["/", "/zh/desk", "/zh/desk.json", "/openapi.json", "/nowhere", "/static"]
)
def test_without_a_session_nothing_is_shown(stranger, path):
    reply = stranger.ask(path)
    assert reply.status == 401
    assert "登录" in reply.body or "sign in" in reply.body
    assert "演练" not in reply.body


def test_a_session_of_ones_own_making_is_not_taken(stranger):
    """Fixation: a value the server did not give opens nothing, before or after signing in."""
    stranger.cookie = f"{stranger.door.cookie}=chosen"
    assert stranger.ask("/zh/desk").status == 401
    stranger.sign_in()
    assert not stranger.cookie.endswith("=chosen")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""]
)
def test_another_name_is_refused(desk, host):
    assert desk.ask("/zh/desk", host=host).status in (400, 421)


def test_localhost_is_a_name_of_this_machine(desk):
    assert desk.ask("/zh/help", host=f"localhost:{desk.port}").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_only_two_methods(desk, method):
    reply = desk.ask("/zh/desk", method=method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/zh/desk", "/zh/desk.json", "/static/desk.css", "/zh/nowhere"])
def test_every_answer_carries_the_headers(desk, stranger, path):
    for reply in (desk.ask(path), stranger.ask(path)):
        assert reply.headers["Content-Security-Policy"] == POLICY
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "script-src 'self';" in POLICY


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/en/law?q=a", "/en/law?q=a"),
        ("//evil.example/zh/desk", "/"),
        ("https://evil.example/zh/desk", "/"),
        ("/\\evil.example", "/"),
        ("/zh/desk/../../x", "/"),
        ("/zh/desk%0d%0aX: y", "/"),
    ],
)
def test_the_theme_goes_back_to_a_page_of_ours(desk, back, to):
    from urllib.parse import quote

    reply = desk.ask(f"/theme?to=dark&back={quote(back)}")
    assert reply.status == 303
    assert reply.headers["Location"] == to
    assert "mingjian-theme=dark" in reply.headers["Set-Cookie"]


def test_the_theme_stays(desk):
    assert (
        'data-theme="dark"'
        in desk.ask("/zh/help", Cookie=f"{desk.cookie}; mingjian-theme=dark").body
    )
    odd = desk.ask("/zh/help", Cookie=f'{desk.cookie}; mingjian-theme="><script>')
    assert 'data-theme="' not in odd.body


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("a.example", False),
    ],
)
def test_loopback(host, loopback):
    assert is_loopback(host) == loopback
