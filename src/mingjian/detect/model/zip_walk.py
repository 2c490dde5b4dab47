"""Zip members read from their local headers, whatever flags and directory say.

A loader that a model file is meant for may ignore a wrong checksum, a password bit set by
mistake or a directory that disagrees with the headers; so each is noted, none is trusted.
Layout: PKWARE APPNOTE 4.3.7 (local header), 4.3.12 (central directory).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAX_MEMBERS: Final = 10_000
END_RECORD: Final = b"PK\x05\x06"
"""Signature of the end of the central directory (APPNOTE 4.3.16)."""
_LOCAL = re.compile(rb"PK\x03\x04")
_CENTRAL = re.compile(rb"PK\x01\x02")
_NEXT = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x05\x06|\x06\x06|\x07\x08)")


@dataclass(frozen=True, slots=True)
class Member:
    """One member as its local header gives it, completed from the central directory."""

    name: str
    offset: int
    """Of its packed bytes."""
    packed: int
    method: int
    flags: int
    notes: tuple[str, ...] = field(default=())
    """encrypted-flag, name-differs, no-directory-entry."""


@dataclass(slots=True)
class _Entry:
    name: bytes
    packed: int
    method: int
    header: int


def is_zip(data: bytes | memoryview) -> bool:
    """A local header at the start, or an end record near the end of something else."""
    if data[:4] == b"PK\x03\x04":
        return True
    if len(data) < 52:
        return False
    tail = data if isinstance(data, bytes) else bytes(data[-66_000:])
    if tail.find(END_RECORD, max(0, len(tail) - 66_000)) < 0:
        return False
    return bytes(data[: 1 << 20]).find(b"PK\x03\x04") >= 0


def _directory(data: bytes | memoryview) -> dict[int, _Entry]:
    """Central directory entries by the offset of their local header.

    Searched for in the last MiB: a directory larger than that is read in part, and members
    without an entry are still found by their local headers.
    """
    found: dict[int, _Entry] = {}
    start = max(0, len(data) - (1 << 20))
    for match in _CENTRAL.finditer(data, start):
        at = match.start()
        if at + 46 > len(data) or len(found) >= MAX_MEMBERS:
            break
        method, packed, size, name_length, extra_length = struct.unpack_from(
            "<H8xIIHH", data, at + 10
        )
        (header,) = struct.unpack_from("<I", data, at + 42)
        name = bytes(data[at + 46 : at + 46 + name_length])
        extra = bytes(data[at + 46 + name_length : at + 46 + name_length + extra_length])
        packed, header = _zip64(extra, packed, size, header)
        found[header] = _Entry(name, packed, method, header)
    return found


def _zip64(extra: bytes, packed: int, size: int, header: int) -> tuple[int, int]:
    """Sizes beyond 4 GiB stand in extra field 1, in the order size, packed, header offset."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, position)
        if tag == 1:
            body = extra[position + 4 : position + 4 + length]
            values = [int.from_bytes(body[i : i + 8], "little") for i in range(0, len(body), 8)]
            if size == 0xFFFFFFFF and values:
                values.pop(0)
            if packed == 0xFFFFFFFF and values:
                packed = values.pop(0)
            if header == 0xFFFFFFFF and values:
                header = values.pop(0)
            break
        position += 4 + length
    return packed, header


def members(data: bytes | memoryview) -> Iterator[Member]:
    """Each member once, in file order; headers are followed and, where they lie, searched for."""
    directory = _directory(data)
    size = len(data)
    position, seen = 0, 0
    visited: set[int] = set()
    while seen < MAX_MEMBERS:
        if bytes(data[position : position + 4]) != b"PK\x03\x04":
            match = _LOCAL.search(data, position)
            if match is None:
                break
            position = match.start()
        if position + 30 > size:
            break
        seen += 1
        visited.add(position)
        member = _member(data, position, directory.get(position))
        yield member
        end = member.offset + member.packed
        position = end if position < end <= size else position + 4
    for header, entry in directory.items():
        if header not in visited and header + 30 <= size:
            yield _member(data, header, entry)


def _member(data: bytes | memoryview, at: int, entry: _Entry | None) -> Member:
    flags, method, packed, name_length, extra_length = struct.unpack_from(
        "<HH8xI4xHH", data, at + 6
    )
    name = bytes(data[at + 30 : at + 30 + name_length])
    extra = bytes(data[at + 30 + name_length : at + 30 + name_length + extra_length])
    if packed == 0xFFFFFFFF:
        packed, _ = _zip64(extra, packed, 0xFFFFFFFF, 0)
    offset = at + 30 + name_length + extra_length
    notes = []
    if flags & 0x41:
        notes.append("encrypted-flag")
    if entry is not None and entry.name != name:
        notes.append("name-differs")
    if packed == 0 and entry is not None:
        packed = entry.packed
    if packed == 0 and flags & 8:
        following = _NEXT.search(data, offset)
        packed = (following.start() if following else len(data)) - offset
    packed = max(0, min(packed, len(data) - offset))
    return Member(
        name.decode("utf-8", "replace")[:512], offset, packed, method, flags, tuple(notes)
    )
