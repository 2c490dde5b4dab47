"""Walking through a playbook: one question at a time, answered by a person.

Nothing is executed. An action is asked about (done, failed, skipped); a condition is asked
about (yes, no, or which case), since whether it holds is for people to know. Branches of a
parallel step are walked one after the other, as the specification allows.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mingjian.respond.playbook import flow
from mingjian.respond.playbook.cacao import Playbook

Outcome = Literal["done", "failed", "skipped", "yes", "no"] | str
MOST_QUESTIONS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked now: do this step, or does this hold."""

    step_id: str
    step: Mapping[str, Any]
    kind: str
    """The type of the step."""
    choices: tuple[str, ...]
    manual: bool
    """False where a command is meant for a machine: a person runs it elsewhere, or skips it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    outcome: Outcome
    note: str = ""
    by: str = ""


class NotWalkable(ValueError):
    """The workflow leads nowhere; `check.problems` says why."""


def _ask(key: str, step: Mapping[str, Any]) -> Ask | None:
    kind = str(step.get("type"))
    choices: tuple[str, ...]
    if kind in ("action", "playbook-action"):
        choices = ("done", "failed", "skipped")
    elif kind in ("if-condition", "while-condition"):
        choices = ("yes", "no")
    elif kind == "switch-condition":
        cases = step.get("cases")
        choices = tuple(map(str, cases)) if isinstance(cases, Mapping) else ()
    else:
        return None
    commands = step.get("commands")
    manual = all(
        isinstance(command, Mapping) and command.get("type") == "manual"
        for command in (commands if isinstance(commands, list) else ())
    )
    return Ask(step_id=key, step=step, kind=kind, choices=choices, manual=manual)


def _after(step: Mapping[str, Any], failed: bool, exception: Any) -> Any:
    if "on_completion" in step:
        return step["on_completion"]
    if failed:
        return step.get("on_failure", exception)
    return step.get("on_success")


def walk(playbook: Playbook) -> Generator[Ask, Answer, str]:
    """Yields what to ask, takes the answer; returns `finished` or `stopped`.

    Stopped means that a step failed and the playbook says nothing about what then.
    """
    steps, exception = playbook.steps, playbook.raw.get("workflow_exception")
    waiting: list[str] = []
    """Where to go on when a branch ends."""
    here: Any = playbook.raw.get("workflow_start")
    for _ in range(MOST_QUESTIONS * 4):
        step = steps.get(here) if isinstance(here, str) else None
        if step is None:
            raise NotWalkable(str(here)[:100])
        if step.get("type") == "end":
            if not waiting:
                return "finished"
            here = waiting.pop()
            continue
        ask = _ask(here, step)
        outcome = (yield ask).outcome if ask is not None else "done"
        onward = _after(step, outcome == "failed", exception)
        into = [target for name, target in flow.branches(step) if _enters(name, outcome)]
        if step.get("type") == "while-condition" and into:
            onward = here
        if onward is None:
            if outcome == "failed":
                return "stopped"
            raise NotWalkable(str(here)[:100])
        if into:
            waiting += [onward, *reversed(into[1:])]
            here = into[0]
        else:
            here = onward
    raise NotWalkable("no end in sight")


def _enters(branch: str, outcome: str) -> bool:
    name, _, rest = branch.partition("/")
    if name == "next_steps":
        return True
    if name == "cases":
        return rest == outcome
    return (name == "on_true") == (outcome == "yes")
