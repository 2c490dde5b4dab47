"""GIF: comment and application extensions, among them the XMP packet.

Sources: CompuServe GIF89a; Adobe XMP part 3 (application extension ``XMP DataXMP``).
"""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.intake.container.item import (
    MAX_VALUE,
    Malformed,
    MetadataItem,
    Reader,
    item,
    trailer,
)

XMP_APPLICATION = b"XMP DataXMP"
XMP_TAIL = bytes([1, *range(255, -1, -1), 0])
"""The 258 bytes after the packet that lead any sub-block reader to the terminator."""


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a GIF file."""
    if source.upto(0, 6) not in (b"GIF87a", b"GIF89a"):
        raise Malformed(0, "no GIF header")
    at = first_block(source)
    while at < source.end:
        kind = source.number(at, 1)
        if kind == 0x3B:
            yield from trailer(source, at + 1)
            return
        if kind == 0x2C:
            flags = source.number(at + 9, 1)
            table = 3 << ((flags & 7) + 1) if flags & 0x80 else 0
            at = _skip(source, at + 10 + table + 1)
        elif kind == 0x21:
            entry, at = _extension(source, at)
            if entry is not None:
                yield entry
        else:
            raise Malformed(at, "unknown GIF block")
    yield Malformed(source.end, "no GIF trailer").marker()


def first_block(source: Reader) -> int:
    """Offset of the first block after the screen descriptor and the global colour table."""
    flags = source.number(10, 1)
    return 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)


def _extension(source: Reader, at: int) -> tuple[MetadataItem | None, int]:
    label = source.number(at + 1, 1)
    if label == 0xFE:
        value, after = _joined(source, at + 2)
        return item("GIF comment", "", value, at + 2, after), after
    if label == 0xFF:
        size = source.number(at + 2, 1)
        name = source.take(at + 3, size)
        start = at + 3 + size
        if name == XMP_APPLICATION:
            # The packet stands raw; its tail makes ordinary sub-block readers end here too.
            after = _skip(source, start)
            stop = -1
            if after - start <= MAX_VALUE:
                stop = source.take(start, after - start).rfind(XMP_TAIL)
            if stop < 0:
                return Malformed(start, "GIF XMP without its tail").marker(), after
            return item("XMP (GIF)", "", source.take(start, stop), start), after
        value, after = _joined(source, start)
        return item("GIF application", name.decode("latin-1"), value, start, after), after
    return None, _skip(source, at + 2)


def _skip(source: Reader, at: int) -> int:
    """Offset after the sub-blocks that begin at `at`."""
    while size := source.number(at, 1):
        at += 1 + size
    return at + 1


def _joined(source: Reader, at: int) -> tuple[bytes, int]:
    """The sub-blocks from `at` joined, and the offset after them."""
    pieces: list[bytes] = []
    while size := source.number(at, 1):
        pieces.append(source.take(at + 1, size))
        at += 1 + size
    return b"".join(pieces), at + 1
