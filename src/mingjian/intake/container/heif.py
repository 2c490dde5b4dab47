"""Stored items of a meta box (HEIF, AVIF): the XMP item and the EXIF item.

Sources: ISO/IEC 14496-12 section 8.11 (iinf, iloc, idat); ISO/IEC 23008-12 annex A.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.intake.container import tiff
from mingjian.intake.container.bmff import Box, boxes
from mingjian.intake.container.item import (
    MAX_VALUE,
    Malformed,
    MetadataItem,
    Reader,
    contained,
    item,
)

_MAX_ITEMS = 20_000
_MAX_EXTENTS = 1_000
XMP_TYPE = b"application/rdf+xml"


@dataclass(frozen=True, slots=True)
class Info:
    """An entry of iinf: the item's number, type, MIME type and where the entry stands."""

    number: int
    kind: bytes
    mime: bytes
    box: Box


@dataclass(frozen=True, slots=True)
class Location:
    """An entry of iloc: item number, construction method, data reference, (offset, length)s."""

    number: int
    method: int
    reference: int
    extents: list[tuple[int, int]]


def items(source: Reader, children: list[Box]) -> Iterator[MetadataItem]:
    """The XMP and EXIF items among the children of a meta box."""
    named = {box.kind: box for box in reversed(children)}
    infos = list(entries(source, named[b"iinf"]))
    wanted = {i.number: i for i in infos if i.kind == b"Exif" or i.mime == XMP_TYPE}
    if not wanted or b"iloc" not in named:
        return
    for location in locations(source, named[b"iloc"]):
        info = wanted.get(location.number)
        if info is None or location.method > 1 or location.reference:
            continue
        base = 0
        if location.method == 1:
            if b"idat" not in named:
                yield Malformed(info.box.start, "item data box missing").marker()
                continue
            base = named[b"idat"].body
        yield from contained(_item, source, info, base, location.extents)


def _item(
    source: Reader, info: Info, base: int, extents: list[tuple[int, int]]
) -> Iterator[MetadataItem]:
    if not extents:
        return
    if sum(length for _, length in extents) > MAX_VALUE:
        raise Malformed(info.box.start, "value too long")
    spans = [(base + at, base + at + length) for at, length in extents]
    if info.mime == XMP_TYPE:
        value = b"".join(source.take(a, b - a) for a, b in spans)
        start, end = min(a for a, _ in spans), max(b for _, b in spans)
        yield item("XMP (HEIF item)", "", value, start, end)
    elif len(spans) == 1:
        start, end = spans[0]
        skip = 4 + source.number(start, 4)
        window = source.window(start + skip, end - start - skip)
        yield from contained(tiff.walk_block, window, "EXIF")


def entries(source: Reader, iinf: Box) -> Iterator[Info]:
    """The item entries of an iinf box."""
    version = source.number(iinf.body, 1)
    at = iinf.body + 4 + (2 if version == 0 else 4)
    for count, box in enumerate(boxes(source, at, iinf.end)):
        if count >= _MAX_ITEMS:
            raise Malformed(box.start, "too many items")
        if box.kind != b"infe" or source.number(box.body, 1) not in (2, 3):
            continue
        wide = 2 if source.number(box.body, 1) == 2 else 4
        number = source.number(box.body + 4, wide)
        at = box.body + 4 + wide + 2
        kind = source.take(at, 4)
        mime = b""
        if kind == b"mime":
            rest = source.take(at + 4, min(box.end - at - 4, 1024)).split(b"\0")
            mime = rest[1] if len(rest) > 1 else b""
        yield Info(number, kind, mime, box)


def locations(source: Reader, iloc: Box) -> Iterator[Location]:
    """The entries of an iloc box, base offsets added in."""
    version = source.number(iloc.body, 1)
    sizes = source.number(iloc.body + 4, 2)
    offset_size, length_size = sizes >> 12, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in (1, 2) else 0
    wide = 4 if version >= 2 else 2
    count, at = source.number(iloc.body + 6, wide), iloc.body + 6 + wide
    for _ in range(min(count, _MAX_ITEMS)):
        number, at = source.number(at, wide), at + wide
        method = 0
        if version in (1, 2):
            method, at = source.number(at, 2) & 15, at + 2
        reference = source.number(at, 2)
        base, at = source.number(at + 2, base_size), at + 2 + base_size
        total, at = source.number(at, 2), at + 2
        if total > _MAX_EXTENTS:
            raise Malformed(at, "too many extents")
        extents = []
        for _ in range(total):
            at += index_size
            offset = source.number(at, offset_size)
            length = source.number(at + offset_size, length_size)
            extents.append((base + offset, length))
            at += offset_size + length_size
        yield Location(number, method, reference, extents)
