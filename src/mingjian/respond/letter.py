"""Letters and notices filled from facts: blanks are marked, never guessed.

A template is a file of `letters/` with the same lines in both languages and `{slots}`; the
slots and what they are called stand in `letters/slots.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Language, Message

Value = str | Message | Sequence[Message | str]
_SLOT = re.compile(r"\{([a-z_]{1,40})\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One kind of letter before it is filled."""

    id: str
    kind: str
    """`notice` tells someone; `preservation` asks someone to stop, keep or remove something."""
    title: Message
    to: Message
    body: Mapping[str, tuple[str, ...]]

    @property
    def slots(self) -> tuple[str, ...]:
        found = _SLOT.findall("\n".join((*self.body["zh"], *self.body["en"])))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A filled template. It has no standing of its own: see `respond.document`."""

    template: str
    title: Message
    to: Message
    lines: Mapping[str, tuple[str, ...]]
    blanks: tuple[str, ...]
    """Slots nobody filled; marked in the text."""

    def body(self, language: Language) -> tuple[str, ...]:
        return self.lines[language]


class NoSuchLetter(KeyError):
    """There is no template of that name."""


def _read(name: str) -> Any:
    return json.loads((files(__package__) / "letters" / f"{name}.json").read_text("utf-8"))


@cache
def slot_names() -> Mapping[str, Message]:
    return {name: Message(item["zh"], item["en"]) for name, item in _read("slots").items()}


@cache
def templates() -> Mapping[str, Template]:
    folder = files(__package__) / "letters"
    names = sorted(item.name.removesuffix(".json") for item in folder.iterdir())
    made = {}
    for name in names:
        if name != "slots":
            value = _read(name)
            made[name] = Template(
                id=value["id"],
                kind=value["kind"],
                title=Message(**value["title"]),
                to=Message(**value["to"]),
                body={key: tuple(lines) for key, lines in value["body"].items()},
            )
    return made


def _in(value: str | Message, language: Language) -> str:
    text = value if isinstance(value, str) else value.in_language(language)
    # One slot is one passage: a line break in it could pass for a line of the letter itself.
    return " ".join(text.split())


def _blank(name: str, language: Language) -> str:
    label = slot_names()[name].in_language(language)
    return f"【待填：{label}】" if language == "zh" else f"[to fill in: {label}]"


def _lines(body: Sequence[str], values: Mapping[str, Value], language: Language) -> tuple[str, ...]:
    made: list[str] = []
    for line in body:
        whole = _SLOT.fullmatch(line)
        value = values.get(whole[1]) if whole else None
        if value and not isinstance(value, str | Message):
            made += [f"  · {_in(item, language)}" for item in value]
            continue

        def put(match: re.Match[str]) -> str:
            found = values.get(match[1])
            if not found:
                return _blank(match[1], language)
            if isinstance(found, str | Message):
                return _in(found, language)
            mark = "；" if language == "zh" else "; "
            return mark.join(_in(item, language) for item in found)

        made.append(_SLOT.sub(put, line))
    return tuple(made)


def fill(template: str, values: Mapping[str, Value]) -> Letter:
    """The letter with what is known; every slot without a value is a marked blank."""
    known = templates().get(template)
    if known is None:
        raise NoSuchLetter(template)
    return Letter(
        template=known.id,
        title=known.title,
        to=known.to,
        lines={
            "zh": _lines(known.body["zh"], values, "zh"),
            "en": _lines(known.body["en"], values, "en"),
        },
        blanks=tuple(name for name in known.slots if not values.get(name)),
    )
