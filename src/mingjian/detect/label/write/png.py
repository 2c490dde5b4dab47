"""PNG: iTXt chunk ``XML:com.adobe.xmp`` (TC260-PG-20259A)."""

from __future__ import annotations

import zlib

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import merge, remove
from mingjian.detect.label.write.splice import Edit, existing, reader, splice
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.metadata import read_metadata
from mingjian.intake.container.png import SIGNATURE, XMP_KEYWORD
from mingjian.intake.content import BytesContent


def write(data: bytes, label: Label) -> bytes:
    """The picture with the label in its XMP chunk; other chunks that hold a label go."""
    packets = {
        entry.start: entry.value
        for entry in read_metadata(BytesContent(data), "png")
        if entry.is_xmp
    }
    labels = [found for found in existing(data, "png") if not found.carrier.startswith("XMP")]
    edits: list[Edit] = []
    place, merged = 0, False
    for start, end, kind in _chunks(data):
        if kind == b"IDAT" and not place:
            place = start
        packet = next((text for at, text in packets.items() if start < at < end), None)
        inside = [found for found in labels if start < found.start < end]
        if packet is not None:
            edits.append((start, end, _chunk(remove(packet) if merged else merge(packet, label))))
            merged = True
        elif inside and kind == b"eXIf":
            body = bytearray(data[start + 8 : end - 4])
            for found in inside:
                size = found.end - found.start
                first = found.start - start - 8
                body[first : first + size] = b" " * size
            edits.append((start, end, _raw(b"eXIf", bytes(body))))
        elif inside:
            edits.append((start, end, b""))
        if kind == b"IEND":
            for found in labels:
                if found.start >= end:
                    edits.append((found.start, found.end, b" " * (found.end - found.start)))
    if not place:
        raise Malformed(len(data), "no PNG image data")
    if not merged:
        edits.append((place, place, _chunk(merge(None, label))))
    return splice(data, edits)


def _chunks(data: bytes) -> list[tuple[int, int, bytes]]:
    source = reader(data)
    if data[:8] != SIGNATURE:
        raise Malformed(0, "no PNG signature")
    at, found = 8, []
    while True:
        kind, end = source.take(at + 4, 4), at + 12 + source.number(at, 4)
        source.window(at, end - at)
        found.append((at, end, kind))
        if kind == b"IEND":
            return found
        at = end


def _chunk(packet: bytes) -> bytes:
    return _raw(b"iTXt", XMP_KEYWORD + b"\0\0\0\0\0" + packet)


def _raw(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(body, zlib.crc32(kind))
    return len(body).to_bytes(4, "big") + kind + body + check.to_bytes(4, "big")
