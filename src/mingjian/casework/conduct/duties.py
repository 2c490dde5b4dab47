"""Which duties of the chain a case gives reason to ask about, and what to ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mingjian.casework.conduct.rules import signs
from mingjian.casework.conduct.seen import Seen
from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A matter of duty: the provisions that set it, the signs that give reason to ask."""

    id: str
    name: Message
    refs: frozenset[str]
    signs: tuple[str, ...]
    ask: Message


@cache
def topics() -> Mapping[str, Topic]:
    """All topics, read from `duties.json`."""
    data = json.loads(files("mingjian.casework.conduct").joinpath("duties.json").read_text("utf-8"))
    return {
        name: Topic(
            id=name,
            name=Message(item["zh"], item["en"]),
            refs=frozenset(item["refs"]),
            signs=tuple(item["signs"]),
            ask=Message(item["ask"]["zh"], item["ask"]["en"]),
        )
        for name, item in data.items()
    }


def topics_of(ref: str) -> list[Topic]:
    return [topic for topic in topics().values() if ref in topic.refs]


def reasons(topic: Topic, seen: Seen) -> list[Message]:
    """The signs in the case that give reason to ask whether the duty was kept."""
    return [signs()[name].name for name in topic.signs if signs()[name].places(seen) is not None]
