"""Evidence out of bytes, for the tests of this folder."""

from __future__ import annotations

import hashlib

from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding
from mingjian.intake.content import BytesContent

_KINDS = {
    "mp4": EvidenceKind.VIDEO,
    "mkv": EvidenceKind.VIDEO,
    "wav": EvidenceKind.AUDIO,
    "pdf": EvidenceKind.DOCUMENT,
}


def evidence(data: bytes, format: str, path: str = "item") -> Evidence:
    return Evidence(
        sha256=hashlib.sha256(data).hexdigest(),
        sm3="0" * 64,
        size=len(data),
        path=path,
        identity=Identity(kind=_KINDS.get(format, EvidenceKind.IMAGE), format=format),
        content=BytesContent(data),
    )


def signals(findings: list[Finding]) -> list[str]:
    return [finding.signal for finding in findings]


def one(findings: list[Finding], signal: str) -> Finding:
    """The only finding of that signal."""
    [found] = [finding for finding in findings if finding.signal == signal]
    return found
