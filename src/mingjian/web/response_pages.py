"""The screen Response: playbooks as checklists, drills on a clock, alone or within a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.app import drill, drill_case, lists, playbook, playbook_case
from mingjian.app.access import Actor
from mingjian.app.desk import NotThere, known
from mingjian.app.errors import UsageError
from mingjian.casework.case.workflow import workflow
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.respond.drill import Scenario
from mingjian.respond.letter import Value, slot_names, templates
from mingjian.respond.playbook import Playbook, flow
from mingjian.respond.playbook.run import Run, case_name, commands, keeps_custody, letter_of, said
from mingjian.respond.playbook.walk import Ask
from mingjian.store.lists import CasesAsked
from mingjian.store.store import Store
from mingjian.web.page import Asked, Page
from mingjian.web.response_deeds import DRILL_DEEDS, PLAYBOOK_DEEDS, SIGNING

SHOWN = 50
"""Cases that are listed."""
DEEPEST = 8
"""Branches within branches that are shown of a playbook."""


def _response(asked: Asked) -> Json:
    with asked.store() as store:
        runs, drills = _going_on(store, asked)
    return {
        "playbooks": [playbook.summary(one) for one in playbook.every(asked.settings).values()],
        "scenarios": [drill.summary(one) for one in drill.every()],
        "runs": runs,
        "drills": drills,
    }


def _going_on(store: Store, asked: Asked) -> tuple[list[Json], list[Json]]:
    """Playbooks and drills that cases have begun, the latest case first."""
    known_books = playbook.every(asked.settings).values()
    cases = store.cases_with([playbook_case.aspect_of(one) for one in known_books], SHOWN)
    runs = [
        {"case": case, **one}
        for case in cases
        for one in playbook_case.of_case(store, asked.actor, case, asked.settings)
    ]
    return runs, drills(store, asked.actor)


def drills(store: Store, actor: Actor) -> list[Json]:
    """Drills that cases have begun, the latest case first."""
    drilled = store.cases_with([drill_case.aspect_of(one.id) for one in drill.every()], SHOWN)
    return [one for case in drilled for one in drills_of(store, actor, case)]


def drills_of(store: Store, actor: Actor, case: str) -> list[Json]:
    """The drills of a case that were run on this screen, and those entered from elsewhere."""
    found: list[Json] = []
    for state in store.states(case):
        if not state.aspect.startswith("drill:"):
            continue
        name = str(state.body.get("scenario"))
        here = "answers" in state.body
        told: Json = {"case": case, "scenario": name, "here": here}
        try:
            known_as = drill.find(name).title.as_json()
        except UsageError:
            known_as = {"zh": name, "en": name}
        counts = state.body.get("counts")
        over = state.body.get("ended") is not None or not here
        found.append({**told, "title": known_as, "counts": counts, "over": over})
    return found


# ---- a playbook -----------------------------------------------------------------------------


def _playbook(asked: Asked) -> Json:
    try:
        found = playbook.find(asked["name"], asked.settings)
    except UsageError as error:
        raise NotThere(error.what, error.next_step) from None
    problems = [playbook.problem_json(one) for one in playbook.check(found, asked.settings)]
    content: Json = {
        "playbook": playbook.summary(found),
        "problems": problems,
        "steps": _steps(found),
        "case": None,
        "run": None,
        "cases": [],
    }
    with asked.store() as store:
        if not asked["case"]:
            lines = map(lists.line_of, store.list_cases(CasesAsked(), "", SHOWN).rows)
            working = [line.case for line in lines if workflow().statuses[line.body["status"]].work]
            return {**content, "cases": working}
        case = asked["case"]
        known(store, case)
        run, state = playbook_case.going(store, asked.actor, case, found)
        exercise = bool(store.state(case).body.get("exercise"))
        body: Any = state.body
        return {
            **content,
            "case": case,
            "exercise": exercise,
            "run": _run(run, body.get("values", {})),
            "letters": body.get("letters", {}),
            "values": body.get("values", {}),
        }


def _run(run: Run, values: dict[str, Value]) -> Json:
    """A run as a checklist: what was answered, and what is asked now."""
    told: Any = playbook.report(run)
    for number, row in enumerate(told["answers"], start=1):
        step = run.playbook.steps[row["step"]]
        row |= {"number": number, "letter": _letter(step), "custody": keeps_custody(step)}
    if run.current is not None:
        told["next"] |= {
            "number": len(run.answers) + 1,
            **_asked_now(run, run.current, values),
        }
    return {**told, "playbook": None}


def _asked_now(run: Run, ask: Ask, values: dict[str, Value]) -> Json:
    agent = run.playbook.agent_name(ask.step)
    return {
        "kind": ask.kind,
        "who": agent.as_json() if agent else None,
        "do": _said(ask, values),
        "manual": ask.manual,
        "letter": _letter(ask.step),
        "custody": keeps_custody(ask.step),
        "cases": {name: case_name(ask, name).as_json() for name in ask.choices}
        if ask.kind == "switch-condition"
        else {},
    }


def _said(ask: Ask, values: Mapping[str, Value]) -> list[Json]:
    """What a step asks people to do, with what is known filled in and the rest marked."""
    texts = commands(ask)
    told = [Message(said(one.zh, values, "zh"), said(one.en, values, "en")) for one in texts]
    return [dict(one.as_json()) for one in told]


def _letter(step: Any) -> Json | None:
    """The letter a step calls for, with what there is to fill in."""
    name = letter_of(step)
    if name is None:
        return None
    template = templates()[name]
    return {
        "template": name,
        "title": template.title.as_json(),
        "to": template.to.as_json(),
        "slots": {
            slot: slot_names()[slot].as_json() for slot in template.slots if slot not in SIGNING
        },
    }


def _steps(found: Playbook) -> list[Json]:
    """Every step in the order it is worked through, branches deeper; bounded, no recursion."""
    rows: list[Json] = []
    seen: set[str] = set()
    todo: list[tuple[Any, int, Message | None]] = [(found.raw.get("workflow_start"), 0, None)]
    while todo:
        key, depth, label = todo.pop()
        if not isinstance(key, str) or key in seen or key not in found.steps:
            continue
        seen.add(key)
        step = found.steps[key]
        after = step.get("on_completion", step.get("on_success"))
        todo.append((after, depth, None))
        if step.get("type") in ("start", "end"):
            continue
        rows.append(_step(found, key, step, depth, label))
        if depth < DEEPEST:
            ask = Ask(step_id=key, step=step, kind="", choices=(), manual=True)
            todo += [
                (target, depth + 1, _branch(ask, name))
                for name, target in reversed(flow.branches(step))
            ]
    return rows


def _branch(ask: Ask, name: str) -> Message | None:
    head, _, rest = name.partition("/")
    if head == "cases":
        return case_name(ask, rest)
    if head == "next_steps":
        return None
    return Message("若是", "if so") if head == "on_true" else Message("若否", "if not")


def _step(found: Playbook, key: str, step: Any, depth: int, label: Message | None) -> Json:
    ask = Ask(step_id=key, step=step, kind="", choices=(), manual=True)
    agent = found.agent_name(step)
    return {
        "id": key,
        "kind": str(step.get("type")),
        "depth": depth,
        "branch": label.as_json() if label else None,
        "name": found.step_name(step).as_json(),
        "who": agent.as_json() if agent else None,
        "do": _said(ask, {}),
        "letter": letter_of(step),
        "custody": keeps_custody(step),
    }


# ---- a drill --------------------------------------------------------------------------------


def _drill(asked: Asked) -> Json:
    try:
        found = drill.find(asked["name"])
    except UsageError as error:
        raise NotThere(error.what, error.next_step) from None
    content: Json = {
        **_before(found),
        "live": None,
        "papers": [],
        "speeds": list(drill_case.SPEEDS),
    }
    case = asked["case"]
    if not case:
        return content
    with asked.store() as store:
        known(store, case)
        live = drill_case.view(store, asked.actor, case, found.id)
        papers = drill_case.papers(store, asked.actor, case, found.id)
    listed = [{"title": one.letter.title.as_json()} for one in papers]
    return {**content, "live": live, "papers": listed}


def _before(found: Scenario) -> Json:
    return {
        **drill.summary(found),
        "intro": found.intro.as_json(),
        "questions": sum(len(inject.expects) for inject in found.injects),
    }


RESPONSE_PAGES = (
    Page(
        name="response",
        area="response",
        title=Message("响应", "Response"),
        make=_response,
        action="playbook.read",
    ),
    Page(
        name="playbook",
        area="response",
        title=Message("预案", "Playbook"),
        make=_playbook,
        takes=("name", "case"),
        action="playbook.read",
        deeds=PLAYBOOK_DEEDS,
    ),
    Page(
        name="drill",
        area="response",
        title=Message("演练", "Drill"),
        make=_drill,
        takes=("name", "case"),
        action="drill.read",
        deeds=DRILL_DEEDS,
    ),
)
