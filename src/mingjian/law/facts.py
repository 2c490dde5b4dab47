"""The facts a match starts from: what, when, where, how much. All of them may be unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from mingjian.domain.message import Message
from mingjian.law.library import Library

JURISDICTIONS = ("CN", "EU")
LARGEST = 1e15
_FIELDS = {"conducts", "date", "jurisdictions", "counts", "circumstances", "excluded", "amount"}


class FactsRefused(ValueError):
    """The facts cannot be read: an unknown name, a number that is none."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A count that is absent is unknown, never zero; likewise a circumstance in neither set."""

    conducts: tuple[str, ...]
    date: date | None = None
    """The day of the act, or None where it is not known yet."""
    jurisdictions: tuple[str, ...] = JURISDICTIONS
    counts: Mapping[str, float] = field(default_factory=dict)
    """By kind (see `words/counts.json`); `amount` is the sum in CNY the act was about."""
    circumstances: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    """Circumstances known not to be so."""

    def for_article(self, *refs: str) -> Facts:
        """The facts as one article sees them: `graver@x/1` is `graver` to `x/1` alone."""

        def seen(names: frozenset[str]) -> frozenset[str]:
            split = (name.partition("@") for name in names)
            return frozenset(name for name, at, ref in split if not at or ref in refs)

        return replace(self, circumstances=seen(self.circumstances), excluded=seen(self.excluded))


def _names(value: object, known: Iterable[str], what: Message) -> tuple[str, ...]:
    if not isinstance(value, list | tuple | set | frozenset) or len(value) > 200:
        raise FactsRefused(Message(f"{what.zh}应为列表", f"{what.en} must be a list"))
    names = tuple(dict.fromkeys(str(item) for item in value))
    for name in names:
        if name not in known:
            raise FactsRefused(
                Message(f"未知的{what.zh}：{name[:80]}", f"unknown {what.en}: {name[:80]}")
            )
    return names


def _circumstances(value: object, library: Library) -> frozenset[str]:
    """Names, each perhaps for one article only: `graver@criminal-law/280-1`."""
    what = Message("情节", "circumstance")
    if not isinstance(value, list | tuple | set | frozenset):
        return frozenset(_names(value, (), what))
    plain = [str(item).partition("@") for item in value]
    _names([name for name, _, _ in plain], library.circumstances, what)
    for _, at, ref in plain:
        if at and library.article(ref) is None:
            raise FactsRefused(Message(f"没有这一条：{ref[:80]}", f"no such entry: {ref[:80]}"))
    return frozenset(map(str, value))


def _counts(value: object, library: Library) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise FactsRefused(Message("counts 应为对象", "counts must be an object"))
    made: dict[str, float] = {}
    for kind, number in value.items():
        if kind not in library.counts:
            raise FactsRefused(
                Message(f"未知的计数种类：{str(kind)[:80]}", f"unknown kind: {str(kind)[:80]}")
            )
        fine = isinstance(number, int | float) and not isinstance(number, bool)
        if not fine or not math.isfinite(number) or not 0 <= number <= LARGEST:
            raise FactsRefused(
                Message(f"{kind} 应为非负数", f"{kind} must be a number of zero or more")
            )
        made[str(kind)] = number
    return made


def facts_from(value: object, library: Library) -> Facts:
    """Facts from their JSON form; `amount` may stand at the top for `counts.amount`."""
    if not isinstance(value, Mapping):
        raise FactsRefused(Message("事实应为 JSON 对象", "facts must be a JSON object"))
    for name in value:
        if name not in _FIELDS:
            raise FactsRefused(
                Message(f"未知的字段：{str(name)[:80]}", f"unknown field: {str(name)[:80]}")
            )
    counts = _counts(value.get("counts") or {}, library)
    if value.get("amount") is not None:
        counts |= _counts({"amount": value["amount"]}, library)
    day = value.get("date")
    try:
        act = date.fromisoformat(str(day)) if day is not None else None
    except ValueError:
        raise FactsRefused(
            Message("日期应写作 2026-01-31", "a date is written 2026-01-31")
        ) from None
    conducts = _names(value.get("conducts", ()), library.conducts, Message("行为", "conduct"))
    if not conducts:
        raise FactsRefused(Message("至少给出一种行为", "name at least one conduct"))
    circumstances = _circumstances(value.get("circumstances") or (), library)
    excluded = _circumstances(value.get("excluded") or (), library)
    if both := circumstances & excluded:
        name = sorted(both)[0]
        raise FactsRefused(
            Message(f"情节 {name} 既有又无", f"circumstance {name} is both so and not so")
        )
    places = _names(
        value.get("jurisdictions") or JURISDICTIONS,
        JURISDICTIONS,
        Message("法域", "jurisdiction"),
    )
    return Facts(
        conducts=conducts,
        date=act,
        jurisdictions=places,
        counts=counts,
        circumstances=circumstances,
        excluded=excluded,
    )
