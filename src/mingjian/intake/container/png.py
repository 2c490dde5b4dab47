"""PNG: text chunks, also after the image data, EXIF, XMP and private chunks.

Source: W3C PNG third edition, sections 5 and 11.3; Adobe XMP part 3 (iTXt keyword).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from mingjian.intake.container import tiff
from mingjian.intake.container.item import (
    Malformed,
    MetadataItem,
    Reader,
    contained,
    item,
    trailer,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp"
_TEXT = (b"tEXt", b"zTXt", b"iTXt")
_STANDARD = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT tIME "
    b"acTL fcTL fdAT oFFs pCAL sCAL sTER gIFg gIFt gIFx dSIG caBX".split()
)
_MAX_PRIVATE = 1 << 20


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a PNG file. A wrong checksum on a text chunk is marked, and the text still read."""
    if source.upto(0, 8) != SIGNATURE:
        raise Malformed(0, "no PNG signature")
    at = 8
    while at < source.end:
        length = source.number(at, 4)
        kind = source.take(at + 4, 4)
        start = at + 8
        source.window(start, length + 4)  # the chunk and its checksum must fit
        at = start + length + 4
        if kind == b"IEND":
            yield from trailer(source, at)
            return
        if kind in _STANDARD or (kind not in _TEXT and kind != b"eXIf" and length > _MAX_PRIVATE):
            continue
        data = source.take(start, length)
        if zlib.crc32(data, zlib.crc32(kind)) != source.number(start + length, 4):
            yield Malformed(start, f"wrong checksum of PNG {kind.decode('latin-1')}").marker()
        if kind == b"eXIf":
            yield from contained(tiff.walk_block, source.window(start, length), "EXIF")
        elif kind in _TEXT:
            try:
                yield _text(source, kind, data, start)
            except Malformed as problem:
                yield problem.marker()
        else:
            yield item("PNG chunk", kind.decode("latin-1"), data, start)
    yield Malformed(source.end, "no PNG end chunk").marker()


def _text(source: Reader, kind: bytes, data: bytes, start: int) -> MetadataItem:
    keyword, separator, rest = data.partition(b"\0")
    if not separator:
        raise Malformed(start, "PNG text chunk without a keyword")
    compressed = kind == b"zTXt"
    if compressed:
        rest = rest[1:]
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\1"
        fields = rest[2:].split(b"\0", 2)
        if len(fields) < 3:
            raise Malformed(start, "short PNG iTXt chunk")
        rest = fields[2]
    end = start + len(data)
    value_at = end - len(rest)
    value = source.inflate(rest, value_at) if compressed else rest
    name = kind.decode("latin-1")
    key = keyword.decode("latin-1")
    if keyword == XMP_KEYWORD:
        return item(f"XMP (PNG {name})", key, value, value_at, end)
    return item(f"PNG {name}", key, value, value_at, end)
