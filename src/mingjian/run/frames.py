"""What goes over the pipes between a worker and its sandboxed child: JSON with a length before it.

A frame may end with raw bytes, the member `RAW` of its object: text that is passed on as it is
need not be escaped and read again. Never pickle: the child has parsed hostile bytes, and nothing
it says may become code here.
"""

from __future__ import annotations

import json
import os
import struct

Json = dict[str, object]

HEADER = struct.Struct(">II")
"""Length of all that follows, and of the JSON at its beginning, in bytes, big-endian."""
RAW = "raw"


class BadFrame(Exception):
    """The other side said something that is not a frame; says what."""


def encode(value: object, raw: bytes = b"") -> bytes:
    """One frame. Lone surrogates travel as JSON escapes; NaN is refused (ValueError)."""
    data = json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")
    return b"".join((HEADER.pack(len(data) + len(raw), len(data)), data, raw))


def decode(data: bytes, length: int) -> Json:
    """The object in a frame without its header, `length` of it JSON; raises `BadFrame`."""
    try:
        value = json.loads(data[:length])
    except (ValueError, RecursionError):
        raise BadFrame("not understood") from None
    if not isinstance(value, dict):
        raise BadFrame("not an object")
    if length < len(data):
        value[RAW] = data[length:]
    return value


def write_all(descriptor: int, data: bytes) -> None:
    """Write to a blocking descriptor to the last byte."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_frame(descriptor: int) -> Json | None:
    """The next frame from a blocking descriptor; None at its end."""
    header = _read_exactly(descriptor, HEADER.size)
    if header is None:
        return None
    total, length = HEADER.unpack(header)
    data = _read_exactly(descriptor, total)
    return None if data is None else decode(data, length)


def _read_exactly(descriptor: int, count: int) -> bytes | None:
    parts = []
    while count:
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
