"""From evidence to a trace, whatever form it was recorded in."""

from __future__ import annotations

from dataclasses import replace

from mingjian.detect.agent.read_json import read_json
from mingjian.detect.agent.read_text import read_text
from mingjian.detect.agent.trace import LONGEST_TRACE, Collector, Step, Trace


def read_trace(text: str) -> Trace | None:
    """The trace in `text`, or None where no step of an agent is to be found in it.

    At most the first million characters are read; `Trace.cut` says where something was left.
    """
    cut = len(text) > LONGEST_TRACE
    text = text[:LONGEST_TRACE].lstrip("\ufeff")
    into = Collector()
    form: str | None = None
    if text.lstrip()[:1] in ("[", "{"):
        form = read_json(text, into)
    if not into.steps:
        into = Collector()
        form = "text" if read_text(text, into) else None
    if form is None or not any(step.kind in ("call", "answer", "thought") for step in into.steps):
        return None
    return Trace(_settled(into.steps), form, cut or into.cut)


def _settled(steps: list[Step]) -> tuple[Step, ...]:
    """Words right before a call are a thought; a thought that ends the run is its answer."""
    settled = []
    for number, step in enumerate(steps):
        following = steps[number + 1].kind if number + 1 < len(steps) else ""
        if step.kind == "answer" and following == "call":
            step = replace(step, kind="thought")
        elif step.kind == "thought" and not following:
            step = replace(step, kind="answer")
        settled.append(step)
    return tuple(settled)
