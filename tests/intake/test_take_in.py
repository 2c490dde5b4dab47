"""Declared records, encoded texts, polyglots, and what evidence carries."""

from __future__ import annotations

import base64
import gzip
import io
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.intake.makers import CALL, contents, make_zip, notes, reasons, taken

from mingjian.domain.evidence import EvidenceKind as Kind
from mingjian.intake.content import BytesContent
from mingjian.intake.digest import digests
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import take_in


def picture(name: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, name)
    return out.getvalue()


def test_a_record_of_a_declared_kind() -> None:
    data = "您的验证码是 123456，请勿泄露。".encode()
    items = take_in(BytesContent(data), "r/1", Limits(), Kind.MESSAGE, {"id": "1"})
    (item,) = items
    evidence = item.evidence
    assert (evidence.kind, evidence.format, evidence.identity.encoding) == (
        Kind.MESSAGE,
        "plain-text",
        "utf-8",
    )
    assert evidence.text == data.decode()
    assert (evidence.sha256, evidence.sm3) == digests(BytesContent(data))
    assert evidence.attributes == {"id": "1"}
    assert evidence.parent is None


def test_a_declared_mail_without_headers_says_so() -> None:
    items = taken("请点击附件".encode(), declared=Kind.MAIL)
    assert items[0].evidence.format == "bare-body"
    assert items[0].evidence.attributes["headers"] == "none"


def test_text_is_set_up_to_the_limit_only() -> None:
    data = "字".encode() * 100
    assert taken(data)[0].evidence.text == "字" * 100
    over = taken(data, limits=Limits(text_bytes=299))[0].evidence
    assert over.text is None
    assert over.identity.encoding == "utf-8"


def test_gb18030_text() -> None:
    evidence = taken("今天下午三点，请把合同发来，谢谢。𠀀".encode("gb18030"))[0].evidence
    assert evidence.identity.encoding == "gb18030"
    assert evidence.text == "今天下午三点，请把合同发来，谢谢。𠀀"


PAYLOAD = pickle.dumps({"a": [1, 2, 3]}, 4)


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (base64.b64encode(CALL).decode(), "base64"),
        (base64.encodebytes(PAYLOAD * 3).decode(), "base64"),
        (base64.urlsafe_b64encode(PAYLOAD + b"\xff\xfe\xfd").decode().rstrip("="), "base64"),
        ("data:application/octet-stream;base64," + base64.b64encode(PAYLOAD).decode(), "base64"),
        (CALL.hex(), "hex"),
        (PAYLOAD.hex().upper(), "hex"),
        (base64.b64encode(base64.b64encode(PAYLOAD)).decode(), "base64 > base64"),
        (base64.b64encode(PAYLOAD.hex().encode()).decode(), "base64 > hex"),
    ],
)
def test_encoded_pickles_are_decoded(text: str, chain: str) -> None:
    items = taken(text.encode())
    part = items[1].evidence
    assert part.format == "pickle"
    assert part.derivation is not None
    assert (part.derivation.step, part.derivation.detail) == ("decoded", chain)


def test_encoded_archive_is_opened() -> None:
    data = base64.b64encode(gzip.compress(make_zip({"m.pkl": CALL})))
    found = contents(taken(data))
    assert CALL in found.values()


@pytest.mark.parametrize(
    "text",
    [
        "deadbeefdeadbeefdeadbeefdeadbeef",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "abcdefghijklmnopqrstuvwxyz",
        base64.b64encode("只是一些文字，没有别的。".encode()).decode(),
        "1234567890123456789012",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_hashes_and_encoded_words_are_left_alone(text: str) -> None:
    assert len(taken(text.encode())) == 1


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF"])
def test_zip_behind_an_image(name: str) -> None:
    archive = make_zip({"m.pkl": CALL})
    items = taken(picture(name) + archive, "photo")
    assert items[0].evidence.format == name.lower()
    found = contents(items)
    assert found["embedded.zip"] == archive
    assert found["embedded.zip/m.pkl"] == CALL
    assert "zip" in notes(items)


def test_zip_behind_a_pickle_and_a_pdf() -> None:
    archive = make_zip({"m.pkl": CALL})
    for front in (PAYLOAD, b"%PDF-1.4\n%%EOF\n"):
        found = contents(taken(front + archive))
        assert found["embedded.zip/m.pkl"] == CALL


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_other_formats_behind_the_end_of_an_image(name: str) -> None:
    hidden = b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40)
    assert contents(taken(picture(name) + hidden))["embedded.7z"] == hidden
    assert contents(taken(picture(name) + PAYLOAD))["embedded.pickle"] == PAYLOAD


def test_markup_in_an_image_is_noted() -> None:
    assert "Web page markup" in notes(taken(picture() + b"<script>alert(1)</script>"))
    assert notes(taken(picture())) == ""


def test_paths_of_parts_differ() -> None:
    data = make_zip({"a/x": b"one", "a\\x": b"two", "/a/x": b"three", "a/./x": b"four"})
    paths = [item.evidence.path for item in taken(data)]
    assert len(set(paths)) == len(paths) == 5


@given(st.binary(max_size=300), st.sampled_from(list(Kind)))
def test_any_declared_kind_on_any_bytes(data: bytes, kind: Kind) -> None:
    items = taken(data, declared=kind)
    assert bytes(items[0].evidence.content.view()) == data
    assert isinstance(reasons(items), str)
