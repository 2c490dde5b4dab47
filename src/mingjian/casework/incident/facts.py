"""Facts about an incident, from their JSON form; what is not given is unknown, never zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mingjian.casework.incident.classes import class_names, of_conducts
from mingjian.casework.incident.scheme import schemes
from mingjian.casework.incident.words import FactWord, Value, fact_words
from mingjian.domain.message import Message

LARGEST = 1e15
LONGEST = 4000
TIMES = ("known_at", "reported_at", "closed_at")
FIELDS = {"title", *TIMES, "classes", "conducts", "facts", "not_concerned", "notice"}


class IncidentRefused(ValueError):
    """The facts cannot be read: an unknown name, a number that is none, a time without zone."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    title: str = ""
    known_at: datetime | None = None
    """When the reporting unit became aware; all clocks but two run from here."""
    reported_at: datetime | None = None
    """When the first report was received."""
    closed_at: datetime | None = None
    """When handling ended."""
    classes: tuple[str, ...] = ()
    conducts: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    not_concerned: frozenset[str] = frozenset()
    """Criteria a person has set aside as not touching this incident."""
    notice: Mapping[str, str] = field(default_factory=dict)
    """What only people know and a notice needs: unit, place, contact, measures taken, …"""


def refuse(zh: str, en: str) -> IncidentRefused:
    return IncidentRefused(Message(zh, en))


def time_from(name: str, value: object) -> datetime | None:
    """A time with a zone, in UTC; whole seconds."""
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(str(value))
        if time.tzinfo is None:
            raise ValueError
        return time.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise refuse(
            f"{name} 应写明时区，如 2026-11-25T09:30:00+08:00",
            f"{name} must be a time with its zone, such as 2026-11-25T09:30:00+08:00",
        ) from None


def _value(word: FactWord, value: object) -> Value:
    said = f"{word.id}（{word.name.zh}）", f"{word.id} ({word.name.en})"
    if word.kind == "yes_no":
        if not isinstance(value, bool):
            raise refuse(f"{said[0]} 应为 true 或 false", f"{said[1]} must be true or false")
        return value
    if word.kind == "choice":
        if not isinstance(value, str) or value not in word.choices:
            listed = ", ".join(word.choices)
            raise refuse(f"{said[0]} 应为其一：{listed}", f"{said[1]} must be one of: {listed}")
        return value
    fine = isinstance(value, int | float) and not isinstance(value, bool)
    if not fine or not math.isfinite(value) or not 0 <= value <= LARGEST:  # type: ignore[arg-type,operator]
        raise refuse(f"{said[0]} 应为非负数", f"{said[1]} must be a number of zero or more")
    if word.unit is not None and word.unit.en == "%" and value > 100:  # type: ignore[operator]
        raise refuse(f"{said[0]} 不超过 100", f"{said[1]} is at most 100")
    return value  # type: ignore[return-value]


def _values(value: object) -> dict[str, Value]:
    if not isinstance(value, Mapping):
        raise refuse("facts 应为对象", "facts must be an object")
    words = fact_words()
    made: dict[str, Value] = {}
    for name, item in value.items():
        if name not in words:
            raise refuse(f"未知的事实：{str(name)[:80]}", f"unknown fact: {str(name)[:80]}")
        if item is not None:
            made[str(name)] = _value(words[name], item)
    return made


def _names(value: object, known: Any, zh: str, en: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 100:
        raise refuse(f"{zh}应为列表", f"{en} must be a list")
    for name in value:
        if not isinstance(name, str) or name not in known:
            raise refuse(f"未知的{zh}：{str(name)[:80]}", f"unknown {en}: {str(name)[:80]}")
    return tuple(dict.fromkeys(value))


def _words(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > 100:
        raise refuse("notice 应为对象", "notice must be an object")
    for name, text in value.items():
        if not isinstance(text, str) or len(text) > LONGEST:
            raise refuse(
                f"notice.{str(name)[:80]} 应为 {LONGEST} 字以内的文字",
                f"notice.{str(name)[:80]} must be text of at most {LONGEST} characters",
            )
    return {str(name): text for name, text in value.items()}


def facts_from(value: object) -> IncidentFacts:
    """Facts from JSON; raises `IncidentRefused` with the reason."""
    if not isinstance(value, Mapping):
        raise refuse("事实应为 JSON 对象", "facts must be a JSON object")
    for name in value:
        if name not in FIELDS:
            raise refuse(f"未知的字段：{str(name)[:80]}", f"unknown field: {str(name)[:80]}")
    criteria = {item.id for scheme in schemes().values() for item in scheme.criteria}
    conducts = _names(value.get("conducts", []), of_conducts(), "行为", "conduct")
    classes = _names(value.get("classes", []), class_names(), "事件类别", "class")
    excluded = _names(value.get("not_concerned", []), criteria, "分级标准", "criterion")
    times = {name: time_from(name, value.get(name)) for name in TIMES}
    for earlier, later in (("known_at", "reported_at"), ("known_at", "closed_at")):
        first, last = times[earlier], times[later]
        if first is not None and last is not None and last < first:
            raise refuse(f"{later} 早于 {earlier}", f"{later} is before {earlier}")
    title = value.get("title", "")
    if not isinstance(title, str) or len(title) > LONGEST:
        raise refuse("title 应为文字", "title must be text")
    return IncidentFacts(
        title=title,
        **times,
        classes=classes or tuple(name for one in conducts for name in of_conducts()[one]),
        conducts=conducts,
        values=_values(value.get("facts", {})),
        not_concerned=frozenset(excluded),
        notice=_words(value.get("notice", {})),
    )
