"""Which kind of JSON a text is: chat export, agent trace, table of objects, or just JSON.

Works on the beginning alone: a sample that is cut off in the middle of a document is read as
far as its first complete objects go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.log_json import is_json_log

Found = tuple[EvidenceKind, str]

_AGENT_KEYS = frozenset(
    [
        "action",
        "observation",
        "thought",
        "tool",
        "tool_name",
        "tool_input",
        "tool_output",
        "tool_call",
        "tool_calls",
        "tool_call_id",
        "function_call",
        "action_input",
        "step",
        "state",
        "environment",
    ]
)
_STRONG_KEYS = frozenset(["action", "observation", "tool", "tool_name", "tool_call", "tool_calls"])
_ROLES = frozenset(["system", "user", "assistant", "tool", "function", "developer", "human", "ai"])
_MOST_OBJECTS = 50


def identify_json(head: str, cut: bool) -> Found | None:
    """Kind of a text that begins with `{` or `[`; None when it is no JSON worth a name.

    `cut` says that the sample ends before the document does.
    """
    value = _whole(head)
    if value is None:
        return _by_lines(head, cut) or _by_start(head, cut)
    if isinstance(value, dict):
        return _document(value) or _web_log([line for line in head.split("\n") if line.strip()])
    if isinstance(value, list):
        objects = [item for item in value[:_MOST_OBJECTS] if isinstance(item, dict)]
        if objects and len(objects) == len(value[:_MOST_OBJECTS]):
            return _trace(objects) or (_rows(objects, "json") if len(objects) > 1 else None)
    return None


def _whole(text: str) -> object | None:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _document(value: Mapping[str, object]) -> Found | None:
    """One JSON object that is the whole text."""
    keys = value.keys()
    if keys & {"resourceSpans", "scopeSpans", "instrumentationLibrarySpans"} or _is_span(value):
        return EvidenceKind.AGENT_TRACE, "otel-genai"
    if "eval" in keys and keys & {"samples", "results", "plan", "stats", "status"}:
        return EvidenceKind.AGENT_TRACE, "inspect-log"
    messages = value.get("messages")
    if isinstance(messages, list) and messages:
        return _telegram_or_trace(messages)
    chats = value.get("chats")
    if isinstance(chats, dict) and isinstance(chats.get("list"), list):
        return EvidenceKind.DIALOGUE, "telegram-json"
    for key in ("trace", "steps", "trajectory", "history", "conversation", "events"):
        steps = value.get(key)
        if isinstance(steps, list):
            objects = [item for item in steps[:_MOST_OBJECTS] if isinstance(item, dict)]
            if objects and (found := _trace(objects)):
                return found
    return _trace([value])


def _telegram_or_trace(messages: Sequence[object]) -> Found | None:
    objects = [item for item in messages[:_MOST_OBJECTS] if isinstance(item, dict)]
    if not objects:
        return None
    if any(item.keys() & {"from_id", "date_unixtime", "actor_id"} for item in objects):
        return EvidenceKind.DIALOGUE, "telegram-json"
    return _trace(objects)


def _is_span(value: Mapping[str, object]) -> bool:
    attributes = value.get("attributes")
    if isinstance(attributes, dict):
        return any(str(key).startswith("gen_ai.") for key in attributes)
    if isinstance(attributes, list):
        return any(
            isinstance(item, dict) and str(item.get("key", "")).startswith("gen_ai.")
            for item in attributes
        )
    return False


def _trace(objects: Sequence[Mapping[str, object]]) -> Found | None:
    """The agent trace that these objects (messages, steps or spans) are, or None."""
    if any(_is_span(item) for item in objects[:10]):
        return EvidenceKind.AGENT_TRACE, "otel-genai"
    spoken = [item for item in objects if isinstance(item.get("role"), str)]
    roles = {str(item["role"]).lower() for item in spoken}
    if spoken and len(spoken) * 10 >= len(objects) * 8:
        worded = all(item.keys() & {"content", "tool_calls", "parts", "refusal"} for item in spoken)
        if worded and roles <= _ROLES and (len(objects) > 1 or "tool_calls" in objects[0]):
            return EvidenceKind.AGENT_TRACE, "openai-messages"
        if worded and roles & {"agent", "environment", "observation"}:
            return EvidenceKind.AGENT_TRACE, "agent-jsonl"
    acting = sum(
        1
        for item in objects
        if len(item.keys() & _AGENT_KEYS) >= 2
        or (item.keys() & _STRONG_KEYS and item.keys() & {"role", "agent", "args", "arguments"})
    )
    if acting and (acting * 2 >= len(objects) or (spoken and len(spoken) == len(objects))):
        return EvidenceKind.AGENT_TRACE, "agent-jsonl"
    return None


def _rows(objects: Sequence[Mapping[str, object]], format: str) -> Found | None:
    """A table when the objects share most of their keys."""
    shared = set(objects[0])
    widest = len(shared)
    for item in objects[1:]:
        shared &= item.keys()
        widest = max(widest, len(item))
    if shared and len(shared) * 2 >= widest:
        return EvidenceKind.DATASET, format
    return None


def _by_lines(head: str, cut: bool) -> Found | None:
    """JSON Lines: an object a line."""
    lines = [line for line in head.split("\n")[: _MOST_OBJECTS + 1] if line.strip()]
    if cut or len(lines) > _MOST_OBJECTS:
        lines = lines[:-1] or lines
    objects, broken = [], 0
    for line in lines:
        value = _whole(line) if line.lstrip()[:1] == "{" else None
        if isinstance(value, dict):
            objects.append(value)
        else:
            broken += 1
    if not objects or broken * 5 > len(lines) or (len(objects) < 2 and not cut):
        return _web_log(lines)
    found = _traces(objects) or _trace(objects)
    if found is None and "label" not in objects[0]:  # requests collected to learn from
        found = _web_log(lines)
    return found or _rows(objects, "jsonl")


def _web_log(lines: Sequence[str]) -> Found | None:
    """A log of a web server where nearly every line is a request with its answer."""
    return (EvidenceKind.WEB_LOG, "json-log") if is_json_log(lines) else None


def _traces(objects: Sequence[Mapping[str, object]]) -> Found | None:
    """A conversation a line: agent traces where tools are used, else a training set."""
    with_messages = [item["messages"] for item in objects if isinstance(item.get("messages"), list)]
    if len(with_messages) != len(objects):
        spans = sum(1 for item in objects if item.keys() & {"resourceSpans", "scopeSpans"})
        return (EvidenceKind.AGENT_TRACE, "otel-genai") if spans == len(objects) else None
    messages = [message for group in with_messages if isinstance(group, list) for message in group]
    tools = any("tools" in item or "functions" in item for item in objects) or any(
        isinstance(message, dict)
        and (message.get("role") in ("tool", "function") or "tool_calls" in message)
        for message in messages
    )
    if tools:
        return EvidenceKind.AGENT_TRACE, "openai-messages"
    return EvidenceKind.DATASET, "jsonl"


_KEY = re.compile(r"\"([A-Za-z_][\w.\-]{0,60})\"\s{0,8}:")
_OBJECT_LIST = re.compile(r"\[\s{0,200}\{")


def _by_start(head: str, cut: bool) -> Found | None:
    """A document too long for the sample: judged by the keys in its beginning."""
    if not cut:
        return None
    keys = set(_KEY.findall(head[:65_536]))
    if keys & {"resourceSpans", "scopeSpans"} or '"gen_ai.' in head[:65_536]:
        return EvidenceKind.AGENT_TRACE, "otel-genai"
    if "eval" in keys and keys & {"samples", "results", "plan", "stats", "status"}:
        return EvidenceKind.AGENT_TRACE, "inspect-log"
    if keys & {"from_id", "date_unixtime"} and "messages" in keys:
        return EvidenceKind.DIALOGUE, "telegram-json"
    if "role" in keys and keys & {"content", "tool_calls"}:
        return EvidenceKind.AGENT_TRACE, "openai-messages"
    if len(keys & _AGENT_KEYS) >= 2 and keys & _STRONG_KEYS:
        return EvidenceKind.AGENT_TRACE, "agent-jsonl"
    if _OBJECT_LIST.match(head):
        return EvidenceKind.DATASET, "json"
    return None
