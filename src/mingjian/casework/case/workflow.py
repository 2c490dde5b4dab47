"""Statuses, steps, dispositions and classes of cases, read from `workflow.json`.

The years a class is kept are starting values of our own, not a legal rule: an installation
sets its own by replacing the file's numbers. They count from closing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True)
class Status:
    """Where a case stands. `work`: whether its content may be changed there."""

    name: Message
    work: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that takes a case from one status to another; always with a reason."""

    name: Message
    start: tuple[str, ...]
    to: str
    disposition: bool
    """Whether a person must have decided what becomes of the matter first."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """All of it, by id."""

    statuses: Mapping[str, Status]
    steps: Mapping[str, Step]
    dispositions: Mapping[str, Message]
    classes: Mapping[str, Message]
    keep_years: Mapping[str, int]


def _message(value: Any) -> Message:
    return Message(value["zh"], value["en"])


@cache
def workflow() -> Workflow:
    """The workflow in use."""
    data = json.loads(files("mingjian.casework.case").joinpath("workflow.json").read_text("utf-8"))
    made = Workflow(
        statuses={
            name: Status(_message(item), item["work"]) for name, item in data["statuses"].items()
        },
        steps={
            name: Step(
                _message(item), tuple(item["from"]), item["to"], item.get("disposition", False)
            )
            for name, item in data["steps"].items()
        },
        dispositions={name: _message(item) for name, item in data["dispositions"].items()},
        classes={name: _message(item) for name, item in data["classes"].items()},
        keep_years={name: item["keep_years"] for name, item in data["classes"].items()},
    )
    for step in made.steps.values():
        unknown = {*step.start, step.to} - set(made.statuses)
        if unknown:
            raise ValueError(f"the workflow names unknown statuses: {sorted(unknown)}")
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a new case of a kind starts with."""

    id: str
    name: Message
    case_class: str
    playbook: str | None
    tasks: tuple[Message, ...]


@cache
def templates() -> Mapping[str, Template]:
    """Templates by id, read from `templates.json`."""
    data = json.loads(files("mingjian.casework.case").joinpath("templates.json").read_text("utf-8"))
    return {
        name: Template(
            id=name,
            name=_message(item),
            case_class=item["class"],
            playbook=item.get("playbook"),
            tasks=tuple(map(_message, item["tasks"])),
        )
        for name, item in data.items()
    }
