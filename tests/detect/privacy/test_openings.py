"""Patterns are asked only where an opening is: what is found is what the patterns alone find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import (
    addresses_zh,
    gates,
    labelled_names,
    names_beside,
    names_zh,
    rosters,
)
from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit

PIECES = (
    *"张王欧阳诸葛市县镇村路号栋座单元家住址，、：:=\"'（( \t\u3000\n·-之的夫妻间们某伟芳丽国",
    *"人者员名方主姓签字Nn亲尊DG1239AZ🙂\uffff𠮷江北河南京上海海",
    *(
        "姓名",
        "姓 名",
        "收件人",
        "收货人写",
        "联系人",
        "我叫",
        "找",
        "叫",
        "老师傅",
        "先生",
        "同学们",
    ),
    *("的身份证", "手机号", "电话", "现任", "出生于", "1996年", "28岁", "工号", "13800138000"),
    *(
        "家庭住址：",
        "家就在",
        "家在",
        "，住在",
        "Address: ",
        "address",
        "北京市",
        "海淀区",
        "12-3-401",
    ),
    *("name: ", "Name=", "亲爱的 ", "Dear ", "customer=", "扎西", "卓玛", "古丽", "阿卜杜", "(一)"),
    *("\n1. ", "\n(2)、", "\n 12 ", "疏附县", "托克扎克镇", "10号楼", "12栋", "C座301", "小区1-"),
    *(
        "王小明",
        "欧阳修远",
        "李 雷",
        "张三",
        "诸葛亮亮",
        "租客 Tenant：",
        "报案人(甲)：",
        "签名\r\n",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def pairs():
    label, strict, intro, *_ = names_zh._patterns()
    yield label, names_zh._LABEL_OPEN
    yield strict, names_zh._STRICT_OPEN
    yield intro, names_zh._INTRO_OPEN
    yield labelled_names._BLANK, labelled_names._BLANK_OPEN
    yield labelled_names._KEY, labelled_names._KEY_OPEN
    yield labelled_names._ABOVE, labelled_names._ABOVE_OPEN
    yield rosters._NUMBERED, rosters._NUMBERED_OPEN
    yield rosters._DOT, rosters._DOT_OPEN
    yield rosters.minority_parts(), rosters._PART_OPEN
    yield addresses_zh._ROAD_NUMBER, addresses_zh._ROAD_OPEN
    yield addresses_zh._UNIT, addresses_zh._UNIT_OPEN
    yield addresses_zh._THREE, addresses_zh._THREE_OPEN
    yield addresses_zh._COUNTY, addresses_zh._COUNTY_OPEN
    yield addresses_zh._provinces()[0], addresses_zh._PROVINCE_OPEN
    yield addresses_zh._label_forward(), addresses_zh._LABEL_OPEN


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_an_opening_is_wherever_its_pattern_matches(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 0)
        for pattern, opening in pairs():
            found = [match.span() for match in matches(pattern, text, opening)]
            assert found == [match.span() for match in pattern.finditer(text)], pattern.pattern[:60]


def both_ways(find, text, *more):
    """What `find` finds in a text taken for a short one, and for a long one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 1 << 40)
        short = list(find(text, *more))
        patch.setattr(gates, "LONG", 0)
        return short, list(find(text, *more))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_names_are_found_alike_in_short_and_long_texts(text: str) -> None:
    for find in (
        names_zh.find_names_zh,
        labelled_names.find_labelled_names,
        addresses_zh.find_addresses_zh,
    ):
        short, long = both_ways(find, text)
        assert short == long


BESIDE = st.lists(
    st.sampled_from(
        (*"张王欧阳某伟芳丽   \n\n·，,、🙂#", "张伟", "王 小 明", "诸葛亮亮", "李四 王五")
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(BESIDE, st.lists(st.integers(0, 40), max_size=4))
def test_names_beside_numbers_are_found_alike(pieces: list[str], numbers: list[int]) -> None:
    for at in numbers:
        pieces.insert(at, "#")
    text = "".join(pieces)
    hits = [Hit("mobile", at, at + 1, "#") for at, one in enumerate(text) if one == "#"]
    short, long = both_ways(names_beside.names_beside, text, hits)
    assert short == long
