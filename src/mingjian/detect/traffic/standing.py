"""How a request stands to the server, as the log tells it: who works there, and asks for what.

People who share files and calendars use methods that no browser sends, and people who work with
data send whole queries. Neither is an attack where the server takes it; a name that the server
has not accepted is no name, since anyone can send one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from mingjian.detect.traffic.decode import Decoded, spaced
from mingjian.detect.traffic.payload import LONGEST, hits, lists
from mingjian.detect.traffic.request import Request

_METHODS = frozenset({"GET", "POST", "HEAD", ""})
_API_METHODS = frozenset({"OPTIONS", "PUT", "DELETE", "PATCH"})
_ODD_METHODS = frozenset({"TRACE", "TRACK", "DEBUG", "CONNECT"})
_FILE_METHODS = frozenset(
    [
        "PROPFIND",
        "PROPPATCH",
        "MKCOL",
        "MKCALENDAR",
        "COPY",
        "MOVE",
        "LOCK",
        "UNLOCK",
        "REPORT",
        "SEARCH",
        "ACL",
        "CHECKOUT",
        "CHECKIN",
        "UNCHECKOUT",
        "MERGE",
        "MKACTIVITY",
        "MKWORKSPACE",
        "UPDATE",
        "LABEL",
    ]
)
"""Methods of WebDAV and its kin: calendars, contacts, versions."""
_HOME_METHODS = frozenset(
    {"SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "M-SEARCH", "CCM_POST", "BITS_POST"}
)
"""Methods of devices at home (UPnP) and of a fleet of office computers."""
_FILE_PATH = re.compile(r"dav/", re.I)
_REFUSED = frozenset({400, 404, 405, 410, 501})
"""Answers of a server that has no such thing or does not know the method."""
_SERVED = frozenset({201, 204, 207, 301, 302, 307, 308, 401, 412, 423})
"""Answers of a server that does know these methods, or first asks who is there."""
_IDENT, _TEXT = r"[a-z_][\w.:]{0,60}", r"'[^'&]{0,80}'"
_TERM = (
    rf"\(*{_IDENT}(?:\s*(?:=|<>|!=|<=|>=|<|>)\s*|\s+(?:not\s+)?(?:i?like|eq|ne|gt|lt|ge|le)\s+)"
    rf"(?:{_TEXT}|-?\d[\d.]{{0,20}}|true|false|null)\)*"
    rf"|\(*{_IDENT}\s+in\s*\((?:{_TEXT}|[\d\s,]){{1,40}}\)+"
    rf"|\(*{_IDENT}\s+is\s+(?:not\s+)?null\)*"
)
_FILTER = re.compile(rf"(?<==)\s*(?:{_TERM})(?:\s+(?:and|or)\s+(?:{_TERM})){{0,12}}\s*(?=&|$)")
"""A whole value that compares fields, as maps, tables and OData ask for their rows."""
_STATEMENT = re.compile(
    r"(?<==)\s*(?:(?:explain\s+)?select\s[^&;]{1,600}?\sfrom\s[^&;]{1,600}|show\s[^&;]{1,80}"
    r"|insert\s+into\s[^&;]{1,600}|update\s\S{1,60}\sset\s[^&;]{1,600});?\s*(?=&|$)"
)
"""A whole value that is one statement. An injection breaks out of a value and begins otherwise."""
_FIELD = re.compile(r"`[a-z_]\w{0,60}`")
"""A name that MySQL quotes, and no command of a shell."""
_SURE = 3.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Who asks."""

    known: bool
    """The server accepted a named user."""
    office: bool
    """The client names a program that people keep files, mails, calendars or maps with."""
    monitor: bool
    """The client names a program that watches whether a site works."""
    at_files: bool
    """Such a program, or a named user, by a method or at a path of WebDAV that the server knows."""


@lru_cache(maxsize=1024)
def _named(agent: str) -> tuple[bool, bool]:
    lower, read = agent.lower(), lists()
    return (
        any(name in lower for name in read["office"]),
        any(name in lower for name in read["monitors"]),
    )


def standing(request: Request) -> Standing:
    """Who asks, by the user's name in the log, the answer and the client's name."""
    status = request.status or 200
    office, monitor = _named(request.agent or "")
    named = request.user not in (None, "-", "")
    files = request.method in _FILE_METHODS or _FILE_PATH.search(request.path) is not None
    return Standing(
        known=named and status < 400,
        office=office,
        monitor=monitor,
        at_files=files and (named or office) and (status == 404 or status not in _REFUSED),
    )


def method_odd(method: str | None, status: int, who: Standing) -> float:
    """How odd the method is; one of WebDAV by what came of it and who sent it."""
    if method in _API_METHODS:
        return 0.1 if who.at_files else 0.3
    if method in _FILE_METHODS:
        if who.at_files:
            return 0.1
        if who.office:
            return 0.3
        if status in _SERVED or (status == 200 and method != "PROPFIND"):
            return 0.5
        return 2.0 if status in _REFUSED else 1.0
    if method is None or method in _METHODS:
        return 0.0
    if method in _HOME_METHODS:
        return 0.3
    return 1.0 + (method in _ODD_METHODS)


def without_queries(decoded: Decoded, request: Request, who: Standing) -> Decoded:
    """The target without its honest queries.

    A filter whose every part compares a field with a value is one; so is a whole statement that
    comes from a page or a known user, is not refused and holds nothing that is a payload by itself.
    """
    status = request.status or 200
    if "=" not in decoded.text or len(decoded.text) > LONGEST:
        return decoded
    text = spaced(decoded.text) if "+" in decoded.text else decoded.text
    left = _FILTER.sub("", text) if "'" in text else text
    asked = request.referred or who.known
    honest = asked and not 400 <= status < 500

    def said(found: re.Match[str]) -> str:
        plain = _FIELD.sub("w", found[0])
        return "" if honest and not _is_payload(decoded, plain) else plain

    left = _STATEMENT.sub(said, left)
    return decoded if left == text else replace(decoded, text=left)


def _is_payload(decoded: Decoded, said: str) -> bool:
    if "--" in said or "#" in said or "/*" in said:
        return True
    return any(hit.strength >= _SURE for hit in hits(replace(decoded, text=said)))
