"""Counts of a watch as the series that early warning reads, and as reports with their delay."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING
from mingjian.domain.message import Message
from mingjian.store import watch as kept
from mingjian.store import watch_hours
from mingjian.store.store import Store
from mingjian.store.watch_finish import Counted, counts
from mingjian.store.watch_hours import HOUR
from mingjian.warn.table import Pace, Series, series_from

Clock = Literal["event", "received"]
ASPECTS = {
    "items": Message("全部检验过的", "everything examined"),
    "proposition": Message("命题（已标出）", "proposition (flagged)"),
    "conduct": Message("行为（所需迹象俱全）", "conduct (all signs there)"),
    "conduct_partly": Message("行为（部分迹象）", "conduct (part of the signs)"),
    "type": Message("类型（所需迹象俱全）", "type (all signs there)"),
    "type_partly": Message("类型（部分迹象）", "type (part of the signs)"),
}
DIMENSIONS = ("region", "channel", "service", "source")
LEVELS = {"province": 2, "city": 4, "county": 6}
"""Digits of a GB/T 2260 code that are told apart."""
_UNKNOWN = "-"
_ITEMS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which counts, told apart by what, by which clock."""

    aspect: str = "proposition"
    by: tuple[str, ...] = ()
    clock: Clock = "event"
    pace: Pace = "day"
    level: str = "county"

    def __post_init__(self) -> None:
        for name, known in (
            (self.aspect, ASPECTS),
            *((one, DIMENSIONS) for one in self.by),
            (self.level, LEVELS),
            (self.clock, ("event", "received")),
            (self.pace, ("day", "week")),
        ):
            if name not in known:
                listed = ", ".join(known)
                raise UsageError(
                    Message(f"没有 {name[:64]}", f"there is no {name[:64]}"),
                    Message(f"可用：{listed}", f"there are: {listed}"),
                )

    def name(self, one: Counted) -> str:
        """The series a count belongs to: what was found, then what it is told apart by."""
        cells = [self._cell(one, name) for name in self.by]
        return " | ".join([one.value or "all", *cells])

    def _cell(self, one: Counted, name: str) -> str:
        value = str(getattr(one, name))
        if name == "region" and value:
            value = value[: LEVELS[self.level]].ljust(6, "0")
        return value or _UNKNOWN

    def step(self, one: Counted) -> date:
        """The day, in Beijing time, or the Monday of its week."""
        day = day_of(one.event_hour if self.clock == "event" else one.received_hour)
        return day - timedelta(days=day.weekday()) if self.pace == "week" else day


def day_of(hour: int) -> date:
    """The day in Beijing of an hour since 1970."""
    return datetime.fromtimestamp(hour * HOUR, BEIJING).date()


def current_counts(store: Store, watch: str) -> list[Counted]:
    """Everything a watch has counted, with event and received hours. `UsageError`: no such."""
    known_watch(store, watch)
    return counts(store, watch)


def known_watch(store: Store, watch: str) -> list[kept.SourceRow]:
    """The sources of a watch, or a `UsageError` that lists the watches there are."""
    rows = kept.sources(store.database, watch)
    if not rows:
        names = sorted({row.watch for row in kept.sources(store.database)})
        listed = ", ".join(names) or "—"
        raise UsageError(
            Message(f"没有监测“{watch[:64]}”", f"there is no watch “{watch[:64]}”"),
            Message(f"现有：{listed}", f"watches: {listed}"),
        )
    return rows


def rows(
    counted: Sequence[Counted], view: View, until: date | None = None
) -> Iterator[dict[str, str]]:
    """series, date, count: every series on every step from the first with items to the last, or
    to `until`. A step without items counts zero; whether anybody watched then is told by `gaps`.
    """
    chosen: Counter[tuple[str, date]] = Counter()
    for one in counted:
        if one.aspect == view.aspect:
            chosen[view.name(one), view.step(one)] += one.count
    steps = {view.step(one) for one in counted if one.aspect == "items"}
    if not steps:
        return
    first, last = min(steps), until or max(steps)
    length = 7 if view.pace == "week" else 1
    for name in sorted({name for name, _ in chosen}):
        for at in range((last - first).days // length + 1):
            day = first + timedelta(days=at * length)
            yield {"series": name, "date": day.isoformat(), "count": str(chosen[name, day])}


def series(store: Store, watch: str, view: View, until: date | None = None) -> list[Series]:
    """The counts as early warning takes them; empty where nothing was found yet."""
    listed = list(rows(current_counts(store, watch), view, until))
    return series_from(listed) if listed else []


def counts_csv(counted: Sequence[Counted], view: View) -> str:
    """The table `mingjian warn check` reads."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ("series", "date", "count"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(counted, view))
    return out.getvalue()


def reports_csv(counted: Sequence[Counted], view: View, value: str | None) -> str:
    """The table `mingjian warn nowcast` reads: the day it happened and the day it came in, a row
    an item, of one `value` of the aspect or of all."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["event", "report"])
    written = 0
    for one in counted:
        if one.aspect == view.aspect and value in (None, one.value):
            written += one.count
            if written > _ITEMS:
                raise UsageError(Message("条数太多", "too many rows"))
            line = [day_of(one.event_hour).isoformat(), day_of(one.received_hour).isoformat()]
            writer.writerows([line] * one.count)
    return out.getvalue()


def gaps(store: Store, watch: str, counted: Sequence[Counted]) -> list[Message]:
    """Why counts are lower than what there was: items passed over or put aside, days without a
    look at a source."""
    named = {row.id: row.name for row in known_watch(store, watch)}
    tallies = watch_hours.hours(store.database, list(named), 0)
    shed, dead = (sum(one[name] for one in tallies) for name in ("shed", "dead"))
    said = []
    if shed or dead:
        said.append(
            Message(
                f"未计入：略过 {shed} 件，搁置 {dead} 件（见 mingjian watch status）",
                f"not counted: {shed} items passed over, {dead} put aside (mingjian watch status)",
            )
        )
    received = {day_of(one.received_hour) for one in counted}
    if received:
        span = (max(received) - min(received)).days + 1
        every = {min(received) + timedelta(days=day) for day in range(span)}
        for source, name in named.items():
            looked = {day_of(t["hour"]) for t in tallies if t["source_id"] == source and t["looks"]}
            if blind := len(every - looked):
                said.append(
                    Message(
                        f"来源“{name}”有 {blind} 天未被读取，当日的零不是没有发生",
                        f"the source “{name}” was not read on {blind} days: a zero then does not "
                        "mean that nothing happened",
                    )
                )
    return said
