"""Long texts are read through gates in arrays: what is found is what the patterns alone find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import (
    codes,
    gates,
    numbers,
    plain,
)
from mingjian.detect.privacy.context import number_phrases
from mingjian.detect.privacy.gates import Gate, codes_of, matches
from mingjian.detect.privacy.remembered import Remembered
from mingjian.detect.privacy.scan import scan

PAGES = json.loads(Path(__file__).with_name("benign_pages.json").read_text("utf-8"))["pages"]
PAIRS = [
    (codes._PLATE, codes._PLATE_GATE),
    (codes._COUNTRY, codes._COUNTRY_GATE),
    (codes._CREDIT_CODE, codes._CREDIT_GATE),
    (codes._SSN_SHAPE, codes._SSN_GATE),
    (plain._SET_APART, plain._SET_APART_GATE),
]
PIECES = [
    *(
        "北京市海淀区中关村大街27号",
        "京A·12345",
        "疏附县托克扎克镇3组",
        "C座301",
        "12栋",
        "姓 名 张 三 ",
    ),
    *("11010519491231002X", "13800138000", "138 0013 8000", "+86 138-0013-8000", "2024-03-10 17"),
    *(
        "10.0.0.1",
        "电话：",
        "card no ",
        "tel",
        "6222021234567890128",
        "91110000600037341L",
        "219-09-9999",
    ),
    *(
        "GB29 NWBK 6016 1331 9268 19",
        "Dr John Smith",
        "LI Wei",
        "My name is Anne O’Neil",
        "Mr. É. Ünal",
    ),
    *(
        "12 Oak Avenue, Austin, TX 78701",
        "Leeds LS1 4AP",
        "H2Y 1H2",
        "买买提·艾山",
        "0 1 2 3 4 5 6 7 8 9",
    ),
    *(
        "\n",
        " ",
        "，",
        ",",
        ":",
        "\t",
        "x",
        "(",
        "-",
        ".",
        "𠮷",
        "\ufffe",
        "\uffff",
        "K",
        "￥",
        "07",
        "是",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@contextmanager
def long_from(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", size)
        patch.setattr(numbers, "LONG", size)
        yield


@settings(max_examples=60, deadline=None)
@given(TEXTS)
@example("\n2024-03-10 17")
def test_a_gate_is_open_wherever_its_pattern_matches(text: str) -> None:
    with long_from(0):
        for pattern, gate in PAIRS:
            found = [match.span() for match in matches(pattern, text, gate)]
            assert found == [match.span() for match in pattern.finditer(text)]


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_what_is_found_does_not_depend_on_how_it_is_looked_for(text: str) -> None:
    with long_from(0):
        through_gates = scan(text)
    with long_from(1 << 40):
        assert scan(text) == through_gates


def test_the_same_for_pages_and_for_what_no_line_ends() -> None:
    text = "\n".join(PAGES) + ";".join(PIECES) * 3 + "7" * 3_000
    through_gates = scan(text)
    with long_from(1 << 40):
        assert scan(text) == through_gates


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_labels_are_looked_for_in_arrays_as_one_by_one(text: str) -> None:
    places = [place for place, character in enumerate(text) if character.isdigit()]
    if places:
        import numpy as np

        many = number_phrases().may_end_at(text, np.array(places) + gates.EDGE)
        assert many.tolist() == [number_phrases().may_end(text, place) for place in places]


def test_nothing_of_the_text_is_kept() -> None:
    scan("电话 13800138000 " * 500)
    assert codes_of.cache_info().currsize == 0


def test_a_gate_may_be_open_at_several_distances() -> None:
    gate = Gate((0, "[0-9]"), (range(-2, 0), ","))
    assert gate.places("1,2,x3,xx4") == [2, 5]


def test_remembered_grows_and_knows_what_it_holds() -> None:
    seen = Remembered()
    for number in range(3_000):
        assert number not in seen
        seen.add(number)
        seen.add(number)
    assert len(seen) == 3_000
    assert all(number in seen for number in range(3_000))
    assert 3_000 not in seen
