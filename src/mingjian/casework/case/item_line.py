"""One item of evidence in one line, from its own record and those of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.domain.record import Json

STATES = ("flagged", "failed", "found", "partial", "quiet")
"""flagged, failed (nothing of it could be examined), found, partial (nothing of note in what
could be examined), or quiet; what is worth a look first comes first."""
MISSED = ("not_examinable", "failed", "timed_out", "unavailable")
"""States of an examination that did not take place."""
NOT_DONE = frozenset(MISSED) - {"unavailable"}
"""A detector this installation lacks is no gap of one item: it is named once, for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One item in a list."""

    sha256: str | None
    sm3: str | None
    path: str
    kind: str
    format: str
    size: int
    parts: int
    state: str
    """One of `STATES`."""
    weights: tuple[Mapping[str, Any], ...]
    because: Mapping[str, str]
    """The weightiest finding of note, in both languages; empty if there is none."""
    gaps: int
    """Places that were not examined, in the item and its parts."""
    missed: frozenset[str]
    """Which of `MISSED` happened to any examination."""

    @property
    def opinions(self) -> list[Mapping[str, Any]]:
        """The weights that say something, the strongest first."""
        said = [weight for weight in self.weights if weight["opinion"]]
        return sorted(said, key=lambda weight: -float(weight["log10_lr"]))

    @property
    def strength(self) -> float:
        """The greatest log10 LR; 0 without an opinion."""
        return max((float(weight["log10_lr"]) for weight in self.opinions), default=0.0)

    @property
    def order(self) -> tuple[int, float]:
        return STATES.index(self.state), -self.strength

    def as_json(self) -> Json:
        return {
            "sha256": self.sha256,
            "sm3": self.sm3,
            "path": self.path,
            "kind": self.kind,
            "format": self.format,
            "size": self.size,
            "parts": self.parts,
            "state": self.state,
            "because": dict(self.because) or None,
            "gaps": self.gaps,
            "weights": [dict(weight) for weight in self.opinions],
        }


def item_line(records: Sequence[Mapping[str, Any]]) -> ItemLine:
    """The line of one item from its own record and those of its parts."""
    root = records[0]
    notable = [finding for record in records for finding in _notable(record)]
    # What weighs most comes first; facts, which weigh nothing, keep their order behind it.
    notable.sort(key=lambda finding: -max(0.0, finding["log10_lr"]))
    if any(weight["flagged"] for weight in root["weights"]):
        state = "flagged"
    elif not root["examinations"] and root["not_examined"] and len(records) == 1:
        state = "failed"
    elif notable:
        state = "found"
    else:
        state = "partial" if any(map(_gaps, records)) else "quiet"
    shown = [finding["because"] for finding in notable[:1]] or [
        gap["why"] for gap in root["not_examined"][:1]
    ]
    return ItemLine(
        sha256=root["sha256"],
        sm3=root["sm3"],
        path=root["path"],
        kind=root["kind"],
        format=root["format"],
        size=root["size"],
        parts=len(records) - 1,
        state=state,
        weights=tuple(root["weights"]),
        because=shown[0] if shown else {},
        gaps=sum(_gaps(record) for record in records),
        missed=frozenset(name for record in records for name in _missed(record)),
    )


def _gaps(record: Mapping[str, Any]) -> int:
    undone = sum(1 for item in record["examinations"] if item["state"] in NOT_DONE)
    return undone + len(record["not_examined"])


def _missed(record: Mapping[str, Any]) -> Iterator[str]:
    if record["not_examined"]:
        yield "not_examinable"
    for examination in record["examinations"]:
        if examination["state"] in MISSED:
            yield examination["state"]


def _notable(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for examination in record["examinations"]:
        for finding in examination["findings"]:
            if not finding["quiet"]:
                yield finding
