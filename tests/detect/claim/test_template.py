"""One claim with other places and numbers, among posts that have nothing in common."""

from __future__ import annotations

import json
import time

import pytest

from mingjian.detect.claim.moments import moment, shown
from mingjian.detect.claim.skeleton import fingerprint, groups, skeleton
from mingjian.detect.claim.template import Template
from mingjian.detect.contract import NotApplicable
from mingjian.testing import assert_keeps_promise, evidence_from

ZH = "紧急通知：{0}{1}发生{2}级地震，已造成{3}人死亡，房屋大面积倒塌，官方封锁消息，请速转给家人！"
FILLS = [
    ("今天8点", "成都市武侯区", "6", "12"),
    ("昨晚", "长沙县", "7", "300"),
    ("5月3日", "洛阳市", "5.5", "八"),
    ("凌晨两点", "大理", "8", "45"),
]
EN = (
    "URGENT please share: a gunman opened fire at {0} this morning, {1} people killed and the "
    "police are hiding the truth from all of us, keep your children at home."
)
OTHERS = [
    "今天天气不错，下午去公园走了一圈，晚上和同学吃了火锅。",
    "新买的键盘到了，手感比想象的好，就是声音有点大。",
    "The train leaves at nine, I will bring the tent and the boots you lent me last spring.",
]


def table(texts, times=None, authors=None):
    rows = [
        {
            "content": text,
            "created_at": times[i] if times else None,
            "author_hash": authors[i] if authors else None,
        }
        for i, text in enumerate(texts)
    ]
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return evidence_from(data.encode(), "posts.jsonl")[0]


def test_a_campaign_is_found_with_fills_times_and_authors():
    texts = [OTHERS[0], *(ZH.format(*fill) for fill in FILLS), *OTHERS[1:]]
    times = [f"2024-05-0{i + 1}T10:00:00" for i in range(len(texts))]
    authors = ["u", "u1", "u2", "u2", "u3", "v", "w"]
    (finding,) = Template({}).examine(table(texts, times, authors))
    assert finding.details["rows"] == [2, 3, 4, 5]
    assert finding.details["fills"] == 4
    assert finding.details["differing"]["place"] == 4
    assert finding.details["authors"] == 3
    assert finding.details["first"] == "2024-05-02 10:00:00"
    assert finding.details["last"] == "2024-05-05 10:00:00"
    assert "disaster" in finding.details["kinds"]
    assert not finding.quiet
    assert "不判断真假" in finding.because.zh
    assert len(finding.exhibits[0].rows) == 4
    assert "u1" not in json.dumps(finding.exhibits[0].rows, default=str)


def test_english_too():
    places = ["Oakfield Elementary School", "Central Mall", "Milton Station"]
    texts = [EN.format(place, i + 3) for i, place in enumerate(places)]
    (finding,) = Template({}).examine(table([*texts, *OTHERS]))
    assert finding.details["posts"] == 3
    assert finding.details["differing"]["place"] == 3


def test_the_same_text_again_and_again_is_no_template():
    (finding,) = Template({}).examine(table([ZH.format(*FILLS[0])] * 5 + OTHERS))
    assert finding.quiet


def test_a_template_that_claims_nothing_is_not_listed():
    advert = "{0}的朋友注意了，本店周末全场满{1}元减二十元，欢迎到{0}总店选购，先到先得送礼品一份。"
    texts = [advert.format(place, n) for place, n in [("成都", 99), ("洛阳", 199), ("大理", 59)]]
    (finding,) = Template({}).examine(table(texts))
    assert finding.quiet


def test_the_fill_is_blanked():
    bare = skeleton(
        "昨晚成都市武侯区一工厂爆炸，死亡12人，死者名叫王小明，张某某在逃 "
        "https://a.example/x @someone"
    )
    assert ("place", "成都市武侯区一工厂") in bare.fill
    assert ("number", "12") in bare.fill
    assert ("name", "王小明") in bare.fill
    assert "example" not in bare.text
    assert "someone" not in bare.text


def test_short_texts_are_not_compared():
    assert fingerprint(skeleton("地震了").units) is None
    assert groups([None, None]) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-03 08:36:00", "2024-05-03 08:36:00"),
        ("2024/5/3", "2024-05-03 00:00:00"),
        ("2024年5月3日", "2024-05-03 00:00:00"),
        ("2024-05-03T08:36:00+08:00", "2024-05-03 00:36:00"),
        (1_714_725_360, "2024-05-03 08:36:00"),
        (1_714_725_360_000, "2024-05-03 08:36:00"),
        ("1714725360", "2024-05-03 08:36:00"),
    ],
)
def test_times_are_read(value, expected):
    assert shown(moment(value)) == expected


@pytest.mark.parametrize(
    "value",
    [None, True, "", "soon", "2024-13-40", float("nan"), float("inf"), -5, 10**30, "9" * 16, [1]],
)
def test_what_is_no_time_is_none(value):
    assert moment(value) is None


def test_numbers_only_are_not_applicable():
    with pytest.raises(NotApplicable):
        Template({}).examine(evidence_from(b"a,b\n1,2\n3,4\n", "n.csv")[0])


def test_hostile_posts_are_read_in_bounded_time():
    started = time.perf_counter()
    for unit in ("爆炸", "在市", "张某", "1.", "〔", "Aa "):
        Template({}).examine(table([unit * (2_000 // len(unit))] * 20))
    assert time.perf_counter() - started < 20


def test_promise():
    data = "\n".join(json.dumps({"text": ZH.format(*fill)}) for fill in FILLS)
    assert_keeps_promise(Template, [data.encode(), b"text\n" + "爆炸\n".encode() * 30])
