"""`mingjian warn drift`, `mix` and `late`: alarms that are not about one count as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from mingjian.app.days import day_of
from mingjian.cli.alert_lines import raised
from mingjian.cli.person import Work, at_work, common, taking
from mingjian.cli.speak import as_language, line, print_json, t
from mingjian.cli.warn import KnownOn, Longest, Raise
from mingjian.cli.warn_simulate import app

if TYPE_CHECKING:
    from mingjian.app.access import Actor
    from mingjian.app.warn_rows import Counted, Measured
    from mingjian.store.store import Store
    from mingjian.warn.alert import Alarm

__all__ = ["app"]

Row = TypeVar("Row")
Opened = Callable[[], AbstractContextManager[Work]]
"""Opens the store, for the person named: only where it is looked at."""
Found = tuple[Any, "Sequence[Alarm]"]
"""The report of what was looked at, and what is alarming in it."""
File = Annotated[Path | None, typer.Argument(help="CSV")]
Watch = Annotated[
    str | None,
    typer.Option("--watch", help=t("看此监测所留下的", "what this watch has kept")),
]
Cases = Annotated[bool, typer.Option("--cases", help=t("看案件库", "the case base"))]
Days = Annotated[int, typer.Option(help=t("每期天数：1 或 7", "days of a window: 1 or 7"))]
Subject = Annotated[str, typer.Option(help=t("所看的是什么", "what is looked at"))]


def _raising(
    keep: Raise = False,
    exercise: Annotated[str | None, typer.Option(help=t("演练名称", "a drill's name"))] = None,
) -> None:
    """What may be done with the alarms found."""


def _command(verb: str, help: str) -> Callable[[Callable[..., Found]], None]:
    """Register `look(work, …) -> Found`; the options of `_raising` and `common` are added to its
    own parameters, and what it found is recorded and told as they say."""

    def register(look: Callable[..., Found]) -> None:
        def run(
            *,
            keep: bool,
            exercise: str | None,
            name: str | None,
            role: str | None,
            json: bool,
            lang: str | None,
            **given: Any,
        ) -> None:
            as_language(lang)
            report, alarms = look(partial(at_work, name, role, lang), **given)
            if keep:
                report["alerts"] = raised(alarms, exercise, name, role, lang)
            if json:
                print_json(report)
            else:
                _told(report, lang)

        app.command(verb, help=help)(taking(run, look, _raising, common))

    return register


@_command(
    "drift",
    t(
        "检测器最近一期的测量值与无意见比例是否异于以往：看监测、案件库，或 CSV"
        "（detector、date、value，空为无意见）。",
        "Whether a detector measures otherwise, or is silent more often, than before: in a watch, "
        "the case base, or CSV (detector, date, value; empty is no opinion).",
    ),
)
def drift(
    work: Opened,
    file: File = None,
    watch: Watch = None,
    cases: Cases = False,
    days: Days = 7,
) -> Found:
    from mingjian.app import warn_changes, warn_rows

    rows: Iterable[Measured] = _rows(
        (work, file, watch, cases),
        warn_rows.measurements_in,
        partial(warn_rows.measurements_of_watch, days=days),
        warn_rows.measurements_of_cases,
    )
    return warn_changes.detectors(rows, days)


@_command(
    "mix",
    t(
        "最近一期的手法构成是否异于以往，哪些手法增多：看监测、案件库，或 CSV"
        "（method、date、value，空为一起）。",
        "Whether the mix of methods has changed, and which grew: in a watch, the case base, or "
        "CSV (method, date, value; empty is one).",
    ),
)
def mix(
    work: Opened,
    file: File = None,
    watch: Watch = None,
    cases: Cases = False,
    aspect: Annotated[
        str,
        typer.Option(help="proposition | conduct | conduct_partly | type | type_partly"),
    ] = "proposition",
    subject: Subject = "methods",
    days: Days = 7,
) -> Found:
    from mingjian.app import warn_changes, warn_rows

    rows: Iterable[Counted] = _rows(
        (work, file, watch, cases),
        warn_rows.methods_in,
        partial(warn_rows.methods_of_watch, aspect=aspect),
        warn_rows.methods_of_cases,
    )
    return warn_changes.methods(rows, days, subject)


def _rows(
    place: tuple[Opened, Path | None, str | None, bool],
    in_file: Callable[[Path], Iterable[Row]],
    of_watch: Callable[[Store, str], Iterable[Row]],
    of_cases: Callable[[Store, Actor], Iterable[Row]],
) -> Iterable[Row]:
    """What lies at the one place named; refused unless exactly one is."""
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    work, file, watch, cases = place
    if (file is not None) + (watch is not None) + cases != 1:
        raise UsageError(
            Message(
                "请给出 CSV 文件、--watch 名称 或 --cases 之一",
                "name one: a CSV file, --watch NAME or --cases",
            )
        )
    if file is not None:
        return in_file(file)
    with work() as (store, person, _):
        return of_cases(store, person) if watch is None else of_watch(store, watch)


@_command(
    "late",
    t(
        "把尚未上报的估计在内，最近几天是否超出预期（CSV：event、report，每起一行）。",
        "Whether recent days exceed what is expected, counting in what is not reported yet (CSV: "
        "event, report; a row each).",
    ),
)
def late(
    work: Opened,
    reports: Annotated[Path, typer.Argument(help="CSV")],
    on: KnownOn = None,
    longest: Longest = 15,
    false_alarms: Annotated[
        float, typer.Option(help=t("每年可接受的误报次数", "false alarms a year accepted"))
    ] = 0.5,
    subject: Subject = "reports",
) -> Found:
    from mingjian.app import warn, warn_changes, warn_files

    settings = warn.settings_from(false_alarms, 1.5)
    pairs = warn_files.read_reports(reports)
    return warn_changes.delayed(pairs, day_of(on), longest, settings, subject)


def _told(report: Any, lang: str | None) -> None:
    from mingjian.app.settings import load_settings
    from mingjian.app.warn import NOTE

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
