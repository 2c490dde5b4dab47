"""Detector `audio.call`: does a call show what machines that call people do?

Two facts, neither weighed: passages that come again alike, and on two channels who spoke when.
What follows from them a person decides: announcements of honest services come again too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import quantiles
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.audio.recording import recording
from mingjian.detect.contract import NotApplicable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Axis, Curve, CurveExhibit, Finding, Seconds, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

if TYPE_CHECKING:
    from mingjian.detect.audio.landmarks import Samples
    from mingjian.detect.audio.repeats import Repeat
    from mingjian.detect.audio.turns import Course

FEWEST: Final = 4
"""Answers of a channel of which a middle and a spread are told."""
EVEN: Final = 0.15
"""Seconds within which half of the answers lie that are called even, and ..."""
MANY: Final = 6
"""... how many answers that takes, none of them before the other has ended. Both are ours."""
_SHOWN: Final = 20
_TIME: Final = Message("时间", "time")


class Call:
    """States which passages of a recording come again, and how turns follow on two channels."""

    name: ClassVar[str] = "audio.call"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.AUDIO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """Passages that come again, always; the course of turns where two channels hold one."""
        from mingjian.detect.audio.landmarks import SECONDS, band_of
        from mingjian.detect.audio.turns import course

        sound = recording(evidence, places=1, seconds=SECONDS)
        yield _repeated(band_of(sound))
        if sound.channels == 2:
            one, other = (
                band_of(recording(evidence, places=1, seconds=SECONDS, channel=number))
                for number in range(2)
            )
            if found := course(one, other):
                yield _timing(found)


def _repeated(samples: Samples) -> Finding:
    from mingjian.detect.audio.landmarks import RATE
    from mingjian.detect.audio.repeats import APART, LEAST, repeats

    seconds = len(samples) / RATE
    if seconds < APART + LEAST:
        raise NotApplicable(
            Message(
                f"录音只有 {seconds:.1f} 秒，太短，其中不可能有重复出现的片段。",
                f"The recording, {seconds:.1f} s, is too short for a passage to come again in it.",
            )
        )
    found = repeats(samples)
    read = Message(f"前 {seconds:.0f} 秒", f"the first {seconds:.0f} s")
    details = {"seconds_read": round(seconds, 1), "passages": [_as_json(one) for one in found]}
    if not found:
        return Finding(
            signal="audio.repeated_passage",
            because=Message(
                f"在读取的{read.zh}中，没有 {LEAST} 秒以上的片段原样重复出现；"
                "由此不能得出其他结论。",
                f"In {read.en}, no passage of {LEAST} s or more comes again alike. Nothing else "
                "follows.",
            ),
            quiet=True,
            details=details,
        )
    first = found[0]
    until, again = first.start + first.seconds, first.again + first.seconds
    return Finding(
        signal="audio.repeated_passage",
        because=Message(
            f"在读取的{read.zh}中，有 {len(found)} 处片段原样重复：最长的一处第 "
            f"{first.start:.1f} 至 {until:.1f} 秒，在第 {first.again:.1f} 至 {again:.1f} "
            f"秒再次出现，波形相关 {first.likeness:.2f}。人不会把同样的话说得波形一致；"
            "播放的录音、机器读出的提示、音乐和铃声会。正当的语音服务也播放录音，须由人听辨。",
            f"In {read.en}, {len(found)} passages come again alike: the longest, from "
            f"{first.start:.1f} to {until:.1f} s, comes again from {first.again:.1f} to "
            f"{again:.1f} s, with a correlation of the waves of {first.likeness:.2f}. Nobody says "
            "the same words twice with the same wave; a recording that is played, a prompt that a "
            "program speaks, music and tones do. Honest services play recordings too; a person "
            "must listen.",
        ),
        where=tuple(
            Seconds(round(start, 2), round(start + one.seconds, 2))
            for one in found[:_SHOWN]
            for start in (one.start, one.again)
        ),
        exhibits=(_table(found), _agreement(samples, first)),
        details=details,
    )


def _as_json(one: Repeat) -> dict[str, float]:
    return {
        "start": round(one.start, 2),
        "again": round(one.again, 2),
        "seconds": round(one.seconds, 2),
        "likeness": round(one.likeness, 3),
    }


def _table(found: list[Repeat]) -> TableExhibit:
    return TableExhibit(
        title=Message("原样重复出现的片段", "Passages that come again alike"),
        columns=(
            Message("片段（秒）", "passage (s)"),
            Message("再次出现（秒）", "comes again (s)"),
            Message("时长（秒）", "length (s)"),
            Message("波形相关", "correlation"),
        ),
        rows=tuple(
            (
                f"{one.start:.1f}-{one.start + one.seconds:.1f}",
                f"{one.again:.1f}-{one.again + one.seconds:.1f}",
                f"{one.seconds:.1f}",
                f"{one.likeness:.2f}",
            )
            for one in found[:_SHOWN]
        ),
    )


def _agreement(samples: Samples, one: Repeat) -> CurveExhibit:
    """How much the sound agrees with what comes later by the distance of the longest passage."""
    from mingjian.detect.audio.landmarks import RATE
    from mingjian.detect.audio.repeats import curve, without_hum

    seconds, alike, _ = curve(without_hum(samples), round((one.again - one.start) * RATE))
    every = max(1, len(seconds) // 400)
    points = tuple(
        (round(float(at), 2), round(max(0.0, float(up)), 3))
        for at, up in zip(seconds[::every], alike[::every], strict=True)
    )
    later = one.again - one.start
    return CurveExhibit(
        title=Message(
            f"录音与其 {later:.1f} 秒之后的波形相关：原样重复的片段接近 1，其余不到 0.5",
            f"Correlation of the recording with itself {later:.1f} s later: near 1 where a passage "
            "comes again, below 0.5 elsewhere",
        ),
        across=Axis(name=_TIME, first=0.0, last=points[-1][0], unit="s"),
        up=Axis(name=Message("相关", "correlation"), first=0.0, last=1.0),
        curves=(Curve(Message("相关", "correlation"), points),),
        marks=((one.start, one.start + one.seconds),),
    )


def _timing(found: Course) -> Finding:
    told = [_of_channel(found, number) for number in range(2)]
    even = any(_is_even(side) for side in found.answers)
    return Finding(
        signal="audio.turn_timing",
        because=Message(
            f"两个声道各有一方说话，同时说话占说话时间的 {found.both:.0%}。"
            + "".join(one.zh for one in told)
            + "人的应答快慢不一，常在对方说完之前开口；机器多等对方停下，隔一段相近的时间才应答。"
            "线路延迟会使一方显得迟缓。没有测定误差率，不计权重。",
            f"Each of two channels holds one side of a talk; both speak in {found.both:.0%} of the "
            "time someone does. "
            + "".join(one.en for one in told)
            + "People answer now sooner, now later, and often begin before the other has ended; "
            "machines mostly wait until the other stops, and answer after much the same time. The "
            "delay of a line makes one side look slow. No error rate was measured and nothing is "
            "weighed.",
        ),
        quiet=not even,
        exhibits=(_lanes(found),),
        details={
            "turns": [[[turn.start, turn.end] for turn in side] for side in found.turns],
            "answers": [list(side) for side in found.answers],
            "both": round(found.both, 3),
            "even": even,
        },
    )


def _is_even(answers: Sequence[float]) -> bool:
    """Whether the other always ended first and half of the answers lie close together."""
    if len(answers) < MANY or min(answers) < 0:
        return False
    low, _, high = quantiles(answers, n=4, method="inclusive")
    return high - low <= EVEN


def _of_channel(found: Course, number: int) -> Message:
    turns, answers = len(found.turns[number]), found.answers[number]
    if len(answers) < FEWEST:
        return Message(
            f"声道 {number + 1}：{turns} 段，应答太少，不述快慢。",
            f"Channel {number + 1}: {turns} turns, too few answers to tell their timing. ",
        )
    low, middle, high = quantiles(answers, n=4, method="inclusive")
    early = sum(1 for one in answers if one < 0)
    even = (
        Message("，应答均匀", "; these answers are even") if _is_even(answers) else Message("", "")
    )
    return Message(
        f"声道 {number + 1}：{turns} 段，{len(answers)} 次应答，中位 {middle:.2f} 秒，"
        f"半数在 {low:.2f} 至 {high:.2f} 秒之间，{early} 次在对方说完之前{even.zh}。",
        f"Channel {number + 1}: {turns} turns, {len(answers)} answers, the middle one after "
        f"{middle:.2f} s, half of them between {low:.2f} and {high:.2f} s, {early} before the "
        f"other had ended{even.en}. ",
    )


def _lanes(found: Course) -> CurveExhibit:
    """When each channel speaks, as two lanes."""
    last = max(turn.end for side in found.turns for turn in side)
    curves = []
    for number, side in enumerate(found.turns):
        base = 1.5 * (1 - number)
        points = [(0.0, base)]
        for turn in side[:100]:
            points += [
                (turn.start, base),
                (turn.start, base + 1),
                (turn.end, base + 1),
                (turn.end, base),
            ]
        name = Message(f"声道 {number + 1}", f"channel {number + 1}")
        curves.append(Curve(name, (*points, (last, base))))
    return CurveExhibit(
        title=Message("两个声道各在何时说话", "When each of the two channels speaks"),
        across=Axis(name=_TIME, first=0.0, last=last, unit="s"),
        up=Axis(name=Message("说话", "speaks"), first=0.0, last=2.5),
        curves=tuple(curves),
    )
