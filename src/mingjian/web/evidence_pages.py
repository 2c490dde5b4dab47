"""The page of one piece of evidence."""

from __future__ import annotations

from typing import Any

from mingjian.app import desk
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.byte_map import byte_map
from mingjian.web.page import Asked, Page

ORIGIN = ("provenance.", "label.")
"""Detectors that read what a file says of where it comes from."""


def _evidence(asked: Asked) -> Json:
    with asked.store() as store:
        content = desk.evidence(store, asked.actor, asked["sha256"].lower(), asked["case"])
    record: Any = content["record"]
    return {
        **content,
        "bytes": byte_map(record),
        "origin": [one for one in record["examinations"] if one["detector"].startswith(ORIGIN)],
        "audible": record["kind"] == EvidenceKind.AUDIO and bool(record["sha256"]),
    }


EVIDENCE = Page(
    name="evidence",
    area="desk",
    title=Message("证据", "Evidence"),
    make=_evidence,
    takes=("sha256", "case"),
)
