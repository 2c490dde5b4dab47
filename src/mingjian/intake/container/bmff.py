"""ISO base media files: MP4, MOV, M4A, HEIF, AVIF, JPEG 2000. Keys, ilst, udta, uuid, items.

Sources: ISO/IEC 14496-12 (boxes, meta, iloc), QuickTime File Format (mdta keys, ilst, udta),
Adobe XMP part 3 (uuid box, ``XMP_``), ISO/IEC 23008-12 (XMP item).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.intake.container.item import Malformed, MetadataItem, Reader, contained, item

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MAX_DEPTH = 8
_MAX_SMALL = 1 << 20
_MAX_BOXES = 100_000


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-character type, where it starts, where its payload lies."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(source: Reader, at: int, end: int) -> Iterator[Box]:
    """The boxes that fill `at` to `end`; damage raises `Malformed` at the box concerned."""
    for _ in range(_MAX_BOXES):
        if at >= end:
            return
        if end - at < 8:
            # Four zero bytes end a QuickTime user-data list.
            if any(source.take(at, end - at)):
                raise Malformed(at, "bytes left over after the last box")
            return
        size, kind, body = source.number(at, 4), source.take(at + 4, 4), at + 8
        if size == 1:
            size, body = source.number(at + 8, 8), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or size > end - at:
            raise Malformed(at, f"box {kind.decode('latin-1')!r} runs past the end")
        yield Box(kind, at, body, at + size)
        at += size
    raise Malformed(at, "too many boxes")


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a base media file, wherever its `moov` stands."""
    if source.upto(4, 4) not in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip", b"jP  "):
        raise Malformed(0, "no base media header")
    yield from _level(source, source.start, source.end, "", 0)


def _level(source: Reader, at: int, end: int, path: str, depth: int) -> Iterator[MetadataItem]:
    for box in boxes(source, at, end):
        name = box.kind.decode("latin-1")
        here = f"{path}/{name}" if path else name
        if box.kind == b"uuid":
            if source.upto(box.body, 16) == XMP_UUID and box.end - box.body >= 16:
                yield from contained(_whole, source, "XMP (MP4 uuid)", box.body + 16, box.end)
        elif box.kind in (b"moov", b"trak", b"moof", b"traf"):
            if depth < _MAX_DEPTH:
                yield from contained(_level, source, box.body, box.end, here, depth + 1)
        elif box.kind == b"udta":
            yield from contained(_user_data, source, box, here)
        elif box.kind == b"meta":
            yield from contained(meta, source, box, here)


def _whole(
    source: Reader, carrier: str, start: int, end: int, key: str = ""
) -> Iterator[MetadataItem]:
    yield item(carrier, key, source.take(start, end - start), start)


def _user_data(source: Reader, udta: Box, path: str) -> Iterator[MetadataItem]:
    for box in boxes(source, udta.body, udta.end):
        if box.kind == b"meta":
            yield from contained(meta, source, box, f"{path}/meta")
        elif box.kind == b"XMP_":
            yield from contained(_whole, source, "XMP (MOV udta)", box.body, box.end)
        elif box.end - box.body <= _MAX_SMALL:
            start = box.body
            if box.kind[:1] == b"\xa9" and box.end - start >= 4:
                start += 4  # QuickTime text: length and language come first
            key = box.kind.decode("latin-1")
            yield from contained(_whole, source, f"MP4 {path}", start, box.end, key)


def meta_body(source: Reader, box: Box) -> int:
    """Where the children of a meta box start: QuickTime's has no version field."""
    return box.body if source.upto(box.body + 4, 4) == b"hdlr" else box.body + 4


def meta(source: Reader, box: Box, path: str) -> Iterator[MetadataItem]:
    """Items of a meta box: keys with ilst, keyless ilst, or stored items (HEIF)."""
    children = list(boxes(source, meta_body(source, box), box.end))
    keys: list[str] = []
    for child in children:
        if child.kind == b"keys":
            keys = [name for name, _, _ in key_names(source, child)]
    for child in children:
        if child.kind == b"ilst":
            yield from contained(_ilst, source, child, keys, f"{path}/ilst")
        elif child.kind == b"uuid" and source.upto(child.body, 16) == XMP_UUID:
            yield from contained(_whole, source, "XMP (MP4 uuid)", child.body + 16, child.end)
    if any(child.kind == b"iinf" for child in children):
        from mingjian.intake.container import heif

        yield from contained(heif.items, source, children)


def key_names(source: Reader, keys: Box) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of each entry of a `keys` box, in index order from 1."""
    at = keys.body + 8
    for _ in range(min(source.number(keys.body + 4, 4), _MAX_BOXES)):
        size = source.number(at, 4)
        if size < 8 or size > keys.end - at:
            raise Malformed(at, "key runs past the end")
        yield source.take(at + 8, size - 8).decode("utf-8", "replace"), at, at + size
        at += size


def _ilst(source: Reader, ilst: Box, keys: list[str], path: str) -> Iterator[MetadataItem]:
    for entry in boxes(source, ilst.body, ilst.end):
        index = int.from_bytes(entry.kind, "big")
        key = keys[index - 1] if 0 < index <= len(keys) else entry.kind.decode("latin-1")
        if index < 256 and not keys:
            key = f"item {index}"
        yield from contained(_values, source, entry, key, path)


def _values(source: Reader, entry: Box, key: str, path: str) -> Iterator[MetadataItem]:
    for box in boxes(source, entry.body, entry.end):
        if box.kind == b"name" and entry.kind == b"----":
            key = source.upto(box.body + 4, min(256, box.end - box.body - 4)).decode("latin-1")
        elif box.kind == b"data":
            if box.end - box.body < 8:
                raise Malformed(box.start, "short data box")
            if source.number(box.body, 4) in (13, 14, 27):
                continue  # cover pictures
            yield from contained(_whole, source, f"MP4 {path}", box.body + 8, box.end, key)
