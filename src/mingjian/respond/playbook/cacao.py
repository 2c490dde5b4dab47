"""A CACAO 2.0 playbook as it came: nothing dropped, nothing added, nothing run.

The whole JSON object is kept, unknown and extension properties included, so what is exported
equals what was imported in canonical form. Reading checks only that it is JSON of bounded size;
`check.problems` says what is wrong with it as a playbook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.domain.message import Message

LARGEST = 4 << 20
MOST_STEPS = 2000
DEEPEST = 64


class PlaybookRefused(ValueError):
    """The bytes are no playbook at all, or beyond the bounds."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise PlaybookRefused(
            Message("同一对象中有重复的属性", "a property is given twice in one object")
        )
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def walk_values(value: object) -> Iterator[tuple[str, object]]:
    """Every value in a JSON document with its path, without recursion."""
    stack: list[tuple[str, object, int]] = [("", value, 0)]
    while stack:
        path, item, depth = stack.pop()
        yield path, item
        if depth > DEEPEST:
            raise PlaybookRefused(Message("嵌套过深", "nested too deeply"))
        if isinstance(item, Mapping):
            stack += [(f"{path}/{key}", child, depth + 1) for key, child in item.items()]
        elif isinstance(item, list):
            stack += [(f"{path}/{index}", child, depth + 1) for index, child in enumerate(item)]


def canonical(value: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8. Two playbooks are the same if this is."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook and its parts as views on the object that came."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw.get("id", ""))

    @property
    def steps(self) -> Mapping[str, Mapping[str, Any]]:
        """Steps by id; what is not an object is left out (`problems` names it)."""
        found = self.raw.get("workflow")
        if not isinstance(found, Mapping):
            return {}
        return {key: step for key, step in found.items() if isinstance(step, Mapping)}

    @property
    def extension(self) -> Mapping[str, Any]:
        """Our own properties of the playbook: key, English twins, conducts."""
        return ours(self.raw.get("playbook_extensions"))

    @property
    def key(self) -> str:
        """Short name in the library, else the id."""
        return str(self.extension.get("key") or self.id)

    @property
    def name(self) -> Message:
        return _twin(self.raw, "name", self.extension)

    @property
    def description(self) -> Message:
        return _twin(self.raw, "description", self.extension)

    def step_name(self, step: Mapping[str, Any]) -> Message:
        return _twin(step, "name", ours(step.get("step_extensions")))

    def agent_name(self, step: Mapping[str, Any]) -> Message | None:
        agents = self.raw.get("agent_definitions")
        agent = agents.get(step.get("agent")) if isinstance(agents, Mapping) else None
        if not isinstance(agent, Mapping):
            return None
        return _twin(agent, "name", ours(agent.get("agent_target_extensions")))

    def export(self) -> bytes:
        """The playbook as readable JSON; its canonical form is that of what came."""
        text = json.dumps(self.raw, ensure_ascii=False, indent=1, allow_nan=False)
        return (text + "\n").encode("utf-8", "backslashreplace")


def ours(extensions: object) -> Mapping[str, Any]:
    """The properties of our own extension in a set of extensions."""
    from mingjian.respond.playbook.names import EXTENSION_ID

    found = extensions.get(EXTENSION_ID) if isinstance(extensions, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _twin(item: Mapping[str, Any], name: str, extension: Mapping[str, Any]) -> Message:
    text = item.get(name)
    zh = text if isinstance(text, str) else ""
    other = extension.get(f"{name}_en")
    return Message(zh, other if isinstance(other, str) and other else zh)


def read(data: bytes) -> Playbook:
    """A playbook from bytes; raises `PlaybookRefused`."""
    if len(data) > LARGEST:
        raise PlaybookRefused(Message("文件超过 4 MiB", "the file is larger than 4 MiB"))
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_no_constant)
        for _ in walk_values(value):
            pass
        canonical(value)
    except PlaybookRefused:
        raise
    except (ValueError, RecursionError):
        raise PlaybookRefused(Message("不是 JSON", "it is not JSON")) from None
    if not isinstance(value, dict):
        raise PlaybookRefused(Message("不是 JSON 对象", "it is not a JSON object"))
    workflow = value.get("workflow")
    if isinstance(workflow, dict) and len(workflow) > MOST_STEPS:
        raise PlaybookRefused(
            Message(f"步骤多于 {MOST_STEPS} 个", f"it has more than {MOST_STEPS} steps")
        )
    return Playbook(value)
