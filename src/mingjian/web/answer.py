"""Answers: pages and JSON, problems in words that quote nothing of the evidence."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mingjian.app.access import NotAllowed
from mingjian.app.cases import ChangedMeanwhile
from mingjian.app.desk import NotThere
from mingjian.app.errors import MingjianError, UsageError
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.web.csv_rows import Cell, lines
from mingjian.web.pages import PAGES
from mingjian.web.render import Look, problem_html
from mingjian.web.session import FormRefused, Given, Sent, caller_of

LANGUAGES: tuple[Language, ...] = ("zh", "en")
THEMES = ("system", "light", "dark")
SIGN_IN, ENTER = "sign-in", "enter"
"""The two pages that are no `Page`: nobody is there yet to act."""
THEME_COOKIE = "mingjian-theme"

FILE_TYPES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

BROKE = Message("本页出错，内容未显示", "this page broke, and nothing of it is shown")
BROKE_NEXT = Message(
    "请附 mingjian doctor 的输出报告；案件记录不受影响",
    "please report it with the output of mingjian doctor; the records of the case are untouched",
)
log = logging.getLogger(__name__)


def status_of(error: MingjianError, *, posted: bool = False) -> int:
    """The HTTP status of a refusal; a form that needs putting right is 422."""
    match error:
        case FormRefused():
            return error.status
        case NotAllowed():
            return 403
        case ChangedMeanwhile():
            return 409
        case NotThere():
            return 404
        case UsageError():
            return 422 if posted else 404
    return 503


def answered(make: Callable[[], Response], request: Request, *, as_json: bool) -> Response:
    """The answer, or what went wrong in words that quote nothing of the evidence."""
    try:
        return make()
    except MingjianError as error:
        return problem(request, status_of(error), error.what, error.next_step, as_json)
    except Exception as error:
        return broke(request, error, as_json)


def broke(request: Request, error: Exception, as_json: bool) -> Response:
    # The text of an exception may quote evidence, so only its kind and place are kept.
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    log.error("page broke: %s at %s", type(error).__name__, place)
    return problem(request, 500, BROKE, BROKE_NEXT, as_json)


def problem(
    request: Request, status: int, what: Message, then: Message | None, as_json: bool
) -> Response:
    if as_json:
        told = {"what": what.as_json(), "next": then.as_json() if then else None}
        return json_answer({"status": status, "problem": told}, status)
    look = replace(look_of(request, {}), path=f"/{language_of(request)}/desk")
    return html_answer(problem_html(status, what, then, look), status)


def language_of(request: Request) -> Language:
    start = request.url.path.strip("/").partition("/")[0]
    return start if start in LANGUAGES else "zh"


def wants_json(request: Request) -> bool:
    return request.url.path.endswith(".json") or "application/json" in request.headers.get(
        "accept", ""
    )


def look_of(
    request: Request,
    query: Mapping[str, str],
    path: str = "",
    *,
    problem: MingjianError | None = None,
    typed: Given | None = None,
) -> Look:
    """How the caller sees a page; after a refused form with why, and what was typed."""
    theme = request.cookies.get(THEME_COOKIE, "")
    caller = caller_of(request)
    return Look(
        language=language_of(request),
        theme=theme if theme in ("light", "dark") else "",
        path=path or request.url.path,
        query=query,
        visit=caller.visit,
        token=caller.token,
        problem=problem,
        typed=typed or Given(),
    )


def inside(back: str) -> str:
    """Where to go back to: a page of ours, never another place."""
    parts = urlsplit(back)
    page = parts.path.strip("/").split("/")
    known = len(page) == 2 and page[0] in LANGUAGES and page[1] in {*PAGES, SIGN_IN, ENTER}
    if parts.scheme or parts.netloc or not known:
        return "/"
    return f"/{page[0]}/{page[1]}" + (f"?{parts.query}" if parts.query else "")


def html_answer(text: str, status: int = 200) -> Response:
    body = text.encode("utf-8", "backslashreplace")
    return Response(body, status, media_type="text/html; charset=utf-8")


def file_answer(sent: Sent) -> Response:
    """A file to keep, never to show: whatever it holds, no browser renders it here."""
    data = sent.data.encode("utf-8", "surrogatepass") if isinstance(sent.data, str) else sent.data
    suffix = sent.name.rpartition(".")[2]
    name = quote(sent.name.encode("utf-8", "replace"), safe="")
    return Response(
        data,
        media_type=FILE_TYPES.get(suffix, "application/octet-stream"),
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def table_answer(name: str, rows: Iterator[Sequence[Cell]]) -> Response:
    """A table to keep, sent while it is read; what is wrong at once shows before it begins."""
    sent = lines(rows)
    head = next(sent)
    return StreamingResponse(
        chain([head], sent),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def json_answer(content: Json, status: int = 200) -> Response:
    # ASCII: names from evidence may hold what UTF-8 cannot.
    return Response(json.dumps(content).encode("ascii"), status, media_type="application/json")
