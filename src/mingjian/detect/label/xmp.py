"""The property `AIGC` in an XMP packet: where it stands, as an element or as an attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mingjian.detect.label.label import FIELDS, NAMESPACE
from mingjian.intake.container.xmltext import XmlElement, elements, tag_end

_PREFIXES = ("TC260", "C260")


@dataclass(frozen=True, slots=True)
class Property:
    """One `AIGC` property. `outer` is what to cut out to remove it."""

    form: Literal["xmp element", "xmp attribute"]
    text: str
    start: int
    end: int
    outer: tuple[int, int]


def properties(packet: bytes) -> list[Property]:
    """Every `AIGC` property of the packet; raises `Malformed` when it is not XML."""
    parsed = elements(packet)
    found: list[Property] = []
    for index, element in enumerate(parsed):
        if _ours(element.name, element.spaces):
            found.append(_element(packet, element, parsed[index + 1 : index + 1 + len(FIELDS)]))
        for name, value in element.attributes.items():
            if _ours(name, element.spaces):
                found.append(_attribute(packet, element, name, value))
    return found


def _ours(name: str, spaces: object) -> bool:
    prefix, colon, local = name.rpartition(":")
    if local != "AIGC" or not colon:
        return False
    known = spaces.get(prefix, "") if isinstance(spaces, dict) else ""
    return known.rstrip("/") == NAMESPACE.rstrip("/") or prefix in _PREFIXES


def _element(packet: bytes, element: XmlElement, inside: list[XmlElement]) -> Property:
    body = tag_end(packet, element.start)
    text = element.text
    if not text.strip():
        # seen as a structure: one element per field instead of JSON
        fields = {
            child.local: child.text
            for child in inside
            if child.local in FIELDS and child.parent == element.name
        }
        if fields:
            import json

            text = json.dumps(fields, ensure_ascii=False)
    if element.end_tag <= element.start:
        return Property("xmp element", text, element.start, body, (element.start, body))
    close = packet.find(b">", element.end_tag) + 1
    return Property("xmp element", text, body, element.end_tag, (element.start, close))


def _attribute(packet: bytes, element: XmlElement, name: str, value: str) -> Property:
    tag = packet[element.start : tag_end(packet, element.start)]
    pattern = rb"\s+" + re.escape(name.encode()) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
    match = re.search(pattern, tag)
    if match is None:
        span = (element.start, element.start + len(tag))
        return Property("xmp attribute", value, *span, span)
    group = 1 if match[1] is not None else 2
    start, end = (element.start + edge for edge in match.span(group))
    outer = (element.start + match.start(), element.start + match.end())
    return Property("xmp attribute", value, start, end, outer)
