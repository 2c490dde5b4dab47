"""A recording's fingerprint: pairs of peaks of its spectrum, found again after other coding.

The idea is A. Wang's ("An industrial-strength audio search algorithm", ISMIR 2003), written anew:
the strongest points in time and frequency survive telephone lines, MP3, other levels and some
noise; two of them and the time between make a landmark. Recordings with many landmarks in common
at one and the same shift of time hold the same sound. Only the telephone band is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mingjian.intake.sound import Sound, resample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE: Final = 8_000
SIZE, HOP = 512, 256
STEP: Final = HOP / RATE
"""Seconds between frames."""
LOW, HIGH = 20, 216
"""Bins used: 312 to 3,375 Hz."""
BESIDE_TIME, BESIDE_FREQUENCY = 4, 9
"""A peak is the highest of so many frames and bins on either side."""
DEEP: Final = 40.0
"""Decibels below the loudest tenth of a per cent at which peaks are no longer counted."""
A_SECOND: Final = 20
"""Peaks kept of every second, the highest first."""
PARTNERS: Final = 3
NEXT: Final = (2, 63)
"""Frames from a peak to a partner."""
REACH: Final = 31
"""Bins from a peak to a partner."""
MOST: Final = 3_000
"""Landmarks of one fingerprint: those of the first minute or so."""
SECONDS: Final = 300.0
"""Of a recording, from its beginning, at the most."""
PREFIX: Final = "lm1:"
PATTERN: Final = re.compile(r"lm1:(?:[0-9a-f]{10}){1,3000}")


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Landmarks in order of time: what they are (20 bits) and the frame at which they begin."""

    marks: NDArray[np.uint32]
    frames: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.marks)

    @property
    def seconds(self) -> float:
        """From the first landmark to the last."""
        return float(self.frames[-1] - self.frames[0]) * STEP if len(self) else 0.0

    def as_text(self) -> str:
        """The form for lists, of the first `MOST`: a prefix, then 6 hexadecimal digits a mark
        and 4 a frame."""
        rows = zip(self.marks[:MOST].tolist(), self.frames[:MOST].tolist(), strict=True)
        return PREFIX + "".join(f"{mark:06x}{frame:04x}" for mark, frame in rows)


def from_text(text: str) -> Landmarks:
    """What `as_text` wrote; raises `ValueError` on anything else."""
    if not PATTERN.fullmatch(text):
        raise ValueError("no fingerprint of landmarks")
    raw = np.frombuffer(bytes.fromhex(text[len(PREFIX) :]), np.uint8).reshape(-1, 5)
    wide = raw.astype(np.uint32)
    return Landmarks(
        (wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]).astype(np.uint32),
        ((wide[:, 3] << 8) | wide[:, 4]).astype(np.int64),
    )


def band_of(sound: Sound) -> Samples:
    """The beginning of a recording at 8 kHz."""
    return resample(sound.stretches[0].samples, sound.rate, RATE)


def landmarks(samples: Samples, shift: int = 0) -> Landmarks:
    """Landmarks of samples at 8 kHz, with frames that begin `shift` samples later."""
    frames, bins = _peaks(samples[shift:])
    marks: list[NDArray[np.uint32]] = []
    starts: list[NDArray[np.int64]] = []
    for ahead in range(1, 4 * PARTNERS + 1):
        if ahead >= len(frames):
            break
        apart = frames[ahead:] - frames[:-ahead]
        risen = bins[ahead:] - bins[:-ahead]
        fits = (apart >= NEXT[0]) & (apart <= NEXT[1]) & (np.abs(risen) <= REACH)
        first = np.flatnonzero(fits)
        mark = (bins[first] - LOW) << 12 | (risen[first] + REACH) << 6 | apart[first]
        marks.append(mark.astype(np.uint32))
        starts.append(first)
    if not marks:
        return Landmarks(np.zeros(0, np.uint32), np.zeros(0, np.int64))
    every, peak = np.concatenate(marks), np.concatenate(starts)
    # Of each peak the nearest partners in order, which the loop went through.
    order = np.argsort(peak, kind="stable")
    every, peak = every[order], peak[order]
    rank = np.arange(len(peak)) - np.searchsorted(peak, peak)
    kept = rank < PARTNERS
    every, peak = every[kept], peak[kept]
    return Landmarks(every, frames[peak])


def _peaks(samples: Samples) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Frames and bins of the peaks, in order of time."""
    none = np.zeros(0, np.int64)
    if len(samples) < SIZE * 2:
        return none, none
    views = np.lib.stride_tricks.sliding_window_view(samples, SIZE)[::HOP]
    spectrum = np.fft.rfft(views * np.hanning(SIZE).astype(np.float32), axis=1)[:, LOW:HIGH]
    power = spectrum.real**2 + spectrum.imag**2
    top = float(np.quantile(power, 0.999))
    if top < 1e-8:
        return none, none
    level = 10 * np.log10(np.maximum(power, top * 1e-8))
    highest = _around(_around(level, BESIDE_TIME, 0), BESIDE_FREQUENCY, 1)
    floor = 10 * np.log10(top) - DEEP
    frames, bins = np.nonzero((level >= highest) & (level > floor))
    # The highest of each second; equal ones by their place, so that two runs agree.
    second = (frames * STEP).astype(np.int64)
    order = np.lexsort((bins, frames, -level[frames, bins], second))
    rank = np.arange(len(order)) - np.searchsorted(second[order], second[order])
    chosen = np.sort(order[rank < A_SECOND])
    return frames[chosen].astype(np.int64), bins[chosen].astype(np.int64) + LOW


def _around(level: NDArray[np.float64], reach: int, axis: int) -> NDArray[np.float64]:
    """The highest within `reach` on either side along an axis."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach, reach)
    padded = np.pad(level, pad, constant_values=-1e9)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis)
    found: NDArray[np.float64] = windows.max(axis=-1)
    return found
