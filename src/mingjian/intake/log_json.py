"""Web logs that are JSON, an object a line: nginx, Caddy, Traefik, Envoy, Apache, Elastic."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from mingjian.intake.log_entry import LONGEST_ENTRY, Entry, clean, client_of

NAMES: Mapping[str, tuple[str, ...]] = {
    "request": ("request", "request_line", "requested_url"),
    "method": (
        "request_method",
        "method",
        "RequestMethod",
        "request.method",
        "http.request.method",
        "http_method",
        "verb",
        "httpRequest.requestMethod",
    ),
    "address": (
        "request_uri",
        "RequestPath",
        "request.uri",
        "requested_uri",
        "url.original",
        "url.path",
        "uri",
        "path",
    ),
    "whole address": ("url.full", "url", "httpRequest.requestUrl"),
    "query": ("args", "query_string", "url.query", "query"),
    "status": (
        "status",
        "DownstreamStatus",
        "http.response.status_code",
        "status_code",
        "statusCode",
        "response_code",
        "response",
        "httpRequest.status",
        "code",
    ),
    "client": (
        "remote_addr",
        "ClientHost",
        "request.client_ip",
        "request.remote_ip",
        "request.remote_addr",
        "source.ip",
        "client.ip",
        "source.address",
        "client.address",
        "client_ip",
        "remote_ip",
        "clientip",
        "remoteIP",
        "remoteAddr",
        "remote_host",
        "downstream_remote_address",
        "httpRequest.remoteIp",
        "ip",
        "src",
        "src_ip",
        "source",
        "remote",
    ),
    "user": ("remote_user", "ClientUsername", "user_id", "user.name", "auth"),
    "time": (
        "time_iso8601",
        "time_local",
        "@timestamp",
        "StartUTC",
        "StartLocal",
        "start_time",
        "timestamp",
        "time",
        "msec",
        "ts",
    ),
    "referer": (
        "http_referer",
        "http_referrer",
        "request.headers.Referer",
        "request_Referer",
        "http.request.referrer",
        "referer",
        "referrer",
        "httpRequest.referer",
    ),
    "agent": (
        "http_user_agent",
        "user_agent.original",
        "request.headers.User-Agent",
        "request_User-Agent",
        "user_agent",
        "userAgent",
        "agent",
        "httpRequest.userAgent",
        "ua",
    ),
}
"""Under which names each thing is looked for, in this order; `a.b` is also b inside a."""

_NUMBERS = frozenset({"status", "time"})
"""What may be written as a number."""
_HEADERS = "request.headers"
"""Where this is an object, a header that is not in it was not sent."""
_FIRST_LINE = re.compile(r"[A-Z]{3,20} \S")
_STATUS = re.compile(r"\d{3}")
_HOST = re.compile(r"https?://[^/?#\s]{1,300}", re.I)
_BACKSLASH = re.compile(r"\\(?:\\|(x))")


def json_entry(line: str) -> Entry | None:
    """The request of a line; None where it is no JSON object or holds none. Never fails."""
    item = _object(line)
    if item is None:
        return None
    status = next((text for text in _texts(item, "status") if _STATUS.fullmatch(text)), None)
    request = _request(item)
    if status is None or request is None:
        return None
    absent = "-" if isinstance(_at(item, _HEADERS), dict) else None
    return Entry(
        request=clean(request),
        status=int(status),
        client=next(filter(None, map(client_of, _texts(item, "client"))), None),
        user=next(_texts(item, "user"), None),
        time=next((text.strip("[]")[:40] for text in _texts(item, "time")), None),
        referer=next(_texts(item, "referer"), absent),
        agent=next(_texts(item, "agent"), absent),
    )


def is_json_log(lines: Sequence[str]) -> bool:
    """Whether eight in ten of `lines` are requests with an answer, and say when or whence."""
    if not any(map(_answered, lines[:3])):
        return False
    return sum(map(_answered, lines)) * 10 >= len(lines) * 8


def _answered(line: str) -> bool:
    entry = json_entry(line)
    return (
        entry is not None
        and 100 <= entry.status <= 599
        and _FIRST_LINE.match(entry.request) is not None
        and (entry.time is not None or entry.client is not None)
    )


def _object(line: str) -> Mapping[str, object] | None:
    line = line.strip()
    if not line.startswith("{") or not line.endswith("}") or len(line) > LONGEST_ENTRY:
        return None
    item = _loaded(line)
    if item is None and "\\x" in line:
        # nginx, unless told to escape for JSON, writes a quote as \x22: broken JSON, and just
        # where a request holds what it should not.
        item = _loaded(_BACKSLASH.sub(lambda found: r"\\x" if found[1] else found[0], line))
    return item


def _loaded(line: str) -> Mapping[str, object] | None:
    try:
        item = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def _request(item: Mapping[str, object]) -> str | None:
    """The first line of the request, put together where the log holds it in pieces."""
    line = next(_texts(item, "request"), None)
    method = next(_texts(item, "method"), None)
    if line is not None and (method is None or _FIRST_LINE.match(line)):
        return line
    address = line if line is not None and line[:1] == "/" else _address(item) or line
    if method is None and address is not None and address[:1] == "/":
        method = "GET"  # a log that leaves the method out holds hardly any other
    if method is None or address is None:
        return None
    query = next(_texts(item, "query"), "-")
    if query != "-" and "?" not in address:
        address = f"{address}?{query.removeprefix('?')}"
    return "-" if method == address == "-" else f"{method} {address}"


def _address(item: Mapping[str, object]) -> str | None:
    address = next(_texts(item, "address"), None)
    if address is None and (whole := next(_texts(item, "whole address"), None)) is not None:
        address = _HOST.sub("", whole, count=1) or "/"
    return address


def _texts(item: Mapping[str, object], what: str) -> Iterator[str]:
    """The texts that stand under the names of `what`; nothing is `-`."""
    for name in NAMES[what]:
        value = _at(item, name)
        if isinstance(value, list) and value:
            value = value[0]  # a header may come several times
        if isinstance(value, str):
            yield clean(value) or "-"
        elif what in _NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value)


def _at(item: Mapping[str, object], name: str) -> object:
    """What stands under `name`, or under its parts one inside the other."""
    if name in item:
        return item[name]
    first, dot, rest = name.partition(".")
    inner = item.get(first) if dot else None
    return _at(inner, rest) if isinstance(inner, dict) else None
