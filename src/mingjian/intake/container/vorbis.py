"""Vorbis comments in FLAC and Ogg (Vorbis, Opus, FLAC in Ogg).

Sources: Xiph Vorbis comment specification, RFC 3533 (Ogg), RFC 7845 (Opus), RFC 9639 (FLAC).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from mingjian.intake.container import id3
from mingjian.intake.container.item import Malformed, MetadataItem, Reader, contained, item

_MAX_COMMENTS = 10_000
_HEADS = (b"\x03vorbis", b"OpusTags", b"\x81theora", b"Speex")
_HEADER_PACKETS = 3
_MAX_HEADERS = 8 << 20
_MAX_STREAMS = 64
FLAC_COMMENT = 4


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a FLAC or an Ogg file."""
    at = 0
    if source.upto(0, 3) == b"ID3":  # not allowed, yet written
        yield from contained(id3.walk, source)
        head = source.upto(6, 4)
        at = 10 + sum((byte & 127) << 7 * (3 - n) for n, byte in enumerate(head))
    mark = source.upto(min(at, source.end), 4)
    if mark == b"fLaC":
        yield from _flac(source, at + 4)
    elif mark == b"OggS":
        yield from _ogg(source, at)
    else:
        raise Malformed(at, "no FLAC or Ogg header")


def _flac(source: Reader, at: int) -> Iterator[MetadataItem]:
    last = False
    while not last:
        head = source.number(at, 1)
        size = source.number(at + 1, 3)
        last, body = bool(head & 0x80), at + 4
        if size > source.end - body:
            raise Malformed(at, "FLAC block runs past the end")
        if head & 0x7F == FLAC_COMMENT:
            data = source.take(body, size)
            yield from contained(comments, data, 0, [(0, body)], "FLAC")
        at = body + size


def comments(
    data: bytes, at: int, places: list[tuple[int, int]], name: str
) -> Iterator[MetadataItem]:
    """The comments of one block. `places` maps offsets in `data` to offsets in the file."""

    def place(offset: int) -> int:
        inside, outside = places[bisect_right(places, offset, key=lambda pair: pair[0]) - 1]
        return outside + offset - inside

    def size_at(offset: int) -> int:
        if offset + 4 > len(data):
            raise Malformed(place(min(offset, len(data))), "comment block ends early")
        return int.from_bytes(data[offset : offset + 4], "little")

    vendor = size_at(at)
    at += 4 + vendor
    count = size_at(at)
    at += 4
    for _ in range(min(count, _MAX_COMMENTS)):
        size, at = size_at(at), at + 4
        if size > len(data) - at:
            raise Malformed(place(at), "comment runs past the end")
        key, separator, value = data[at : at + size].partition(b"=")
        start = at + len(key) + len(separator)
        at += size
        text = key.decode("latin-1")
        if text.upper() != "METADATA_BLOCK_PICTURE":
            stop = place(at - 1) + 1 if value else place(start - 1) + 1
            yield item(f"{name} comment", text, value, place(start) if value else stop, stop)


def _ogg(source: Reader, at: int) -> Iterator[MetadataItem]:
    """Join the first packets of each stream and read those that hold comments."""
    packets: dict[int, tuple[bytearray, list[tuple[int, int]]]] = {}
    done: dict[int, int] = {}
    taken = 0
    while at < source.end and taken < _MAX_HEADERS:
        if source.upto(at, 4) != b"OggS":
            raise Malformed(at, "no Ogg page")
        flags, serial = source.number(at + 5, 1), source.number(at + 14, 4, "little")
        if flags & 2:
            done[serial] = 0
            if len(done) > _MAX_STREAMS:
                raise Malformed(at, "too many Ogg streams")
        elif all(count >= _HEADER_PACKETS for count in done.values()):
            return
        lacing = source.take(at + 27, source.number(at + 26, 1))
        body = at + 27 + len(lacing)
        at = body + sum(lacing)
        data, places = packets.setdefault(serial, (bytearray(), []))
        for size in lacing:
            if done.get(serial, _HEADER_PACKETS) >= _HEADER_PACKETS:
                break
            places.append((len(data), body))
            data += source.take(body, size)
            body, taken = body + size, taken + size
            if size < 255:
                done[serial] += 1
                yield from _packet(bytes(data), list(places))
                data.clear()
                places.clear()


def _packet(data: bytes, places: list[tuple[int, int]]) -> Iterator[MetadataItem]:
    for head in _HEADS:
        if data.startswith(head):
            skip = 0 if head == b"Speex" else len(head)
            if skip:
                yield from contained(comments, data, skip, places, "Ogg")
            return
    if data[:1] and data[0] & 0x7F == FLAC_COMMENT and len(data) > 4:
        yield from contained(comments, data, 4, places, "Ogg")
