"""Counts as a long table (a row for each series and day or week) become series without gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mingjian.domain.message import Message
from mingjian.warn.quasi_poisson import Numbers
from mingjian.warn.seasons import Calendar

Pace = Literal["day", "week"]
COLUMNS = {
    "series": ("series", "序列", "监测序列"),
    "date": ("date", "日期", "day", "week"),
    "count": ("count", "数量", "计数"),
    "exposure": ("exposure", "基数", "总量"),
    "outbreak": ("outbreak", "暴发", "爆发", "onset"),
}
"""Names a column may have in the header."""
_STEPS = 30_000
"""Steps of one series; filling gaps must not make a small file large."""
_CELLS = 20_000_000
_LARGEST = 10**9
"""Of a count."""
_MARKED = {"1", "true", "yes", "是"}


class TableRefused(Exception):
    """The table cannot be read as counts; `why` says where."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Message(zh, en)


@dataclass(frozen=True)
class Series:
    """Counts of one thing, a step a day or a week."""

    name: str
    first: date
    pace: Pace
    counts: Numbers
    exposure: Numbers | None = None
    """What the counts are out of (population, items received)."""
    outbreak: NDArray[np.bool_] | None = None
    """Steps known to belong to an outbreak, where a column says so."""

    @property
    def days(self) -> int:
        """Days in a step."""
        return 7 if self.pace == "week" else 1

    @property
    def a_year(self) -> int:
        return 52 if self.pace == "week" else 365

    def date_of(self, index: int) -> date:
        return self.first + timedelta(days=self.days * index)

    def index_of(self, day: date) -> int | None:
        """Index of the step that began on `day`; None where the series has none."""
        steps, rest = divmod((day - self.first).days, self.days)
        return steps if not rest and 0 <= steps < len(self.counts) else None

    @cached_property
    def calendar(self) -> Calendar:
        """The dates of the steps; weeks near the Spring Festival are compared with such weeks."""
        dates = tuple(self.date_of(index) for index in range(len(self.counts)))
        return Calendar(dates, festival=True)


@dataclass(slots=True)
class _Row:
    count: int
    exposure: float | None
    outbreak: bool


def series_from(
    rows: Iterable[Mapping[str, str | None]], *, missing_is_zero: bool = False
) -> list[Series]:
    """Series of the rows of a table, in order of their names.

    Steps are weeks where all dates lie whole weeks apart, else days. A missing date is refused,
    or zero where `missing_is_zero` says that nothing was seen then. Raises `TableRefused`.
    """
    read: dict[str, dict[date, _Row]] = {}
    names: dict[str, str] | None = None
    for number, row in enumerate(rows, start=2):
        if names is None:
            names = _columns(row)
        name, day, cells = _read(row, names, number)
        listed = read.setdefault(name, {})
        if day in listed:
            raise TableRefused(
                f"第 {number} 行：{day} 重复出现", f"row {number}: {day} is there twice"
            )
        listed[day] = cells
    if not read or names is None:
        raise TableRefused("表中没有数据行", "the table has no rows")
    every = {day for listed in read.values() for day in listed}
    origin, last = min(every), max(every)
    weekly = len(every) > 1 and all((day - origin).days % 7 == 0 for day in every)
    cells_left = _CELLS
    made = []
    for name in sorted(read):
        made.append(_filled(name, read[name], names, weekly, last if missing_is_zero else None))
        cells_left -= len(made[-1].counts)
        if cells_left < 0:
            raise TableRefused("表太大", "the table is too large")
    return made


def columns_of(
    row: Mapping[str, str | None], known: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """The header's own name of each column that is there: `known` has the names each may have,
    the preferred one first; small and capital letters are the same."""
    lowered = {str(name).strip().lower(): str(name) for name in row if name}
    return {
        ours: lowered[alias.lower()]
        for ours, aliases in known.items()
        for alias in reversed(aliases)
        if alias.lower() in lowered
    }


def _columns(row: Mapping[str, str | None]) -> dict[str, str]:
    found = columns_of(row, COLUMNS)
    for needed in ("date", "count"):
        if needed not in found:
            raise TableRefused(
                f"表头缺少 {needed} 列（需要 series、date、count）",
                f"the header lacks the column {needed} (series, date, count are needed)",
            )
    return found


def _read(
    row: Mapping[str, str | None], names: Mapping[str, str], number: int
) -> tuple[str, date, _Row]:
    def cell(column: str) -> str:
        return (row.get(names.get(column, "")) or "").strip()

    try:
        day = date.fromisoformat(cell("date").replace("/", "-"))
    except ValueError:
        raise TableRefused(
            f"第 {number} 行：日期应写作 2026-01-05", f"row {number}: a date is written 2026-01-05"
        ) from None
    try:
        value = float(cell("count"))
        whole = value == int(value) and 0 <= value <= _LARGEST
    except (ValueError, OverflowError):
        value, whole = 0.0, False
    if not whole:
        raise TableRefused(
            f"第 {number} 行：数量应为非负整数",
            f"row {number}: a count is a whole number from zero",
        )
    exposure = None
    if "exposure" in names:
        try:
            exposure = float(cell("exposure"))
        except ValueError:
            exposure = 0.0
        if not 0 < exposure < 1e15:
            raise TableRefused(
                f"第 {number} 行：基数应大于零", f"row {number}: an exposure is above zero"
            )
    marked = cell("outbreak").lower() in _MARKED
    return cell("series") or "all", day, _Row(int(value), exposure, marked)


def _filled(
    name: str,
    listed: dict[date, _Row],
    names: Mapping[str, str],
    weekly: bool,
    until: date | None,
) -> Series:
    first, last = min(listed), until or max(listed)
    step = 7 if weekly else 1
    length = (last - first).days // step + 1
    if length > _STEPS:
        raise TableRefused(
            f"序列 {name[:40]} 跨度太长", f"the series {name[:40]} spans too long a time"
        )
    if len(listed) < length and until is None:
        gap = next(
            first + timedelta(days=step * at)
            for at in range(length)
            if first + timedelta(days=step * at) not in listed
        )
        raise TableRefused(
            f"序列 {name[:40]} 缺少 {gap}；若当时没有发生，请加 --missing-is-zero",
            f"the series {name[:40]} lacks {gap}; if nothing happened then, add --missing-is-zero",
        )
    counts = np.zeros(length)
    exposure = np.zeros(length)
    outbreak = np.zeros(length, dtype=bool)
    for day, cells in listed.items():
        at = (day - first).days // step
        counts[at], outbreak[at] = cells.count, cells.outbreak
        exposure[at] = cells.exposure or 0.0
    if "exposure" in names and (exposure == 0).any():
        raise TableRefused(
            f"序列 {name[:40]} 缺少基数，不能补零",
            f"the series {name[:40]} lacks exposures: its gaps cannot be zero",
        )
    return Series(
        name=name,
        first=first,
        pace="week" if weekly else "day",
        counts=counts,
        exposure=exposure if "exposure" in names else None,
        outbreak=outbreak if "outbreak" in names else None,
    )
