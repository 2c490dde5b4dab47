"""FLV: strings of the script tag ``onMetaData`` (AMF0).

Sources: Adobe Flash Video File Format 10.1 annex E; AMF0 specification.
"""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.intake.container.item import Malformed, MetadataItem, Reader, contained, item

SCRIPT = 18
_MAX_DEPTH = 16
_MAX_VALUES = 100_000
_FIXED = {0: 8, 1: 1, 5: 0, 6: 0, 7: 2, 11: 10, 13: 0}


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of every script tag; sound and picture tags are stepped over."""
    if source.upto(0, 3) != b"FLV":
        raise Malformed(0, "no FLV header")
    for start, size, kind in tags(source):
        if kind == SCRIPT:
            yield from contained(script, source.window(start, size))


def tags(source: Reader) -> Iterator[tuple[int, int, int]]:
    """Payload start, payload size and type of each tag."""
    at = source.number(5, 4) + 4
    while at + 11 <= source.end:
        kind, size = source.number(at, 1) & 31, source.number(at + 1, 3)
        if size > source.end - at - 11:
            raise Malformed(at, "FLV tag runs past the end")
        yield at + 11, size, kind
        at += 11 + size + 4


def script(source: Reader) -> Iterator[MetadataItem]:
    """String values of one script tag, keyed by property name."""
    at = source.start
    while at < source.end:
        strings: list[tuple[str, int, int]] = []
        at = value(source, at, "", strings, 0)
        for key, start, end in strings:
            if key:
                yield item("FLV onMetaData", key, source.take(start, end - start), start)


def value(
    source: Reader, at: int, key: str, strings: list[tuple[str, int, int]], depth: int
) -> int:
    """Step over one AMF0 value, note its strings as (key, start, end), return what follows."""
    kind = source.number(at, 1)
    at += 1
    if depth > _MAX_DEPTH or len(strings) > _MAX_VALUES:
        raise Malformed(at, "script data nested too deep")
    if kind in (2, 12, 15):
        width = 2 if kind == 2 else 4
        size = source.number(at, width)
        source.window(at + width, size)
        strings.append((key, at + width, at + width + size))
        return at + width + size
    if kind in (3, 8):
        return _properties(source, at + (4 if kind == 8 else 0), key, strings, depth)
    if kind == 10:
        count, at = source.number(at, 4), at + 4
        for _ in range(count):
            at = value(source, at, f"{key}[]" if key else "", strings, depth + 1)
        return at
    if kind not in _FIXED:
        raise Malformed(at - 1, "unknown script data type")
    source.window(at, _FIXED[kind])
    return at + _FIXED[kind]


def _properties(
    source: Reader, at: int, key: str, strings: list[tuple[str, int, int]], depth: int
) -> int:
    while True:
        size = source.number(at, 2)
        if size == 0 and source.upto(at + 2, 1) == b"\x09":
            return at + 3
        name = source.take(at + 2, size).decode("utf-8", "replace")
        full = f"{key}.{name}" if key else name
        at = value(source, at + 2 + size, full, strings, depth + 1)
