"""What one line of a web log tells of one request, whatever the form of the log."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 16_384
"""Characters of one field that are kept."""
LONGEST_ENTRY = 65_536
"""Characters of a line of named fields; a longer one is not read. Caddy writes every header."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_CLIENT = re.compile(
    r"(?P<four>\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?|\[(?P<six>[0-9A-Fa-f.:]{2,45})\](?::\d{1,5})?|"
    r"(?P<other>[0-9A-Fa-f.:]{2,45}|[\w.-]{1,253})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request in the words of the common log format; None is what the log does not hold."""

    request: str
    """Method, address and perhaps protocol, as in the first line of a request."""
    status: int
    client: str | None
    user: str | None
    time: str | None
    """As written in a common log, as ISO 8601, or seconds since 1970 (or thousandths of them)."""
    referer: str | None
    agent: str | None


def clean(text: str) -> str:
    """`text` without halves of characters, which JSON can write and no output can hold."""
    text = text[:LONGEST]
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def client_of(text: str | None) -> str | None:
    """The address or name in `text`, without its port; None where it is neither."""
    found = _CLIENT.fullmatch(text or "")
    return found[found.lastgroup] if found is not None and found.lastgroup else None
