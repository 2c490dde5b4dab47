"""Matroska and WebM: SimpleTag values and the writing application.

Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.intake.container.item import Malformed, MetadataItem, Reader, contained, item

HEADER, SEGMENT, CLUSTER, VOID = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xEC
TAGS, TAG, SIMPLE_TAG, TAG_NAME = 0x1254C367, 0x7373, 0x67C8, 0x45A3
TAG_STRING, TAG_BINARY, TARGETS = 0x4487, 0x4485, 0x63C0
SEEK_HEAD, INFO = 0x114D9B74, 0x1549A966
_INFO_NAMES = {0x7BA9: "Title", 0x4D80: "MuxingApp", 0x5741: "WritingApp"}
_TOP = frozenset(
    (SEGMENT, CLUSTER, TAGS, SEEK_HEAD, INFO, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770)
)
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Element:
    """One EBML element: id, where it starts, where its payload lies, whether its size is known."""

    id: int
    start: int
    body: int
    end: int
    sized: bool


def element(source: Reader, at: int, end: int) -> Element:
    """The element that starts at `at`, inside a parent that ends at `end`."""
    first = source.number(at, 1)
    width = 9 - first.bit_length()
    if width > 4:
        raise Malformed(at, "no EBML element id")
    size_at = at + width
    lead = source.number(size_at, 1)
    size_width = 9 - lead.bit_length()
    if size_width > 8:
        raise Malformed(size_at, "no EBML size")
    mask = (1 << 7 * size_width) - 1
    size = source.number(size_at, size_width) & mask
    body = size_at + size_width
    if size == mask:
        return Element(source.number(at, width), at, body, end, False)
    if size > end - body:
        raise Malformed(at, "EBML element runs past the end")
    return Element(source.number(at, width), at, body, body + size, True)


def children(source: Reader, at: int, end: int) -> Iterator[Element]:
    """The elements from `at` to `end`; one of unknown size lasts to the next top-level one."""
    while at < end:
        child = element(source, at, end)
        if not child.sized and child.id == CLUSTER:
            inner = child.body
            while inner < end:
                below = element(source, inner, end)
                if below.id in _TOP:
                    break
                inner = below.end
            child = Element(child.id, child.start, child.body, inner, False)
        yield child
        at = child.end


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a Matroska or WebM file, before or after the clusters."""
    if source.upto(0, 4) != HEADER.to_bytes(4, "big"):
        raise Malformed(0, "no EBML header")
    for top in children(source, 0, source.end):
        if top.id != SEGMENT:
            continue
        for part in children(source, top.body, top.end):
            if part.id == TAGS:
                yield from contained(_tags, source, part)
            elif part.id == INFO:
                yield from contained(_info, source, part)


def _info(source: Reader, info: Element) -> Iterator[MetadataItem]:
    for part in children(source, info.body, info.end):
        name = _INFO_NAMES.get(part.id)
        if name:
            yield item("MKV Info", name, source.take(part.body, part.end - part.body), part.body)


def _tags(source: Reader, tags: Element) -> Iterator[MetadataItem]:
    for tag in children(source, tags.body, tags.end):
        if tag.id != TAG:
            continue
        for simple in children(source, tag.body, tag.end):
            if simple.id == SIMPLE_TAG:
                yield from contained(_simple, source, simple, 0)


def _simple(source: Reader, simple: Element, depth: int) -> Iterator[MetadataItem]:
    if depth > _MAX_DEPTH:
        raise Malformed(simple.start, "tags nested too deep")
    name, nested = "", []
    values: list[Element] = []
    for part in children(source, simple.body, simple.end):
        if part.id == TAG_NAME:
            name = source.take(part.body, part.end - part.body).decode("utf-8", "replace")
        elif part.id in (TAG_STRING, TAG_BINARY):
            values.append(part)
        elif part.id == SIMPLE_TAG:
            nested.append(part)
    for part in values:
        yield item("MKV SimpleTag", name, source.take(part.body, part.end - part.body), part.body)
    if not values:
        yield item("MKV SimpleTag", name, b"", simple.start, simple.end)
    for part in nested:
        yield from contained(_simple, source, part, depth + 1)
