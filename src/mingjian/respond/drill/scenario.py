"""Scenarios: what is told when (injects), and what is expected of people by when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message
from mingjian.respond.letter import Value, templates

LONGEST_MINUTES = 24 * 60
MOST_INJECTS = 500


class ScenarioRefused(ValueError):
    """The scenario does not hold together; says where and why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Something people should do within so many seconds of the inject."""

    id: str
    ask: Message
    within: int
    choices: Mapping[str, Message]
    """Empty: any answer counts as done."""
    right: frozenset[str]
    document: str | None
    """A letter the answer produces, as an exercise paper."""
    lesson: Message
    """What to take away; shown in the report where it was missed, late or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """Something that happens in the drill at second `at`."""

    id: str
    at: int
    text: Message
    expects: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    id: str
    title: Message
    intro: Message
    playbook: str
    """Short name of the playbook that is practised."""
    minutes: int
    injects: tuple[Inject, ...]
    values: Mapping[str, Value]
    """Made-up facts for the exercise papers."""
    incident: Mapping[str, Any]
    """Made-up facts to grade, and the level they come to, for the lead of the drill."""

    @property
    def end(self) -> int:
        return self.minutes * 60

    def expectation(self, name: str) -> Expectation | None:
        return next((e for inject in self.injects for e in inject.expects if e.id == name), None)


def _message(value: Any) -> Message:
    return Message(str(value["zh"]), str(value["en"]))


def _expectation(value: Mapping[str, Any]) -> Expectation:
    return Expectation(
        id=str(value["id"]),
        ask=_message(value["ask"]),
        within=int(value["within"]),
        choices={str(key): _message(item) for key, item in value.get("choices", {}).items()},
        right=frozenset(map(str, value.get("right", ()))),
        document=value.get("document"),
        lesson=_message(value["lesson"]),
    )


def scenario_from(value: Any) -> Scenario:
    """A scenario from JSON; raises `ScenarioRefused` where it does not hold together."""
    try:
        made = Scenario(
            id=str(value["id"]),
            title=_message(value["title"]),
            intro=_message(value["intro"]),
            playbook=str(value["playbook"]),
            minutes=int(value["minutes"]),
            injects=tuple(
                Inject(
                    id=str(item["id"]),
                    at=int(item["at"]),
                    text=_message(item["text"]),
                    expects=tuple(map(_expectation, item.get("expects", ()))),
                )
                for item in value["injects"]
            ),
            values={
                str(key): item if isinstance(item, str) else _message(item)
                for key, item in value.get("values", {}).items()
            },
            incident=dict(value.get("incident", {})),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ScenarioRefused(
            Message(f"演练脚本不完整：{error}", f"the scenario is not complete: {error}")
        ) from None
    for why in _faults(made):
        raise ScenarioRefused(why)
    return made


def _faults(made: Scenario) -> list[Message]:
    found = []
    if not 0 < made.minutes <= LONGEST_MINUTES or len(made.injects) > MOST_INJECTS:
        found.append(Message("时长或事件数超出范围", "its length or number of injects is off"))
    times = [item.at for item in made.injects]
    if times != sorted(times) or any(not 0 <= at <= made.end for at in times):
        found.append(Message("事件须按时间排列", "injects must be in order of time"))
    ids = [item.id for item in made.injects]
    ids += [e.id for item in made.injects for e in item.expects]
    if len(set(ids)) != len(ids) or any(not name.isalnum() for name in ids):
        found.append(Message("编号须唯一且只用字母数字", "ids must be unique, letters and digits"))
    for inject in made.injects:
        for item in inject.expects:
            if item.within <= 0 or inject.at + item.within > made.end:
                found.append(
                    Message(f"{item.id} 的期限超出演练", f"{item.id} is due outside the drill")
                )
            if not item.right <= set(item.choices) or bool(item.choices) != bool(item.right):
                found.append(
                    Message(f"{item.id} 的正确选项不对", f"the right choices of {item.id} are off")
                )
            if item.document is not None and item.document not in templates():
                found.append(Message(f"没有文书 {item.document}", f"no letter {item.document}"))
    return found


@cache
def scenarios() -> Mapping[str, Scenario]:
    """The scenarios that come with Mingjian, by id."""
    folder = files(__package__) / "scenarios"
    found = sorted(item.name for item in folder.iterdir() if item.name.endswith(".json"))
    made = [scenario_from(json.loads((folder / name).read_text("utf-8"))) for name in found]
    return {item.id: item for item in made}
