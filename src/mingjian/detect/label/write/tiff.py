"""TIFF: tag 700 of the first directory, which is rewritten at the end (TC260-PG-20259A)."""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import merge
from mingjian.detect.label.write.splice import CannotWrite, blank, reader
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.tiff import Order

_XMP_TAG, _UNDEFINED = 700, 7


def write(data: bytes, label: Label) -> bytes:
    """The picture with the label in tag 700; the old packet's bytes are overwritten."""
    data = blank(data, "tiff")
    source = reader(data)
    order: Order
    if data[:4] == b"II*\0":
        order = "little"
    elif data[:4] == b"MM\0*":
        order = "big"
    else:
        raise CannotWrite("只支持普通 TIFF，不支持 BigTIFF", "only classic TIFF can be written")
    at = source.number(4, 4, order)
    count = source.number(at, 2, order)
    entries = [source.take(at + 2 + 12 * index, 12) for index in range(count)]
    following = source.take(at + 2 + 12 * count, 4)
    packet: bytes | None = None
    out = bytearray(data)
    for entry in entries:
        if int.from_bytes(entry[:2], order) == _XMP_TAG:
            size = int.from_bytes(entry[4:8], order)
            place = int.from_bytes(entry[8:12], order)
            if size <= 4:
                raise Malformed(at, "XMP tag too short")
            packet = source.take(place, size)
            out[place : place + size] = b" " * size
    new = merge(packet, label)
    out += b"\0" * (len(out) & 1)
    packet_at = len(out)
    out += new + b"\0" * (len(new) & 1)
    directory_at = len(out)
    if directory_at + 12 * (count + 2) > 0xFFFFFFFF:
        raise CannotWrite("文件太大，TIFF 偏移放不下", "the file is too large for TIFF offsets")
    kept = [entry for entry in entries if int.from_bytes(entry[:2], order) != _XMP_TAG]
    numbers = ((_XMP_TAG, 2), (_UNDEFINED, 2), (len(new), 4), (packet_at, 4))
    kept.append(b"".join(number.to_bytes(size, order) for number, size in numbers))
    kept.sort(key=lambda entry: int.from_bytes(entry[:2], order))
    out += len(kept).to_bytes(2, order) + b"".join(kept) + following
    out[4:8] = directory_at.to_bytes(4, order)
    return bytes(out)
