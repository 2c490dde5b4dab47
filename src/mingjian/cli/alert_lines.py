"""Alerts as lines on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mingjian.cli.speak import line, out, visible
from mingjian.domain.message import Message

if TYPE_CHECKING:
    from mingjian.warn.alert import Alarm


MARK = {"red": "red", "orange": "dark_orange", "yellow": "yellow", "blue": "blue"}


def figure(value: float | None) -> str:
    """A count or mean for reading."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def raised(
    found: Sequence[Alarm], exercise: str | None, name: str | None, role: str | None,
    lang: str | None,
) -> list[Any]:  # fmt: skip
    """Record alarms of a check; what became of each, as JSON values."""
    from mingjian.app import alert_delivery, alert_sending
    from mingjian.cli.person import at_work
    from mingjian.warn.alert_state import EVENTS

    with at_work(name, role, lang) as (store, person, settings):
        channels = alert_sending.channels_of(settings)
        done = alert_sending.raise_and_tell(store, person, found, channels, exercise=exercise)
        alert_delivery.deliver_due(store, person, channels)
    known = Message("已有记录", "recorded already")
    return [
        {
            "alert": one.alert,
            "event": one.event,
            "words": (EVENTS[one.event][1] if one.event else known).as_json(),
        }
        for one in done
    ]


def brief(found: Sequence[Any], language: str) -> None:
    """A line or two for each."""
    zh = language == "zh"
    if not found:
        line("没有预警。" if zh else "No alerts.")
    for one in found:
        alarm = one["alarm"]
        drill = ("【演练】" if zh else "[EXERCISE] ") if one["exercise"] else ""
        word = alarm["grade_name"][language]
        out().print(
            f"● {drill}#{one['id']} {word} {one['status_words'][language]}  "
            f"{visible(one['subject'])}",
            style=f"bold {MARK.get(one['grade'], 'white')}",
            markup=False,
        )
        line("  " + alarm["why"][language])


def acted_on(one: Any, language: str) -> None:
    """An alert that a person acted on, and what is owed by that."""
    brief([one], language)
    owed(one, language)


def whole(one: Any, language: str) -> None:
    """Everything about an alert."""
    zh, alarm = language == "zh", one["alarm"]
    brief([one], language)
    line(f"  {one['kind_words'][language]}")
    line(f"  {alarm['rule'][language]}")
    if alarm["expected"] is not None:
        low, high, excess = (figure(alarm[key]) for key in ("low", "high", "excess"))
        expected = figure(alarm["expected"])
        line(
            f"  预期 {expected}（{low}–{high}），超出 {excess}"
            if zh
            else f"  expected {expected} ({low} to {high}), excess {excess}"
        )
    if alarm["false_alarms"] is not None:
        rate = f"{alarm['false_alarms']:.2g}"
        line(f"  每年预计误报 {rate} 次" if zh else f"  about {rate} false alarms a year expected")
    count = one["alarms"]
    line(
        f"  自 {one['began']} 起，至 {one['last']} 共 {count} 次报警"
        if zh
        else f"  since {one['began']}, {count} alarms up to {one['last']}"
    )
    line("经过：" if zh else "What was done:")
    for event in one["history"]:
        details = event["details"]
        said = " ".join(
            str(details[key])
            for key in ("outcome", "case", "until", "audience", "status", "note", "reason")
            if details.get(key)
        )
        line(f"  {event['at']}  {event['by']} ({event['role']})  "
             f"{event['words'][language]}  {said}".rstrip())  # fmt: skip
    if one["deliveries"]:
        line("投递：" if zh else "Deliveries:")
        delivered(one["deliveries"], language)
    owed(one, language)


def owed(one: Any, language: str) -> None:
    """Who was told what no longer holds, and the command that puts it right."""
    for each in one.get("owed", ()):
        who, what = each["audience_words"][language], each["type_words"][language]
        command = f"mingjian alert send {one['id']} --audience {each['audience']}"
        line(
            f"已发给{who}的消息不再成立，请由人发出{what}：{command}"
            if language == "zh"
            else f"What was sent to {who} no longer holds; a person sends the {what}: {command}"
        )


STATES = {
    "waiting": ("等待投递", "waiting"),
    "delivered": ("已送达", "delivered"),
    "dead": ("已终止", "dead"),
    "unsure": ("送达与否不明", "unknown: sent or not"),
}


def delivered(found: Sequence[Any], language: str) -> None:
    """A line of the delivery log for each."""
    zh = language == "zh"
    if not found:
        line("没有送出过什么。" if zh else "Nothing has left.")
    for one in found:
        state = STATES[one["state"]][0 if zh else 1]
        last = one["tried"][-1]["outcome"] if one["tried"] else "—"
        tries = f"{one['attempts']} 次" if zh else f"{one['attempts']} tries"
        line(
            f"  {one['id']}  #{one['alert']} → {one['channel']}  {one['status']} "
            f"{one['restriction']}  {state} ({tries}, {last})"
        )


def carried(found: Any, language: str, *, any_channel: bool) -> None:
    zh = language == "zh"
    if not any_channel:
        line(
            "没有设置通道文件（channels），什么也不会送出。"
            if zh
            else "No file of channels is set (setting channels): nothing leaves."
        )
        return
    tried, good, dead = found["tried"], found["delivered"], found["dead"]
    unsure = found["unsure"]
    line(
        f"投递 {tried} 次：送达 {good}，终止 {dead}，送达与否不明 {unsure}，"
        f"仍在等待 {found['waiting']}"
        if zh
        else f"{tried} tries: {good} delivered, {dead} dead, {unsure} unknown, "
        f"{found['waiting']} still waiting"
    )


def leaving(found: Any, language: str) -> None:
    """What would leave, whole."""
    zh = language == "zh"
    line(
        f"对象：{found['audience_words']['zh']}；标记 {found['restriction']}；签发人 {found['by']}"
        if zh
        else f"To {found['audience_words']['en']}; marking {found['restriction']}; "
        f"sent by {found['by']}"
    )
    for one in found["messages"]:
        line(f"── {one['channel']} · {one['media']} · SHA-256 {one['sha256']}")
        for text in one["text"].split("\n"):
            line(text)
    if found["digest"] is not None:
        return
    for text in found["text"][language].split("\n"):
        line(text)
    for item in found["missing"]:
        name = item["item"]
        words = item["words"][language]
        line(f"待填 {name}：{words}" if zh else f"To fill in: {name} ({words})")
    line(("不能送出：" if zh else "Cannot be sent: ") + found["refused"][language])


def outcomes(found: Any, language: str) -> None:
    """What closed alerts turned out to be."""
    zh = language == "zh"
    line(
        f"预警 {found['alerts']} 条，未关闭 {found['open']} 条（演练不计）"
        if zh
        else f"{found['alerts']} alerts, {found['open']} not closed (drills left out)"
    )
    for name, count in found["closed"].items():
        line(f"  {found['outcome_words'][name][language]}  {count}")
    if found["share_false"] is None:
        return
    low, high = (f"{share:.0%}" for share in found["share_false_95"])
    share = f"{found['share_false']:.0%}"
    line(
        f"误报占 {share}（95 % 区间 {low} 至 {high}）"
        if zh
        else f"{share} were false (95 % interval {low} to {high})"
    )
