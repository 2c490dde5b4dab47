"""Container walkers: what they read, where it stands, and that nothing makes them raise."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.label.label_files import FILES, LABEL, box, chunk, docx, pdf, picture

from mingjian.detect.label.write import write_label
from mingjian.intake.container.item import MAX_VALUE, Malformed, Reader
from mingjian.intake.container.metadata import MALFORMED, TRAILER, MetadataItem, read_metadata
from mingjian.intake.container.metadata import formats as known
from mingjian.intake.container.xmltext import elements
from mingjian.intake.content import BytesContent

LABELLED = {name: write_label(make(), name, LABEL) for name, make in FILES.items()}


def read(data: bytes, format: str) -> list[MetadataItem]:
    items = read_metadata(BytesContent(data), format)
    for entry in items:
        assert 0 <= entry.start <= entry.end <= len(data), entry
    return items


def value(data: bytes, format: str, carrier: str, key: str = "") -> bytes:
    found = [i for i in read(data, format) if (i.carrier, i.key) == (carrier, key)]
    assert len(found) == 1, found
    if found[0].end - found[0].start == len(found[0].value):
        assert data[found[0].start : found[0].end] == found[0].value
    return found[0].value


@given(st.sampled_from(sorted(known())), st.binary(max_size=200))
@settings(deadline=None, max_examples=300)
def test_arbitrary_bytes(format: str, data: bytes) -> None:
    read(data, format)


HEADS = {
    "jpeg": b"\xff\xd8\xff\xe1\x00\x40Exif\0\0II*\0\x08\0\0\0",
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF89a\1\0\1\0\0\0\0",
    "tiff": b"MM\0*\0\0\0\x08",
    "webp": b"RIFF\xff\0\0\0WEBP",
    "avi": b"RIFF\xff\0\0\0AVI LIST",
    "mp4": b"\0\0\0\x08ftyp\0\0\1\0moov",
    "heif": b"\0\0\0\x08ftyp\0\0\1\0meta\0\0\0\0",
    "mp3": b"ID3\x04\0\0\0\0\x0f\x7f",
    "flac": b"fLaC\x04\0\0\xff",
    "ogg": b"OggS\0\2",
    "flv": b"FLV\1\5\0\0\0\x09\0\0\0\0\x12\0\0\xf0\0\0\0\0\0\0\0",
    "mkv": b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x12\x54\xc3\x67\xff",
    "docx": b"PK\5\6" + bytes(6) + b"\1\0\1\0",
    "pdf": b"%PDF-1.7\n/AIGC (",
    "markdown": b"---\nAIGC:\n",
    "html": b"<meta name=AIGC content=",
    "svg": b"<svg><x:xmpmeta",
}


@given(st.sampled_from(sorted(HEADS)), st.binary(max_size=300))
@settings(deadline=None, max_examples=300)
def test_arbitrary_bytes_after_a_true_beginning(format: str, data: bytes) -> None:
    read(HEADS[format] + data, format)


@given(st.sampled_from(sorted(FILES)), st.data())
@settings(deadline=None, max_examples=200)
def test_cut_and_flipped_files(format: str, data: st.DataObject) -> None:
    whole = bytearray(LABELLED[format])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    read(bytes(whole[: data.draw(st.integers(0, len(whole)))]), format)


@pytest.mark.parametrize("format", sorted(set(FILES) - {"html", "markdown", "mp3", "docx", "pdf"}))
def test_a_cut_file_says_where_it_ends(format: str) -> None:
    if format in ("xlsx", "pptx"):
        pytest.skip("a package cut anywhere has lost its directory: see the next test")
    data = LABELLED[format]
    silent = [
        size
        for size in range(1, len(data))
        if not any(i.carrier == MALFORMED for i in read(data[:size], format))
    ]
    # Cut exactly between two self-contained parts, a file can look complete.
    assert len(silent) <= len(data) // 2
    assert any(i.carrier == MALFORMED for i in read(data[: len(data) // 3], format))


def test_a_cut_package_or_pdf_is_malformed() -> None:
    assert read(docx()[:-30], "docx")[0].carrier == MALFORMED
    assert read(pdf()[:100], "pdf")[0].carrier == MALFORMED


def test_jpeg_extended_xmp_is_joined() -> None:
    guid = b"A" * 32
    pieces = [(4, b"late"), (0, b"soon")]
    more = b""
    for at, text in pieces:
        body = b"http://ns.adobe.com/xmp/extension/\0" + guid + struct.pack(">II", 8, at) + text
        more += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    plain = picture("JPEG")
    data = plain[:20] + more + plain[20:]
    assert value(data, "jpeg", "XMP (JPEG APP1, extended)") == b"soonlate"


def test_trailing_bytes() -> None:
    for format in ("jpeg", "png", "gif", "webp", "wav"):
        assert value(FILES[format]() + b"tail", format, TRAILER) == b"tail"


def test_png_checksum_and_inflation_limits() -> None:
    plain = picture("PNG")
    bomb = zlib.compress(bytes(MAX_VALUE + 1))
    body = b"key\0\0" + bomb
    check = struct.pack(">I", zlib.crc32(b"zTXt" + body))
    data = plain[:33] + struct.pack(">I", len(body)) + b"zTXt" + body + check + plain[33:]
    assert "compressed value too long" in [i.key for i in read(data, "png")]
    text = b"\0\0\0\x05tEXta\0bcd" + bytes(4)
    wrong = plain[:33] + text + plain[33:]
    assert value(wrong, "png", "PNG tEXt", "a") == b"bcd"
    assert "wrong checksum of PNG tEXt" in [i.key for i in read(wrong, "png")]


def test_tiff_circles_and_overlaps_end() -> None:
    entry = struct.pack(">HHII", 0x10E, 2, 3000, 8)
    circle = b"MM\0*" + struct.pack(">IH", 8, 200) + entry * 200 + struct.pack(">I", 8)
    items = read(circle + bytes(3000), "tiff")
    assert items[-1].key == "TIFF directories in a circle"


def test_overlapping_values_are_bounded() -> None:
    count = 2000
    entry = struct.pack(">HHII", 0x10E, 2, 1 << 20, 8)
    data = b"MM\0*" + struct.pack(">IH", 8, count) + entry * count + bytes(1 << 20)
    items = read(data, "tiff")
    assert items[-1].key == "too much metadata"
    assert sum(len(i.value) for i in items) < 70 << 20


def test_nested_lists_and_boxes_are_bounded() -> None:
    nest = b"INFO"
    for _ in range(50):
        nest = b"INFO" + chunk(b"LIST", nest)
    items = read(chunk(b"RIFF", b"AVI " + chunk(b"LIST", nest)), "avi")
    assert [i.key for i in items] == ["RIFF lists nested too deep"]
    boxes = b""
    for _ in range(50):
        boxes = box(b"moov", boxes)
    read(box(b"ftyp", bytes(4)) + boxes, "mp4")


def test_many_tiny_boxes_end() -> None:
    items = read(box(b"ftyp", b"isom") + box(b"free") * 200_000, "mp4")
    assert [i.key for i in items] == ["too many boxes"]


def test_inflation_is_bounded_over_the_whole_file() -> None:
    plain = picture("PNG")
    body = b"key\0\0" + zlib.compress(bytes(MAX_VALUE + 1))
    check = struct.pack(">I", zlib.crc32(b"zTXt" + body))
    many = (struct.pack(">I", len(body)) + b"zTXt" + body + check) * 10
    problems = [i.key for i in read(plain[:33] + many + plain[33:], "png")]
    assert problems.count("compressed value too long") == 4
    assert problems.count("too much compressed data") == 6


def test_id3_encodings_and_flags() -> None:
    def frame(name: bytes, body: bytes, flags: bytes = b"\0\0") -> bytes:
        return name + bytes([0, 0, len(body) >> 7, len(body) & 127]) + flags + body

    wide = b"\x01" + "AIGC".encode("utf-16") + b"\0\0" + "值".encode("utf-16")
    frames = frame(b"TXXX", wide) + frame(b"COMM", b"\x03engnote\0text")
    size = bytes([0, 0, len(frames) >> 7, len(frames) & 127])
    data = b"ID3\x04\0\0" + size + frames
    assert value(data, "mp3", "ID3v2 TXXX", "AIGC").decode() == "值"
    assert value(data, "mp3", "ID3v2 COMM", "note") == b"text"


def test_pdf_scan_when_the_file_does_not_open() -> None:
    data = b"%PDF-1.7\nbroken /AIGC (a\\(b\\)\\101) /Title <FEFF68079898> /Author (open"
    assert value(data, "pdf", "PDF Info", "AIGC") == b"a(b)A"
    assert value(data, "pdf", "PDF Info", "Title").decode() == "标题"
    assert "PDF string without an end" in [i.key for i in read(data, "pdf")]


def test_xml_entities_are_refused() -> None:
    with pytest.raises(Malformed, match="entity"):
        elements(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(Malformed):
        elements(b"<a>" * 1000)


@given(st.binary(max_size=200))
def test_any_xml(data: bytes) -> None:
    for text in (data, b"<a>" + data + b"</a>"):
        with suppress(Malformed):
            assert all(0 <= e.start < len(text) for e in elements(text))


def test_the_reader_never_leaves_its_window() -> None:
    source = Reader(memoryview(b"0123456789"), 2, 8)
    assert source.take(2, 6) == b"234567"
    assert source.upto(6, 100) == b"67"
    for at, count in ((1, 1), (7, 2), (9, 0), (3, -1)):
        with pytest.raises(Malformed):
            source.take(at, count)
    with pytest.raises(Malformed):
        source.window(2, 4).take(2, 5)
