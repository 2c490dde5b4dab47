"""Sounds made here for the tests: something like a voice, a chord, noise."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from mingjian.domain.evidence import Evidence
from mingjian.testing.evidence import evidence_from

RATE = 16_000


def voice(
    seconds: float = 4.0, seed: int = 0, pitch: float = 120.0, tract: float = 1.0
) -> np.ndarray:
    """Pulses through three resonances that wander, in syllables, with breath between.

    `tract` moves all resonances, as a shorter or longer throat does.
    """
    random = np.random.default_rng(seed)
    size = int(seconds * RATE)
    at = np.arange(size) / RATE
    wander = np.cumsum(random.normal(0, 1, size)) * 0.004
    hertz = pitch * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * at) + 0.01 * np.tanh(wander))
    phase = np.cumsum(hertz / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0) + 0.02 * random.normal(0, 1, size)
    ring, width = np.arange(800), size + 800
    spectrum = np.fft.rfft(pulses, width)
    made = np.zeros(size)
    for resonances in ((700, 1200, 2600), (350, 2200, 2900), (450, 900, 2400)):
        gate = np.clip(np.sin(2 * np.pi * 1.3 * at + resonances[0]), 0, 1)
        response = sum(
            np.exp(-np.pi * broad / RATE * ring)
            * np.sin(2 * np.pi * tract * hertz_of * ring / RATE)
            for hertz_of, broad in zip(resonances, (90, 120, 180), strict=True)
        )
        made += gate * np.fft.irfft(spectrum * np.fft.rfft(response, width), width)[:size]
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * at) + 0.35, 0, 1)
    hiss = np.diff(random.normal(0, 1, size), prepend=0.0)
    hiss *= np.clip(np.sin(2 * np.pi * 3.1 * at + 2.5), 0, 1) ** 4
    made = made * syllables + 0.4 * hiss + 1e-3 * random.normal(0, 1, size)
    return 0.5 * made / np.abs(made).max()


def chord(seconds: float = 4.0) -> np.ndarray:
    at = np.arange(int(seconds * RATE)) / RATE
    return sum(0.2 * np.sin(2 * np.pi * hertz * at) for hertz in (220.0, 277.2, 329.6))


def noise(seconds: float = 3.0) -> np.ndarray:
    return np.random.default_rng(5).normal(0, 0.1, int(seconds * RATE))


def wav(samples: np.ndarray, rate: int = RATE, subtype: str = "PCM_16", form: str = "WAV") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=form, subtype=subtype)
    return buffer.getvalue()


def evidence(data: bytes, name: str = "sound.wav") -> Evidence:
    return evidence_from(data, name)[0]
