"""`mingjian alert`: alerts looked at, and acted on by a person."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mingjian.cli.person import AsJson, Lang, Name, RoleName, at_work
from mingjian.cli.speak import print_json, t

app = typer.Typer(
    help=t(
        "预警：查看、知悉、暂缓、转为案件、关闭，并由人签发送出。",
        "Alerts: look, acknowledge, snooze, make a case draft, close, send in a person's name.",
    ),
    no_args_is_help=True,
)
Alert = Annotated[
    int, typer.Argument(help=t("预警编号（见 alert list）", "number: see alert list"))
]
Reason = Annotated[str, typer.Option(help=t("理由", "the reason"))]
Revision = Annotated[int | None, typer.Option(help=t("你所见的版本", "the revision that you saw"))]


@app.command("list", help=t("列出预警，最紧急的在前。", "List alerts, the most urgent first."))
def list_(
    status: Annotated[
        str | None,
        typer.Option(help="raised | acknowledged | snoozed | escalated | closed"),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=t("连同已关闭的", "closed ones as well"))
    ] = False,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import brief

    with at_work(name, role, lang) as (store, person, settings):
        found: Any = alerts.listed(store, person, status=status, closed=every)
    if json:
        print_json(found)
        return
    brief(found, settings.language)


@app.command("show", help=t("一条预警的全部情况。", "Everything about one alert."))
def show(
    alert: Alert,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import whole

    with at_work(name, role, lang) as (store, person, settings):
        found: Any = alerts.shown(store, person, alert)
    if json:
        print_json(found)
        return
    whole(found, settings.language)


def _told(found: Any, json: bool, language: str) -> None:
    from mingjian.cli.alert_lines import brief

    if json:
        print_json(found)
    else:
        brief([found], language)


@app.command("acknowledge", help=t("表示已知悉。", "Say that you have seen it."))
def acknowledge(
    alert: Alert,
    note: Annotated[str, typer.Option(help=t("说明", "a note"))] = "",
    revision: Revision = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts

    with at_work(name, role, lang) as (store, person, settings):
        found = alerts.acknowledge(store, person, alert, note, revision=revision)
    _told(found, json, settings.language)


@app.command(
    "snooze",
    help=t(
        "暂缓到某一时刻；等级升高则提前结束。",
        "Put off until a time; a higher grade ends it sooner.",
    ),
)
def snooze(
    alert: Alert,
    reason: Reason,
    until: Annotated[
        str,
        typer.Option(
            help=t("如 3d、12h 或 2026-12-01T09:00+08:00", "3d, 12h or 2026-12-01T09:00+08:00")
        ),
    ],
    revision: Revision = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts

    end = alerts.until(until)
    with at_work(name, role, lang) as (store, person, settings):
        found = alerts.snooze(store, person, alert, reason, end, revision=revision)
    _told(found, json, settings.language)


@app.command(
    "escalate",
    help=t(
        "转为案件草稿（由人立案），或记入已有案件。",
        "Make a case draft of it, which a person may open; or note it in a case.",
    ),
)
def escalate(
    alert: Alert,
    reason: Reason,
    case: Annotated[
        str | None, typer.Option(help=t("记入此案件", "the case to note it in"))
    ] = None,
    revision: Revision = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts

    with at_work(name, role, lang) as (store, person, settings):
        found = alerts.escalate(store, person, alert, reason, case=case, revision=revision)
    _told(found, json, settings.language)


@app.command(
    "close",
    help=t(
        "关闭并写明结论：true_event 确有其事、false_alarm 误报、drill 演练、data_error 数据有误、"
        "withdrawn 撤回。已送出的消息须撤销的，随后列出。",
        "Close it, saying what it was: true_event, false_alarm, drill, data_error or withdrawn. "
        "Messages that left and are to be cancelled are named.",
    ),
)
def close(
    alert: Alert,
    outcome: Annotated[
        str,
        typer.Argument(help="true_event | false_alarm | drill | data_error | withdrawn"),
    ],
    reason: Reason,
    revision: Revision = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import owed

    with at_work(name, role, lang) as (store, person, settings):
        found = alerts.close(store, person, alert, outcome, reason, revision=revision)
        shown: Any = alerts.shown(store, person, alert)
    _told({**found, "owed": shown["owed"]}, json, settings.language)
    if not json:
        owed(shown, settings.language)


@app.command(
    "measured",
    help=t(
        "已关闭的预警中有多少是误报：本单位自己测得的误报比例。",
        "How many closed alerts were false: the share this desk has measured itself.",
    ),
)
def measured(
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import outcomes

    with at_work(name, role, lang) as (store, person, settings):
        found: Any = alerts.measured(store, person)
    if json:
        print_json(found)
        return
    outcomes(found, settings.language)
