"""Measures how densely a text presses for haste ("at once", 立即, 马上 …)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from mingjian.detect.contract import NotApplicable
from mingjian.domain.evidence import READABLE_KINDS, Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

PRESSING = re.compile(
    r"立即|马上|尽快|逾期|最后机会|immediately|at once|right now|final notice", re.IGNORECASE
)

URGENT = PropositionPair(
    id="example.urgent",
    h1=Message("文字有意催促读者立刻行动", "the text is written to press its reader for haste"),
    h2=Message("文字只是普通通知", "the text is an ordinary notice"),
)


class Urgency:
    """Pressing phrases per hundred characters."""

    name: ClassVar[str] = "example.urgency"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = READABLE_KINDS
    propositions: ClassVar[tuple[PropositionPair, ...]] = (URGENT,)

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        """One measurement, reported low or high."""
        text = evidence.text
        if not text or not text.strip():
            raise NotApplicable(Message("没有可读文字", "there is no text to read"))
        spans = tuple(TextSpan(*match.span()) for match in PRESSING.finditer(text[:20_000]))
        density = 100 * len(spans) / len(text[:20_000])
        yield Finding(
            signal="example.urgency_density",
            score=density,
            proposition=URGENT.id,
            quiet=not spans,
            because=Message(
                f"文字中有 {len(spans)} 处催促用语（每百字 {density:.1f} 处）",
                f"the text presses for haste {len(spans)} times ({density:.1f} per 100 characters)",
            ),
            where=spans[:50],
            exhibits=(
                (
                    TextExhibit(
                        title=Message("催促用语", "pressing phrases"),
                        text=text[:2_000],
                        marks=tuple(span for span in spans if span.end <= 2_000),
                    ),
                )
                if spans
                else ()
            ),
        )
