"""data: addresses (RFC 2397) as parts."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from mingjian.domain.evidence import Derivation
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.mime import from_base64


def data_part(uri: str, where: str, number: int, budget: Budget) -> RawPart | None:
    """What a data: address carries: an inline image, or else an embedded file."""
    head, comma, payload = uri.strip()[5:].partition(",")
    if not comma or not payload:
        return None
    budget.member()
    budget.expand(len(payload))
    raw = unquote_to_bytes(payload)
    data = from_base64(raw) if head.rstrip().lower().endswith("base64") else raw
    kind = head.partition(";")[0].strip().lower()
    step = "inline-image" if kind.startswith("image/") else "embedded-file"
    return RawPart(
        content=BytesContent(data),
        name=f"data {number}",
        derivation=Derivation(step=step, detail=f"{where}, {kind or 'no type'}"),
        attributes={"declared-type": kind} if kind else {},
    )
