"""Families of words and phrases, written by hand, and how often a text uses each."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from mingjian.domain.message import Message

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Family:
    """One family: its id, what to call it, and its words and phrases."""

    id: str
    name: Message
    phrases: tuple[str, ...]


@lru_cache(maxsize=1)
def families() -> dict[str, tuple[Family, ...]]:
    """The families of each language, in a fixed order."""
    told = json.loads(files(__package__).joinpath("families.json").read_text("utf-8"))
    return {
        language: tuple(
            Family(entry["id"], Message(entry["say_zh"], entry["say_en"]), tuple(entry["phrases"]))
            for entry in entries
        )
        for language, entries in told.items()
    }


@lru_cache(maxsize=1)
def _english() -> tuple[dict[str, tuple[int, ...]], dict[str, list[tuple[tuple[str, ...], int]]]]:
    single: dict[str, tuple[int, ...]] = {}
    longer: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for number, family in enumerate(families()["en"]):
        for phrase in dict.fromkeys(family.phrases):
            words = tuple(phrase.split())
            if len(words) == 1:
                single[phrase] = (*single.get(phrase, ()), number)
            else:
                longer.setdefault(words[0], []).append((words, number))
    return single, longer


def count_english(words: Sequence[str]) -> list[int]:
    """How many uses of each family are in the lower-case words."""
    single, longer = _english()
    found = [0] * len(families()["en"])
    for at, word in enumerate(words):
        for number in single.get(word, ()):
            found[number] += 1
        for phrase, number in longer.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                found[number] += 1
    return found


@lru_cache(maxsize=1)
def _chinese() -> tuple[re.Pattern[str] | str, ...]:
    """Each family as a pattern, or as its characters where none is longer than one."""
    return tuple(
        "".join(family.phrases)
        if max(map(len, family.phrases)) == 1
        else re.compile("|".join(map(re.escape, sorted(family.phrases, key=len, reverse=True))))
        for family in families()["zh"]
    )


def count_chinese(clean: str) -> list[int]:
    """How many uses of each family are in the cleaned text."""
    return [
        sum(map(clean.count, family)) if isinstance(family, str) else len(family.findall(clean))
        for family in _chinese()
    ]
