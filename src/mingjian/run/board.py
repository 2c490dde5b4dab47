"""The step board: a page of shared memory on which the child notes what it is doing.

When a child has to be killed, the board tells what for. The parent reads it with `pread`, so
that whatever a child does to the page, the parent gets bytes and never a fault.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
import time
from dataclasses import dataclass

SIZE = 1024
_HEAD = struct.Struct("<QdH")
"""Count of changes (odd while one is under way), when the step began, length of its name."""


@dataclass(frozen=True, slots=True)
class Note:
    """The step under way and when it began, by the monotonic clock that all processes share."""

    step: str
    since: float

    @property
    def of_detector(self) -> bool:
        """Whether it is one detector's work on one piece of evidence, ``detector|sha256``.

        Unpacking, ``take-in|sha256``, can be left out as well, but has the time of the item.
        """
        detector, _, subject = self.step.partition("|")
        return bool(detector and subject) and detector != "take-in"


class Board:
    """The parent's side; `descriptor` is handed to the child."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("mingjian-steps")
        os.ftruncate(self.descriptor, SIZE)

    def clear(self) -> None:
        os.pwrite(self.descriptor, bytes(SIZE), 0)

    def read(self) -> Note:
        """What the child is doing. A page that makes no sense reads as no step."""
        for _ in range(8):
            page = os.pread(self.descriptor, SIZE, 0).ljust(SIZE, b"\0")
            changes, since, length = _HEAD.unpack_from(page)
            if changes % 2 == 0:
                name = page[_HEAD.size : _HEAD.size + length]
                if not math.isfinite(since):
                    since = 0.0
                return Note(name.decode("utf-8", "replace"), since)
        return Note("", 0.0)

    def close(self) -> None:
        os.close(self.descriptor)


class Chalk:
    """The child's side: writes the board."""

    def __init__(self, descriptor: int) -> None:
        self._page = mmap.mmap(descriptor, SIZE)
        self._changes = 0
        self.current = ""

    def step(self, name: str) -> None:
        """Say what begins: ``detector|sha256`` or ``take-in|sha256``, either of which a next
        try can leave out; ``take-in|`` for what it cannot."""
        text = name.encode("utf-8", "replace")[: SIZE - _HEAD.size]
        page, changes = self._page, self._changes
        self.current = name
        _HEAD.pack_into(page, 0, changes + 1, 0.0, 0)
        page[_HEAD.size : _HEAD.size + len(text)] = text
        self._changes = changes + 2
        _HEAD.pack_into(page, 0, self._changes, time.monotonic(), len(text))
