"""Polyglots: a second format behind or inside bytes that are something else at first sight."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingjian.domain.message import Message
from mingjian.intake.pickle_shape import pickle_format
from mingjian.intake.signatures import by_magic
from mingjian.intake.zip_listing import end_of_directory, listing

_MARKUP = re.compile(rb"<(?:script|html|!doctype html|iframe|\?php|svg)[\s>]", re.IGNORECASE)
_MARKUP_HOSTS = frozenset(["png", "jpeg", "gif", "webp", "bmp", "tiff", "wav", "mp3", "zip"])
_ZIPS = frozenset(["zip", "npz", "pytorch-zip", "keras-zip", "docx", "xlsx", "pptx"])
_HEAD, _TAIL = 4 * 1024, 64 * 1024
_SMALLEST_TRAILER = 16


@dataclass(frozen=True, slots=True)
class SecondFormat:
    """Bytes `start` to `end` are of another format; `archive` says that they can be taken out."""

    format: str
    start: int
    end: int
    note: Message
    embedded: bool


def second_format(view: memoryview, first: str) -> SecondFormat | None:
    """The most telling second format in bytes that were identified as `first`, or None."""
    size = len(view)
    if first in _ZIPS:
        return None
    if size >= 22 and first not in ("7z", "tar", "iso9660") and end_of_directory(view) >= 0:
        inside = listing(view, most=4)
        if inside.entries and inside.directory and inside.entries[0].data >= 0:
            start = inside.start or min(entry.header for entry in inside.entries)
            if start > 0:
                return _behind("zip", start, size)
    end = _end_of(view, first)
    if end is not None and size - end >= _SMALLEST_TRAILER:
        trailer = view[end:]
        found = by_magic(trailer)
        name = found[1] if found else pickle_format(trailer, expected=False)
        if name is not None:
            return _behind(name, end, size)
    if first in _MARKUP_HOSTS:
        markup = _MARKUP.search(bytes(view[:_HEAD])) or (
            _MARKUP.search(bytes(view[-_TAIL:])) if size > _HEAD else None
        )
        if markup is not None:
            return SecondFormat(
                "html",
                0,
                size,
                Message(
                    "文件里还含有网页标记或脚本，可能同时被当作网页解释。",
                    "Web page markup or script stands in this file; it may be read as a page too.",
                ),
                embedded=False,
            )
    return None


def _behind(name: str, start: int, end: int) -> SecondFormat:
    return SecondFormat(
        name,
        start,
        end,
        Message(
            f"从第 {start} 字节起还有另一种格式的内容（{name}）。",
            f"Content of a second format ({name}) begins at byte {start}.",
        ),
        embedded=True,
    )


def _end_of(view: memoryview, name: str) -> int | None:
    """Where the format itself says that it ends; None if it does not, or is damaged."""
    if name == "png":
        return _end_of_png(view)
    if name == "jpeg":
        return _end_of_jpeg(view)
    if name in ("webp", "wav", "avi"):
        end = 8 + int.from_bytes(view[4:8], "little")
        return end + (end & 1) if end <= len(view) else None
    return None


def _end_of_png(view: memoryview) -> int | None:
    position = 8
    for _ in range(100_000):
        if position + 12 > len(view):
            return None
        length = int.from_bytes(view[position : position + 4], "big")
        kind = bytes(view[position + 4 : position + 8])
        position += 12 + length
        if kind == b"IEND":
            return position if position <= len(view) else None
    return None


_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def _end_of_jpeg(view: memoryview) -> int | None:
    """Marker segments and entropy-coded data as in ITU-T T.81, annex B."""
    position = 2
    for _ in range(100_000):
        if position + 4 > len(view) or view[position] != 0xFF:
            return position + 2 if bytes(view[position : position + 2]) == b"\xff\xd9" else None
        marker = view[position + 1]
        if marker == 0xD9:
            return position + 2
        if marker == 0xFF:
            position += 1
            continue
        position += 2 + int.from_bytes(view[position + 2 : position + 4], "big")
        if marker == 0xDA:
            after = _SCAN_END.search(view, position)
            if after is None:
                return None
            position = after.start()
    return None
