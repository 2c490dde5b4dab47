"""JPEG: the XMP packet in APP1 (TC260-PG-20259A)."""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import merge, remove
from mingjian.detect.label.write.splice import CannotWrite, Edit, blank, reader, splice
from mingjian.intake.container.jpeg import EXIF_ID, XMP_ID

_MAX_PAYLOAD = 65_533


def write(data: bytes, label: Label) -> bytes:
    """The picture with the label in its XMP segment, other labels overwritten."""
    data = blank(data, "jpeg")
    edits: list[Edit] = []
    place = 2
    for start, end in _segments(data):
        payload = data[start + 4 : end]
        if data[start + 1] == 0xE0 or payload.startswith(EXIF_ID):
            place = max(place, end)
        if data[start + 1] == 0xE1 and payload.startswith(XMP_ID):
            packet = payload[len(XMP_ID) :]
            new = merge(packet, label) if not edits else remove(packet)
            edits.append((start, end, _segment(new)))
    if not edits:
        edits.append((place, place, _segment(merge(None, label))))
    return splice(data, edits)


def _segments(data: bytes) -> list[tuple[int, int]]:
    """Start and end of each segment before the picture data."""
    source = reader(data)
    found: list[tuple[int, int]] = []
    at = 2
    while source.number(at, 1) == 0xFF:
        marker = source.number(at + 1, 1)
        if marker == 0xFF:
            at += 1
            continue
        if marker in (0xDA, 0xD9):
            return found
        end = at + 2 + source.number(at + 2, 2)
        source.window(at, end - at)
        found.append((at, end))
        at = end
    raise CannotWrite("JPEG 的段结构有误", "the JPEG segments are out of order")


def _segment(packet: bytes) -> bytes:
    payload = XMP_ID + packet
    if len(payload) > _MAX_PAYLOAD:
        raise CannotWrite(
            "XMP 数据放不进一个 JPEG 段（64 KiB）", "the XMP does not fit one JPEG segment (64 KiB)"
        )
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload
