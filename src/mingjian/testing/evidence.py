"""Makes evidence for tests, through the same intake that examinations use."""

from __future__ import annotations

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import take_in


def evidence_from(
    data: bytes,
    path: str = "evidence",
    *,
    declared: EvidenceKind | None = None,
    limits: Limits | None = None,
) -> tuple[Evidence, ...]:
    """The evidence in `data`: the item itself first, then its parts, depth first."""
    taken = take_in(BytesContent(data), path, limits or Limits(), declared=declared)
    return tuple(item.evidence for item in taken)


def text_evidence(text: str, kind: EvidenceKind = EvidenceKind.TEXT) -> Evidence:
    """One piece of textual evidence of a given kind."""
    return evidence_from(text.encode(), "text.txt", declared=kind)[0]
