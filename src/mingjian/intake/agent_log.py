"""Whether a text is the log of an agent written as labelled steps.

Two forms are known: turns in brackets (`[user]`, `[agent]`, `[environment]`) and labels before a
colon (`Thought:`, `Action:`, `Observation:`, `观察：`). A conversation has turns too, an
instruction to a model may describe the form, and people report on tasks, actions and observations
as well. So a log has to begin with a step and to hold an action; and where labels stand before a
colon, also what was seen of it, and either a thought or an action written as a call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FORMAT = "agent-text"

_LABELS = {
    "asks": "system|user|human|user request|task|goal|instruction|question|query|"
    "系统|用户|人类|用户请求|任务|目标|指令|提问",
    "says": "agent|assistant|ai|智能体|助手|助理",
    "thinks": "thought|thoughts|thinking|reasoning|思考|推理",
    "acts": "action|动作|行动",
    "calls": "action input|tool call|tool_call|function call|function_call|tool use|"
    "调用|工具调用|调用工具|动作输入",
    "sees": "observation|environment|tool|tool result|tool_result|tool output|tool response|"
    "function response|观察|观测|环境|工具|工具结果|工具返回|返回结果|执行结果",
}
_WHAT = {word: what for what, words in _LABELS.items() for word in words.split("|")}
_WORDS = "|".join(sorted(map(re.escape, _WHAT), key=len, reverse=True))
_LABEL = re.compile(
    rf"[ \t]{{0,4}}(?:\d{{1,3}}[.)、] ?)?"
    rf"(?:[\[【]({_WORDS})[\]】][:：]?|({_WORDS}) ?\d{{0,3}}[:：])",
    re.I,
)


_CALL = re.compile(r" {0,2}`{0,3}[\w.\-/]{1,80} ?[\[({]|\s*[\[{]")
"""What is done, written as a program would: a name and brackets, or JSON."""


def agent_format(lines: Sequence[str]) -> str | None:
    """`agent-text` where `lines` (the first of a text) are steps of an agent, else None."""
    first = next((line for line in lines if line.strip()), "")
    if not _labels(first):
        return None
    seen: set[str] = set()
    bracketed = False
    for line in lines:
        for word, in_brackets, after in _labels(line):
            what = _WHAT[word]
            seen.add(what)
            bracketed |= in_brackets and what in ("says", "sees")
            if what == "acts" and _CALL.match(line, after):
                seen.add("calls")
    if bracketed and "says" in seen and seen & {"asks", "sees"} and seen & {"acts", "calls"}:
        return FORMAT
    told = "sees" in seen and ("calls" in seen or {"acts", "thinks"} <= seen)
    return FORMAT if told else None


def _labels(line: str) -> list[tuple[str, bool, int]]:
    """Labels that a line begins with, whether in brackets, and where each ends: a turn may go
    straight on to what it does."""
    found: list[tuple[str, bool, int]] = []
    at = 0
    while len(found) < 2 and (match := _LABEL.match(line, at)):
        at = match.end()
        found.append(((match[1] or match[2]).lower(), match[1] is not None, at))
    return found
