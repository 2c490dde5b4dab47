"""Rules of safe conduct, read from `rules.json`, and the steps that break them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mingjian.domain.message import Message

MOST_HITS = 4
"""Steps named for one rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its sentence, how steps are matched against it, its techniques in ATLAS."""

    id: str
    sentence: Message
    because: Message
    """With {step}, {first} and {what} to be filled in."""
    unclear: Message
    """The same where the hit is unclear; that of `because` where the rule knows no such hits."""
    match: str
    weight: int
    """1 to 3: how grave a breach is; orders the findings, and 3 counts as grave (features.py)."""
    atlas: tuple[str, ...]
    patterns: re.Pattern[str] | None
    anywhere: bool
    """Whether `patterns` are looked for in every acting call, not only where commands run."""
    unless: str
    """The sign (signs.json) by which the user asks for just this; "" where there is none."""
    named: bool
    """Whether it is no breach where the user named all that it hits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One breach: the rule, the step that breaks it, the earlier step it goes back to."""

    rule: str
    step: int
    first: int | None = None
    what: Message
    unclear: bool = False
    """Whether the step may be in order after all, by words that no list holds."""


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, the order of the file."""
    told = json.loads(files(__package__).joinpath("rules.json").read_text("utf-8"))
    return tuple(
        Rule(
            id=rule["id"],
            sentence=Message(rule["zh"], rule["en"]),
            because=Message(rule["because_zh"], rule["because_en"]),
            unclear=Message(
                rule.get("unclear_zh", rule["because_zh"]),
                rule.get("unclear_en", rule["because_en"]),
            ),
            match=rule["match"],
            weight=rule["weight"],
            atlas=tuple(rule["atlas"]),
            patterns=_joined(rule.get("patterns")),
            anywhere=bool(rule.get("anywhere")),
            unless=rule.get("unless", ""),
            named=bool(rule.get("named")),
        )
        for rule in told["rules"]
    )


def _joined(patterns: Sequence[str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{part})" for part in patterns), re.I) if patterns else None


@cache
def rule(id: str) -> Rule:
    """The rule of this id; `KeyError` where there is none."""
    return {rule.id: rule for rule in rules()}[id]


def explained(hit: Hit) -> Message:
    """The sentence for a hit; steps counted from 1 as a person counts them."""
    because = rule(hit.rule).unclear if hit.unclear else rule(hit.rule).because
    step, first = hit.step + 1, (hit.first if hit.first is not None else hit.step) + 1
    return Message(
        because.zh.format(step=step, first=first, what=hit.what.zh),
        because.en.format(step=step, first=first, what=hit.what.en),
    )
