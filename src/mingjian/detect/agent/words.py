"""The written lists: acts of tools (`acts.json`), speech acts and words (`signs.json`)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message

READ_HERE = 6_000
"""Characters of one step in which words are looked for."""


def listed(name: str) -> Any:
    """A written list of this package, by the name of its file."""
    return json.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def signs() -> Mapping[str, re.Pattern[str]]:
    """Each speech act as one pattern, for lower-case text."""
    return {
        key: re.compile("|".join(f"(?:{part})" for part in parts), re.M)
        for key, parts in listed("signs.json").items()
        if key != "about"
    }


def says(sign: str, text: str) -> bool:
    """Whether `text` holds the speech act or word `sign` within its first 6,000 characters."""
    return signs()[sign].search(text[:READ_HERE].lower()) is not None


def commands_in(text: str) -> str:
    """The sentences of a content that tell somebody to do something, lower case."""
    lowered = text[:READ_HERE].lower()
    return "\n".join(match[0] for match in signs()["commands"].finditer(lowered))


@dataclass(frozen=True, slots=True)
class Act:
    """One class of acts: its name, its risk (0 to 3), and the words that tell it."""

    id: str
    name: Message
    risk: int
    tool: tuple[frozenset[str], ...]
    """Each: words that must all be in a tool's name."""
    said: re.Pattern[str]
    done: re.Pattern[str]


def _words(listed: str) -> re.Pattern[str]:
    parts = []
    # Blanks inside a group belong to the pattern; blanks outside divide the list.
    for part in re.findall(r"(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+", listed):
        parts.append(part if "\u4e00" <= part[-1] <= "\u9fff" else rf"\b{part}\b")
    return re.compile("|".join(f"(?:{part})" for part in parts))


@cache
def acts() -> Mapping[str, Act]:
    """The classes of acts by id, in the order a tool's name is tried."""
    return {
        key: Act(
            id=key,
            name=Message(told["zh"], told["en"]),
            risk=told["risk"],
            tool=tuple(frozenset(entry.split("+")) for entry in told["tool"].split()),
            said=_words(told["said"]),
            done=_words(told["done"]),
        )
        for key, told in listed("acts.json")["acts"].items()
    }


@cache
def reading() -> frozenset[str]:
    """Words of tools that only look."""
    return frozenset(listed("acts.json")["read"].split())


@cache
def running() -> frozenset[str]:
    """Words of tools that run what they are given."""
    return frozenset(listed("acts.json")["runs"].split())


@cache
def run_arguments() -> frozenset[str]:
    """Names of arguments that hold a command, code or a query."""
    return frozenset(listed("acts.json")["run_arguments"].split())


@cache
def word_list(name: str) -> frozenset[str]:
    """A plain list of words of `acts.json`, by its name."""
    return frozenset(listed("acts.json")[name].split())


@cache
def nouns() -> frozenset[str]:
    """Words that name an act or a thing alike: a tool that reads keeps reading beside them."""
    return frozenset(listed("acts.json")["nouns"].split())


@cache
def channels() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Ways by which contents come: the words for one, and the words of tools that read it."""
    told = listed("acts.json")["channels"]
    return tuple((re.compile(one["said"]), re.compile(one["tool"])) for one in told.values())


@cache
def no_names() -> frozenset[str]:
    """Words that name nobody and nothing."""
    return frozenset(listed("acts.json")["no_names"].split())


@cache
def no_names_zh() -> re.Pattern[str]:
    """The same in Chinese."""
    return re.compile("|".join(listed("acts.json")["no_names_zh"].split()))
