"""The situation over a span of time: growth, spread over classes, methods, threshold.

The four questions are those of the paper (1.2): are there more cases; over how many classes do
they spread; how do methods change; how much skill do they still take. Every number keeps the
rows it was counted from, so that a reader can count them again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mingjian.domain.message import Message
from mingjian.warn.chances import wilson

Every = Literal["year", "quarter", "month"]
SKILLS = ("none", "some", "expert")
"""What an act took, as whoever filed the incident judged it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident or case. Of content and acts: no person is in it."""

    source: str
    """Which table or case base it is from."""
    ref: str
    """Its id there: a row number, a case name."""
    day: date
    conducts: tuple[str, ...] = ()
    lead: str = ""
    """Lead class (主案别)."""
    fine: str = ""
    """Fine class (细分类案件性质)."""
    techniques: tuple[str, ...] = ()
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of cases on an imported list."""

    lead: str
    fine: str
    marked: bool
    """Whether the list itself says that acts in it may involve AI."""
    ref: str


@dataclass(frozen=True, slots=True)
class Number:
    """A figure, what was counted for it, and the rows that were."""

    id: str
    value: float
    query: Message
    rows: tuple[str, ...]
    """`source:ref` of each row counted, in order."""
    of: int | None = None
    """The number it is a share of."""


@dataclass(frozen=True, slots=True)
class Growth:
    """One period's count, and how it compares with the period before."""

    period: str
    count: Number
    times: float | None
    """Count over the count of the period before; None for the first, or after none."""
    low: float | None
    high: float | None
    """95 % interval of `times`, both counts taken as Poisson."""
    whole: bool
    """Whether the span covers the whole period: else it is not compared."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Over how many classes of a list AI-enabled acts spread."""

    level: Literal["lead", "fine"]
    classes: int
    marked: Number
    """Classes the list marks as ones whose acts may involve AI."""
    met: Number
    """Classes in which an incident of the span lies."""
    unlisted: tuple[str, ...]
    """Classes of incidents that the list lacks."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each method was met in one period."""

    period: str
    shares: tuple[tuple[str, Number], ...]
    """Method and its count, the most frequent first; a case may have several."""
    new: tuple[str, ...]
    """Methods never met in an earlier period."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many incidents of a period took no special skill."""

    period: str
    without: Number
    """Of those of which it is known."""
    low: float
    high: float
    """95 % interval of the share (Wilson)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    first: date
    last: date
    every: Every
    total: Number
    growth: tuple[Growth, ...]
    spread: tuple[Spread, ...]
    conducts: tuple[Mix, ...]
    techniques: tuple[Mix, ...]
    thresholds: tuple[Threshold, ...]

    def numbers(self) -> list[Number]:
        """Every number of the report, in the order in which it is met."""
        found = [self.total, *(one.count for one in self.growth)]
        for spread in self.spread:
            found += [spread.marked, spread.met]
        for mix in (*self.conducts, *self.techniques):
            found += [number for _, number in mix.shares]
        return found + [one.without for one in self.thresholds]


def period_of(day: date, every: Every) -> str:
    """2026, 2026-Q1 or 2026-01."""
    match every:
        case "year":
            return f"{day.year}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case "month":
            return f"{day.year}-{day.month:02}"


def _bounds(day: date, every: Every) -> tuple[date, date]:
    """First day of the period of `day`, and first day after it."""
    months = {"year": 12, "quarter": 3, "month": 1}[every]
    month = (day.month - 1) // months * months
    after = month + months
    return date(day.year, month + 1, 1), date(day.year + after // 12, after % 12 + 1, 1)


def periods(first: date, last: date, every: Every, over: date) -> list[tuple[str, bool]]:
    """Periods from `first` to `last`, and whether each lies in the span as a whole and was over
    on the day `over`."""
    found, day = [], first
    while day <= last:
        start, after = _bounds(day, every)
        found.append((period_of(day, every), start >= first and (after - over).days <= 1))
        day = after
    return found


class _Counting:
    """Numbers the numbers."""

    def __init__(self) -> None:
        self._made = 0

    def number(
        self,
        rows: Iterable[str],
        zh: str,
        en: str,
        value: float | None = None,
        of: int | None = None,
    ) -> Number:
        self._made += 1
        listed = tuple(rows)
        return Number(
            f"N{self._made}", len(listed) if value is None else value, Message(zh, en), listed, of
        )


def situation(
    incidents: Sequence[Incident],
    classes: Sequence[Class],
    first: date,
    last: date,
    every: Every,
    over: date | None = None,
) -> Situation:
    """What the incidents from `first` to `last` (both included) show.

    Periods that go on after `over` (today, at most `last`) are counted but not compared.
    """
    counting = _Counting()
    inside = sorted(
        (one for one in incidents if first <= one.day <= last),
        key=lambda one: (one.day, one.source, one.ref),
    )
    listed = periods(first, last, every, over or last)
    by_period = {
        name: [one for one in inside if period_of(one.day, every) == name] for name, _ in listed
    }
    span_zh, span_en = f"{first} 至 {last}", f"{first} to {last}"
    return Situation(
        first=first,
        last=last,
        every=every,
        total=counting.number(
            _rows(inside), f"{span_zh} 的全部事件", f"all incidents from {span_en}"
        ),
        growth=tuple(_growth(by_period, listed, counting)),
        spread=tuple(_spread(inside, classes, counting)) if classes else (),
        conducts=tuple(_mix(by_period, lambda one: one.conducts, "行为", "conduct", counting)),
        techniques=tuple(_mix(by_period, lambda one: one.techniques, "手法", "method", counting)),
        thresholds=tuple(_thresholds(by_period, counting)),
    )


def _rows(incidents: Iterable[Incident]) -> list[str]:
    return [f"{one.source}:{one.ref}" for one in incidents]


def _growth(
    by_period: Mapping[str, Sequence[Incident]],
    listed: Sequence[tuple[str, bool]],
    counting: _Counting,
) -> Iterable[Growth]:
    before: int | None = None
    for name, whole in listed:
        count = counting.number(_rows(by_period[name]), f"{name} 的事件", f"incidents of {name}")
        times = low = high = None
        if before and whole:
            times = count.value / before
            low, high = _ratio_between(int(count.value), before)
        yield Growth(name, count, times, low, high, whole)
        before = int(count.value) if whole else None


def _ratio_between(now: int, before: int) -> tuple[float, float]:
    """95 % interval of a ratio of two Poisson means: given their sum, `now` is binomial."""
    low, high = wilson(now, now + before)
    return low / (1 - low), high / (1 - high) if high < 1 else math.inf


def _spread(
    inside: Sequence[Incident], classes: Sequence[Class], counting: _Counting
) -> Iterable[Spread]:
    levels: tuple[tuple[Literal["lead", "fine"], str], ...] = (
        ("lead", "主案别"),
        ("fine", "细分类"),
    )
    for level, zh in levels:
        rows_of: dict[str, list[str]] = {}
        marked: set[str] = set()
        for one in classes:
            if name := getattr(one, level):
                rows_of.setdefault(name, []).append(one.ref)
                if one.marked:
                    marked.add(name)
        if not rows_of:
            continue
        met: dict[str, list[str]] = {}
        for incident in inside:
            if name := getattr(incident, level):
                met.setdefault(name, []).extend(_rows([incident]))
        listed = [name for name in met if name in rows_of]
        yield Spread(
            level=level,
            classes=len(rows_of),
            marked=counting.number(
                (f"classes:{ref}" for name in sorted(marked) for ref in rows_of[name]),
                f"清单标为可能涉及人工智能的{zh}，占 {len(rows_of)} 个{zh}",
                f"{level} classes the list marks as possibly involving AI, of {len(rows_of)}",
                value=len(marked),
                of=len(rows_of),
            ),
            met=counting.number(
                (row for name in sorted(listed) for row in met[name]),
                f"期间内有事件的{zh}，占 {len(rows_of)} 个{zh}",
                f"{level} classes with an incident in the span, of {len(rows_of)}",
                value=len(listed),
                of=len(rows_of),
            ),
            unlisted=tuple(sorted(set(met) - set(rows_of))),
        )


def _mix(
    by_period: Mapping[str, Sequence[Incident]],
    values: Callable[[Incident], tuple[str, ...]],
    zh: str,
    en: str,
    counting: _Counting,
) -> Iterable[Mix]:
    seen: set[str] = set()
    for name, incidents in by_period.items():
        counts = Counter(value for one in incidents for value in set(values(one)))
        known = sum(bool(values(one)) for one in incidents)
        shares = tuple(
            (
                value,
                counting.number(
                    _rows(one for one in incidents if value in values(one)),
                    f"{name} 中{zh}为 {value} 的事件（{known} 起写明{zh}）",
                    f"incidents of {name} with the {en} {value} (of {known} that state one)",
                    of=known,
                ),
            )
            for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        )
        if shares:
            yield Mix(
                name, shares, tuple(value for value, _ in shares if seen and value not in seen)
            )
        seen |= set(counts)


def _thresholds(
    by_period: Mapping[str, Sequence[Incident]], counting: _Counting
) -> Iterable[Threshold]:
    for name, incidents in by_period.items():
        known = [one for one in incidents if one.skill in SKILLS]
        if not known:
            continue
        without = [one for one in known if one.skill == "none"]
        number = counting.number(
            _rows(without),
            f"{name} 中写明无须专门技能的事件（{len(known)} 起写明所需技能）",
            f"incidents of {name} said to take no special skill (of {len(known)} that say)",
            of=len(known),
        )
        yield Threshold(name, number, *wilson(len(without), len(known)))
