"""What a person can look at: the spectrogram with marked times, and the curve of measurements."""

from __future__ import annotations

import numpy as np

from mingjian.detect.audio.passage import Passage
from mingjian.detect.audio.speech import RATE
from mingjian.domain.finding import (
    Area,
    Axis,
    Curve,
    CurveExhibit,
    Exhibit,
    MapExhibit,
    Raster,
)
from mingjian.domain.message import Message
from mingjian.intake.sound import Sound, resample

WIDTH, HEIGHT = 480, 160
SHOWN = 12.0
"""Seconds shown in the spectrogram: those with the highest windows."""
DEPTH = 70.0
"""Decibels from the loudest half per cent (255) to black (0)."""

_TIME = Message("时间", "time")
_FREQUENCY = Message("频率", "frequency")


def exhibits(
    sound: Sound, passage: Passage, marked: tuple[tuple[float, float], ...]
) -> tuple[Exhibit, ...]:
    """A spectrogram around the highest windows, and the measurement along the time."""
    return (_spectrogram(sound, passage, marked), _curve(passage, marked))


def _spectrogram(
    sound: Sound, passage: Passage, marked: tuple[tuple[float, float], ...]
) -> MapExhibit:
    highest = max(passage.windows, key=lambda one: one.score)
    stretch = next(
        (s for s in reversed(sound.stretches) if s.start <= highest.start + 1e-6),
        sound.stretches[0],
    )
    length = len(stretch.samples) / sound.rate
    middle = (highest.start + highest.end) / 2
    first = min(max(stretch.start, middle - SHOWN / 2), stretch.start + max(0.0, length - SHOWN))
    begin = int((first - stretch.start) * sound.rate)
    part = stretch.samples[begin : begin + int(SHOWN * sound.rate)]
    last = first + len(part) / sound.rate
    samples = resample(np.ascontiguousarray(part), sound.rate)
    top = RATE // 2 if passage.wide else 4_000
    values = _levels(samples, top)
    marks = tuple(
        Area(max(a, first), float(top), min(b, last), 0.0)
        for a, b in marked
        if a < last and b > first
    )
    return MapExhibit(
        title=Message(
            "频谱图：横轴时间，纵轴频率，颜色越深越强；框内为测量值偏向合成的时段",
            "Spectrogram: time across, frequency up, darker is stronger; framed are the times "
            "that measure toward synthetic",
        ),
        values=Raster(width=values.shape[1], height=values.shape[0], pixels=values.tobytes()),
        across=Axis(name=_TIME, first=round(first, 3), last=round(last, 3), unit="s"),
        down=Axis(name=_FREQUENCY, first=float(top), last=0.0, unit="Hz"),
        marks=marks,
    )


def _levels(samples: np.ndarray, top: int) -> np.ndarray:
    """Levels as bytes, `HEIGHT` rows from `top` Hz down to 0, at most `WIDTH` columns."""
    size = 512
    padded = np.pad(samples, (0, max(0, size - len(samples))))
    views = np.lib.stride_tricks.sliding_window_view(padded, size)
    columns = np.linspace(0, len(views) - 1, min(WIDTH, len(views))).round().astype(int)
    spectrum = np.abs(np.fft.rfft(views[columns] * np.hanning(size).astype(np.float32), axis=1))
    bins = np.linspace(top * size / RATE, 0, HEIGHT).round().astype(int)
    level = 20 * np.log10(np.maximum(spectrum[:, bins].T, 1e-7))
    scaled = (level - np.percentile(level, 99.5) + DEPTH) / DEPTH * 255
    levels: np.ndarray = np.clip(scaled, 0, 255).astype(np.uint8)
    return levels


def _curve(passage: Passage, marked: tuple[tuple[float, float], ...]) -> CurveExhibit:
    points: list[tuple[float, float]] = []
    for one in passage.windows:
        points += [
            (round(one.start, 2), round(one.score, 3)),
            (round(one.end, 2), round(one.score, 3)),
        ]
    ups = [up for _, up in points]
    low, high = min(-2.0, min(ups)), max(2.0, max(ups))
    return CurveExhibit(
        title=Message(
            "各时段的测量值：高于 0 偏向合成，低于 0 偏向真人",
            "The measurement along the time: above 0 toward synthetic, below 0 toward a person",
        ),
        across=Axis(name=_TIME, first=passage.windows[0].start, last=points[-1][0], unit="s"),
        up=Axis(name=Message("测量值", "measurement"), first=low, last=high),
        curves=(Curve(Message("测量值", "measurement"), tuple(points)),),
        marks=marked,
    )
