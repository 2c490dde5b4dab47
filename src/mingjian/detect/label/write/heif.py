"""HEIF, AVIF: the XMP item (ISO/IEC 23008-12 annex A, TC260-PG-20259A).

The packet goes to the end of the file; `meta` is rebuilt with the item in iinf, iloc and iref.
"""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import merge
from mingjian.detect.label.write.splice import CannotWrite, blank, reader
from mingjian.intake.container.bmff import Box, boxes
from mingjian.intake.container.heif import XMP_TYPE, Location, entries, locations
from mingjian.intake.container.item import Reader
from mingjian.intake.container.metadata import read_metadata
from mingjian.intake.content import BytesContent


def write(data: bytes, label: Label) -> bytes:
    """The picture with the label in its XMP item; the old packet is overwritten."""
    data = blank(data, "heif")
    packets = [e for e in read_metadata(BytesContent(data), "heif") if e.is_xmp]
    if len(packets) > 1:
        raise CannotWrite("文件有多个 XMP 项", "the file has several XMP items")
    source = reader(data)
    top = list(boxes(source, 0, len(data)))
    meta = next((box for box in top if box.kind == b"meta"), None)
    if meta is None or any(box.kind in (b"moov", b"moof") for box in top):
        raise CannotWrite("文件没有 meta 盒，或是动态图像", "no meta box, or an image sequence")
    packet = merge(packets[0].value if packets else None, label)
    if packets:
        old = packets[0]
        data = data[: old.start] + b" " * (old.end - old.start) + data[old.end :]
    # iloc is as long whatever the offsets are, so a first build tells how far things move.
    size = len(_meta(source, data, meta, 0, (0, len(packet))))
    delta = size - (meta.end - meta.start)
    place = (len(data) + delta + 8, len(packet))
    new = _meta(source, data, meta, delta, place)
    return data[: meta.start] + new + data[meta.end :] + _box(b"mdat", packet)


def _box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def _meta(source: Reader, data: bytes, meta: Box, delta: int, place: tuple[int, int]) -> bytes:
    listed = list(boxes(source, meta.body + 4, meta.end))
    children = {box.kind: box for box in listed}
    if not {b"iinf", b"iloc", b"pitm"} <= children.keys():
        raise CannotWrite("meta 盒不完整", "the meta box is incomplete")
    infos = list(entries(source, children[b"iinf"]))
    found = list(locations(source, children[b"iloc"]))
    known = next((info.number for info in infos if info.mime == XMP_TYPE), None)
    number = known or max([info.number for info in infos] + [loc.number for loc in found]) + 1
    if number > 0xFFFF or any(loc.reference for loc in found):
        raise CannotWrite("文件的项目结构不受支持", "the file's items are not of a supported form")
    moved = [
        Location(
            loc.number,
            loc.method,
            0,
            [
                (at + delta if loc.method == 0 and at >= meta.end else at, length)
                for at, length in loc.extents
            ],
        )
        for loc in found
        if loc.number != number
    ]
    moved.append(Location(number, 0, 0, [place]))
    out = data[meta.body : meta.body + 4]
    for box in listed:
        kind = box.kind
        if kind == b"iloc":
            out += _iloc(moved)
        elif kind == b"iinf" and known is None:
            out += _iinf(data, box, number)
        elif kind == b"iref" and known is None:
            out += _iref(source, data, box, children[b"pitm"], number)
        else:
            out += data[box.start : box.end]
    if known is None and b"iref" not in children:
        out += _iref(source, data, None, children[b"pitm"], number)
    return _box(b"meta", out)


def _iloc(listed: list[Location]) -> bytes:
    """Version 1, four-byte offsets and lengths, no base offsets."""
    body = b"\x01\0\0\0\x44\0" + len(listed).to_bytes(2, "big")
    for loc in listed:
        body += loc.number.to_bytes(2, "big") + loc.method.to_bytes(2, "big") + bytes(2)
        body += len(loc.extents).to_bytes(2, "big")
        for at, length in loc.extents:
            if at > 0xFFFFFFFF or length > 0xFFFFFFFF:
                raise CannotWrite("文件太大", "the file is too large")
            body += at.to_bytes(4, "big") + length.to_bytes(4, "big")
    return _box(b"iloc", body)


def _iinf(data: bytes, iinf: Box, number: int) -> bytes:
    body = data[iinf.body : iinf.end]
    wide = 2 if body[0] == 0 else 4
    count = int.from_bytes(body[4 : 4 + wide], "big") + 1
    entry = b"\x02\0\0\x01" + number.to_bytes(2, "big") + bytes(2) + b"mime\0" + XMP_TYPE + b"\0"
    return _box(
        b"iinf",
        body[:4] + count.to_bytes(wide, "big") + body[4 + wide :] + _box(b"infe", entry),
    )


def _iref(source: Reader, data: bytes, iref: Box | None, pitm: Box, number: int) -> bytes:
    """Add “describes the primary picture”."""
    primary = source.number(pitm.body + 4, 2 if source.number(pitm.body, 1) == 0 else 4)
    body = data[iref.body : iref.end] if iref else bytes(4)
    wide = 2 if body[0] == 0 else 4
    link = number.to_bytes(wide, "big") + b"\0\1" + primary.to_bytes(wide, "big")
    return _box(b"iref", body + _box(b"cdsc", link))
