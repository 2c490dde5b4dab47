"""Turns, cleaning and acts on their own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.message.acts import known_acts, pair_acts, read, stem
from mingjian.detect.message.clean import clean
from mingjian.detect.message.handles import handles
from mingjian.detect.message.reading import gather
from mingjian.detect.message.stages import STAGES
from mingjian.detect.message.turns import spoken


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("L: 您好\nR: 你好\nL: 再见", "L R L"),
        ("caller: Hello there. receiver: Yes? caller: Bye", "caller receiver caller"),
        ("left: 在吗 right: 在 left: 转账吧", "left right left"),
        ("Suspect: Hi Innocent: hello", "Suspect Innocent"),
        ('["hello", "hi", "bye"]', "A B A"),
        ('{"messages": [{"role": "x", "content": "hi"}, {"role": "y", "content": "yo"}]}', "x y"),
        ('[{"甲": "在吗"}, {"乙": "在"}]', "甲 乙"),
        ("Note: call at 10:30. See http://a.b/c", ""),
        ("提醒：明天开会。时间：三点", ""),
    ],
)
def test_turns(text: str, speakers: str) -> None:
    found = spoken(text, "plain-text", declared=False)
    assert " ".join(turn.speaker for turn in found) == speakers
    for turn in found:
        if turn.start is not None:
            assert text[turn.start : turn.start + len(turn.text)] == turn.text


@pytest.mark.parametrize("link", ["yb.example/q", "a-b.cyou", "http://x.y/z", "jf.abc.cn/t"])
def test_links_are_one_token_whatever_their_ending(link: str) -> None:
    assert clean(f"请登录 {link} 办理", "zh").text == "请登录\x01办理"


def test_declared_lines_are_turns() -> None:
    assert len(spoken("你好\n在吗\n在的", "plain-text", declared=True)) == 3
    assert spoken("你好\n在吗\n在的", "plain-text", declared=False) == []


@given(st.text(max_size=200), st.sampled_from(["zh", "en"]))
@settings(max_examples=200, deadline=None)
def test_every_place_lies_in_the_text(text: str, language: str) -> None:
    cleaned = clean(text, language)  # type: ignore[arg-type]
    for start in range(len(cleaned.text)):
        first, last = cleaned.place(start, min(len(cleaned.text), start + 3))
        assert 0 <= first <= last <= len(text)


@given(st.text(max_size=300), st.booleans())
@settings(max_examples=150, deadline=None)
def test_acts_lie_in_the_evidence(text: str, declared: bool) -> None:
    reading, gathered, joined = gather(text, "plain-text", declared=declared, language="en")
    for _, start, end in (*reading.words, *reading.acts):
        first, last = reading.cleaned.place(start, end)
        assert 0 <= first <= last <= len(joined)
        span = gathered.original(first, last)
        assert span is None or 0 <= span[0] <= span[1] <= len(text) + 1


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_handles_lie_in_the_text(text: str) -> None:
    for handle in handles(text):
        assert 0 <= handle.start < handle.end <= len(text)


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("请把短信验证码告诉我", "zh", "ask_code"),
        ("请勿将验证码告诉任何人", "zh", "guard"),
        ("please read me the code we sent", "en", "ask_code"),
        ("we will never ask you to share the code", "en", "guard"),
        ("把钱转到安全账户", "zh", "safe_account"),
        ("凡是要求转账到安全账户的都是诈骗", "zh", "guard"),
        ("你的裸照发给你通讯录，先转5000元", "zh", "image_extortion"),
        ("it's fake but I send the deepfake to all your friends, pay 500 dollars", "en",
         "image_extortion"),
        ("代开发票，联系13812345678", "zh", "illegal_offer"),
        ("提现要先交百分之二十的保证金", "zh", "withdraw_block"),
        ("这个外汇我带你做，先放五百试试", "zh", "led_to_stake"),
        ("柬埔寨招客服，月入三万，包机票", "zh", "job_abroad"),
        ("私了吧，给我5000元就删视频", "zh", "image_extortion"),
        ("医保卡明天停用，请重新认证", "zh", "account_problem"),
        ("you must pay the tax before i can withdraw, it is on compliance hold", "en",
         "withdraw_block"),
        ("put in 200 and let me teach you how the coins work", "en", "led_to_stake"),
        ("the extra is for my mover, send him 450 dollars", "en", "overpaid_back"),
    ],
)  # fmt: skip
def test_acts(text: str, language: str, act: str) -> None:
    assert act in {name for name, _, _ in read(text, language).acts}  # type: ignore[arg-type]


def test_stems_meet() -> None:
    for words in ("transfer transferred transferring transfers", "verify verified verifies"):
        assert len({stem(word) for word in words.split()}) == 1


def test_every_act_has_words_and_a_known_stage() -> None:
    acts = known_acts()
    assert set(pair_acts()) <= acts.keys()
    for act in acts.values():
        assert act.words.zh
        assert act.words.en
        assert act.stage in {"", *STAGES}


@pytest.mark.parametrize(
    "piece", ["9", "9,", "9.", "digit", "9 ", "+(9", "a9", "x", "￥9", "万9", "9-"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_run_is_read_in_one_pass(piece: str, language: str) -> None:
    # Thirty figures once took a minute, and each further one twice as long.
    text = piece * 5_000
    cleaned = clean(text, language)  # type: ignore[arg-type]
    first, last = cleaned.place(0, len(cleaned.text))
    assert 0 <= first <= last <= len(text)
