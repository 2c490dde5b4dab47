"""How well one Chinese word could be foreseen from the one before."""

from __future__ import annotations

import time

from mingjian.detect.text.flow import flow, names, pairs
from mingjian.detect.text.prose import prose


def _of(text: str) -> dict[str, float]:
    return dict(zip([one[0] for one in names()], flow(prose(text, "zh")), strict=True))


def test_what_everyone_says_is_foreseen_and_what_nobody_says_is_not() -> None:
    usual = _of("我们要进一步提高产品质量，加强日常管理，努力满足广大消费者的需要。")
    odd = _of("鞋匠拿我们高度消费垃圾质量，月亮管理努力，需要日常葡萄满足一步。")
    assert usual["flow_gain"] > odd["flow_gain"]
    assert usual["flow_chance"] > odd["flow_chance"]
    assert usual["flow_known"] > odd["flow_known"]


def test_what_follows_does_not_reach_over_a_stop() -> None:
    table = pairs()
    joined = _of("今天天气很好我们一起去公园散步看花看草看鱼。")
    parted = _of("今天，天气，很好，我们，一起，去，公园，散步，看，花，看，草，看，鱼。")
    # Single words between commas follow no word, and too few pairs say nothing.
    assert parted != joined
    assert parted["flow_gain"] == _of("短。")["flow_gain"]
    assert table.keys.size == table.gains.size


def test_words_by_turns_easy_and_hard_are_told_from_words_in_runs() -> None:
    runs = _of("我们要进一步提高产品质量鞋匠月亮葡萄皮影蚂蚁。" * 3)
    turns = _of("我们鞋匠要进一步月亮提高葡萄产品皮影质量蚂蚁。" * 3)
    assert runs["flow_runs"] > turns["flow_runs"]


def test_numbers_are_finite_for_any_text() -> None:
    for text in ("", "一", "hello world.", "龘靐齉爩。" * 50, "的" * 3000):
        assert all(-10 < one < 10 for one in flow(prose(text, "zh")))


def test_hostile_text_takes_bounded_time() -> None:
    start = time.perf_counter()
    for evil in ("的" * 12000, "。的" * 6000, "中华人民共和" * 2000, "一，" * 6000):
        flow(prose(evil, "zh"))
    assert time.perf_counter() - start < 3
