"""Who acts in a request, and what every form passes before anything is changed.

How to add something a person can do on a page
----------------------------------------------
1. Write what it does: a function from `Asked` (who asks, of what: `asked.actor`,
   `asked.settings`, `asked["name"]` from the address, `asked.store()`) and `Given` (the form's
   fields) to `Went` (the sentence to show, and the page to go on to). It calls one use case of
   `app` and nothing else; the use case checks the role and refuses in words::

       def _note(asked: Asked, given: Given) -> Went:
           with asked.store() as store:
               desk.known(store, asked["name"])
               cases.note(store, asked.actor, asked["name"], given["text"],
                          revision=given.number("revision"))
           return Went(Message("已记下", "noted"), "case", {"name": asked["name"]})

2. Hang it on its page in `pages.py`; `action` is that of the role table, `takes` the fields::

       Page(name="case", …, deeds=(
           Deed(name="note", does=Message("记事", "note something"), action="case.note",
                do=_note, takes=("text", "revision")),
       ))

3. Put the form into the page's template. `post` gives the address (this page, with what it was
   asked with), `csrf` the hidden token, `typed` what the person had typed when it was refused,
   `may` whether the role may do it at all::

       {% if may("case.note") %}
       <form method="post" action="{{ post("note") }}">{{ csrf() }}
       <label>{{ t.note }} <textarea name="text" required>{{ typed("text") }}</textarea></label>
       <input type="hidden" name="revision" value="{{ c.head.revision }}">
       <button>{{ t.save }}</button></form>
       {% endif %}

That is all. (What hands over a file returns `Sent` in place of `Went`.) Whatever is posted has
passed Host, Origin, session, token, size and time. A refusal (`MingjianError`) shows the same page
again with what, why and what next above it and the typed values kept; success answers 303 to the
next page, which shows the sentence once. The same address answers JSON to
``Accept: application/json`` and stands in ``/openapi.json``. `tests/web` walks over every deed
without session, without token and in every role, so a new one is tested too.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from mingjian.app.access import Actor
from mingjian.app.errors import MingjianError, UsageError
from mingjian.app.visit import Visit
from mingjian.domain.message import Message

if TYPE_CHECKING:
    from mingjian.web.page import Asked

FORM_BYTES = 1 << 20
FORM_FIELDS = 500
FORM_SECONDS = 30.0
TOKEN = "csrf"


@dataclass(frozen=True, slots=True)
class Caller:
    """What the guard knows of a request: who it is from, and the token its forms must carry."""

    visit: Visit | None
    secret: str
    """What the session cookie holds, or the form cookie before signing in."""
    token: str
    address: str
    browser: str


def caller_of(request: Request) -> Caller:
    """The caller, as `web.guard` found it."""
    caller = request.scope["mingjian.caller"]
    assert isinstance(caller, Caller)
    return caller


def visit_of(request: Request) -> Visit:
    """The signed-in person. The guard lets nobody else through to where this is asked."""
    visit = caller_of(request).visit
    assert visit is not None
    return visit


def acting(request: Request) -> Actor:
    """The acting person and role of this request, as `app.access` asks for them."""
    return visit_of(request).actor


class FormRefused(MingjianError):
    """What was posted is not taken: no token, too large, too slow, not a form."""

    def __init__(self, status: int, what: Message, next_step: Message | None = None) -> None:
        super().__init__(what, next_step)
        self.status = status


def no_token() -> FormRefused:
    return FormRefused(
        403,
        Message("这个表单不是由本页发出的", "this form was not sent from a page of this desk"),
        Message(
            "请重新打开页面再试；登录可能已换或已过期",
            "open the page again and retry; you may have signed in anew since",
        ),
    )


def check_token(request: Request, token: str) -> None:
    """Raise unless the form carries the token of this very session."""
    if not hmac.compare_digest(caller_of(request).token.encode(), token.encode("utf-8", "replace")):
        raise no_token()


@dataclass(frozen=True, slots=True)
class Given:
    """The fields of a form, as typed."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The field's last value, stripped; empty where it was not sent."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """The same as typed, blanks included: passwords."""
        return self.fields.get(name, ("",))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field: boxes ticked."""
        return self.fields.get(name, ())

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    def get(self, name: str, otherwise: str) -> str:
        """The field, or something else where it was not sent."""
        return self[name] if name in self.fields else otherwise

    def number(self, name: str) -> int | None:
        """A whole number, None where the field is empty; a `UsageError` otherwise."""
        value = self[name]
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and len(value) < 16):
            raise UsageError(
                Message("这里须填数字", "this must be a number"),
                Message(f"字段 {name}", f"the field {name}"),
            )
        return int(value)


@dataclass(frozen=True, slots=True)
class Went:
    """It was done: the sentence to show once, and the page to go on to."""

    said: Message
    page: str
    query: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """It was done: a file to hand over, always as an attachment. Nothing is shown of it here."""

    name: str
    data: bytes | str


@dataclass(frozen=True, slots=True)
class Shown:
    """It was done: the same page at once, with a sentence that is kept nowhere (a secret)."""

    said: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something a person can do on a page, by a form; see above."""

    name: str
    does: Message
    action: str
    """Of the table in `app.access`: who may not is refused before anything is read."""
    do: Callable[[Asked, Given], Went | Sent | Shown]
    takes: tuple[str, ...] = ()


async def read_form(request: Request) -> Given:
    """The fields of a posted form once its token is found right; raises `FormRefused`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        # Said before the token is asked for, since there is no form to find it in.
        raise no_token() if not kind else _odd_form(415)
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > FORM_BYTES:
                    raise FormRefused(
                        413,
                        Message("表单过大", "the form is too large"),
                        Message("请缩短文字，或作为材料上传", "shorten it, or upload it as a file"),
                    )
    except (TimeoutError, ClientDisconnect):
        raise FormRefused(
            408,
            Message("表单发送得太慢", "the form came too slowly"),
            Message("请检查网络后重试", "check the connection and try again"),
        ) from None
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=FORM_FIELDS,
        )
    except ValueError:
        raise _odd_form(400) from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    given = Given(fields)
    check_token(request, given.raw(TOKEN))
    return given


def _odd_form(status: int) -> FormRefused:
    return FormRefused(
        status,
        Message("这不是本桌面的表单", "this is not a form of this desk"),
        Message("请从页面上的表单发送", "send it by the form on the page"),
    )
