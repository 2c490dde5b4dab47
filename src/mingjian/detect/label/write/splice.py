"""Small edits of a file's bytes, and the refusal every writer raises."""

from __future__ import annotations

from collections.abc import Iterable

from mingjian.detect.label.label import FoundLabel
from mingjian.detect.label.read import labels_in
from mingjian.domain.message import Message
from mingjian.intake.container.item import Reader
from mingjian.intake.container.metadata import read_metadata
from mingjian.intake.content import BytesContent


class CannotWrite(Exception):
    """The label was not written; nothing was changed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Message(zh, en)


Edit = tuple[int, int, bytes]
"""Replace bytes `start` to `end` by these."""


def splice(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with every edit made; edits do not overlap and use offsets of `data`."""
    pieces, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        pieces += [data[at:start], new]
        at = end
    return b"".join([*pieces, data[at:]])


def reader(data: bytes) -> Reader:
    """A reader over the whole file."""
    return Reader(memoryview(data))


def existing(data: bytes, format: str) -> tuple[FoundLabel, ...]:
    """Labels already in the file."""
    return labels_in(read_metadata(BytesContent(data), format))


def blank(data: bytes, format: str) -> bytes:
    """Overwrite with spaces every label that stands outside XMP, so that lengths stay."""
    edits = [
        (found.start, found.end, b" " * (found.end - found.start))
        for found in existing(data, format)
        if not found.carrier.startswith("XMP")
    ]
    return splice(data, edits) if edits else data
