"""Writing: round trip, replacing, merging and refusing, in every carrier."""

from __future__ import annotations

import io
import struct

import pytest
from tests.detect.label.label_files import (
    FILES,
    LABEL,
    MEDIA,
    OTHER,
    box,
    docx,
    flv,
    heif,
    mp4,
    pdf,
    picture,
)

from mingjian.detect.label.label import Label
from mingjian.detect.label.report import (
    CannotWrite,
    label_report,
    read_labels,
    verify_label,
    writable_formats,
    write_label,
)
from mingjian.detect.label.write.splice import reader
from mingjian.intake.container.gif import XMP_APPLICATION, XMP_TAIL, first_block
from mingjian.intake.container.metadata import formats, read_metadata
from mingjian.intake.content import BytesContent


def test_every_writable_format_has_a_test_file_and_a_reader() -> None:
    assert set(writable_formats()) == set(FILES)
    assert set(writable_formats()) <= formats()


@pytest.mark.parametrize("format", FILES)
def test_round_trip(format: str) -> None:
    before = FILES[format]()
    assert read_labels(BytesContent(before), format) == ()
    content = BytesContent(write_label(before, format, LABEL))
    (found,) = read_labels(content, format)
    assert found.label == LABEL
    assert [name for name, _ in found.pairs] == list(LABEL.as_dict())
    assert 0 < found.start < found.end <= content.size
    assert verify_label(content, format, LABEL) == ()
    report = label_report(content, format)
    assert (report["verdict"], report["damage"]) == ("conformant", [])


@pytest.mark.parametrize("format", FILES)
def test_a_label_is_replaced_not_added(format: str) -> None:
    once = write_label(FILES[format](), format, LABEL)
    twice = BytesContent(write_label(once, format, OTHER))
    (found,) = read_labels(twice, format)
    assert found.label == OTHER
    assert LABEL.produce_id.encode() not in bytes(twice.view())
    assert [d.field for d in verify_label(twice, format, LABEL)]


@pytest.mark.parametrize("format", FILES)
def test_other_metadata_stays(format: str) -> None:
    before = FILES[format]()
    kept = {(i.carrier, i.key, i.value) for i in read_metadata(BytesContent(before), format)}
    written = BytesContent(write_label(before, format, LABEL))
    now = {(i.carrier, i.key, i.value) for i in read_metadata(written, format)}
    assert {entry for entry in kept if not entry[0].startswith("XMP")} <= now


XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'rdf:about="it" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:TC260="http://www.tc260.org'
    '.cn/ns/AIGC/1.0/"{attribute} dc:source="kept &amp; safe">{element}</rdf:Description></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="w"?>'
)
OLD = "{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;x&quot;}"
PACKETS = {
    "plain": XMP.format(attribute="", element=""),
    "attribute": XMP.format(attribute=f' TC260:AIGC="{OLD}"', element=""),
    "element": XMP.format(attribute="", element=f"<TC260:AIGC>{OLD}</TC260:AIGC>"),
    "both": XMP.format(attribute=f" TC260:AIGC='{OLD}'", element=f"<TC260:AIGC>{OLD}</TC260:AIGC>"),
    "empty": XMP.format(attribute="", element="<TC260:AIGC/>"),
}


@pytest.mark.parametrize("packet", PACKETS)
@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "gif", "tiff", "heif"])
def test_existing_xmp_is_merged(format: str, packet: str) -> None:
    xmp = PACKETS[packet].encode()
    if format == "heif":
        before = heif(xmp=xmp)
    elif format == "png":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=packet == "element")
        before = picture("PNG", pnginfo=info)
    elif format == "tiff":
        before = picture("TIFF", tiffinfo={700: xmp})
    elif format == "gif":  # Pillow writes no XMP into GIF
        plain = picture("GIF")
        at = first_block(reader(plain))
        before = plain[:at] + b"\x21\xff\x0b" + XMP_APPLICATION + xmp + XMP_TAIL + plain[at:]
    else:
        before = picture(format.upper(), xmp=xmp)
    written = BytesContent(write_label(before, format, LABEL))
    packets = [i for i in read_metadata(written, format) if i.is_xmp]
    assert len(packets) == 1
    assert b'dc:source="kept &amp; safe"' in packets[0].value
    assert packets[0].value.count(b'rdf:about="it"') == 2


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "gif", "tiff", "heif", "avif"])
def test_pictures_still_decode_to_the_same_pixels(format: str) -> None:
    from PIL import Image

    before = FILES[format]()
    after = write_label(before, format, LABEL)
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert new.tobytes() == old.tobytes()
        if format in ("jpeg", "png", "webp", "tiff", "heif"):
            xmp = new.info.get("xmp") or new.info.get("XML:com.adobe.xmp")
            assert b"ContentProducer" in (xmp if isinstance(xmp, bytes) else str(xmp).encode())


@pytest.mark.parametrize("brand", [b"isom", b"qt  "])
@pytest.mark.parametrize("moov_first", [True, False])
@pytest.mark.parametrize("user", ["none", "mdir", "text"])
def test_media_offsets_still_point_at_the_media(brand: bytes, moov_first: bool, user: str) -> None:
    handler = box(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    tool = box(b"ilst", box(b"\xa9too", box(b"data", struct.pack(">II", 1, 0), b"tool")))
    block = {
        "none": b"",
        "mdir": box(b"udta", box(b"meta", bytes(4), handler, tool)),
        "text": box(b"udta", box(b"\xa9nam", b"\0\4\0\0name"), bytes(4)),
    }[user]
    before = mp4(moov_first=moov_first, user=block, brand=brand)
    after = write_label(before, "mp4", LABEL)
    at = after.index(b"stco") + 4 + 8
    (offset,) = struct.unpack(">I", after[at : at + 4])
    assert after[offset : offset + len(MEDIA)] == MEDIA
    keys = {i.key for i in read_metadata(BytesContent(after), "mp4")}
    assert keys >= {"none": set(), "mdir": {"\xa9too"}, "text": {"\xa9nam"}}[user]


def test_flv_positions_move_with_the_tag() -> None:
    before, after = flv(), write_label(flv(), "flv", LABEL)
    grown = len(after) - len(before)
    place = after.index(b"filepositions") + 13 + 1 + 4 + 1
    assert struct.unpack(">d", after[place : place + 8]) == (500 + grown,)
    size = after.index(b"filesize") + 9
    assert struct.unpack(">d", after[size : size + 8]) == (1000 + grown,)
    assert after[-4:] == struct.pack(">I", len(after) - 13 - 4)


@pytest.mark.parametrize("format", ["mp3", "flac", "ogg"])
def test_mutagen_reads_the_label(format: str) -> None:
    import mutagen

    opened = mutagen.File(io.BytesIO(write_label(FILES[format](), format, LABEL)))
    value = opened.tags["TXXX:AIGC"].text[0] if format == "mp3" else opened.tags["AIGC"][0]
    assert value == LABEL.as_json()


def test_documents_open_in_their_libraries() -> None:
    import zipfile

    import pikepdf

    with pikepdf.open(io.BytesIO(write_label(pdf(), "pdf", LABEL))) as document:
        assert str(document.docinfo["/AIGC"]) == LABEL.as_json()
        assert str(document.docinfo["/Title"]) == "标题"
    with zipfile.ZipFile(io.BytesIO(write_label(docx(), "docx", LABEL))) as package:
        assert package.testzip() is None
        assert b"custom-properties" in package.read("[Content_Types].xml")
        assert b"docProps/custom.xml" in package.read("_rels/.rels")


@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16-le", "utf-16"])
def test_wide_xmp_is_read_and_merged(codec: str) -> None:
    """Packets in UTF-16, with and without a byte order mark, are legal XMP."""
    before = picture("JPEG", xmp=PACKETS["element"].encode(codec))
    (old,) = read_labels(BytesContent(before), "jpeg")
    assert old.fields == {"Label": "1", "ContentProducer": "x"}
    written = BytesContent(write_label(before, "jpeg", LABEL))
    (packet,) = [i for i in read_metadata(written, "jpeg") if i.is_xmp]
    assert b'dc:source="kept &amp; safe"' in packet.value


def test_front_matter_is_merged() -> None:
    before = "---\ntitle: 题\nAIGC:\n  Label: '2'\nauthor: a\n---\n正文\n".encode()
    after = write_label(before, "markdown", LABEL).decode()
    assert "title: 题" in after
    assert "author: a" in after
    assert "Label: '2'" not in after
    assert after.endswith("---\n正文\n")


@pytest.mark.parametrize(
    ("label", "word"),
    [
        (Label(label="4", content_producer="a", produce_id="b"), "Label"),
        (Label(label="1", content_producer="", produce_id="b"), "ContentProducer"),
        (Label(label="1", content_producer="某公司", produce_id="b"), "ContentProducer"),
        (Label(label="1", content_producer="a", produce_id="b c"), "ProduceID"),
        (Label(label="1", content_producer="001191110102MACQD9K65010000", produce_id="b"), "check"),
    ],
)
def test_a_bad_label_is_refused(label: Label, word: str) -> None:
    with pytest.raises(CannotWrite) as caught:
        write_label(FILES["png"](), "png", label)
    assert word in caught.value.reason.en
    assert caught.value.reason.zh


@pytest.mark.parametrize("format", FILES)
def test_what_is_not_the_format_is_refused(format: str) -> None:
    if format in ("markdown", "html", "mp3"):
        pytest.skip("any bytes may start such a file")
    for data in (b"", b"not a file of this kind", FILES[format]()[:40]):
        with pytest.raises(CannotWrite):
            write_label(data, format, LABEL)


def test_formats_without_a_carrier_are_refused() -> None:
    with pytest.raises(CannotWrite):
        write_label(b"text", "plain-text", LABEL)


def test_damaged_xmp_is_not_overwritten() -> None:
    with pytest.raises(CannotWrite, match="damaged"):
        write_label(picture("JPEG", xmp=b"<x:xmpmeta><broken"), "jpeg", LABEL)


def test_a_signed_pdf_is_refused() -> None:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.Root["/AcroForm"] = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array())
        document.save(out)
    with pytest.raises(CannotWrite, match="signed"):
        write_label(out.getvalue(), "pdf", LABEL)
