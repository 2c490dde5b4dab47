"""Working on cases: what the command line and the web call. Each takes the store and a person.

Every function asks the role table first, then changes the case under its lock: events, state
and signed custody entries together or not at all. `revision` is what the person saw on the
screen; if somebody changed the case since, `ChangedMeanwhile` is raised and nothing written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from mingjian.app.access import Actor, require
from mingjian.app.errors import UsageError
from mingjian.casework.case import decide
from mingjian.casework.case.decide import Events, Refused
from mingjian.casework.case.state import Body, By, apply, body_of
from mingjian.casework.case.workflow import Template, templates
from mingjian.domain.message import Message
from mingjian.store.cases import Change, NewEvent, Stale, State
from mingjian.store.database import StoreProblem
from mingjian.store.store import Store

Wish = Callable[[Body], Events]
Result = TypeVar("Result")
UNFILED = "unfiled"
"""Where `mingjian examine` puts what nobody has filed; it stays a draft."""
INCIDENT = "incident"
"""The aspect that holds the incident grade, see `mingjian.app.incident`."""


class ChangedMeanwhile(UsageError):
    """Somebody else changed the case since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Done:
    """A case after a change."""

    case: str
    revision: int
    body: Body

    def as_json(self) -> dict[str, object]:
        """The case as it stands, with the revision it has."""
        return {"case": self.case, "revision": self.revision, **self.body}


@contextmanager
def in_words() -> Iterator[None]:
    """Refusals as errors a person can put right."""
    with store_in_words(Message("用 mingjian case list 查看", "see mingjian case list")):
        try:
            yield
        except Refused as refused:
            raise UsageError(refused.what) from None


@contextmanager
def store_in_words(look: Message) -> Iterator[None]:
    """What the store refuses as errors a person can put right; `look` says where to look."""
    try:
        yield
    except Stale as stale:
        raise ChangedMeanwhile(stale.what) from None
    except StoreProblem as problem:
        if problem.__cause__ is not None:  # the database itself
            raise
        raise UsageError(problem.what, look) from None


def changed(state: State, events: Events, actor: Actor, erase: Sequence[int] = ()) -> Change:
    """The events applied to the state, in the actor's name and at the state's time."""
    body = body_of(state.case, state.body)
    by: By = {"by": actor.name, "role": str(actor.role), "at": state.at}
    for name, args in events:
        body = apply(body, name, args, by)
    return Change([NewEvent(name, args) for name, args in events], dict(body), erase)


def _done(state: State) -> Done:
    return Done(state.case, state.revision, body_of(state.case, state.body))


def change(
    store: Store,
    actor: Actor,
    action: str,
    case: str,
    wish: Wish,
    revision: int | None = None,
) -> Done:
    """Do what `wish` decides on the case as it stands."""
    require(action, actor)

    def decided(state: State) -> Change:
        return changed(state, wish(body_of(state.case, state.body)), actor)

    with in_words():
        after = store.change(
            case, decided, actor=actor.name, role=str(actor.role), revision=revision
        )
    return _done(after)


def change_both(
    store: Store,
    actor: Actor,
    action: str,
    case: str,
    other: str,
    wish: Callable[[Body, Body], tuple[Events, Events]],
    *,
    revision: int | None = None,
    create: bool = False,
) -> Done:
    """Do something to two cases at once; with `create` the other one is made for it."""
    require(action, actor)
    if case == other:
        raise UsageError(Message("须是两个不同的案件", "it takes two different cases"))

    def decided(states: tuple[State, ...]) -> list[Change]:
        own, its = states
        events = wish(body_of(own.case, own.body), body_of(its.case, its.body))
        return [changed(own, events[0], actor), changed(its, events[1], actor)]

    with in_words():
        after, _ = store.change_together(
            [(case, "case"), (other, "case")],
            decided,
            actor=actor.name,
            role=str(actor.role),
            seen={} if revision is None else {(case, "case"): revision},
            create=other if create else None,
        )
    return _done(after)


def again_if_changed(doing: Callable[[], Result], tries: int = 5) -> Result:
    """Read and change anew where another got in between; for programs, not for persons."""
    for _ in range(tries - 1):
        try:
            return doing()
        except ChangedMeanwhile:
            continue
    return doing()


def takes_evidence(store: Store, case: str) -> None:
    """Refuse a case that is closed or merged: an examination would add to it unseen."""
    states = store.states_of([case], ["case"])
    with in_words():
        decide.work_on(body_of(case, states[0].body if states else {}))


# ---- use cases -----------------------------------------------------------------------------


def template_of(name: str | None) -> Template | None:
    """The template by its id, or a `UsageError` that lists those there are."""
    if name is None:
        return None
    if name not in templates():
        known = ", ".join(templates())
        raise UsageError(
            Message(f"没有模板 {name[:80]}", f"there is no template {name[:80]}"),
            Message(f"可用：{known}", f"there are: {known}"),
        )
    return templates()[name]


def new(
    store: Store,
    actor: Actor,
    name: str,
    *,
    title: str = "",
    summary: str = "",
    template: str | None = None,
    exercise: bool = False,
) -> Done:
    """Make a draft that has no evidence yet; `mingjian examine --case NAME` adds some."""
    require("case.new", actor)
    chosen = template_of(template)
    with in_words():
        name = decide.name_of_case(name)
        events = decide.draft(name, title, summary, chosen, exercise)
        (after,) = store.change_together(
            [(name, "case")],
            lambda states: [changed(states[0], events, actor)],
            actor=actor.name,
            role=str(actor.role),
            create=name,
        )
    return _done(after)


def edit(
    store: Store,
    actor: Actor,
    case: str,
    *,
    title: str | None = None,
    summary: str | None = None,
    case_class: str | None = None,
    parent: str | None = None,
    template: str | None = None,
    revision: int | None = None,
) -> Done:
    """Change what is given. `parent` "" takes the case out of its hierarchy; a template may be
    chosen once, and brings its tasks."""
    require("case.edit", actor)
    chosen = template_of(template)
    if parent:
        _no_ring(store, case, parent)

    def wish(body: Body) -> Events:
        events = decide.edit(
            body, title=title, summary=summary, case_class=case_class, parent=parent
        )
        return events + (decide.use_template(body, chosen) if chosen else [])

    return change(store, actor, "case.edit", case, wish, revision)


def _no_ring(store: Store, case: str, parent: str) -> None:
    with in_words():
        store.case_id(parent)
    above: object = parent
    seen: set[object] = set()
    while isinstance(above, str) and above not in seen:
        if above == case:
            raise UsageError(
                Message("上级案件不能是它自己的下级", "a case cannot stand below itself")
            )
        seen.add(above)
        above = store.state(above).body.get("parent")


def note(
    store: Store,
    actor: Actor,
    case: str,
    text: str,
    *,
    happened: str | None = None,
    revision: int | None = None,
) -> Done:
    """Note something; `happened` (ISO 8601 with offset) puts it into the timeline."""
    return change(
        store, actor, "case.note", case, lambda body: decide.note(body, text, happened), revision
    )


def task(
    store: Store,
    actor: Actor,
    case: str,
    text: str,
    *,
    person: str | None = None,
    revision: int | None = None,
) -> Done:
    """Add something to be done, perhaps by a named person."""
    return change(
        store, actor, "case.task", case, lambda body: decide.task(body, text, person), revision
    )


def task_done(
    store: Store,
    actor: Actor,
    case: str,
    number: int,
    *,
    done: bool = True,
    revision: int | None = None,
) -> Done:
    """Tick a task off, or take it up again."""
    return change(
        store,
        actor,
        "case.task",
        case,
        lambda body: decide.task_done(body, number, done),
        revision,
    )


def assign(
    store: Store,
    actor: Actor,
    case: str,
    person: str,
    *,
    assigned: bool = True,
    revision: int | None = None,
) -> Done:
    """Put a person in charge, or take that back."""
    return change(
        store,
        actor,
        "case.assign",
        case,
        lambda body: decide.assign(body, person, assigned),
        revision,
    )


def link(store: Store, actor: Actor, case: str, other: str, why: str) -> Done:
    """Say that two cases have to do with each other; it shows in both."""
    return change_both(
        store,
        actor,
        "case.link",
        case,
        other,
        lambda own, its: (decide.link(own, other, why), decide.link(its, case, why)),
    )


def unlink(store: Store, actor: Actor, case: str, other: str) -> Done:
    return change_both(
        store,
        actor,
        "case.link",
        case,
        other,
        lambda own, its: (decide.unlink(own, other), decide.unlink(its, case)),
    )
