"""Labels where real files hide them, and values that only look like labels."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from tests.detect.label.label_files import LABEL, box, chunk, ebml, flac, mkv, mp4, picture, wav
from tests.detect.label.test_write import XMP

from mingjian.detect.label.label import FoundLabel
from mingjian.detect.label.report import label_report, read_labels, write_label
from mingjian.intake.container.bmff import XMP_UUID
from mingjian.intake.content import BytesContent

BARE = LABEL.as_json()
ROOTED = '{"AIGC":' + BARE + "}"


def found(data: bytes, format: str) -> tuple[FoundLabel, ...]:
    return read_labels(BytesContent(data), format)


def one(data: bytes, format: str) -> tuple[str, str]:
    """Carrier and form of the one label, which must be `LABEL` at the place stated."""
    (label,) = found(data, format)
    assert label.label == LABEL, label
    return label.carrier, label.form


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segment(marker: int, body: bytes) -> bytes:
    plain = picture("JPEG")
    return plain[:20] + segment(marker, body) + plain[20:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png_with(*chunks: bytes) -> bytes:
    """A PNG with chunks after the image data."""
    plain = picture("PNG")
    return plain[:-12] + b"".join(chunks) + plain[-12:]


def exif(tag: int, value: bytes | str, *, sub: bool = False) -> bytes:
    from PIL import Image

    block = Image.Exif()
    (block.get_ifd(0x8769) if sub else block)[tag] = value
    return picture("JPEG", exif=block)


def test_jpeg_user_comment_and_description() -> None:
    comment = b"ASCII\0\0\0" + ROOTED.encode()
    assert one(exif(0x9286, comment, sub=True), "jpeg") == ("EXIF", "rooted")
    assert one(exif(0x010E, ROOTED), "jpeg") == ("EXIF", "rooted")
    wide = b"UNICODE\0" + ROOTED.encode("utf-16-le")
    assert one(exif(0x9286, wide, sub=True), "jpeg") == ("EXIF", "rooted")


def test_jpeg_comment_and_glued_forms() -> None:
    assert one(with_segment(0xFE, ROOTED.encode()), "jpeg") == ("JPEG comment", "rooted")
    glued = b"AIGC" + BARE.encode()
    assert one(with_segment(0xE9, glued), "jpeg") == ("JPEG APP9", "glued")
    near_jfif = b"JFIF\0\1\1\0\0\1\0\1\0\0" + glued
    plain = picture("JPEG")
    assert one(b"\xff\xd8" + segment(0xE0, near_jfif) + plain[20:], "jpeg")[1] == "glued"
    between = plain[:20] + glued + plain[20:]
    assert one(between, "jpeg") == ("JPEG between segments", "glued")
    assert one(plain + ROOTED.encode(), "jpeg") == ("trailer", "rooted")


@pytest.mark.parametrize(
    "data",
    [
        exif(0x9286, b"ASCII\0\0\0" + ROOTED.encode(), sub=True),
        with_segment(0xFE, ROOTED.encode()),
        with_segment(0xE9, b"AIGC" + BARE.encode()),
        picture("JPEG") + ROOTED.encode(),
    ],
    ids=["exif", "comment", "glued", "trailer"],
)
def test_writing_replaces_a_label_in_another_carrier(data: bytes) -> None:
    assert one(write_label(data, "jpeg", LABEL), "jpeg") == ("XMP (JPEG APP1)", "xmp element")


def test_jpeg_place_is_exact() -> None:
    data = exif(0x9286, b"ASCII\0\0\0" + ROOTED.encode(), sub=True)
    (label,) = found(data, "jpeg")
    assert data[label.start : label.end] == ROOTED.encode()


def test_png_text_chunks_after_the_image() -> None:
    packet = XMP.format(attribute="", element=f"<TC260:AIGC>{json_xml(BARE)}</TC260:AIGC>")
    late = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet.encode())
    assert one(png_with(late), "png") == ("XMP (PNG iTXt)", "xmp element")
    assert one(png_with(png_chunk(b"tEXt", b"AIGC\0" + BARE.encode())), "png")[1] == "object"
    packed = b"AIGC\0\0" + zlib.compress(ROOTED.encode())
    assert one(png_with(png_chunk(b"zTXt", packed)), "png") == ("PNG zTXt", "rooted")
    assert one(png_with(png_chunk(b"tEXt", b"Comment\0" + ROOTED.encode())), "png")[1] == "rooted"


def json_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@pytest.mark.parametrize("prefix", ["TC260", "C260"])
def test_xmp_attribute_form_and_prefixes(prefix: str) -> None:
    packet = XMP.format(attribute=f' TC260:AIGC="{json_xml(BARE)}"', element="")
    packet = packet.replace("TC260:", f"{prefix}:")
    data = picture("JPEG", xmp=packet.encode())
    (label,) = found(data, "jpeg")
    assert (label.form, label.label) == ("xmp attribute", LABEL)
    assert data[label.start : label.end] == json_xml(BARE).encode()


def test_xmp_in_other_places() -> None:
    packet = XMP.format(attribute="", element=f"<TC260:AIGC>{json_xml(BARE)}</TC260:AIGC>").encode()
    assert one(mp4() + box(b"uuid", XMP_UUID, packet), "mp4")[0] == "XMP (MP4 uuid)"
    description = XMP.format(
        attribute="", element=f"<dc:description>{json_xml(ROOTED)}</dc:description>"
    ).encode()
    assert one(picture("WEBP", xmp=description), "webp") == ("XMP (WebP XMP)", "rooted")
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><metadata>'
        + packet[52:-19]
        + b"</metadata></svg>"
    )
    assert one(svg[: svg.rfind(b"</x:xmpmeta>") + 12] + b"</metadata></svg>", "svg")[0].startswith(
        "XMP"
    )


def data_box(text: str) -> bytes:
    return box(b"data", struct.pack(">II", 1, 0), text.encode())


def test_mp4_variants() -> None:
    keys = box(b"keys", bytes(4), struct.pack(">I", 1), box(b"mdta", b"AIGC"))
    values = box(b"ilst", box(b"\0\0\0\1", data_box(BARE)))
    direct = box(b"meta", box(b"hdlr", bytes(8), b"mdta", bytes(13)), keys, values)
    assert one(mp4(user=direct), "mp4") == ("MP4 moov/meta/ilst", "object")
    assert one(mp4(user=direct, moov_first=False), "mov")[1] == "object"
    keyless = box(b"ilst", box(b"\xa9cmt", data_box(ROOTED)))
    itunes = box(
        b"udta", box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdir", bytes(13)), keyless)
    )
    assert one(mp4(user=itunes), "mp4") == ("MP4 moov/udta/meta/ilst", "rooted")
    for kind in (b"AIGC", b"aigc"):
        assert one(mp4(user=box(b"udta", box(kind, BARE.encode()))), "mp4")[1] == "object"


def test_every_mp4_variant_is_replaced() -> None:
    keyless = box(b"ilst", box(b"\xa9cmt", data_box(ROOTED)))
    itunes = box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdir", bytes(13)), keyless)
    for user in (box(b"udta", itunes), box(b"udta", box(b"AIGC", BARE.encode()))):
        assert one(write_label(mp4(user=user), "mp4", LABEL), "mp4")[1] == "object"


def test_riff_flac_and_matroska_variants() -> None:
    plain = wav()
    info = chunk(b"LIST", b"INFO" + chunk(b"AIGC", BARE.encode()))
    grown = plain[:4] + struct.pack("<I", len(plain) - 8 + len(info)) + plain[8:] + info
    assert one(grown, "wav") == ("WAV LIST/INFO", "object")
    nested = ebml(
        0x67C8,
        ebml(0x45A3, b"X") + ebml(0x67C8, ebml(0x45A3, b"aigc") + ebml(0x4487, BARE.encode())),
    )
    tags = ebml(0x1254C367, ebml(0x7373, nested))
    base = mkv()
    head = ebml(0x1A45DFA3, ebml(0x4282, b"matroska"))
    assert one(head + ebml(0x18538067, base[len(head) + 12 :] + tags), "mkv")[1] == "object"
    lower = b"aigc=" + BARE.encode()
    block = struct.pack("<I", 0) + struct.pack("<I", 1) + struct.pack("<I", len(lower)) + lower
    stream = flac()
    comment = b"\x84" + len(block).to_bytes(3, "big") + block
    assert one(b"fLaC\0" + stream[5:] + comment, "flac") == ("FLAC comment", "object")


@pytest.mark.parametrize(
    "block",
    [
        "AIGC:\n  Label: '1'\n  ContentProducer: \"a\"\n  ProduceID: b-1\n",
        'AIGC: {Label: "1", ContentProducer: a, ProduceID: b-1}\n',
        'AIGC: {"Label": "1", "ContentProducer": "a", "ProduceID": "b-1"}\n',
        'AIGC: \'{"Label":"1","ContentProducer":"a","ProduceID":"b-1"}\'\n',
        "title: x\nAIGC:\n    Label: 1\n    ContentProducer: a\n    ProduceID: b-1\ntags: y\n",
    ],
)
def test_front_matter_forms(block: str) -> None:
    (label,) = found(f"---\n{block}---\nbody".encode(), "markdown")
    assert label.fields == {"Label": "1", "ContentProducer": "a", "ProduceID": "b-1"}


@pytest.mark.parametrize("value", ["yes", "made with AIGC tools", '{"model": "x"}', "1"])
def test_the_key_alone_is_not_believed(value: str) -> None:
    assert found(png_with(png_chunk(b"tEXt", b"AIGC\0" + value.encode())), "png") == ()


@pytest.mark.parametrize("value", ['{"Label": "cat"}', "AIGC is a word {", "ContentProducer: me"])
def test_other_texts_are_not_labels(value: str) -> None:
    assert found(with_segment(0xFE, value.encode()), "jpeg") == ()


@pytest.mark.parametrize("value", ["", "{}", "  "])
def test_a_wiped_shell_is_inconclusive(value: str) -> None:
    data = png_with(png_chunk(b"tEXt", b"AIGC\0" + value.encode()))
    report = label_report(BytesContent(data), "png")
    assert report["verdict"] == "inconclusive"
    assert [p["code"] for p in report["labels"][0]["problems"]] == ["wiped"]  # type: ignore[index]


def test_a_malformed_label_names_the_byte() -> None:
    broken = BARE.replace('"ProduceID":', '"ProduceID";')
    data = png_with(png_chunk(b"tEXt", b"AIGC\0" + broken.encode()))
    (label,) = found(data, "png")
    assert label.defect is not None
    assert label.defect.offset == data.index(b";")
    assert label_report(BytesContent(data), "png")["verdict"] == "inconclusive"


@pytest.mark.parametrize("same", [True, False])
def test_two_labels_fail_even_when_identical(same: bool) -> None:
    other = BARE if same else BARE.replace('"Label":"1"', '"Label":"3"')
    chunks = [png_chunk(b"tEXt", b"AIGC\0" + text.encode()) for text in (BARE, other)]
    report = label_report(BytesContent(png_with(*chunks)), "png")
    assert report["verdict"] == "non-conformant"
    assert [p["code"] for p in report["problems"]] == ["duplicate"]  # type: ignore[index]


def test_deep_and_long_json_is_malformed_not_fatal() -> None:
    for value in (
        '{"Label":' + "[" * 100_000,
        '{"Label":' + "9" * 10_000 + "}",
        json.dumps({"Label": "x" * 300_000}),
    ):
        (label,) = found(png_with(png_chunk(b"tEXt", b"AIGC\0" + value.encode())), "png")
        assert label.defect is not None or len(label.pairs) == 1
