"""Working through a playbook at the keyboard, or with answers prepared in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mingjian.cli.playbook_lines import KINDS
from mingjian.cli.speak import line, t
from mingjian.domain.message import Language

KEYS = {"d": "done", "f": "failed", "s": "skipped", "y": "yes", "n": "no"}
WORDS = {
    "done": ("完成", "done"),
    "failed": ("未成", "failed"),
    "skipped": ("跳过", "skipped"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def work_through(
    run: Any,
    folder: Any,
    values: Mapping[str, Any],
    answers: Path | None,
    by: str,
    language: Language,
    quiet: bool,
) -> None:
    """Ask until the playbook is over or the answers end; what was answered is kept at once."""
    from mingjian.app import playbook

    prepared = _prepared(answers)
    while run.current is not None:
        letters = folder.letters(run, values)
        if not quiet:
            _asked(run, values, letters, language)
        given = next(prepared, None) if answers else _typed(run, language)
        if given is None:
            if not quiet:
                line(
                    t(
                        f"已保存，用同一命令继续：{folder.where}",
                        f"kept; the same command goes on: {folder.where}",
                    )
                )
            return
        _expected(run, given)
        kept = playbook.answer(run, str(given["outcome"]), str(given.get("note", "")), by)
        folder.keep(kept, run)
        if not quiet and answers:
            line(f"    → {_word(kept.outcome, language)} {kept.note}".rstrip())
    if not quiet:
        over = {
            "finished": t("预案已走完。", "The playbook is finished."),
            "stopped": t(
                "一步未成，而预案没有写明怎么办：到此为止，由负责人决定。",
                "A step failed and the playbook does not say what then: people decide.",
            ),
        }
        line(over[run.state])


def _prepared(path: Path | None) -> Iterator[dict[str, Any]]:
    if path is None:
        return
    from mingjian.app.errors import UsageError
    from mingjian.app.given_files import json_of
    from mingjian.domain.message import Message

    listed = json_of(path)
    fine = isinstance(listed, list) and all(
        isinstance(item, dict) and isinstance(item.get("outcome"), str) for item in listed
    )
    if not fine:
        raise UsageError(
            Message(
                "回答应为列表，每项有 outcome",
                "answers must be a list of objects, each with an outcome",
            )
        )
    yield from listed


def _expected(run: Any, given: dict[str, Any]) -> None:
    """A prepared answer may name its step, so that it cannot be given to another one."""
    named = given.get("step")
    name = run.playbook.step_name(run.current.step)
    if named is None or named in (run.current.step_id, name.zh, name.en):
        return
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    raise UsageError(
        Message(
            f"现在是“{name.zh}”，准备的回答是给“{str(named)[:80]}”的",
            f"the step is “{name.en}”, the answer prepared is for “{str(named)[:80]}”",
        )
    )


def _word(outcome: str, language: Language) -> str:
    pair = WORDS.get(outcome, (outcome, outcome))
    return pair[0] if language == "zh" else pair[1]


def _asked(run: Any, values: Mapping[str, Any], letters: Any, language: Language) -> None:
    from mingjian.respond.playbook.run import case_name, commands, keeps_custody, said

    zh = language == "zh"
    ask = run.current
    step = ask.step
    agent = run.playbook.agent_name(step)
    who = "" if agent is None else (f"（{agent.zh}）" if zh else f" ({agent.en})")
    kind = KINDS.get(ask.kind, (ask.kind, ask.kind))[0 if zh else 1]
    name = run.playbook.step_name(step).in_language(language)
    line("")
    line(f"{len(run.answers) + 1}. {kind}: {name}{who}")
    for text in commands(ask):
        line("    " + said(text.in_language(language), values, language))
    if not ask.manual:
        line(
            "    ⚠ 这一步写有自动命令。明鉴不执行；由人在别处执行后回答，或跳过。"
            if zh
            else "    ⚠ This step holds a command for a machine. Mingjian does not run it; "
            "a person runs it elsewhere and answers, or skips it."
        )
    if ask.kind == "playbook-action":
        line(f"    mingjian playbook run {step.get('playbook_id')}")
    for path in letters:
        if f".{language}." in path.name:
            line(("    ✉ 文书草稿：" if zh else "    ✉ draft letter: ") + str(path))
    if keeps_custody(step):
        line("    ⛓ 保全步骤" if zh else "    ⛓ a step that preserves evidence")
    if ask.kind == "switch-condition":
        for case in ask.choices:
            line(f"    {case}: {case_name(ask, case).in_language(language)}")


def _typed(run: Any, language: Language) -> dict[str, Any] | None:
    """An answer from the keyboard: a letter or word, then a note; None at the end of input."""
    choices = run.current.choices
    shown = " / ".join(
        f"[{item[0]}] {_word(item, language)}" if item in WORDS else item for item in choices
    )
    while True:
        sys.stderr.write(f"    {shown} > ")
        sys.stderr.flush()
        row = sys.stdin.readline()
        if not row:
            sys.stderr.write("\n")
            return None
        word, _, note = row.strip().partition(" ")
        outcome = KEYS.get(word, word)
        if outcome in choices:
            return {"outcome": outcome, "note": note.strip()}
