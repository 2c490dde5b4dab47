"""What can be done on the pages of a case: each calls one use case, which checks the role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mingjian.app import case_decisions, case_facts, case_relations, cases, desk
from mingjian.app.access import Actor
from mingjian.app.cases import ChangedMeanwhile
from mingjian.casework.case.history import short
from mingjian.domain.message import Message
from mingjian.store.store import Store
from mingjian.web.page import Asked
from mingjian.web.session import Deed, Given, Went
from mingjian.web.typed import amount, moment

Work = Callable[[Store, Actor, str, Given], Message]
"""Changes a case by what was typed; the sentence to show."""
CHANGES = 6
"""Changes by others that are named when a form came too late."""


@contextmanager
def late_told(store: Store, actor: Actor, case: str, aspect: str, given: Given) -> Iterator[None]:
    """Where somebody changed the case since the page was read: what, by whom, and when."""
    try:
        yield
    except ChangedMeanwhile as late:
        seen = given.number("revision") or 0
        rows: list[Any] = case_relations.changes_since(store, actor, case, aspect, seen)
        lines = {"zh": [], "en": []}  # type: dict[str, list[str]]
        for row in rows[-CHANGES:]:
            for language, said in lines.items():
                detail = row["detail"][language] if row["detail"] else ""
                what = row["what"][language] + (f" ({short(detail)})" if detail else "")
                said.append(f"{row['at'][11:16]} UTC {row['by']}: {what}")
        raise ChangedMeanwhile(
            late.what,
            Message(
                f"其间：{'；'.join(lines['zh'])}。你填写的内容保留在下面，核对后可再提交。",
                f"Since then: {'; '.join(lines['en'])}. What you typed is kept below: look it "
                "over and send it again.",
            ),
        ) from None


def deed(
    name: str,
    does: Message,
    action: str,
    work: Work,
    takes: tuple[str, ...],
    *,
    page: str = "case",
    aspect: str = "case",
) -> Deed:
    """A deed on the case that the page was asked for, which comes back to that page."""

    def do(asked: Asked, given: Given) -> Went:
        case = asked["name"]
        with asked.store() as store:
            desk.known(store, case)
            with late_told(store, asked.actor, case, aspect, given):
                said = work(store, asked.actor, case, given)
        return Went(said, page, {"name": case})

    return Deed(name=name, does=does, action=action, do=do, takes=(*takes, "revision", "form"))


# ---- the case itself ------------------------------------------------------------------------

_STEPS = {
    "open": (Message("立为案件", "open the case"), Message("已立为案件", "the case is open")),
    "submit": (
        Message("提交复核", "hand it to review"),
        Message("已提交复核", "handed to review"),
    ),
    "return": (Message("退回补充", "send it back"), Message("已退回补充", "sent back")),
    "close": (Message("结案", "close the case"), Message("已结案", "the case is closed")),
    "reopen": (
        Message("重新办理", "take it up again"),
        Message("已重新办理", "the case is open again"),
    ),
    "hold": (
        Message("设置保留令", "put it on legal hold"),
        Message("已设置保留令", "the case is on legal hold"),
    ),
    "release": (
        Message("解除保留令", "release the legal hold"),
        Message("已解除保留令", "the legal hold is released"),
    ),
    "erase": (
        Message("期满清除文字", "erase what persons wrote"),
        Message("文字已清除，经过与散列值保留", "erased; who did what, and the hashes, stay"),
    ),
}
"""Step -> what its button says, and what is said when it is done. Each asks for a reason."""
_USE_CASES: dict[str, Callable[..., object]] = {
    "open": case_decisions.open_,
    "return": case_decisions.return_,
}


def _step(verb: str) -> Deed:
    use_case = _USE_CASES.get(verb) or getattr(case_decisions, verb)
    # Closing rests on what the page showed; the other steps lose nothing by coming late.
    seen = verb == "close"

    def work(store: Store, actor: Actor, case: str, given: Given) -> Message:
        more = {"revision": given.number("revision")} if seen else {}
        use_case(store, actor, case, given["reason"], **more)
        return _STEPS[verb][1]

    return deed(verb, _STEPS[verb][0], f"case.{verb}", work, ("reason",))


def _edit(store: Store, actor: Actor, case: str, given: Given) -> Message:
    cases.edit(
        store,
        actor,
        case,
        title=given["title"],
        summary=given["summary"],
        case_class=given["class"] or None,
        parent=given["parent"],
        template=given["template"] or None,
        revision=given.number("revision"),
    )
    return Message("案件信息已改", "the details are changed")


def _note(store: Store, actor: Actor, case: str, given: Given) -> Message:
    cases.note(store, actor, case, given["text"], happened=moment(given, "happened"))
    return Message("已记下", "noted")


def _task(store: Store, actor: Actor, case: str, given: Given) -> Message:
    cases.task(store, actor, case, given["text"], person=given["person"] or None)
    return Message("已添加任务", "the task is added")


def _task_done(store: Store, actor: Actor, case: str, given: Given) -> Message:
    done = given["done"] != "no"
    cases.task_done(store, actor, case, given.number("id") or 0, done=done)
    if done:
        return Message("任务已完成", "the task is done")
    return Message("任务重新进行", "the task is taken up again")


def _assign(store: Store, actor: Actor, case: str, given: Given) -> Message:
    assigned = given["assigned"] != "no"
    cases.assign(store, actor, case, given["person"], assigned=assigned)
    person = given["person"][:80]
    if assigned:
        return Message(f"已指派 {person}", f"assigned to {person}")
    return Message(f"已取消指派 {person}", f"no longer assigned to {person}")


def _dispose(store: Store, actor: Actor, case: str, given: Given) -> Message:
    case_decisions.dispose(
        store,
        actor,
        case,
        given["kind"],
        given["reason"],
        given["effect"],
        given["appeal"],
        revision=given.number("revision"),
    )
    return Message("处置已作出", "the disposition is made")


def _confirm(store: Store, actor: Actor, case: str, given: Given) -> Message:
    case_decisions.confirm(store, actor, case, revision=given.number("revision"))
    return Message("处置已由第二人确认", "a second person has confirmed the disposition")


CASE_DEEDS = (
    *map(_step, _STEPS),
    deed(
        "edit",
        Message("修改案件信息", "change the details"),
        "case.edit",
        _edit,
        ("title", "summary", "class", "parent", "template"),
    ),
    deed(
        "note",
        Message("添加记录", "add a note"),
        "case.note",
        _note,
        ("text", "happened", "happened_zone"),
    ),
    deed("task", Message("添加任务", "add a task"), "case.task", _task, ("text", "person")),
    deed(
        "task-done",
        Message("完成任务", "tick a task off"),
        "case.task",
        _task_done,
        ("id", "done"),
    ),
    deed("assign", Message("指派", "assign"), "case.assign", _assign, ("person", "assigned")),
    deed(
        "dispose",
        Message("作出处置", "make the disposition"),
        "case.dispose",
        _dispose,
        ("kind", "reason", "effect", "appeal"),
    ),
    deed(
        "confirm",
        Message("作为第二人确认处置", "confirm as the second person"),
        "case.confirm",
        _confirm,
        (),
    ),
)


def _new(asked: Asked, given: Given) -> Went:
    with asked.store() as store:
        done = cases.new(
            store,
            asked.actor,
            given["name"],
            title=given["title"],
            summary=given["summary"],
            template=given["template"] or None,
            exercise=given["exercise"] == "yes",
        )
    said = Message(f"已建立草稿“{done.case}”", f"the draft “{done.case}” is made")
    return Went(said, "case", {"name": done.case})


NEW_DEEDS = (
    Deed(
        name="make",
        does=Message("建立草稿", "make a draft"),
        action="case.new",
        do=_new,
        takes=("name", "title", "summary", "template", "exercise", "form"),
    ),
)


# ---- conduct and law ------------------------------------------------------------------------


def _judge(store: Store, actor: Actor, case: str, given: Given) -> Message:
    taken_up = given["taken_up"] == "yes"
    case_facts.judge(
        store,
        actor,
        case,
        given["conduct"],
        taken_up,
        given["reason"],
        revision=given.number("revision"),
    )
    if taken_up:
        return Message("已采纳", "taken up")
    return Message("已标为不采纳", "set aside")


CONDUCT_DEEDS = (
    deed(
        "judge",
        Message("采纳或不采纳一项行为", "take a conduct up, or set it aside"),
        "case.conduct",
        _judge,
        ("conduct", "taken_up", "reason"),
        page="conducts",
    ),
)


def _facts(store: Store, actor: Actor, case: str, given: Given) -> Message:
    counts = {
        name.removeprefix("count."): amount(given, name)
        for name in given.fields
        if name.startswith("count.")
    }
    more = given["more_kind"]
    if more:
        counts[more] = amount(given, "more_count")
    said: dict[str, list[str]] = {"yes": [], "no": [], "": []}
    for name in given.fields:
        if name.startswith("if."):
            said.get(given[name], said[""]).append(name.removeprefix("if."))
    case_facts.state_facts(
        store,
        actor,
        case,
        date=next(iter(given.all("date")), None),
        counts=counts,
        circumstances=said["yes"],
        excluded=said["no"],
        unknown=said[""],
        jurisdictions=given.all("jurisdiction") or None,
        revision=given.number("revision"),
    )
    return Message("事实已记下", "the facts are stated")


LAW_DEEDS = (
    deed(
        "facts",
        Message("陈述供法条匹配的事实", "state facts for the law"),
        "case.edit",
        _facts,
        ("date", "jurisdiction", "more_kind", "more_count"),
        page="case-law",
    ),
)
