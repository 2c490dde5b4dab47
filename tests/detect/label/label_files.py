"""Small valid files of every format a label can be written into, made in code."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Callable

from mingjian.detect.label.label import Label

PRODUCER = "001191110102MACQD9K64010000"
LABEL = Label(
    label="1",
    content_producer=PRODUCER,
    produce_id='4fd2<0e&68"x',
    reserved_code1="opaque==",
    content_propagator=PRODUCER,
    propagate_id="p-1",
)
OTHER = Label(label="2", content_producer=PRODUCER, produce_id="another-and-longer-number-0001")


def picture(format: str, **options: object) -> bytes:
    """A picture saved by Pillow."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    image.save(out, format, **options)
    return out.getvalue()


def heif(**options: object) -> bytes:
    """A HEIF picture saved by pillow-heif."""
    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 90)).save(out, "HEIF", **options)
    return out.getvalue()


def wav() -> bytes:
    """A tenth of a second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """A RIFF chunk."""
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def avi() -> bytes:
    """The skeleton of an AVI: header list, an empty movi list, an index."""
    header = chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56)))
    body = b"AVI " + header + chunk(b"LIST", b"movi") + chunk(b"idx1", b"")
    return chunk(b"RIFF", body)


def mp3() -> bytes:
    """Four silent MPEG-1 layer III frames."""
    return (b"\xff\xfb\x90\x64" + bytes(413)) * 4


def flac() -> bytes:
    """A FLAC stream information block and no frames."""
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + (44100 << 44 | 15 << 36).to_bytes(8, "big")
    return b"fLaC\x80" + len(info + bytes(16)).to_bytes(3, "big") + info + bytes(16)


def ogg() -> bytes:
    """The header packets of a Vorbis stream (setup packet empty) and one data page."""
    from mutagen.ogg import OggPage

    ident = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 1, 8000, 0, 64000, 0, 0xB8, 1)
    comment = b"\x03vorbis" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0) + b"\x01"
    pages = []
    for number, packets in enumerate(([ident], [comment, b"\x05vorbis" + bytes(20)], [bytes(9)])):
        page = OggPage()
        page.serial, page.sequence, page.packets = 7, number, packets
        page.first, page.last = number == 0, number == 2
        page.position = 100 if number == 2 else 0
        pages.append(page.write())
    return b"".join(pages)


def box(kind: bytes, *parts: bytes) -> bytes:
    """An ISO base media box."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


MEDIA = b"media-bytes-that-must-be-found-again"


def mp4(*, moov_first: bool = True, user: bytes = b"", brand: bytes = b"isom") -> bytes:
    """An MP4 with one track whose chunk offset points at `MEDIA`."""
    top = box(b"ftyp", brand, bytes(4), b"isom")

    def moov(offset: int) -> bytes:
        table = box(b"stco", bytes(4), struct.pack(">II", 1, offset))
        track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table))))
        return box(b"moov", box(b"mvhd", bytes(100)), track, user)

    media = box(b"mdat", MEDIA)
    if moov_first:
        offset = len(top) + len(moov(0)) + 8
        return top + moov(offset) + media
    return top + media + moov(len(top) + 8)


def flv() -> bytes:
    """An FLV with an onMetaData script tag that lists file positions."""
    positions = b"\x00\x0dfilepositions\x0a" + struct.pack(">I", 1) + b"\0" + struct.pack(">d", 500)
    body = b"\x02\x00\x0aonMetaData\x08" + struct.pack(">I", 2)
    body += b"\x00\x08filesize\x00" + struct.pack(">d", 1000)
    body += b"\x00\x09keyframes\x03" + positions + b"\0\0\x09" + b"\0\0\x09"
    tag = b"\x12" + len(body).to_bytes(3, "big") + bytes(7) + body
    return b"FLV\x01\x05\0\0\0\x09" + bytes(4) + tag + struct.pack(">I", len(tag))


def ebml(number: int, body: bytes) -> bytes:
    """An EBML element with an eight-byte size."""
    size = (len(body) | 1 << 56).to_bytes(8, "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big") + size + body


def mkv() -> bytes:
    """A Matroska skeleton with a tag of its own and an empty cluster."""
    simple = ebml(0x67C8, ebml(0x45A3, b"ENCODER") + ebml(0x4487, b"by hand"))
    tags = ebml(0x1254C367, ebml(0x7373, ebml(0x63C0, b"") + simple))
    info = ebml(0x1549A966, ebml(0x4D80, b"hand"))
    segment = ebml(0x18538067, info + tags + ebml(0x1F43B675, ebml(0xE7, b"\0")))
    return ebml(0x1A45DFA3, ebml(0x4282, b"matroska")) + segment


def docx() -> bytes:
    """The smallest package Word and LibreOffice open."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Override PartName="/word/document.xml" ContentType="{word}"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{office}" Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>",
        )
    return out.getvalue()


def pdf() -> bytes:
    """A PDF of one blank page."""
    import pikepdf

    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = pikepdf.String("标题")
    document.save(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: picture("JPEG"),
    "png": lambda: picture("PNG"),
    "webp": lambda: picture("WEBP"),
    "gif": lambda: picture("GIF"),
    "tiff": lambda: picture("TIFF"),
    "heif": heif,
    "avif": lambda: picture("AVIF"),
    "mp4": mp4,
    "mov": lambda: mp4(moov_first=False, brand=b"qt  "),
    "m4a": lambda: mp4(brand=b"M4A "),
    "flv": flv,
    "mkv": mkv,
    "webm": mkv,
    "avi": avi,
    "wav": wav,
    "mp3": mp3,
    "flac": flac,
    "ogg": ogg,
    "docx": docx,
    "xlsx": docx,
    "pptx": docx,
    "pdf": pdf,
    "markdown": lambda: "# 标题\n\n正文\n".encode(),
    "html": lambda: "<!doctype html><html><head><title>页</title></head></html>".encode(),
}
