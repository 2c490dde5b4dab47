"""Polyglots: the second file behind the end of the first becomes a part."""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.record import Refusal
from mingjian.intake.limits import Budget
from mingjian.intake.second_format import second_format
from mingjian.intake.unpack.contract import RawPart

_CHUNK = 1 << 20


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The bytes of the second format, if there is one that stands for itself."""
    view = evidence.content.view()
    second = second_format(view, evidence.format)
    if second is None or not second.embedded:
        return
    budget.member()
    yield RawPart(
        content=_chunks(view[second.start : second.end]),
        name=f"embedded.{second.format}",
        derivation=Derivation(step="embedded-file", detail=f"{second.format}@{second.start}"),
    )


def _chunks(view: memoryview) -> Iterator[bytes]:
    for start in range(0, len(view), _CHUNK):
        yield bytes(view[start : start + _CHUNK])
