"""Own traces: hand-written scenarios (`agent_scenarios/*.txt`) rendered in the forms agents are
recorded in. Each scenario has a common beginning and two endings that differ in the breach.

A scenario: `## name | rule`, then steps `S:` operator, `U:` user, `T:` thought, `C:` tool and
JSON arguments, `O:` what came back, `A:` answer; `== safe` and `== unsafe` begin the endings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "agent_scenarios"
MEASURED = FOLDER / "measured"
"""Scenarios on single rules, once written to measure them: `{language}_{set}.txt`."""
OTHERS = FOLDER / "others"
"""Scenarios of a writer who knew no rule: `{language}_{half}.txt`; half a was read and the rules
mended by it, half b was only measured. `c.jsonl`, another's, was a fresh set, then read."""
Step = tuple[str, str]


@dataclass(frozen=True)
class Scenario:
    name: str
    rule: str
    language: str
    safe: tuple[Step, ...]
    unsafe: tuple[Step, ...]


def scenarios(folder: Path = FOLDER, files: str = "*.txt") -> Iterator[Scenario]:
    """All scenarios of the folder, in the order of the files."""
    for path in sorted(folder.glob(files)):
        for block in path.read_text("utf-8").split("\n## "):
            block = block.removeprefix("## ").strip()
            if not block:
                continue
            title, *lines = block.split("\n")
            name, _, rule = (part.strip() for part in title.partition("|"))
            parts: dict[str, list[Step]] = {"": [], "safe": [], "unsafe": []}
            into = ""
            for line in lines:
                if line.startswith("== "):
                    into = line[3:].strip()
                elif line.strip():
                    kind, _, text = line.partition(": ") if ": " in line else (line[0], "", "")
                    parts[into].append(
                        (kind[0], text.replace("\\n", "\n") if kind == "O" else text)
                    )
            yield Scenario(name, rule, path.name[:2], (*parts[""], *parts["safe"]),
                           (*parts[""], *parts["unsafe"]))  # fmt: skip


def call_of(text: str) -> tuple[str, dict[str, Any]]:
    name, _, arguments = text.partition(" ")
    return name, json.loads(arguments or "{}")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def openai(steps: tuple[Step, ...]) -> str:
    messages: list[dict[str, Any]] = []
    for number, (kind, text) in enumerate(steps):
        if kind in "SU":
            messages.append({"role": "system" if kind == "S" else "user", "content": text})
        elif kind == "T":
            messages.append({"role": "assistant", "content": text, "tool_calls": []})
        elif kind == "C":
            name, arguments = call_of(text)
            call = {"id": f"call_{number}", "type": "function",
                    "function": {"name": name, "arguments": _dump(arguments)}}  # fmt: skip
            messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        elif kind == "O":
            messages.append({"role": "tool", "tool_call_id": f"call_{number - 1}", "content": text})
        else:
            messages.append({"role": "assistant", "content": text})
    return _dump({"model": "m", "messages": messages})


def parts(steps: tuple[Step, ...]) -> str:
    """Messages whose content is a list of parts (tool_use, tool_result)."""
    messages: list[dict[str, Any]] = []
    for number, (kind, text) in enumerate(steps):
        if kind == "C":
            name, arguments = call_of(text)
            part = {"type": "tool_use", "id": f"t{number}", "name": name, "input": arguments}
            messages.append({"role": "assistant", "content": [part]})
        elif kind == "O":
            part = {"type": "tool_result", "tool_use_id": f"t{number - 1}", "content": text}
            messages.append({"role": "user", "content": [part]})
        else:
            role = {"S": "system", "U": "user"}.get(kind, "assistant")
            inner = (
                {"type": "thinking", "thinking": text}
                if kind == "T"
                else {"type": "text", "text": text}
            )
            messages.append({"role": role, "content": [inner]})
    return _dump(messages)


def turns(steps: tuple[Step, ...]) -> str:
    """A list of turns: user, agent (thought and action), environment."""
    out: list[dict[str, str]] = []
    for kind, text in steps:
        if kind in "SU":
            out.append({"role": "system" if kind == "S" else "user", "content": text})
        elif kind == "T":
            out.append({"role": "agent", "thought": text, "action": ""})
        elif kind == "C":
            name, arguments = call_of(text)
            out.append({"role": "agent", "thought": "", "action": f"{name}{arguments}"})
        elif kind == "O":
            out.append({"role": "environment", "content": text})
        else:
            out.append({"role": "agent", "thought": text, "action": "Complete"})
    return _dump([out])


def turns_text(steps: tuple[Step, ...]) -> str:
    lines = []
    for kind, text in steps:
        if kind == "C":
            name, arguments = call_of(text)
            lines.append(f"[agent] ACTION: {name} {_dump(arguments)}")
        else:
            label = {"S": "[system]", "U": "[user]", "O": "[environment]", "T": "[agent] THOUGHT:",
                     "A": "[agent] ACTION: FINAL: :"}[kind]  # fmt: skip
            lines.append(f"{label} {text}")
    return "\n".join(lines)


def react(steps: tuple[Step, ...]) -> str:
    lines = []
    for kind, text in steps:
        if kind == "C":
            name, arguments = call_of(text)
            lines += [f"Action: {name}", f"Action Input: {_dump(arguments)}"]
        else:
            label = {"S": "System", "U": "Question", "O": "Observation", "T": "Thought",
                     "A": "Final Answer"}[kind]  # fmt: skip
            lines.append(f"{label}: {text}")
    return "\n".join(lines)


def react_zh(steps: tuple[Step, ...]) -> str:
    lines = []
    for kind, text in steps:
        if kind == "C":
            name, arguments = call_of(text)
            lines += [f"动作：{name}", f"参数：{_dump(arguments)}"]
        else:
            label = {"S": "系统", "U": "用户", "O": "观察", "T": "思考", "A": "最终答复"}[kind]
            lines.append(f"{label}：{text}")
    return "\n".join(lines)


def log(steps: tuple[Step, ...]) -> str:
    """Generic JSON Lines, an event a line."""
    lines = []
    for number, (kind, text) in enumerate(steps):
        event: dict[str, Any] = {"step": number}
        if kind == "C":
            name, arguments = call_of(text)
            event |= {"action": "call", "tool": name, "args": arguments}
            event = {"step": number, "tool_name": name, "tool_input": arguments}
        elif kind == "O":
            event |= {"observation": text}
        elif kind == "T":
            event |= {"thought": text}
        else:
            event |= {"role": {"S": "system", "U": "user"}.get(kind, "assistant"), "content": text}
        lines.append(_dump(event))
    return "\n".join(lines)


def spans(steps: tuple[Step, ...]) -> str:
    """OpenTelemetry GenAI spans as OTLP JSON writes them."""
    out = []
    for number, (kind, text) in enumerate(steps):
        told: dict[str, str] = {"gen_ai.operation.name": "chat"}
        if kind == "C":
            name, arguments = call_of(text)
            told = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name,
                    "gen_ai.tool.call.arguments": _dump(arguments)}  # fmt: skip
            if number + 1 < len(steps) and steps[number + 1][0] == "O":
                told["gen_ai.tool.call.result"] = steps[number + 1][1]
        elif kind == "O":
            continue
        elif kind in "SU":
            key = "gen_ai.system_instructions" if kind == "S" else "gen_ai.input.messages"
            role = "system" if kind == "S" else "user"
            told[key] = _dump([{"role": role, "parts": [{"type": "text", "content": text}]}])
        else:
            said = [{"type": "text", "content": text}]
            told["gen_ai.output.messages"] = _dump([{"role": "assistant", "parts": said}])
        attributes = [{"key": k, "value": {"stringValue": v}} for k, v in told.items()]
        out.append(
            {
                "name": told["gen_ai.operation.name"],
                "spanId": f"{number:016x}",
                "startTimeUnixNano": str(1_700_000_000_000 + number),
                "attributes": attributes,
            }
        )
    return _dump({"resourceSpans": [{"scopeSpans": [{"spans": out}]}]})


def inspect(steps: tuple[Step, ...]) -> str:
    """An Inspect evaluation log with one sample."""
    messages: list[dict[str, Any]] = []
    for number, (kind, text) in enumerate(steps):
        if kind == "C":
            name, arguments = call_of(text)
            call = {
                "id": f"c{number}",
                "function": name,
                "arguments": arguments,
                "type": "function",
            }
            messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        elif kind == "O":
            messages.append({"role": "tool", "content": text, "function": "tool"})
        else:
            role = {"S": "system", "U": "user"}.get(kind, "assistant")
            messages.append({"role": role, "content": [{"type": "text", "text": text}]})
    sample = {"id": 1, "epoch": 1, "messages": messages}
    return _dump({"version": 2, "status": "success", "eval": {"task": "t"}, "samples": [sample]})


FORMS: dict[str, Callable[[tuple[Step, ...]], str]] = {
    "openai": openai, "parts": parts, "turns": turns, "turns_text": turns_text, "react": react,
    "react_zh": react_zh, "log": log, "spans": spans, "inspect": inspect,
}  # fmt: skip


def own_traces(
    each: int = 2, folder: Path = FOLDER, files: str = "*.txt"
) -> Iterator[tuple[str, bool, str, str, str]]:
    """(text, whether it breaks a rule, scenario, form, language); `each` forms a scenario, the
    same for both endings, so that no form speaks for a class."""
    names = list(FORMS)
    for number, scenario in enumerate(scenarios(folder, files)):
        for shift in range(each):
            form = names[(number * each + shift * 4) % len(names)]
            if form == "react_zh" and scenario.language != "zh":
                form = "react"
            for unsafe in (False, True):
                steps = scenario.unsafe if unsafe else scenario.safe
                yield FORMS[form](steps), unsafe, scenario.name, form, scenario.language
