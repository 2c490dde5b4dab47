"""GIF: application extension ``XMP Data`` (TC260-PG-20259A)."""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import merge, remove
from mingjian.detect.label.write.splice import Edit, existing, reader, splice
from mingjian.intake.container.gif import XMP_APPLICATION, XMP_TAIL, first_block
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.metadata import read_metadata
from mingjian.intake.content import BytesContent

_HEAD = b"\x21\xff\x0b" + XMP_APPLICATION


def write(data: bytes, label: Label) -> bytes:
    """The picture with the label in its XMP extension; comments that hold a label go."""
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        raise Malformed(0, "no GIF header")
    source = reader(data)
    edits: list[Edit] = [(0, 6, b"GIF89a")]  # extensions came with 89a
    merged = False
    for entry in read_metadata(BytesContent(data), "gif"):
        if entry.carrier == "XMP (GIF)":
            tail = entry.end + len(XMP_TAIL)
            start = entry.start - len(_HEAD)
            packet = remove(entry.value) if merged else merge(entry.value, label)
            edits.append((start, tail, _HEAD + packet + XMP_TAIL))
            merged = True
    for found in existing(data, "gif"):
        if found.carrier == "GIF comment":
            edits.append((found.start - 2, found.end, b""))
        elif found.carrier == "GIF application":
            # 21 FF, the length 11 and eleven letters stand before the sub-blocks
            edits.append((found.start - 14, found.end, b""))
        elif found.carrier == "trailer":
            edits.append((found.start, found.end, b" " * (found.end - found.start)))
    if not merged:
        at = first_block(source)
        edits.append((at, at, _HEAD + merge(None, label) + XMP_TAIL))
    return splice(data, edits)
