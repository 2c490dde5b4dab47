"""JPEG: comments, EXIF, XMP (also extended) and other application segments.

Sources: ITU-T T.81 annex B; JEITA CP-3451 (EXIF in APP1); Adobe XMP part 3 (APP1 packets).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.intake.container import tiff
from mingjian.intake.container.item import (
    MALFORMED,
    Malformed,
    MetadataItem,
    Reader,
    contained,
    item,
    trailer,
)

XMP_ID = b"http://ns.adobe.com/xap/1.0/\0"
XMP_MORE_ID = b"http://ns.adobe.com/xmp/extension/\0"
EXIF_ID = b"Exif\0\0"
_MAX_EXTENDED = 8 << 20
# Skipped: colour profiles and JUMBF (read by other means), too bulky to repeat here.
_BULK_IDS = (b"ICC_PROFILE\0", b"JP")

_SEGMENT = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]", re.DOTALL)
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]", re.DOTALL)


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a JPEG file; after damage between segments it goes on at the next marker."""
    if source.upto(0, 2) != b"\xff\xd8":
        raise Malformed(0, "no JPEG start of image")
    extended: dict[bytes, list[tuple[int, int, bytes]]] = {}
    at = 2
    while at < source.end:
        start = source.find(_SEGMENT, at)
        if start > at:
            gap = source.upto(at, 1 << 16)
            if gap.strip(b"\xff\0"):
                yield item("JPEG between segments", "", gap, at, start)
        if start >= source.end:
            break
        marker = source.number(start + 1, 1)
        if marker == 0xD9:
            yield from _extended(extended)
            yield from trailer(source, start + 2)
            return
        length = source.number(start + 2, 2)
        if length < 2:
            raise Malformed(start, "JPEG segment shorter than its length field")
        at = start + 2 + length
        if marker == 0xDA:
            at = source.find(_SCAN_END, min(at, source.end))
        elif marker == 0xFE:
            yield item("JPEG comment", "", source.take(start + 4, length - 2), start + 4)
        elif 0xE0 <= marker <= 0xEF:
            payload = source.take(start + 4, length - 2)
            yield from _application(source, marker - 0xE0, payload, start + 4, extended)
    yield from _extended(extended)
    yield Malformed(source.end, "no JPEG end of image").marker()


def _application(
    source: Reader,
    number: int,
    payload: bytes,
    at: int,
    extended: dict[bytes, list[tuple[int, int, bytes]]],
) -> Iterator[MetadataItem]:
    if number == 1 and payload.startswith(EXIF_ID):
        skip = len(EXIF_ID)
        window = source.window(at + skip, len(payload) - skip)
        yield from contained(tiff.walk_block, window, "EXIF")
    elif number == 1 and payload.startswith(XMP_ID):
        yield item("XMP (JPEG APP1)", "", payload[len(XMP_ID) :], at + len(XMP_ID))
    elif number == 1 and payload.startswith(XMP_MORE_ID):
        head = len(XMP_MORE_ID)
        if len(payload) < head + 40:
            yield Malformed(at, "short extended XMP segment").marker()
            return
        guid = payload[head : head + 32]
        offset = int.from_bytes(payload[head + 36 : head + 40], "big")
        extended.setdefault(guid, []).append((offset, at + head + 40, payload[head + 40 :]))
    elif not payload.startswith(_BULK_IDS):
        name = payload.split(b"\0", 1)[0][:40].decode("latin-1")
        yield item(f"JPEG APP{number}", name, payload, at)


def _extended(parts: dict[bytes, list[tuple[int, int, bytes]]]) -> Iterator[MetadataItem]:
    """Join the pieces of each extended packet in the order of their stated offsets."""
    for pieces in parts.values():
        pieces.sort()
        joined = bytearray()
        for offset, at, piece in pieces:
            if offset != len(joined) or len(joined) > _MAX_EXTENDED:
                yield item(MALFORMED, "extended XMP piece missing", b"", at)
                break
            joined += piece
        first, last = min(p[1] for p in pieces), max(p[1] + len(p[2]) for p in pieces)
        yield item("XMP (JPEG APP1, extended)", "", bytes(joined), first, last)
    parts.clear()
