"""Where the user allows only one: this account, this person, this folder, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mingjian.detect.agent.course import Course, names_in, values_in
from mingjian.detect.agent.rules import Hit, Rule
from mingjian.detect.agent.wording import quoted
from mingjian.detect.agent.words import READ_HERE, listed

LONGEST_VALUE = 60
_ONLY = (
    re.compile(
        r"\bonly (?P<way>from|to|with|via|on|in|use|using) (?P<named>[^.,;!?\n()]{1,48})"
        r"|\b(?P<way_>from|to|with|via|on|in) (?P<named_>(?:[\w@.\-]+ ){1,4})only\b",
        re.I,
    ),
    re.compile(
        r"(?:只|仅)(?:能|许|可以|准|限|要)?(?P<way>从|用|发给|转给|发到|发往|给|动|改|删|在|和|跟)"
        r"(?P<named>[^，。；！？、\n（）的就即]{1,16})"
    ),
)
_CLOCK = re.compile(r"[\d:.\-/ tzTZ]*$")


@dataclass(frozen=True, slots=True)
class _Role:
    """What may be narrowed down to one: payer, receiver, place."""

    ways: frozenset[str]
    named: re.Pattern[str]
    key: re.Pattern[str]
    acts: frozenset[str]


@cache
def _roles() -> tuple[_Role, ...]:
    return tuple(
        _Role(
            frozenset(one["ways"].split()),
            re.compile(one["named"]),
            re.compile(one["key"]),
            frozenset(one["acts"].split()),
        )
        for one in listed("acts.json")["only"]["roles"].values()
    )


def only(course: Course, rule: Rule) -> Iterator[Hit]:
    """An argument names somebody or something else than the only one the user allowed."""
    for role in _roles():
        allowed, first = _allowed(course, role)
        for i in course.changing if allowed else ():
            if i <= first or course.acts[i] not in role.acts:
                continue
            for key, value in course.steps[i].arguments:
                if role.key.search(key.lower()) and _is_other(course, i, value, allowed):
                    if not course.approved(i):
                        yield Hit(
                            rule=rule.id, step=i, first=first, what=quoted(f"{key} = {value}")
                        )
                    break


def _allowed(course: Course, role: _Role) -> tuple[frozenset[str], int]:
    """The words that name the allowed ones, and the first turn that does."""
    found: set[str] = set()
    first = -1
    for j in course.asked:
        text = course.steps[j].text[:READ_HERE]
        for match in (match for pattern in _ONLY for match in pattern.finditer(text)):
            told = match.groupdict()
            named = (told["named"] or told.get("named_") or "").strip()
            if (told["way"] or told.get("way_") or "").lower() in role.ways and role.named.search(
                named
            ):
                found |= names_in(named.lower())
                first = j if first < 0 else first
    return frozenset(found), first


def _is_other(course: Course, index: int, value: str, allowed: frozenset[str]) -> bool:
    return (
        len(value) <= LONGEST_VALUE
        and _CLOCK.match(value) is None
        and not allowed & names_in(value.lower())
        and not _stands_by(course, index, value.lower(), allowed)
    )


_RECORD, _PIECE = re.compile(r"[{}\n]"), re.compile(r"[\n,;，；、。]")
"""Where one record ends: in structured data, in plain words."""


def _stands_by(course: Course, index: int, value: str, allowed: frozenset[str]) -> bool:
    """Whether a record that came back, or an address the user gave, is that of an allowed one."""
    for j in range(max(0, index - 20), index):
        step = course.steps[j]
        if step.kind == "observation" or (step.kind == "instruction" and values_in(value)):
            text = step.text[:READ_HERE].lower()
            parts = (_RECORD if "{" in text else _PIECE).split(text)
            if any(value in part and allowed & names_in(part) for part in parts):
                return True
    return False
