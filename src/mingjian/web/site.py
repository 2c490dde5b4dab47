"""The desk as a web application: pages, their JSON twins, the style sheet, errors in words."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from mingjian import __version__
from mingjian.app.access import Actor, NotAllowed
from mingjian.app.errors import MingjianError, UsageError
from mingjian.app.settings import Settings
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.web.door import Door
from mingjian.web.guard import Guard
from mingjian.web.page import Asked, Page
from mingjian.web.pages import PAGES
from mingjian.web.render import Look, page_html, problem_html

LANGUAGES: tuple[Language, ...] = ("zh", "en")
THEMES = ("system", "light", "dark")
STATIC = {"desk.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}
THEME_COOKIE = "mingjian-theme"

NOT_FOUND = Message("没有这个页面", "there is no such page")
NEXT = Message("请核对地址，或回到桌面", "check the address, or go back to the desk")
BROKE = Message("本页出错，内容未显示", "this page broke, and nothing of it is shown")
BROKE_NEXT = Message(
    "请附 mingjian doctor 的输出报告；案件记录不受影响",
    "please report it with the output of mingjian doctor; the records of the case are untouched",
)
log = logging.getLogger(__name__)


def site(settings: Settings, actor: Actor, door: Door) -> ASGIApp:
    """The whole desk for one person, behind its guard."""
    app = FastAPI(
        title="Mingjian desk",
        version=__version__,
        description="The reading desk: every page as JSON. Read-only.",
        docs_url=None,
        redoc_url=None,
    )
    for page in PAGES.values():
        _add(app, page, settings, actor)

    @app.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"/{settings.language}/desk", 303)

    @app.get("/theme", include_in_schema=False)
    def theme(to: str = "", back: str = "") -> Response:
        answer = RedirectResponse(_inside(back), 303)
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
    app.add_exception_handler(422, _http_problem)
    return Guard(app, door)


def _inside(back: str) -> str:
    """Where to go back to: a path of ours, never another place."""
    parts = urlsplit(back)
    page = parts.path.strip("/").split("/")
    known = len(page) == 2 and page[0] in LANGUAGES and page[1] in PAGES
    if parts.scheme or parts.netloc or not known:
        return "/"
    return f"/{page[0]}/{page[1]}" + (f"?{parts.query}" if parts.query else "")


def _add(app: FastAPI, page: Page, settings: Settings, actor: Actor) -> None:
    """Both forms of a page."""

    def asked(request: Request, language: Language) -> Asked:
        query = parse_qsl(request.url.query, errors="replace")
        taken = {key: value for key, value in query if key in page.takes}
        return Asked(settings, actor, language, taken)

    def as_json(request: Request) -> Response:
        return _answered(lambda: _json(page.make(asked(request, "en"))), request, as_json=True)

    def as_page(request: Request) -> Response:
        language = _language(request)
        if "application/json" in request.headers.get("accept", ""):
            return as_json(request)
        wanted = asked(request, language)
        look = _look(request, wanted.query)
        return _answered(
            lambda: _html(page_html(page, page.make(wanted), look)), request, as_json=False
        )

    questions = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in page.takes
    ]
    for language in LANGUAGES:
        app.get(f"/{language}/{page.name}", include_in_schema=False)(as_page)
        app.get(
            f"/{language}/{page.name}.json",
            summary=page.title.in_language(language),
            operation_id=f"{language}_{page.name}",
            openapi_extra={"parameters": questions},
            response_model=None,
        )(as_json)


def _answered(make: Callable[[], Response], request: Request, *, as_json: bool) -> Response:
    """The answer, or what went wrong in words that quote nothing of the evidence."""
    try:
        return make()
    except NotAllowed as error:
        return _problem(request, 403, error.what, error.next_step, as_json)
    except UsageError as error:
        return _problem(request, 404, error.what, error.next_step, as_json)
    except MingjianError as error:
        return _problem(request, 503, error.what, error.next_step, as_json)
    except Exception as error:
        # The text of an exception may quote evidence, so only its kind and place are kept.
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
        log.error("page broke: %s at %s", type(error).__name__, place)
        return _problem(request, 500, BROKE, BROKE_NEXT, as_json)


def _http_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    wanted = request.url.path.endswith(".json")
    return _problem(request, status, NOT_FOUND, NEXT, wanted)


def _problem(
    request: Request, status: int, what: Message, then: Message | None, as_json: bool
) -> Response:
    if as_json:
        told = {"what": what.as_json(), "next": then.as_json() if then else None}
        return _json({"status": status, "problem": told}, status)
    look = replace(_look(request, {}), path=f"/{_language(request)}/desk")
    return _html(problem_html(status, what, then, look), status)


def _language(request: Request) -> Language:
    start = request.url.path.strip("/").partition("/")[0]
    return start if start in LANGUAGES else "zh"


def _look(request: Request, query: Mapping[str, str]) -> Look:
    theme = request.cookies.get(THEME_COOKIE, "")
    return Look(
        language=_language(request),
        theme=theme if theme in ("light", "dark") else "",
        path=request.url.path,
        query=query,
    )


def _html(text: str, status: int = 200) -> Response:
    body = text.encode("utf-8", "backslashreplace")
    return Response(body, status, media_type="text/html; charset=utf-8")


def _json(content: Json, status: int = 200) -> Response:
    # ASCII: names from evidence may hold what UTF-8 cannot.
    return Response(json.dumps(content).encode("ascii"), status, media_type="application/json")
