"""Pages found by their address at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Answer = Callable[[Request], Response]


class Straight:
    """Answers a GET of an address in `pages`; `app` answers everything else.

    The same pages are routes of `app`, which documents them. But it tries its routes, hundreds of
    them, one after another, and prepares for bodies and dependencies that no page has: that
    takes as long as a small page itself.
    """

    def __init__(self, app: ASGIApp, pages: Mapping[str, Answer]) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.pages.get(scope["path"]) if scope.get("method") == "GET" else None
        if found is None:
            await self.app(scope, receive, send)
        else:
            response = await run_in_threadpool(found, Request(scope, receive))
            await response(scope, receive, send)
