"""What every request passes before a page sees it, and the headers every answer carries."""

from __future__ import annotations

from collections.abc import MutableMapping
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjian.domain import message
from mingjian.web.door import SESSION_SECONDS, Door

ENTER = "/enter"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

HOST = message.Message(
    "地址与本服务不符。请用启动时显示的地址打开。",
    "This is not an address of this service. Use the one that was printed at the start.",
)
METHOD = message.Message(
    "本桌面只供阅读，只接受 GET 请求。",
    "This desk is for reading: it answers GET requests only.",
)
LOCKED = message.Message(
    "须先登录：请打开 mingjian serve 启动时显示的一次性链接。链接用过即失效；"
    "重新启动 mingjian serve 可得到新的链接。",
    "Sign in first: open the one-time link that mingjian serve printed at its start. A link works "
    "once; start mingjian serve again for a new one.",
)


def session_of(scope: Scope, name: str) -> str:
    """The session cookie of a request, or an empty string."""
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
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1").lower() if len(values) == 1 else ""


class Guard:
    """Host, method and session checked in this order; nothing inside runs before."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if _header(scope, b"host") not in self.door.hosts:
            await _plain(answer, 421, HOST)
        elif scope["method"] != "GET":
            await _plain(answer, 405, METHOD, {"Allow": "GET"})
        elif scope["path"] == ENTER:
            await self._enter(scope, answer)
        elif not self.door.knows(session_of(scope, self.door.cookie)):
            await _plain(answer, 401, LOCKED)
        else:
            await self.app(scope, receive, answer)

    async def _enter(self, scope: Scope, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        session = self.door.enter(asked.get("token", [""])[0])
        if session is None:
            await _plain(send, 401, LOCKED)
            return
        cookie = (
            f"{self.door.cookie}={session}; HttpOnly; SameSite=Strict; Path=/; "
            f"Max-Age={SESSION_SECONDS}" + ("; Secure" if self.door.secure else "")
        )
        await _plain(send, 303, None, {"Location": "/", "Set-Cookie": cookie})


async def _plain(
    send: Send, status: int, what: message.Message | None, headers: dict[str, str] | None = None
) -> None:
    text = ""
    if what is not None:
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
