"""`mingjian warn drift`, `mix` and `late`: alarms that are not about one count as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.cli.person import Name, RoleName
from mingjian.cli.speak import as_language, print_json, t
from mingjian.cli.warn_simulate import AsJson, Lang, app

if TYPE_CHECKING:
    from mingjian.warn.alert import Alarm

__all__ = ["app"]

Days = Annotated[int, typer.Option(help=t("每期天数：1 或 7", "days of a window: 1 or 7"))]
Raise = Annotated[
    bool, typer.Option("--raise", help=t("记为预警（见 alert）", "record as alerts: see alert"))
]
Exercise = Annotated[str | None, typer.Option(help=t("演练名称", "a drill's name"))]
Subject = Annotated[str, typer.Option(help=t("所看的是什么", "what is looked at"))]


@app.command(
    "drift",
    help=t(
        "检测器最近一期的测量值与无意见比例是否异于以往（CSV：detector、date、value，空为无意见）。",
        "Whether a detector measures otherwise, or is silent more often, than before (CSV: "
        "detector, date, value; empty is no opinion).",
    ),
)
def drift(
    file: Annotated[Path, typer.Argument(help="CSV")],
    days: Days = 7,
    keep: Raise = False,
    exercise: Exercise = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn_changes

    as_language(lang)
    report, alarms = warn_changes.detectors(file, days)
    _told(report, alarms, keep, exercise, name, role, json, lang)


@app.command(
    "mix",
    help=t(
        "最近一期的手法构成是否异于以往，哪些手法增多（CSV：method、date、value，空为一起）。",
        "Whether the mix of methods has changed, and which grew (CSV: method, date, value; empty "
        "is one).",
    ),
)
def mix(
    file: Annotated[Path, typer.Argument(help="CSV")],
    subject: Subject = "methods",
    days: Days = 7,
    keep: Raise = False,
    exercise: Exercise = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn_changes

    as_language(lang)
    report, alarms = warn_changes.methods(file, days, subject)
    _told(report, alarms, keep, exercise, name, role, json, lang)


@app.command(
    "late",
    help=t(
        "把尚未上报的估计在内，最近几天是否超出预期（CSV：event、report，每起一行）。",
        "Whether recent days exceed what is expected, counting in what is not reported yet (CSV: "
        "event, report; a row each).",
    ),
)
def late(
    reports: Annotated[Path, typer.Argument(help="CSV")],
    on: Annotated[
        str | None, typer.Option("--on", help=t("只用到这一天的上报", "as known on this day"))
    ] = None,
    longest: Annotated[
        int, typer.Option(help=t("最长延迟（天）", "the longest delay, in days"))
    ] = 15,
    false_alarms: Annotated[
        float, typer.Option(help=t("每年可接受的误报次数", "false alarms a year accepted"))
    ] = 0.5,
    subject: Subject = "reports",
    keep: Raise = False,
    exercise: Exercise = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn, warn_changes, warn_files
    from mingjian.cli.warn import day_of

    as_language(lang)
    day: date | None = day_of(on)
    settings = warn.settings_from(false_alarms, 1.5)
    pairs = warn_files.read_reports(reports)
    report, alarms = warn_changes.delayed(pairs, day, longest, settings, subject)
    _told(report, alarms, keep, exercise, name, role, json, lang)


def _told(
    report: Any,
    alarms: Sequence[Alarm],
    keep: bool,
    exercise: str | None,
    name: str | None,
    role: str | None,
    json: bool,
    lang: str | None,
) -> None:
    from mingjian.app.settings import load_settings
    from mingjian.app.warn import NOTE
    from mingjian.cli.alert_lines import raised
    from mingjian.cli.law_lines import line

    if keep:
        report["alerts"] = raised(alarms, exercise, name, role, lang)
    if json:
        print_json(report)
        return
    language = load_settings(language=as_language(lang)).language
    zh = language == "zh"
    for one in report["alarms"]:
        line(f"● {one['grade_name'][language]}  {one['subject']}")
        line("  " + one["why"][language])
        line("  " + one["rule"][language])
    if not report["alarms"]:
        line(f"{report['on']}：无报警" if zh else f"{report['on']}: no alarm")
    for kept in report.get("alerts", ()):
        said = kept["words"][language]
        line(f"预警 #{kept['alert']}：{said}" if zh else f"Alert #{kept['alert']}: {said}")
    line(NOTE.in_language(language))
