"""A recording's speech, window by window: what is measured when, and of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mingjian.detect.audio.model import WIDE, Model
from mingjian.detect.audio.speech import RATE, Speech
from mingjian.intake.sound import Sound, resample

WINDOW = 2.4
"""Seconds of a window, about; a stretch is cut into windows of one length."""
MOST_WINDOWS = 60
"""Windows measured; of a longer recording they are spread over what was read."""
QUIET = 0.4
"""A window with fewer active seconds is not measured."""


@dataclass(frozen=True)
class Window:
    """A stretch of time and its measurement."""

    start: float
    end: float
    active: float
    """Seconds of it that are active."""
    score: float
    form: str


@dataclass(frozen=True)
class Passage:
    """All windows and what they say together."""

    windows: tuple[Window, ...]
    score: float
    """Mean of the windows of speech, by how much of each is active."""
    seconds: float
    """Active seconds in them."""
    form: str
    """``speech``, ``music`` where no window is speech."""
    wide: bool
    top: float
    moved: Mapping[str, float]

    def marked(self, least: float) -> tuple[tuple[float, float], ...]:
        """Stretches of time whose windows measure above `least` and above the neighbours' noise:
        two windows in a row, or one that is all there is."""
        found: list[tuple[float, float]] = []
        run: list[Window] = []

        def close() -> None:
            if len(run) >= min(2, len(self.windows)):
                found.append((run[0].start, run[-1].end))
            run.clear()

        for one in self.windows:
            if run and one.start > run[-1].end + 0.05:
                close()
            if one.form == "speech" and one.score > least:
                run.append(one)
            else:
                close()
        close()
        return tuple(found)


def cut(sound: Sound) -> list[tuple[float, Speech]]:
    """The start and the sound of every window, at 16 kHz."""
    found: list[tuple[float, Speech]] = []
    for stretch in sound.stretches:
        samples = resample(stretch.samples, sound.rate)
        count = max(1, round(len(samples) / RATE / WINDOW))
        edges = np.linspace(0, len(samples), count + 1).astype(int)
        for first, last in pairwise(edges.tolist()):
            part = np.ascontiguousarray(samples[first:last], np.float32)
            found.append((stretch.start + first / RATE, Speech(part)))
    if len(found) > MOST_WINDOWS:
        chosen = np.linspace(0, len(found) - 1, MOST_WINDOWS).round().astype(int)
        found = [found[i] for i in chosen]
    return found


def passage_of(sound: Sound, model: Model) -> Passage | None:
    """Measure every window with enough sound in it; None where there is no speech or music."""
    kept = [
        (start, speech, kind)
        for start, speech in cut(sound)
        if len(speech.samples) >= RATE // 5
        and (kind := speech.kind()) != "none"
        and speech.seconds >= QUIET
    ]
    if not kept:
        return None
    top = float(np.median([speech.top for _, speech, _ in kept]))
    wide = top >= WIDE
    form = "speech" if any(kind == "speech" for _, _, kind in kept) else "music"
    windows: list[Window] = []
    moved: dict[str, float] = {}
    total = 0.0
    for start, speech, kind in kept:
        measured = model.measure(speech, wide)
        end = start + len(speech.samples) / RATE
        windows.append(Window(start, end, speech.seconds, measured.score, kind))
        if kind == form:
            total += speech.seconds
            for key, value in measured.moved.items():
                moved[key] = moved.get(key, 0.0) + value * speech.seconds
    mine = [one for one in windows if one.form == form]
    score = sum(one.score * one.active for one in mine) / total
    return Passage(
        windows=tuple(windows), score=float(score), seconds=total, form=form, wide=wide, top=top,
        moved={key: value / total for key, value in moved.items()},
    )  # fmt: skip
