"""ID3v2 tags (MP3, also inside WAV): text frames, user text, comments.

Source: id3.org informal standards 2.2, 2.3.0 and 2.4.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.intake.container.item import Malformed, MetadataItem, Reader, contained, item

_CODECS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_USER_TEXT = ("TXXX", "TXX")
_COMMENT = ("COMM", "COM", "USLT", "ULT")


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of an MP3 file: every ID3v2 tag at its start, and the ID3v1 tag at its end."""
    at = 0
    while source.upto(at, 3) == b"ID3":
        size = 10 + _synchsafe(source, at + 6)
        if source.number(at + 3, 1) == 4 and source.number(at + 5, 1) & 0x10:
            size += 10
        yield from contained(walk_tag, source.window(at, min(size, source.end - at)))
        if size > source.end - at:
            raise Malformed(at, "ID3 tag runs past the end")
        at += size
    if source.end >= 128 and source.take(source.end - 128, 3) == b"TAG":
        comment = source.take(source.end - 31, 30)
        yield item("ID3v1", "Comment", comment.rstrip(b"\0 "), source.end - 31, source.end - 1)


def _synchsafe(source: Reader, at: int) -> int:
    total = 0
    for byte in source.take(at, 4):
        if byte & 0x80:
            raise Malformed(at, "ID3 size is not synchsafe")
        total = total << 7 | byte
    return total


def walk_tag(source: Reader) -> Iterator[MetadataItem]:
    """Items of one ID3v2 tag that starts the window."""
    start = source.start
    if source.upto(start, 3) != b"ID3":
        raise Malformed(start, "no ID3 header")
    version, flags = source.number(start + 3, 1), source.number(start + 5, 1)
    if version not in (2, 3, 4):
        raise Malformed(start, "unknown ID3 version")
    end = min(source.end, start + 10 + _synchsafe(source, start + 6))
    at = start + 10
    if flags & 0x40 and version > 2:
        at += 4 + source.number(at, 4) if version == 3 else _synchsafe(source, at)
    head, name_size = (6, 3) if version == 2 else (10, 4)
    while at + head <= end:
        name = source.take(at, name_size)
        if name[0] == 0:
            return
        if version == 2:
            size, marks = source.number(at + 3, 3), 0
        else:
            size = _synchsafe(source, at + 4) if version == 4 else source.number(at + 4, 4)
            marks = source.number(at + 8, 2)
        if size > end - at - head:
            raise Malformed(at, "ID3 frame runs past the end")
        body = at + head
        at = body + size
        frame = name.decode("latin-1")
        if frame[0] == "T" or frame in _COMMENT or frame == "PRIV":
            unsync = bool(flags & 0x80) if version < 4 else bool(marks & 2)
            yield from contained(_frame, source, frame, body, size, version, marks, unsync)


def _frame(
    source: Reader, name: str, at: int, size: int, version: int, marks: int, unsync: bool
) -> Iterator[MetadataItem]:
    raw = source.take(at, size)
    if unsync:
        raw = raw.replace(b"\xff\0", b"\xff")
    encrypted, packed = (0x40, 0x80) if version == 3 else (4, 8)
    if version > 2 and marks & encrypted:
        raise Malformed(at, "encrypted ID3 frame")
    if version > 2 and marks & packed:
        raw = source.inflate(raw[4:], at)
    elif version == 4 and marks & 1:
        raw = raw[4:]
    carrier = f"ID3v2 {name}"
    if name == "PRIV":
        owner, _, value = raw.partition(b"\0")
        if owner == b"XMP":
            yield item("XMP (ID3 PRIV)", "", value, at + size - len(value), at + size)
        return
    if not raw or raw[0] > 3:
        raise Malformed(at, "unknown ID3 text encoding")
    codec, rest = _CODECS[raw[0]], raw[1:]
    key = name
    if name in _COMMENT:
        rest = rest[3:]
    if name in _COMMENT or name in _USER_TEXT:
        described, rest = _split(rest, wide=raw[0] in (1, 2))
        key = described.decode(codec, "replace").lstrip("\ufeff") or name
    value = rest.decode(codec, "replace").lstrip("\ufeff").rstrip("\0").encode("utf-8", "replace")
    yield item(carrier, key, value, at + size - len(rest), at + size)


def _split(data: bytes, *, wide: bool) -> tuple[bytes, bytes]:
    """Cut at the first terminator: one zero byte, or an aligned pair of them."""
    if not wide:
        first, _, rest = data.partition(b"\0")
        return first, rest
    for at in range(0, len(data) - 1, 2):
        if data[at : at + 2] == b"\0\0":
            return data[:at], data[at + 2 :]
    return data, b""
