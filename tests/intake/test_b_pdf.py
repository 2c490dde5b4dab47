"""PDF: text, files, links, pictures, actions; encryption, lies and damage."""

from __future__ import annotations

import io
import zlib

import pikepdf
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake.limits import Limits
from mingjian.intake.unpack import pdf
from mingjian.testing.unpacking import data_of, evidence, unpacked


def item(data: bytes) -> Evidence:
    return evidence(data, EvidenceKind.DOCUMENT, "pdf")


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "JPEG")
    return out.getvalue()


def made(*, encrypt: bool = False, pages: int = 1) -> bytes:
    made_pdf = Pdf.new()
    font = made_pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for number in range(1, pages + 1):
        made_pdf.add_blank_page()
        page = made_pdf.pages[-1]
        words = f"BT /F1 24 Tf 50 700 Td (Page {number} see http://t.cn/x) Tj ET".encode()
        page.Contents = Stream(made_pdf, words)
        picture = Stream(made_pdf, jpeg())
        picture.Type, picture.Subtype = Name.XObject, Name.Image
        picture.Width = picture.Height = 16
        picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
        picture.Filter = Name.DCTDecode
        page.Resources = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary(Im0=picture))
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([0, 0, 9, 9]),
            A=Dictionary(S=Name.URI, URI=String("https://evil.cn/pay")),
        )
        page.Annots = Array([made_pdf.make_indirect(link)])
    made_pdf.attachments["发票.txt"] = b"attached words"
    made_pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    out = io.BytesIO()
    made_pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u") if encrypt else False)
    return out.getvalue()


def test_text_file_picture_links_and_action() -> None:
    parts, refusals = unpacked(pdf.unpack, item(made()))
    found = [(part.derivation.step, part.name) for part in parts]
    assert found == [
        ("text-layer", "text.txt"),
        ("link", "link 1"),
        ("embedded-file", "发票.txt"),
        ("link", "link 2"),
        ("inline-image", "page 1 Im0"),
    ]
    assert "Page 1 see" in data_of(parts[0]).decode()
    assert [data_of(part) for part in parts[1:]] == [
        b"http://t.cn/x",
        b"attached words",
        b"https://evil.cn/pay",
        jpeg(),
    ]
    assert [refusal.what for refusal in refusals] == ["PDF JavaScript"]


def test_encrypted_file_is_refused() -> None:
    parts, refusals = unpacked(pdf.unpack, item(made(encrypt=True)))
    assert not parts
    assert "encrypted" in refusals[0].why.en
    assert "加密" in refusals[0].why.zh


def test_page_count_that_lies() -> None:
    data = made().replace(b"/Count 1", b"/Count 1000000", 1)
    parts, _ = unpacked(pdf.unpack, item(data))
    assert any(part.derivation.step == "text-layer" for part in parts)


def test_more_pages_and_text_than_the_limit_is_said() -> None:
    data = made(pages=3)
    parts, refusals = unpacked(pdf.unpack, item(data), Limits(text_bytes=40))
    assert len(data_of(parts[0])) <= 40
    assert any(refusal.what == "text" for refusal in refusals)


def test_embedded_bomb_meets_the_budget() -> None:
    bomb = Pdf.open(io.BytesIO(made()))
    stream = Stream(bomb, zlib.compress(bytes(40 << 20)))
    stream.Filter = Name.FlateDecode
    bomb.Root.Names.EmbeddedFiles = Dictionary(
        Names=Array([String("b"), Dictionary(F=String("b"), EF=Dictionary(F=stream))])
    )
    out = io.BytesIO()
    bomb.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    _, refusals = unpacked(pdf.unpack, item(out.getvalue()))
    assert "bomb" in refusals[-1].why.en


def test_a_filter_that_is_no_text_costs_its_stream_alone() -> None:
    data = made()
    start = data.index(b"/DCTDecode")
    parts, refusals = unpacked(pdf.unpack, item(data[:start] + b"/\xff" + data[start + 2 :]))
    assert "link" in [part.derivation.step for part in parts]
    assert any("damaged" in refusal.why.en for refusal in refusals)


def test_page_tree_that_loops() -> None:
    data = made().replace(b"/Type /Pages", b"/Kids [ 1 0 R 2 0 R 3 0 R ] /Type /Pages", 1)
    unpacked(pdf.unpack, item(data))


def test_truncated_file_gives_what_is_left_or_a_refusal() -> None:
    data = made()
    for cut in range(50, len(data), max(1, len(data) // 12)):
        parts, refusals = unpacked(pdf.unpack, item(data[:cut]))
        assert parts or refusals


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_raise_nothing_else(data: st.DataObject) -> None:
    good = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 12))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    unpacked(pdf.unpack, item(bytes(good)))


GOOD = made()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    _, refusals = unpacked(pdf.unpack, item(b"%PDF-1.7\n" + data))
    assert refusals
