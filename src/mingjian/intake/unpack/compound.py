"""Compound files (OLE, [MS-CFB]) through olefile, with every damage turned into `Refused`."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mingjian.domain.evidence import Content
from mingjian.domain.message import Message
from mingjian.intake.limits import MIB, Refused
from mingjian.intake.unpack.damage import ViewFile, damaged, reading

MOST_STREAMS = 20_000
_LARGEST = 512 * MIB
_UNKNOWN_SIZE = 0x7FFFFFFF
"""olefile's own mark for a stream read to the end of its chain."""


class Compound:
    """Streams by path; names keep the case the file gives them."""

    def __init__(self, ole: Any, size: int) -> None:
        self._ole = ole
        self._size = size
        with reading("OLE"):
            listed = ole.listdir(streams=True, storages=False)[:MOST_STREAMS]
        self.paths = tuple("/".join(path) for path in listed)
        self._known = frozenset(self.paths)

    def read(self, path: str, most: int = _LARGEST) -> bytes | None:
        """The whole stream; None when there is none of that name or it is over `most` bytes.

        Raises `Refused` for a stream that claims more bytes than the file has: its sectors
        go round in circles.
        """
        if path not in self._known:
            return None
        with reading("OLE"):
            names = path.split("/")
            size = self._ole.get_size(names)
            if size > self._size:
                raise damaged("OLE")
            if size > most:
                return None
            data: bytes = self._ole.openstream(names).read()
        return data


@contextmanager
def compound(content: Content) -> Iterator[Compound]:
    """The compound file in `content`. Raises `Refused` where it cannot be read."""
    import olefile

    view = content.view()
    if len(view) > _LARGEST:
        raise Refused(
            Message(
                f"OLE 复合文件超过 {_LARGEST // MIB} MiB，未解析。",
                f"The compound file is larger than {_LARGEST // MIB} MiB and was not parsed.",
            )
        )
    # Sectors of 512 or 4,096 bytes, small ones of 64 ([MS-CFB], 2.2); olefile takes any size
    # for them and then needs millions of steps.
    if bytes(view[30:32]) not in (b"\x09\0", b"\x0c\0") or bytes(view[32:34]) != b"\x06\0":
        raise damaged("OLE")
    with reading("OLE"):
        ole = _bounded(olefile.OleFileIO, len(view))(io.BufferedReader(ViewFile(view)))
    try:
        yield Compound(ole, len(view))
    finally:
        ole.close()


def _bounded(reader: Any, most: int) -> Any:
    """olefile's reader, but refusing any stream longer than the file: it would follow the
    sectors in circles for as many steps as a hostile size says."""

    class Bounded(reader):  # type: ignore[misc]
        def _open(self, start: int, size: int = _UNKNOWN_SIZE, force_FAT: bool = False) -> Any:
            if size != _UNKNOWN_SIZE and size > most:
                raise damaged("OLE")
            return super()._open(start, size, force_FAT)

    return Bounded


def packaged_file(data: bytes) -> tuple[str, bytes] | None:
    """Name and bytes of the file in an Ole10Native stream, None where it is not one."""
    try:
        label_end = data.index(b"\0", 6)
        path_end = data.index(b"\0", label_end + 1)
        (length,) = struct.unpack_from("<I", data, path_end + 5)
        start = path_end + 9 + length
        (size,) = struct.unpack_from("<I", data, start)
    except (ValueError, struct.error):
        return None
    name = data[6:label_end].decode("gb18030", "replace")
    body = data[start + 4 : start + 4 + size]
    return (name, body) if body else None
