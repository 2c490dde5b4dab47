"""Short, harmless excerpts of what metadata holds: one line, cut, personal fields masked."""

from __future__ import annotations

import re

_LENGTH = 160
_MAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9.-]{1,253}")
_NUMBER = re.compile(r"(?<!\d)(\d{3})(\d{2,40})(\d{2}[Xx]?)(?!\d)")


def excerpt(text: str, length: int = _LENGTH) -> str:
    """At most `length` characters of `text`; mail addresses and long numbers keep their form
    with the middle masked (prompts may hold either)."""
    line = "".join(ch if ch.isprintable() else " " for ch in text[: length * 4])
    line = " ".join(line.split())
    line = _MAIL.sub(r"\1***@***", line)
    line = _NUMBER.sub(lambda m: m.group(1) + "*" * len(m.group(2)) + m.group(3), line)
    return line if len(line) <= length else line[: length - 1] + "…"


def masked_name(name: str) -> str:
    """A person's name with all but its first character masked."""
    plain = " ".join(name.split())
    return plain[:1] + "*" * min(len(plain) - 1, 8) if plain else ""
