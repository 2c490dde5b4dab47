from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.intake.content import BytesContent, FileContent
from mingjian.intake.text import blocks, decode, encoding_of

ZH = "今天下午三点，请把合同发到我的邮箱，谢谢。公安机关提醒您：不要轻信陌生电话。\n"
TW = "今天下午三點，請把合約發到我的信箱，謝謝。警察機關提醒您：不要輕信陌生電話。\n"
JA = "今日の午後三時に、契約書を私のメールアドレスに送ってください。ありがとう。\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (ZH, "utf-8", "utf-8"),
        (ZH, "utf-8-sig", "utf-8-sig"),
        (ZH, "gb18030", "gb18030"),
        ("你好", "gbk", "gb18030"),
        ("生僻字：𠀀𠀁㐀㐁𪜀与你好", "gb18030", "gb18030"),  # four-byte forms
        (ZH, "utf-16", "utf-16"),
        (ZH, "utf-16-le", "utf-16-le"),
        (ZH, "utf-16-be", "utf-16-be"),
        ("hello world", "utf-16-le", "utf-16-le"),
        (ZH, "utf-32", "utf-32"),
        (ZH, "utf-32-be", "utf-32-be"),
        (TW, "big5", "cp950"),
        (JA, "shift-jis", "cp932"),
        ("café déjà vu, naïve façade", "cp1252", "cp1252"),
        ("Привет, как дела? Это русский текст.", "cp1251", "cp1251"),
        ("plain words", "ascii", "utf-8"),
        ("摘要", "gb18030", "gb18030"),  # these bytes are valid UTF-8 by chance
        ("联通", "gb18030", "gb18030"),
        ("café", "utf-8", "utf-8"),
        ("Привет", "utf-8", "utf-8"),
        ("a\u200cb\xa0c\u200cd spam", "gb18030", "gb18030"),
    ],
)
def test_encoding_is_found_and_named(text: str, codec: str, name: str) -> None:
    assert decode(BytesContent(text.encode(codec)), 1 << 20) == (text, name)


def test_bytes_that_are_no_text() -> None:
    assert encoding_of(bytes(range(256)) * 8) is None
    assert encoding_of(b"\x7fELF\x02\x01\x01" + bytes(60)) is None


def test_encoding_is_judged_where_the_text_stops_being_ascii() -> None:
    data = b"a line of a log\n" * 10_000 + ZH.encode("gb18030")
    text, name = decode(BytesContent(data), 1 << 20)
    assert name == "gb18030"
    assert text.endswith(ZH)


def test_spoilt_utf8_stays_utf8() -> None:
    text, name = decode(BytesContent(ZH.encode() * 3 + b"\xff" + ZH.encode()), 1 << 20)
    assert name == "utf-8"
    assert text.count("\ufffd") == 1


def test_limit_bounds_what_is_decoded() -> None:
    assert decode(BytesContent(b"abcdef"), 3)[0] == "abc"


@given(
    st.text(alphabet="ab中文，\n\r𠀀", max_size=400),
    st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-le"]),
    st.integers(1, 50),
)
def test_blocks_join_to_the_text_with_right_offsets(text: str, codec: str, size: int) -> None:
    found = list(blocks(BytesContent(text.encode(codec)), codec, size))
    assert "".join(block.text for block in found) == text
    for block in found:
        assert text[block.offset_chars :].startswith(block.text)


def test_blocks_are_cut_at_line_ends_and_long_lines_are_cut_anyway() -> None:
    text = "x" * 30 + "\n" + "yy\n" * 10
    found = [block.text for block in blocks(BytesContent(text.encode()), "utf-8", 12)]
    assert max(map(len, found)) <= 24
    assert all(block.endswith("\n") for block in found[3:])


def test_blocks_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(ZH.encode("gb18030") * 5_000)
    found = list(blocks(FileContent(path), None, 10_000))
    assert len(found) > 10
    assert "".join(block.text for block in found) == ZH * 5_000


@given(st.binary(max_size=300))
def test_decoding_never_raises(data: bytes) -> None:
    text, name = decode(BytesContent(data), 1 << 20)
    assert isinstance(text, str)
    assert name
