"""Passages of a recording that come again, alike but for the line: played, or spoken by a program.

Nobody says a thing twice in the same way, to the sample. Landmarks tell at which distances in time
the recording may agree with itself; there the waves themselves are compared, window by window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mingjian.detect.audio.landmarks import HOP, RATE, Landmarks, landmarks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mingjian.detect.audio.landmarks import Samples

    Floats = NDArray[np.float64]

PHASES: Final = 4
"""What comes again need not begin where a frame does: frames are also laid between the frames."""
APART: Final = 1.5
"""Least seconds from a passage to its return."""
VOTES: Final = 8
"""Landmarks in common that make a distance worth a comparison."""
DISTANCES: Final = 40
"""Distances compared, those with the most landmarks in common."""
COMPARED: Final = 12_000
"""Windows compared in all: a tune that comes again and again agrees at very many distances."""
COMMON: Final = 30
"""A landmark that occurs more often than this (a steady tone) tells nothing."""
WINDOW, EVERY = int(0.8 * RATE), int(0.2 * RATE)
NEAR: Final = 96
"""Samples on either side of a distance at which the best agreement is looked for."""
ALIKE: Final = 0.8
"""Least correlation of two windows that are the same sound; others stay below a half."""
HUM: Final = 32
"""Samples (4 ms) whose running mean is taken away: the hum of mains agrees with itself too."""
SHARP: Final = 0.95
"""A steady tone agrees with itself at many places: the next best, in the best, is below this."""
BESIDE: Final = 8
"""Samples around the best agreement that belong to it."""
QUIET: Final = 0.03
"""A window below this share of the recording's loud parts is not compared."""
PAUSE: Final = 5
"""Windows (1 s) within a passage that need not agree: between words there is only noise."""
LEAST: Final = 1.4
"""Least seconds of a passage."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage from `start` on that comes again at `again`, in seconds; its mean correlation."""

    start: float
    again: float
    seconds: float
    likeness: float


def repeats(samples: Samples) -> list[Repeat]:
    """Passages that come again in `samples` (8 kHz), the longest first."""
    clear = without_hum(samples)
    found: list[Repeat] = []
    left = COMPARED
    for distance in _distances(samples):
        left -= max(0, len(samples) - distance) // EVERY
        if left < 0:
            break
        found += [one for one in _at(clear, distance) if not any(_same(one, old) for old in found)]
    return sorted(found, key=lambda one: (-one.seconds, one.start))


def without_hum(samples: Samples) -> Samples:
    """`samples` less what lies below some 100 Hz."""
    if len(samples) < HUM:
        return samples
    cleared: Samples = (samples - np.convolve(samples, np.full(HUM, 1 / HUM), "same")).astype(
        np.float32
    )
    return cleared


def _same(one: Repeat, other: Repeat) -> bool:
    """Two of nearly the same distance, at the same time."""
    near = abs((one.again - one.start) - (other.again - other.start)) < 4 * NEAR / RATE
    return (
        near and one.start < other.start + other.seconds and other.start < one.start + one.seconds
    )


def _distances(samples: Samples) -> list[int]:
    """Distances in samples at which landmarks agree, those with the most in common first."""
    own = landmarks(samples)
    step = HOP // PHASES
    apart: list[NDArray[np.int64]] = []
    for phase in range(PHASES):
        other = landmarks(samples, phase * step) if phase else own
        here, there = _pairs(own, other)
        between = (there - here) * HOP + phase * step
        apart.append(between[between >= int(APART * RATE)] // step)
    steps, votes = np.unique(np.concatenate(apart), return_counts=True)
    order = np.lexsort((steps, -votes))
    chosen = order[votes[order] >= VOTES][:DISTANCES]
    return [int(one) * step for one in steps[chosen]]


def _pairs(own: Landmarks, other: Landmarks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Frames of every two landmarks that are the same, the second after the first."""
    order = np.argsort(other.marks, kind="stable")
    marks = other.marks[order]
    first = np.searchsorted(marks, own.marks, "left")
    count = np.searchsorted(marks, own.marks, "right") - first
    count[count > COMMON] = 0
    mine = np.repeat(np.arange(len(own)), count)
    rank = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    theirs = order[first[mine] + rank]
    here, there = own.frames[mine], other.frames[theirs]
    later = there > here
    return here[later], there[later]


def curve(samples: Samples, distance: int) -> tuple[Floats, Floats, Floats]:
    """Seconds, how much the sound there agrees with that about `distance` samples later (0 to 1),
    and how many samples beside that distance it agrees best."""
    last = len(samples) - distance - WINDOW - NEAR
    starts = np.arange(0, max(0, last), EVERY)
    found, beside = np.zeros(len(starts)), np.zeros(len(starts))
    if not len(starts):
        return found, found, beside
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)
    wide = np.lib.stride_tricks.sliding_window_view(samples, WINDOW + 2 * NEAR)
    loud = QUIET * float(np.quantile(np.abs(samples[::7]), 0.98))
    for part in range(0, len(starts), 64):
        at, rows = starts[part : part + 64], slice(part, part + 64)
        found[rows], beside[rows] = _agreement(windows[at], wide[at + distance - NEAR], loud)
    return starts / RATE, found, beside


def _agreement(
    ours: NDArray[np.float32], theirs: NDArray[np.float32], loud: float
) -> tuple[Floats, Floats]:
    """Best correlation of each row with any stretch of the wider row, 0 where it is not sharp,
    and how far that stretch is from the middle one."""
    size = 1 << int(np.ceil(np.log2(theirs.shape[1])))
    spectrum = np.fft.rfft(theirs, size, axis=1) * np.fft.rfft(ours, size, axis=1).conj()
    crossed = np.fft.irfft(spectrum, size, axis=1)[:, : 2 * NEAR + 1]
    squares = np.pad(np.cumsum(theirs.astype(np.float64) ** 2, axis=1), ((0, 0), (1, 0)))
    power = squares[:, WINDOW : WINDOW + 2 * NEAR + 1] - squares[:, : 2 * NEAR + 1]
    own = (ours.astype(np.float64) ** 2).sum(axis=1)
    alike = crossed / np.sqrt(np.maximum(own[:, None] * power, 1e-12))
    rows = np.arange(len(alike))
    best = alike.argmax(axis=1)
    highest = alike[rows, best].copy()
    places = np.arange(alike.shape[1])
    alike[np.abs(places[None] - best[:, None]) <= BESIDE] = -1.0
    clear = (alike.max(axis=1) < SHARP * highest) & (own > WINDOW * loud**2)
    return np.where(clear, highest, 0.0), (best - NEAR).astype(np.float64)


def _at(samples: Samples, distance: int) -> list[Repeat]:
    """Runs of windows that are the same sound as those `distance` later."""
    seconds, alike, beside = curve(samples, distance)
    same = np.flatnonzero(alike >= ALIKE)
    runs = np.split(same, np.flatnonzero(np.diff(same) > PAUSE) + 1)
    found = []
    for run in runs:
        if not len(run):
            continue
        first, last = int(run[0]), int(run[-1]) + 1
        start = float(seconds[first])
        length = float(seconds[last - 1]) + WINDOW / RATE - start
        if length >= LEAST:
            likeness = float(alike[run].mean())
            again = start + (distance + float(np.median(beside[run]))) / RATE
            found.append(Repeat(start, again, length, likeness))
    return found
