"""Why now: two sentences for one step of a series."""

from __future__ import annotations

import math

from mingjian.domain.message import Message
from mingjian.warn.judge import Judged


def number(value: float) -> str:
    """A mean for reading: whole from a hundred on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def odds(chance: float) -> Message:
    """A chance as one in so many."""
    if chance < 1e-6:
        return Message("不到百万分之一", "less than one in a million")
    if chance > 0.4:
        return Message("很大", "about even or more")
    many = 1 / chance
    rounded = round(many, 1 - math.floor(math.log10(many)))
    return Message(f"约 {rounded:,.0f} 分之一", f"about one in {rounded:,.0f}")


def why_now(judged: Judged, *, weekly: bool) -> Message:
    """What was seen against what was expected, and what makes it an alarm or not."""
    day = judged.at.isoformat()
    step = Message(f"{day} 起的一周" if weekly else day, f"the week from {day}" if weekly else day)
    if not judged.baseline:
        return _no_baseline(judged, step)
    if judged.few:
        return Message(
            f"{step.zh}有 {judged.observed} 起。最近四周不足五起，按规则不报警。",
            f"{_start(step.en)} had {judged.observed}. The last four weeks had fewer than five in "
            "all, which by rule is no alarm.",
        )
    first = Message(
        f"{step.zh}有 {judged.observed:,} 起，预期 {number(judged.expected)} 起"
        f"（{judged.low:,.0f}–{judged.high:,.0f}）。",
        f"{_start(step.en)} had {judged.observed:,} where {number(judged.expected)} "
        f"({judged.low:,.0f} to {judged.high:,.0f}) were expected.",
    )
    second = _second_sum(judged) if judged.choice.method == "cusum" else _second(judged)
    return Message(first.zh + second.zh, f"{first.en} {second.en}")


def _start(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _no_baseline(judged: Judged, step: Message) -> Message:
    first_zh, first_en = f"{step.zh}有 {judged.observed:,} 起。", f"{_start(step.en)} had "
    first_en += f"{judged.observed:,}."
    if judged.choice.method == "none":
        return Message(
            f"{first_zh}{judged.choice.why.zh}。", f"{first_en} {_start(judged.choice.why.en)}."
        )
    return Message(
        f"{first_zh}过去全为零，没有基线，不报警；请由人看一眼。",
        f"{first_en} The past is all zero: no baseline, no alarm; a person should look.",
    )


def _second(judged: Judged) -> Message:
    chance = odds(judged.p_value)
    upper = f"{judged.upper:,.0f}" if judged.upper == int(judged.upper) else number(judged.upper)
    if judged.alarm:
        return Message(
            f"平时出现这么多的机会{chance.zh}，超过报警界限 {upper}。",
            f"In quiet times the chance of so many is {chance.en}; the alarm bound of {upper} is "
            "exceeded.",
        )
    return Message(f"没有超过报警界限 {upper}。", f"The alarm bound of {upper} is not exceeded.")


def _second_sum(judged: Judged) -> Message:
    total, bound = f"{judged.total:.1f}", f"{judged.bound:.1f}"
    if judged.alarm and judged.since is not None:
        since = judged.since.isoformat()
        return Message(
            f"自 {since} 起合计为预期的 {judged.times:.1f} 倍，累积和 {total} 超过阈值 {bound}。",
            f"Since {since} there were {judged.times:.1f} times as many as expected, and the sum "
            f"of {total} is over its threshold of {bound}.",
        )
    return Message(
        f"累积和 {total}，没有超过阈值 {bound}。",
        f"The sum of {total} is not over its threshold of {bound}.",
    )
