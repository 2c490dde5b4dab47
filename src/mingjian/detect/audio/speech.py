"""Where there is speech in a stretch of sound, and how wide its band is.

Everything is relative to the loudest part of the stretch, so that level decides nothing. Own
rules, no model: a stretch counts as speech where it is loud against the rest, is voiced now and
then, and changes as syllables do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bools = NDArray[np.bool_]

RATE = 16_000
SIZE, HOP = 1024, 256
"""Frames of 64 ms (three periods of a low voice), every 16 ms."""
LAGS = (40, 320)
"""Periods searched: 400 to 50 Hz."""
VOICED = 0.55
"""Least share of a frame's low-band energy that repeats after one period."""
ACTIVE = 10.0**-3.5
"""A frame within 35 dB of the loudest is active."""
BANDS = 8
"""Bands of 1 kHz."""


@dataclass(frozen=True)
class Speech:
    """A stretch at 16 kHz with what the measurements share."""

    samples: Floats

    @cached_property
    def frames(self) -> Floats:
        """Windowed frames, frames x `SIZE`."""
        window = np.hanning(SIZE + 1)[:-1].astype(np.float32)
        padded = self.samples
        if len(padded) < SIZE:
            padded = np.pad(padded, (0, SIZE - len(padded)))
        views: Any = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP]
        framed: Floats = views * window
        return framed

    @cached_property
    def power(self) -> Floats:
        """Power spectra of the frames, padded to twice their size so that lags do not wrap."""
        spectrum = np.fft.rfft(self.frames, 2 * SIZE, axis=1)
        squares: Floats = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        return squares

    @cached_property
    def energy(self) -> Floats:
        total: Floats = self.power[:, 8:].sum(axis=1)
        return total

    @cached_property
    def active(self) -> Bools:
        peak = float(np.percentile(self.energy, 98)) if len(self.energy) else 0.0
        found: Bools = self.energy > max(peak * ACTIVE, 1e-12)
        return found

    @cached_property
    def _pitch(self) -> tuple[NDArray[np.intp], Floats]:
        low = self._repetition(8, 128)
        lags = low[:, LAGS[0] : LAGS[1]]
        best = lags.argmax(axis=1)
        rows = np.arange(len(lags))
        # A half or third of the period that repeats nearly as well is the period.
        for part in (3, 2):
            shorter = (best + LAGS[0]) // part - LAGS[0]
            fits = shorter >= 0
            near = np.where(fits, lags[rows, np.maximum(shorter, 0)], 0.0)
            best = np.where(near > 0.9 * lags[rows, best], shorter, best)
        return best + LAGS[0], lags[rows, best]

    def _repetition(self, first: int, last: int) -> Floats:
        """Share of the frames' energy in power bins `first` to `last` that repeats at each lag."""
        banded = np.zeros_like(self.power)
        banded[:, first:last] = self.power[:, first:last]
        same = np.fft.irfft(banded, axis=1)[:, : LAGS[1] + 4]
        shares: Floats = (same / np.maximum(same[:, :1], 1e-12) / _taper()).astype(np.float32)
        return shares

    @property
    def period(self) -> NDArray[np.intp]:
        """Samples of one period, frame by frame; means something where `voiced`."""
        return self._pitch[0]

    @property
    def harmonicity(self) -> Floats:
        return self._pitch[1]

    @cached_property
    def voiced(self) -> Bools:
        found: Bools = self.active & (self.harmonicity > VOICED)
        return found

    @cached_property
    def seconds(self) -> float:
        """Seconds that are active."""
        return float(self.active.sum()) * HOP / RATE

    @cached_property
    def top(self) -> float:
        """Highest frequency, in Hz, at which active frames hold more than a floor 55 dB below
        their strongest band: about 3,400 to 4,000 after a telephone."""
        if not self.active.any():
            return 0.0
        mean = self.power[self.active].mean(axis=0)[: SIZE + 1]
        smooth = np.convolve(mean, np.ones(33) / 33, mode="same")
        over = np.flatnonzero(smooth > smooth.max() * 10.0**-5.5)
        return float(over[-1] * RATE / 2 / SIZE) if len(over) else 0.0

    def kind(self) -> str:
        """``speech``, ``music`` (or another steady sound) or ``none``.

        Speech has voiced and unvoiced frames, and its energy falls low between syllables.
        """
        if not self.active.any() or float(np.abs(self.samples).max(initial=0.0)) < 1e-4:
            return "none"
        voiced = float(self.voiced.sum()) / float(self.active.sum())
        if voiced < 0.08:
            return "none"
        level = np.log(np.maximum(self.energy, 1e-12))
        level = level - level.max()
        depth = float(np.percentile(level, 90) - np.percentile(level, 15))
        runs = np.flatnonzero(np.diff(self.voiced.astype(np.int8)))
        a_second = len(runs) / max(0.5, len(self.energy) * HOP / RATE)
        if depth < 1.5 or (voiced > 0.97 and a_second < 0.8):
            return "music"
        return "speech"


def _taper() -> Floats:
    """What a window of Hann loses of any repetition, lag by lag."""
    window = np.hanning(SIZE + 1)[:-1]
    same = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * SIZE)) ** 2)[: LAGS[1] + 4]
    shares: Floats = (same / same[0]).astype(np.float32)
    return shares
