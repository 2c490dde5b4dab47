"""Markdown front matter and HTML meta (TC260-PG-20258A; the meta form is only seen in use)."""

from __future__ import annotations

import html as html_text
import json
import re

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.splice import CannotWrite, Edit, reader, splice
from mingjian.intake.container.markup import front_matter, walk_html, walk_markdown

_HEAD = re.compile(rb"<head\b[^<>]*>", re.IGNORECASE)
_OPENING = re.compile(rb"<html\b[^<>]*>|<!doctype\b[^<>]*>", re.IGNORECASE)


def markdown(data: bytes, label: Label) -> bytes:
    """The text with a mapping ``AIGC:`` in its front matter, which is added where missing."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CannotWrite("只支持 UTF-8 文本", "only UTF-8 text can be written")
    source = reader(data)
    newline = b"\r\n" if b"\r\n" in data[:4096] else b"\n"
    lines = [b"AIGC:"]
    lines += [f"  {name}: {json.dumps(value)}".encode() for name, value in label.as_dict().items()]
    block = newline.join(lines) + newline
    place = front_matter(source)
    if place is None:
        start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        return splice(data, [(start, start, b"---" + newline + block + b"---" + newline)])
    edits: list[Edit] = []
    entries = list(walk_markdown(source))
    for entry in entries:
        if entry.key.upper() == "AIGC":
            start = data.rfind(b"\n", 0, entry.start) + 1
            end = data.find(b"\n", entry.end) + 1
            edits.append((start, end or place[1], b""))
    edits.append((place[0], place[0], block))
    return splice(data, edits)


def html(data: bytes, label: Label) -> bytes:
    """The page with ``<meta name="AIGC">`` in its head."""
    if b"\0" in data[:1024]:
        raise CannotWrite("只支持 UTF-8 网页", "only UTF-8 pages can be written")
    edits: list[Edit] = []
    for entry in walk_html(reader(data)):
        if entry.key.upper() == "AIGC":
            start, end = data.rfind(b"<", 0, entry.start), data.find(b">", entry.end) + 1
            edits.append((start, end, b""))
    tag = f'<meta name="AIGC" content="{html_text.escape(label.as_json())}">'.encode()
    place = _HEAD.search(data) or _OPENING.search(data)
    at = place.end() if place else 0
    edits.append((at, at, tag))
    return splice(data, edits)
