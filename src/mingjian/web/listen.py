"""The sound of a recording, for the player on its page: made anew, asked for by a press only."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from mingjian.app.access import Actor, Role
from mingjian.app.keeping import store_on
from mingjian.app.listen import listen
from mingjian.web.answer import answered
from mingjian.web.page import Served
from mingjian.web.session import visit_of

KEPT = 4
"""Recordings kept as sound, of at most 4 MB each: a player asks for one in pieces."""
_PART = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")


def add_to(app: FastAPI, served: Served) -> None:
    """The one route."""

    one_at_a_time = Lock()

    @lru_cache(maxsize=KEPT)
    def made(sha256: str, name: str, role: str) -> bytes:
        # Kept for each person and role, so that each is asked for what they may.
        actor = Actor(name, Role(role))
        with one_at_a_time, store_on(served.accounts.database, served.settings) as store:
            return listen(store, actor, served.settings, sha256)

    @app.get("/{language}/evidence/sound.wav", include_in_schema=False)
    def sound(request: Request, sha256: str = "") -> Response:
        actor = visit_of(request).actor

        def heard() -> Response:
            data = made(sha256.lower(), actor.name, str(actor.role))
            return _piece(data, request.headers.get("range", ""))

        return answered(heard, request, as_json=False)


def _piece(data: bytes, asked: str) -> Response:
    """All of it, or the piece a player asks for when somebody jumps to a time."""
    found = _PART.fullmatch(asked)
    first = int(found[1]) if found else 0
    if not found or first >= len(data):
        return Response(data, media_type="audio/wav", headers={"Accept-Ranges": "bytes"})
    last = min(int(found[2] or len(data) - 1), len(data) - 1)
    return Response(
        data[first : last + 1],
        206,
        media_type="audio/wav",
        headers={"Accept-Ranges": "bytes", "Content-Range": f"bytes {first}-{last}/{len(data)}"},
    )
