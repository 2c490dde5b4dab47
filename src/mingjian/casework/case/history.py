"""The events of a case in words: one line for each, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mingjian.casework.case.comparison import outcome
from mingjian.casework.case.state import EVENTS
from mingjian.casework.case.workflow import workflow
from mingjian.casework.incident import events as response
from mingjian.domain.message import Message
from mingjian.law.library import library

Body = Mapping[str, Any]
SHORT = 160
_ERASED = Message("（文字已期满清除）", "(the text was erased, its time being over)")
_FIELDS = {
    "title": Message("标题", "title"),
    "summary": Message("摘要", "summary"),
    "class": Message("类别", "class"),
    "parent": Message("上级案件", "parent"),
    "template": Message("模板", "template"),
    "playbook": Message("预案", "playbook"),
    "exercise": Message("演练", "exercise"),
    "date": Message("行为日期", "date of the act"),
    "counts": Message("数量", "counts"),
    "circumstances": Message("情节", "circumstances"),
    "excluded": Message("已排除的情节", "circumstances excluded"),
    "jurisdictions": Message("法域", "jurisdictions"),
}
ENTRIES: Mapping[str, Message] = {
    "case_opened": Message("保管链开始", "the chain of custody begins"),
    "run_started": Message("开始检验", "an examination begins"),
    "taken_in": Message("收取材料", "evidence is taken in"),
    "examined": Message("检验完毕", "examined"),
    "refused": Message("未予检验", "not examined"),
    "table_taken_in": Message("收取数据表", "a table is taken in"),
    "table_examined": Message("检验数据表", "a table was examined"),
    "exported": Message("导出保管链", "custody exported"),
    "reported": Message("出具报告", "a report was made"),
    "verified": Message("核验", "verified"),
    "time_stamped": Message("加盖可信时间戳", "time-stamped"),
    "forgotten": Message(
        "按保存期限清除监测记录", "records of a watch cleared, as its time to keep them asks"
    ),
}


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[:SHORT] + "…"


def both(text: object) -> Message:
    shown = short(str(text))
    return Message(shown, shown)


def _fields(body: Body) -> Message:
    shown = {name: value for name, value in body.items() if value not in (None, "", [], False, {})}
    parts = [(_FIELDS.get(name, both(name)), _value(name, value)) for name, value in shown.items()]
    return Message(
        "；".join(f"{name.zh}：{value.zh}" for name, value in parts),
        "; ".join(f"{name.en}: {value.en}" for name, value in parts),
    )


def _value(name: str, value: Any) -> Message:
    if name == "class":
        return workflow().classes[value]
    if name == "counts":
        words = [
            (library().counts.get(kind, both(kind)), f"{n:,.12g}") for kind, n in value.items()
        ]
        return Message(
            "，".join(f"{kind.zh} {n}" for kind, n in words),
            ", ".join(f"{kind.en} {n}" for kind, n in words),
        )
    if name in ("circumstances", "excluded"):
        known = library().circumstances
        named = [known.get(item.partition("@")[0], both(item)) for item in value]
        return Message("，".join(item.zh for item in named), ", ".join(item.en for item in named))
    if isinstance(value, list):
        return both(", ".join(map(str, value)))
    return Message("是", "yes") if value is True else both(value)


def _reason(body: Body) -> Message:
    return both(body["reason"])


def _with_reason(key: str) -> Callable[[Body], Message]:
    return lambda body: Message(
        f"{body[key]}：{short(body['reason'])}", f"{body[key]}: {short(body['reason'])}"
    )


def _evidence(key: str) -> Callable[[Body], Message]:
    def words(body: Body) -> Message:
        names = ", ".join(sha256[:12] for sha256 in body["evidence"][:5])
        number = len(body["evidence"])
        return Message(
            f"{body[key]}，{number} 件（{names}）：{short(body['reason'])}",
            f"{body[key]}, items: {number} ({names}): {short(body['reason'])}",
        )

    return words


def _note(body: Body) -> Message:
    if not body["happened"]:
        return both(body["text"])
    return both(f"[{body['happened']}] {body['text']}")


def _task(body: Body) -> Message:
    text = body["text"]
    who = f"（{body['person']}）", f" ({body['person']})"
    tail = who if body["person"] else ("", "")
    return Message(short(text["zh"]) + tail[0], short(text["en"]) + tail[1])


def _number(body: Body) -> Message:
    return both(f"#{body['id']}")


def _step(body: Body) -> Message:
    name = workflow().steps[body["step"]].name
    reason = short(body["reason"])
    return Message(f"{name.zh}：{reason}", f"{name.en}: {reason}")


def _disposition(body: Body) -> Message:
    kind = workflow().dispositions[body["kind"]]
    # What persons wrote may end in a full stop of its own.
    reason, effect, appeal = (
        short(body[name]).rstrip("。.") for name in ("reason", "effect", "appeal")
    )
    return Message(
        f"{kind.zh}。理由：{reason}。效力：{effect}。救济：{appeal}",
        f"{kind.en}. Reason: {reason}. Effect: {effect}. Appeal: {appeal}",
    )


def _kind(body: Body) -> Message:
    return workflow().dispositions[body["kind"]]


def _judged(body: Body) -> Message:
    taken = body["taken_up"]
    reason = short(body["reason"])
    return Message(
        f"{'采纳' if taken else '不采纳'} {body['conduct']}：{reason}",
        f"{'taken up' if taken else 'set aside'} {body['conduct']}: {reason}",
    )


def _compared(body: Body) -> Message:
    said, basis = outcome(body), short(body["basis"])
    return Message(f"{said.zh}。依据：{basis}", f"{said.en}. Basis: {basis}")


_DETAIL: Mapping[str, Callable[[Body], Message]] = {
    "case.edited": _fields,
    "case.drafted": _fields,
    "facts.stated": _fields,
    "case.assigned": lambda body: both(body["person"]),
    "case.unassigned": lambda body: both(body["person"]),
    "note.added": _note,
    "task.added": _task,
    "task.done": _number,
    "task.again": _number,
    "link.added": lambda body: both(f"{body['case']}: {body['why']}"),
    "link.removed": lambda body: both(body["case"]),
    "merge.into": _with_reason("into"),
    "merge.into_undone": _with_reason("of"),
    "merge.took": _with_reason("case"),
    "merge.took_undone": _with_reason("case"),
    "split.gave": _evidence("to"),
    "split.gave_undone": _evidence("to"),
    "split.got": _evidence("of"),
    "split.got_undone": _evidence("of"),
    "conduct.judged": _judged,
    "comparison.made": _compared,
    "hold.set": _reason,
    "hold.released": _reason,
    "status.changed": _step,
    "disposition.made": _disposition,
    "disposition.confirmed": _kind,
    "text.erased": _reason,
}


def name_of_event(name: str) -> Message:
    """How an event is called, of whichever aspect; an unknown one by its own name."""
    found = EVENTS.get(name)
    return found[1] if found else response.NAMES.get(name, Message(name, name))


def detail_of_event(name: str, body: Body | None) -> Message | None:
    """What an event says; None where its name says all."""
    if body is None:
        return _ERASED
    words = _DETAIL.get(name)
    return words(body) if words else None
