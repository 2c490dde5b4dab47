"""A program hands items to a watch: only with its source's token, only while there is room."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.app.settings import Settings
from mingjian.app.watch_config import PushSource
from mingjian.app.watch_push import LARGEST, Push, new_token, spool_folder, token_opens


@pytest.fixture
def pushing(settings: Settings) -> tuple[str, Path]:
    """A token of the source web of the watch desk, and its spool."""
    folder = spool_folder(settings, "desk", "web")
    Push(PushSource(type="push", name="web", spool_bytes=6_000), folder)
    return new_token(settings, "desk", "web"), folder


def _lines(folder: Path) -> list[dict[str, object]]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_what_is_handed_over_lies_on_disk_with_what_was_said_of_it(stranger, pushing):
    token, folder = pushing
    path = "/push/desk/web?id=42&channel=sms&region=310000"
    reply = stranger.ask(path, method="POST", body="转账".encode(), Authorization=f"Bearer {token}")
    assert (reply.status, reply.json()) == (202, {"key": "id:42"})
    (line,) = [one for one in _lines(folder) if one["id"] == "42"]
    assert (line["channel"], line["region"]) == ("sms", "310000")
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}"]
)
def test_nothing_opens_without_the_token(stranger, pushing, authorization):
    token, folder = pushing
    before = len(_lines(folder))
    headers = {"Authorization": authorization.format(token=token)} if authorization else {}
    reply = stranger.ask("/push/desk/web", method="POST", body=b"x", **headers)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert len(_lines(folder)) == before


def test_a_token_opens_one_source_and_ends_with_the_next(settings, stranger, pushing):
    token, _ = pushing
    for path in (
        "/push/desk/other",
        "/push/../desk/web",
        "/push/desk/..%2f..%2fx",
        "/push/%00/web",
    ):
        reply = stranger.ask(path, method="POST", body=b"x", Authorization=f"Bearer {token}")
        assert reply.status in (401, 404)
    newer = new_token(settings, "desk", "web")
    assert not token_opens(settings, "desk", "web", token)
    assert token_opens(settings, "desk", "web", newer)


def test_a_session_is_no_token_and_a_token_no_session(desk, stranger, pushing):
    token, _ = pushing
    assert desk.ask("/push/desk/web", method="POST", body=b"x").status == 401
    page = stranger.ask("/zh/desk", Authorization=f"Bearer {token}")
    assert page.status == 401


def test_too_large_unreadable_and_full_are_said(stranger, pushing):
    token, _ = pushing
    bearer = {"Authorization": f"Bearer {token}"}
    large = stranger.ask("/push/desk/web", method="POST", body=b"x" * (LARGEST + 1), **bearer)
    assert large.status == 413
    odd = stranger.ask("/push/desk/web?event=yesterday", method="POST", body=b"x", **bearer)
    assert odd.status == 400
    assert "2026-01-31" in odd.json()["what"]["en"]
    replies = [
        stranger.ask("/push/desk/web", method="POST", body=b"y" * 900, **bearer) for _ in range(8)
    ]
    assert replies[-1].status == 429
    assert int(replies[-1].headers["Retry-After"]) > 0


def test_another_site_cannot_make_a_browser_push(stranger, pushing):
    token, _ = pushing
    reply = stranger.ask(
        "/push/desk/web",
        method="POST",
        body=b"x",
        Authorization=f"Bearer {token}",
        Origin="https://evil.example",
    )
    assert reply.status == 403
