"""FLV: key AIGC in the script tag ``onMetaData`` (TC260-PG-20257A)."""

from __future__ import annotations

import struct

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.splice import CannotWrite, Edit, existing, reader, splice
from mingjian.intake.container import flv
from mingjian.intake.container.item import Malformed, Reader

_NAME = b"\x02\x00\x0aonMetaData"
_END = b"\0\0\x09"


def write(data: bytes, label: Label) -> bytes:
    """The film with the label; positions listed in the script tag are moved along."""
    source = reader(data)
    if data[:3] != b"FLV":
        raise Malformed(0, "no FLV header")
    outside = [found for found in existing(data, "flv") if found.carrier != "FLV onMetaData"]
    if outside:
        raise CannotWrite("标识写在脚本标签之外", "a label stands outside the script tag")
    value = label.as_json().encode()
    entry = (
        b"\x00\x04AIGC"
        + (
            b"\x02" + len(value).to_bytes(2, "big")
            if len(value) < 1 << 16
            else b"\x0c" + len(value).to_bytes(4, "big")
        )
        + value
    )
    for start, size, kind in flv.tags(source):
        if kind == flv.SCRIPT and data[start : start + len(_NAME)] == _NAME:
            body = _merged(source.window(start, size), entry)
            delta = len(body) - size
            body = _moved(body, delta)
            return splice(data, [(start - 11, start + size + 4, _tag(body))])
    at = source.number(5, 4) + 4
    body = _NAME + b"\x08\0\0\0\1" + entry + _END
    return splice(data, [(at, at, _tag(body))])


def _tag(body: bytes) -> bytes:
    if len(body) > 0xFFFFFF:
        raise CannotWrite("脚本标签过大", "the script tag is too large")
    head = b"\x12" + len(body).to_bytes(3, "big") + bytes(7)
    return head + body + (11 + len(body)).to_bytes(4, "big")


def _merged(script: Reader, entry: bytes) -> bytes:
    """The script data with the AIGC entries of its object replaced by one new entry."""
    at = script.start + len(_NAME)
    kind = script.number(at, 1)
    if kind not in (3, 8):
        raise CannotWrite("onMetaData 不是对象", "onMetaData is not an object")
    first = at + (5 if kind == 8 else 1)
    edits: list[Edit] = []
    here, count = first, 0
    base = script.start
    while True:
        size = script.number(here, 2)
        if size == 0 and script.take(here + 2, 1) == b"\x09":
            break
        after = flv.value(script, here + 2 + size, "", [], 1)
        if script.take(here + 2, size).upper() == b"AIGC":
            edits.append((here - base, after - base, b""))
        else:
            count += 1
        here = after
    edits.append((here - base, here - base, entry))
    if kind == 8:
        edits.append((at + 1 - base, at + 5 - base, (count + 1).to_bytes(4, "big")))
    return splice(script.take(base, script.end - base), edits)


def _moved(body: bytes, delta: int) -> bytes:
    """`keyframes.filepositions` and `filesize` count bytes of the file, so they move too."""
    out = bytearray(body)
    at = body.find(b"\x00\x0dfilepositions\x0a")
    if at >= 0:
        count = int.from_bytes(body[at + 16 : at + 20], "big")
        for index in range(min(count, len(body) // 9)):
            _add(out, at + 20 + 9 * index, delta)
    size = body.find(b"\x00\x08filesize")
    if size >= 0:
        _add(out, size + 10, delta)
    return bytes(out)


def _add(out: bytearray, at: int, delta: int) -> None:
    if len(out) >= at + 9 and out[at] == 0:
        value = struct.unpack_from(">d", out, at + 1)[0]
        struct.pack_into(">d", out, at + 1, value + delta)
