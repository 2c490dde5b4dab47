"""PDF: the document information dictionary and the XMP metadata stream.

Source: ISO 32000-2 sections 7.3.4 (strings), 14.3.2 (metadata stream), 14.3.3 (information).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from mingjian.intake.container.item import Malformed, MetadataItem, Reader, item

_MAX_OPENED = 512 << 20
_MAX_STRING = 64 << 10
_MAX_UNENDED = 16
_MAX_SCANNED = 10_000
_ENTRY = re.compile(
    rb"/(AIGC|Title|Author|Subject|Keywords|Creator|Producer|CreationDate|ModDate)[\0\t\n\f\r ]*"
    rb"(?=\(|<[0-9A-Fa-f\0\t\n\f\r >])"
)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def walk(source: Reader) -> Iterator[MetadataItem]:
    """Items of a PDF; a file that does not open is scanned for plain dictionary entries."""
    if b"%PDF-" not in source.upto(0, 1024):
        raise Malformed(0, "no PDF header")
    opened = None
    if source.end <= _MAX_OPENED:
        opened = _open(source)
    if opened is None:
        yield Malformed(0, "PDF could not be opened; scanned instead").marker()
        yield from _scan(source)
    else:
        yield from opened


def _open(source: Reader) -> list[MetadataItem] | None:
    import pikepdf

    found: list[MetadataItem] = []
    try:
        with pikepdf.open(io.BytesIO(source.view)) as document:
            for name, value in list(document.docinfo.items())[:1000]:
                if isinstance(value, pikepdf.String):
                    start, end = _place(source, name.encode())
                    found.append(
                        item(
                            "PDF Info", name[1:], str(value).encode("utf-8", "replace"), start, end
                        )
                    )
            found += _stream(source, document.Root.get("/Metadata"))
    # qpdf reports damage through many exception types, its own and Python's.
    except Exception:
        return None
    return found


def _stream(source: Reader, stream: object) -> list[MetadataItem]:
    import pikepdf

    if not isinstance(stream, pikepdf.Stream):
        return []
    raw = stream.read_raw_bytes()
    packet = raw
    if str(stream.get("/Filter", "")) == "/FlateDecode":
        try:
            packet = source.inflate(raw, 0)
        except Malformed as problem:
            return [problem.marker()]
    found = source.find(re.compile(re.escape(raw[:256])), 0) if raw else source.end
    start = found if found < source.end else 0
    return [item("XMP (PDF metadata stream)", "", packet, start, start + len(raw))]


def _place(source: Reader, name: bytes) -> tuple[int, int]:
    """Where the last plain entry of that name stands; the whole file when it is packed away."""
    at, place = 0, -1
    for _ in range(_MAX_SCANNED):
        at = source.find(re.compile(re.escape(name) + rb"[\0\t\n\f\r ]*[(<]"), at)
        if at >= source.end:
            break
        place, at = at, at + 1
    if place < 0:
        return 0, source.end
    try:
        start = source.find(re.compile(rb"[(<]"), place + len(name))
        return start, _string(source, start)[1]
    except Malformed:
        return place, place + len(name)


def _scan(source: Reader) -> Iterator[MetadataItem]:
    at = unended = 0
    for _ in range(_MAX_SCANNED):
        at = source.find(_ENTRY, at)
        if at >= source.end or unended >= _MAX_UNENDED:
            return
        head = _ENTRY.match(source.view, at)
        assert head is not None
        at = head.end()
        try:
            value, end = _string(source, at)
        except Malformed as problem:
            yield problem.marker()
            unended += 1
            continue
        yield item("PDF Info", head[1].decode(), value, at, end)


def _string(source: Reader, at: int) -> tuple[bytes, int]:
    """A literal or hexadecimal string as UTF-8, and where it ends."""
    window = source.upto(at, _MAX_STRING)
    if window[:1] == b"<":
        close = window.find(b">")
        if close < 0:
            raise Malformed(at, "PDF string without an end")
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", window[1:close])
        return _text(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())), at + close + 1
    depth, out, here = 0, bytearray(), 0
    while here < len(window):
        byte = window[here : here + 1]
        here += 1
        if byte == b"\\":
            octal = re.compile(rb"[0-7]{1,3}").match(window, here)
            if octal:
                out.append(int(octal[0], 8) & 255)
                here = octal.end()
            else:
                escaped = window[here : here + 1]
                out += _ESCAPES.get(escaped, b"" if escaped in b"\r\n" else escaped)
                here += 1
            continue
        depth += (byte == b"(") - (byte == b")")
        if depth == 0:
            return _text(bytes(out[1:])), at + here
        out += byte
    raise Malformed(at, "PDF string without an end")


def _text(raw: bytes) -> bytes:
    if raw[:2] == b"\xfe\xff":
        return raw[2:].decode("utf-16-be", "replace").encode("utf-8", "replace")
    return raw.removeprefix(b"\xef\xbb\xbf")
