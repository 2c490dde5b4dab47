"""`mingjian alert`: what leaves, shown first and sent in a person's name; the delivery log."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from mingjian.cli.alert import Alert, app
from mingjian.cli.person import Name, RoleName, Told, Work, at_work, command
from mingjian.cli.speak import AsJson, Lang, print_json, t

__all__ = ["app"]

Audience = Annotated[str, typer.Option(help="duty | authority | enterprise | public")]
Tlp = Annotated[
    str | None, typer.Option(help=t("标记，如 TLP:AMBER", "the marking, such as TLP:AMBER"))
]
Say = Annotated[
    list[str] | None,
    typer.Option(
        help=t(
            "填入通知：项目=文字，可重复，如 advice=先核实",
            "fill in the notice: item=text, repeat it; such as advice=check first",
        )
    ),
]
Wait = Annotated[
    float, typer.Option(help=t("最多等待重试多少秒", "wait for later tries up to so many seconds"))
]
Delivery = Annotated[int, typer.Argument(help=t("投递编号（见 alert log）", "see alert log"))]


def _said(say: list[str] | None) -> dict[str, str]:
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    pairs = [each.partition("=") for each in say or []]
    if any(not mark for _, mark, _ in pairs):
        raise UsageError(Message("--say 写作 项目=文字", "--say is written item=text"))
    return {item.strip(): text for item, _, text in pairs}


@command(
    app,
    "draft",
    t(
        "看将送出什么：每条消息逐字显示，什么也不发送。",
        "See what would leave, to the letter; nothing is sent.",
    ),
)
def draft(
    work: Work,
    alert: Alert,
    audience: Audience = "duty",
    reason: Annotated[str, typer.Option(help=t("签发理由", "the reason for sending"))] = "",
    tlp: Tlp = None,
    say: Say = None,
) -> Told:
    from mingjian.app import alert_sending
    from mingjian.cli.alert_lines import leaving

    store, person, settings = work
    found = alert_sending.draft(
        store,
        person,
        alert,
        alert_sending.channels_of(settings),
        audience,
        reason=reason,
        tlp=tlp,
        said=_said(say),
    )
    return found, leaving


@app.command(
    "send",
    help=t(
        "由人署名送出；先显示将送出的全部内容。",
        "Send in a person's name; what leaves is shown first.",
    ),
)
def send(
    alert: Alert,
    audience: Audience,
    by: Annotated[str, typer.Option(help=t("签发人", "who sends it"))],
    reason: Annotated[str, typer.Option(help=t("签发理由", "the reason for sending"))],
    tlp: Tlp = None,
    say: Say = None,
    yes: Annotated[bool, typer.Option("--yes", help=t("不再询问", "do not ask once more"))] = False,
    wait: Wait = 20.0,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alert_delivery, alert_sending
    from mingjian.app.errors import UsageError
    from mingjian.cli.alert_lines import delivered, leaving
    from mingjian.domain.message import Message

    said = _said(say)
    with at_work(by, role, lang) as (store, person, settings):
        channels = alert_sending.channels_of(settings)
        shown: Any = alert_sending.draft(
            store, person, alert, channels, audience, reason=reason, tlp=tlp, said=said
        )
        if not json:
            leaving(shown, settings.language)
        if shown["digest"] is None:
            raise UsageError(Message(**shown["refused"]))
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError(
                    Message("不在终端上时须加 --yes", "away from a terminal, --yes is needed")
                )
            typer.confirm(t("送出以上内容？", "Send this?"), abort=True)
        numbers = alert_sending.send(
            store,
            person,
            alert,
            channels,
            audience,
            reason=reason,
            at=datetime.fromisoformat(shown["at"]),
            digest=shown["digest"],
            tlp=tlp,
            said=said,
        )
        alert_delivery.deliver_due(store, person, channels, only=numbers, seconds=wait)
        found: Any = [each for each in alert_delivery.log(store, person) if each["id"] in numbers]
    if json:
        print_json(found)
    else:
        delivered(found, settings.language)
    if any(each["state"] in ("dead", "unsure") for each in found):
        raise typer.Exit(1)


@command(
    app,
    "deliver",
    t(
        "投递到期的消息（重试也由此进行）；可由定时任务运行。",
        "Deliver what is due, later tries included; may be run by a timer.",
    ),
)
def deliver(work: Work, wait: Wait = 0.0) -> Told:
    from functools import partial

    from mingjian.app import alert_delivery, alert_sending
    from mingjian.cli.alert_lines import carried

    channels = alert_sending.channels_of(work.settings)
    found = alert_delivery.deliver_due(work.store, work.person, channels, seconds=wait)
    return found, partial(carried, any_channel=bool(channels.listed))


@app.command("log", help=t("投递记录：送给谁、是否送达。", "The delivery log: to whom, and how."))
def log(
    body: Annotated[
        int | None,
        typer.Option(help=t("逐字显示这次投递的内容", "print what this delivery held, as it left")),
    ] = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import alert_delivery
    from mingjian.cli.alert_lines import delivered

    with at_work(name, role, lang) as (store, person, settings):
        if body is not None:
            left = alert_delivery.left(store, person, body)
            sys.stdout.buffer.write(left + b"\n")
            return
        found: Any = alert_delivery.log(store, person)
    if json:
        print_json(found)
        return
    delivered(found, settings.language)


@app.command(
    "again",
    help=t(
        "再投递一次已终止的，或送达与否不明的（邮件、群聊可能因此收到两次）。",
        "Try a delivery once more that is dead, or of which it is unknown whether it was sent "
        "(by mail and chat it may then come twice).",
    ),
)
def again(delivery: Delivery, name: Name = None, role: RoleName = None, lang: Lang = None) -> None:
    from mingjian.app import alert_delivery

    with at_work(name, role, lang) as (store, person, _):
        alert_delivery.again(store, person, delivery)


@app.command(
    "arrived",
    help=t(
        "记下：送达与否不明的一次投递，收件方说已收到。",
        "Note that a delivery of which it was unknown has arrived, as its receiver says.",
    ),
)
def arrived(
    delivery: Delivery, name: Name = None, role: RoleName = None, lang: Lang = None
) -> None:
    from mingjian.app import alert_delivery

    with at_work(name, role, lang) as (store, person, _):
        alert_delivery.arrived(store, person, delivery)
