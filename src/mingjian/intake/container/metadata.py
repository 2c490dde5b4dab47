"""Read the metadata of a file of a known format: `read_metadata(content, format)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from mingjian.domain.evidence import Content
from mingjian.intake.container.item import (
    MALFORMED,
    TRAILER,
    Malformed,
    MetadataItem,
    Reader,
)

__all__ = ["MALFORMED", "TRAILER", "MetadataItem", "formats", "read_metadata"]

_WALKERS = {
    "jpeg": "jpeg",
    "png": "png",
    "webp": "riff",
    "wav": "riff",
    "avi": "riff",
    "gif": "gif",
    "tiff": "tiff",
    "mp4": "bmff",
    "mov": "bmff",
    "m4a": "bmff",
    "heif": "bmff",
    "avif": "bmff",
    "jp2": "bmff",
    "mp3": "id3",
    "flac": "vorbis",
    "ogg": "vorbis",
    "flv": "flv",
    "mkv": "ebml",
    "webm": "ebml",
    "docx": "ooxml",
    "xlsx": "ooxml",
    "pptx": "ooxml",
    "pdf": "pdf",
    "markdown": "markup:walk_markdown",
    "html": "markup:walk_html",
    "svg": "markup:walk_svg",
}
"""Format name to the module here that reads it, and its function when that is not `walk`."""
_FORMATS = frozenset(_WALKERS)

_MAX_ITEMS = 10_000
_SPARE_BYTES = 64 << 20
"""Values may together exceed the file by this much (inflated text, overlapping TIFF tags)."""


def formats() -> frozenset[str]:
    """Names of the formats that can be read."""
    return _FORMATS


def read_metadata(content: Content, format: str) -> list[MetadataItem]:
    """Everything `format` carries beside its content, in file order, with byte offsets.

    Never raises on arbitrary bytes: damage ends the walk, or the damaged part of it, and
    leaves an item whose carrier is `MALFORMED` at the byte concerned. A format that is not
    in `formats()` has no metadata we read: the list is empty.
    """
    name = _WALKERS.get(format)
    if name is None:
        return []
    walk: Callable[[Reader], Iterator[MetadataItem]]
    module, _, function = name.partition(":")
    walk = getattr(import_module(f"mingjian.intake.container.{module}"), function or "walk")
    source = Reader(content.view())
    found: list[MetadataItem] = []
    left = source.end + _SPARE_BYTES
    try:
        for entry in walk(source):
            found.append(entry)
            left -= len(entry.value)
            if len(found) >= _MAX_ITEMS or left < 0:
                raise Malformed(entry.start, "too much metadata")
    except Malformed as problem:
        found.append(problem.marker())
    return found
