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
from mingjian.intake.unpack.damage import ViewFile, reading

MOST_STREAMS = 20_000
_LARGEST = 1024 * MIB


class Compound:
    """Streams by path; names keep the case the file gives them."""

    def __init__(self, ole: Any) -> None:
        self._ole = ole
        with reading("OLE"):
            listed = ole.listdir(streams=True, storages=False)[:MOST_STREAMS]
        self.paths = tuple("/".join(path) for path in listed)
        self._known = frozenset(self.paths)

    def read(self, path: str) -> bytes | None:
        """The whole stream, None when there is none of that name."""
        if path not in self._known:
            return None
        with reading("OLE"):
            data: bytes = self._ole.openstream(path.split("/")).read()
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
    with reading("OLE"):
        ole = olefile.OleFileIO(io.BufferedReader(ViewFile(view)))
    try:
        yield Compound(ole)
    finally:
        ole.close()


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
