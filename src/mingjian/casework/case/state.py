"""What a case is, and what each event does to it.

The state is JSON (it lives in the store); `Body` types it. `apply` is the one place where an
event has an effect: the stored state of a case always equals its events applied in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict, cast

from mingjian.casework.case.comparison import Comparison
from mingjian.domain.message import Message

Args = Mapping[str, Any]


class Decision(TypedDict):
    """A person's decision, as it stands in the state and on every document."""

    step: str
    by: str
    role: str
    at: str
    reason: str


class Confirmation(TypedDict):
    by: str
    role: str
    at: str


class Disposition(TypedDict):
    """What a person decided should become of the matter."""

    kind: str
    by: str
    role: str
    at: str
    reason: str
    effect: str
    """What follows from it, for whom, from when."""
    appeal: str
    """Where and until when those concerned can have it looked at again."""
    confirmed: Confirmation | None
    """The second person, where the rule asks for one."""


class Task(TypedDict):
    id: int
    text: dict[str, str]
    """In both languages for a template's task; what a person typed stands in both."""
    person: str | None
    done: Confirmation | None


class Note(TypedDict):
    id: int
    by: str
    at: str
    text: str
    happened: str | None
    """UTC, if the note tells when something happened: then it stands in the timeline."""


class Link(TypedDict):
    case: str
    why: str
    by: str
    at: str


class Hold(TypedDict):
    by: str
    at: str
    reason: str


class Judged(TypedDict):
    """A person's view of a suggested conduct: taken up, or set aside."""

    taken_up: bool
    by: str
    at: str
    reason: str


class CaseFacts(TypedDict):
    """What is stated for the law: see `mingjian.law.facts`. Absent means unknown."""

    date: str | None
    counts: dict[str, float]
    circumstances: list[str]
    excluded: list[str]
    jurisdictions: list[str]


Body = TypedDict(
    "Body",
    {
        "status": str,
        "title": str,
        "summary": str,
        "class": str,
        "template": str | None,
        "playbook": str | None,
        "exercise": bool,
        "parent": str | None,
        "assigned": list[str],
        "tasks": list[Task],
        "notes": list[Note],
        "links": list[Link],
        "merged_into": str | None,
        "status_before_merge": str | None,
        "merged": list[str],
        "given": dict[str, str],
        "taken": dict[str, str],
        "facts": CaseFacts,
        "conducts": dict[str, Judged],
        "comparisons": list[Comparison],
        "hold": Hold | None,
        "disposition": Disposition | None,
        "past_dispositions": list[Disposition],
        "decisions": list[Decision],
    },
)
"""`given` and `taken`: SHA-256 of an item of evidence -> the case it went to or came from."""


def fresh(title: str) -> Body:
    """A draft that nobody has touched."""
    return {
        "status": "draft",
        "title": title,
        "summary": "",
        "class": "unclassed",
        "template": None,
        "playbook": None,
        "exercise": False,
        "parent": None,
        "assigned": [],
        "tasks": [],
        "notes": [],
        "links": [],
        "merged_into": None,
        "status_before_merge": None,
        "merged": [],
        "given": {},
        "taken": {},
        "facts": {
            "date": None,
            "counts": {},
            "circumstances": [],
            "excluded": [],
            "jurisdictions": [],
        },
        "conducts": {},
        "comparisons": [],
        "hold": None,
        "disposition": None,
        "past_dispositions": [],
        "decisions": [],
    }


def body_of(case: str, stored: Mapping[str, object]) -> Body:
    """The stored state as a `Body`; what it lacks, all of it where nobody has touched the case,
    is as in a fresh draft of its name."""
    return cast(Body, {**fresh(case), **stored})


class By(TypedDict):
    """Who did something, and when."""

    by: str
    role: str
    at: str


def _edited(body: Body, args: Args, by: By) -> None:
    cast(dict[str, Any], body).update(args)


def _facts(body: Body, args: Args, by: By) -> None:
    cast(dict[str, Any], body["facts"]).update(args)


def _assigned(body: Body, args: Args, by: By) -> None:
    if args["person"] not in body["assigned"]:
        body["assigned"].append(args["person"])


def _unassigned(body: Body, args: Args, by: By) -> None:
    body["assigned"].remove(args["person"])


def _noted(body: Body, args: Args, by: By) -> None:
    note: Note = {
        "id": _next(body["notes"]),
        "by": by["by"],
        "at": by["at"],
        "text": args["text"],
        "happened": args["happened"],
    }
    body["notes"].append(note)


def _task_added(body: Body, args: Args, by: By) -> None:
    task: Task = {
        "id": _next(body["tasks"]),
        "text": args["text"],
        "person": args["person"],
        "done": None,
    }
    body["tasks"].append(task)


def _next(listed: Iterable[Any]) -> int:
    return max((item["id"] for item in listed), default=0) + 1


def task_of(body: Body, number: int) -> Task | None:
    return next((task for task in body["tasks"] if task["id"] == number), None)


def _task_done(body: Body, args: Args, by: By) -> None:
    task = task_of(body, args["id"])
    assert task is not None
    task["done"] = cast(Confirmation, dict(by))


def _task_again(body: Body, args: Args, by: By) -> None:
    task = task_of(body, args["id"])
    assert task is not None
    task["done"] = None


def _linked(body: Body, args: Args, by: By) -> None:
    link: Link = {"case": args["case"], "why": args["why"], "by": by["by"], "at": by["at"]}
    body["links"].append(link)


def _unlinked(body: Body, args: Args, by: By) -> None:
    body["links"] = [link for link in body["links"] if link["case"] != args["case"]]


def _merged_away(body: Body, args: Args, by: By) -> None:
    body["status_before_merge"] = body["status"]
    body["status"] = "merged"
    body["merged_into"] = args["into"]


def _merge_undone(body: Body, args: Args, by: By) -> None:
    body["status"] = body["status_before_merge"] or "draft"
    body["status_before_merge"] = body["merged_into"] = None


def _took_in(body: Body, args: Args, by: By) -> None:
    body["merged"].append(args["case"])


def _let_go(body: Body, args: Args, by: By) -> None:
    body["merged"].remove(args["case"])


def _gave(body: Body, args: Args, by: By) -> None:
    body["given"].update(dict.fromkeys(args["evidence"], args["to"]))


def _got(body: Body, args: Args, by: By) -> None:
    body["taken"].update(dict.fromkeys(args["evidence"], args["of"]))


def _got_back(body: Body, args: Args, by: By) -> None:
    for sha256 in args["evidence"]:
        del body["given"][sha256]


def _gave_back(body: Body, args: Args, by: By) -> None:
    for sha256 in args["evidence"]:
        del body["taken"][sha256]


def _judged(body: Body, args: Args, by: By) -> None:
    judged: Judged = {
        "taken_up": args["taken_up"],
        "by": by["by"],
        "at": by["at"],
        "reason": args["reason"],
    }
    body["conducts"][args["conduct"]] = judged


def _compared(body: Body, args: Args, by: By) -> None:
    body["comparisons"].append(cast(Comparison, {**by, **args}))


def _held(body: Body, args: Args, by: By) -> None:
    body["hold"] = {"by": by["by"], "at": by["at"], "reason": args["reason"]}


def _released(body: Body, args: Args, by: By) -> None:
    body["hold"] = None


def _stepped(body: Body, args: Args, by: By) -> None:
    body["status"] = args["to"]
    decision: Decision = {**by, "step": args["step"], "reason": args["reason"]}
    body["decisions"].append(decision)
    if args["step"] == "reopen" and body["disposition"] is not None:
        body["past_dispositions"].append(body["disposition"])
        body["disposition"] = None


def _disposed(body: Body, args: Args, by: By) -> None:
    if body["disposition"] is not None:
        body["past_dispositions"].append(body["disposition"])
    body["disposition"] = {
        **by,
        "kind": args["kind"],
        "reason": args["reason"],
        "effect": args["effect"],
        "appeal": args["appeal"],
        "confirmed": None,
    }


def _confirmed(body: Body, args: Args, by: By) -> None:
    assert body["disposition"] is not None
    body["disposition"]["confirmed"] = cast(Confirmation, dict(by))


def _erased(body: Body, args: Args, by: By) -> None:
    body["notes"] = []
    body["title"], body["summary"] = "—", ""
    for task in body["tasks"]:
        task["text"] = {"zh": "（已清除）", "en": "(erased)"}


def _nothing(body: Body, args: Args, by: By) -> None:
    pass


Effect = Callable[[Body, Args, By], None]

EVENTS: Mapping[str, tuple[Effect, Message]] = {
    "case.edited": (_edited, Message("修改案件信息", "case details changed")),
    "case.drafted": (_edited, Message("建立草稿", "draft made")),
    "case.assigned": (_assigned, Message("指派", "assigned")),
    "case.unassigned": (_unassigned, Message("取消指派", "assignment ended")),
    "facts.stated": (_facts, Message("陈述事实", "facts stated")),
    "note.added": (_noted, Message("添加记录", "note added")),
    "task.added": (_task_added, Message("添加任务", "task added")),
    "task.done": (_task_done, Message("完成任务", "task done")),
    "task.again": (_task_again, Message("任务重新进行", "task taken up again")),
    "link.added": (_linked, Message("关联案件", "linked to a case")),
    "link.removed": (_unlinked, Message("解除关联", "link removed")),
    "merge.into": (_merged_away, Message("并入他案", "merged into another case")),
    "merge.into_undone": (_merge_undone, Message("撤销并入", "merging undone")),
    "merge.took": (_took_in, Message("接收并案", "took in a merged case")),
    "merge.took_undone": (_let_go, Message("撤销接收并案", "let go of a merged case")),
    "split.gave": (_gave, Message("分出材料", "evidence split off")),
    "split.gave_undone": (_got_back, Message("收回分出的材料", "evidence taken back")),
    "split.got": (_got, Message("接收分出的材料", "evidence received from a split")),
    "split.got_undone": (_gave_back, Message("退回分得的材料", "evidence given back")),
    "conduct.judged": (_judged, Message("对行为建议表态", "suggested conduct judged")),
    "comparison.made": (_compared, Message("比对两件材料", "two items compared")),
    "hold.set": (_held, Message("设置保留令", "legal hold set")),
    "hold.released": (_released, Message("解除保留令", "legal hold released")),
    "status.changed": (_stepped, Message("变更状态", "status changed")),
    "disposition.made": (_disposed, Message("作出处置", "disposition made")),
    "disposition.confirmed": (_confirmed, Message("第二人确认处置", "disposition confirmed")),
    "artefacts.revealed": (_nothing, Message("查看未遮盖的线索", "artefacts seen in clear")),
    "text.erased": (_erased, Message("期满清除文字", "texts erased, their time being over")),
}
"""Event -> what it does to the state, and how it is called."""


def apply(body: Body, name: str, args: Args, by: By) -> Body:
    """`body` after the event; `body` itself may be altered."""
    EVENTS[name][0](body, args, by)
    return body
