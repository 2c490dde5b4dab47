"""What a person can do about an alert; each is recorded in the signed chain of alerts."""

from __future__ import annotations

from mingjian.app import alert_delivery, alert_sending, alerts, desk
from mingjian.app.desk import NotThere
from mingjian.domain.message import Message
from mingjian.web.page import Asked, number_of
from mingjian.web.session import Deed, Given, Went
from mingjian.web.typed import moment


def number_in(asked: Asked) -> int:
    """The alert of the address."""
    number = number_of(asked["id"])
    if not number:
        raise NotThere(
            Message("没有这条预警", "there is no such alert"),
            Message("请从预警列表打开", "open it from the list of alerts"),
        )
    return number


def _stays(asked: Asked, said: Message) -> Went:
    return Went(said, "alert", {"id": asked["id"]})


def _acknowledge(asked: Asked, given: Given) -> Went:
    with asked.store() as store:
        alerts.acknowledge(
            store,
            asked.actor,
            number_in(asked),
            given["note"],
            revision=given.number("revision"),
        )
    return _stays(asked, Message("已知悉", "acknowledged"))


def _snooze(asked: Asked, given: Given) -> Went:
    end = alerts.until(moment(given, "until") or given["for"])
    with asked.store() as store:
        alerts.snooze(
            store,
            asked.actor,
            number_in(asked),
            given["reason"],
            end,
            revision=given.number("revision"),
        )
    return _stays(
        asked,
        Message(
            "已暂缓；等级升高即提前结束", "snoozed until then, or until its grade becomes higher"
        ),
    )


def _escalate(asked: Asked, given: Given) -> Went:
    into = given["case"]
    with asked.store() as store:
        if into:
            desk.known(store, into)
        after = alerts.escalate(
            store,
            asked.actor,
            number_in(asked),
            given["reason"],
            case=into or None,
            revision=given.number("revision"),
        )
    escalated = after["escalated"]
    assert isinstance(escalated, dict)
    case = str(escalated["case"])
    if into:
        said = Message(f"预警已记入案件“{case}”", f"the alert is noted in the case “{case}”")
    else:
        said = Message(
            f"已建立案件草稿“{case}”，由人立案",
            f"the case draft “{case}” is made; a person opens it",
        )
    return Went(said, "case", {"name": case})


def _close(asked: Asked, given: Given) -> Went:
    with asked.store() as store:
        alerts.close(
            store,
            asked.actor,
            number_in(asked),
            given["outcome"],
            given["reason"],
            revision=given.number("revision"),
        )
    return _stays(asked, Message("预警已关闭", "the alert is closed"))


def _again(asked: Asked, given: Given) -> Went:
    channels = alert_sending.channels_of(asked.settings)
    number = _delivery(given)
    with asked.store() as store:
        alert_delivery.again(store, asked.actor, number)
        alert_delivery.deliver_due(store, asked.actor, channels, only=[number])
    return _stays(asked, Message("已再送一次，见投递", "sent again, see deliveries"))


def _arrived(asked: Asked, given: Given) -> Went:
    with asked.store() as store:
        alert_delivery.arrived(store, asked.actor, _delivery(given))
    return _stays(asked, Message("已记为送达", "noted as delivered"))


def _delivery(given: Given) -> int:
    return number_of(given["delivery"]) or 0


ALERT_DEEDS = (
    Deed(
        name="again",
        does=Message("再送一次", "send it again"),
        action="alert.send",
        do=_again,
        takes=("delivery", "form"),
    ),
    Deed(
        name="arrived",
        does=Message("记为送达", "note that it arrived"),
        action="alert.send",
        do=_arrived,
        takes=("delivery", "form"),
    ),
    Deed(
        name="acknowledge",
        does=Message("知悉预警", "acknowledge the alert"),
        action="alert.acknowledge",
        do=_acknowledge,
        takes=("note", "revision", "form"),
    ),
    Deed(
        name="snooze",
        does=Message("暂缓预警", "snooze the alert"),
        action="alert.snooze",
        do=_snooze,
        takes=("reason", "for", "until", "until_zone", "revision", "form"),
    ),
    Deed(
        name="escalate",
        does=Message("转为案件草稿或记入案件", "make a case draft of it, or note it in a case"),
        action="alert.escalate",
        do=_escalate,
        takes=("reason", "case", "revision", "form"),
    ),
    Deed(
        name="close",
        does=Message("关闭预警", "close the alert"),
        action="alert.close",
        do=_close,
        takes=("outcome", "reason", "revision", "form"),
    ),
)
