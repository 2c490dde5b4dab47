"""Which classes of attack a payload belongs to, by patterns kept as data (`classes.json`)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mingjian.detect.traffic.decode import Decoded, spaced
from mingjian.domain.message import Message

LONGEST = 4_096
"""Characters of a decoded payload that the patterns are tried on."""
_PLAIN = re.compile(r"[\w/.&=?:, -]*\Z")
"""Text that no pattern but a word or a path could match."""


@dataclass(frozen=True, slots=True)
class AttackClass:
    """One class of attack: its patterns, strongest first, each with its strength (0 to 3)."""

    id: str
    name: Message
    patterns: tuple[tuple[float, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """The strongest pattern of one class that matched, and what it matched (decoded text)."""

    of: AttackClass
    strength: float
    matched: str


@lru_cache(maxsize=1)
def lists() -> dict[str, Any]:
    """The data file as it is: classes, and the names of tools, crawlers, clients and probes."""
    text = files("mingjian.detect.traffic").joinpath("classes.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


@lru_cache(maxsize=1)
def classes() -> tuple[AttackClass, ...]:
    """The classes, their patterns compiled, strongest first."""
    return tuple(
        AttackClass(
            one["id"],
            Message(one["zh"], one["en"]),
            tuple(
                (strength, re.compile(pattern))
                for strength, pattern in sorted(one["patterns"], key=lambda pair: -pair[0])
            ),
        )
        for one in lists()["classes"]
    )


def hits(decoded: Decoded) -> list[Hit]:
    """For each class the strongest pattern that matches."""
    text = decoded.text[:LONGEST]
    forms = (text, spaced(text)) if "+" in text else (text,)
    found: list[Hit] = []
    for of in classes():
        for strength, pattern in of.patterns:
            match = next((m for form in forms if (m := pattern.search(form))), None)
            if match is not None:
                found.append(Hit(of, strength, match[0].strip()[:120] or match[0][:1]))
                break
    return found


def is_plain(text: str) -> bool:
    """Whether the text holds only word characters and the signs of an ordinary address."""
    return _PLAIN.match(text) is not None
