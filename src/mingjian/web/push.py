"""A program hands one item to a watch over HTTP: on disk before it is answered.

The only way in without a session. A program shows the token of one push source
(`mingjian watch token`), which opens nothing else, and gets an answer in JSON.
"""

from __future__ import annotations

import asyncio

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from mingjian.app.errors import MingjianError
from mingjian.app.settings import Settings
from mingjian.app.watch_push import LARGEST, SpoolFull, push, token_opens
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.answer import json_answer

PUSH = "/push/"
_SECONDS = 60.0
"""Within which an item must have come whole."""
_TAGS = ("id", "event", "region", "channel", "service")
NO_TOKEN = Message(
    "没有可用的令牌；用 mingjian watch token 取得，放在 Authorization: Bearer 中",
    "no token that opens this; make one with mingjian watch token and send it as "
    "Authorization: Bearer",
)
TOO_LARGE = Message(f"一次最多提交 {LARGEST >> 20} MiB", f"at most {LARGEST >> 20} MiB at a time")
TOO_SLOW = Message("内容未在时限内传完", "the item did not arrive in time")


def add_to(app: FastAPI, settings: Settings) -> None:
    """The one route."""

    @app.post(
        PUSH + "{watch}/{source}",
        status_code=202,
        openapi_extra={
            "requestBody": {"content": {"application/octet-stream": {}}, "required": True},
            "parameters": [
                {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
                for name in _TAGS
            ],
        },
        responses={
            400: {"description": "what was said with the item cannot be read"},
            401: {"description": "no token that opens this source"},
            408: {"description": "too slow"},
            413: {"description": "too large"},
            429: {"description": "as much waits as may wait; see Retry-After"},
        },
    )
    async def pushed(request: Request, watch: str, source: str) -> Response:
        """Hand the body over as one item. The answer names it once it is safely on disk."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        opens = scheme.lower() == "bearer" and await run_in_threadpool(
            token_opens, settings, watch, source, token.strip()
        )
        if not opens:
            return _said(NO_TOKEN, 401, {"WWW-Authenticate": "Bearer"})
        try:
            async with asyncio.timeout(_SECONDS):
                content = await _body(request)
        except TimeoutError:
            return _said(TOO_SLOW, 408)
        except ClientDisconnect:
            return Response(status_code=400)
        if content is None:
            return _said(TOO_LARGE, 413)
        tags = {name: request.query_params[name] for name in _TAGS if name in request.query_params}

        def kept() -> str:
            return push(content, settings=settings, watch=watch, source=source, **tags)

        try:
            return json_answer({"key": await run_in_threadpool(kept)}, 202)
        except SpoolFull as full:
            return _said(full.what, 429, {"Retry-After": str(full.retry_after)})
        except MingjianError as error:
            return _said(error.what, 400)


async def _body(request: Request) -> bytes | None:
    """The body, None where it is larger than one push may be."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said) > LARGEST:
        return None
    got = bytearray()
    async for block in request.stream():
        got += block
        if len(got) > LARGEST:
            return None
    return bytes(got)


def _said(what: Message, status: int, headers: dict[str, str] | None = None) -> Response:
    told: Json = {"what": what.as_json()}
    answer = json_answer(told, status)
    answer.headers.update(headers or {})
    return answer
