"""Evidence comes in: the form, the upload as it streams, and how far its examination is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import IO, Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from mingjian.app import incoming
from mingjian.app.access import require
from mingjian.app.errors import MingjianError, UsageError
from mingjian.app.incoming import LINK_NAME, TEXT_NAME, Arriving, folder_of
from mingjian.app.incoming_run import ENDED, view
from mingjian.app.settings import Settings
from mingjian.domain.evidence import STATED_KINDS
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.answer import (
    LANGUAGES,
    html_answer,
    json_answer,
    language_of,
    look_of,
    problem,
    status_of,
    wants_json,
)
from mingjian.web.examine_pages import EXAMINE, examine
from mingjian.web.multipart import Multipart
from mingjian.web.page import Served
from mingjian.web.render import page_html
from mingjian.web.session import (
    TOKEN,
    FormRefused,
    Given,
    caller_of,
    check_token,
    no_token,
    visit_of,
)

STILL_SECONDS = 30.0
"""An upload that sends nothing for so long is given up …"""
SLOWEST = 2_048
"""… and so is one that brings fewer bytes a second than this, after …"""
GRACE_SECONDS = 60.0
DRAINED_BYTES = 64 << 20
"""After a refusal so much is still read, so that the browser gets to read why."""
LIVE_SECONDS = 0.4
LONGEST_SECONDS = 600.0
"""A browser that watches is sent away after so long, and comes back by itself."""


class _Receiver:
    """What arrives, in the order of the form: the token and the case before any file."""

    def __init__(self, request: Request, settings: Settings) -> None:
        self.request = request
        self.settings = settings
        self.fields: dict[str, str] = {}
        self.arriving: Arriving | None = None

    def field(self, name: str, value: str) -> None:
        if name == TOKEN:
            check_token(self.request, value)
        self.fields[name] = value

    def file(self, name: str) -> IO[bytes]:
        return self._begun().file(name)

    def count(self, size: int) -> None:
        self._begun().count(size)

    def _begun(self) -> Arriving:
        if self.arriving is None:
            if TOKEN not in self.fields:
                raise no_token()
            case = " ".join(self.fields.get("case", "").split())
            if not case:
                raise UsageError(
                    Message("须写明案件", "say which case it is for"),
                    Message("选择已有案件，或给新案件起名", "choose one, or name a new one"),
                )
            visit = visit_of(self.request)
            self.arriving = incoming.begin(self.settings, visit.actor, case)
        return self.arriving

    def finish(self) -> str:
        """Pasted text and links become files too; the upload's id."""
        arriving = self._begun()
        kind = self.fields.get("kind", "")
        if kind and kind not in STATED_KINDS:
            raise UsageError(Message("没有这个类别", "there is no such kind"))
        for name, file in (("text", TEXT_NAME), ("link", LINK_NAME)):
            text = self.fields.get(name, "").strip()
            if text:
                data = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
                arriving.count(len(data))
                with arriving.file(file) as made:
                    made.write(data)
        return arriving.finish(kind or None).id

    def drop(self) -> None:
        if self.arriving is not None:
            self.arriving.drop()


def _too_slow() -> FormRefused:
    return FormRefused(
        408,
        Message("上传太慢或已中断，未保存", "the upload was too slow or cut off; nothing was kept"),
        Message(
            "请检查网络后重新上传；很大的材料可在服务器上用 mingjian examine",
            "check the connection and upload it again; very large evidence is better examined on "
            "the server with mingjian examine",
        ),
    )


async def _receive(request: Request, receiver: _Receiver) -> None:
    """Everything that arrives goes through the parser to the disk; memory stays flat."""
    parser = Multipart(request.headers.get("content-type", ""), receiver)
    began, size = time.monotonic(), 0
    parts = request.stream().__aiter__()
    whole = False
    try:
        while True:
            try:
                async with asyncio.timeout(STILL_SECONDS):
                    part = await anext(parts)
            except StopAsyncIteration:
                break
            size += len(part)
            took = time.monotonic() - began
            if took > GRACE_SECONDS and size < SLOWEST * took:
                raise _too_slow()
            await run_in_threadpool(parser.write, part)
        whole = True
    except (TimeoutError, ClientDisconnect):
        raise _too_slow() from None
    finally:
        parser.close(whole=whole)


async def _drain(request: Request) -> None:
    left = DRAINED_BYTES
    with contextlib.suppress(Exception):
        async with asyncio.timeout(10.0):
            async for part in request.stream():
                left -= len(part)
                if left < 0:
                    return


def add_to(app: FastAPI, served: Served) -> None:
    """The routes of this file."""
    settings = served.settings

    async def taken(request: Request) -> Response:
        receiver = _Receiver(request, settings)
        try:
            require("case.examine", visit_of(request).actor)
            _check_length(request, settings)
            await _receive(request, receiver)
            if TOKEN not in receiver.fields:
                raise no_token()
            identity = await run_in_threadpool(receiver.finish)
        except MingjianError as error:
            await run_in_threadpool(receiver.drop)
            if status_of(error) != 408:
                await _drain(request)
            return await run_in_threadpool(refused, request, receiver, error)
        except BaseException:
            receiver.drop()
            raise
        await run_in_threadpool(served.examinations.start, identity)
        to = f"/{language_of(request)}/examination?id={identity}"
        if wants_json(request):
            return json_answer({"id": identity, "next": to})
        return RedirectResponse(to, 303)

    def refused(request: Request, receiver: _Receiver, error: MingjianError) -> Response:
        status = status_of(error, posted=True)
        if wants_json(request) or status == 403:
            return problem(request, status, error.what, error.next_step, wants_json(request))
        typed = Given({name: (value,) for name, value in receiver.fields.items()})
        language = language_of(request)
        asked = served.asked(request, EXAMINE, language)
        look = look_of(request, {}, f"/{language}/examine", problem=error, typed=typed)
        return html_answer(page_html(EXAMINE, examine(asked), look), status)

    async def live(request: Request) -> Response:
        identity = request.query_params.get("id", "")
        try:
            folder = folder_of(settings, identity)
        except MingjianError as error:
            return problem(request, 404, error.what, error.next_step, True)
        return StreamingResponse(
            _events(request, served, lambda: view(folder)),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},  # a proxy must not collect them
        )

    for language in LANGUAGES:
        app.post(
            f"/{language}/examine/upload",
            summary=Message("上传并检验", "upload and examine").in_language(language),
            operation_id=f"{language}_examine_upload",
            openapi_extra={"requestBody": _FORM},
            response_model=None,
        )(taken)
        app.add_route(f"/{language}/examination/live", live, ["GET"], include_in_schema=False)


_TEXT = {"type": "string"}
_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [TOKEN, "case"],
                "properties": {
                    TOKEN: _TEXT,
                    "case": _TEXT,
                    "kind": {"type": "string", "enum": ["", *STATED_KINDS]},
                    "text": _TEXT,
                    "link": _TEXT,
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                },
            }
        }
    },
}


def _check_length(request: Request, settings: Settings) -> None:
    """Refuse at once what says itself that it is too large or has no room."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdecimal():
        if int(said) > settings.upload_bytes + (1 << 20):
            raise incoming.TooLarge(settings.upload_bytes)
        incoming.room(settings, int(said))


async def _events(
    request: Request, served: Served, look: Callable[[], Json]
) -> AsyncIterator[bytes]:
    """The state as it changes, until it is over or the browser may no longer see it."""
    until = time.monotonic() + LONGEST_SECONDS
    before, checked = b"", time.monotonic()
    secret = caller_of(request).secret
    while time.monotonic() < until and not await request.is_disconnected():
        if time.monotonic() - checked > 5.0:
            checked = time.monotonic()
            if await run_in_threadpool(served.accounts.visit, secret) is None:
                return
        state: Json = await run_in_threadpool(look)
        data = json.dumps(state).encode("ascii")
        if data != before:
            before = data
            yield b"data: " + data + b"\n\n"
            if state["state"] in ENDED:
                return
        await asyncio.sleep(LIVE_SECONDS)
    yield b"retry: 1000\n\n"
