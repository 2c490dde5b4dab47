"""Grading schemes as data: steps from light to grave, criteria, and the ways to reach a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from mingjian.casework.incident.words import Value, data, fact_words, message
from mingjian.domain.message import Message

Checked = Literal["text", "quoted", "secondary", "draft", "memory", "own"]
"""How a number was checked: in the text itself; in a verbatim quotation of it; in someone's
account; in a consultation draft; from memory; or it is a criterion of our own. Only `text` and
`quoted` count as verified, the others are shown as 待核验 (or, for `own`, as ours)."""
FILES = ("cac-2025", "gbt-20986", "mingjian-internal-1", "eu-ai-act-73", "eu-ai-act-55")

CHECKED_WORDS = {
    "text": Message("已核对原文", "checked against the text"),
    "quoted": Message("据原文引文核对", "checked against a verbatim quotation"),
    "secondary": Message("待核验：据转述", "not verified yet: from a secondary source"),
    "draft": Message("待核验：据征求意见稿", "not verified yet: from a consultation draft"),
    "memory": Message("待核验：凭记忆", "not verified yet: from memory"),
    "own": Message("明鉴自拟，非法定", "Mingjian's own, not statutory"),
}


def is_verified(checked: Checked) -> bool:
    return checked in ("text", "quoted")


@dataclass(frozen=True, slots=True)
class Step:
    """A level or duty; `rank` 0 is the lightest."""

    id: str
    name: Message
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One comparison: a fact is at least so much (inclusive), or is one of some choices."""

    fact: str
    at_least: Value | None = None
    one_of: tuple[str, ...] = ()

    def holds(self, facts: Mapping[str, Value]) -> bool | None:
        """None where the fact is not known."""
        if self.fact not in facts:
            return None
        value = facts[self.fact]
        if self.at_least is None:
            return value in self.one_of
        word = fact_words()[self.fact]
        return word.rank(value) >= word.rank(self.at_least)

    def needs(self) -> Message:
        """What would have to be so: ``people affected ≥ 1,000 people``."""
        word = fact_words()[self.fact]
        if self.at_least is None:
            zh = " / ".join(word.choices[item].zh for item in self.one_of)
            en = " / ".join(word.choices[item].en for item in self.one_of)
            return Message(f"{word.name.zh}＝{zh}", f"{word.name.en} = {en}")
        said = word.said(self.at_least)
        if word.kind == "yes_no":
            return Message(f"{word.name.zh}＝{said.zh}", f"{word.name.en} = {said.en}")
        return Message(f"{word.name.zh} ≥ {said.zh}", f"{word.name.en} ≥ {said.en}")


@dataclass(frozen=True, slots=True)
class Way:
    """All of `tests` together reach `step`."""

    step: Step
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    id: str
    name: Message
    ways: tuple[Way, ...]
    source: Message
    checked: Checked
    note: Message | None

    @property
    def verified(self) -> bool:
        return is_verified(self.checked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    id: str
    jurisdiction: str
    statutory: bool
    """Whether a duty follows from it; an internal or recommended scheme only orders the work."""
    title: Message
    note: Message
    start: date
    dates_checked: Checked
    steps: tuple[Step, ...]
    base: Step
    """Where an incident stands when no criterion is met."""
    criteria: tuple[Criterion, ...]

    def step(self, name: str) -> Step:
        return next(item for item in self.steps if item.id == name)


def tests_from(listed: list[dict[str, Any]]) -> tuple[Test, ...]:
    return tuple(
        Test(
            fact=item["fact"],
            at_least=item.get("at_least"),
            one_of=tuple(item.get("one_of", ())),
        )
        for item in listed
    )


def scheme_from(value: Mapping[str, Any]) -> Scheme:
    """One scheme file."""
    steps = tuple(
        Step(item["id"], message(item["name"]), rank) for rank, item in enumerate(value["steps"])
    )
    by_id = {item.id: item for item in steps}
    return Scheme(
        id=value["id"],
        jurisdiction=value["jurisdiction"],
        statutory=value["statutory"],
        title=message(value["title"]),
        note=message(value["note"]),
        start=date.fromisoformat(value["from"]),
        dates_checked=value["dates_checked"],
        steps=steps,
        base=by_id[value["base"]],
        criteria=tuple(
            Criterion(
                id=item["id"],
                name=message(item["name"]),
                ways=tuple(Way(by_id[w["step"]], tests_from(w["all"])) for w in item["ways"]),
                source=message(item["source"]),
                checked=item["checked"],
                note=message(item["note"]) if "note" in item else None,
            )
            for item in value["criteria"]
        ),
    )


@cache
def schemes() -> Mapping[str, Scheme]:
    """The schemes of this installation, CN before EU."""
    return {name: scheme_from(data(f"{name}.json")) for name in FILES}
