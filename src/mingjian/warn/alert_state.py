"""An alert: what is recorded, once, of alarms that belong together, and what persons did about it.

Alarms of one kind about one subject that follow each other without a pause are one alert. Its
state is JSON and equals its events applied in order; `apply` is the one place where an event has
an effect. The lower part turns what a person wishes into events, or refuses it in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any, Literal, TypedDict, cast

from mingjian.domain.message import Message
from mingjian.warn.alert import Alarm, Kind, alarm_from
from mingjian.warn.grades import ORDER, Grade

Status = Literal["raised", "acknowledged", "snoozed", "escalated", "closed"]
STATUSES: Mapping[str, Message] = {
    "raised": Message("待处理", "raised"),
    "acknowledged": Message("已知悉", "acknowledged"),
    "snoozed": Message("暂缓", "snoozed"),
    "escalated": Message("已转案件", "escalated to a case"),
    "closed": Message("已关闭", "closed"),
}
OUTCOMES: Mapping[str, Message] = {
    "true_event": Message("确有其事", "true event"),
    "false_alarm": Message("误报", "false alarm"),
    "drill": Message("演练", "drill"),
    "data_error": Message("数据有误", "data error"),
    "withdrawn": Message("撤回", "withdrawn"),
}
CALLED_OFF = frozenset({"false_alarm", "data_error", "withdrawn", "drill"})
"""Outcomes after which what was sent about the alert no longer holds."""
PAUSE_DAYS = {1: 14, 7: 28}
"""An excess that rests for longer is a new one: days, by the days of a step."""


class By(TypedDict):
    """Who did something, and when (UTC)."""

    by: str
    role: str
    at: str


class Snooze(By):
    reason: str
    until: str
    """UTC; a higher grade ends it sooner."""


class Escalation(By):
    reason: str
    case: str


class Closing(By):
    reason: str
    outcome: str


class Body(TypedDict):
    """The state of an alert."""

    kind: Kind
    subject: str
    exercise: str | None
    """Name of the drill it belongs to."""
    began: str
    """First day of the excess."""
    grade: Grade
    """The highest so far."""
    alarm: dict[str, Any]
    """The latest alarm."""
    alarms: int
    """How many days or weeks have alarmed."""
    acknowledged: By | None
    snoozed: Snooze | None
    escalated: Escalation | None
    closed: Closing | None
    past_closings: list[Closing]
    sent: int
    """How many messages a person has sent about it."""


class AlertRefused(Exception):
    """The wish cannot be met as the alert stands; `why` says so."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Message(zh, en)


def _hash(*parts: object) -> str:
    text = dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def source_of(alarm: Alarm, exercise: str | None) -> str:
    """What alarms must share to be one alert: kind, subject and drill, as a hash."""
    return _hash(alarm.kind, alarm.subject, exercise)


def key_of(body: Body) -> str:
    """The name of an alert that never changes: its source and when it began, as a hash."""
    return _hash(body["kind"], body["subject"], body["exercise"], body["began"])


def began(alarm: Alarm) -> date:
    return min(alarm.at, alarm.since or alarm.at)


def joins(body: Body, alarm: Alarm) -> bool:
    """Whether an alarm of the same source belongs to this alert.

    It does without a pause in between. Of a closed alert, a higher grade makes a new one.
    """
    pause = timedelta(days=PAUSE_DAYS.get(alarm.days, 28))
    last, first = date.fromisoformat(body["alarm"]["at"]), date.fromisoformat(body["began"])
    if alarm.at > last + pause or alarm.at < first - pause:
        return False
    return body["closed"] is None or not _higher(alarm.grade, body["grade"])


def _higher(grade: Grade, than: Grade) -> bool:
    return ORDER.index(grade) > ORDER.index(than)


def status_of(body: Body, now: datetime) -> Status:
    """Where an alert stands; a snooze ends by itself."""
    if body["closed"] is not None:
        return "closed"
    if body["escalated"] is not None:
        return "escalated"
    if body["snoozed"] is not None and now < datetime.fromisoformat(body["snoozed"]["until"]):
        return "snoozed"
    return "acknowledged" if body["acknowledged"] is not None else "raised"


def called_off(body: Body) -> bool:
    """Whether messages about it are to be cancelled."""
    return body["closed"] is not None and body["closed"]["outcome"] in CALLED_OFF


# ---- events ------------------------------------------------------------------------------------

Args = Mapping[str, Any]
Events = list[tuple[str, dict[str, Any]]]


def _raised(body: Body, args: Args, by: By) -> None:
    first = alarm_from(args["alarm"])
    made: Body = {
        "kind": first.kind,
        "subject": first.subject,
        "exercise": args["exercise"],
        "began": began(first).isoformat(),
        "grade": first.grade,
        "alarm": args["alarm"],
        "alarms": 1,
        "acknowledged": None,
        "snoozed": None,
        "escalated": None,
        "closed": None,
        "past_closings": [],
        "sent": 0,
    }
    cast(dict[str, Any], body).update(made)


def _continued(body: Body, args: Args, by: By) -> None:
    new = args["alarm"]
    body["alarms"] += new["at"] > body["alarm"]["at"]
    if new["at"] >= body["alarm"]["at"]:
        body["alarm"] = new


def _upgraded(body: Body, args: Args, by: By) -> None:
    _continued(body, args, by)
    body["grade"] = args["alarm"]["grade"]
    # Whoever put it off or took note of it did so at a lower grade.
    body["snoozed"] = body["acknowledged"] = None


def _acknowledged(body: Body, args: Args, by: By) -> None:
    body["acknowledged"], body["snoozed"] = by, None


def _snoozed(body: Body, args: Args, by: By) -> None:
    body["snoozed"] = {**by, "reason": args["reason"], "until": args["until"]}


def _escalated(body: Body, args: Args, by: By) -> None:
    body["escalated"] = {**by, "reason": args["reason"], "case": args["case"]}
    body["snoozed"] = None


def _closed(body: Body, args: Args, by: By) -> None:
    if body["closed"] is not None:
        body["past_closings"].append(body["closed"])
    body["closed"] = {**by, "reason": args["reason"], "outcome": args["outcome"]}


def _sent(body: Body, args: Args, by: By) -> None:
    body["sent"] += 1


EVENTS: Mapping[str, tuple[Callable[[Body, Args, By], None], Message]] = {
    "alert.raised": (_raised, Message("发出预警", "raised")),
    "alert.continued": (_continued, Message("超出仍在持续", "the excess goes on")),
    "alert.upgraded": (_upgraded, Message("等级升高", "grade raised")),
    "alert.acknowledged": (_acknowledged, Message("知悉", "acknowledged")),
    "alert.snoozed": (_snoozed, Message("暂缓", "snoozed")),
    "alert.escalated": (_escalated, Message("转为案件草稿", "escalated to a case draft")),
    "alert.closed": (_closed, Message("关闭", "closed")),
    "alert.sent": (_sent, Message("签发送出", "sent")),
}
"""Event -> what it does to the state, and how it is called."""


def apply(body: Body, name: str, args: Args, by: By) -> Body:
    """`body` after the event; `body` itself may be altered."""
    EVENTS[name][0](body, args, by)
    return body


# ---- what is wished becomes events, or a refusal ----------------------------------------------


def take_in(body: Body | None, alarm: Alarm, exercise: str | None) -> Events:
    """Record an alarm: a new alert, more of one that is there, or nothing new."""
    said: dict[str, Any] = {"alarm": alarm.as_json()}
    if body is None:
        return [("alert.raised", {**said, "exercise": exercise})]
    if _higher(alarm.grade, body["grade"]):
        return [("alert.upgraded", said)]
    if alarm.at < date.fromisoformat(body["alarm"]["at"]) or said["alarm"] == body["alarm"]:
        return []
    return [("alert.continued", said)]


def acknowledge(body: Body, note: str) -> Events:
    _open(body)
    return [("alert.acknowledged", {"note": _text(note, "说明", "the note", empty=True)})]


def snooze(body: Body, reason: str, until: datetime, now: datetime) -> Events:
    """Put off until a time, at most a year away; a higher grade ends it sooner."""
    _open(body)
    if until.utcoffset() is None or not now < until <= now + timedelta(days=366):
        raise AlertRefused(
            "暂缓须到将来一年内的某一时刻", "snoozing lasts until some time within the next year"
        )
    stated = until.isoformat(timespec="seconds")
    return [("alert.snoozed", {"reason": _reason(reason), "until": stated})]


def escalate(body: Body, case: str, reason: str) -> Events:
    _open(body)
    if body["escalated"] is not None:
        earlier = body["escalated"]["case"]
        raise AlertRefused(f"已转入案件“{earlier}”", f"escalated to case “{earlier}” already")
    return [("alert.escalated", {"case": case, "reason": _reason(reason)})]


def close(body: Body, outcome: str, reason: str) -> Events:
    """Say what it was. Closing again puts an outcome right; the earlier one is kept."""
    if outcome not in OUTCOMES:
        listed = ", ".join(OUTCOMES)
        raise AlertRefused(f"没有这种结论；可用 {listed}", f"no such outcome; there are {listed}")
    if body["exercise"] and outcome != "drill":
        raise AlertRefused("演练中的预警只能以“演练”关闭", "an alert of a drill closes as a drill")
    if body["closed"] is not None and body["closed"]["outcome"] == outcome:
        raise AlertRefused("已如此关闭", "closed with this outcome already")
    return [("alert.closed", {"outcome": outcome, "reason": _reason(reason)})]


def _open(body: Body) -> None:
    if body["closed"] is not None:
        raise AlertRefused("该预警已关闭", "this alert is closed")


def _reason(text: str) -> str:
    return _text(text, "理由", "the reason")


def _text(text: str, zh: str, en: str, *, empty: bool = False) -> str:
    text = text.strip()
    if not empty and not text:
        raise AlertRefused(f"须写明{zh}", f"{en} is needed")
    if len(text) > 2000:
        raise AlertRefused(f"{zh}至多 2000 字", f"{en} has at most 2,000 characters")
    return text
