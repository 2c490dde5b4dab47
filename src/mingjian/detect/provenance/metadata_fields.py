"""The metadata of a file as one flat list of named texts, XMP and IPTC-IIM taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.detect.contract import NotApplicable
from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.metadata import TRAILER, MetadataItem, formats, read_metadata
from mingjian.intake.container.xmltext import XmlElement, elements

MAX_TEXT = 1 << 20
"""Longest text of one field that is looked at, in characters."""
_MAX_VALUES = 200
_MAX_INNER = 2_000
_MAX_PACKET = 4 << 20

_PREFIXES = {
    "http://iptc.org/std/iptc4xmpext/2008-02-29": "Iptc4xmpExt",
    "http://ns.adobe.com/exif/1.0": "exif",
    "http://ns.adobe.com/tiff/1.0": "tiff",
    "http://ns.adobe.com/xap/1.0": "xmp",
    "http://ns.adobe.com/photoshop/1.0": "photoshop",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://www.tc260.org.cn/ns/aigc/1.0": "TC260",
}
_IIM = {40: "SpecialInstructions", 65: "OriginatingProgram", 110: "Credit", 120: "Caption"}


@dataclass(frozen=True, slots=True)
class Field:
    """One named text. `start` and `end` are bytes of the file (of the packet, for XMP)."""

    place: str
    """png, exif, xmp, iim, comment, trailer or other."""
    carrier: str
    """Where it stands, as the container walker names it."""
    key: str
    text: str
    start: int
    end: int


def fields(evidence: Evidence) -> list[Field]:
    """All named texts of the evidence; raises `NotApplicable` for a format we do not walk."""
    if evidence.format not in formats():
        raise NotApplicable(
            Message(
                f"没有读取 {evidence.format} 格式元数据的方法",
                f"no metadata is read from the format {evidence.format}",
            )
        )
    found: list[Field] = []
    for item in read_metadata(evidence.content, evidence.format):
        found.extend(_fields(item))
    return found


def _fields(item: MetadataItem) -> Iterator[Field]:
    if item.is_xmp:
        yield from xmp_fields(item.value, item.carrier, item.start, item.end)
        return
    if item.value.startswith(b"Photoshop 3.0\0") or item.key == "IPTC":
        yield from _iim_fields(item)
        return
    raw = item.value[:MAX_TEXT]
    text = item.text[:MAX_TEXT] if len(raw) == len(item.value) else raw.decode("utf-8", "replace")
    yield Field(_place(item), item.carrier, item.key, text.strip("\0"), item.start, item.end)


def _place(item: MetadataItem) -> str:
    carrier = item.carrier
    if carrier == TRAILER:
        return "trailer"
    if carrier.startswith("PNG"):
        return "png"
    if carrier.startswith(("EXIF", "TIFF")):
        return "exif"
    return "comment" if "comment" in carrier.lower() else "other"


def _name(prefix_name: str, element: XmlElement) -> str:
    """``prefix:local`` with the prefix the address is known by, whatever the file calls it."""
    prefix, colon, local = prefix_name.partition(":")
    if not colon:
        return prefix_name
    # http and https, and a forgotten last slash, are the same address to their writers.
    space = element.spaces.get(prefix, "").lower().rstrip("/#").replace("https://", "http://")
    if space and space not in _PREFIXES and prefix in _PREFIXES.values():
        # A familiar prefix declared for another address is not the familiar property.
        return f"{space}/{local}"
    return f"{_PREFIXES.get(space, prefix)}:{local}"


def _utf8(packet: bytes) -> bytes:
    """The packet as UTF-8: writers may use UTF-16 without a byte-order mark (XMP part 1, 7.3)."""
    head = packet[:4].lstrip(b"\xff\xfe\xef\xbb\xbf")
    if head[:2] == b"\0<":
        packet = packet.decode("utf-16-be", "replace").encode("utf-8", "replace")
    elif head[:2] == b"<\0":
        packet = packet.decode("utf-16-le", "replace").encode("utf-8", "replace")
    return packet.strip(b"\0 \r\n\t\xef\xbb\xbf")


def xmp_fields(packet: bytes, carrier: str, start: int, end: int) -> Iterator[Field]:
    """Properties of an XMP packet: attribute, element and rdf:Bag/Seq/Alt forms alike.

    A damaged packet yields what a plain reading finds before the damage: nothing.
    """
    if len(packet) > _MAX_PACKET:
        return
    try:
        all_elements = elements(_utf8(packet))
    except Malformed:
        return
    inner_left = 50 * _MAX_INNER
    for index, element in enumerate(all_elements):
        if element.local == "Description":
            for key, value in element.attributes.items():
                if not key.startswith(("xmlns", "rdf:", "xml:")):
                    yield Field("xmp", carrier, _name(key, element), value[:MAX_TEXT], start, end)
        elif element.parent.rpartition(":")[2] == "Description":
            values: list[str] = []
            for at in range(index, min(index + _MAX_INNER, len(all_elements))):
                inner = all_elements[at]
                inner_left -= 1
                if inner_left < 0 or (at > index and inner.start >= element.end_tag):
                    break
                resource = inner.attributes.get("rdf:resource", "")
                values.extend(filter(None, (inner.text.strip(), resource)))
            name = _name(element.name, element)
            for value in values[:_MAX_VALUES]:
                yield Field("xmp", carrier, name, value[:MAX_TEXT], start, end)


def _iim_fields(item: MetadataItem) -> Iterator[Field]:
    """Datasets of record 2 of IPTC-IIM 4.2, in a Photoshop image resource or alone."""
    data = item.value[:MAX_TEXT]
    blocks = [(0, data)]
    if data.startswith(b"Photoshop 3.0\0"):
        # Resource 0x0404 of the image resource block: IPTC-NAA record.
        blocks = []
        for match in re.finditer(rb"8BIM\x04\x04", data):
            name_at = match.end()
            name = data[name_at] if name_at < len(data) else 0
            size_at = name_at + ((name + 2) & ~1)
            size = int.from_bytes(data[size_at : size_at + 4], "big")
            blocks.append((size_at + 4, data[size_at + 4 : size_at + 4 + size]))
    for offset, block in blocks[:16]:
        at = 0
        while at + 5 <= len(block) and block[at] == 0x1C:
            record, number = block[at + 1], block[at + 2]
            size = int.from_bytes(block[at + 3 : at + 5], "big")
            if size & 0x8000:
                break
            value = block[at + 5 : at + 5 + size]
            if record == 2 and number in _IIM:
                begin = item.start + offset + at + 5
                text = value.decode("utf-8", "replace")
                yield Field("iim", "IPTC-IIM", _IIM[number], text, begin, begin + len(value))
            at += 5 + size
