"""TIFF and the EXIF block (which is a TIFF): text tags, XMP and their byte ranges.

Sources: TIFF 6.0; JEITA CP-3451 section 4.6 (UserComment); Adobe XMP part 3 (tag 700).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from mingjian.intake.container.item import Malformed, MetadataItem, Reader, item

Order = Literal["big", "little"]

NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x013B: "Artist",
    0x013C: "HostComputer",
    0x02BC: "XMP",
    0x8298: "Copyright",
    0x83BB: "IPTC",
    0x9003: "DateTimeOriginal",
    0x9286: "UserComment",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9D: "XPAuthor",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
}
_SUB_IFDS = {0x8769, 0x014A}
_UTF16_TAGS = {0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F}
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 13: 4, 16: 8, 18: 8}
_MAX_IFDS = 64


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a TIFF file; tag 700 is an XMP packet."""
    yield from walk_block(source, "TIFF")


def walk_block(source: Reader, carrier: str) -> Iterator[MetadataItem]:
    """Items of a TIFF structure that fills the window; `carrier` is EXIF or TIFF."""
    base = source.start
    mark = source.take(base, 4)
    order: Order
    if mark in (b"II*\0", b"II+\0"):
        order = "little"
    elif mark in (b"MM\0*", b"MM\0+"):
        order = "big"
    else:
        raise Malformed(base, "no TIFF header")
    big = b"+" in mark
    first = source.number(base + (8 if big else 4), 8 if big else 4, order)
    pending, seen = [first], set[int]()
    while pending:
        offset = pending.pop(0)
        if offset == 0:
            continue
        if offset in seen:
            raise Malformed(base + offset, "TIFF directories in a circle")
        if len(seen) >= _MAX_IFDS:
            raise Malformed(base + offset, "too many TIFF directories")
        seen.add(offset)
        yield from _directory(source, base + offset, order, big, carrier, pending)


def _directory(
    source: Reader, at: int, order: Order, big: bool, carrier: str, pending: list[int]
) -> Iterator[MetadataItem]:
    head, size, word = (8, 20, 8) if big else (2, 12, 4)
    count = source.number(at, head, order)
    if count * size > source.end - at:
        raise Malformed(at, "TIFF directory runs past the end")
    for index in range(count):
        entry = at + head + index * size
        tag = source.number(entry, 2, order)
        kind = source.number(entry + 2, 2, order)
        number = source.number(entry + 4, word, order)
        slot = entry + 4 + word
        if tag in _SUB_IFDS:
            if kind in (4, 13, 16, 18) and 0 < number <= _MAX_IFDS:
                wide = _WIDTHS[kind]
                place = slot
                if wide * number > word:
                    place = source.start + source.number(slot, word, order)
                pending.extend(
                    source.number(place + step * wide, wide, order) for step in range(number)
                )
            continue
        if not (kind == 2 or tag in NAMES) or kind not in _WIDTHS:
            continue
        length = number * _WIDTHS[kind]
        place = slot if length <= word else source.start + source.number(slot, word, order)
        try:
            stored = source.take(place, length)
        except Malformed as problem:
            yield problem.marker()
            continue
        yield _tag(carrier, tag, stored, place, order)
    after = at + head + count * size
    if after + word <= source.end:  # cameras leave the last pointer out at the block's end
        pending.append(source.number(after, word, order))


def _tag(carrier: str, tag: int, stored: bytes, at: int, order: Order) -> MetadataItem:
    end = at + len(stored)
    if tag == 0x02BC:
        return item(f"XMP ({carrier} tag 700)", "", stored, at)
    value = stored
    if tag in _UTF16_TAGS:
        value = stored.decode("utf-16-le", "replace").rstrip("\0").encode()
    elif tag == 0x9286:
        value = _user_comment(stored, order)
        if value == stored[8:]:
            at += 8
    return item(carrier, NAMES.get(tag, f"tag 0x{tag:04X}"), value, at, end)


def _user_comment(stored: bytes, order: Order) -> bytes:
    """The comment as UTF-8, by its eight-byte character code; an unknown code stays as it is."""
    code, rest = stored[:8], stored[8:]
    if code.startswith(b"UNICODE"):
        if rest[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return rest.decode("utf-16", "replace").encode()
        # Writers disagree whether UNICODE follows the block's byte order: take the side on
        # which the zero bytes of ASCII fall.
        high, low = rest[0::2].count(0), rest[1::2].count(0)
        guess = "utf-16-be" if high > low or (high == low and order == "big") else "utf-16-le"
        return rest.decode(guess, "replace").encode("utf-8", "replace")
    if code.startswith(b"JIS"):
        return rest.decode("iso2022_jp", "replace").encode()
    if code[:5] == b"ASCII" or not code.strip(b"\0"):
        return rest
    return stored
