"""WebP: RIFF chunk ``XMP `` with the extended header it needs (TC260-PG-20259A)."""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import merge
from mingjian.detect.label.write.splice import CannotWrite, blank, reader
from mingjian.intake.container.item import Malformed

_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10


def write(data: bytes, label: Label) -> bytes:
    """The picture with the label in its XMP chunk."""
    data = blank(data, "webp")
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Malformed(0, "no WebP header")
    end = 8 + int.from_bytes(data[4:8], "little")
    chunks = _chunks(data, end)
    if not chunks:
        raise Malformed(12, "empty WebP")
    packet = next((body for kind, body in chunks if kind == b"XMP "), None)
    kept = [(kind, body) for kind, body in chunks if kind != b"XMP "]
    if kept[0][0] != b"VP8X":
        kept.insert(0, (b"VP8X", _extended(*kept[0])))
    header = bytearray(kept[0][1])
    header[0] |= _XMP_FLAG
    kept[0] = (b"VP8X", bytes(header))
    kept.append((b"XMP ", merge(packet, label)))
    body = b"WEBP" + b"".join(
        kind + len(part).to_bytes(4, "little") + part + b"\0" * (len(part) & 1)
        for kind, part in kept
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body + data[end:]


def _chunks(data: bytes, end: int) -> list[tuple[bytes, bytes]]:
    source = reader(data).window(0, end)
    at, found = 12, []
    while at + 8 <= end:
        kind, size = source.take(at, 4), source.number(at + 4, 4, "little")
        source.window(at + 8, size)
        found.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)
    return found


def _extended(kind: bytes, body: bytes) -> bytes:
    """A VP8X header for a simple file: canvas size and alpha from the picture chunk."""
    flags = 0
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
    elif kind == b"VP8L" and body[:1] == b"\x2f" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _ALPHA_FLAG if bits >> 28 & 1 else 0
    else:
        raise CannotWrite("WebP 的图像数据无法识别", "the WebP picture data is not recognised")
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + size
