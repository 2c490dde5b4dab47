"""`mingjian warn simulate` and `calibrate`: methods held against series whose truth is known."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from mingjian.app.errors import UsageError
from mingjian.casework.custody.entry import this_second
from mingjian.casework.document.blocks import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Listing,
    Paragraph,
)
from mingjian.domain.finding import Axis, Curve, CurveExhibit
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json, exhibit_json
from mingjian.warn.calibrate import METHODS, YOUNG, Method, Outcome, Pooled, outcomes, pooled
from mingjian.warn.calibrate import power_at as power_at_rate
from mingjian.warn.scenarios import Scenario, drawn, provenance, scenarios, weeks_watched

LEAST = 20
"""Replicates below which rates are too coarse to be reported."""
LEVEL = 0.01
_FIRST = date(2014, 1, 6)
NAMES: Mapping[Method, Message] = {
    "farrington": Message("Farrington 灵活法（5 年历史）", "Farrington flexible (5 years)"),
    "cusum": Message("负二项 CUSUM（1 年历史起）", "negative-binomial CUSUM (from 1 year)"),
    "ears": Message("EARS C1 粗筛（7 周）", "EARS C1 screen (7 weeks)"),
}
CLAIMS: Mapping[Method, Message] = {
    "farrington": Message("全部 42 种情形", "all 42 scenarios"),
    "cusum": Message("既无趋势也无季节的 7 种情形", "the 7 scenarios without trend or season"),
    "ears": Message("不声称误报率，只供粗筛", "none: a screen"),
}


def chosen(numbers: Sequence[int]) -> tuple[Scenario, ...]:
    """The scenarios of these numbers, all of them for none. Raises `UsageError`."""
    every = scenarios()
    for number in numbers:
        if not 1 <= number <= len(every):
            raise UsageError(
                Message(
                    f"没有第 {number} 种情形，编号为 1 至 {len(every)}",
                    f"there is no scenario {number}: they are numbered 1 to {len(every)}",
                )
            )
    return tuple(every[number - 1] for number in numbers) or every


def simulated(of: Sequence[Scenario], replicates: int, seed: int, *, outbreaks: bool) -> str:
    """A table that `mingjian warn check` and `replay` read: series, date, count, outbreak."""
    import numpy as np

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("series", "date", "count", "outbreak"))
    for scenario in of:
        rng = np.random.default_rng((seed, scenario.number))
        made = drawn(scenario, replicates, rng, (2, 10) if outbreaks else ())
        for row in range(replicates):
            name = f"scenario-{scenario.number:02}-{row + 1:03}"
            for week, count in enumerate(made.counts[row]):
                day = _FIRST + timedelta(days=7 * week)
                writer.writerow((name, day, int(count), int(made.outbreak[row, week])))
    return out.getvalue()


def calibrated(
    of: Sequence[Scenario],
    replicates: int,
    seed: int,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Json:
    """False-alarm rates, power and delay of every method on the same series."""
    if replicates < LEAST:
        raise UsageError(
            Message(
                f"重复次数少于 {LEAST}，比率太粗，不作报告",
                f"fewer than {LEAST} replicates make rates too coarse to report",
            )
        )
    found: list[Outcome] = []
    for done, scenario in enumerate(of):
        told(done, len(of))
        found += outcomes(scenario, replicates, seed)
    steady = {scenario.number for scenario in of if scenario.steady}
    return {
        "replicates": replicates,
        "seed": seed,
        "scenarios": [scenario.number for scenario in of],
        "weeks_watched": weeks_watched(),
        "provenance": provenance().as_json(),
        "methods": [_method(found, method, steady) for method in METHODS],
    }


def _method(found: Sequence[Outcome], method: Method, steady: set[int]) -> Json:
    curve = pooled(found, method)
    claimed = curve
    if method == "cusum":
        within = [one for one in found if one.scenario in steady]
        claimed = pooled(within, method) if within else []
    return {
        "method": method,
        "name": NAMES[method].as_json(),
        "claims": CLAIMS[method].as_json(),
        "points": [_point(point) for point in curve],
        "claimed": [] if method == "ears" else [_point(point) for point in claimed],
        "power_at": {str(rate): _known(power_at_rate(curve, rate)) for rate in (0.01, 0.02, 0.05)},
        "by_scenario": [
            {"scenario": one.scenario, "rate": round(one.rate, 5), "power": round(one.power, 4)}
            for one in found
            if one.method == method and one.nominal == LEVEL
        ],
    }


def _point(point: Pooled) -> Json:
    return {
        "nominal": point.nominal,
        "rate": round(point.rate, 5),
        "rate_95": [round(point.low, 5), round(point.high, 5)],
        "times_nominal": round(point.rate / point.nominal, 2),
        "power": round(point.power, 4),
        "delay_days": _known(round(7 * point.delay, 1)),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def report(result: Mapping[str, Any], language: Language) -> Document:
    """The result as a document with its curves."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    methods = result["methods"]
    blocks: list[Block] = [
        Paragraph(
            say(
                f"{len(result['scenarios'])} 种情形各 {result['replicates']} 条序列"
                f"（随机种子 {result['seed']}），每条看最后 {result['weeks_watched']} 周；"
                "过去有四次暴发，现在有一次。所有方法看同样的序列。",
                f"{len(result['scenarios'])} scenarios, {result['replicates']} series each "
                f"(seed {result['seed']}), the last {result['weeks_watched']} weeks watched; four "
                "outbreaks in the past, one now. All methods see the same series.",
            )
        ),
        Paragraph(str(result["provenance"][language]), "fine"),
        Heading(say("误报率", "False-alarm rate"), 2),
        Grid(
            columns=(
                say("方法", "method"),
                say("声称的范围", "claims a level for"),
                say("名义", "nominal"),
                say("实际（95 %）", "measured (95 %)"),
                say("倍数", "times"),
            ),
            rows=tuple(_rates(methods, language)),
            widths=(3, 3, 1, 2.5, 1),
        ),
        Paragraph(
            say(
                "误报率：暴发之外的各周中报警的比例。区间按情形重抽。要求为名义值的 0.5 至 2 倍。",
                "Share of weeks outside outbreaks with an alarm; interval by drawing scenarios "
                "again. Asked for: 0.5 to 2 times nominal.",
            ),
            "fine",
        ),
        Heading(say("同等误报率下的检出率", "Power at equal false-alarm rates"), 2),
        Figure("", exhibit_json(_curves(methods))),
        Grid(
            columns=(
                say("方法", "method"),
                *(
                    say(f"误报率 {rate}", f"at a rate of {rate}")
                    for rate in ("0.01", "0.02", "0.05")
                ),
                say("名义 0.01 时的延迟", "delay at nominal 0.01"),
            ),
            rows=tuple(_powers(methods, language)),
        ),
        Listing(
            (
                say(
                    "检出：暴发持续期间至少报警一次。延迟：从起始周到首次报警，只计检出者。",
                    "Detected: at least one alarm while the outbreak lasted. Delay: from its first "
                    "week to the first alarm, of those detected.",
                ),
                say(
                    f"CUSUM 只给 {YOUNG} 周历史起，EARS 只看 7 周，而 Farrington 有五年："
                    "这是它们各自适用的处境，不是方法本身的优劣。",
                    f"The CUSUM is given {YOUNG} weeks at first and EARS seven, Farrington five "
                    "years: those are the situations each is used in, not a ranking of methods.",
                ),
                say(
                    "真实序列不会恰好如此分布；自己的序列请用 mingjian warn replay。",
                    "Real series are not exactly like these: run mingjian warn replay on yours.",
                ),
            )
        ),
    ]
    return Document(
        title=say("预警方法的校准", "Calibration of the warning methods"),
        language=language,
        blocks=tuple(blocks),
        made_at=this_second(),
    )


def _rates(methods: Sequence[Mapping[str, Any]], language: Language) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for method in methods:
        points = method["claimed"] or method["points"]
        for point in points:
            if point["nominal"] not in (0.001, 0.01, 0.1):
                continue
            low, high = point["rate_95"]
            rows.append(
                (
                    method["name"][language],
                    method["claims"][language],
                    f"{point['nominal']:g}",
                    f"{point['rate']:.4f} ({low:.4f}–{high:.4f})",
                    f"{point['times_nominal']:.2f}",
                )
            )
    return rows


def _powers(methods: Sequence[Mapping[str, Any]], language: Language) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for method in methods:
        at = method["power_at"]
        delay = next(point["delay_days"] for point in method["points"] if point["nominal"] == LEVEL)
        unit = "天" if language == "zh" else " days"
        rows.append(
            (
                method["name"][language],
                *("—" if value is None else f"{value:.2f}" for value in at.values()),
                "—" if delay is None else f"{delay:g}{unit}",
            )
        )
    return rows


def _curves(methods: Sequence[Mapping[str, Any]]) -> CurveExhibit:
    curves = []
    for method in methods:
        points = [
            (math.log10(point["rate"]), point["power"])
            for point in method["points"]
            if point["rate"] > 0
        ]
        name = method["name"]
        curves.append(Curve(Message(name["zh"], name["en"]), tuple(points)))
    return CurveExhibit(
        title=Message("检出率随误报率的变化", "power against false-alarm rate"),
        across=Axis(
            name=Message("误报率（log10）", "false-alarm rate (log10)"), first=-3.5, last=-0.5
        ),
        up=Axis(name=Message("检出率", "power"), first=0.0, last=1.0),
        curves=tuple(curves),
    )
