"""For tests of unpackers: evidence of a stated format, and what an unpacker makes of it."""

from __future__ import annotations

import hashlib

from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Limits, Refused
from mingjian.intake.unpack.contract import RawPart, Unpacker


def evidence(data: bytes, kind: EvidenceKind, format: str, text: str | None = None) -> Evidence:
    return Evidence(
        sha256=hashlib.sha256(data).hexdigest(),
        sm3="",
        size=len(data),
        path="evidence",
        identity=Identity(kind=kind, format=format),
        content=BytesContent(data),
        text=text,
    )


def unpacked(
    unpacker: Unpacker, item: Evidence, limits: Limits | None = None
) -> tuple[list[RawPart], list[Refusal]]:
    """Parts and refusals; a `Refused` that ends the unpacking is the last refusal."""
    parts: list[RawPart] = []
    refusals: list[Refusal] = []
    try:
        for found in unpacker(item, Budget(limits=limits or Limits(), item_bytes=item.size)):
            if isinstance(found, Refusal):
                refusals.append(found)
            else:
                parts.append(found)
    except Refused as refused:
        refusals.append(Refusal(what="rest", why=refused.why))
    return parts, refusals


def data_of(part: RawPart) -> bytes:
    content = part.content
    if hasattr(content, "view"):
        return bytes(content.view())
    return b"".join(content)


def steps(parts: list[RawPart]) -> list[tuple[str, str]]:
    return [(part.derivation.step, part.name) for part in parts]
