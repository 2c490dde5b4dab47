"""Web logs in the W3C extended format, as IIS writes them: a line tells which fields follow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mingjian.intake.log_entry import LONGEST_ENTRY, Entry, clean, client_of

_DIRECTIVE = re.compile(
    r"#(Version|Fields|Software|Start-Date|End-Date|Date|Remark|System): ?(.*)", re.I
)
_STATUS = re.compile(r"\d{3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BLANK = re.compile(r"\+(?!https?://)")
"""A plus that stands for a blank; crawlers put one before their address."""
_METHOD = re.compile(
    r"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PROPFIND|SEARCH|DEBUG|-)(?: |\Z)"
)


class W3cLog:
    """Reads one log in order: what a line holds is told by the `#Fields:` line above it."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}
        """Position of each field by its name in small letters; empty before the first line."""
        self._width = 0
        self._day = ""

    def directive(self, line: str) -> bool:
        """Whether `line` is about the log and no request; takes note of what it says."""
        found = _DIRECTIVE.match(line[:LONGEST_ENTRY])
        if found is None:
            # Once the fields are told, every other line with # is a remark.
            return bool(self.fields) and line.startswith("#")
        name = found[1].lower()
        if name == "fields":
            names = found[2].lower().split()
            self._width = len(names)
            self.fields = {field: place for place, field in enumerate(names)}
        elif name == "date" and (day := _DAY.match(found[2])):
            self._day = day[0]
        return True

    def entry(self, line: str) -> Entry | None:
        """The request of a line; None where it does not hold what the fields promise."""
        values = line[: LONGEST_ENTRY + 1].rstrip("\r\n ").replace("\t", " ").split(" ")
        if not self.fields or len(values) != self._width or len(line) > LONGEST_ENTRY:
            return None

        def value(name: str) -> str | None:
            place = self.fields.get(name)
            return None if place is None else clean(values[place])

        status, method = value("sc-status"), value("cs-method")
        address = value("cs-uri-stem") or value("cs-uri")
        if not method or not address or status is None or not _STATUS.fullmatch(status):
            return None
        query = value("cs-uri-query") or "-"
        if query != "-":
            address = f"{address}?{query}"
        agent = value("cs(user-agent)")
        return Entry(
            request="-" if method == address == "-" else clean(f"{method} {address}"),
            status=int(status),
            client=client_of(value("c-ip")),
            user=value("cs-username"),
            time=f"{value('date') or self._day} {value('time') or ''}+00:00"[:40],
            # A plus in an address may be its own; readers of addresses know both.
            referer=value("cs(referer)"),
            agent=agent and _BLANK.sub(" ", agent),
        )


def is_w3c_log(lines: Sequence[str]) -> bool:
    """Whether `#Fields:` names a request's method or address, and most lines are requests.

    Servers for mail and files write the form too, with methods of their own.
    """
    log = W3cLog()
    seen = read = 0
    named = False
    for line in lines:
        if not line.strip() or log.directive(line):
            named |= not log.fields.keys().isdisjoint(("cs-uri-stem", "cs-method"))
            continue
        seen += 1
        entry = log.entry(line)
        read += entry is not None and _METHOD.match(entry.request) is not None
    return named and read * 2 >= seen
