"""Text made alike before the rules read it, and places in the text as given."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy.plain import plain
from mingjian.detect.privacy.redact import redact
from mingjian.detect.privacy.scan import scan


def found(text: str, kind: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in scan(text)[0] if hit.kind == kind]


def test_width_and_traditional_characters_keep_their_places() -> None:
    made = plain("電話１３８，Ａ＠ｂ．ｃ")
    assert made.text == "电话138，A@b.c"
    assert not made.blanks
    assert plain("plain").text == "plain"


def test_blanks_between_all_characters_are_left_out() -> None:
    assert plain("姓 名 ： 张 建 国  性 别 ： 男").text == "姓名：张建国  性别：男"
    assert plain("the cat 和 dog 在 a b c").text == "the cat 和 dog 在 a b c"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "住 址 ： 湖 南 省 湘 潭 市 岳 塘 区 书 院 路 9 号",
            "湖 南 省 湘 潭 市 岳 塘 区 书 院 路 9 号",
        ),
        ("地址：山东省烟台市芝罘区南大街\n12 号 3 单元", "山东省烟台市芝罘区南大街\n12 号 3 单元"),
        ("住所：烟台市芝罘区\n南大街12号\n电话", "烟台市芝罘区\n南大街12号"),
        ("地址：台北市松山區民生東路四段80巷2號之5", "台北市松山區民生東路四段80巷2號之5"),
        ("住九龍深水埗福榮街44號三樓B", "九龍深水埗福榮街44號三樓B"),
    ],
)
def test_addresses_of_scans_and_in_traditional_characters(text: str, address: str) -> None:
    assert found(text, "address") == [address]


def test_addresses_of_two_lines_stay_two() -> None:
    text = "重庆市渝北区广场路9号\n成都市青羊区长顺街66号"
    assert found(text, "address") == text.split("\n")


def test_one_person_in_two_scripts_counts_once() -> None:
    values = {hit.value for hit in scan("姓名：陳美玲\n姓 名 ： 陈 美 玲")[0]}
    assert values == {"陈美玲"}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(["張", "三", " ", "  ", "a", "1", "\n", "：", "路", "號"]), max_size=40
    )
)
def test_every_place_leads_back(parts: list[str]) -> None:
    text = "".join(parts)
    made = plain(text)
    left = [blank + before for before, blank in enumerate(made.blanks)]
    assert all(text[place] == " " for place in left)
    kept = "".join(c for place, c in enumerate(text) if place not in set(left))
    assert plain(kept).text == made.text or len(kept) == len(made.text)
    for hit in scan(text)[0]:
        assert 0 <= hit.start < hit.end <= len(text)


# ---- escapes of addresses on the web ------------------------------------------------------

LOG = '203.0.113.9 - - [02/Sep/2026:10:00:00 +0800] "GET /signup?{} HTTP/1.1" 302 0\n'


@pytest.mark.parametrize(
    ("query", "kind", "item"),
    [
        ("name=Henrik+Vasterling&id=5", "name", "Henrik+Vasterling"),
        ("mail=henrik.v%40post.example&x=1", "email", "henrik.v%40post.example"),
        ("tel=%2B46701740605", "phone", "%2B46701740605"),
        ("name=%E5%BC%A0%E5%BB%BA%E5%9B%BD&n=1", "name", "%E5%BC%A0%E5%BB%BA%E5%9B%BD"),
        ("xm=%D5%C5%BD%A8%B9%FA&n=1", "name", "%D5%C5%BD%A8%B9%FA"),
        ("to=%E6%B9%96%E5%8C%97%E7%9C%81 13800138000", "mobile", "13800138000"),
    ],
)
def test_items_are_found_in_escapes_at_their_places(query: str, kind: str, item: str) -> None:
    text = LOG.format(query)
    assert found(text, kind) == [item]
    assert found(text * 3, kind) == [item] * 3


@pytest.mark.parametrize(
    "text",
    ["100%25", "printf('%0a')", "%FF%FE", "a+b=c", "?a=b+c4", "100% sure", "%", "50%zz"],
)
def test_what_is_no_readable_escape_keeps_its_length(text: str) -> None:
    made = plain(text)
    assert len(made.text) + len(made.escapes) == len(text)


def test_what_cannot_be_shown_stays_an_escape() -> None:
    assert plain("a%0Ab%00").text == "a%0ab%00"
    assert plain("%ff%e5").text == "%ff%e5"


def test_masks_leave_nothing_of_an_escape() -> None:
    text = LOG.format("name=%E5%BC%A0%E5%BB%BA%E5%9B%BD&mail=h.v%40post.example&mobile=13800138000")
    hidden = redact(text)
    assert len(hidden) == len(text)
    assert "name=%**%**%**%**%**%**%**%**%**&mail=*.*%******.*******&mobile=138" in hidden
    assert redact(hidden) == hidden


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.sampled_from(["%E5", "%BC", "%A0", "%40", "%", "张", "三", " ", "1", "a", "&x=", "+"]),
        max_size=30,
    )
)
def test_every_place_in_a_text_with_escapes_leads_back(parts: list[str]) -> None:
    text = "?q=" + "".join(parts) + "&mobile=13800138000"
    made = plain(text)
    assert len(made.text) + len(made.blanks) + len(made.escapes) == len(text)
    for hit in scan(text)[0]:
        assert 0 <= hit.start < hit.end <= len(text)
    assert "13800138000" in found(text, "mobile")


def test_a_megabyte_of_single_characters_is_read_in_time() -> None:
    for text in (
        "我 " * 400_000,
        "a b " * 200_000 + "我 我 我 我",
        "a b 我 我 我 " * 60_000,
        "%E5%BC%A0" * 110_000,
    ):
        start = time.process_time()
        plain(text)
        assert time.process_time() - start < 8
