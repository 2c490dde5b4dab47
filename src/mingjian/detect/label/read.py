"""Find every implicit label of a file, in every carrier: `read_labels(content, format)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from mingjian.detect.label.label import FIELDS, Defect, Form, FoundLabel
from mingjian.detect.label.parse import (
    Broken,
    Parsed,
    believable,
    parse_front_matter,
    parse_json,
)
from mingjian.detect.label.xmp import properties
from mingjian.domain.evidence import Content
from mingjian.domain.message import Message
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.metadata import MALFORMED, MetadataItem, read_metadata
from mingjian.intake.container.xmltext import elements, utf8

_MAX_PER_ITEM = 16
_MAX_LABELS = 16
"""More labels than this in one file are counted no further: one is too many already."""
_MAX_XMP = 16 << 20
"""XMP of one file is parsed up to this many bytes together."""
_ROOTED = re.compile(r'\{\s*+"AIGC"\s*+:|AIGC"?+(?:\s*+[:=])?+\s*+(?=\{)', re.IGNORECASE)
_UNROOTED = re.compile(r'\{\s*+"(?:Label|ContentProducer)"\s*+:')
_MARKS = tuple(name.encode() for name in ("AIGC", *FIELDS[1:3]))
_TELLING = frozenset(FIELDS[1:])
"""Field names no other format uses; `Label` alone is an everyday word."""


def read_labels(content: Content, format: str) -> tuple[FoundLabel, ...]:
    """The labels of a file, those that cannot be decoded included; never raises."""
    return labels_in(read_metadata(content, format))


def labels_in(items: list[MetadataItem]) -> tuple[FoundLabel, ...]:
    """The labels among metadata items already read."""
    found: list[FoundLabel] = []
    xmp_left = _MAX_XMP
    for entry in items:
        if len(found) >= _MAX_LABELS:
            break
        if entry.carrier == MALFORMED:
            continue
        if entry.carrier == "Markdown front matter":
            if entry.key.upper() == "AIGC":
                found.append(_front_matter(entry))
        elif entry.is_xmp:
            xmp_left -= len(entry.value)
            found.extend(islice(_in_xmp(entry, parse=xmp_left >= 0), _MAX_LABELS))
        elif entry.key.strip().upper() == "AIGC":
            keyed = _keyed(entry)
            if keyed is not None:
                found.append(keyed)
        elif any(mark in entry.value for mark in _MARKS):
            found.extend(_embedded(entry.text, entry))
    return tuple(found)


def _place(entry: MetadataItem, text: str, start: int, end: int) -> tuple[int, int]:
    """Characters of the decoded value as bytes of the file, exact where it is stored as it is."""
    if entry.end - entry.start != len(entry.value):
        return entry.start, entry.end
    codec = "utf-8" if text.encode("utf-8", "replace") == entry.value.rstrip(b"\0") else "latin-1"
    first = len(text[:start].encode(codec, "replace"))
    return entry.start + first, entry.start + first + len(text[start:end].encode(codec, "replace"))


def _found(
    entry: MetadataItem, form: Form, text: str, span: tuple[int, int], parsed: Parsed | None
) -> FoundLabel:
    return FoundLabel(
        carrier=entry.carrier,
        form=form,
        text=text,
        start=span[0],
        end=span[1],
        pairs=parsed.pairs if parsed else (),
        untyped=parsed.untyped if parsed else (),
    )


def _defective(
    entry: MetadataItem, form: Form, text: str, span: tuple[int, int], at: int, message: Message
) -> FoundLabel:
    return FoundLabel(
        carrier=entry.carrier,
        form=form,
        text=text,
        start=span[0],
        end=span[1],
        defect=Defect(at, message),
    )


def _keyed(entry: MetadataItem) -> FoundLabel | None:
    """A value under a key named AIGC. The key alone is too common a word to be believed."""
    text = entry.text
    whole = (entry.start, entry.end)
    if not text.strip() or text.strip() == "{}":
        return _found(entry, "object", text, whole, None)
    if not believable(text):
        return None
    return _decode(entry, "object", text, len(text) - len(text.lstrip()), whole)


def _decode(
    entry: MetadataItem, form: Form, text: str, at: int, span: tuple[int, int]
) -> FoundLabel:
    """Decode a value that holds nothing but the label."""
    try:
        parsed = parse_json(text, at)
        rest = text[parsed.end :].strip(" \t\r\n\0")
        if rest:
            raise Broken(parsed.end, "标识之后还有多余内容", "there is more after the label")
    except Broken as broken:
        where = _place(entry, text, broken.at, broken.at)[0] if form == "object" else span[0]
        return _defective(entry, form, text, span, where, broken.message)
    if parsed.rooted and form == "object":
        form = "rooted"
    return _found(entry, form, text, span, parsed)


def _front_matter(entry: MetadataItem) -> FoundLabel:
    text = entry.text
    span = (entry.start, entry.end)
    try:
        return _found(entry, "front matter", text, span, parse_front_matter(text))
    except Broken as broken:
        at = _place(entry, text, broken.at, broken.at)[0]
        return _defective(entry, "front matter", text, span, at, broken.message)


def _in_xmp(entry: MetadataItem, *, parse: bool) -> Iterator[FoundLabel]:
    # UTF-16 packets hide the ASCII letters between zero bytes.
    if not any(mark in entry.value for mark in (*_MARKS, b"A\0I\0G\0C")):
        return
    packet = utf8(entry.value)
    if not parse:
        message = Message("XMP 数据过多，没有全部解析", "there is too much XMP to parse it all")
        span = (entry.start, entry.end)
        yield _defective(entry, "xmp element", "", span, entry.start, message)
        return
    try:
        inside = properties(packet)
    except Malformed as problem:
        at = min(entry.start + problem.offset, entry.end)
        if any(mark in entry.value for mark in _MARKS):
            message = Message(
                "承载标识的 XMP 数据已损坏", "the XMP packet that holds the label is damaged"
            )
            span = (entry.start, entry.end)
            yield _defective(entry, "xmp element", entry.text, span, at, message)
        return
    stored = entry.end - entry.start == len(entry.value)
    exact = stored and entry.value.startswith(packet)
    for found in inside:
        span = (entry.start, entry.end)
        if exact:
            span = (entry.start + found.start, entry.start + found.end)
        text = found.text
        if text.strip():
            yield _decode(entry, found.form, text, len(text) - len(text.lstrip()), span)
        else:
            yield _found(entry, found.form, text, span, None)
    if not inside:
        # A label put into some other property, such as a description.
        for element in elements(packet):
            for value in (element.text, *element.attributes.values()):
                if any(mark.decode() in value for mark in _MARKS):
                    yield from _embedded(value, entry, exact=False)


def _embedded(text: str, entry: MetadataItem, *, exact: bool = True) -> Iterator[FoundLabel]:
    """Labels inside a longer text: rooted, glued to the word AIGC, or recognised by fields."""
    at = 0
    for _ in range(_MAX_PER_ITEM):
        match = _ROOTED.search(text, at) or _UNROOTED.search(text, at)
        if match is None:
            return
        form: Form
        if match[0].startswith("{"):
            form = "unrooted" if _UNROOTED.match(match[0]) else "rooted"
            start = match.start()
        else:
            form, start = "glued", match.end()
        try:
            parsed = parse_json(text, start)
        except Broken as broken:
            at = match.end()
            tail = text[match.start() :]
            if believable(tail[:4096]):
                span = (entry.start, entry.end)
                where = entry.start
                if exact:
                    span = _place(entry, text, match.start(), len(text))
                    where = _place(entry, text, broken.at, broken.at)[0]
                yield _defective(entry, form, tail[:4096], span, where, broken.message)
                return
            continue
        at = parsed.end
        named = {name for name, _ in parsed.pairs}
        if len(named & _TELLING) >= 2 if form == "unrooted" else named & set(FIELDS):
            span = (entry.start, entry.end)
            if exact:
                span = _place(entry, text, match.start(), parsed.end)
            yield _found(entry, form, text[match.start() : parsed.end], span, parsed)
