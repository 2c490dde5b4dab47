"""Mailboxes (mbox, RFC 4155): every message a part, byte for byte as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget
from mingjian.intake.unpack.contract import RawPart

_START = re.compile(rb"(?m)^From [^\r\n]{1,1000}\r?\n(?=[!-9;-~]{1,200}:|\r?\n)")
_CHUNK = 4 * MIB


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The messages, in order, without their "From " lines.

    Quoting (">From ") is left as it is, so that the bytes are those of the mailbox.
    """
    view = evidence.content.view()
    number = 0
    before: re.Match[bytes] | None = None
    for match in _START.finditer(view):
        above = bytes(view[max(0, match.start() - 3) : match.start()])
        if above and not above.endswith((b"\n\n", b"\n\r\n")):
            continue
        if before is not None:
            number += 1
            yield _message(view, before.end(), match.start(), number, budget)
        before = match
    if before is not None:
        yield _message(view, before.end(), len(view), number + 1, budget)


def _message(view: memoryview, start: int, end: int, number: int, budget: Budget) -> RawPart:
    budget.member()
    if end - start > _CHUNK:
        content: BytesContent | Iterator[bytes] = (
            bytes(view[at : min(at + _CHUNK, end)]) for at in range(start, end, _CHUNK)
        )
    else:
        budget.expand(end - start)
        content = BytesContent(bytes(view[start:end]))
    return RawPart(
        content=content,
        name=f"message {number}",
        derivation=Derivation(step="message", detail=f"message {number}, bytes {start} to {end}"),
        declared=EvidenceKind.MAIL,
    )
