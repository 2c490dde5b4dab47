"""Where the bytes of evidence lie: in memory, or in a file that is mapped while it is read."""

from __future__ import annotations

import mmap
import weakref
from pathlib import Path
from typing import Final

SMALL: Final = 16 << 10
"""Bytes up to which reading a file costs less than mapping it."""


class BytesContent:
    """Bytes held in memory."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def size(self) -> int:
        return len(self.data)

    def view(self) -> memoryview:
        return memoryview(self.data)


class FileContent:
    """A file that nobody changes while it is evidence.

    The map lives as long as somebody holds a view of it, so that thousands of spooled
    parts do not hold thousands of open files; a small file is read once instead. Raises
    `OSError` if the file is not there.
    """

    __slots__ = ("_map", "_size", "_small", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = path.stat().st_size
        self._map: weakref.ref[mmap.mmap] | None = None
        self._small: bytes | None = None

    @property
    def size(self) -> int:
        return self._size

    def view(self) -> memoryview:
        if self._size <= SMALL:
            if self._small is None:
                with self.path.open("rb") as file:
                    self._small = file.read(self._size)
            return memoryview(self._small)
        mapped = self._map() if self._map is not None else None
        if mapped is None:
            with self.path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), self._size, access=mmap.ACCESS_READ)
            self._map = weakref.ref(mapped)
        return memoryview(mapped)

    def __reduce__(self) -> tuple[type[FileContent], tuple[Path]]:
        return FileContent, (self.path,)
