"""Traces written as JSON: messages with tool calls, steps, spans, evaluation logs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from mingjian.detect.agent.read_text import add_action, add_said, add_thought
from mingjian.detect.agent.trace import DEEPEST, Collector, StepKind, plain, read_value
from mingjian.domain.finding import Lines, Member, Place

Json = Mapping[str, object]

_HOLDERS = [
    "messages",
    "contents",
    "trace",
    "steps",
    "trajectory",
    "history",
    "conversation",
    "conversations",
    "dialog",
    "dialogue",
    "turns",
    "interactions",
    "log",
    "records",
    "events",
    "samples",
    "runs",
    "spans",
    "resourceSpans",
    "scopeSpans",
    "instrumentationLibrarySpans",
    "data",
    "transcript",
]
"""Keys under which the steps lie, in the order they are tried."""
_BEFORE = ("system", "system_prompt", "instruction", "task", "user_task", "user_prompt", "prompt",
           "query", "question", "goal", "input", "user_input", "指令", "任务")  # fmt: skip
_AFTER = ("final_answer", "final_output", "answer", "final_response", "output", "答复")
_ROLES: dict[str, StepKind | None] = {
    "system": "system", "developer": "system", "user": "instruction", "human": "instruction",
    "assistant": None, "agent": None, "ai": None, "gpt": None, "bot": None, "model": None,
    "tool": "observation", "function": "observation", "environment": "observation",
    "observation": "observation", "ipython": "observation", "tool_result": "observation",
    "function_response": "observation", "function_call": "call", "tool_call": "call",
    "thought": "thought", "用户": "instruction", "智能体": None, "助手": None,
    "工具": "observation", "环境": "observation", "系统": "system",
}  # fmt: skip
_SAID = ("content", "value", "text", "message", "parts", "body", "内容", "refusal")
_THOUGHT = ("thought", "thoughts", "thinking", "reasoning", "reasoning_content", "plan", "思考")
_ACTION = ("action", "tool_call", "function_call", "call", "动作", "行动")
_TOOL = ("tool", "tool_name", "function", "action_name", "name", "api", "工具", "工具名")
_INPUT = ("arguments", "args", "tool_input", "action_input", "input", "parameters", "params",
          "tool_args", "action_args", "kwargs", "command", "参数", "输入")  # fmt: skip
_SEEN = ("observation", "result", "tool_output", "tool_result", "output", "response", "returned",
         "return", "env", "environment", "观察", "结果", "返回")  # fmt: skip
_ANSWER = ("answer", "final_answer", "final", "reply", "答复", "回复")
_SPEAKER = ("role", "from", "speaker", "author", "sender", "角色")


def read_json(text: str, into: Collector) -> str | None:
    """Steps of a JSON text, whole, cut off, or a line an object; the form, or None."""
    value = read_value(text)
    if isinstance(value, dict | list):
        return read_document(value, into)
    objects = _by_lines(text) or _salvaged(text)
    if not objects:
        return None
    into.unique = True
    for place, item in objects:
        _item(item, place, into, 0)
    return "jsonl"


def read_document(value: object, into: Collector) -> str:
    """Steps of a JSON value; the form."""
    form = "steps"
    if isinstance(value, dict):
        if value.keys() & {"resourceSpans", "scopeSpans", "spans"}:
            form = "spans"
        elif "eval" in value and "samples" in value:
            form = "inspect"
        elif "messages" in value:
            form = "messages"
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        form = "messages" if "role" in value[0] else form
    into.unique = form in ("spans", "inspect")
    _item(value, "", into, 0)
    return form


def _by_lines(text: str) -> list[tuple[Place, object]]:
    found: list[tuple[Place, object]] = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.lstrip()[:1] == "{":
            value = read_value(line)
            if isinstance(value, dict):
                found.append((Lines(number, number), value))
    return found if len(found) * 2 > sum(bool(line.strip()) for line in lines) else []


_FIRST_OBJECT = re.compile(r"\[\s{0,200}\{")
_DECODER = json.JSONDecoder(strict=False)


def _salvaged(text: str) -> list[tuple[Place, object]]:
    """The whole objects of a list that breaks off."""
    start = _FIRST_OBJECT.search(text[:100_000])
    if text.lstrip()[:1] not in ("[", "{") or start is None:
        return []
    found: list[tuple[Place, object]] = []
    at = start.end() - 1
    while len(found) < 2_000 and text[at : at + 1] == "{":
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append((Member(f"[{len(found)}]"), value))
        at = end
        while text[at : at + 1] in (",", " ", "\n", "\r", "\t"):
            at += 1
    return found


def _item(value: object, path: str | Place, into: Collector, depth: int) -> None:
    """Whatever it is: a list of steps, something that holds steps, or a step."""
    if into.full:
        into.cut = True
    if depth > DEEPEST or into.full:
        return
    if isinstance(value, list):
        items: Sequence[object] = value
        if items and all(isinstance(x, dict) and "startTimeUnixNano" in x for x in items):
            items = sorted(items, key=lambda x: str(x["startTimeUnixNano"]).zfill(25))  # type: ignore[index]
        for number, item in enumerate(items):
            _item(item, f"{path}[{number}]" if isinstance(path, str) else path, into, depth + 1)
        return
    if not isinstance(value, dict):
        return
    place: Place = Member(path) if isinstance(path, str) else path
    if "attributes" in value and _span(value, place, into):
        return
    if _speaker(value) or _is_step(value):
        _step(value, place, into)
        return
    _first(value, _BEFORE, "instruction", place, into)
    for key in _HOLDERS:
        inner = value.get(key)
        if isinstance(inner, list | dict):
            below = f"{path}.{key}".lstrip(".") if isinstance(path, str) else path
            _item(inner, below, into, depth + 1)
            if key not in _MANY:
                break
    _first(value, _AFTER, "answer", place, into)


_MANY = frozenset({"spans", "resourceSpans", "scopeSpans", "instrumentationLibrarySpans"})


def _first(value: Json, keys: Iterable[str], kind: StepKind, place: Place, into: Collector) -> None:
    for key in keys:
        said = value.get(key)
        if isinstance(said, str) and said.strip():
            into.add("system" if key.startswith("system") else kind, said, place)
            if not key.startswith("system"):
                return


def _speaker(value: Json) -> str:
    for key in _SPEAKER:
        name = value.get(key)
        if isinstance(name, dict):
            name = name.get("role")
        if isinstance(name, str) and name.lower() in _ROLES:
            return name.lower()
    return ""


def _is_step(value: Json) -> bool:
    keys = value.keys()
    return bool(
        keys & {*_THOUGHT, *_ACTION, "observation", "tool_calls", "tool_name", "观察"}
        or (keys & set(_TOOL) and keys & {*_INPUT, *_SEEN})
        or keys <= {*_SEEN, "step", "type", "id"}
    )


def _step(value: Json, place: Place, into: Collector) -> None:
    """One message or one step."""
    kind = _ROLES.get(_speaker(value))
    said = next((value[key] for key in _SAID if value.get(key)), None)
    if kind == "call":
        _call({**value, **(_as_dict(said) or {})}, place, into)
        return
    if kind is not None and not value.keys() & {*_ACTION, "tool_calls"}:
        name = str(value.get("name") or value.get("tool") or "")
        _heard(kind, said if said is not None else _pick(value, _SEEN), name, place, into)
        return
    over = isinstance(value.get("action"), str) and _OVER.match(str(value["action"]))
    for key in _THOUGHT:
        if isinstance(value.get(key), str):
            if over:
                into.add("answer", str(value[key]), place)
            else:
                add_thought(str(value[key]), place, into)
    if over:
        return
    calls = value.get("tool_calls")
    acts = isinstance(calls, list) and bool(calls)
    _said(said, place, into, acts or bool(value.keys() & set(_ACTION)))
    if isinstance(calls, list):
        for call in calls:
            _call(call, place, into)
    _acted(value, place, into)
    seen = _pick(value, _SEEN)
    if seen is not None and _speaker(value) == "":
        into.add("observation", plain(seen), place, str(_pick(value, _TOOL) or ""))
    if isinstance(answer := _pick(value, _ANSWER), str):
        into.add("answer", answer, place)


_OVER = re.compile(r"\s*(?:complete|finish|finished|done|end|stop)\s*$", re.I)


def _acted(value: Json, place: Place, into: Collector) -> None:
    action = _pick(value, _ACTION)
    if isinstance(action, str):
        given = _pick(value, _INPUT)
        if given is not None and re.fullmatch(r"[\w.\-]{1,100}", action):
            into.call(action, given, place)
        else:
            add_action(action, place, into)
    elif isinstance(action, dict | list):
        _call(action, place, into)
    elif isinstance(name := _pick(value, _TOOL), str) and not _speaker(value):
        into.call(name, _pick(value, _INPUT) or "", place)


def _heard(kind: StepKind, said: object, name: str, place: Place, into: Collector) -> None:
    """What a user or a tool said; a user's turn may carry results of tools."""
    if isinstance(said, list):
        for part in said:
            seen = isinstance(part, dict) and part.get("type") in ("tool_result", "tool_response")
            inner = part.get("content", part) if isinstance(part, dict) and seen else part
            into.add("observation" if seen else kind, plain(inner), place, name)
        return
    words = plain(said) if said is not None else ""
    if kind == "instruction" and _RETURNED.match(words):
        kind = "observation"
    into.add(kind, words, place, name)


_RETURNED = re.compile(
    r"\s{0,20}(?:observation|the output of the os|(?:tool|function) (?:result|output)|"
    r"execution result|<tool_response>|观察|工具返回|执行结果)\s{0,3}\d{0,3}\s{0,3}[:：\n>]",
    re.I,
)


def _said(said: object, place: Place, into: Collector, acts: bool) -> None:
    """What the agent said, in one text or in parts of thought, words and tool use."""
    if isinstance(said, str):
        if acts:
            into.add("thought", said, place)
        else:
            add_said(said, place, into)
    elif isinstance(said, list):
        uses = any(isinstance(part, dict) and "tool" in str(part.get("type")) for part in said)
        for part in said:
            if not isinstance(part, dict):
                into.add("answer", plain(part), place)
            elif str(part.get("type")) in ("tool_use", "tool_call", "function_call"):
                _call(part, place, into)
            elif str(part.get("type")) in ("thinking", "reasoning"):
                into.add("thought", plain(part), place)
            else:
                into.add("thought" if uses or acts else "answer", plain(part), place)
    elif said is not None:
        into.add("answer", plain(said), place)


def _call(value: object, place: Place, into: Collector) -> None:
    """One recorded tool call in any of the usual wrappings."""
    if isinstance(value, list):
        for inner in value:
            _call(inner, place, into)
        return
    if isinstance(value, str):
        add_action(value, place, into)
        return
    if not isinstance(value, dict):
        return
    inner = value.get("function") or value.get("function_call")
    if isinstance(inner, dict):
        value = inner
    name = _pick(value, ("name", "function", *_TOOL, "action", "type"))
    given = _pick(value, _INPUT)
    if given is None:
        given = {
            k: v for k, v in value.items() if k not in (*_TOOL, "action", "id", "type", "role")
        }
    into.call(name if isinstance(name, str) else "", given, place)


def _pick(value: Json, keys: Iterable[str]) -> object | None:
    for key in keys:
        found = value.get(key)
        if found is not None and found != "":
            return found
    return None


def _as_dict(value: object) -> Json | None:
    read = read_value(value) if isinstance(value, str) else value
    return read if isinstance(read, dict) else None


# ---- spans ------------------------------------------------------------------------------


def _attributes(value: object) -> dict[str, object]:
    """Attributes of a span, plain or as OTLP writes them."""
    if isinstance(value, dict):
        return {str(key): inner for key, inner in value.items()}
    found: dict[str, object] = {}
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and isinstance(item.get("value"), dict):
                found[str(item.get("key"))] = next(iter(item["value"].values()), None)
    return found


_NUMBERED = re.compile(r"gen_ai\.(?:prompt|completion)\.(\d{1,4})\.(.{1,80})")


def _span(value: Json, place: Place, into: Collector) -> bool:
    """A span of the GenAI conventions; False where it is something else."""
    told = _attributes(value.get("attributes"))
    if not any(key.startswith(("gen_ai.", "llm.", "tool.")) for key in told):
        return False
    for key in ("gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.prompt"):
        _spoken(told.get(key), "system" if "system" in key else "user", place, into)
    numbered: dict[str, dict[str, object]] = {}
    for key, inner in told.items():
        if match := _NUMBERED.match(key):
            turn = numbered.setdefault(key[: match.end(1)], {})
            if match[2] in ("role", "content"):
                turn[match[2]] = inner
            elif match[2].endswith((".name", ".arguments")):
                turn.setdefault("tool_calls", [{}])[0][match[2].rpartition(".")[2]] = inner  # type: ignore[index]
    for turn in numbered.values():
        _step({"role": "assistant", **turn}, place, into)
    events = value.get("events")
    for event in events if isinstance(events, list) else ():
        _event(event, place, into)
    tool = told.get("gen_ai.tool.name") or told.get("tool.name")
    if isinstance(tool, str):
        given = told.get("gen_ai.tool.call.arguments") or told.get("tool.parameters") or ""
        into.call(tool, given, place)
        result = told.get("gen_ai.tool.call.result") or told.get("gen_ai.tool.message")
        if result:
            into.add("observation", plain(result), place, tool)
    for key in ("gen_ai.output.messages", "gen_ai.completion"):
        _spoken(told.get(key), "assistant", place, into)
    return True


def _spoken(value: object, role: str, place: Place, into: Collector) -> None:
    read = read_value(value) if isinstance(value, str) else value
    if isinstance(read, list):
        for turn in read:
            if isinstance(turn, dict):
                _step({"role": role, **turn}, place, into)
            else:
                _step({"role": role, "content": turn}, place, into)
    elif read:
        _step({"role": role, "content": read}, place, into)


def _event(event: object, place: Place, into: Collector) -> None:
    if not isinstance(event, dict):
        return
    told = _attributes(event.get("attributes"))
    match = re.fullmatch(r"gen_ai\.(system|user|assistant|tool)\.message", str(event.get("name")))
    role = match[1] if match else "assistant" if event.get("name") == "gen_ai.choice" else None
    if role:
        inner = _as_dict(told.get("message")) or {}
        _step({"role": role, **told, **inner}, place, into)
