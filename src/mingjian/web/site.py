"""The desk as a web application: pages, their JSON twins, what can be done on them, the style."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

from fastapi import FastAPI, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from mingjian import __version__
from mingjian.app.access import NotAllowed, require
from mingjian.app.errors import MingjianError
from mingjian.app.incoming_run import Examinations
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.web import entry, listen, push, upload
from mingjian.web.answer import (
    LANGUAGES,
    THEME_COOKIE,
    THEMES,
    answered,
    broke,
    file_answer,
    html_answer,
    inside,
    json_answer,
    language_of,
    look_of,
    problem,
    status_of,
    table_answer,
    wants_json,
)
from mingjian.web.door import Door
from mingjian.web.guard import Guard
from mingjian.web.page import Asked, Page, Served
from mingjian.web.pages import PAGES
from mingjian.web.render import address, page_html
from mingjian.web.session import (
    TOKEN,
    Deed,
    FormRefused,
    Given,
    Sent,
    Shown,
    Went,
    read_form,
    visit_of,
)
from mingjian.web.straight import Answer, Straight

STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}

NOT_FOUND = Message("没有这个页面", "there is no such page")
NEXT = Message("请核对地址，或回到桌面", "check the address, or go back to the desk")


def site(settings: Settings, door: Door, examinations: Examinations) -> ASGIApp:
    """The whole desk behind its guard."""
    served = Served(settings, door.accounts, examinations, door.secure)
    app = FastAPI(
        title="Mingjian desk",
        version=__version__,
        description="Every page as JSON, and what can be done on it. A form needs the token `csrf` "
        "of a page that was read in the same session.",
        docs_url=None,
        redoc_url=None,
    )
    pages: dict[str, Answer] = {}
    for page in PAGES.values():
        pages |= _add(app, page, served)
    entry.add_to(app, door)
    upload.add_to(app, served)
    push.add_to(app, settings)
    listen.add_to(app, served)

    @app.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"/{settings.language}/desk", 303)

    @app.get("/theme", include_in_schema=False)
    def theme(to: str = "", back: str = "") -> Response:
        answer = RedirectResponse(inside(back), 303)
        if to in THEMES:
            answer.set_cookie(
                THEME_COOKIE,
                to,
                httponly=True,
                samesite="strict",
                secure=door.secure,
                max_age=31_536_000,
            )
        return answer

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        data = files("mingjian.web").joinpath("static", name).read_bytes()
        return Response(data, media_type=STATIC[name], headers={"Cache-Control": "max-age=300"})

    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(404, _http_problem)
    app.add_exception_handler(405, _http_problem)
    app.add_exception_handler(422, _http_problem)
    return Guard(Straight(app, pages), door, entry.locked(door), entry.OPEN_TO_ALL)


def _add(app: FastAPI, page: Page, served: Served) -> dict[str, Answer]:
    """Both forms of a page, and its deeds; what answers for the page, by address."""

    def as_json(request: Request) -> Response:
        def made() -> Response:
            require(page.action, visit_of(request).actor)
            return json_answer(served.content(page, served.asked(request, page, "en")))

        return answered(made, request, as_json=True)

    def as_page(request: Request) -> Response:
        if wants_json(request):
            return as_json(request)
        wanted = served.asked(request, page, language_of(request))

        def made() -> Response:
            require(page.action, wanted.actor)
            shown = page_html(page, served.content(page, wanted), look_of(request, wanted.query))
            if wanted.visit.said:
                served.accounts.say(wanted.visit, None)
            return html_answer(shown)

        return answered(made, request, as_json=False)

    def as_table(request: Request) -> Response:
        assert page.table is not None
        rows = page.table(served.asked(request, page, language_of(request)))

        def made() -> Response:
            require(page.action, visit_of(request).actor)
            return table_answer(f"{page.name}.csv", rows)

        return answered(made, request, as_json=False)

    questions = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in page.takes
    ]
    answers: dict[str, Answer] = {}
    for language in LANGUAGES:
        at = f"/{language}/{page.name}"
        answers |= {at: as_page, f"{at}.json": as_json}
        app.get(at, include_in_schema=False)(as_page)
        app.get(
            f"{at}.json",
            summary=page.title.in_language(language),
            operation_id=f"{language}_{page.name}",
            openapi_extra={"parameters": questions},
            response_model=None,
        )(as_json)
        if page.table is not None:
            app.get(
                f"{at}/export.csv",
                summary=f"{page.title.in_language(language)} (CSV)",
                operation_id=f"{language}_{page.name}_csv",
                openapi_extra={"parameters": questions},
                response_model=None,
            )(as_table)
        for deed in page.deeds:
            app.post(
                f"{at}/{deed.name}",
                summary=deed.does.in_language(language),
                operation_id=f"{language}_{page.name}_{deed.name}",
                openapi_extra={"parameters": questions, "requestBody": _form_of(deed)},
                response_model=None,
            )(_doing(page, deed, served))
    return answers


def _form_of(deed: Deed) -> dict[str, object]:
    """What a deed's form holds, for the OpenAPI document."""
    fields = {name: {"type": "string"} for name in (TOKEN, *deed.takes)}
    schema = {"type": "object", "properties": fields, "required": [TOKEN]}
    return {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }


def _doing(page: Page, deed: Deed, served: Served) -> Callable[..., object]:
    async def posted(request: Request) -> Response:
        try:
            given = await read_form(request)
        except FormRefused as error:
            return problem(request, error.status, error.what, error.next_step, wants_json(request))
        return await run_in_threadpool(done, request, given)

    def done(request: Request, given: Given) -> Response:
        language, as_json = language_of(request), wants_json(request)
        asked = served.asked(request, page, language)
        try:
            require(deed.action, asked.actor)
            went = deed.do(asked, given)
        except MingjianError as refusal:
            error = refusal
            if isinstance(refusal, NotAllowed):
                error = served.accounts.told_who(refusal)
            if as_json:
                status = status_of(error, posted=True)
                return problem(request, status, error.what, error.next_step, as_json)
            return refused(request, asked, given, error)
        except Exception as error:
            return broke(request, error, as_json)
        match went:
            case Sent():
                return file_answer(went)
            case Shown():
                return shown(request, asked, went.said, as_json)
        return gone(went, asked, as_json)

    def shown(request: Request, asked: Asked, said: Message, as_json: bool) -> Response:
        if as_json:
            return json_answer({"said": said.as_json(), "next": None})

        def again() -> Response:
            path = f"/{asked.language}/{page.name}"
            look = replace(
                look_of(request, asked.query, path), visit=replace(asked.visit, said=said)
            )
            return html_answer(page_html(page, served.content(page, asked), look))

        return answered(again, request, as_json=False)

    def refused(request: Request, asked: Asked, given: Given, error: MingjianError) -> Response:
        """The same page once more, with what is wrong above it and what was typed kept."""

        def again() -> Response:
            require(page.action, asked.actor)
            look = look_of(
                request, asked.query, f"/{asked.language}/{page.name}", problem=error, typed=given
            )
            return html_answer(
                page_html(page, served.content(page, asked), look), status_of(error, posted=True)
            )

        return answered(again, request, as_json=False)

    def gone(went: Went, asked: Asked, as_json: bool) -> Response:
        to = address(f"/{asked.language}/{went.page}", went.query)
        if as_json:
            return json_answer({"said": went.said.as_json(), "next": to})
        served.accounts.say(asked.visit, went.said)
        return RedirectResponse(to, 303)

    return posted


def _http_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return problem(request, status, NOT_FOUND, NEXT, wants_json(request))
