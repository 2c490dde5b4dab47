"""Traces written as text: turns behind labels (`[user]`, `Thought:`, `观察：`), read in order."""

from __future__ import annotations

import re

from mingjian.detect.agent.trace import Collector, StepKind
from mingjian.domain.finding import Place, TextSpan

_LABELS: dict[str, str] = {}
for _kind, _words in {
    "system": "system|developer|system prompt|系统|系统提示|系统提示词",
    "instruction": "user|human|user input|user request|task|goal|instruction|query|question|"
    "request|用户|用户指令|用户请求|指令|任务|提问|人类|客户",
    "agent": "agent|assistant|ai|bot|gpt|model|ai agent|智能体|助手|助理|模型|机器人|代理",
    "thought": "thought|thoughts|thinking|reasoning|think|plan|reflection|"
    "思考|想法|推理|计划|反思|思路",
    "call": "action|act|tool call|tool_call|tool use|tool|function call|function_call|call|"
    "function|invoke|command|执行|动作|行动|操作|调用|工具调用|工具|调用工具|命令|函数",
    "input": "action input|action_input|tool input|arguments|args|parameters|input|参数|动作输入|"
    "行动输入|工具输入|输入|入参",
    "observation": "observation|obs|environment|env|tool result|tool_result|tool output|result|"
    "output|tool response|function response|response|return|returned|stdout|观察|观测|环境|结果|"
    "工具结果|工具返回|返回|返回结果|输出|执行结果|反馈",
    "answer": "final answer|final|answer|final response|reply|最终答复|最终回答|最终答案|答复|回答|"
    "最终回复|回复|结论",
}.items():
    for _word in _words.split("|"):
        _LABELS[_word] = _kind
_WORDS = "|".join(sorted((re.escape(word) for word in _LABELS), key=len, reverse=True))
_MARK = re.compile(
    # optional time, level, number or bullet; the label, bare or in brackets; what divides
    r"^[ \t>#*\-]{0,8}"
    r"(?:[\[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?[.,\d]{0,8}(?:Z|[+-]\d\d:?\d\d)?"
    r"[\])]?[ \t]{1,4})?"
    r"(?:[\[(]?(?:INFO|DEBUG|WARN|WARNING|ERROR|TRACE)[\])]?[ \t:]{1,4})?"
    r"(?:(?:step|turn|步骤|第)[ \t]{0,2}\d{1,4}(?:[ \t]{0,2}[步轮])?[ \t.:：\-]{0,4})?"
    r"(?:\d{1,3}[.)、][ \t]{0,4})?"
    rf"(?:[\[【<(*]{{1,2}}(?P<in>{_WORDS})(?:[ \t#]{{0,2}}\d{{1,4}})?"
    r"[\]】>)*]{1,2}[:：]?(?:\*\*)?"
    rf"|(?P<out>{_WORDS})(?:[ \t#]{{0,2}}\d{{1,4}})?[ \t]{{0,2}}(?:\*\*)?[:：](?:\*\*)?)",
    re.I | re.M,
)
_CALL = re.compile(r"^([\w.\-/:]{1,100})[ \t]{0,4}[:：]?\s{0,4}(?=[\[({])")
_BLOCK = re.compile(r"(\w{2,20})?\s{0,4}```(\w{0,20})\n(.{1,20000}?)(?:```|$)", re.S)
"""A tool and the block of code it is to run."""
_WRITTEN = re.compile(r"^([A-Za-z_][\w.\-]{2,80})\s*$")
_FINAL = re.compile(
    r"^(?:final(?:[ _]answer)?\s*[:：]\s*[:：]?|"
    r"(?:complete|finish|final_answer|submit|done|respond)(?=[\[({ ]))",
    re.I,
)
_NOTHING = re.compile(r"^(?:none(?: none)?|null|n/?a|无|\{\}|\[\]|action:)?\s*$", re.I)
"""What stands where nothing was done or returned."""


def _kind_of(mark: re.Match[str]) -> str:
    return _LABELS[(mark["in"] or mark["out"]).lower()]


_TURNS = frozenset({"instruction", "agent", "observation"})


def _top_marks(text: str) -> list[re.Match[str]]:
    """The labels that divide the text. Where turns are in brackets, only those in brackets do:
    a label without, inside such a turn, is part of what was said or seen."""
    marks = list(_MARK.finditer(text))
    bracketed = [mark for mark in marks if mark["in"]]
    if {"instruction", "agent"} <= {_kind_of(mark) for mark in bracketed}:
        return bracketed
    return marks


def read_text(text: str, into: Collector) -> int:
    """Steps of a labelled text; how many labels were found (0: it is no trace in this form)."""
    return _read(text, _top_marks(text), into)


def _read(text: str, marks: list[re.Match[str]], into: Collector) -> int:
    if not marks:
        return 0
    turn = "instruction"
    pending: tuple[str, str, Place] | None = None
    head = text[: marks[0].start()].strip()
    if head:
        into.add("instruction", head, TextSpan(0, marks[0].start()))
    for number, mark in enumerate(marks):
        kind = _kind_of(mark)
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        body = text[mark.end() : end].strip()
        place = TextSpan(mark.start(), end)
        if kind == "input":
            if pending is not None:
                into.call(pending[0], body or pending[1], pending[2])
                pending = None
            continue
        if pending is not None:
            into.call(*pending)
            pending = None
        if kind in ("instruction", "agent", "system", "observation"):
            turn = kind
        if _NOTHING.match(body):
            continue
        if kind == "call":
            name, arguments = split_call(body)
            if _named_input(marks, number):
                pending = (name or body, arguments if name else "", place)
            else:
                add_action(body, place, into)
        elif kind == "agent":
            add_said(body, place, into)
        elif kind == "thought":
            add_thought(body, place, into)
        elif kind == "answer" and turn == "observation" and number + 1 < len(marks):
            into.add("answer", body, place)
        else:
            into.add(_STEP_KINDS[kind], body, place)
    if pending is not None:
        into.call(*pending)
    return len(marks)


_STEP_KINDS: dict[str, StepKind] = {
    "system": "system",
    "instruction": "instruction",
    "observation": "observation",
    "answer": "answer",
}


def _named_input(marks: list[re.Match[str]], number: int) -> bool:
    """Whether the next label holds the arguments of this call."""
    if number + 1 >= len(marks):
        return False
    return _kind_of(marks[number + 1]) == "input"


def split_call(action: str) -> tuple[str, str]:
    """Tool and arguments of an action as written: ``Name {...}``, ``name(...)``, ``name[...]``."""
    block = _BLOCK.match(action.strip())
    if block:
        return (block[1] or block[2] or "code").lower(), block[3].strip()
    action = action.strip().strip("`").strip()
    match = _CALL.match(action)
    if match:
        rest = action[match.end() :].strip()
        if rest[:1] in "([" and rest[-1:] in ")]":
            inner = rest[1:-1].strip()
            return match[1], inner or "{}"
        return match[1], rest
    match = _WRITTEN.match(action)
    return (match[1], "") if match else ("", action)


def add_action(action: str, place: Place, into: Collector) -> None:
    """An action as text: a call, a final answer, or nothing."""
    action = action.strip()
    if _NOTHING.match(action):
        return
    final = _FINAL.match(action)
    if final:
        collector = Collector()
        collector.call("", action[final.end() :].strip().strip(":： "), place)
        words = collector.steps[0] if collector.steps else None
        said = "\n".join(leaf for _, leaf in words.arguments) if words else ""
        into.add("answer", said, place)
        return
    name, arguments = split_call(action)
    if name or len(action) < 4 or not _SENTENCE.match(action):
        into.call(name or "action", arguments, place)
    else:
        into.add("answer", action, place)


_SENTENCE = re.compile(r"(?:I|I'm|I am|The|Your|Sorry|We|You|This|It|Please)\b|[\u4e00-\u9fff]")


def add_thought(text: str, place: Place, into: Collector) -> None:
    """A thought, which some recordings use for what a tool returned or for the answer."""
    text = text.strip()
    seen = _SEEN.match(text)
    final = _FINAL.match(text)
    if seen:
        into.add("observation", text[seen.end() :], place)
    elif final:
        into.add("answer", text[final.end() :], place)
    else:
        into.add("thought", text, place)


_SEEN = re.compile(r"^[\[【]?(?:observation|观察)[\]】]?\s{0,3}[:：]", re.I)


_INNER = frozenset(
    [
        "thought",
        "thinking",
        "reasoning",
        "action",
        "action_input",
        "observation",
        "tool_call",
        "思考",
        "想法",
        "动作",
        "行动",
        "动作输入",
        "行动输入",
        "工具调用",
        "参数",
        "观察",
        "最终答复",
        "最终回答",
        "最终答案",
    ]
) | {"action input", "final answer", "tool call"}
"""Labels that divide what one agent turn holds; other words may well be part of an answer."""


def add_said(text: str, place: Place, into: Collector) -> None:
    """What an agent said: inner labels (Thought, Action) are read, else it is an answer."""
    found = list(_MARK.finditer(text))
    marks = [mark for mark in found if (mark["in"] or mark["out"]).lower() in _INNER]
    if not marks:
        into.add("answer", text, place)
        return
    inner = Collector()
    _read(text, marks, inner)
    for step in inner.steps:
        kind: StepKind = "thought" if step.kind == "instruction" else step.kind
        if kind == "call":
            into.call(step.name, dict_of(step.arguments), place)
        else:
            into.add(kind, step.text, place, step.name)


def dict_of(arguments: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Leaves by name again."""
    found: dict[str, list[str]] = {}
    for key, value in arguments:
        found.setdefault(key, []).append(value)
    return found
