"""Claims of danger, epidemic, disaster and police situations; what only sounds like one is none."""

from __future__ import annotations

import time

import pytest

from mingjian.detect.claim.ai_label import ai_label
from mingjian.detect.claim.recognise import recognise
from mingjian.detect.claim.situation import Situation
from mingjian.detect.claim.wording import masked
from mingjian.detect.contract import NotApplicable
from mingjian.testing import assert_keeps_promise, evidence_from, text_evidence

CLAIMS = [
    ("danger", "刚刚北门化肥厂发生爆炸，已有4人受伤，附近的人快关窗！"),
    ("epidemic", "听说三中查出肺结核，已经确诊6例，学校昨天停课了"),
    ("disaster", "暴雨引发山体滑坡，昨夜青石镇两户房屋被埋，3人失联"),
    ("police", "今天下午人民广场有人持刀砍人，大家别过去"),
    ("danger", "Breaking: a warehouse on Dock Road exploded this morning, 3 people killed."),
    ("epidemic", "Officials confirmed 12 new cases of cholera in Kent County on Friday."),
    ("disaster", "The river burst its banks last night and 40 houses are flooded in Milton."),
    ("police", "Active shooter at Central Mall right now, stay inside!"),
]
NONE = [
    "周三上午十点全校举行火灾逃生演练，请按路线撤离到操场。",
    "这部电影里大坝决堤、洪水吞没城市的场面拍得真好，昨晚看了两遍。",
    "意外险每天一块钱，火灾、地震都能赔，最高保额50万，立即投保。",
    "气象台预计未来三天有暴雨，局地可能发生山洪，请注意防范。",
    "一旦发生火灾，请用湿毛巾捂住口鼻，从安全出口撤离。",
    "1976年唐山发生7.8级地震，造成24万人遇难。",
    "There will be a fire drill on Monday at 9 am, please leave by the nearest exit.",
    "In the last episode the killer is caught after the explosion on the bridge.",
    "If an earthquake strikes at night, stay in bed and cover your head.",
    "Can you bring milk on your way home?",
    "",
]


def only(text: str):
    (finding,) = Situation({}).examine(text_evidence(text))
    return finding


@pytest.mark.parametrize(("kind", "text"), CLAIMS)
def test_a_claim_is_recognised_with_its_kind(kind, text):
    finding = only(text)
    assert kind in finding.details["kinds"]
    assert not finding.quiet
    assert finding.score is None
    assert finding.proposition is None


@pytest.mark.parametrize("text", NONE)
def test_what_only_sounds_like_a_claim_is_none(text):
    assert recognise(text) is None


def test_no_claim_is_said_quietly():
    finding = only("今天去公园散步，花开得很好。")
    assert finding.quiet
    assert "不判断真假" in finding.because.zh


def test_every_sentence_says_that_nothing_is_judged():
    for _, text in CLAIMS:
        because = only(text).because
        assert "不判断真假，不计权重" in because.zh
        assert "true or false is not judged" in because.en


def test_what_is_named_and_what_is_not():
    text = "今天下午4点，成都市武侯区有人持刀砍人，已有3人受伤。"
    finding = only(text)
    assert finding.details["missing"] == ["source"]
    named = {item["item"]: text[item["start"] : item["end"]] for item in finding.details["items"]}
    assert named["time"] == "今天下午4点"
    assert named["place"] == "成都市武侯区"
    assert named["number"] == "3人"
    assert "没有写明：消息来源" in finding.because.zh
    assert "does not name: source" in finding.because.en


def test_hearsay_is_no_named_source():
    finding = only("听说老城区天然气泄漏，昨晚有两户中毒送医院了")
    assert "source" in finding.details["missing"]
    assert any(item["item"] == "hearsay" for item in finding.details["items"])
    assert (
        "source" not in only("据应急管理局通报，今日青石镇一仓库起火，2人受伤。").details["missing"]
    )


def test_words_of_denial_are_told():
    assert only("网传昨晚青石镇发生爆炸死了9人，警方辟谣：不属实。").details["denial"]


def test_labels_at_the_ends():
    claim = CLAIMS[0][1]
    assert only(claim + "本内容由AI生成").details["ai_label"]
    assert only("【人工智能生成】" + claim).details["ai_label"]
    assert "没有标识不能证明什么" in only(claim).because.zh
    assert ai_label("This text is AI-generated.") is not None
    assert ai_label("本图非AI生成") is None
    assert ai_label("This is not AI-generated") is None
    assert ai_label("开头" + "字" * 300 + "由AI生成" + "字" * 300) is None


def test_personal_numbers_are_masked_and_dates_are_not():
    text = "13812345678 a.b@c.com 名叫王小明 2024-05-03 08:36 14:20 3人"
    shown = masked(text)
    assert len(shown) == len(text)
    assert "1381" not in shown
    assert "a.b" not in shown
    assert "王小明" not in shown
    assert "2024-05-03 08:36 14:20 3人" in shown
    exhibit = only("今天城南有人持刀砍人，目击者电话13812345678").exhibits[0]
    assert "13812345678" not in exhibit.text


def test_marks_lie_on_the_event():
    text = "大家好。" * 3 + "今天下午人民广场有人持刀砍人，大家别过去"
    exhibit = only(text).exhibits[0]
    assert exhibit.text[exhibit.marks[0].start : exhibit.marks[0].end] == "有人持刀砍"


def test_posts_of_a_data_set_are_counted_by_row():
    table = f"id,content\n1,{CLAIMS[0][1]}\n2,今天吃火锅真开心呀大家好\n3,{CLAIMS[2][1]}\n"
    (finding,) = Situation({}).examine(evidence_from(table.encode(), "p.csv")[0])
    assert finding.details["claims"] == 2
    assert finding.details["rows"] == [1, 3]
    assert finding.details["kinds"] == {"danger": 2, "disaster": 1}


@pytest.mark.parametrize("cell", ["12", "item-number-2048-of-list"])
def test_a_table_of_numbers_or_codes_is_no_data_set_of_posts(cell):
    with pytest.raises(NotApplicable):
        Situation({}).examine(evidence_from(f"a,b\n1,{cell}\n".encode() * 5, "n.csv")[0])


@pytest.mark.parametrize(
    "unit",
    ["爆炸", "发生", "据", "在市", "桥", "桥断", "9月", "爆炸死亡3人。", "表哥在", "有人",
     "bridge ", "In New ", "my friend ", "fire killed in York. ", "a friend said ", "0", "a@",
     "Aa "],
)  # fmt: skip
def test_hostile_text_is_read_in_bounded_time(unit):
    started = time.perf_counter()
    for head in ("", "昨天青石镇发生爆炸死了3人", "fire killed 3 people in Milton "):
        text = head + unit * (1_000_000 // len(unit))
        masked(text[:20_000])
        list(Situation({}).examine(text_evidence(text)))
    assert time.perf_counter() - started < 10


def test_promise():
    assert_keeps_promise(Situation, [text.encode() for _, text in CLAIMS[:3]])
