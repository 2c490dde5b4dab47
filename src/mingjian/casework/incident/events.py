"""What was done about an incident, in words: the events of grade, notices, playbooks, drills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mingjian.domain.message import Message

Body = Mapping[str, Any]
NAMES: Mapping[str, Message] = {
    "incident.stated": Message("陈述事件事实", "facts of the incident stated"),
    "incident.proposed": Message("提议定级", "grade proposed"),
    "incident.graded": Message("定级", "graded"),
    "incident.confirmed": Message("第二人确认定级", "grade confirmed by a second person"),
    "incident.notice_drafted": Message("起草通知", "notice drafted"),
    "incident.notice_approved": Message("同意签发通知", "notice approved"),
    "incident.notice_released": Message("签发通知", "notice released"),
    "playbook.started": Message("开始执行预案", "playbook begun"),
    "playbook.answered": Message("预案步骤", "playbook step"),
    "playbook.letter": Message("起草文书", "letter drafted"),
    "playbook.preserved": Message("保全", "evidence preserved"),
    "playbook.ended": Message("预案走完", "playbook ended"),
    "playbook.stated": Message("填写文书内容", "facts for letters stated"),
    "drill.started": Message("演练开始（Exercise）", "drill begun (Exercise)"),
    "drill.answered": Message("演练回答（Exercise）", "answer in a drill (Exercise)"),
    "drill.ended": Message("演练结束（Exercise）", "drill ended (Exercise)"),
}
NOTICES = {
    "authority": Message("致主管部门", "to the authority"),
    "enterprise": Message("致单位", "to an enterprise"),
    "public": Message("致公众和个人", "to the public"),
    "eu": Message("致欧盟机构", "to an EU authority"),
}
OUTCOMES = {
    "done": Message("完成", "done"),
    "failed": Message("未成", "failed"),
    "skipped": Message("跳过", "skipped"),
    "yes": Message("是", "yes"),
    "no": Message("否", "no"),
}


def _same(value: object) -> Message:
    return Message(str(value), str(value))


def _stated(body: Body) -> Message:
    number = len((body.get("facts") or {}).get("facts") or {})
    return Message(f"{number} 项事实", f"facts: {number}")


def _graded(body: Body) -> Message:
    level, other = body["level"], body["suggested"]
    zh, en = f"{level} 级", f"level {level}"
    if level != other:
        zh, en = f"{zh}（建议为 {other} 级）", f"{en} (suggested: {other})"
    return Message(f"{zh}：{body['reason']}", f"{en}: {body['reason']}")


def _notice(body: Body) -> Message:
    to = NOTICES.get(body["to"], _same(body["to"]))
    digest = str(body["sha256"])[:12]
    tail = f"：{body['reason']}" if body.get("reason") else ""
    return Message(f"{to.zh}（{digest}）{tail}", f"{to.en} ({digest}){tail.replace('：', ': ')}")


def _answered(body: Body) -> Message:
    outcome = OUTCOMES.get(body["outcome"], _same(body["outcome"]))
    note = body.get("note") or ""
    return Message(
        f"{body['name']['zh']}：{outcome.zh} {note}".rstrip(),
        f"{body['name']['en']}: {outcome.en} {note}".rstrip(),
    )


def _preserved(body: Body) -> Message:
    return Message(body["name"]["zh"], body["name"]["en"])


def _stated_for_letters(body: Body) -> Message:
    number = len(body["values"])
    return Message(f"{number} 项", f"items: {number}")


def _drill_begun(body: Body) -> Message:
    speed = f"{body['speed']:g}"
    return Message(f"{body['title']['zh']}，{speed} 倍速", f"{body['title']['en']}, {speed}x")


def _drill_answered(body: Body) -> Message:
    return _same(f"{body['to']} {body['choice']} {body['text']}".rstrip())


def _drill(body: Body) -> Message:
    counts = ", ".join(f"{name} {number}" for name, number in body["counts"].items())
    return _same(f"{body['scenario']} ({counts})")


_DETAIL: Mapping[str, Callable[[Body], Message]] = {
    "incident.stated": _stated,
    "incident.proposed": _graded,
    "incident.graded": _graded,
    "incident.confirmed": lambda body: Message(f"{body['level']} 级", f"level {body['level']}"),
    "incident.notice_drafted": _notice,
    "incident.notice_approved": _notice,
    "incident.notice_released": _notice,
    "playbook.answered": _answered,
    "playbook.letter": lambda body: _same(f"{body['template']} ({body['status']})"),
    "playbook.preserved": _preserved,
    "playbook.stated": _stated_for_letters,
    "drill.started": _drill_begun,
    "drill.answered": _drill_answered,
    "drill.ended": _drill,
}


def worded(name: str, body: Body) -> dict[str, Any]:
    """The event's body with what it says in words, so that the wording is in custody, too."""
    words = _DETAIL.get(name)
    return {**body, "words": words(body).as_json()} if words else dict(body)


TEXTS = frozenset(
    {"incident.stated", "incident.proposed", "incident.graded", "incident.notice_approved"}
    | {"playbook.answered", "playbook.stated", "drill.answered"}
)
"""Events that hold what persons wrote; erased with the case's other texts when its time is over."""
_WRITTEN = frozenset({"note", "reason", "title", "text"})
_STATED = frozenset({"notice", "values"})
"""What people stated item by item."""


def without_texts(value: Any) -> Any:
    """A state of these aspects without what persons wrote; levels, times and hashes stay."""
    if isinstance(value, Mapping):
        return {
            key: {} if key in _STATED else "" if key in _WRITTEN else without_texts(item)
            for key, item in value.items()
        }
    return [without_texts(item) for item in value] if isinstance(value, list) else value
