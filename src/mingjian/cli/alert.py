"""`mingjian alert`: alerts looked at, and acted on by a person."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mingjian.cli.person import Told, Work, command
from mingjian.cli.speak import t

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


@command(app, "list", t("列出预警，最紧急的在前。", "List alerts, the most urgent first."))
def list_(
    work: Work,
    status: Annotated[
        str | None,
        typer.Option(help="raised | acknowledged | snoozed | escalated | closed"),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=t("连同已关闭的", "closed ones as well"))
    ] = False,
) -> Told:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import brief

    return alerts.listed(work.store, work.person, status=status, closed=every), brief


@command(app, "show", t("一条预警的全部情况。", "Everything about one alert."))
def show(work: Work, alert: Alert) -> Told:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import whole

    return alerts.shown(work.store, work.person, alert), whole


def _told(found: Any) -> Told:
    from mingjian.cli.alert_lines import acted_on

    return found, acted_on


@command(app, "acknowledge", t("表示已知悉。", "Say that you have seen it."))
def acknowledge(
    work: Work,
    alert: Alert,
    note: Annotated[str, typer.Option(help=t("说明", "a note"))] = "",
    revision: Revision = None,
) -> Told:
    from mingjian.app import alerts

    return _told(alerts.acknowledge(work.store, work.person, alert, note, revision=revision))


@command(
    app,
    "snooze",
    t(
        "暂缓到某一时刻；等级升高则提前结束。",
        "Put off until a time; a higher grade ends it sooner.",
    ),
)
def snooze(
    work: Work,
    alert: Alert,
    reason: Reason,
    until: Annotated[
        str,
        typer.Option(
            help=t("如 3d、12h 或 2026-12-01T09:00+08:00", "3d, 12h or 2026-12-01T09:00+08:00")
        ),
    ],
    revision: Revision = None,
) -> Told:
    from mingjian.app import alerts

    end = alerts.until(until)
    return _told(alerts.snooze(work.store, work.person, alert, reason, end, revision=revision))


@command(
    app,
    "escalate",
    t(
        "转为案件草稿（由人立案），或记入已有案件。",
        "Make a case draft of it, which a person may open; or note it in a case.",
    ),
)
def escalate(
    work: Work,
    alert: Alert,
    reason: Reason,
    case: Annotated[
        str | None, typer.Option(help=t("记入此案件", "the case to note it in"))
    ] = None,
    revision: Revision = None,
) -> Told:
    from mingjian.app import alerts

    found = alerts.escalate(work.store, work.person, alert, reason, case=case, revision=revision)
    return _told(found)


@command(
    app,
    "close",
    t(
        "关闭并写明结论：true_event 确有其事、false_alarm 误报、drill 演练、data_error 数据有误、"
        "withdrawn 撤回。已送出的消息须撤销的，随后列出。",
        "Close it, saying what it was: true_event, false_alarm, drill, data_error or withdrawn. "
        "Messages that left and are to be cancelled are named.",
    ),
)
def close(
    work: Work,
    alert: Alert,
    outcome: Annotated[
        str,
        typer.Argument(help="true_event | false_alarm | drill | data_error | withdrawn"),
    ],
    reason: Reason,
    revision: Revision = None,
) -> Told:
    from mingjian.app import alerts

    found = alerts.close(work.store, work.person, alert, outcome, reason, revision=revision)
    shown = alerts.shown(work.store, work.person, alert)
    return _told({**found, "owed": shown["owed"]})


@command(
    app,
    "measured",
    t(
        "已关闭的预警中有多少是误报：本单位自己测得的误报比例。",
        "How many closed alerts were false: the share this desk has measured itself.",
    ),
)
def measured(work: Work) -> Told:
    from mingjian.app import alerts
    from mingjian.cli.alert_lines import outcomes

    return alerts.measured(work.store, work.person), outcomes
