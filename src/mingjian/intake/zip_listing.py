"""What a zip file holds, by its central directory and by the local headers, whichever stands.

Offsets and flags after APPNOTE.TXT 6.3.10 (PKWARE). Nothing is decompressed here.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_MARK = re.compile(rb"PK\x03\x04")
_RECORD_MARK = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x07\x08|\x05\x06)")
_LONGEST_COMMENT = 65_535
MOST_ENTRIES = 200_000
"""Entries read from one directory; what lies beyond is not listed."""

_local_fields = struct.Struct("<4s5H3L2H")
_central_fields = struct.Struct("<4s6H3L5H2L")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member as a header describes it; sizes are claims, `data` is where its bytes begin."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int
    """Where the local header stands."""
    data: int
    mode: int = 0
    """Unix mode, 0 where there is none."""
    local_name: bytes | None = None
    """The name in the local header, where it is another one."""
    listed: bool = True
    """False for a member that is missing from the central directory."""

    @property
    def text_name(self) -> str:
        if self.flags & 0x800:
            return self.name.decode("utf-8", "replace")
        try:
            return self.name.decode("utf-8")  # many writers forget to set the flag
        except UnicodeDecodeError:
            pass
        try:
            return self.name.decode("gb18030")
        except UnicodeDecodeError:
            return self.name.decode("cp437")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    entries: tuple[Entry, ...]
    directory: bool
    """Whether there is a central directory that could be read."""
    start: int
    """Where the zip begins in the bytes: 0, or behind something else."""


def end_of_directory(view: memoryview) -> int:
    """Where the end-of-central-directory record stands, or -1."""
    size = len(view)
    if size < 22:
        return -1
    if bytes(view[-22:-18]) == _END and bytes(view[-2:]) == b"\0\0":
        return size - 22
    tail_start = max(0, size - _LONGEST_COMMENT - 22)
    tail = bytes(view[tail_start:])
    position = tail.rfind(_END)
    while position >= 0:
        if position + 22 <= len(tail):
            return tail_start + position
        position = tail.rfind(_END, 0, position)
    return -1


def _directory(view: memoryview) -> tuple[int, int, int] | None:
    """Start and end of the central directory, and how far the whole zip is shifted."""
    end = end_of_directory(view)
    if end < 0:
        return None
    count, size, offset = struct.unpack_from("<H2L", view, end + 10)
    stop = end
    if 0xFFFF in (count,) or 0xFFFFFFFF in (size, offset):
        found = _directory64(view, end)
        if found is not None:
            size, offset, stop = found
    start = stop - size
    if start < 0 or (size and view[start : start + 4] != _CENTRAL):
        # The end record lies about the size: the offset may still hold.
        if view[offset : offset + 4] != _CENTRAL or offset >= stop:
            return None
        start = offset
    return start, stop, start - offset


def _directory64(view: memoryview, end: int) -> tuple[int, int, int] | None:
    if end < 20 or view[end - 20 : end - 16] != _LOCATOR64:
        return None
    claimed: int = struct.unpack_from("<Q", view, end - 12)[0]
    for position in (end - 20 - 56, claimed):
        if 0 <= position <= len(view) - 56 and view[position : position + 4] == _END64:
            size, offset = struct.unpack_from("<2Q", view, position + 40)
            return size, offset, position
    return None


def _zip64(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """The 64-bit values of extra field 1, for those that do not fit in 32 bits (4.5.3)."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, position)
        if tag == 1:
            values = extra[position + 4 : position + 4 + length]
            at = 0
            taken = []
            for value in (size, packed, header):
                if value == 0xFFFFFFFF and at + 8 <= len(values):
                    value = int.from_bytes(values[at : at + 8], "little")
                    at += 8
                taken.append(value)
            return taken[0], taken[1], taken[2]
        position += 4 + length
    return size, packed, header


def local_entry(view: memoryview, position: int) -> Entry | None:
    """The member whose local header stands at `position`; None if none does."""
    if position < 0 or position + 30 > len(view) or view[position : position + 4] != _LOCAL:
        return None
    row = _local_fields.unpack_from(view, position)
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = row
    data = position + 30 + name_length + extra_length
    if data > len(view):
        return None
    name = bytes(view[position + 30 : position + 30 + name_length])
    if 0xFFFFFFFF in (packed, size):
        extra = bytes(view[data - extra_length : data])
        size, packed, _ = _zip64(extra, size, packed, 0)
    return Entry(
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        header=position,
        data=data,
        listed=False,
    )


def _central_entries(view: memoryview, start: int, stop: int, shift: int, most: int) -> list[Entry]:
    entries: list[Entry] = []
    position = start
    while position + 46 <= stop and len(entries) < most:
        if view[position : position + 4] != _CENTRAL:
            break
        row = _central_fields.unpack_from(view, position)
        _, made_by, _, flags, method, _, _, crc, packed, size = row[:10]
        name_length, extra_length, comment_length, _, _, attributes, header = row[10:]
        name_end = position + 46 + name_length
        name = bytes(view[position + 46 : name_end])
        if 0xFFFFFFFF in (packed, size, header):
            extra = bytes(view[name_end : name_end + extra_length])
            size, packed, header = _zip64(extra, size, packed, header)
        position = name_end + extra_length + comment_length
        # Bytes put before or into a zip shift its members; the directory may or may not know.
        place = header + shift
        local = local_entry(view, place)
        if local is None and shift and (local := local_entry(view, header)) is not None:
            place = header
        entries.append(
            Entry(
                name=name,
                flags=flags,
                method=method,
                crc=crc,
                packed=packed,
                size=size,
                header=place,
                data=local.data if local else -1,
                mode=attributes >> 16 if made_by >> 8 in (3, 19) else 0,
                local_name=local.name if local and local.name != name else None,
            )
        )
    return entries


def _unlisted(view: memoryview, covered: list[tuple[int, int]], most: int) -> list[Entry]:
    """Members found by their local headers outside the `covered` stretches."""
    found: list[Entry] = []
    position, size = 0, len(view)
    stretches = iter(sorted(covered))
    stretch = next(stretches, None)
    while len(found) < most:
        while stretch is not None and stretch[1] <= position:
            stretch = next(stretches, None)
        if stretch is not None and stretch[0] <= position:
            position = stretch[1]
            continue
        mark = _LOCAL_MARK.search(view, position, stretch[0] if stretch else size)
        if mark is None:
            if stretch is None:
                break
            position = stretch[1]
            continue
        entry = local_entry(view, mark.start())
        if entry is None:
            position = mark.end()
            continue
        if (entry.flags & 8 and entry.packed == 0) or entry.data + entry.packed > size:
            # Sizes follow the data or are wrong: the member ends where the next record begins.
            behind = _RECORD_MARK.search(view, entry.data)
            stop = behind.start() if behind else size
            # Unpacking stops by itself, but a stored member needs its length.
            known = stop - entry.data
            entry = replace(entry, packed=known, size=known if entry.method == 0 else entry.size)
        found.append(entry)
        position = max(entry.data + entry.packed, mark.end())
    return found


def listing(view: memoryview, most: int = MOST_ENTRIES) -> Listing:
    """The members of a zip file, at most `most`; empty where nothing of a zip is left.

    The central directory comes first; members it does not list follow, because an archive
    may show one thing to a scanner and another to the program that opens it.
    """
    directory = _directory(view)
    entries: list[Entry] = []
    covered: list[tuple[int, int]] = []
    first = 0
    if directory is not None:
        start, stop, shift = directory
        first = max(0, shift)
        entries = _central_entries(view, start, stop, shift, most)
        covered = [(start, len(view))]
        if first:
            covered.append((0, first))
        for entry in entries:
            if entry.data >= 0:
                covered.append((entry.header, entry.data + entry.packed))
    if len(entries) < most:
        entries += _unlisted(view, covered, most - len(entries))
    if directory is None and entries:
        first = entries[0].header
    return Listing(entries=tuple(entries), directory=directory is not None, start=first)


def names(view: memoryview, most: int = 2_000) -> list[str]:
    """The first member names, for telling what kind of zip this is."""
    directory = _directory(view)
    if directory is not None:
        entries = _central_entries(view, *directory, most)
        if entries:
            return [entry.text_name for entry in entries]
    return [entry.text_name for entry in _unlisted(view, [], most)]
