"""What is measured of speech: numbers that level, mean spectrum and words hardly move.

Each view is a row of numbers over the active frames of a stretch at 16 kHz, band by band (1 kHz
each), so that those of the telephone band can be taken alone. Acoustic models and vocoders build
sound from coarse, smoothed frames: what they leave is in the fine grain of the spectrum and in how
noise and phase scatter. How the voice repeats, how the bands beat together, how level moves and
what linear prediction leaves were measured too; on systems and corpora held out they told nothing
or misled (see the card), and were left out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mingjian.detect.audio.speech import BANDS, HOP, Speech

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FLOOR = 1e-6
"""Grain is measured down to 60 dB below the strongest cell of the band."""
ZONES = ((0, 1), (1, 2), (2, 3), (3, 5), (5, 8))
"""How the eight coefficients along one side of a patch are taken together."""


def _log(values: Any) -> Any:
    return np.log(np.maximum(values, 1e-9))


@lru_cache
def _cosines(size: int) -> Floats:
    """The orthonormal cosine transform (DCT-II) of `size` points."""
    at = np.arange(size)
    table = np.cos(np.pi * np.outer(at, at + 0.5) / size) * np.sqrt(2.0 / size)
    table[0] /= np.sqrt(2.0)
    found: Floats = table.astype(np.float32)
    return found


def _power(samples: Floats, size: int, hop: int) -> tuple[Floats, Any]:
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    padded = np.pad(samples, (0, max(0, size - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window
    spectrum = np.fft.rfft(frames, axis=1)
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32), spectrum


def _grain(power: Floats, bins: int) -> Floats:
    """Texture of the log spectrogram: patches of 8 frames x 8 bins, cosine-transformed; the mean
    size of each zone of coefficients, band by band. `bins` a band."""
    count = len(power) // 8
    wide = power[: 8 * count, : BANDS * bins].reshape(8 * count, BANDS, bins)
    total = wide.sum(axis=(1, 2)).reshape(count, 8).sum(axis=1)
    active = total > total.max(initial=0.0) * 10.0**-3
    found = np.zeros((BANDS, len(ZONES), len(ZONES)), np.float32)
    if not active.any():
        return found[:, :, :].reshape(BANDS, -1)[:, 1:]
    peak = np.maximum(wide.max(axis=(0, 2), keepdims=True), 1e-20)
    logs = np.log(wide / peak + FLOOR)
    patches = logs.reshape(count, 8, BANDS, bins // 8, 8)[active]
    table = _cosines(8)
    sizes = np.abs(np.einsum("ut,ntbkf,vf->nbkuv", table, patches, table, optimize=True))
    mean = sizes.mean(axis=(0, 2))
    for i, (a, b) in enumerate(ZONES):
        for j, (c, d) in enumerate(ZONES):
            found[:, i, j] = mean[:, a:b, c:d].mean(axis=(1, 2))
    return np.asarray(_log(found.reshape(BANDS, -1)[:, 1:] + 0.02), np.float32)


def grain(speech: Speech) -> Floats:
    """Cells of 31 Hz and 8 ms: harmonics, and what blurs them. BANDS x 24."""
    return _grain(_power(speech.samples, 512, 128)[0], 32)


def fine_grain(speech: Speech) -> Floats:
    """Cells of 125 Hz and 2 ms: the single pulses of the voice. BANDS x 24."""
    return _grain(_power(speech.samples, 128, 32)[0], 8)


def scatter(speech: Speech) -> Floats:
    """How unevenly energy lies in small cells (3 frames x 5 bins), for voiced and for unvoiced
    frames: of true noise the log of the mean exceeds the mean of the log by a known amount.
    Also how far neighbouring bins and frames keep step in phase. BANDS x 6."""
    power, spectrum = _power(speech.samples, 512, 128)
    count = len(power)
    flat = np.zeros((count, 256), np.float32)
    cells = power[:, 1:257] / max(float(power.max(initial=0.0)), 1e-20) + 1e-9
    logs = np.log(cells)
    smooth, level = _mean5(_mean3(cells)), _mean5(_mean3(logs))
    flat = np.log(smooth) - level
    normed = spectrum / np.maximum(np.abs(spectrum), 1e-12)
    turn = normed[:, 1:257] * np.conj(normed[:, :256])
    beside = np.abs(_mean5(_mean3(turn)))
    step = normed[1:, 1:257] * np.conj(normed[:-1, 1:257])
    step = np.vstack([step, step[-1:]]) if len(step) else turn
    after = np.abs(_mean5(_mean3(step)))
    voiced, unvoiced = _at_hop(speech.voiced, count), _at_hop(_unvoiced(speech), count)
    rows = []
    for cell in (flat, beside, after):
        banded = cell.reshape(count, BANDS, -1).mean(axis=2)
        rows += [_mean_over(banded, voiced), _mean_over(banded, unvoiced)]
    return np.stack(rows, axis=1).astype(np.float32)


def _mean3(cells: Any) -> Any:
    """Mean of three frames."""
    padded = np.concatenate([cells[:1], cells, cells[-1:]])
    return (padded[:-2] + padded[1:-1] + padded[2:]) / 3


def _mean5(cells: Any) -> Any:
    """Mean of five bins."""
    padded = np.concatenate([cells[:, :1], cells[:, :1], cells, cells[:, -1:], cells[:, -1:]], 1)
    size = cells.shape[1]
    return sum(padded[:, i : i + size] for i in range(5)) / 5


def _unvoiced(speech: Speech) -> Any:
    return speech.active & (speech.harmonicity < 0.4)


def _at_hop(chosen: Any, count: int) -> Any:
    """A choice of frames of `speech` for frames of half its hop."""
    index = np.minimum(np.arange(count) // (HOP // 128), len(chosen) - 1)
    return chosen[index]


def _mean_over(values: Any, chosen: Any) -> Any:
    """Mean over the chosen frames; over all where none is."""
    return values[chosen].mean(axis=0) if chosen.any() else values.mean(axis=0)


BANDED = {"grain": (grain, 24), "fine_grain": (fine_grain, 24), "scatter": (scatter, 6)}
"""The views, with how many numbers each has a band."""


def measure(speech: Speech) -> Floats:
    """All views of a stretch, band by band."""
    rows = [make(speech) for make, _ in BANDED.values()]
    return np.concatenate(rows, axis=1).ravel()


def names() -> tuple[str, ...]:
    """The view and band of each number of `measure`, such as ``grain/3``."""
    one = [name for name, (_, count) in BANDED.items() for _ in range(count)]
    return tuple(f"{name}/{band}" for band in range(BANDS) for name in one)
