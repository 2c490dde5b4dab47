"""What a person wishes becomes events, or a refusal in words. Pure: nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mingjian.casework.case.state import Body, task_of
from mingjian.casework.case.workflow import Template, workflow
from mingjian.domain.message import Message

Events = list[tuple[str, dict[str, Any]]]
"""Names and bodies of events, in order."""

NAME_LENGTH = 80
TEXT_LENGTH = 20_000
LISTED = 2_000
"""Most notes, tasks or links of one case."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Refused(Exception):
    """The wish cannot be met as the case stands; says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.what = Message(zh, en)


def _text(value: str, zh: str, en: str, *, empty: bool = False) -> str:
    value = value.strip()
    if not value and not empty:
        raise Refused(f"须写明{zh}", f"say {en}: it must not be empty")
    if len(value) > TEXT_LENGTH:
        raise Refused(f"{zh}过长", f"{en} is too long (at most {TEXT_LENGTH} characters)")
    return value


def reason_of(value: str) -> str:
    """A decision's reason, never empty."""
    return _text(value, "理由", "the reason")


def name_of_case(value: str) -> str:
    """A name a new case may have."""
    value = " ".join(value.split())
    if not value or len(value) > NAME_LENGTH or not value.isprintable():
        raise Refused(
            f"案件名称须为 1 至 {NAME_LENGTH} 个可见字符",
            f"a case's name has 1 to {NAME_LENGTH} printable characters",
        )
    return value


def work_on(body: Body) -> None:
    """Refuse where the case is closed or merged."""
    status = workflow().statuses[body["status"]]
    if not status.work:
        raise Refused(
            f"案件状态为“{status.name.zh}”，不能再改动",
            f"the case is {status.name.en}: nothing in it can be changed now",
        )


def draft(name: str, title: str, summary: str, template: Template | None, exercise: bool) -> Events:
    """A new case."""
    made: Events = [
        (
            "case.drafted",
            {
                "title": _text(title or name, "标题", "the title"),
                "summary": _text(summary, "摘要", "the summary", empty=True),
                "class": "exercise"
                if exercise
                else (template.case_class if template else "unclassed"),
                "template": template.id if template else None,
                "playbook": template.playbook if template else None,
                "exercise": exercise,
            },
        )
    ]
    return made + (_tasks_of(template) if template else [])


def edit(
    body: Body,
    *,
    title: str | None = None,
    summary: str | None = None,
    case_class: str | None = None,
    parent: str | None = None,
) -> Events:
    """Change what is given; `parent` "" takes the case out of its hierarchy."""
    work_on(body)
    changed: dict[str, Any] = {}
    if title is not None:
        changed["title"] = _text(title, "标题", "the title")
    if summary is not None:
        changed["summary"] = _text(summary, "摘要", "the summary", empty=True)
    if case_class is not None:
        if case_class not in workflow().classes:
            known = ", ".join(workflow().classes)
            raise Refused(f"没有这一类：可用 {known}", f"no such class; there are {known}")
        changed["class"] = case_class
    if parent is not None:
        changed["parent"] = parent or None
    now = dict(body)
    changed = {field: value for field, value in changed.items() if now[field] != value}
    return [("case.edited", changed)] if changed else []


def use_template(body: Body, template: Template) -> Events:
    """Class, playbook and tasks of a template, for a case that has none yet."""
    work_on(body)
    if body["template"] is not None:
        raise Refused("已选用模板", "the case has a template already")
    chosen: dict[str, Any] = {"template": template.id, "playbook": template.playbook}
    if body["class"] == "unclassed":
        chosen["class"] = template.case_class
    return [("case.edited", chosen), *_tasks_of(template)]


def _tasks_of(template: Template) -> Events:
    return [("task.added", {"text": item.as_json(), "person": None}) for item in template.tasks]


def moment(value: str) -> str:
    """A moment as ISO 8601 with its offset, made UTC."""
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Refused(
            "时间须带时区，如 2026-01-31T08:00+08:00",
            "a time needs its offset from UTC: 2026-01-31T08:00+08:00",
        )
    try:
        return read.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OverflowError:
        raise Refused("时间超出范围", "a time out of range") from None


def note(body: Body, text: str, happened: str | None = None) -> Events:
    """A note; with `happened`, something stated to have happened then."""
    work_on(body)
    _room(body["notes"])
    at = moment(happened) if happened else None
    return [("note.added", {"text": _text(text, "内容", "what to note"), "happened": at})]


def _room(listed: Sequence[object]) -> None:
    if len(listed) >= LISTED:
        raise Refused(f"已有 {LISTED} 项，不能再加", f"there are {LISTED} of them already")


def task(body: Body, text: str, person: str | None = None) -> Events:
    work_on(body)
    _room(body["tasks"])
    written = _text(text, "任务", "what is to be done")
    return [("task.added", {"text": {"zh": written, "en": written}, "person": person})]


def task_done(body: Body, number: int, done: bool = True) -> Events:
    work_on(body)
    found = task_of(body, number)
    if found is None:
        raise Refused(f"没有第 {number} 号任务", f"there is no task {number}")
    if (found["done"] is not None) == done:
        return []
    return [("task.done" if done else "task.again", {"id": number})]


def assign(body: Body, person: str, assigned: bool = True) -> Events:
    work_on(body)
    person = _text(person, "姓名", "who")
    if (person in body["assigned"]) == assigned:
        return []
    return [("case.assigned" if assigned else "case.unassigned", {"person": person})]


def link(body: Body, other: str, why: str) -> Events:
    work_on(body)
    _room(body["links"])
    if any(item["case"] == other for item in body["links"]):
        raise Refused(f"已与“{other}”关联", f"it is linked to “{other}” already")
    return [("link.added", {"case": other, "why": reason_of(why)})]


def unlink(body: Body, other: str) -> Events:
    work_on(body)
    if all(item["case"] != other for item in body["links"]):
        raise Refused(f"未与“{other}”关联", f"it is not linked to “{other}”")
    return [("link.removed", {"case": other})]


def merge(own: Body, into: Body, name: str, target: str, reason: str) -> tuple[Events, Events]:
    """What happens to the case merged, and to the one that takes it in."""
    work_on(own)
    work_on(into)
    if own["exercise"] != into["exercise"]:
        raise Refused("演练与真实案件不能合并", "an exercise and a real case cannot be merged")
    reason = reason_of(reason)
    return (
        [("merge.into", {"into": target, "reason": reason})],
        [("merge.took", {"case": name, "reason": reason})],
    )


def unmerge(own: Body, into: Body, name: str, reason: str) -> tuple[Events, Events]:
    if own["merged_into"] is None or name not in into["merged"]:
        raise Refused("该案未并入他案", "this case was not merged into another")
    work_on(into)
    reason = reason_of(reason)
    return (
        [("merge.into_undone", {"of": own["merged_into"], "reason": reason})],
        [("merge.took_undone", {"case": name, "reason": reason})],
    )


def split(
    own: Body, name: str, target: str, evidence: Iterable[str], reason: str
) -> tuple[Events, Events]:
    """Items of evidence that go to a new case of their own."""
    work_on(own)
    moved = sorted(set(evidence))
    if not moved or not all(_SHA256.fullmatch(item) for item in moved):
        raise Refused("请给出要分出的材料", "name the evidence to split off")
    reason = reason_of(reason)
    return (
        [("split.gave", {"to": target, "evidence": moved, "reason": reason})],
        [("split.got", {"of": name, "evidence": moved, "reason": reason})],
    )


def unsplit(own: Body, other: Body, name: str, target: str, reason: str) -> tuple[Events, Events]:
    """All that `name` gave to `target` comes back."""
    moved = sorted(sha256 for sha256, to in own["given"].items() if to == target)
    if not moved:
        raise Refused(f"没有分给“{target}”的材料", f"nothing was split off to “{target}”")
    work_on(own)
    work_on(other)
    if any(sha256 in other["given"] for sha256 in moved):
        raise Refused(
            f"“{target}”已将其中材料再分出，请先撤销",
            f"“{target}” has split some of it off again: undo that first",
        )
    reason = reason_of(reason)
    return (
        [("split.gave_undone", {"to": target, "evidence": moved, "reason": reason})],
        [("split.got_undone", {"of": name, "evidence": moved, "reason": reason})],
    )


def judge(body: Body, conduct: str, taken_up: bool, reason: str) -> Events:
    work_on(body)
    reason = reason_of(reason)
    return [("conduct.judged", {"conduct": conduct, "taken_up": taken_up, "reason": reason})]


def compare(body: Body, basis: str, made: Mapping[str, Any]) -> Events:
    """Two items were compared, on a legal basis that is stated in words."""
    work_on(body)
    _room(body["comparisons"])
    stated = _text(basis, "法律依据（条文、批准文书编号）", "the legal basis (article, warrant)")
    return [("comparison.made", {"basis": stated, **made})]


def hold(body: Body, reason: str) -> Events:
    if body["hold"] is not None:
        raise Refused("已有保留令", "there is a legal hold already")
    return [("hold.set", {"reason": reason_of(reason)})]


def release(body: Body, reason: str) -> Events:
    if body["hold"] is None:
        raise Refused("没有保留令", "there is no legal hold")
    return [("hold.released", {"reason": reason_of(reason)})]


def step(body: Body, verb: str, reason: str, *, two_persons: bool = False) -> Events:
    """Take the case to its next status; `two_persons`: the rule asks for a second person."""
    wanted = workflow().steps[verb]
    if body["status"] not in wanted.start:
        now = workflow().statuses[body["status"]].name
        names = [workflow().statuses[name].name for name in wanted.start]
        zh, en = "”或“".join(item.zh for item in names), " or ".join(item.en for item in names)
        raise Refused(
            f"案件状态为“{now.zh}”；只有“{zh}”的案件可以{wanted.name.zh}",
            f"the case is {now.en}; only a case that is {en} can be {wanted.name.en}",
        )
    reason = reason_of(reason)
    if wanted.disposition:
        _disposed(body, two_persons)
    return [("status.changed", {"step": verb, "to": wanted.to, "reason": reason})]


def _disposed(body: Body, two_persons: bool) -> None:
    if body["disposition"] is None:
        raise Refused(
            "尚未有人作出处置，不能结案",
            "nobody has decided what becomes of the matter: make a disposition first",
        )
    if two_persons and body["disposition"]["confirmed"] is None:
        raise Refused(
            "一、二级事件的处置须由第二人确认后方可结案",
            "with grade I or II a second person must confirm the disposition before closing",
        )


def dispose(body: Body, kind: str, reason: str, effect: str, appeal: str) -> Events:
    work_on(body)
    if kind not in workflow().dispositions:
        known = ", ".join(workflow().dispositions)
        raise Refused(f"没有这种处置：可用 {known}", f"no such disposition; there are {known}")
    if (kind == "exercise") != body["exercise"]:
        raise Refused(
            "演练只能以“演练结束”处置，真实案件不能",
            "an exercise ends as an exercise, and only an exercise does",
        )
    made = {
        "kind": kind,
        "reason": reason_of(reason),
        "effect": _text(effect, "效力", "what follows from it"),
        "appeal": _text(appeal, "救济途径", "how it can be looked at again"),
    }
    return [("disposition.made", made)]


def confirm(body: Body) -> Events:
    work_on(body)
    if body["disposition"] is None:
        raise Refused("尚无处置可确认", "there is no disposition to confirm")
    if body["disposition"]["confirmed"] is not None:
        raise Refused("处置已经确认", "the disposition is confirmed already")
    return [("disposition.confirmed", {"kind": body["disposition"]["kind"]})]
