"""What every request passes before a page sees it, and the headers every answer carries."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjian.domain import message
from mingjian.web.door import Door, form_token
from mingjian.web.push import PUSH
from mingjian.web.session import Caller

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": a browser then hides the Origin of our own forms as well.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
METHODS = ("GET", "POST")
STATIC = "/static/"

HOST = message.Message(
    "地址与本服务不符。请用启动时显示的地址打开。",
    "This is not an address of this service. Use the one that was printed at the start.",
)
METHOD = message.Message(
    "本服务只接受 GET 与 POST 请求。", "This service answers GET and POST requests only."
)
ORIGIN = message.Message(
    "这个请求来自别的网站，未予执行。",
    "This request came from another site, and nothing was done.",
)


def _cookie(scope: Scope, name: str) -> str:
    """A cookie of a request, or an empty string."""
    for key, value in scope["headers"]:
        if key == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(name)
            except CookieError:
                continue
            if found is not None:
                return found.value
    return ""


def _header(scope: Scope, name: bytes) -> str:
    """A header that was sent once; one sent twice is as good as none."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


class Guard:
    """Host, method, origin and session checked in this order; nothing inside runs before.

    `open_to_all` are paths that need no session, as the style needs none; for any other
    without one `locked` answers.
    """

    def __init__(
        self, app: ASGIApp, door: Door, locked: ASGIApp, open_to_all: frozenset[str]
    ) -> None:
        self.app = app
        self.door = door
        self.locked = locked
        self.open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        new_cookie = ""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                if new_cookie:
                    headers.append("Set-Cookie", new_cookie)
            await send(message)

        if _header(scope, b"host").lower() not in self.door.hosts:
            await _plain(answer, 421, HOST)
        elif scope["method"] not in METHODS:
            await _plain(answer, 405, METHOD, {"Allow": ", ".join(METHODS)})
        elif scope["method"] == "POST" and not self._from_us(scope):
            await _plain(answer, 403, ORIGIN)
        else:
            caller, new_cookie = await self._caller(scope)
            scope["mingjian.caller"] = caller
            path = scope["path"]
            free = path in self.open_to_all or path.startswith((STATIC, PUSH))
            inside = caller.visit is not None or free
            await (self.app if inside else self.locked)(scope, receive, answer)

    def _from_us(self, scope: Scope) -> bool:
        """Whether a form comes from one of our pages, as far as the browser says."""
        if any(key == b"origin" for key, _ in scope["headers"]):
            return _header(scope, b"origin").lower() in self.door.origins
        # A program without a browser sends neither, and has the token to show.
        return _header(scope, b"sec-fetch-site") in ("", "same-origin")

    async def _caller(self, scope: Scope) -> tuple[Caller, str]:
        """Who asks, and the cookie to set where forms have none to belong to yet."""
        secret, new_cookie = _cookie(scope, self.door.cookie), ""
        visit = None
        if secret:
            visit = await run_in_threadpool(self.door.accounts.visit, secret)
        if visit is None:
            secret = _cookie(scope, self.door.form_cookie)
            if len(secret) < 40:
                secret = secrets.token_urlsafe(32)
                if scope["method"] == "GET" and not scope["path"].startswith(STATIC):
                    new_cookie = self.door.new_form_cookie(secret)
        caller = Caller(
            visit=visit,
            secret=secret,
            token=form_token(secret),
            address=self._address(scope),
            browser=_header(scope, b"user-agent")[:200],
        )
        return caller, new_cookie

    def _address(self, scope: Scope) -> str:
        """Where the request came from; behind our proxy, what the proxy says last."""
        if self.door.secure and (said := _header(scope, b"x-forwarded-for")):
            return said.rpartition(",")[2].strip()[:64]
        client = scope.get("client")
        return str(client[0])[:64] if client else ""


async def _plain(
    send: Send, status: int, what: message.Message, headers: dict[str, str] | None = None
) -> None:
    text = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>明鉴 Mingjian · {status}</title></head><body><main><h1>明鉴 Mingjian</h1>"
        f'<p>{escape(what.zh)}</p><p lang="en">{escape(what.en)}</p></main></body></html>'
    )
    body = text.encode()
    given = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    start: MutableMapping[str, Any] = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in {**given, **(headers or {})}.items()
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
