"""Ties between cases: linked, merged, split, and each of these undone."""

from __future__ import annotations

import json

from mingjian.app import case_decisions, case_evidence, cases, desk
from mingjian.app.access import Actor
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.store.store import Store
from mingjian.web.case_deeds import Work, deed
from mingjian.web.page import Asked
from mingjian.web.session import Deed, Given, Sent


def _other(store: Store, given: Given) -> str:
    other = given["other"]
    desk.known(store, other)
    return other


def _link(store: Store, actor: Actor, case: str, given: Given) -> Message:
    cases.link(store, actor, case, _other(store, given), given["reason"])
    return Message("已关联", "the cases are linked")


def _unlink(store: Store, actor: Actor, case: str, given: Given) -> Message:
    cases.unlink(store, actor, case, _other(store, given))
    return Message("已解除关联", "the link is removed")


def _merge(store: Store, actor: Actor, case: str, given: Given) -> Message:
    other = _other(store, given)
    case_decisions.merge(
        store, actor, case, other, given["reason"], revision=given.number("revision")
    )
    return Message(f"已并入“{other}”，可撤销", f"merged into “{other}”; it can be undone")


def _unmerge(store: Store, actor: Actor, case: str, given: Given) -> Message:
    """Undo a merge from either side; `merged` names the case that was merged."""
    merged = given["merged"] or case
    desk.known(store, merged)
    if merged != case and store.state(merged).body.get("merged_into") != case:
        raise UsageError(Message("该案未并入本案", "that case was not merged into this one"))
    case_decisions.unmerge(store, actor, merged, given["reason"])
    return Message("已撤销并案", "the merge is undone")


def _split(store: Store, actor: Actor, case: str, given: Given) -> Message:
    case_decisions.split(
        store,
        actor,
        case,
        given["into"],
        given.all("evidence"),
        given["reason"],
        revision=given.number("revision"),
    )
    return Message(f"已分出到“{given['into'][:80]}”", f"split off to “{given['into'][:80]}”")


def _unsplit(store: Store, actor: Actor, case: str, given: Given) -> Message:
    case_decisions.unsplit(store, actor, case, _other(store, given), given["reason"])
    return Message("材料已收回", "the evidence is taken back")


def _reveal(asked: Asked, given: Given) -> Sent:
    """The artefacts in clear, as a file: who saw them stands in custody."""
    case = asked["name"]
    with asked.store() as store:
        desk.known(store, case)
        found = case_evidence.artefacts_of(store, asked.actor, case, reveal=True)
    return Sent(f"{case}-artefacts.json", json.dumps(found, indent=1).encode("ascii"))


def _ties(name: str, does: Message, action: str, work: Work, *takes: str) -> Deed:
    return deed(name, does, action, work, takes, page="relations")


TIE_DEEDS = (
    _ties("link", Message("关联案件", "link two cases"), "case.link", _link, "other", "reason"),
    _ties("unlink", Message("解除关联", "remove a link"), "case.link", _unlink, "other"),
    _ties(
        "merge",
        Message("并入另一案件", "merge it into another"),
        "case.merge",
        _merge,
        "other",
        "reason",
    ),
    _ties(
        "unmerge",
        Message("撤销并案", "undo a merge"),
        "case.merge",
        _unmerge,
        "merged",
        "reason",
    ),
    _ties(
        "split",
        Message("分出材料到新案件", "split evidence off to a new case"),
        "case.split",
        _split,
        "into",
        "evidence",
        "reason",
    ),
    _ties(
        "unsplit",
        Message("收回分出的材料", "take back what was split off"),
        "case.split",
        _unsplit,
        "other",
        "reason",
    ),
    Deed(
        name="reveal",
        does=Message("下载未遮盖的线索", "download the artefacts in clear"),
        action="case.reveal",
        do=_reveal,
    ),
)
