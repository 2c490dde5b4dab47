"""Who spoke when in a call recorded on two channels, and how long each took to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mingjian.detect.audio.landmarks import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mingjian.detect.audio.landmarks import Samples

FRAME: Final = 160
"""20 ms."""
STEP: Final = FRAME / RATE
ABOVE: Final = 10.0
"""A frame is loud so many times above the channel's quietest tenth (in energy), and ..."""
DEEP: Final = 10.0**-3
"""... within 30 dB of its loudest."""
JOINED, SHORTEST = 0.4, 0.2
"""Seconds of a pause within a turn; of a sound that is none."""
FEWEST: Final = 3
"""Turns that each channel must hold."""
BOTH: Final = 0.4
"""Most of the speaking time in which both are loud: more of it is one recording in stereo."""
ANSWERS: Final = (-1.0, 5.0)
"""Seconds from the end of one's turn to the beginning of the other's that count as an answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of speech on one channel, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Course:
    """The turns of two channels, and after how many seconds each answered the other."""

    turns: tuple[tuple[Turn, ...], tuple[Turn, ...]]
    answers: tuple[tuple[float, ...], tuple[float, ...]]
    both: float
    """Share of the time someone speaks in which both do."""


def course(one: Samples, other: Samples) -> Course | None:
    """The course of a call (two channels at 8 kHz); None where these are no two speakers."""
    loud = [_loud(channel) for channel in (one, other)]
    count = min(map(len, loud))
    speaking = [_speaking(frames[:count]) for frames in loud]
    someone = int((speaking[0] | speaking[1]).sum())
    both = int((speaking[0] & speaking[1]).sum()) / someone if someone else 1.0
    first, second = (_turns(frames) for frames in speaking)
    if both > BOTH or min(len(first), len(second)) < FEWEST:
        return None
    return Course((first, second), (_answers(second, first), _answers(first, second)), both)


def _loud(samples: Samples) -> NDArray[np.bool_]:
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    if not len(frames):
        return np.zeros(0, np.bool_)
    energy = ((frames - frames.mean(axis=1, keepdims=True)) ** 2).mean(axis=1)
    floor = max(ABOVE * float(np.quantile(energy, 0.1)), DEEP * float(np.quantile(energy, 0.99)))
    found: NDArray[np.bool_] = energy > max(floor, 1e-8)
    return found


def _speaking(loud: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames of turns: short pauses between sounds filled, short sounds taken away."""
    filled = loud.copy()
    for first, last in _runs(~loud):
        if last - first < round(JOINED / STEP) and first > 0 and last < len(loud):
            filled[first:last] = True
    for first, last in _runs(filled):
        if last - first < round(SHORTEST / STEP):
            filled[first:last] = False
    return filled


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _turns(speaking: NDArray[np.bool_]) -> tuple[Turn, ...]:
    return tuple(
        Turn(round(first * STEP, 2), round(last * STEP, 2)) for first, last in _runs(speaking)
    )


def _answers(asked: Sequence[Turn], answering: Sequence[Turn]) -> tuple[float, ...]:
    """Seconds from the end of each turn of `asked` to the turn that answers it: the first of
    `answering` that begins after the asking one did and before that one's next."""
    found = []
    for number, turn in enumerate(asked):
        until = asked[number + 1].start if number + 1 < len(asked) else float("inf")
        begins = next((one.start for one in answering if turn.start < one.start < until), None)
        if begins is not None and ANSWERS[0] <= begins - turn.end <= ANSWERS[1]:
            found.append(round(begins - turn.end, 2))
    return tuple(found)
