"""RIFF: WebP, WAV and AVI. XMP, EXIF, LIST/INFO, ID3 and chunks of unknown name.

Sources: Microsoft RIFF; Google WebP container; EBU Tech 3285 (bext), 3306 (RF64).
"""

from __future__ import annotations

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

_BULK = frozenset(
    b"VP8 |VP8L|VP8X|ALPH|ANIM|ANMF|ICCP|C2PA|data|fmt |fact|JUNK|junk|idx1|PAD |ds64|strh|strf|"
    b"avih|strd|indx|cue |smpl|inst|FLLR|vprp|dmlh".split(b"|")
)
_MAX_DEPTH = 6
_MAX_PRIVATE = 1 << 20


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a RIFF file, in every RIFF chunk of it (long AVI files have several)."""
    at, name = 0, ""
    while at < source.end:
        mark = source.upto(at, 4)
        if mark not in (b"RIFF", b"RF64", b"BW64"):
            if at == 0:
                raise Malformed(0, "no RIFF header")
            yield from trailer(source, at)
            return
        size = source.number(at + 4, 4)
        kind = source.take(at + 8, 4)
        name = name or {b"WEBP": "WebP", b"WAVE": "WAV", b"AVI ": "AVI"}.get(kind, "RIFF")
        end = at + 8 + size
        long_size: int | None = None
        if mark != b"RIFF" and size == 0xFFFFFFFF:
            end = at + 8 + source.number(at + 20, 8, "little")
            long_size = source.number(at + 28, 8, "little")
        else:
            end = at + 8 + int.from_bytes(size.to_bytes(4, "big"), "little")
        short = end > source.end
        stop = min(end, source.end)
        yield from _chunks(source, at + 12, stop, name, 0, "", long_size)
        if short:
            raise Malformed(source.end, "RIFF shorter than its stated size")
        at = end + (end & 1)


def _chunks(
    source: Reader, at: int, end: int, name: str, depth: int, group: str, long_size: int | None
) -> Iterator[MetadataItem]:
    while at + 8 <= end:
        kind = source.take(at, 4)
        size = source.number(at + 4, 4, "little")
        if size == 0xFFFFFFFF and kind == b"data" and long_size is not None:
            size = long_size
        start = at + 8
        if size > end - start:
            yield Malformed(at, f"chunk {kind.decode('latin-1')!r} runs past the end").marker()
            return
        at = start + size + (size & 1)
        if kind == b"LIST":
            group_name = source.upto(start, 4)
            if group_name != b"movi" and size >= 4:
                if depth >= _MAX_DEPTH:
                    yield Malformed(start, "RIFF lists nested too deep").marker()
                    continue
                label = group_name.decode("latin-1").strip()
                yield from _chunks(
                    source, start + 4, start + size, name, depth + 1, label, long_size
                )
        elif kind in (b"XMP ", b"_PMX"):
            label = kind.decode("latin-1").strip()
            yield from contained(_whole, source, f"XMP ({name} {label})", "", start, size)
        elif kind == b"EXIF":
            skip = 6 if source.upto(start, 6) == b"Exif\0\0" else 0
            skip = min(skip, size)
            yield from contained(tiff.walk_block, source.window(start + skip, size - skip), "EXIF")
        elif kind.lower() == b"id3 ":
            from mingjian.intake.container import id3

            yield from contained(id3.walk_tag, source.window(start, size))
        elif kind not in _BULK and size <= _MAX_PRIVATE:
            carrier = f"{name} LIST/{group}" if group else f"{name} chunk"
            yield from contained(_whole, source, carrier, kind.decode("latin-1"), start, size)


def _whole(source: Reader, carrier: str, key: str, start: int, size: int) -> Iterator[MetadataItem]:
    yield item(carrier, key, source.take(start, size), start)
