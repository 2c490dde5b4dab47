"""A recorded run of an AI agent as steps: what was asked, thought, called, seen, answered."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from mingjian.domain.finding import Place

StepKind = Literal["system", "instruction", "thought", "call", "observation", "answer"]

MOST_STEPS = 2_000
"""Steps read of one trace; later ones are counted as not read."""
LONGEST_STEP = 20_000
"""Characters read of one step."""
LONGEST_TRACE = 1_000_000
"""Characters read of one trace."""
DEEPEST = 60
"""Nesting beyond which a value is read as plain text."""
_MOST_LEAVES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `text` is what was said or seen; of a call, its arguments in one text."""

    kind: StepKind
    text: str
    place: Place
    """Where it stands in the evidence: characters, a line, or a member of the document."""
    name: str = ""
    """Of a call: the tool; of an observation: the tool it came from, where that is recorded."""
    arguments: tuple[tuple[str, str], ...] = ()
    """Of a call: (name, value) of each leaf of its arguments."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps in order, the form they were recorded in, and whether some were left unread."""

    steps: tuple[Step, ...]
    form: str
    cut: bool = False

    def of(self, *kinds: StepKind) -> Iterator[tuple[int, Step]]:
        """The steps of these kinds with their index."""
        return ((i, step) for i, step in enumerate(self.steps) if step.kind in kinds)


@dataclass(slots=True)
class Collector:
    """Takes steps in; keeps within the bounds, and drops an immediate or known repetition."""

    steps: list[Step] = field(default_factory=list)
    cut: bool = False
    unique: bool = False
    """Spans and logs repeat the whole conversation in every request: keep each step once."""
    _seen: set[tuple[str, str, str]] = field(default_factory=set)
    _size: int = 0

    @property
    def full(self) -> bool:
        """Whether no further step is kept."""
        return len(self.steps) >= MOST_STEPS or self._size >= LONGEST_TRACE

    def add(self, kind: StepKind, text: str, place: Place, name: str = "") -> None:
        """One step of words."""
        self._keep(kind, text.strip(), place, name, ())

    def call(self, name: str, arguments: object, place: Place) -> None:
        """One tool call; `arguments` as recorded, or as the text of them."""
        value = read_value(arguments) if isinstance(arguments, str) else arguments
        flat = tuple(leaves(value))
        text = "; ".join(f"{key}: {leaf}" if key else leaf for key, leaf in flat)
        self._keep("call", text, place, name.strip(), flat)

    def _keep(
        self,
        kind: StepKind,
        text: str,
        place: Place,
        name: str,
        arguments: tuple[tuple[str, str], ...],
    ) -> None:
        if not text and not name:
            return
        if self.full:
            self.cut = True
            return
        if len(text) > LONGEST_STEP:
            self.cut, text = True, text[:LONGEST_STEP]
        key = (kind, name, text)
        returned = kind == "observation" and self.steps and self.steps[-1].kind == "call"
        if self.unique and key in self._seen and not returned:
            return
        self._seen.add(key)
        self._size += len(text)
        self.steps.append(
            Step(kind=kind, text=text, place=place, name=name[:200], arguments=arguments)
        )


def shallow(text: str, deepest: int = DEEPEST) -> bool:
    """Whether brackets in `text` nest no deeper than `deepest` (brackets in strings count too)."""
    depth = 0
    for mark in _BRACKET.findall(text):
        depth = depth + 1 if mark in "[{(" else max(0, depth - 1)
        if depth > deepest:
            return False
    return True


_BRACKET = re.compile(r"[\[\](){}]")


def read_value(text: str) -> object:
    """The JSON or Python literal that `text` is, else `text` itself. Nothing is executed."""
    text = text.strip()
    if not text[:1] or text[0] not in "[{" or not shallow(text):
        return text
    try:
        value: object = json.loads(text, strict=False)
        return value
    except (ValueError, RecursionError):
        pass
    if len(text) > 200_000:
        return text
    try:
        literal: object = ast.literal_eval(text)
        return literal
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def leaves(value: object, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """(name, value) of each leaf, at most 200; lists keep the name of what holds them."""
    return islice(_leaves(value, key, depth), _MOST_LEAVES)


def _leaves(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, str(name)[:100], depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _leaves(inner, key, depth + 1)
    elif value is not None and value != "":
        yield key, str(value)[:LONGEST_STEP]


def plain(value: object) -> str:
    """A message's content as text: strings, lists of parts, objects with text in them."""
    if isinstance(value, str):
        return value
    return "\n".join(leaf for key, leaf in leaves(value) if key not in _NO_WORDS)


_NO_WORDS = frozenset({"type", "role", "id", "tool_call_id", "tool_use_id", "index"})
