"""Links inside a chat export; the export itself stays one piece of evidence."""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.domain.evidence import Evidence
from mingjian.domain.record import Refusal
from mingjian.intake.chat import turns
from mingjian.intake.limits import Budget
from mingjian.intake.unpack import links
from mingjian.intake.unpack.contract import RawPart


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The addresses sent in the chat, each once, with the number of the message."""
    if evidence.format not in ("telegram-json", "wechat-csv") or evidence.text is None:
        yield from links.unpack(evidence, budget)
        return
    parts = links.LinkParts(budget)
    for number, turn in enumerate(turns(evidence.text, evidence.format), 1):
        yield from parts.from_text(turn.text, where=f"message {number}, character")
