"""The incident of a case: its facts and grade, confirmed by two where grave; its notices.

Kept as the aspect `incident` of the case, so every step is an event in its custody chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, cast

from mingjian.app import incident, incident_notice
from mingjian.app.access import Actor, needs_two, require, require_other_person
from mingjian.app.cases import INCIDENT, in_words
from mingjian.app.errors import UsageError
from mingjian.app.incident import Assessment
from mingjian.casework.incident.events import worded
from mingjian.casework.incident.level import LEVELS
from mingjian.casework.incident.scheme import schemes
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.respond.document import Draft, ExerciseDocument, Released
from mingjian.store.cases import Change, NewEvent, State
from mingjian.store.store import Store

REASON = 2000


def event_of(name: str, body: Mapping[str, object]) -> NewEvent:
    """An event of this or a neighbouring aspect, with its wording."""
    return NewEvent(name, worded(name, body))


def _reason(text: str) -> str:
    if not text.strip():
        raise UsageError(Message("须写明理由", "a reason must be given"))
    return text.strip()[:REASON]


def _level(name: str) -> str:
    if name not in LEVELS:
        raise UsageError(
            Message(f"没有这一级：{name[:20]}", f"no such level: {name[:20]}"),
            Message("可选：I、II、III、IV", "one of: I, II, III, IV"),
        )
    return name


def _change(
    store: Store,
    actor: Actor,
    case: str,
    decide: Callable[[State], Change | None],
    revision: int | None = None,
) -> State:
    with in_words():
        return store.change(
            case,
            decide,
            actor=actor.name,
            role=str(actor.role),
            aspect=INCIDENT,
            revision=revision,
        )


def is_exercise(store: Store, case: str) -> bool:
    """Whether the case is an exercise; nothing real may come from it."""
    with in_words():
        return bool(store.state(case).body.get("exercise"))


def stored(store: Store, actor: Actor, case: str) -> State:
    """The incident as it stands; revision 0 where there is none."""
    require("incident.read", actor)
    with in_words():
        store.case_id(case)
        return store.state(case, INCIDENT)


def assessment_of(state: State) -> Assessment:
    """The stored facts held against every scheme anew."""
    facts = state.body.get("facts")
    if not facts:
        raise UsageError(
            Message(
                f"案件“{state.case}”还没有事件事实", f"case “{state.case}” has no incident yet"
            ),
            Message(
                "先用 mingjian incident grade 文件 --case 名称",
                "first: mingjian incident grade FILE --case NAME",
            ),
        )
    return incident.assess(incident.from_json(facts))


def grade(
    store: Store,
    actor: Actor,
    case: str,
    facts: object,
    reason: str,
    level: str | None = None,
    *,
    revision: int | None = None,
) -> State:
    """State the facts and grade the incident; a person's decision, with its reason.

    Without `level` the suggested one is taken. What goes to or from levels I and II is a
    proposal until another person confirms it.
    """
    require("incident.grade", actor)
    why = _reason(reason)
    suggested = incident.assess(incident.from_json(facts)).chinese.step.id
    chosen = _level(level or suggested)

    def decide(state: State) -> Change:
        told = {
            "level": chosen,
            "suggested": suggested,
            "reason": why,
            "by": actor.name,
            "at": state.at,
        }
        now = state.body.get("level")
        grave = needs_two(LEVELS[chosen]) or needs_two(LEVELS.get(str(now)))
        body: dict[str, Any] = {**state.body, "facts": facts}
        stated = event_of("incident.stated", {"facts": facts})
        if grave:
            body["proposed"] = told
            return Change([stated, event_of("incident.proposed", told)], body)
        body |= {"level": chosen, "graded": told, "proposed": None}
        return Change([stated, event_of("incident.graded", told)], body)

    return _change(store, actor, case, decide, revision)


def confirm(store: Store, actor: Actor, case: str, *, revision: int | None = None) -> State:
    """Confirm a proposed grade as the second person."""
    require("incident.confirm", actor)

    def decide(state: State) -> Change:
        proposed = state.body.get("proposed")
        if not isinstance(proposed, dict):
            raise UsageError(Message("没有待确认的定级", "no grade waits to be confirmed"))
        require_other_person(str(proposed["by"]), actor)
        told = {**proposed, "confirmed_by": actor.name, "confirmed_at": state.at}
        body = {**state.body, "level": proposed["level"], "graded": told, "proposed": None}
        event = event_of("incident.confirmed", {"level": proposed["level"]})
        return Change([event], body)

    return _change(store, actor, case, decide, revision)


def state_notice(
    store: Store,
    actor: Actor,
    case: str,
    words: Mapping[str, str],
    *,
    revision: int | None = None,
) -> State:
    """State what only people know and a notice needs; the grade stays as it is."""
    require("incident.notice", actor)

    def decide(state: State) -> Change | None:
        before: Any = state.body.get("facts")
        if not before:
            assessment_of(state)  # says that there is no incident yet
        notice = {**before.get("notice", {}), **words}
        facts = {**before, "notice": {name: text for name, text in notice.items() if text}}
        if facts == before:
            return None
        incident_notice.known_slots(incident.from_json(facts))
        return Change(
            [event_of("incident.stated", {"facts": facts})], {**state.body, "facts": facts}
        )

    return _change(store, actor, case, decide, revision)


def _digest(draft: Draft) -> str:
    text = draft.text("zh") + draft.text("en")
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _notices(state: State) -> dict[str, Json]:
    found = state.body.get("notices")
    return dict(cast(Mapping[str, Json], found)) if isinstance(found, Mapping) else {}


def _graded(state: State) -> str:
    """The level in force or proposed, whichever is graver; people sign by this."""
    proposed = state.body.get("proposed")
    named = [state.body.get("level"), proposed.get("level") if isinstance(proposed, dict) else None]
    levels = [name for name in named if name in LEVELS]
    return str(min(levels, key=lambda name: LEVELS[str(name)], default="IV"))


def notice(store: Store, actor: Actor, case: str, to: str) -> Draft | ExerciseDocument:
    """The draft of a notice of this case, entered into its custody; of an exercise, its paper."""
    require("incident.notice", actor)
    state = stored(store, actor, case)
    draft = _draft(state, to)
    if is_exercise(store, case):
        return ExerciseDocument(draft.letter, Message(f"演练案件 {case}", f"exercise case {case}"))
    digest = _digest(draft)

    def decide(now: State) -> Change | None:
        notices = _notices(now)
        if notices.get(to, {}).get("sha256") == digest:
            return None
        told: Json = {"to": to, "template": draft.letter.template, "sha256": digest}
        notices[to] = {**told, "approvals": [], "released": None}
        event = event_of("incident.notice_drafted", told)
        return Change([event], {**now.body, "notices": notices})

    _change(store, actor, case, decide)
    return draft


def _draft(state: State, to: str) -> Draft:
    """The draft from the stored facts alone: the same facts give the same bytes."""
    assessment = assessment_of(state)
    return incident_notice.notice(assessment, to, {"case": state.case})


def release(store: Store, actor: Actor, case: str, to: str, reason: str) -> Draft | Released:
    """Answer for a notice. Released once enough people have: two at levels I and II.

    An approval is for the very text the person saw; if the facts have changed since, the
    approvals before it no longer count.
    """
    require("incident.send", actor)
    why = _reason(reason)
    if is_exercise(store, case):
        raise UsageError(
            Message("演练案件不能签发真实通知", "an exercise case can release no real notice")
        )
    made: list[Draft | Released] = []

    def decide(now: State) -> Change:
        draft = _draft(now, to)
        digest = _digest(draft)
        made[:] = [draft]
        notices = _notices(now)
        kept = notices.get(to)
        if kept is None or kept["sha256"] != digest:
            raise UsageError(
                Message(
                    "通知已随事实改变，请先重新起草", "the facts changed: draft it again first"
                ),
                Message(
                    f"mingjian incident notice --case {case} --to {to}",
                    f"mingjian incident notice --case {case} --to {to}",
                ),
            )
        if kept["released"]:
            raise UsageError(Message("该通知已经签发", "this notice is released already"))
        approvals = [dict(item) for item in cast(list[Json], kept["approvals"])]
        for item in approvals:
            require_other_person(str(item["by"]), actor)
        own: Json = {"by": actor.name, "reason": why, "at": now.at, "sha256": digest}
        approvals.append(own)
        needed = 2 if needs_two(LEVELS[_graded(now)]) else 1
        events = [event_of("incident.notice_approved", {"to": to, **own})]
        kept = {**kept, "approvals": approvals}
        if len(approvals) >= needed:
            people = [str(item["by"]) for item in approvals]
            reasons = "；".join(str(item["reason"]) for item in approvals)
            made[:] = [incident_notice.sign(draft, people, reasons, now.at, needed)]
            told: Json = {"to": to, "by": people, "sha256": digest, "at": now.at}
            kept["released"] = told
            events.append(event_of("incident.notice_released", told))
        return Change(events, {**now.body, "notices": {**notices, to: kept}})

    _change(store, actor, case, decide)
    return made[0]


def standing(
    store: Store, actor: Actor, case: str, to: str
) -> Draft | Released | ExerciseDocument | None:
    """A notice that was drafted, as it stands now. None where it was not, or where the facts
    changed since its release: then what was released is no longer what they give."""
    state = stored(store, actor, case)
    kept: Any = _notices(state).get(to)
    if is_exercise(store, case) and state.body.get("facts"):
        draft = _draft(state, to)
        return ExerciseDocument(draft.letter, Message(f"演练案件 {case}", f"exercise case {case}"))
    if kept is None:
        return None
    draft = _draft(state, to)
    if kept["released"] is None:
        return draft
    if kept["sha256"] != _digest(draft):
        return None
    approvals = kept["approvals"]
    return incident_notice.sign(
        draft,
        [item["by"] for item in approvals],
        "；".join(item["reason"] for item in approvals),
        kept["released"]["at"],
        len(approvals),
    )


def view(state: State) -> Json:
    """The incident of a case as JSON: the decision, and what the facts suggest now."""
    body = state.body
    steps = {step.id: step.name.as_json() for step in schemes()["cac-2025"].steps}
    level = body.get("level")
    return {
        "case": state.case,
        "revision": state.revision,
        "level": {"id": level, **steps[str(level)]} if level in steps else None,
        "graded": body.get("graded"),
        "proposed": body.get("proposed"),
        "notices": list(_notices(state).values()),
        "report": incident.report(assessment_of(state)) if body.get("facts") else None,
    }
