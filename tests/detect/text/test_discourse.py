"""What the sentences of a Chinese text are for."""

from __future__ import annotations

import time

from mingjian.detect.text.discourse import discourse, names
from mingjian.detect.text.prose import prose

_TELLS = (
    "3月6日上午,闸口镇的赵建军说,水是前天夜里涨起来的。两台泵抽了7个钟头。"
    '"门槛淹了一半。"他媳妇蹲在灶台上往外舀。鸡没了十一只。'
)
_JUDGES = (
    "防汛工作具有重要意义,影响深远。这不仅体现了各方的共同努力,也为社会发展提供了有效保障。"
    "同时,我们需要持续关注相关问题。未来,让我们共同期待更加美好的生活。"
)


def _of(text: str) -> dict[str, float]:
    return dict(zip([one[0] for one in names()], discourse(prose(text, "zh")), strict=True))


def test_sentences_that_tell_are_parted_from_sentences_that_judge() -> None:
    tells, judges = _of(_TELLS), _of(_JUDGES)
    assert tells["facts"] > judges["facts"]
    assert tells["judging"] < 0 < judges["judging"]
    assert tells["empty"] == tells["anywhere"] == 0 < judges["empty"]
    assert judges["outlook"] > tells["outlook"] == 0


def test_sentences_that_point_back_are_a_share() -> None:
    assert _of("门开了。然而屋里没人。这时灯灭了。狗叫了两声。")["points_back"] == 0.5
    assert _of("门开了。屋里没人。")["points_back"] == 0


def test_words_that_are_carried_over() -> None:
    assert (
        _of("河水涨了。河水又退了。")["carried_over"]
        > _of("河水涨了。鸡都上了房。")["carried_over"]
    )


def test_an_empty_text_and_a_hostile_one() -> None:
    assert len(discourse(prose("", "zh"))) == len(names())
    start = time.perf_counter()
    for evil in (
        "为" * 12000,
        '"a' * 6000,
        "王" * 12000,
        "一" * 12000,
        "为了引发" * 3000,
        "1." * 6000,
    ):
        discourse(prose(evil, "zh"))
    assert time.perf_counter() - start < 2
