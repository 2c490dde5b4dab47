"""What each CACAO 2.0 object must and may have, as tables; written after the specification.

`spec(...)` maps a property to the rule its value meets. A rule returns None if the value is
fine, else the reason. A name ending in `!` is required.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mingjian.domain.message import Message
from mingjian.respond.playbook import names

Rule = Callable[[Any], Message | None]
Spec = Mapping[str, Rule]


def _why(zh: str, en: str) -> Message:
    return Message(zh, en)


def text(value: Any) -> Message | None:
    return None if isinstance(value, str) else _why("应为文字", "must be text")


def named(value: Any) -> Message | None:
    if isinstance(value, str) and value.strip():
        return None
    return _why("应为非空文字", "must be text that is not empty")


def boolean(value: Any) -> Message | None:
    return None if isinstance(value, bool) else _why("应为 true 或 false", "must be true or false")


def whole(top: int | None = None) -> Rule:
    def rule(value: Any) -> Message | None:
        fine = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if fine and (top is None or value <= top):
            return None
        limit = "" if top is None else f"–{top}"
        return _why(f"应为 0{limit} 的整数", f"must be a whole number of 0{limit or ' or more'}")

    return rule


def is_(expected: str) -> Rule:
    def rule(value: Any) -> Message | None:
        if value == expected:
            return None
        return _why(f"应为 {expected}", f"must be {expected}")

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(value: Any) -> Message | None:
        if value in allowed:
            return None
        listed = ", ".join(allowed)
        return _why(f"应为其一：{listed}", f"must be one of: {listed}")

    return rule


def ident(*kinds: str) -> Rule:
    """An identifier, of one of `kinds` if any are given."""

    def rule(value: Any) -> Message | None:
        kind = names.kind_of(value)
        if kind is None:
            return _why("应为 类型--UUID 形式的标识符", "must be an identifier: type--UUID")
        if kinds and kind not in kinds:
            listed = ", ".join(kinds)
            return _why(f"标识符的类型应为 {listed}", f"must be an identifier of type {listed}")
        return None

    return rule


def timestamp(value: Any) -> Message | None:
    if isinstance(value, str) and names.TIMESTAMP.fullmatch(value):
        return None
    return _why(
        "应为毫秒级时间，如 2026-11-25T08:00:00.000Z",
        "must be a time to the millisecond, such as 2026-11-25T08:00:00.000Z",
    )


def listed(rule: Rule, least: int = 1) -> Rule:
    def check(value: Any) -> Message | None:
        if not isinstance(value, list) or len(value) < least:
            return _why(f"应为至少 {least} 项的列表", f"must be a list of at least {least}")
        return next((why for item in value if (why := rule(item))), None)

    return check


def mapping(value: Any) -> Message | None:
    return None if isinstance(value, Mapping) else _why("应为对象", "must be an object")


def filled(value: Any) -> Message | None:
    if isinstance(value, Mapping) and value:
        return None
    return _why("应为非空对象", "must be an object that is not empty")


def encoded(value: Any) -> Message | None:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        return _why("应为 Base64", "must be Base64")
    return None


def variable_value(value: Any) -> Message | None:
    if value is None or isinstance(value, str | Mapping):
        return None
    return _why("应为文字、对象或 null", "must be text, an object or null")


def reference(value: Any) -> Message | None:
    """An external reference: a name and at least one way to the source."""
    if not isinstance(value, Mapping) or named(value.get("name")):
        return _why("外部引用须有 name", "an external reference needs a name")
    ways = ("description", "source", "url", "external_id", "reference_id")
    if not any(isinstance(value.get(way), str) for way in ways):
        return _why("外部引用须指明出处", "an external reference must say where to look")
    return None


REFERENCES = listed(reference)
PLAYBOOK: Spec = {
    "type!": is_("playbook"),
    "spec_version!": is_("cacao-2.0"),
    "id!": ident("playbook"),
    "name!": named,
    "created_by!": ident("identity"),
    "created!": timestamp,
    "modified!": timestamp,
    "workflow_start!": ident("start"),
    "workflow!": filled,
    "description": text,
    "playbook_types": listed(text, 0),
    "playbook_activities": listed(text),
    "playbook_processing_summary": mapping,
    "revoked": boolean,
    "valid_from": timestamp,
    "valid_until": timestamp,
    "derived_from": listed(ident("playbook")),
    "related_to": listed(ident()),
    "priority": whole(100),
    "severity": whole(100),
    "impact": whole(100),
    "industry_sectors": listed(text),
    "labels": listed(text),
    "external_references": REFERENCES,
    "markings": listed(ident(*names.MARKINGS)),
    "playbook_variables": mapping,
    "workflow_exception": ident(*names.STEPS),
    "playbook_extensions": filled,
    "authentication_info_definitions": filled,
    "agent_definitions": filled,
    "target_definitions": filled,
    "extension_definitions": mapping,
    "data_marking_definitions": mapping,
    "signatures": listed(mapping),
}
_STEP: Spec = {
    "type!": one_of(*names.STEPS),
    "name": text,
    "description": text,
    "external_references": REFERENCES,
    "delay": whole(),
    "timeout": whole(),
    "step_variables": mapping,
    "owner": ident("identity"),
    "step_extensions": filled,
}
_ON = ident(*names.STEPS)
_NEXT: Spec = {"on_completion": _ON, "on_success": _ON, "on_failure": _ON}
_ARGUMENTS: Spec = {"in_args": listed(text), "out_args": listed(text)}
STEP: Mapping[str, Spec] = {
    "start": {**_STEP, "on_completion!": _ON},
    "end": _STEP,
    "action": {
        **_STEP,
        **_NEXT,
        **_ARGUMENTS,
        "commands!": listed(mapping),
        "agent!": ident(),
        "targets": listed(ident()),
    },
    "playbook-action": {
        **_STEP,
        **_NEXT,
        **_ARGUMENTS,
        "playbook_id!": ident("playbook"),
        "playbook_version": timestamp,
    },
    "parallel": {**_STEP, **_NEXT, "next_steps!": listed(_ON, 2)},
    "if-condition": {**_STEP, **_NEXT, "condition!": named, "on_true!": _ON, "on_false": _ON},
    "while-condition": {**_STEP, **_NEXT, "condition!": named, "on_true!": _ON},
    "switch-condition": {**_STEP, **_NEXT, "switch!": named, "cases!": filled},
}
_COMMAND: Spec = {
    "type!": named,
    "description": text,
    "version": text,
    "playbook_activity": text,
    "external_references": REFERENCES,
    "command": text,
    "command_b64": encoded,
    "headers": mapping,
    "content": text,
    "content_b64": encoded,
}
VARIABLE: Spec = {
    "type!": named,
    "description": text,
    "value": variable_value,
    "constant": boolean,
    "external": boolean,
}
PARTY: Spec = {
    "type!": named,
    "name!": named,
    "description": text,
    "location": mapping,
    "agent_target_extensions": filled,
}
EXTENSION: Spec = {
    "type!": is_("extension-definition"),
    "name!": named,
    "created_by!": ident("identity"),
    "schema!": named,
    "version!": named,
    "description": text,
    "external_references": REFERENCES,
}
_MARKING: Spec = {
    "created_by!": ident("identity"),
    "created!": timestamp,
    "id": ident(*names.MARKINGS),
    "name": text,
    "description": text,
    "revoked": boolean,
    "valid_from": timestamp,
    "valid_until": timestamp,
    "labels": listed(text),
    "external_references": REFERENCES,
    "marking_extensions": filled,
}
MARKING: Mapping[str, Spec] = {
    "marking-tlp": {
        **_MARKING,
        "type!": is_("marking-tlp"),
        "tlpv2_level!": one_of(*names.TLP),
    },
    "marking-statement": {**_MARKING, "type!": is_("marking-statement"), "statement!": named},
    "marking-iep": {**_MARKING, "type!": is_("marking-iep")},
}
OPEN = frozenset({"marking-iep"})
"""Types with properties that are not listed here; nothing unknown is reported for them."""


def faults(value: Mapping[str, Any], spec: Spec) -> Iterator[tuple[str, Message]]:
    """Properties that are missing or wrong, each with the reason."""
    for name, rule in spec.items():
        plain = name.rstrip("!")
        if plain not in value:
            if name.endswith("!"):
                yield plain, _why("缺少必需的属性", "a required property is missing")
            continue
        why = rule(value[plain])
        if why is not None:
            yield plain, why


def unknown(value: Mapping[str, Any], spec: Spec) -> list[str]:
    """Properties the specification does not have; they are kept, and pointed out."""
    known = {name.rstrip("!") for name in spec}
    return [name for name in value if name not in known]


def command_faults(value: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """A command of any type; all but HTTP calls may be given as Base64."""
    yield from faults(value, _COMMAND)
    if value.get("type") == "http-api":
        if "command" not in value:
            yield "command", _why("缺少必需的属性", "a required property is missing")
    elif "command" not in value and "command_b64" not in value:
        yield (
            "command",
            _why("须有 command 或 command_b64", "it needs command or command_b64"),
        )
