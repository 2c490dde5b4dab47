"""Markdown front matter, HTML meta elements and SVG metadata.

Sources: the YAML front matter convention of static site generators (only top-level keys are
cut out here, nothing is interpreted); HTML standard 4.2.5; SVG 1.1 section 21.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mingjian.intake.container.item import MetadataItem, Reader, item

_MAX_FRONT = 64 << 10
_MAX_HTML = 4 << 20
_FENCE_END = re.compile(rb"^(---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_KEY = re.compile(rb"^([A-Za-z_][\w.-]*|\"[^\"\r\n]*\"|'[^'\r\n]*')[ \t]*:", re.MULTILINE)
_META = re.compile(rb"<meta\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(?<![\w:-])([\w:-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_PACKET = re.compile(rb"<(x:xmpmeta|rdf:RDF)\b")


def front_matter(source: Reader) -> tuple[int, int] | None:
    """Start and end of the text between the fences, or None."""
    data = source.upto(0, _MAX_FRONT)
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    opening = re.compile(rb"---[ \t]*\r?\n").match(data, start)
    if opening is None:
        return None
    closing = _FENCE_END.search(data, opening.end())
    return (opening.end(), closing.start()) if closing else None


def walk_markdown(source: Reader) -> Iterator[MetadataItem]:
    """Each top-level key of the front matter with its raw text, nested lines included."""
    place = front_matter(source)
    if place is None:
        return
    data = source.take(0, place[1])
    keys = list(_KEY.finditer(data, place[0]))
    for this, following in zip(keys, [*keys[1:], None], strict=False):
        end = following.start() if following else place[1]
        value = data[this.end() : end].rstrip()
        key = this[1].strip(b"\"'").decode("utf-8", "replace")
        yield item("Markdown front matter", key, value, this.end())


def walk_html(source: Reader) -> Iterator[MetadataItem]:
    """The `content` of every meta element with a name or property."""
    data = source.upto(0, _MAX_HTML)
    for tag in _META.finditer(data):
        named: dict[str, tuple[bytes, int]] = {}
        for pair in _ATTRIBUTE.finditer(data, tag.start() + 5, tag.end() - 1):
            group = next((n for n in (2, 3, 4) if pair[n] is not None), 0)
            named.setdefault(pair[1].decode().lower(), (pair[group], pair.start(group)))
        name = named.get("name") or named.get("property")
        if name and "content" in named:
            raw, at = named["content"]
            text = html.unescape(raw.decode("utf-8", "replace")).encode("utf-8", "replace")
            key = name[0].decode("utf-8", "replace")
            yield item("HTML meta", key, text, at, at + len(raw))


def walk_svg(source: Reader) -> Iterator[MetadataItem]:
    """The XMP or RDF packet of an SVG picture."""
    data = source.upto(0, _MAX_HTML)
    at = 0
    while opening := _PACKET.search(data, at):
        close = b"</" + opening[1] + b">"
        end = data.find(close, opening.end())
        if end < 0:
            return
        at = end + len(close)
        yield item("XMP (SVG metadata)", "", data[opening.start() : at], opening.start())
