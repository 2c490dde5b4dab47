"""Pieces of evidence as they stand in a sentence: cut, on one line, numbers masked."""

from __future__ import annotations

import re

from mingjian.detect.agent.course import Course
from mingjian.detect.agent.words import acts
from mingjian.domain.message import Message


def shown(text: str, most: int = 60) -> str:
    """A short piece of evidence for a sentence: one line, cut, long numbers masked."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\d{7,}", lambda m: m[0][:2] + "*" * 4 + m[0][-2:], text)
    text = re.sub(r"([\w.+-])[\w.+-]{0,63}@", r"\1***@", text)
    return text if len(text) <= most else text[: most - 1] + "…"


def does(course: Course, index: int) -> Message:
    """What a call does, in words: the class of acts and the tool."""
    act = acts().get(course.acts.get(index, ""))
    name = shown(course.steps[index].name or "action", 40)
    if act is None:
        return Message(f"调用 {name}", f"calls {name}")
    return Message(f"{act.name.zh}（{name}）", f"{act.name.en} ({name})")


def quoted(text: str) -> Message:
    """A piece of evidence in quotation marks."""
    return Message(f"“{shown(text)}”", f"“{shown(text)}”")
