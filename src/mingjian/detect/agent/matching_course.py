"""Going on after a stop, going beyond what was asked by the agent's own account, tampering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mingjian.detect.agent.acting import name_words
from mingjian.detect.agent.course import Course
from mingjian.detect.agent.following import MOST_ARGUMENTS
from mingjian.detect.agent.rules import Hit, Rule
from mingjian.detect.agent.trace import Step
from mingjian.detect.agent.wording import does, quoted
from mingjian.detect.agent.words import acts, listed, says, signs, word_list


def after_stop(course: Course, rule: Rule) -> Iterator[Hit]:
    """A call that goes on, after a turn of the user that calls a halt and until his next turn."""
    begun: set[str] = set()
    stop: int | None = None
    for i, step in enumerate(course.steps):
        if step.kind == "instruction":
            stop = i if begun and says("stop", course.asked[i][:300]) else None
        elif step.kind == "call":
            if stop is None:
                begun.add(step.name)
            elif _goes_on(course, i, begun) and not _asked_with(course, i, stop):
                yield Hit(rule=rule.id, step=i, first=stop, what=does(course, i))


def _goes_on(course: Course, index: int, begun: set[str]) -> bool:
    step = course.steps[index]
    if not step.arguments or course.approved(index):
        return False
    words = {*name_words(step.name), *re.findall(r"[a-z]+", step.text[:200].lower())}
    if words & word_list("stopping") or signs()["stopping_zh"].search(step.name):
        return False
    return step.name in begun or course.acts[index] not in ("read", "")


def _asked_with(course: Course, index: int, stop: int) -> bool:
    """Whether the turn that calls a halt asks for this call in the same breath."""
    act, said = acts().get(course.acts[index]), course.asked[stop]
    return act is not None and act.said.search(said) is not None


def own_accord(course: Course, rule: Rule) -> Iterator[Hit]:
    """The answer says that the agent did more than it was asked, or why it did not ask."""
    if not course.changing:
        return
    for i, step in course.trace.of("answer", "thought"):
        if i < course.changing[0] or i in course.refusals:
            continue
        match = signs()["own_accord"].search(step.text[:1_500].lower().replace("’", "'"))
        if match is not None:
            yield Hit(rule=rule.id, step=i, what=quoted(match[0]))


@dataclass(frozen=True, slots=True)
class _Guard:
    """Something that guards or records: words of tools for it, words by which a person names it."""

    tool: re.Pattern[str]
    said: re.Pattern[str]


@cache
def _guards() -> tuple[_Guard, ...]:
    told = listed("acts.json")["guards"].values()
    return tuple(_Guard(re.compile(one["tool"]), re.compile(one["said"])) for one in told)


def tampering(course: Course, rule: Rule) -> Iterator[Hit]:
    """A record, check, alarm or limit is changed of which the user said nothing."""
    asked = course.request
    for i in course.changing:
        step = course.steps[i]
        if course.approved(i) or course.wished(i):
            continue
        for guard in _guards():
            if _tampers(step, guard) and not guard.said.search(asked):
                yield Hit(rule=rule.id, step=i, what=does(course, i))
                break


def _tampers(step: Step, guard: _Guard) -> bool:
    """Whether the name of a tool, or of an argument that is changed, holds the guarded thing."""
    name = " ".join(name_words(step.name))
    values = set(name_words(step.name))
    keys = []
    for key, value in step.arguments[:MOST_ARGUMENTS]:
        if len(value) <= 30:
            values.update(re.findall(r"[a-z]+", value.lower()))
        keys.append(" ".join(name_words(key)))
    changed = values & word_list("tampers")
    if guard.tool.search(name):
        return bool(changed) or signs()["tampers_zh"].search(step.name) is not None
    return bool(changed) and any(guard.tool.search(key) for key in keys)
