"""The rhythm mark of synthetic sound, short-long short-short (GB 45438-2025, 5.3): a fact.

A mark is four tones of one pitch whose lengths and gaps are those of Morse A I, with nothing of
that pitch close before or after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, ClassVar

from mingjian.detect.audio.recording import recording
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Seconds
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.sound import Sound, resample

if TYPE_CHECKING:
    from mingjian.intake.sound import Samples

RATE = 16_000
SIZE, HOP = 512, 80
"""Frames of 32 ms, every 5 ms."""
STEP = HOP / RATE
PURE = 0.75
"""Least share of a frame's energy within two bins of its peak that makes it a tone."""
DEEP = 10.0**-4
"""A tone is within 40 dB of the loudest tone of what was read."""
SHORT = (0.03, 0.5)
"""Seconds of a short tone."""
LONG = (2.0, 5.0)
"""A long tone, in short ones (Morse has 3)."""
EVEN = 1.7
"""The longest of the short tones, in the shortest."""
PITCH = 0.06
"""How far the tones may differ in pitch."""
ALONE = 1.0
"""Seconds before and after without a tone of this pitch; else it is a melody or other Morse."""
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Tone:
    start: float
    end: float
    hertz: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def tones(samples: Samples) -> list[Tone]:
    """Stretches of 20 ms to 2.5 s that hold one steady pitch and little else."""
    import numpy as np

    if len(samples) < SIZE:
        return []
    frames = np.lib.stride_tricks.sliding_window_view(samples, SIZE)[::HOP]
    spectrum = np.fft.rfft(frames * np.hanning(SIZE).astype(np.float32), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    power[:, :6] = 0.0  # below 190 Hz: hum
    peak = power.argmax(axis=1)
    summed = np.pad(np.cumsum(power, axis=1), ((0, 0), (1, 0)))
    rows = np.arange(len(power))
    near = (
        summed[rows, np.minimum(peak + 3, power.shape[1])] - summed[rows, np.maximum(peak - 2, 0)]
    )
    whole = summed[:, -1]
    pure = (near > PURE * whole) & (whole > 1e-9)
    pure &= whole > whole.max(where=pure, initial=0.0) * DEEP
    found: list[Tone] = []
    first = None
    for frame in range(len(pure) + 1):
        ends = frame == len(pure) or not pure[frame]
        moved = not ends and first is not None and abs(int(peak[frame]) - int(peak[first])) > 1
        if first is not None and (ends or moved):
            # A frame counts from where half of it is tone: its middle.
            start, end = first * STEP + SIZE / RATE / 2, (frame - 1) * STEP + SIZE / RATE / 2
            if 0.02 <= end - start <= 2.5:
                middle = peak[(first + frame - 1) // 2]
                found.append(Tone(start, end, float(middle) * RATE / SIZE))
            first = None
        if not ends and first is None:
            first = frame
    return found


def marks(heard: list[Tone]) -> list[tuple[float, float]]:
    """Times of rhythm marks among tones in order of time."""
    found: list[tuple[float, float]] = []
    for i in range(len(heard) - 3):
        four = heard[i : i + 4]
        if _is_mark(four) and _alone(heard, i, four):
            found.append((four[0].start, four[3].end))
    return found


def _is_mark(four: list[Tone]) -> bool:
    pitch = median(tone.hertz for tone in four)
    if any(abs(tone.hertz - pitch) > max(PITCH * pitch, RATE / SIZE) for tone in four):
        return False
    shorts = [four[0].seconds, four[2].seconds, four[3].seconds]
    short = median(shorts)
    gaps = [after.start - before.end for before, after in pairwise(four)]
    return (
        SHORT[0] <= short <= SHORT[1]
        and max(shorts) <= EVEN * min(shorts) + 2 * STEP
        and LONG[0] * short <= four[1].seconds <= LONG[1] * short
        and max(gaps[0], gaps[2]) <= 2.5 * short
        and 1.3 * max(gaps[0], gaps[2]) <= gaps[1] <= 8 * short
    )


def _alone(heard: list[Tone], at: int, four: list[Tone]) -> bool:
    pitch = median(tone.hertz for tone in four)
    for other in (*heard[max(0, at - 3) : at], *heard[at + 4 : at + 7]):
        same = abs(other.hertz - pitch) <= max(PITCH * pitch, RATE / SIZE)
        if same and other.end > four[0].start - ALONE and other.start < four[3].end + ALONE:
            return False
    return True


class LabelRhythm:
    """Looks for the rhythm mark in what is read of a recording."""

    name: ClassVar[str] = "audio.label_rhythm"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.AUDIO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        sound = recording(evidence)
        found = _marks_of(sound)
        yield Finding(
            signal="audio.label_rhythm",
            because=_because(found, sound),
            quiet=not found,
            where=tuple(Seconds(round(a, 2), round(b, 2)) for a, b in found[:MOST_SHOWN]),
            details={
                "marks": [[round(a, 2), round(b, 2)] for a, b in found],
                "seconds_read": round(sound.read_seconds, 2),
                "whole": sound.whole,
            },
        )


def _marks_of(sound: Sound) -> list[tuple[float, float]]:
    return [
        (stretch.start + start, stretch.start + end)
        for stretch in sound.stretches
        for start, end in marks(tones(resample(stretch.samples, sound.rate, RATE)))
    ]


def _because(found: list[tuple[float, float]], sound: Sound) -> Message:
    if found:
        start, end = found[0]
        return Message(
            f"录音中有 {len(found)} 处“短长 短短”的节奏标识"
            f"（首处在第 {start:.1f} 至 {end:.1f} 秒），与 GB 45438—2025 "
            "第 5.3 条规定的生成合成音频显式标识一致。标识由谁添加，本身不能看出。",
            f"The recording holds {len(found)} rhythm mark(s), short-long short-short (the "
            f"first from {start:.1f} s to {end:.1f} s), as GB 45438-2025, 5.3, sets out "
            "for generated sound. Who put it there cannot be told from it.",
        )
    read = f"{sound.read_seconds:.0f}"
    return Message(
        f"在读取的 {read} 秒中没有发现“短长 短短”的节奏标识。没有标识不说明不是合成："
        "语音说出的提示不在此检验，标识也可能被剪去。",
        f"In the {read} s that were read there is no rhythm mark (short-long short-short). Its "
        "absence does not show that nothing is synthetic: a spoken notice is not looked for here, "
        "and a mark can be cut away.",
    )
