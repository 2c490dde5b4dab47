"""Decisions about cases: opening, merging, splitting, disposing, closing, keeping."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from mingjian.app.access import Actor, needs_two, require, require_other_person
from mingjian.app.cases import INCIDENT, UNFILED, Done, change, change_both, changed, in_words
from mingjian.app.errors import UsageError
from mingjian.casework.case import decide
from mingjian.casework.case.decide import Events, Refused
from mingjian.casework.case.keeping import keep_until
from mingjian.casework.case.state import Body, body_of
from mingjian.casework.incident import events as response
from mingjian.casework.incident.level import level_of
from mingjian.domain.message import Message
from mingjian.store.cases import Change, NewEvent, State
from mingjian.store.store import Store

TEXTS = frozenset({"note.added", "task.added", "case.edited", "case.drafted"})
"""Events whose bodies hold what persons wrote; they are what is erased after its time."""


def _step(
    store: Store, actor: Actor, verb: str, case: str, reason: str, revision: int | None
) -> Done:
    """One step of the workflow. The incident grade is read under the same lock."""
    require(f"case.{verb}", actor)

    def decided(states: tuple[State, ...]) -> list[Change | None]:
        own, incident = states
        two = needs_two(level_of(incident.body))
        events = decide.step(body_of(own.case, own.body), verb, reason, two_persons=two)
        return [changed(own, events, actor), None]

    with in_words():
        after, _ = store.change_together(
            [(case, "case"), (case, INCIDENT)],
            decided,
            actor=actor.name,
            role=str(actor.role),
            seen={} if revision is None else {(case, "case"): revision},
        )
    return Done(after.case, after.revision, body_of(after.case, after.body))


def open_(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """A draft becomes a case: a person's decision, with the reason."""
    if case == UNFILED:
        raise UsageError(
            Message(
                f"“{UNFILED}”是未归档材料的存放处，不能立为案件",
                f"“{UNFILED}” holds what nobody has filed, and cannot be opened",
            ),
            Message(
                "用 mingjian case split 把属于一事的材料分出",
                "split off what belongs to one matter with mingjian case split",
            ),
        )
    return _step(store, actor, "open", case, reason, revision)


def submit(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """Hand the case to review."""
    return _step(store, actor, "submit", case, reason, revision)


def return_(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """Send it back from review, saying what is wanting."""
    return _step(store, actor, "return", case, reason, revision)


def close(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """Close a case that has a disposition; with grade I or II a confirmed one."""
    return _step(store, actor, "close", case, reason, revision)


def reopen(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """Take a closed case up again; its disposition is kept among the past ones."""
    return _step(store, actor, "reopen", case, reason, revision)


def dispose(
    store: Store,
    actor: Actor,
    case: str,
    kind: str,
    reason: str,
    effect: str,
    appeal: str,
    *,
    revision: int | None = None,
) -> Done:
    """Decide what becomes of the matter; another decision before closing replaces it."""
    return change(
        store,
        actor,
        "case.dispose",
        case,
        lambda body: decide.dispose(body, kind, reason, effect, appeal),
        revision,
    )


def confirm(store: Store, actor: Actor, case: str, *, revision: int | None = None) -> Done:
    """Confirm a disposition as the second person."""

    def wish(body: Body) -> Events:
        events = decide.confirm(body)
        made = body["disposition"]
        assert made is not None
        require_other_person(made["by"], actor)
        return events

    return change(store, actor, "case.confirm", case, wish, revision)


def merge(
    store: Store, actor: Actor, case: str, into: str, reason: str, *, revision: int | None = None
) -> Done:
    """Put a case into another, which then shows its evidence; undone by `unmerge`."""
    _filed(case, into)
    return change_both(
        store,
        actor,
        "case.merge",
        case,
        into,
        lambda own, its: decide.merge(own, its, case, into, reason),
        revision=revision,
    )


def unmerge(store: Store, actor: Actor, case: str, reason: str) -> Done:
    """Take a case out again of the one it was merged into."""
    require("case.merge", actor)
    with in_words():
        into = store.state(case).body.get("merged_into")
    if not isinstance(into, str):
        raise UsageError(Message("该案未并入他案", "this case was not merged into another"))
    return change_both(
        store,
        actor,
        "case.merge",
        case,
        into,
        lambda own, its: decide.unmerge(own, its, case, reason),
    )


def _filed(*cases: str) -> None:
    if UNFILED in cases:
        raise UsageError(
            Message(f"“{UNFILED}”不能合并", f"“{UNFILED}” cannot be merged: split instead")
        )


def split(
    store: Store,
    actor: Actor,
    case: str,
    into: str,
    evidence: Iterable[str],
    reason: str,
    *,
    revision: int | None = None,
) -> Done:
    """Move items of evidence (SHA-256, or the first digits of it) to a new draft `into`."""
    from mingjian.app.case_evidence import named_items

    require("case.split", actor)
    with in_words():
        into = decide.name_of_case(into)
        moved = named_items(store, case, evidence)

    def wish(own: Body, its: Body) -> tuple[Events, Events]:
        gone = sorted(set(moved) & set(own["given"]))
        if gone:
            raise Refused("其中有已分出的材料", f"split off already: {gone[0][:12]}")
        gave, got = decide.split(own, case, into, moved, reason)
        return gave, [*decide.draft(into, "", "", None, own["exercise"]), *got]

    return change_both(store, actor, "case.split", case, into, wish, revision=revision, create=True)


def unsplit(store: Store, actor: Actor, case: str, into: str, reason: str) -> Done:
    """Take back all that was split off to `into`; that case stays, without it."""
    return change_both(
        store,
        actor,
        "case.split",
        case,
        into,
        lambda own, its: decide.unsplit(own, its, case, into, reason),
    )


def hold(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """Legal hold: nothing of the case is erased until it is released."""
    return change(store, actor, "case.hold", case, lambda body: decide.hold(body, reason), revision)


def release(
    store: Store, actor: Actor, case: str, reason: str, *, revision: int | None = None
) -> Done:
    """Release the legal hold."""
    return change(
        store, actor, "case.release", case, lambda body: decide.release(body, reason), revision
    )


def erase(
    store: Store, actor: Actor, case: str, reason: str, *, today: datetime | None = None
) -> Done:
    """Erase what persons wrote in a closed case whose time is over and which is not on hold.

    Notes, tasks, titles and summaries in the events go, likewise what was written about an
    incident or in a playbook; who did what and when stays, and the chain stays whole, since it
    holds their hashes. Evidence is not touched.
    """
    require("case.erase", actor)
    now = today or datetime.now(UTC)
    with in_words():
        written = [
            event.seq
            for event in store.events(case)
            if event.name in TEXTS | response.TEXTS and event.body is not None
        ]
        others = [state.aspect for state in store.states(case) if state.aspect != "case"]

    def decided(states: tuple[State, ...]) -> list[Change]:
        state = states[0]
        body = body_of(state.case, state.body)
        until = keep_until(body)
        if body["hold"] is not None:
            raise Refused("有保留令，不得清除", "there is a legal hold: nothing is erased")
        if body["status"] != "closed" or until is None or now.date() < until:
            raise Refused("保存期未满", "its time is not over yet")
        events: Events = [("text.erased", {"reason": decide.reason_of(reason)})]
        bare = [
            Change([NewEvent("text.erased")], response.without_texts(other.body))
            for other in states[1:]
        ]
        return [changed(state, events, actor, written), *bare]

    with in_words():
        after = store.change_together(
            [(case, "case"), *((case, aspect) for aspect in others)],
            decided,
            actor=actor.name,
            role=str(actor.role),
        )[0]
    return Done(after.case, after.revision, body_of(after.case, after.body))
