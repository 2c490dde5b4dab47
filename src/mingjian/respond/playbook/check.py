"""Is it a sound CACAO 2.0 playbook? Every problem names its place; errors and remarks apart.

An error breaks a MUST of the specification; a remark is a SHOULD, or a property that the
specification does not have (it is kept all the same).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

from mingjian.domain.message import Message
from mingjian.respond.playbook import flow, names, shape
from mingjian.respond.playbook.cacao import Playbook, walk_values

Severity = Literal["error", "remark"]
MOST = 500
DEFINITIONS = {
    "agent_definitions": names.PARTIES,
    "target_definitions": names.PARTIES,
    "data_marking_definitions": names.MARKINGS,
    "extension_definitions": ("extension-definition",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    where: str
    """A path into the JSON: ``workflow/action--…/commands/0``."""
    what: Message
    severity: Severity = "error"


def _error(where: str, zh: str, en: str) -> Problem:
    return Problem(where=where, what=Message(zh, en))


def _remark(where: str, zh: str, en: str) -> Problem:
    return Problem(where=where, what=Message(zh, en), severity="remark")


def _object(where: str, value: Any, spec: shape.Spec, is_open: bool = False) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _error(where, "应为对象", "must be an object")
        return
    for name, why in shape.faults(value, spec):
        yield Problem(where=f"{where}/{name}".lstrip("/"), what=why)
    if not is_open:
        for name in shape.unknown(value, spec):
            yield _remark(
                f"{where}/{name}".lstrip("/"),
                "规范没有这一属性；原样保留",
                "the specification has no such property; it is kept",
            )


def problems(playbook: Playbook, known: frozenset[str] = frozenset()) -> list[Problem]:
    """What is wrong (the first `MOST`); `known` are ids of playbooks that steps may call."""
    raw = playbook.raw
    found = chain(
        _object("", raw, shape.PLAYBOOK),
        _dates(raw),
        _definitions(raw),
        _variables(playbook),
        _extensions(raw),
        _steps(playbook),
        _flow(playbook),
        _uuids(playbook),
        _activities(playbook),
        _calls(playbook, known | {playbook.id}),
    )
    return sorted(islice(found, MOST), key=lambda item: item.severity != "error")


def _calls(playbook: Playbook, known: frozenset[str]) -> Iterator[Problem]:
    for key, step in playbook.steps.items():
        if step.get("type") == "playbook-action" and str(step.get("playbook_id")) not in known:
            yield _remark(
                f"workflow/{key}/playbook_id",
                "库中没有这一预案",
                "no playbook of this id is at hand",
            )


def _dates(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for earlier, later, strict in (
        ("created", "modified", False),
        ("valid_from", "valid_until", True),
    ):
        first, last = raw.get(earlier), raw.get(later)
        if shape.timestamp(first) or shape.timestamp(last):
            continue
        # Times of this one form compare as text.
        if last < first or (strict and last == first):  # type: ignore[operator]
            yield _error(later, f"{later} 早于 {earlier}", f"{later} is before {earlier}")


def _each(raw: Mapping[str, Any], name: str) -> Iterator[tuple[str, str, Any]]:
    found = raw.get(name)
    if isinstance(found, Mapping):
        for key, value in found.items():
            yield f"{name}/{key}", str(key), value


def _definitions(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for name, kinds in DEFINITIONS.items():
        for where, key, value in _each(raw, name):
            kind = names.kind_of(key)
            party = kinds is names.PARTIES
            if kind is not None and party and kind not in kinds:
                # The vocabulary of parties is open: tools bring types of their own.
                yield _remark(where, f"规范没有列出类型 {kind}", f"type {kind} is not listed")
            elif kind not in kinds:
                yield _error(
                    where,
                    "键应为本类对象的标识符",
                    "the key must be an identifier of such an object",
                )
                continue
            if isinstance(value, Mapping) and value.get("type") != kind:
                yield _error(where, "类型与键不符", "its type differs from its key")
            if name == "extension_definitions":
                yield from _object(where, value, shape.EXTENSION)
            elif name == "data_marking_definitions":
                yield from _object(where, value, shape.MARKING[str(kind)], str(kind) in shape.OPEN)
            else:
                yield from _object(where, value, shape.PARTY, is_open=True)
    listed = raw.get("markings")
    defined = raw.get("data_marking_definitions")
    for item in map(str, listed if isinstance(listed, list) else ()):
        if not isinstance(defined, Mapping) or item not in defined:
            yield _error("markings", f"未定义的标记 {item}", f"marking {item} is not defined")


def _variables(playbook: Playbook) -> Iterator[Problem]:
    raw = playbook.raw
    places = [("playbook_variables", raw.get("playbook_variables"))]
    places += [
        (f"workflow/{key}/step_variables", step.get("step_variables"))
        for key, step in playbook.steps.items()
    ]
    defined: set[str] = set()
    for where, found in places:
        for name, value in found.items() if isinstance(found, Mapping) else ():
            if not names.VARIABLE.fullmatch(str(name)):
                yield _error(
                    f"{where}/{name}",
                    "变量名应写作 __name__",
                    "a variable is named like __name__",
                )
            defined.add(str(name))
            yield from _object(f"{where}/{name}", value, shape.VARIABLE)
    for path, value in walk_values(raw):
        if isinstance(value, str):
            for name in dict.fromkeys(names.used(value)):
                if name not in defined:
                    yield _error(
                        path.lstrip("/"),
                        f"未定义的变量 {name}",
                        f"variable {name} is not defined",
                    )
    for key, step in playbook.steps.items():
        for way in ("in_args", "out_args"):
            listed = step.get(way)
            for name in map(str, listed if isinstance(listed, list) else ()):
                if name not in defined:
                    yield _error(
                        f"workflow/{key}/{way}",
                        f"未定义的变量 {name}",
                        f"variable {name} is not defined",
                    )


def _extensions(raw: Mapping[str, Any]) -> Iterator[Problem]:
    defined = raw.get("extension_definitions")
    kinds = (
        "playbook_extensions",
        "step_extensions",
        "agent_target_extensions",
        "marking_extensions",
    )
    for path, value in walk_values(raw):
        name = path.rsplit("/", 1)[-1]
        if name not in kinds or not isinstance(value, Mapping):
            continue
        for key, held in value.items():
            where = f"{path}/{key}".lstrip("/")
            if names.kind_of(key) != "extension-definition":
                yield _error(where, "键应为扩展定义的标识符", "the key must be an extension's id")
            elif not isinstance(defined, Mapping) or key not in defined:
                yield _error(where, "扩展没有定义", "the extension is not defined")
            for item in held if isinstance(held, Mapping) else ():
                if not names.EXTENSION_PROPERTY.fullmatch(str(item)):
                    yield _error(
                        f"{where}/{item}",
                        "扩展属性名应为 3–250 个小写字母、数字或下划线",
                        "an extension property is named with 3–250 of a-z, 0-9 and _",
                    )


def _steps(playbook: Playbook) -> Iterator[Problem]:
    raw = playbook.raw
    agents, targets = raw.get("agent_definitions"), raw.get("target_definitions")
    for where, key, step in _each(raw, "workflow"):
        kind = names.kind_of(key)
        if kind not in names.STEPS:
            yield _error(where, "键应为步骤的标识符", "the key must be the identifier of a step")
            continue
        yield from _object(where, step, shape.STEP[str(kind)])
        if not isinstance(step, Mapping):
            continue
        if step.get("type") != kind:
            yield _error(where, "类型与键不符", "its type differs from its key")
        if names.uuid_version(key) != "4":
            yield _remark(where, "步骤应使用 UUIDv4", "a step should have a UUIDv4")
        commands = step.get("commands")
        for index, command in enumerate(commands if isinstance(commands, list) else ()):
            if isinstance(command, Mapping):
                for name, why in shape.command_faults(command):
                    yield Problem(where=f"{where}/commands/{index}/{name}", what=why)
        listed = step.get("targets")
        parties = [("agent", step.get("agent"), agents)]
        parties += [("targets", t, targets) for t in (listed if isinstance(listed, list) else ())]
        for name, item, defined in parties:
            if isinstance(item, str) and (not isinstance(defined, Mapping) or item not in defined):
                yield _error(f"{where}/{name}", f"未定义：{item[:80]}", f"not defined: {item[:80]}")


def _uuids(playbook: Playbook) -> Iterator[Problem]:
    """One UUID names one object, whatever its type."""
    raw = playbook.raw
    seen: dict[str, str] = {}
    keys = [playbook.id, *playbook.steps]
    for name in DEFINITIONS:
        keys += [key for _, key, _ in _each(raw, name)]
    for key in dict.fromkeys(keys):
        uuid = names.uuid_of(key)
        if uuid and seen.setdefault(uuid, key) != key:
            yield _error(key, "与另一对象共用 UUID", f"shares its UUID with {seen[uuid]}")


def _activities(playbook: Playbook) -> Iterator[Problem]:
    types, listed = playbook.raw.get("playbook_types"), playbook.raw.get("playbook_activities")
    if isinstance(types, list) and set(map(str, types)) & set(names.PLAYBOOK_TYPES) and not listed:
        yield _error(
            "playbook_activities",
            "给出 playbook_types 时须列出至少一项活动",
            "with playbook_types at least one activity must be listed",
        )
    done = {
        str(command.get("playbook_activity"))
        for step in playbook.steps.values()
        if isinstance(step.get("commands"), list)
        for command in step["commands"]
        if isinstance(command, Mapping)
    }
    for name in listed if isinstance(listed, list) else ():
        if isinstance(name, str) and name not in done:
            yield _remark("playbook_activities", f"没有步骤做 {name}", f"no step does {name}")


def _flow(playbook: Playbook) -> Iterator[Problem]:
    raw, steps = playbook.raw, playbook.steps
    kinds = {str(step.get("type")) for step in steps.values()}
    for needed in (("start",), ("action", "playbook-action"), ("end",)):
        if not kinds & set(needed):
            name = " / ".join(needed)
            yield _error("workflow", f"缺少 {name} 步骤", f"there is no {name} step")
    for name in ("workflow_start", "workflow_exception"):
        target = raw.get(name)
        if isinstance(target, str) and target not in steps:
            yield _error(name, "指向不存在的步骤", "it points at no step")
    for key, step in steps.items():
        yield from _step_flow(f"workflow/{key}", step, steps)
    reached = flow.reachable(steps, [raw.get("workflow_start"), raw.get("workflow_exception")])
    for key in steps:
        if key not in reached:
            yield _error(
                f"workflow/{key}", "无法到达该步骤", "this step cannot be reached from the start"
            )
    for key in flow.circles(steps):
        yield _error(
            f"workflow/{key}",
            "步骤循环指回自身；重复应写作 while-condition",
            "steps run in a circle; a repetition is written as while-condition",
        )
    main = flow.ends(steps, raw.get("workflow_start"))
    targets = {
        target
        for step in steps.values()
        for _, target in flow.branches(step)
        if isinstance(target, str) and target in steps
    }
    ends = {target: flow.ends(steps, target) for target in targets}
    for key, step in steps.items():
        yield from _branch_ends(f"workflow/{key}", step, ends, main)


def _step_flow(where: str, step: Mapping[str, Any], steps: flow.Steps) -> Iterator[Problem]:
    kind = step.get("type")
    for name, target in flow.leads_to(step):
        if isinstance(target, str) and target not in steps:
            yield _error(f"{where}/{name}", "指向不存在的步骤", "it points at no step")
        elif isinstance(target, str) and steps[target].get("type") == "start":
            yield _error(f"{where}/{name}", "不得指向开始步骤", "it must not point at a start step")
        elif not isinstance(target, str):
            yield _error(f"{where}/{name}", "应为步骤的标识符", "must be the identifier of a step")
    given = {name for name, _ in flow.after(step)}
    if kind == "end" and given:
        yield _error(where, "结束步骤之后不得再有步骤", "nothing follows an end step")
    if kind == "start" and given - {"on_completion"}:
        yield _error(where, "开始步骤只用 on_completion", "a start step has on_completion only")
    if "on_completion" in given and len(given) > 1:
        yield _error(
            where,
            "on_completion 不得与 on_success、on_failure 并用",
            "on_completion excludes on_success and on_failure",
        )
    if kind != "end" and not given & {"on_completion", "on_success"}:
        yield _error(where, "没有下一步", "nothing follows this step")


def _branch_ends(
    where: str, step: Mapping[str, Any], ends: Mapping[str, set[str]], main: set[str]
) -> Iterator[Problem]:
    """Each branch ends in an end step of its own, so that one knows where to return to."""
    taken = dict.fromkeys(main, "the main line")
    for name, target in flow.branches(step):
        if not isinstance(target, str) or target not in ends:
            continue
        found = ends[target]
        if not found:
            yield _error(f"{where}/{name}", "该分支没有结束步骤", "this branch has no end step")
        for end in found:
            if end in taken:
                yield _error(
                    f"{where}/{name}",
                    "该分支与其他分支或主线共用结束步骤",
                    f"this branch shares its end step with {taken[end]}",
                )
            taken[end] = name
