"""Early warning that is not about one count as it stands: detectors, methods, delayed reports."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np

from mingjian.app.errors import UsageError
from mingjian.app.warn_rows import Counted, Measured
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.warn.alert import Alarm
from mingjian.warn.alert_kinds import drift_alarms, mix_alarm, nowcast_alarm
from mingjian.warn.drift import Window, drifts
from mingjian.warn.judge import Settings, judge
from mingjian.warn.mix import mix
from mingjian.warn.nowcast import Delays, nowcast, triangle
from mingjian.warn.table import Series

T = TypeVar("T")
Row = tuple[str, date, T]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _placed(rows: Iterable[Row[T]], days: int) -> tuple[list[tuple[str, int, T]], date, int]:
    """(name, window, value) of each row; windows of `days` end with the last date."""
    if days not in (1, 7):
        raise UsageError(Message("--days 为 1 或 7", "--days is 1 or 7"))
    read = list(rows)
    if not read:
        raise UsageError(Message("没有可看的数据", "there is nothing to look at"))
    last = max(day for _, day, _ in read)
    first = min(day for _, day, _ in read)
    # A window that began before the table did would look like a fall.
    count = ((last - first).days + 1) // days
    placed = [(who, count - 1 - (last - day).days // days, value) for who, day, value in read]
    return [each for each in placed if each[1] >= 0], last - timedelta(days=days - 1), count


def detectors(rows: Iterable[Measured], days: int) -> tuple[Json, list[Alarm]]:
    """Detectors' last window against their past: what each measured on which day, or that it
    had no opinion. `warn_rows` reads them."""
    placed, at, count = _placed(rows, days)
    measured: dict[str, list[list[float]]] = {}
    silent: dict[str, list[int]] = {}
    for who, window, value in placed:
        lists = measured.setdefault(who, [[] for _ in range(count)])
        none = silent.setdefault(who, [0] * count)
        if value is None:
            none[window] += 1
        else:
            lists[window].append(value)
    found = drifts(
        {
            who: [
                Window(values, len(values) + none, none)
                for values, none in zip(lists, silent[who], strict=True)
            ]
            for who, lists in measured.items()
        }
    )
    listed: list[object] = [
        {
            "detector": each.detector,
            "what": each.what,
            "now": _known(each.now),
            "usual": _known(each.usual),
            "windows": each.windows,
            "p": _known(each.p_value),
            "q": _known(each.q_value),
            "stands": each.stands,
        }
        for each in found
    ]
    alarms = drift_alarms(found, at, days)
    return _report(at, listed, alarms), alarms


def methods(rows: Iterable[Counted], days: int, subject: str) -> tuple[Json, list[Alarm]]:
    """The mix of methods of the last window against the past: how many of which on which day.
    `warn_rows` reads them."""
    placed, at, count = _placed(rows, days)
    periods: list[Counter[str]] = [Counter() for _ in range(count)]
    for who, window, number in placed:
        periods[window][who] += number
    found = mix(periods[:-1], periods[-1])
    listed: list[object] = [
        {
            "method": each.method,
            "before": each.before,
            "now": each.now,
            "count": each.count,
            "new": each.new,
            "q": each.q_value,
        }
        for each in found.grown
    ]
    alarm = mix_alarm(subject, found, at, days)
    alarms = [] if alarm is None else [alarm]
    return {**_report(at, listed, alarms), "p": _known(found.p_value), "total": found.total}, alarms


def delayed(
    pairs: Sequence[tuple[date, date]],
    now: date | None,
    longest: int,
    settings: Settings,
    subject: str,
) -> tuple[Json, list[Alarm]]:
    """Recent days, with what is still to be reported counted in, against what is expected.

    Days older than the longest delay are complete; the series of them, followed by the estimates
    for the days since, gives each recent day's bound.
    """
    if not 1 <= longest <= 60:
        raise UsageError(
            Message("最长延迟应在 1 与 60 天之间", "the longest delay lies between 1 and 60 days")
        )
    now = now or max(report for _, report in pairs)
    asked = Delays(longest=longest)
    found = nowcast(triangle(pairs, now, asked), asked)
    median = found.median()
    series = Series(subject, found.first, "day", np.asarray(median, dtype=float))
    alarms, listed = [], list[object]()
    for index in range(max(0, len(median) - longest), len(median)):
        one = judge(series, index, settings)
        day = found.first + timedelta(days=index)
        chance: Any = found.above(one.upper, day) if one.baseline else math.nan
        listed.append({
            "date": day.isoformat(),
            "reported": int(found.reported[index]),
            "estimate": int(median[index]),
            "expected": _known(one.expected),
            "bound": _known(one.upper),
            "chance_above": _known(chance),
        })  # fmt: skip
        alarm = (
            nowcast_alarm(subject, found, day, one.expected, one.upper) if one.baseline else None
        )
        alarms += [] if alarm is None else [alarm]
    return {**_report(now, listed, alarms), "settled": found.settled}, alarms


def _report(at: date, listed: list[object], alarms: Sequence[Alarm]) -> Json:
    return {
        "on": at.isoformat(),
        "looked_at": listed,
        "alarms": [{**each.as_json(), "excess": each.excess} for each in alarms],
    }
