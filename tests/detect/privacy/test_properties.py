"""Invariants over generated numbers, contexts and arbitrary text."""

import string
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy.check.bank_card import card_issuer
from mingjian.detect.privacy.check.iban import is_iban
from mingjian.detect.privacy.check.resident_id import check_character, is_resident_id
from mingjian.detect.privacy.redact import redact
from mingjian.detect.privacy.scan import scan

CHECKED = {"resident_id", "bank_card", "iban", "organisation_code"}
WORDS = st.text(st.sampled_from("今天去了学校买菜 ，。and the of\n:："), max_size=24)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(["110105", "310104", "440305", "510107", "620102", "650102"]))
    born = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2024, 12, 31)))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return body + check_character(body)


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix, size = draw(st.sampled_from([("6222", 19), ("6217", 16), ("4", 16), ("52", 16)]))
    body = prefix + "".join(
        draw(st.lists(st.sampled_from(string.digits), min_size=size, max_size=size))
    )
    body = body[: size - 1]
    for last in string.digits:
        if card_issuer(body + last):
            return body + last
    assume(False)
    return ""


def spaced(number: str, sizes: tuple[int, ...], gap: str) -> str:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(number[at : at + size])
        at += size
    return gap.join(piece for piece in [*pieces, number[at:]] if piece)


def values(text: str, kind: str) -> list[str]:
    return [hit.value for hit in scan(text)[0] if hit.kind == kind]


@settings(deadline=None)  # the first example reads the models
@given(resident_ids(), WORDS, WORDS, st.sampled_from([(), (6, 8), (3, 3, 4, 4), (4, 4, 4, 4)]))
def test_valid_ids_are_always_found(
    number: str, left: str, right: str, sizes: tuple[int, ...]
) -> None:
    text = f"{left}，{spaced(number, sizes, ' ')}。{right}"
    assert number in values(text, "resident_id")


@settings(deadline=None)  # the first example reads the models
@given(resident_ids(), st.integers(0, 16), st.sampled_from(string.digits), WORDS)
def test_one_wrong_digit_is_not_found(number: str, place: int, digit: str, left: str) -> None:
    assume(number[place] != digit)
    wrong = number[:place] + digit + number[place + 1 :]
    assert not is_resident_id(wrong)
    assert values(f"{left} 身份证号：{wrong}", "resident_id") == []


@settings(deadline=None)  # the first example reads the models
@given(cards(), WORDS, WORDS, st.sampled_from([(), (4, 4, 4, 4)]), st.sampled_from(" -"))
def test_valid_cards_are_always_found(
    number: str, left: str, right: str, sizes: tuple[int, ...], gap: str
) -> None:
    text = f"{left}，卡号：{spaced(number, sizes, gap)}。{right}"
    assert number in values(text, "bank_card")


@settings(deadline=None)  # the first example reads the models
@given(cards(), st.integers(0, 15), st.sampled_from(string.digits))
def test_one_wrong_card_digit_is_not_found(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    wrong = number[:place] + digit + number[place + 1 :]
    assert values(f"卡号：{wrong}", "bank_card") == []


@settings(deadline=None)  # the first example reads the models
@given(st.text(string.ascii_uppercase + string.digits, min_size=18, max_size=18))
def test_ibans_are_found_by_their_remainder(body: str) -> None:
    number = int("".join(str(int(c, 36)) for c in body + "GB00"))
    code = f"GB{98 - number % 97:02}{body}"
    assert is_iban(code)
    assert code in values(f"please pay {code} soon", "iban")


MIXED = st.lists(
    st.one_of(
        resident_ids(),
        cards(),
        st.sampled_from(
            [
                "姓名：张三",
                "13800138000",
                "138-0013-8000",
                "zhangsan@example.org",
                "京A12345",
                "家住北京市海淀区中关村大街27号",
                "John Smith, 12 Oak Avenue, Austin, TX 78701",
                "护照号：E12345678",
                "+44 20 7946 0958",
                "微信号：wx_abc123",
                "\n",
                "\t",
                "，",
                "----",
            ]
        ),
        WORDS,
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_redaction_keeps_format_and_leaves_no_checked_number(text: str) -> None:
    once = redact(text)
    assert len(once) == len(text)
    assert all(a == b or (b == "*" and a.isalnum()) for a, b in zip(text, once, strict=True))
    assert redact(once) == once
    assert not CHECKED.intersection(hit.kind for hit in scan(once)[0])


@settings(deadline=None)  # the first example reads the models
@given(st.lists(MIXED.map(lambda text: text.replace("\n", " ") + "\n"), max_size=6), st.data())
def test_blocks_cut_at_lines_hold_the_same_checked_numbers(
    lines: list[str], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(lines)))
    whole = scan("".join(lines))[0]
    parts = scan("".join(lines[:cut]))[0] + scan("".join(lines[cut:]))[0]
    kinds = ("resident_id", "iban")
    assert [h.value for h in whole if h.kind in kinds] == [
        h.value for h in parts if h.kind in kinds
    ]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_scanned_in_order_without_overlap(text: str) -> None:
    hits = scan(text)[0]
    at = 0
    for hit in hits:
        assert at <= hit.start < hit.end <= len(text)
        at = hit.end


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("0123456789 -.()+Xx@aA市区路号王，：\n\t|张三"), max_size=200))
def test_digit_soup_is_scanned_and_redacted(text: str) -> None:
    assert len(redact(text)) == len(text)


@pytest.mark.parametrize("unit", ["1 ", "北京市", "路1号", "姓名：王", "a@", "A", "1 A St "])
def test_hostile_repetition_is_read_in_one_pass(unit: str) -> None:
    # Each of these took minutes when a pattern looked at the rest of the text from every place;
    # the time limit of the test run is what would fail.
    text = unit * (150_000 // len(unit))
    hits = scan(text)[0]
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
