"""Office Open XML (docx, xlsx, pptx): custom, core and application properties.

Sources: ECMA-376 part 1 section 22.3 (custom properties), part 2 (packages); APPNOTE.TXT (ZIP).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.intake.container.item import (
    Malformed,
    MetadataItem,
    Reader,
    contained,
    item,
)
from mingjian.intake.container.xmltext import elements

CUSTOM, CORE, APP = "docProps/custom.xml", "docProps/core.xml", "docProps/app.xml"
_MAX_MEMBERS = 65_535
_MAX_PROPERTY_PARTS = 12


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a ZIP package, as its central directory states it."""

    name: str
    method: int
    flags: int
    header: int
    packed: int
    size: int
    crc: int


def members(source: Reader) -> Iterator[Member]:
    """Members in the order of the central directory (no ZIP64, no split archives)."""
    tail = max(0, source.end - 65_557)
    window = source.take(tail, source.end - tail)
    found = window.rfind(b"PK\5\6")
    if found < 0:
        raise Malformed(source.end, "no ZIP directory")
    at = source.number(tail + found + 16, 4, "little")
    for _ in range(min(source.number(tail + found + 10, 2, "little"), _MAX_MEMBERS)):
        if source.take(at, 4) != b"PK\1\2":
            raise Malformed(at, "no ZIP directory entry")
        lengths = [source.number(at + 28 + 2 * n, 2, "little") for n in range(3)]
        yield Member(
            name=source.take(at + 46, lengths[0]).decode("utf-8", "replace"),
            method=source.number(at + 10, 2, "little"),
            flags=source.number(at + 8, 2, "little"),
            packed=source.number(at + 20, 4, "little"),
            size=source.number(at + 24, 4, "little"),
            crc=source.number(at + 16, 4, "little"),
            header=source.number(at + 42, 4, "little"),
        )
        at += 46 + sum(lengths)


def read(source: Reader, member: Member) -> tuple[bytes, int]:
    """The member's bytes, bounded, and where its stored bytes begin."""
    at = member.header
    if source.take(at, 4) != b"PK\3\4":
        raise Malformed(at, "no ZIP member header")
    at += 30 + source.number(at + 26, 2, "little") + source.number(at + 28, 2, "little")
    stored = source.take(at, member.packed)
    if member.flags & 1 or member.method not in (0, 8):
        raise Malformed(at, "encrypted or unknown ZIP member")
    return (source.inflate(stored, at, raw=True) if member.method else stored), at


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of an Office Open XML package. Ranges are those of the packed member."""
    wanted = (member for member in members(source) if member.name in (CUSTOM, CORE, APP))
    for count, member in enumerate(wanted):
        if count >= _MAX_PROPERTY_PARTS:
            raise Malformed(member.header, "the same member too many times")
        yield from contained(_properties, source, member)


def _properties(source: Reader, member: Member) -> Iterator[MetadataItem]:
    data, at = read(source, member)
    if zlib.crc32(data) != member.crc:
        yield Malformed(at, f"wrong checksum of {member.name}").marker()
    carrier = "OOXML " + member.name.rpartition("/")[2]
    name = ""
    try:
        parsed = elements(data)
    except Malformed as problem:
        raise Malformed(at, f"{member.name}: {problem.what}") from problem
    for element in parsed:
        if member.name == CUSTOM:
            if element.local == "property":
                name = element.attributes.get("name", "")
            elif element.parent.rpartition(":")[2] == "property":
                yield item(carrier, name, element.text.encode(), at, at + member.packed)
        elif element.text.strip():
            yield item(carrier, element.local, element.text.encode(), at, at + member.packed)
