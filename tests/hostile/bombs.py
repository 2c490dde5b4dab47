"""Files made to exhaust whoever opens them. Sizes are parameters: small in tests, full by hand."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.hostile.formats import FORMATS
from tests.intake.makers import flat_bomb, make_zip, many_fold, nested_zips, overlapping_zip

KIB, MIB = 1 << 10, 1 << 20


def gzip_of_zeros(size: int, layers: int = 1) -> bytes:
    data = io.BytesIO()
    with gzip.GzipFile(fileobj=data, mode="wb", mtime=0) as file:
        for _ in range(size // MIB):
            file.write(bytes(MIB))
    packed = data.getvalue()
    for _ in range(layers - 1):
        packed = gzip.compress(packed, mtime=0)
    return packed


def many_members(count: int) -> bytes:
    return make_zip({f"{n % 97}/{n}.txt": b"text %d" % n for n in range(count)})


def tar_members(count: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        for number in range(count):
            file.addfile(tarfile.TarInfo(f"{number}"))
    return out.getvalue()


def mime(depth: int) -> bytes:
    """A multipart within a multipart, and so on."""
    lines = [b"From: a@b.example", b"Subject: x", b"MIME-Version: 1.0"]
    for level in range(depth):
        lines += [b"Content-Type: multipart/mixed; boundary=b%d" % level, b"", b"--b%d" % level]
    lines += [b"Content-Type: text/plain", b"", b"at the bottom"]
    lines += [b"--b%d--" % level for level in reversed(range(depth))]
    return b"\r\n".join(lines)


def mails_in_mails(depth: int) -> bytes:
    head = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    return (head + b"Content-Type: message/rfc822\r\n\r\n") * depth + head + b"\r\nbottom"


def many_parts(count: int) -> bytes:
    head = (
        b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    )
    return head + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nx" * count + b"\r\n--b--\r\n"


def laughs(levels: int) -> bytes:
    """Entities that multiply by ten each level."""
    lines = ['<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "ha">']
    for level in range(1, levels):
        lines.append(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">')
    lines.append(f'<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&e{levels - 1};&x;</svg>')
    return "".join(lines).encode()


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects; object 1 is the catalogue."""
    out, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, count = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        out += b"%010d 00000 n \n" % places.get(number, 0)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, start)


def pdf_stream(size: int, filters: int = 1) -> bytes:
    data = bytes(size)
    for _ in range(filters):
        data = zlib.compress(data, 9)
    return b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (
        len(data), b"/FlateDecode" * filters, data,
    )  # fmt: skip


def pdf_page_loop() -> bytes:
    """Page trees that contain themselves, names that go in circles."""
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R/OpenAction 5 0 R/Outlines 6 0 R>>",
        2: b"<</Type/Pages/Kids[2 0 R 3 0 R 2 0 R]/Count 1000000000/Parent 2 0 R>>",
        3: b"<</Type/Pages/Kids[2 0 R]/Count 3/Parent 2 0 R/Resources 3 0 R>>",
        4: b"<</EmbeddedFiles<</Kids[4 0 R]/Names[(a)4 0 R]>>/Kids[4 0 R]>>",
        5: b"<</S/JavaScript/JS 5 0 R/Next[5 0 R 5 0 R]>>",
        6: b"<</First 6 0 R/Next 6 0 R/Last 6 0 R>>",
    })  # fmt: skip


def pdf_arrays(depth: int) -> bytes:
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R/Names " + b"[" * depth + b"]" * depth + b">>",
        2: b"<</Type/Pages/Kids[]/Count 0>>",
    })  # fmt: skip


def pdf_bomb(size: int) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>"
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: page,
        4: pdf_stream(size, 2),
    })  # fmt: skip


def pdf_forms(levels: int) -> bytes:
    """Forms that draw the next form ten times: 10**levels if it is followed blindly."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>",
        4: b"<</Length 5>>stream\n/F Do\nendstream",
    }  # fmt: skip
    for level in range(levels):
        below = b"/Resources<</XObject<</F %d 0 R>>>>" % min(6 + level, 4 + levels)
        body = b"/F Do " * 10
        objects[5 + level] = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%s/Length %d>>stream\n" % (
            below, len(body),
        ) + body + b"\nendstream"  # fmt: skip
    return pdf(objects)


def png(width: int, height: int, rows: bytes | None = None) -> bytes:
    """Grey, 8 bit; the rows compress to almost nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(
            ">I", zlib.crc32(kind + body)
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    if rows is None:
        squeeze = zlib.compressobj(9)
        row = bytes(width + 1)
        rows = b"".join(squeeze.compress(row) for _ in range(min(height, 2000))) + squeeze.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_text(size: int, count: int) -> bytes:
    """Compressed text chunks that hold `size` bytes each."""
    body = b"parameters\0\0" + zlib.compress(bytes(size), 9)
    kind = b"zTXt"
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    whole = png(4, 4)
    return whole[:33] + chunk * count + whole[33:]


def gif(width: int, height: int, frames: int) -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    return head + frame * frames + b";"


def tiff(width: int, height: int) -> bytes:
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 32773),
        (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 2),
    ]  # fmt: skip
    body = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return (
        b"II*\0"
        + struct.pack("<I", 10)
        + b"\x81\0"
        + struct.pack("<H", len(tags))
        + body
        + bytes(4)
    )


def tiff_loop() -> bytes:
    """A directory whose next directory is itself."""
    return b"II*\0" + struct.pack("<IHHHIIHHIII", 8, 2, 256, 4, 1, 9, 330, 4, 1, 8, 8)


def webp(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(20)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def office_bomb(size: int) -> bytes:
    """A document whose text part expands without end."""
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"]())) as package:
        members = {name: package.read(name) for name in package.namelist()}
    text = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * (size // 34)
    members["word/document.xml"] = b"<w:document xmlns:w='x'><w:body>" + text
    return make_zip(members)


def pickles(depth: int) -> bytes:
    return b"\x80\x04" + b"(" * depth + b"t" * depth + b"."


def boxes(depth: int) -> bytes:
    """MP4 boxes one inside the other."""
    data = b""
    for _ in range(depth):
        data = struct.pack(">I", len(data) + 8) + b"moov" + data
    return FORMATS["mp4"]()[:24] + data


def bombs(scale: int = 1) -> dict[str, Callable[[], bytes]]:
    """All of them; at `scale` 1 small enough for a test, at 16 what is sent in earnest."""
    few = 300 * scale
    return {
        "flat.zip": lambda: flat_bomb(24 * MIB * scale),
        "flat.gz": lambda: gzip_of_zeros(64 * MIB * scale),
        "layers.gz": lambda: gzip_of_zeros(64 * MIB * scale, 3),
        "overlapping.zip": lambda: overlapping_zip(250, MIB * scale // 2),
        "200-deep.zip": lambda: nested_zips(200, {"a.txt": b"bottom"}),
        "manyfold.zip": lambda: many_fold(5, 8, flat_bomb(MIB * scale)),
        "members.zip": lambda: many_members(few),
        "members.tar": lambda: tar_members(few),
        "mime.eml": lambda: mime(60 * scale + 40),
        "in-mails.eml": lambda: mails_in_mails(60 * scale + 40),
        "parts.eml": lambda: many_parts(few),
        "json.json": lambda: b"[" * 6000 * scale + b"]" * 6000 * scale,
        "json-open.json": lambda: b'{"messages":' * 6000 * scale,
        "deep.jsonl": lambda: (b'{"role":"user","content":' + b"[" * 3000 * scale + b"\n") * 9,
        "deep.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 6000 * scale,
        "laughs.svg": lambda: laughs(12),
        "deep.html": lambda: b"<html><body>" + b"<div>" * 6000 * scale + b"x",
        "loop.pdf": pdf_page_loop,
        "arrays.pdf": lambda: pdf_arrays(6000 * scale),
        "bomb.pdf": lambda: pdf_bomb(64 * MIB * scale),
        "forms.pdf": lambda: pdf_forms(12),
        "wide.png": lambda: png(60_000, 60_000),
        "text.png": lambda: png_text(8 * MIB, 4 * scale),
        "wide.gif": lambda: gif(60_000, 60_000, 3),
        "frames.gif": lambda: gif(2_000, 2_000, 200 * scale),
        "wide.tiff": lambda: tiff(60_000, 60_000),
        "loop.tiff": tiff_loop,
        "wide.webp": lambda: webp(16_384, 16_384),
        "text.docx": lambda: office_bomb(8 * MIB * scale),
        "deep.pickle": lambda: pickles(10_000 * scale),
        "boxes.mp4": lambda: boxes(1_000 * scale),
        "groups.rtf": lambda: b"{\\rtf1" + b"{" * 6000 * scale,
        "line.txt": lambda: b"a" * (MIB * scale),
        "at.txt": lambda: b"a@" * (MIB * scale // 2),
        "digits.txt": lambda: b"1101051949123100" * (MIB * scale // 16),
        "base64.txt": lambda: b"QUJDRA" * (MIB * scale // 6),
        "dots.txt": lambda: b"http://a." * (MIB * scale // 9),
        "quotes.csv": lambda: b'"a,' * (MIB * scale // 3),
        "commas.csv": lambda: b"," * (MIB * scale) + b"\n",
        "mbox": lambda: b"From a@b Mon Jan  1 00:00:00 2024\n\n" * (few * 4),
    }
