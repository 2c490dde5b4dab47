"""Early warning use cases: counts from a file, checked today or replayed as if live."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from mingjian.app.errors import UsageError
from mingjian.app.given_files import json_of
from mingjian.app.incident import BEIJING
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.warn.alert import Alarm, Step, alarms_of
from mingjian.warn.cap import CapRefused, Sending, message
from mingjian.warn.desk import Seen, judge_day
from mingjian.warn.expected import false_alarms, rates
from mingjian.warn.grades import ORDER, Rule
from mingjian.warn.judge import Settings, judged
from mingjian.warn.nowcast import Delays, nowcast, triangle
from mingjian.warn.replay import Replayed, replay
from mingjian.warn.scan import Zone, learnt, likeliest
from mingjian.warn.table import Series
from mingjian.warn.words import why_now

NOTE = Message(
    "预警说的是计数超出预期，不是原因，也不针对任何人；由人核实并决定。",
    "An alarm says that counts exceed what is expected, not why, and points at nobody; a person "
    "looks and decides.",
)
LIMITS = Message(
    "未考虑：节假日（每周计数、历史三年以上者已计春节）；上报延迟（最近几天的数往往不全，"
    "先用 mingjian warn nowcast 估计）。",
    "Not considered: holidays (but the Spring Festival in weekly series of three years or more); "
    "reporting delay (the last days' counts are often incomplete: estimate them with mingjian "
    "warn nowcast first).",
)
UNSETTLED = Message(
    "收到上报的日子还太少，延迟尚不清楚：下面的区间不可靠。",
    "Reports came on too few days for their delay to be known: do not rely on these intervals.",
)
COURSE = 52
"""Days or weeks an alarm shows of its series."""


def settings_from(false_alarms: float, factor: float) -> Settings:
    if not 0.01 <= false_alarms <= 12:
        raise UsageError(
            Message(
                "每序列每年误报应在 0.01 与 12 之间",
                "false alarms a year of a series lie between 0.01 and 12",
            )
        )
    if not 1.1 <= factor <= 10:
        raise UsageError(
            Message("上升倍数应在 1.1 与 10 之间", "the factor lies between 1.1 and 10")
        )
    return Settings(false_alarms=false_alarms, factor=factor)


def check(series: Sequence[Series], on: date | None, settings: Settings, rule: Rule) -> Json:
    """Every series on its last day (or the last before `on`), most urgent first."""
    day = _day(series, on)
    seen, absent = judge_day(series, day, settings, rule)
    present = [(each, index) for each in series if (index := each.index_of(day)) is not None]
    expected = false_alarms(present, settings)
    return {
        "on": day.isoformat(),
        "settings": _settings(settings),
        "series": [_seen(one) for one in seen],
        "absent": list(absent),
        "watched": expected.watched,
        "expected_false_alarms_a_year": expected.a_year,
        "expected_false_alarms_a_year_95": [expected.low, expected.high],
        "expected_from_series": expected.looked,
        "rule": [
            {"grade": condition.grade, "words": condition.words(rule.share_false).as_json()}
            for condition in rule.conditions
        ],
        "screen_at_most": rule.screen_at_most,
        "note": NOTE.as_json(),
        "limits": LIMITS.as_json(),
    }


def alarms(
    series: Sequence[Series], on: date | None, settings: Settings, rule: Rule
) -> list[Alarm]:
    """The graded alarms of a check, as `app.alerts` records them, each with the false alarms a
    year to expect of its series and the steps that led to it."""
    seen, _ = judge_day(series, _day(series, on), settings, rule)
    named = {each.name: each for each in series}
    made = []
    for alarm, one in zip(
        alarms_of(seen, rule), (each for each in seen if each.grade), strict=True
    ):
        each, index = named[alarm.subject], one.judged.index
        alarm = replace(alarm, course=_course(each, index, settings))
        if (found := rates(each, index, settings)) is not None:
            low, high = np.quantile(found, (0.025, 0.975))
            alarm = replace(
                alarm,
                false_alarms=float(found.mean()),
                false_alarms_95=(float(low), float(high)),
            )
        made.append(alarm)
    return made


def _course(series: Series, index: int, settings: Settings) -> tuple[Step, ...]:
    """The last steps up to `index`, each judged from what came before it."""
    steps = range(max(0, index - COURSE + 1), index + 1)
    return tuple(
        Step(
            at=one.at,
            observed=float(one.observed),
            expected=_rounded(one.expected),
            low=_rounded(one.low),
            high=_rounded(one.high),
            upper=_rounded(one.upper),
        )
        for one in judged(series, steps, settings)
    )


def write_drafts(
    found: Sequence[Alarm], folder: Path, sender: str, exercise: str | None = None
) -> list[Path]:
    """Write each of the `alarms` of a check as a CAP 1.2 message: a draft, or of an exercise. What
    is sent as actual is released by a person, elsewhere."""
    sending = Sending(
        sender=sender,
        sent=datetime.now(BEIJING),
        status="Exercise" if exercise else "Draft",
        exercise=exercise or None,
    )
    written = []
    try:
        for number, alarm in enumerate(found, start=1):
            data = message(alarm, sending)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{alarm.at:%Y%m%d}-{number:03}.{sending.status.lower()}.cap.xml"
            path.write_bytes(data)
            written.append(path)
    except CapRefused as refused:
        raise UsageError(refused.why) from None
    return written


def at_least(report: Json, grade: str) -> bool:
    """Whether an alarm of a report of `check` has `grade` or a higher one."""
    if grade not in ORDER:
        raise UsageError(
            Message(f"没有这个等级：{grade}", f"no such grade: {grade}"),
            Message("等级：" + "、".join(ORDER), "grades: " + ", ".join(ORDER)),
        )
    listed = report["series"]
    assert isinstance(listed, list)
    grades = [one["grade"] for one in listed if isinstance(one, dict) and one["grade"]]
    return any(ORDER.index(each) >= ORDER.index(grade) for each in grades)


def recent(pairs: Sequence[tuple[date, date]], now: date | None, longest: int) -> Json:
    """How many events recent days had in all, from what was reported up to `now`."""
    if not 1 <= longest <= 60:
        raise UsageError(
            Message("最长延迟应在 1 与 60 天之间", "the longest delay lies between 1 and 60 days")
        )
    now = now or max(report for _, report in pairs)
    settings = Delays(longest=longest)
    found = nowcast(triangle(pairs, now, settings), settings)
    median = found.median()
    half, wide = found.interval(50), found.interval(95)
    first = max(0, len(median) - longest)
    return {
        "now": now.isoformat(),
        "settled": found.settled,
        "bunching": found.bunching,
        "days": [
            {
                "date": (found.first + timedelta(days=day)).isoformat(),
                "reported": int(found.reported[day]),
                "estimate": int(median[day]),
                "half": [int(half[0][day]), int(half[1][day])],
                "wide": [int(wide[0][day]), int(wide[1][day])],
            }
            for day in range(first, len(median))
        ],
        "unsettled": None if found.settled else UNSETTLED.as_json(),
    }


def cluster(
    series: Sequence[Series], on: date | None, zones_file: Path | None, history: int, steps: int
) -> Json:
    """The zone and recent steps with the largest rise, over series too sparse to judge alone.

    Baselines are each series' mean over the `history` steps before the last `steps`.
    """
    if not 8 <= history <= 1000 or not 1 <= steps <= 60:
        raise UsageError(
            Message(
                "历史应为 8 至 1000 步，最近应为 1 至 60 步",
                "the history is 8 to 1000 steps, the recent ones 1 to 60",
            )
        )
    day = _day(series, on)
    cells: list[str] = []
    columns = []
    absent = []
    for each in series:
        index = each.index_of(day)
        if index is None or index + 1 < history + steps:
            absent.append(each.name)
            continue
        cells.append(each.name)
        columns.append(each.counts[index + 1 - history - steps : index + 1])
    if not cells:
        raise UsageError(
            Message("没有历史足够长的序列", "no series has that much history"),
            Message("可用 --history 要求短一些", "ask for less with --history"),
        )
    names, zones = _zones(zones_file, cells)
    table = np.array(columns).T
    mean, size = learnt(table[:history])
    baselines = np.broadcast_to(mean, (steps, len(cells)))
    found = likeliest(table[history:], baselines, zones, size=size, learnt_from=history)
    assert found is not None
    began = day - timedelta(days=series[0].days * (found.duration - 1))
    return {
        "on": day.isoformat(),
        "zone": names[found.zone],
        "cells": [cells[cell] for cell in zones[found.zone]],
        "since": began.isoformat(),
        "observed": found.observed,
        "expected": found.expected,
        "score": found.score,
        "p": found.p_value,
        "zones": len(zones),
        "absent": list(absent),
        "note": NOTE.as_json(),
    }


def _zones(path: Path | None, cells: Sequence[str]) -> tuple[list[str], list[Zone]]:
    """Names of zones and their cells; without a file each series alone and all together."""
    if path is None:
        alone: list[Zone] = [(at,) for at in range(len(cells))]
        return [*cells, "*"], [*alone, tuple(range(len(cells)))]
    value = json_of(path)
    places = {name: at for at, name in enumerate(cells)}
    if not isinstance(value, dict) or not all(
        isinstance(listed, list) and all(isinstance(one, str) for one in listed)
        for listed in value.values()
    ):
        raise UsageError(
            Message(
                '区域文件写作 {"区域名": ["序列", …]}',
                'a file of zones is written {"zone": ["series", …]}',
            )
        )
    known = {
        name: tuple(sorted({places[one] for one in listed if one in places}))
        for name, listed in value.items()
    }
    kept = {name: zone for name, zone in known.items() if zone}
    if not kept:
        raise UsageError(Message("区域中没有文件里的序列", "no zone names a series of the counts"))
    return list(kept), list(kept.values())


def _day(series: Sequence[Series], on: date | None) -> date:
    last = max(each.date_of(len(each.counts) - 1) for each in series)
    if on is None or on >= last:
        return last
    days = [
        each.date_of(min((on - each.first).days // each.days, len(each.counts) - 1))
        for each in series
        if each.first <= on
    ]
    if not days:
        raise UsageError(Message(f"{on} 之前没有计数", f"there are no counts up to {on}"))
    return max(days)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _rounded(value: float) -> float | None:
    """As exact as a chart needs."""
    return round(value, 3) if math.isfinite(value) else None


def _settings(settings: Settings) -> Json:
    return {"false_alarms_a_year_per_series": settings.false_alarms, "factor": settings.factor}


def _seen(seen: Seen) -> Json:
    one = seen.judged
    return {
        "series": one.series,
        "date": one.at.isoformat(),
        "observed": one.observed,
        "method": one.choice.method,
        "why_method": one.choice.why.as_json(),
        "baseline": one.baseline,
        "expected": _known(one.expected),
        "band": [_known(one.low), _known(one.high)],
        "upper": _known(one.upper),
        "excess": _known(one.observed - one.expected),
        "times": _known(one.times),
        "p": _known(one.p_value),
        "p_since": _known(one.chance),
        "since": one.since.isoformat() if one.since else None,
        "sum": _known(one.total),
        "threshold": _known(one.bound),
        "q": _known(seen.q_value),
        "alarm": one.alarm,
        "stands": seen.stands,
        "grade": seen.grade.grade if seen.grade else None,
        "grade_words": seen.grade.name.as_json() if seen.grade else None,
        "why_now": why_now(one, weekly=seen.weekly).as_json(),
        "false_alarms_a_year_by_method": _known(one.false_alarms),
    }


def replayed(series: Sequence[Series], first: date | None, settings: Sequence[Settings]) -> Json:
    """What each setting would have done on the past, from `first` on."""
    return {
        "from": first.isoformat() if first else None,
        "settings": [_replayed(replay(series, each, first)) for each in settings],
        "note": Message(
            "未标出暴发时，所有报警都按误报计；已标出的暴发期不计入误报。",
            "Where no outbreak is marked, every alarm counts as false; marked outbreaks are left "
            "out of the count of false alarms.",
        ).as_json(),
        "limits": LIMITS.as_json(),
    }


def _replayed(found: Replayed) -> Json:
    low, high = found.false_between()
    delays = [met.delay for met in found.met if met.delay is not None]
    return {
        **_settings(found.settings),
        "steps": found.watched,
        "series_years": found.years,
        "alarms": [
            {
                "series": one.series,
                "date": one.at.isoformat(),
                "observed": one.observed,
                "expected": _known(one.expected),
                "upper": _known(one.upper),
                "method": one.choice.method,
            }
            for one in found.alarms
        ],
        "outbreaks_marked": found.marked,
        "false_alarms": found.false,
        "false_alarms_a_year": _known(found.false_a_year),
        "false_alarms_a_year_95": [_known(low), _known(high)],
        "false_alarms_expected": found.expected_false,
        "outbreaks": [
            {
                "series": met.series,
                "onset": met.onset.isoformat(),
                "alarm": met.alarm.isoformat() if met.alarm else None,
                "delay_days": met.delay,
            }
            for met in found.met
        ],
        "detected": len(delays),
        "median_delay_days": median(delays) if delays else None,
    }
