"""How playbooks and their problems are laid out as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.cli.speak import line
from mingjian.domain.message import Language

KINDS = {
    "start": ("开始", "start"),
    "end": ("结束", "end"),
    "action": ("做", "do"),
    "playbook-action": ("执行另一预案", "run another playbook"),
    "parallel": ("并行", "in parallel"),
    "if-condition": ("判断", "check"),
    "while-condition": ("反复判断", "check each time"),
    "switch-condition": ("按情况", "depending on"),
}
DEEPEST = 12


def shown(playbook: Any, language: Language) -> None:
    """A playbook in the order it is worked through, branches indented."""
    zh = language == "zh"
    line(playbook.name.in_language(language))
    if playbook.description.in_language(language):
        line(playbook.description.in_language(language))
    line(playbook.id)
    line("")
    _line_of_steps(playbook, playbook.raw.get("workflow_start"), 0, language, set())
    line("")
    line(
        "每一步由人执行；文书均为草稿，签发前不得送出。"
        if zh
        else "People do every step; letters are drafts and not sent before somebody releases them."
    )


def _line_of_steps(
    playbook: Any, start: Any, depth: int, language: Language, seen: set[str]
) -> None:
    here = start
    while isinstance(here, str) and here in playbook.steps and here not in seen:
        seen.add(here)
        step = playbook.steps[here]
        if step.get("type") not in ("start", "end"):
            _step(playbook, here, step, depth, language, seen)
        here = step.get("on_completion", step.get("on_success"))


def _step(
    playbook: Any,
    key: str,
    step: Mapping[str, Any],
    depth: int,
    language: Language,
    seen: set[str],
) -> None:
    from mingjian.respond.playbook import flow
    from mingjian.respond.playbook.cacao import ours
    from mingjian.respond.playbook.run import case_name, commands
    from mingjian.respond.playbook.walk import Ask

    kind = str(step.get("type"))
    pad = "  " * depth
    zh = language == "zh"
    word = KINDS.get(kind, (kind, kind))[0 if zh else 1]
    agent = playbook.agent_name(step)
    who = "" if agent is None else (f"（{agent.zh}）" if zh else f" ({agent.en})")
    line(f"{pad}■ {word}: {playbook.step_name(step).in_language(language)}{who}")
    ask = Ask(step_id=key, step=step, kind=kind, choices=(), manual=True)
    for text in commands(ask):
        line(f"{pad}    {text.in_language(language)}")
    letter = ours(step.get("step_extensions")).get("document")
    if letter:
        line(f"{pad}    ✉ {letter}" + ("（草稿）" if zh else " (draft)"))
    if depth >= DEEPEST:
        return
    names = {"on_true": ("是", "yes"), "on_false": ("否", "no")}
    for name, target in flow.branches(step):
        head, _, rest = name.partition("/")
        if head == "cases":
            label = case_name(ask, rest).in_language(language)
        elif head == "next_steps":
            label = f"{int(rest) + 1}"
        else:
            label = names[head][0 if zh else 1]
        line(f"{pad}  {label}:")
        _line_of_steps(playbook, target, depth + 2, language, seen)


def listed_problems(problems: Any, language: Language) -> None:
    """Problems, errors first."""
    zh = language == "zh"
    errors = sum(item["severity"] == "error" for item in problems)
    for item in problems:
        mark = "✗" if item["severity"] == "error" else "·"
        line(f"{mark} {item['where'] or '/'}: {item['what'][language]}")
    remarks = len(problems) - errors
    line(f"{errors} 处错误，{remarks} 处提示" if zh else f"{errors} errors, {remarks} remarks")
