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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    """The parent's side; `descriptor` is handed to the child.

    With a `path` the page lies in a file, where another process can watch (`watched`).
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            self.descriptor = os.memfd_create("mingjian-steps")
        else:
            self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._path = path
        os.ftruncate(self.descriptor, SIZE)

    def clear(self) -> None:
        os.pwrite(self.descriptor, bytes(SIZE), 0)

    def read(self) -> Note:
        """What the child is doing. A page that makes no sense reads as no step."""
        return _read(self.descriptor)

    def close(self) -> None:
        os.close(self.descriptor)
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def _read(descriptor: int) -> Note:
    for _ in range(8):
        page = os.pread(descriptor, SIZE, 0).ljust(SIZE, b"\0")
        changes, since, length = _HEAD.unpack_from(page)
        if changes % 2 == 0:
            name = page[_HEAD.size : _HEAD.size + length]
            if not math.isfinite(since):
                since = 0.0
            return Note(name.decode("utf-8", "replace"), since)
    return Note("", 0.0)


def watched(folder: Path) -> Iterator[Note]:
    """What the children whose boards lie in this folder are doing, those at rest left out."""
    for path in sorted(folder.iterdir()):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue  # its worker has just ended
        try:
            note = _read(descriptor)
        finally:
            os.close(descriptor)
        if note.step:
            yield note


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
