"""Small runs for the tests, made from a few lines each."""

from __future__ import annotations

import json
from typing import Any

from mingjian.detect.agent.course import Course
from mingjian.detect.agent.matching import breaches
from mingjian.detect.agent.read import read_trace


def messages(*steps: str) -> list[dict[str, Any]]:
    """`U: ...`, `S: ...`, `A: ...`, `O: ...`, `T: ...` and `C: tool {"json": 1}` as messages."""
    out: list[dict[str, Any]] = []
    for step in steps:
        kind, _, text = step.partition(": ")
        if kind == "C":
            name, _, arguments = text.partition(" ")
            call = {"function": {"name": name, "arguments": arguments or "{}"}}
            out.append({"role": "assistant", "content": None, "tool_calls": [call]})
        elif kind == "T":
            out.append({"role": "assistant", "content": [{"type": "thinking", "thinking": text}]})
        else:
            role = {"U": "user", "S": "system", "O": "tool", "A": "assistant"}[kind]
            out.append({"role": role, "content": text})
    return out


def run(*steps: str) -> str:
    """The same as JSON text."""
    return json.dumps({"messages": messages(*steps)}, ensure_ascii=False)


def course(*steps: str) -> Course:
    trace = read_trace(run(*steps))
    assert trace is not None
    return Course(trace)


def broken(*steps: str) -> set[str]:
    """The rules that a run breaks."""
    return {hit.rule for hit in breaches(course(*steps))}
