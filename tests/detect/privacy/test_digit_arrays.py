"""Numbers are found in arrays as one by one: groups, check digits, and what stands around them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import gates, numbers
from mingjian.detect.privacy.certain_numbers import certain_numbers
from mingjian.detect.privacy.check import resident_id
from mingjian.detect.privacy.check.bank_card import luhn_holds
from mingjian.detect.privacy.check.many import X, luhn_digits, may_be_old, number, resident_ids
from mingjian.detect.privacy.digit_groups import BETWEEN, groups_of, stretches_of
from mingjian.detect.privacy.digit_runs import found_in
from mingjian.detect.privacy.gates import EDGE, codes_of
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.possible_runs import runs_of

_DIGITS = st.text("0123456789", min_size=1, max_size=20)
_NUMBERS = st.sampled_from(
    [
        *("13800138000", "110101199003070011", "11010519491231002", "6222021234567890128"),
        *(
            "340000000000009",
            "371449635398431",
            "110105491231002",
            "8613800138000",
            "4000000000006",
        ),
        *("008613800138000", "08613800138000", "01082345678", "057182345678", "2125550143"),
        *("02079460958", "18005550143", "400-810-8888", "1-800-555-0143", "(212) 555-0143"),
        *(
            "138 0013 8000",
            "6222 0212 3456 7890 128",
            "110101 19900307 0011",
            "1 3 8 0 0 1 3 8 0 0 0",
        ),
        *("10.0.0.1", "2024-03-10", "2024-03-10 17", "0.1234567890123", "12345", "7"),
    ]
)
_AROUND = st.sampled_from(
    [
        *(
            " ",
            "  ",
            "    ",
            "-",
            "----",
            ".",
            "(",
            ")",
            "（",
            "·",
            "—",
            " - ",
            "+",
            "+(",
            "/",
            ",",
        ),
        *("X", "x", " x", "- X", "x12", "_", "a", "tel", "$", "￥", "\n", "\t", "，", "|", "字"),
        *("电话", "卡号：", "order ", "订单号", "id ", "card ", "phone is ", "a@gmail.com,"),
        *("元", " 元", "次", " (office)", " mobile", "-fax", " moderate", "手机", "家", "K"),
    ]
)
_TEXTS = st.lists(_NUMBERS | _AROUND | _DIGITS, max_size=14).map("".join)


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
@example("13800138000----110101199003070011----6222021234567890128")
@example("11010519491231002 - X")
@example("0571 - 82345678 12 34")
@example("(13800138000)(13800138000")
def test_numbers_are_found_in_arrays_as_one_by_one(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 0)
        patch.setattr(numbers, "LONG", 0)
        in_arrays = numbers.find_numbers(text)
    gates.forget()
    assert numbers.find_numbers(text) == in_arrays


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_stretches_are_those_that_a_pattern_finds(text: str) -> None:
    groups = groups_of(text)
    stretches = stretches_of(codes_of(text), groups)
    gates.forget()
    between = re.escape(BETWEEN)
    expected = [
        (match.start(), match.end(1), match.end() - 1 if match[2] else -EDGE)
        for match in re.finditer(rf"([0-9](?:[{between}]*[0-9])*)[ .-]*([xX]?)", text)
        if sum(map(str.isdigit, match[0])) >= 7
    ]
    starts, ends = groups.begins[stretches.first], groups.ends[stretches.last]
    found = [(column - EDGE).tolist() for column in (starts, ends, stretches.x_at)]
    assert list(zip(*found, strict=True)) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 19), min_size=1, max_size=12))
def test_runs_are_all_neighbouring_groups_of_seven_to_nineteen_digits(sizes: list[int]) -> None:
    text = " ".join("7" * size for size in sizes)
    groups = groups_of(text)
    runs = runs_of(groups, stretches_of(codes_of(text), groups))
    gates.forget()
    expected = [
        (first, last, sum(sizes[first : last + 1]))
        for first in range(len(sizes))
        for last in range(first, len(sizes))
        if 7 <= sum(sizes[first : last + 1]) <= 19
    ]
    columns = (runs.first.tolist(), runs.last.tolist(), runs.size.tolist())
    assert list(zip(*columns, strict=True)) == (expected if sum(sizes) >= 7 else [])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("0123456789", min_size=7, max_size=19), min_size=1, max_size=8))
def test_luhn_digits_hold_for_many_as_for_one(written: list[str]) -> None:
    digits, at = _laid_out(written)
    many = luhn_digits(digits, at, np.array(list(map(len, written))))
    assert many.tolist() == [luhn_holds(one) for one in written]


_IDS = st.builds(
    "{:02d}{:04d}{}{:02d}{:02d}{:03d}".format,
    st.sampled_from([11, 44, 54, 65, 82, 91, 10, 0]),
    st.sampled_from([101, 0, 9900, 1]),
    st.sampled_from([1879, 1880, 1900, 1996, 1999, 2000, 2040, 2041]),
    st.integers(0, 13),
    st.integers(0, 32) | st.sampled_from([28, 29, 30, 31]),
    st.integers(0, 999),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_IDS, min_size=1, max_size=8), st.sampled_from("0123456789X"))
def test_identity_numbers_hold_for_many_as_for_one(firsts: list[str], check: str) -> None:
    digits, at = _laid_out(firsts)
    expected = [resident_id.check_character(first) for first in firsts]
    for checks in (expected, [check] * len(firsts)):
        value = np.array([X if one == "X" else int(one) for one in checks])
        assert resident_ids(digits, at, value).tolist() == [
            resident_id.is_resident_id(first + one)
            for first, one in zip(firsts, checks, strict=True)
        ]


@given(st.lists(_IDS, min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_no_old_identity_number_is_turned_away(firsts: list[str]) -> None:
    written = [first[:6] + first[8:] for first in firsts]
    digits, at = _laid_out(written)
    for one, may_be in zip(written, may_be_old(digits, at).tolist(), strict=True):
        assert may_be or not resident_id.is_old_resident_id(one)


def test_numbers_of_some_digits_are_read_at_many_places() -> None:
    digits, at = _laid_out(["138001", "0861"])
    assert number(digits, at, 3).tolist() == [138, 86]


def test_plain_numbers_are_hits_at_once_and_others_are_left_to_be_read() -> None:
    text = "13800138000----11010519491231002X, 010-82345678, 手机 13900139000元\n"
    hits, begun = certain_numbers(text)
    gates.forget()
    assert hits == [
        Hit("mobile", 0, 11, "13800138000"),
        Hit("resident_id", 15, 33, "11010519491231002X"),
    ]
    assert [one.digits for one in begun] == ["01082345678", "13900139000"]


def test_dates_and_addresses_of_machines_are_turned_away_at_once() -> None:
    text = "10.157.47.221 - - [2024-03-10 17:38] size=1738651955172, 13800138000\n"
    found = found_in(text)
    gates.forget()
    assert (found.groups.begins[found.runs.first] - EDGE).tolist() == [text.index("138001")]


def test_what_is_far_longer_than_any_number_takes_no_longer() -> None:
    for text in ("1234567 " + "x " * 50_000, "1 " * 50_000, "1234567" + " " * 100_000 + "8"):
        assert certain_numbers(text)[0] == []
        gates.forget()


def _laid_out(written: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Digits one after another, and where each number begins."""
    sizes = list(map(len, written))
    digits = np.array([*map(int, "".join(written)), *[0] * 32], np.uint8)
    return digits, np.cumsum([0, *sizes[:-1]])
