"""MKV, WebM: SimpleTag AIGC (TC260-PG-20257A).

The tags go, complete, to the end of the segment; the old ones become a Void element, so nothing
else moves, and the seek entry for them is pointed at the new place.
"""

from __future__ import annotations

import zlib

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.splice import CannotWrite, Edit, existing, reader, splice
from mingjian.intake.container import ebml
from mingjian.intake.container.ebml import Element, children
from mingjian.intake.container.item import Reader

_SEEK, _SEEK_ID, _SEEK_POSITION, _CRC32 = 0x4DBB, 0x53AB, 0x53AC, 0xBF


def write(data: bytes, label: Label) -> bytes:
    """The film with the label in a tag that applies to the whole file."""
    source = reader(data)
    for found in existing(data, "mkv"):
        if found.carrier != "MKV SimpleTag":
            raise CannotWrite("标识写在 SimpleTag 之外", "a label stands outside the tags")
    top = list(children(source, 0, len(data)))
    segment = next((element for element in top if element.id == ebml.SEGMENT), None)
    if segment is None or segment.end != len(data) or top[-1] is not segment:
        raise CannotWrite("文件结构不支持追加标签", "tags cannot be added to this file's structure")
    parts = list(children(source, segment.body, segment.end))
    kept = b""
    edits: list[Edit] = []
    for part in parts:
        if part.id == ebml.TAGS:
            kept += _without_label(source, data, part)
            edits.append((part.start, part.end, _void(part.end - part.start)))
    simple = _element(
        ebml.SIMPLE_TAG,
        _element(ebml.TAG_NAME, b"AIGC") + _element(ebml.TAG_STRING, label.as_json().encode()),
    )
    tag = _element(ebml.TAG, _element(ebml.TARGETS, b"") + simple)
    tags = _element(ebml.TAGS, kept + tag)
    edits += _seek(source, parts, segment.end - segment.body)
    if segment.sized:
        edits.append((segment.start + 4, segment.body, _segment_size(segment, len(tags))))
    edits.append((segment.end, segment.end, tags))
    return splice(data, edits)


def _element(number: int, body: bytes) -> bytes:
    size = (len(body) | 1 << 56).to_bytes(8, "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big") + size + body


def _void(size: int) -> bytes:
    """A Void element of exactly `size` bytes."""
    if size < 10:
        return bytes([ebml.VOID, 0x80 | size - 2]) + bytes(size - 2)
    return bytes([ebml.VOID]) + (size - 9 | 1 << 56).to_bytes(8, "big") + bytes(size - 9)


def _without_label(source: Reader, data: bytes, tags: Element) -> bytes:
    """The Tag elements as they are, those left without any value dropped."""
    out = b""
    for tag in children(source, tags.body, tags.end):
        if tag.id != ebml.TAG:  # an old checksum, for one
            continue
        body, values = b"", 0
        for part in children(source, tag.body, tag.end):
            if part.id == ebml.SIMPLE_TAG and _name(source, part).strip().upper() == b"AIGC":
                continue
            body += data[part.start : part.end]
            values += part.id == ebml.SIMPLE_TAG
        if values:
            out += _element(ebml.TAG, body)
    return out


def _name(source: Reader, simple: Element) -> bytes:
    for part in children(source, simple.body, simple.end):
        if part.id == ebml.TAG_NAME:
            return source.take(part.body, part.end - part.body)
    return b""


def _segment_size(segment: Element, more: int) -> bytes:
    """The segment's size field, as wide as before so that nothing moves."""
    width = segment.body - segment.start - 4
    size = segment.end - segment.body + more
    if size >= (1 << 7 * width) - 1:
        raise CannotWrite("文件的长度字段放不下新的长度", "the segment's size field is too narrow")
    return (size | 1 << 7 * width).to_bytes(width, "big")


def _seek(source: Reader, parts: list[Element], position: int) -> list[Edit]:
    """Point the seek entry of the tags at their new position; without one, add nothing."""
    for head in parts:
        if head.id != ebml.SEEK_HEAD:
            continue
        inside = list(children(source, head.body, head.end))
        for seek in inside:
            if seek.id != _SEEK:
                continue
            fields = {part.id: part for part in children(source, seek.body, seek.end)}
            place, name = fields.get(_SEEK_POSITION), fields.get(_SEEK_ID)
            if place is None or name is None:
                continue
            if source.number(name.body, name.end - name.body) != ebml.TAGS:
                continue
            width = place.end - place.body
            edit = (place.body, place.end, position.to_bytes(8, "big")[8 - width :])
            if width > 8 or position >= 1 << 8 * width:
                # Too narrow: an entry that points nowhere useful is better gone.
                edit = (seek.start, seek.end, _void(seek.end - seek.start))
            return [edit, *_checksum(source, head, inside[0], edit)]
    return []


def _checksum(source: Reader, head: Element, first: Element, edit: Edit) -> list[Edit]:
    """The new value of the seek head's CRC-32 element, when it starts with one (RFC 8794)."""
    if first.id != _CRC32 or first.end - first.body != 4:
        return []
    rest = source.take(first.end, head.end - first.end)
    start, end = edit[0] - first.end, edit[1] - first.end
    changed = rest[:start] + edit[2] + rest[end:]
    return [(first.body, first.end, zlib.crc32(changed).to_bytes(4, "little"))]
