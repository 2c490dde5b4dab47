"""Put a resized `moov` into its file and correct every absolute offset behind it.

Source: ISO/IEC 14496-12 sections 8.7.5 (stco, co64), 8.8.7 (tfhd), 8.8.10 (tfra).
"""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.detect.label.write.splice import CannotWrite, reader
from mingjian.intake.container.bmff import Box, boxes, meta_body
from mingjian.intake.container.item import Reader

_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mfra")
_MAX_DEPTH = 8


def shift(data: bytes, moov: Box, new: bytes) -> bytes:
    """`data` with `moov` replaced by `new`; offsets that point behind it are moved along."""
    out = bytearray(data[: moov.start] + new + data[moov.end :])
    delta = len(new) - (moov.end - moov.start)
    if delta == 0:
        return bytes(out)
    source = reader(bytes(out))
    for box in _descend(source, 0, len(out), 0):
        if box.kind in (b"stco", b"co64"):
            _table(source, out, box, moov.end, delta)
        elif box.kind == b"tfhd" and source.number(box.body + 3, 1) & 1:
            _move(source, out, box.body + 8, 8, moov.end, delta)
        elif box.kind == b"tfra":
            _fragments(source, out, box, moov.end, delta)
        elif box.kind in (b"saio", b"iloc") and moov.end < len(data):
            raise CannotWrite(
                "文件含有无法安全移动的偏移表",
                f"the file has an offset table ({box.kind.decode()}) that cannot be moved safely",
            )
    return bytes(out)


def _descend(source: Reader, at: int, end: int, depth: int) -> Iterator[Box]:
    for box in boxes(source, at, end):
        if box.kind in _PARENTS and depth < _MAX_DEPTH:
            yield from _descend(source, box.body, box.end, depth + 1)
        elif box.kind == b"meta" and depth < 2:
            yield from (
                b for b in boxes(source, meta_body(source, box), box.end) if b.kind == b"iloc"
            )
        else:
            yield box


def _table(source: Reader, out: bytearray, box: Box, behind: int, delta: int) -> None:
    size = 4 if box.kind == b"stco" else 8
    count = source.number(box.body + 4, 4)
    source.window(box.body + 8, count * size)
    for index in range(count):
        _move(source, out, box.body + 8 + index * size, size, behind, delta)


def _fragments(source: Reader, out: bytearray, box: Box, behind: int, delta: int) -> None:
    size = 8 if source.number(box.body, 1) == 1 else 4
    lengths = source.number(box.body + 8, 4)
    tail = sum((lengths >> place & 3) + 1 for place in (4, 2, 0))
    step = 2 * size + tail
    count = source.number(box.body + 12, 4)
    source.window(box.body + 16, count * step)
    for index in range(count):
        _move(source, out, box.body + 16 + index * step + size, size, behind, delta)


def _move(source: Reader, out: bytearray, at: int, size: int, behind: int, delta: int) -> None:
    value = int.from_bytes(source.view[at : at + size], "big")
    if value < behind:
        return
    if value + delta >= 1 << 8 * size:
        raise CannotWrite("偏移超出 32 位，无法移动", "an offset would exceed 32 bits")
    out[at : at + size] = (value + delta).to_bytes(size, "big")
