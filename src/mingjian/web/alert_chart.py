"""An alert's series as a drawing: what was expected, what came, and where the bound was crossed.

Steps are drawn as steps, since counts are of a day or a week and nothing lies between them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.domain.record import Json

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 14, 22, 34
DATES = 6
"""Dates written below, at most."""


def steps_of(alert: Mapping[str, Any]) -> list[Json]:
    """The steps up to the latest alarm; where its method tells none, those that alarmed."""
    if alert["course"]:
        return [_measured(step) for step in alert["course"]]
    alarms = [event["details"].get("alarm") for event in alert["history"]]
    by_day = {alarm["at"]: alarm for alarm in alarms if alarm and alarm["observed"] is not None}
    return [_measured(by_day[day]) for day in sorted(by_day)]


def _measured(step: Mapping[str, Any]) -> Json:
    observed, expected, upper = step["observed"], step["expected"], step["upper"]
    return {
        **{name: step[name] for name in ("at", "observed", "expected", "low", "high", "upper")},
        "excess": None if expected is None else observed - expected,
        "above": upper is not None and observed > upper,
    }


def crossing(steps: Sequence[Mapping[str, Any]]) -> int | None:
    """Where the last run of steps above the bound begins; None where the last is not above."""
    at = len(steps)
    while at and steps[at - 1]["above"]:
        at -= 1
    return at if at < len(steps) else None


def chart(steps: Sequence[Mapping[str, Any]]) -> Json | None:
    """Where everything stands, in units of the drawing; None where there is nothing to draw."""
    if not steps:
        return None
    numbers = [step[name] for step in steps for name in ("observed", "high", "upper") if step[name]]
    top = _round_up(max(numbers, default=1.0))
    width = (WIDTH - LEFT - RIGHT) / len(steps)

    def y(value: float) -> float:
        share = min(max(value, 0.0), top) / top
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def across(at: int) -> tuple[float, float]:
        return round(LEFT + at * width, 1), round(LEFT + (at + 1) * width, 1)

    band: list[str] = []
    expected: list[str] = []
    bound: list[str] = []
    for at, step in enumerate(steps):
        left, right = across(at)
        if step["low"] is not None and step["high"] is not None:
            band.append(f"M{left} {y(step['high'])}H{right}V{y(step['low'])}H{left}Z")
        for made, name in ((expected, "expected"), (bound, "upper")):
            if step[name] is not None:
                made.append(f"M{left} {y(step[name])}H{right}")
    points = [
        {
            "x": round(LEFT + (at + 0.5) * width, 1),
            "y": y(step["observed"]),
            "above": step["above"],
            "step": dict(step),
        }
        for at, step in enumerate(steps)
    ]
    every = max(1, math.ceil(len(steps) / DATES))
    begun = crossing(steps)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "band": "".join(band),
        "expected": "".join(expected),
        "bound": "".join(bound),
        "points": points,
        "line": " ".join(f"{point['x']},{point['y']}" for point in points),
        "crossing": None if begun is None else points[begun],
        "heights": [{"y": y(value), "value": value} for value in (0.0, top / 2, top)],
        # Counted from the end, so that the day of the alarm is always among them.
        "dates": [
            {"x": points[at]["x"], "day": _day(str(steps[at]["at"]))}
            for at in range(len(steps) - 1, -1, -every)
        ],
    }


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%y-%m-%d")


def _round_up(value: float) -> float:
    """The next 1, 2, 4, 5 or 10 times a power of ten: halves of it are round too."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(power * step for step in (1, 2, 4, 5, 6, 8, 10) if value <= power * step)
