"""Turns of phrase in Chinese prose."""

from __future__ import annotations

import time

from mingjian.detect.text.phrasing import names, phrasing


def _of(clean: str) -> dict[str, float]:
    return dict(zip([one[0] for one in names()], phrasing(clean, list(clean)), strict=True))


def test_a_named_speaker_and_an_exact_day_are_told_from_vague_ones() -> None:
    named = _of("3月6日上午,赵建军说,闸口前天就化开了。")
    vague = _of("近日,相关负责人表示,有关部门高度重视。")
    assert named["turn_name_said"] > vague["turn_name_said"] == 0
    assert named["turn_exact_time"] > vague["turn_exact_time"] == 0
    assert vague["turn_vague_source"] > named["turn_vague_source"] == 0
    assert vague["turn_vague_time"] > named["turn_vague_time"] == 0


def test_rhythm_is_a_share() -> None:
    even = _of("春暖花开,万物复苏,欢聚一堂,共谋发展。")
    assert even["parallel"] == even["four"] == 1
    assert 0 < even["common_150"] <= even["common_400"] <= even["common_900"] <= 1


def test_hostile_text_takes_bounded_time() -> None:
    start = time.perf_counter()
    for evil in ("通过" * 6000, "(" * 12000, '"a' * 6000, "为" * 12000, "王" * 12000):
        phrasing(evil, list(evil))
    assert time.perf_counter() - start < 2
