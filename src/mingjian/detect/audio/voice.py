"""What a recording tells of the voice in it: a vector to compare with that of another recording.

Mel cepstra (Davis and Mermelstein, IEEE ASSP 28, 1980) of voiced frames within the telephone's
band, their means and spreads, and the pitch. Nothing is learnt: what such a vector is worth is
told by the reference population that is given with a comparison (`mingjian.weigh.origin`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mingjian.detect.audio.passage import cut
from mingjian.detect.audio.speech import RATE, SIZE, Speech

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mingjian.intake.sound import Sound

    Floats = NDArray[np.float64]

LEAST: Final = 6.0
"""Active seconds of speech below which a recording is not compared."""
BAND: Final = (150.0, 3400.0)
"""Hz that a telephone leaves; wider recordings are compared within it."""
FILTERS: Final = 24
CEPSTRA: Final = 19
"""Coefficients 1 to 19; the zeroth is the level."""
VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Voice:
    """The measurement of one recording."""

    vector: Floats
    """42 numbers: means and log spreads of the cepstra, then the pitch (its 10th, 50th and 90th
    percentile and its spread, log Hz)."""
    seconds: float
    """Active seconds of speech it rests on."""


def voice_of(sound: Sound) -> Voice | None:
    """The voice of a recording; None where there is too little speech to measure."""
    windows = [
        speech
        for _, speech in cut(sound)
        if len(speech.samples) > SIZE and speech.kind() == "speech" and speech.voiced.any()
    ]
    seconds = sum(speech.seconds for speech in windows)
    if seconds < LEAST:
        return None
    cepstra = np.concatenate([_cepstra(speech) for speech in windows])
    pitch = np.concatenate([np.log(RATE / speech.period[speech.voiced]) for speech in windows])
    percentiles = np.percentile(pitch, (10, 50, 90))
    parts = (cepstra.mean(axis=0), np.log(cepstra.std(axis=0) + 1e-6), percentiles, [pitch.std()])
    return Voice(np.concatenate(parts).astype(np.float64), seconds)


def _cepstra(speech: Speech) -> Floats:
    """Cepstra of the voiced frames, frames x `CEPSTRA`."""
    power = speech.power[speech.voiced, : SIZE + 1]
    peak = np.maximum(power.max(), 1e-12)
    bands = np.log(power @ _filters().T / peak + 1e-7)
    cepstra: Floats = bands @ _cosines().T
    return cepstra


@lru_cache(maxsize=1)
def _filters() -> Floats:
    """Triangular mel filters over the power spectrum, `FILTERS` x bins."""
    low, high = (1127.0 * np.log1p(hertz / 700.0) for hertz in BAND)
    edges: Any = 700.0 * np.expm1(np.linspace(low, high, FILTERS + 2) / 1127.0)
    bins = np.linspace(0.0, RATE / 2, SIZE + 1)
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters: Floats = np.maximum(0.0, np.minimum(rise, fall))
    return filters


@lru_cache(maxsize=1)
def _cosines() -> Floats:
    rows = np.arange(1, CEPSTRA + 1)[:, None]
    cosines: Floats = np.cos(np.pi / FILTERS * (np.arange(FILTERS) + 0.5) * rows)
    return cosines
