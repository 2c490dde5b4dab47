"""`mingjian warn drift`, `mix` and `late`: alarms that are not about one count as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.cli.person import Name, RoleName
from mingjian.cli.speak import as_language, print_json, t
from mingjian.cli.warn_simulate import AsJson, Lang, app

if TYPE_CHECKING:
    from mingjian.app.warn_rows import Counted, Measured
    from mingjian.warn.alert import Alarm

__all__ = ["app"]

Days = Annotated[int, typer.Option(help=t("每期天数：1 或 7", "days of a window: 1 or 7"))]
Raise = Annotated[
    bool, typer.Option("--raise", help=t("记为预警（见 alert）", "record as alerts: see alert"))
]
Exercise = Annotated[str | None, typer.Option(help=t("演练名称", "a drill's name"))]
File = Annotated[Path | None, typer.Argument(help="CSV")]
Watch = Annotated[
    str | None,
    typer.Option("--watch", help=t("看此监测所留下的", "what this watch has kept")),
]
Cases = Annotated[bool, typer.Option("--cases", help=t("看案件库", "the case base"))]
Subject = Annotated[str, typer.Option(help=t("所看的是什么", "what is looked at"))]


@app.command(
    "drift",
    help=t(
        "检测器最近一期的测量值与无意见比例是否异于以往：看监测、案件库，或 CSV"
        "（detector、date、value，空为无意见）。",
        "Whether a detector measures otherwise, or is silent more often, than before: in a watch, "
        "the case base, or CSV (detector, date, value; empty is no opinion).",
    ),
)
def drift(
    file: File = None,
    watch: Watch = None,
    cases: Cases = False,
    days: Days = 7,
    keep: Raise = False,
    exercise: Exercise = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn_changes, warn_rows
    from mingjian.cli.person import at_work

    _one_of(file, watch, cases)
    as_language(lang)
    rows: Iterable[Measured]
    if file is not None:
        rows = warn_rows.measurements_in(file)
    else:
        with at_work(name, role, lang) as (store, person, _):
            if watch is not None:
                rows = warn_rows.measurements_of_watch(store, watch, days)
            else:
                rows = warn_rows.measurements_of_cases(store, person)
    report, alarms = warn_changes.detectors(rows, days)
    _told(report, alarms, keep, exercise, name, role, json, lang)


@app.command(
    "mix",
    help=t(
        "最近一期的手法构成是否异于以往，哪些手法增多：看监测、案件库，或 CSV"
        "（method、date、value，空为一起）。",
        "Whether the mix of methods has changed, and which grew: in a watch, the case base, or "
        "CSV (method, date, value; empty is one).",
    ),
)
def mix(
    file: File = None,
    watch: Watch = None,
    cases: Cases = False,
    aspect: Annotated[
        str,
        typer.Option(help="proposition | conduct | conduct_partly | type | type_partly"),
    ] = "proposition",
    subject: Subject = "methods",
    days: Days = 7,
    keep: Raise = False,
    exercise: Exercise = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn_changes, warn_rows
    from mingjian.cli.person import at_work

    _one_of(file, watch, cases)
    as_language(lang)
    rows: Iterable[Counted]
    if file is not None:
        rows = warn_rows.methods_in(file)
    else:
        with at_work(name, role, lang) as (store, person, _):
            if watch is not None:
                rows = warn_rows.methods_of_watch(store, watch, aspect)
            else:
                rows = warn_rows.methods_of_cases(store, person)
    report, alarms = warn_changes.methods(rows, days, subject)
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


def _one_of(file: Path | None, watch: str | None, cases: bool) -> None:
    """Refuse unless exactly one place to look at is named."""
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    if (file is not None) + (watch is not None) + cases != 1:
        raise UsageError(
            Message(
                "请给出 CSV 文件、--watch 名称 或 --cases 之一",
                "name one: a CSV file, --watch NAME or --cases",
            )
        )


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
