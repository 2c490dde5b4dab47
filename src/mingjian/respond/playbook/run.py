"""A playbook being worked through: what was asked, what people answered, what comes next.

The state of a run is its answers alone; giving them to the same playbook again leads to the
same place, so a run can be put away and taken up later.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mingjian.domain.message import Language, Message
from mingjian.respond.document import Draft
from mingjian.respond.letter import Value, fill, slot_names, templates
from mingjian.respond.playbook.cacao import Playbook, ours
from mingjian.respond.playbook.names import used
from mingjian.respond.playbook.walk import Answer, Ask, walk

State = Literal["running", "finished", "stopped"]


class AnswerRefused(ValueError):
    """The answer does not fit what is asked."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it is kept: which step, what, by whom, when (UTC)."""

    step: str
    outcome: str
    by: str
    at: str
    note: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class Run:
    """A run of `playbook`; `current` is what is asked now, None when it is over."""

    def __init__(self, playbook: Playbook, answers: Sequence[Given] = ()) -> None:
        self.playbook = playbook
        self.answers: list[Given] = []
        self.state: State = "running"
        self.current: Ask | None = None
        self._walk = walk(playbook)
        self._go_on(None)
        for given in answers:
            self.answer(given)

    def _go_on(self, answer: Answer | None) -> None:
        try:
            self.current = next(self._walk) if answer is None else self._walk.send(answer)
        except StopIteration as end:
            self.current = None
            self.state = "finished" if end.value == "finished" else "stopped"

    def answer(self, given: Given) -> None:
        """Take an answer and go on; raises `AnswerRefused` if it does not fit."""
        if self.current is None:
            raise AnswerRefused(Message("预案已经走完", "the playbook is over"))
        if given.step != self.current.step_id:
            raise AnswerRefused(
                Message(
                    f"现在要回答的是另一步骤，不是 {given.step[:80]}",
                    f"another step is asked about now, not {given.step[:80]}",
                )
            )
        if given.outcome not in self.current.choices:
            listed = ", ".join(self.current.choices)
            raise AnswerRefused(
                Message(f"回答应为其一：{listed}", f"the answer must be one of: {listed}")
            )
        self.answers.append(given)
        self._go_on(Answer(outcome=given.outcome, note=given.note, by=given.by))


def commands(ask: Ask) -> list[Message]:
    """What the step asks people (or a machine) to do, in both languages where we have them."""
    listed = ask.step.get("commands")
    twins = ours(ask.step.get("step_extensions")).get("commands_en")
    made = []
    for index, command in enumerate(listed if isinstance(listed, list) else ()):
        zh = _text(command) if isinstance(command, Mapping) else ""
        en = twins[index] if isinstance(twins, list) and index < len(twins) else zh
        made.append(Message(zh, str(en)))
    return made


def _text(command: Mapping[str, Any]) -> str:
    if isinstance(command.get("command"), str):
        return str(command["command"])
    try:
        return base64.b64decode(str(command.get("command_b64", ""))).decode("utf-8", "replace")
    except ValueError:
        return ""


def case_name(ask: Ask, case: str) -> Message:
    """What a case of a switch is called."""
    extension = ours(ask.step.get("step_extensions"))
    named = [extension.get(f"cases_{language}") for language in ("zh", "en")]
    zh, en = (str(item.get(case, case)) if isinstance(item, Mapping) else case for item in named)
    return Message(zh, en)


def said(text: str, values: Mapping[str, Value], language: Language) -> str:
    """The text with `__name__:value` replaced by what is known, else by a marked blank."""
    for name in dict.fromkeys(used(text)):
        slot = name.strip("_")
        value = values.get(slot)
        label = slot_names().get(slot, Message(slot, slot)).in_language(language)
        blank = f"【待填：{label}】" if language == "zh" else f"[to fill in: {label}]"
        known = value if isinstance(value, str) and value else blank
        text = text.replace(f"{name}:value", known)
    return text


def letter_of(step: Mapping[str, Any]) -> str | None:
    """The template of the letter that a step calls for; None if it calls for none we have."""
    name = ours(step.get("step_extensions")).get("document")
    return name if isinstance(name, str) and name in templates() else None


def document(ask: Ask, values: Mapping[str, Value]) -> Draft | None:
    """The draft of the letter that the step calls for; None if it calls for none we have."""
    name = letter_of(ask.step)
    return None if name is None else Draft(fill(name, values))


def keeps_custody(step: Mapping[str, Any]) -> bool:
    """Whether a step preserves something and so belongs into the chain of custody."""
    return ours(step.get("step_extensions")).get("custody") is True
