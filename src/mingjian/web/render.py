"""Pages as HTML. Whatever a template puts out is made visible and escaped, without exception."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import count
from types import FunctionType, MethodType, SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from markupsafe import Markup, escape

from mingjian.app.access import ROLE_NAMES, allowed
from mingjian.app.errors import MingjianError
from mingjian.app.visit import Visit
from mingjian.casework.case.timeline import read_time
from mingjian.casework.case.workflow import workflow
from mingjian.casework.document.blocks import visible
from mingjian.casework.drawing import EDGES, across_of, scene_of, svg, svg_again
from mingjian.casework.report.build import hex_rows, marked, sized
from mingjian.domain.message import Language, Message
from mingjian.domain.naming import KIND_NAMES, STATE_NAMES, STEP_NAMES, name_of
from mingjian.domain.record import Json
from mingjian.law.library import library
from mingjian.web import card
from mingjian.web.admin_pages import ADMIN_TABS
from mingjian.web.case_names import case_names
from mingjian.web.page import Page
from mingjian.web.pages import AREAS, CASE_TABS, PAGES
from mingjian.web.session import TOKEN, Given
from mingjian.web.words import ITEM_STATES, TEXT
from mingjian.weigh.words import number

if TYPE_CHECKING:
    from jinja2 import Environment

VALUES = 60
"""Rows of the table beside curves; of more, every so many-th."""
REACH = 6.0
"""A weight bar shows log10 LR from -6 to +6; every scale's bounds lie within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one reader wants pages: language, theme ("" follows the system), where they are."""

    language: Language
    theme: str
    path: str
    query: Mapping[str, str]
    visit: Visit | None = None
    """Who reads; None before signing in."""
    token: str = ""
    """What this reader's forms carry."""
    problem: MingjianError | None = None
    """Why the form that was just sent was refused, …"""
    typed: Given = field(default_factory=Given)
    """… and what was typed into it."""

    def say(self, message: object) -> str:
        """A message, or its JSON form, in the reader's language."""
        if isinstance(message, Message):
            return message.in_language(self.language)
        if isinstance(message, Mapping):
            return str(message[self.language])
        return ""

    def url(self, page: str, **query: object) -> str:
        """The address of a page; empty questions are left out."""
        return address(f"/{self.language}/{page}", query)

    def other(self, language: Language) -> str:
        """This page in the other language."""
        rest = self.path.removeprefix(f"/{self.language}")
        return address(f"/{language}{rest}", self.query)

    @property
    def here(self) -> str:
        return address(self.path, self.query)

    @property
    def twin(self) -> str:
        """This page as JSON."""
        return address(f"{self.path}.json", self.query)

    def post(self, deed: str) -> str:
        """Where a form of this page is sent to."""
        return address(f"{self.path}/{deed}", self.query)

    def with_(self, **query: object) -> str:
        """This page with some questions changed."""
        return address(self.path, {**self.query, **query})


def address(path: str, query: Mapping[str, object]) -> str:
    tail = "&".join(
        f"{key}={_quoted(str(value))}" for key, value in query.items() if value not in (None, "")
    )
    return f"{path}?{tail}" if tail else path


@lru_cache(4096)
def _quoted(value: str) -> str:
    """A value for an address; a list names its case once a row."""
    return (
        value if value.isascii() and value.isalnum() else quote_plus(value, errors="surrogatepass")
    )


_MARKING = re.compile("[&<>'\"]")


def _shown(value: object) -> str:
    """What every expression of a template passes: only our own markup goes through as it is."""
    if type(value) is str and value.isprintable() and not _MARKING.search(value):
        return value  # as nearly all are: nothing in it to be spelt out or escaped
    return value if isinstance(value, Markup) else escape(visible(value))


def bar_of(weight: Mapping[str, Any], bounds: str) -> Markup:
    """A weight as a bar 600 wide: its bounds and its value, from the middle at 300 on. A list
    draws one a row, so it is made here of numbers alone, and of our word for the bounds."""

    def at(value: float) -> float:
        return 300 + 300 * max(-1.0, min(1.0, value / REACH))

    value, (low, high) = weight["log10_lr"], weight["lr_bounds"]
    left, right = sorted((300.0, at(value)))
    side = "for" if value >= 0 else "contra"
    return Markup(
        '<svg class="bar" viewBox="0 0 600 22" preserveAspectRatio="none" role="img" '
        f'aria-label="log10 LR {number(value)}; {bounds} {number(low)} … {number(high)}">\n'
        '<rect class="ground" x="0" y="4" width="600" height="14"/>\n'
        f'<rect class="reach" x="{at(low):.1f}" y="4" '
        f'width="{max(at(high) - at(low), 2.0):.1f}" height="14"/>\n'
        f'<rect class="{side}" x="{left:.1f}" y="7" '
        f'width="{max(right - left, 3.0):.1f}" height="8"/>\n'
        '<rect class="middle" x="299" y="0" width="2" height="22"/>\n</svg>\n'
    )


def shows_picture(exhibit: Mapping[str, Any]) -> bool:
    """Whether an exhibit shows the evidence's own picture, whole or below a map."""
    return exhibit["type"] == "picture" or bool(exhibit.get("under"))


def curve_values(exhibit: Mapping[str, Any]) -> list[Json]:
    """The values of curves as rows: `x`, where it stands in the drawing, a value a curve."""
    rows: dict[float, dict[int, float]] = {}
    for column, curve in enumerate(exhibit["curves"]):
        for x, y in curve["points"][:2_000]:
            rows.setdefault(float(x), {})[column] = float(y)
    every = max(1, -(-len(rows) // VALUES))
    return [
        {
            "x": x,
            "at": round(across_of(exhibit, x), 1),
            "values": [rows[x].get(column) for column in range(len(exhibit["curves"]))],
        }
        for x in sorted(rows)[::every]
    ]


def scale_curve(scale: Mapping[str, Any]) -> Json:
    """A scale as a curve exhibit: log10 LR over the measurement."""
    knots = scale["knots"]
    low, high = scale["bounds"]
    return {
        "type": "curve",
        "title": Message("标度曲线", "the scale as a curve").as_json(),
        "across": {
            "name": Message("测量值", "measurement").as_json(),
            "first": knots[0][0],
            "last": knots[-1][0],
            "unit": "",
        },
        "up": {
            "name": {"zh": "log10 LR", "en": "log10 LR"},
            "first": low,
            "last": high,
            "unit": "",
        },
        "curves": [{"name": {"zh": scale["name"], "en": scale["name"]}, "points": knots}],
        "marks": [],
    }


def ago(at: str, language: Language, now: datetime) -> str:
    """How long ago, in the largest unit that fits; of things to come, how long until."""
    seconds = (now - read_time(at)).total_seconds()
    size, zh, en = next((unit for unit in _UNITS if abs(seconds) >= unit[0]), (1, "秒", "second"))
    count = int(abs(seconds) // size)
    if language == "zh":
        return f"{count} {zh}{'前' if seconds >= 0 else '后'}"
    plural = en if count == 1 else f"{en}s"
    return f"{count} {plural} ago" if seconds >= 0 else f"in {count} {plural}"


_UNITS = ((86400, "天", "day"), (3600, "小时", "hour"), (60, "分钟", "minute"))


_OF_EVERY_DICT = frozenset(dir(dict))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from jinja2.compiler import CodeGenerator
    from jinja2.runtime import Context

    class ThroughShown(CodeGenerator):
        """Code in which every expression passes `_shown` alone, which escapes too: the usual two
        calls, one to finalize and one to escape, take half the time of a long list."""

        def _output_child_pre(self, *_: object) -> None:
            self.write("environment.shown(")

        def _output_child_post(self, *_: object) -> None:
            self.write(")")

    class PlainCalls(Context):
        """Our functions are called as they are; none of them wants anything of the template,
        which is what every call is otherwise searched for."""

        def call(self, called: Any, /, *given: Any, **named: Any) -> Any:
            if type(called) in (FunctionType, MethodType):
                named.pop("_loop_vars", None)
                named.pop("_block_vars", None)
                return called(*given, **named)
            return super().call(called, *given, **named)

    class OfJson(Environment):
        """Content is JSON: `item.path` is first looked for where it nearly always is, among the
        keys, so that not every cell of a list pays for a failed search. The result is the same."""

        code_generator_class = ThroughShown
        context_class = PlainCalls
        shown = staticmethod(_shown)

        def getattr(self, of: Any, name: str) -> Any:
            if type(of) is dict and name not in _OF_EVERY_DICT and name in of:
                return of[name]
            return super().getattr(of, name)

    environment = OfJson(
        loader=PackageLoader("mingjian.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=number, size=sized, marked=marked, hex_rows=hex_rows)
    environment.filters["curve_values"] = curve_values
    environment.tests["picture_shown"] = shows_picture
    return environment


def page_html(page: Page, content: Json, look: Look) -> str:
    return _rendered(f"{page.name}.html", look, area=page.area, page=page, c=content)


def entry_html(template: str, look: Look, content: Json) -> str:
    """A page for somebody who is not signed in yet."""
    return _rendered(template, look, area="", page=None, c=content)


def problem_html(status: int, what: Message, next_step: Message | None, look: Look) -> str:
    """A page that says what, why and what to do next."""
    return _rendered(
        "problem.html", look, area="", page=None, c={}, status=status, what=what, then=next_step
    )


@cache
def _names(language: Language) -> dict[str, object]:
    """What templates use whoever reads, in one language; made once."""

    def named(names: Mapping[str, Message]) -> Any:
        known = dict(names)
        return lambda key: name_of(known, key).in_language(language)

    return {
        "t": SimpleNamespace(**{key: one.in_language(language) for key, one in TEXT.items()}),
        "zh": language == "zh",
        "role_name": named(ROLE_NAMES),
        "kind_name": named(KIND_NAMES),
        "state_name": named(STATE_NAMES),
        "step_name": named(STEP_NAMES),
        "item_state": named(ITEM_STATES),
        "count_name": named(library().counts),
        "circumstance_name": named(library().circumstances),
        "statuses": workflow().statuses,
        "dispositions": workflow().dispositions,
        "steps": workflow().steps,
        "tabs": [PAGES[name] for name in CASE_TABS],
        "admin_tabs": [PAGES[name] for name in ADMIN_TABS],
        "edges": EDGES,
        "scale_curve": scale_curve,
        "bar_of": lambda weight: bar_of(weight, TEXT["bounds"].in_language(language)),
        "card": lambda text: card.html(card.section(text, language)),
        **case_names(language),
    }


def _rendered(template: str, look: Look, **more: object) -> str:
    language, moment = look.language, datetime.now(UTC)
    visit = look.visit

    def token() -> Markup:
        return Markup('<input type="hidden" name="{}" value="{}">').format(TOKEN, look.token)

    def drawn(exhibit: Json, name: str = "", alone: bool = False) -> str:
        try:
            draw = svg_again if alone else svg
            return draw(scene_of(exhibit, language), visible(look.say(exhibit["title"])), name)
        except ValueError:
            return TEXT["undrawn"].in_language(language)

    def option(value: str, name: str, key: str) -> Markup:
        chosen = " selected" if look.query.get(key) == value else ""
        return Markup(f'<option value="{_shown(value)}"{chosen}>{_shown(name)}</option>')

    numbers = count(1)

    return (
        _environment()
        .get_template(template)
        .render(
            look=look,
            say=look.say,
            url=look.url,
            post=look.post,
            csrf=token,
            typed=lambda name, otherwise="": look.typed.get(name, otherwise),
            may=lambda action: visit is not None and allowed(action, visit.role),
            areas=[one for one in AREAS if visit is not None and visit.role in one.roles],
            ago=lambda at: ago(at, language, moment),
            option=option,
            drawn=drawn,
            fresh=lambda: f"drawing-{next(numbers)}",
            **_names(language),
            **more,
        )
    )
