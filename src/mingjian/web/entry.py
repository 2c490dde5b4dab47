"""Coming in and going out: sign-in, the one-time link with its password, sign-out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mingjian.app.errors import MingjianError, UsageError
from mingjian.app.passwords import SHORTEST
from mingjian.app.visit import SPENT, SPENT_NEXT, Refused, TooManyTries
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.answer import (
    ENTER,
    LANGUAGES,
    SIGN_IN,
    html_answer,
    inside,
    json_answer,
    language_of,
    look_of,
    problem,
    wants_json,
)
from mingjian.web.door import Door
from mingjian.web.render import entry_html
from mingjian.web.session import FormRefused, Given, caller_of, read_form, visit_of

SIGN_OUT = "sign-out"
OPEN_TO_ALL = frozenset(
    {"/theme", *(f"/{one}/{name}" for one in LANGUAGES for name in (ENTER, SIGN_IN))}
)
"""What answers without a session."""
LOCKED = Message("须先登录", "sign in first")
LOCKED_NEXT = Message(
    "请在浏览器中登录；还没有账户请向管理员要一次性链接",
    "sign in with a browser; without an account ask an admin for a one-time link",
)
Posted = Callable[[Door, Request, Given], Response]


def locked(door: Door) -> ASGIApp:
    """What answers anything that needs a session where there is none."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if wants_json(request):
            answer = problem(request, 401, LOCKED, LOCKED_NEXT, True)
        else:
            there = scope["path"] + (f"?{request.url.query}" if request.url.query else "")
            answer = _sign_in_page(request, 401, there if scope["method"] == "GET" else "")
        await answer(scope, receive, send)

    return app


def add_to(app: FastAPI, door: Door) -> None:
    """The routes of this file."""
    posted: dict[str, Posted] = {SIGN_IN: _sign_in, ENTER: _enter, SIGN_OUT: _sign_out}

    def taking(do: Posted) -> Callable[[Request], Awaitable[Response]]:
        async def taken(request: Request) -> Response:
            try:
                given = await read_form(request)
            except FormRefused as error:
                as_json = wants_json(request)
                return problem(request, error.status, error.what, error.next_step, as_json)
            return await run_in_threadpool(do, door, request, given)

        return taken

    def sign_in_page(request: Request) -> Response:
        return _sign_in_page(request, 200, "")

    def enter_page(request: Request) -> Response:
        return _enter_page(door, request, request.query_params.get("token", ""))

    for language in LANGUAGES:
        app.add_route(f"/{language}/{SIGN_IN}", sign_in_page, ["GET"], include_in_schema=False)
        app.add_route(f"/{language}/{ENTER}", enter_page, ["GET"], include_in_schema=False)
        for name, do in posted.items():
            path = f"/{language}/{name}"
            app.add_route(path, taking(do), ["POST"], include_in_schema=False)


# ---- signing in -------------------------------------------------------------------------------


def _sign_in_page(
    request: Request,
    status: int,
    there: str,
    error: MingjianError | None = None,
    given: Given | None = None,
) -> Response:
    """The form; `there` is where the person was going."""
    path = f"/{language_of(request)}/{SIGN_IN}"
    look = look_of(request, {}, path, problem=error, typed=given)
    return html_answer(entry_html("sign-in.html", look, {"there": there}), status)


def _sign_in(door: Door, request: Request, given: Given) -> Response:
    caller = caller_of(request)
    try:
        secret = door.accounts.sign_in(
            given["name"], given.raw("password"), caller.address, caller.browser
        )
    except MingjianError as error:
        return _not_let_in(request, error) or _sign_in_page(
            request, _status(error), given["there"], error, given
        )
    return _let_in(door, request, secret, inside(given["there"]))


def _enter_page(
    door: Door,
    request: Request,
    link: str,
    error: MingjianError | None = None,
    given: Given | None = None,
) -> Response:
    """The form for a new password, where the one-time link is good. Looking does not spend it."""
    name = door.accounts.link_name(link[:200])
    if name is None:
        return _sign_in_page(request, 401, "", Refused(SPENT, SPENT_NEXT))
    path = f"/{language_of(request)}/{ENTER}"
    look = look_of(request, {"token": link}, path, problem=error, typed=given)
    content: Json = {"name": name, "token": link, "shortest": SHORTEST}
    return html_answer(entry_html("enter.html", look, content), _status(error) if error else 200)


def _enter(door: Door, request: Request, given: Given) -> Response:
    caller, link = caller_of(request), given.raw("token")
    try:
        if given.raw("password") != given.raw("again"):
            raise UsageError(
                Message("两次输入的密码不同", "the two passwords differ"),
                Message("请重新输入", "type them again"),
            )
        secret = door.accounts.enter(link, given.raw("password"), caller.address, caller.browser)
    except MingjianError as error:
        return _not_let_in(request, error) or _enter_page(door, request, link, error, given)
    return _let_in(door, request, secret, "/")


def _sign_out(door: Door, request: Request, given: Given) -> Response:
    caller = caller_of(request)
    door.accounts.sign_out(visit_of(request), caller.address)
    answer = RedirectResponse(f"/{language_of(request)}/{SIGN_IN}", 303)
    answer.headers["Set-Cookie"] = door.session_cookie("")
    return answer


def _status(error: MingjianError) -> int:
    if isinstance(error, TooManyTries):
        return 429
    return 401 if isinstance(error, Refused) else 422


def _not_let_in(request: Request, error: MingjianError) -> Response | None:
    """The answer to a program; None where a person is to see the form again."""
    if not wants_json(request):
        return None
    return problem(request, _status(error), error.what, error.next_step, True)


def _let_in(door: Door, request: Request, secret: str, to: str) -> Response:
    """A session of its own, whatever the browser held before."""
    answer: Response = RedirectResponse(to, 303)
    if wants_json(request):
        answer = json_answer({"next": to})
    answer.headers["Set-Cookie"] = door.session_cookie(secret)
    return answer
