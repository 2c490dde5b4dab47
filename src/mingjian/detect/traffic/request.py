"""One request, as a line of a web log or as a bare payload, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingjian.intake.log_entry import Entry

LONGEST_LINE = 16_384
"""Characters of a line that are read; what lies behind is not examined."""

_LOGGED = re.compile(
    r"\"?(?P<client>[0-9A-Fa-f.:]{2,45}|[\w.-]{1,253}) \S{1,255} (?P<user>\S{1,255}) "
    r"\[(?P<time>[^\]]{8,40})\] "
    # A quote ends the request only where a status follows: some servers leave quotes as sent.
    # (No possessive group of alternatives: Python 3.11.2, Debian 12's, matches those wrongly.)
    r"\"(?P<request>[\s\S]*?)\" (?P<status>\d{3}) \S+"
    r"(?P<rest>[^\n]*)"
)
_FIRST_LINE = re.compile(r"(?P<method>[A-Z]{3,20}) (?P<target>\S.*?)(?: HTTP/\d(?:\.\d)?)?$", re.S)
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"?")


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Of a bare payload only `target` is known, and the rest is None."""

    target: str
    """Path and query as sent, or the payload."""
    offset: int
    """Where `target` begins in the line; -1 where the line holds it in pieces or escaped."""
    method: str | None = None
    status: int | None = None
    referer: str | None = None
    agent: str | None = None
    client: str | None = None
    user: str | None = None
    time: str | None = None

    @property
    def logged(self) -> bool:
        """Whether it came from a log line and not as a bare payload."""
        return self.status is not None

    @property
    def referred(self) -> bool:
        """Whether it says which page it came from."""
        return self.referer not in (None, "-", "")

    @property
    def served(self) -> bool:
        """Whether the server gave what was asked for, as far as the log says."""
        return (self.status or 200) < 400

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


def read_request(line: str) -> Request:
    """A line of a common or combined log, a raw request line, or a bare payload.

    Never fails: what has no known form is a bare payload.
    """
    line = line[:LONGEST_LINE]
    found = _LOGGED.match(line)
    if found is None:
        first = _FIRST_LINE.match(line)
        # "GET /x" is a request line; "DELETE FROM users" is a payload.
        if (first is not None and first["target"][:1] in "/*") or (
            first is not None and first["target"][:4].lower() == "http"
        ):
            return Request(first["target"], first.start("target"), method=first["method"])
        return Request(line, 0)
    method, target, start = _parts(found["request"])
    fields = [match[1] for match in _QUOTED.finditer(found["rest"].rstrip('"\n '))]
    return Request(
        target,
        found.start("request") + start,
        method=method,
        status=int(found["status"]),
        referer=fields[0] if fields else None,
        agent=fields[1] if len(fields) > 1 else None,
        client=found["client"],
        user=found["user"],
        time=found["time"],
    )


def of_entry(entry: Entry) -> Request:
    """A line of a log of named fields, taken apart as one of a common log is."""
    method, target, _ = _parts(entry.request)
    return Request(
        target,
        -1,
        method=method,
        status=entry.status,
        referer=entry.referer,
        agent=entry.agent,
        client=entry.client,
        user=entry.user,
        time=entry.time,
    )


def _parts(request: str) -> tuple[str, str, int]:
    """Method, target and where it begins; no method where it is not written as a request."""
    first = _FIRST_LINE.match(request)
    if first is None:
        return "", request, 0
    return first["method"], first["target"], first.start("target")
