"""A document as a list of blocks, in one language; the writers only set it on pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mingjian.domain.message import Language


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text. `note` stands out with a bar, `fine` is small, `strong` carries weight."""

    text: str
    style: Literal["body", "note", "fine", "strong"] = "body"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, in two columns."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` are shares of the line, one a column; equal if left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Text of evidence set apart, in (marked, text) pieces."""

    caption: str
    pieces: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, map or curve exhibit in its JSON form, to be drawn."""

    caption: str
    exhibit: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, one a role, each with a place for the date."""

    roles: tuple[str, ...]
    date: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Paragraph | Facts | Listing | Grid | Passage | Figure | Signatures | PageBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the writers need. `mark` is shown on every page: a draft, an exercise."""

    title: str
    language: Language
    blocks: tuple[Block, ...]
    made_at: str
    """UTC, ``2026-11-25T17:00:00Z``: also the date inside the file, so that the same document
    is the same bytes."""
    mark: str = ""
    foot: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())
    """Stands under the title."""


def visible(text: object) -> str:
    """Text with control and direction-changing characters spelt out: a file name taken from
    evidence cannot rewrite the sentence around it, and every writer can set what is left."""
    said = str(text)
    if said.isprintable():  # nearly all are
        return said
    return "".join(
        char
        if char in "\n\u3000"
        or (
            char.isprintable()
            and not ("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069")
        )
        else f"\\u{ord(char):04x}"
        for char in said
    )
