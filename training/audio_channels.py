"""Channels that genuine and synthetic clips go through alike, so that none tells them apart."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from scipy.signal import fftconvolve, firwin, resample_poly

RATE = 16_000
CHANNELS = ("clean", "g711", "mp3", "opus", "rough")


def coded(
    samples: np.ndarray, rate: int, container: str, subtype: str, **how: object
) -> np.ndarray:
    """`samples` written in a format and read back."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(samples, -1, 1), rate, format=container, subtype=subtype, **how)
    buffer.seek(0)
    return soundfile.read(buffer, dtype="float64")[0]


def telephone(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """300 to 3,400 Hz, 8 kHz, mu-law or A-law."""
    low = resample_poly(samples, 1, 2)
    band = firwin(101, [random.uniform(80, 300), random.uniform(3400, 3900)], fs=8000,
                  pass_zero=False)  # fmt: skip
    low = fftconvolve(low, band, mode="same")
    passed = coded(low, 8000, "WAV", str(random.choice(["ULAW", "ALAW"])))
    return resample_poly(passed, 2, 1)


def mp3(samples: np.ndarray, random: np.random.Generator, kbits: int = 0) -> np.ndarray:
    """MPEG layer III at 24 kHz, constant bit rate: 160 kbit/s is level 0, 8 is level 1."""
    rate = int(kbits or random.choice([32, 48, 64, 96]))
    level = float(np.clip((160 - rate) / 152, 0.0, 1.0))
    wide = resample_poly(samples, 3, 2)
    passed = coded(wide, 24_000, "MP3", "MPEG_LAYER_III", bitrate_mode="CONSTANT",
                     compression_level=level)  # fmt: skip
    return resample_poly(passed, 2, 3)


def opus(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    level = float(random.uniform(0.75, 0.97))
    return coded(samples, RATE, "OGG", "OPUS", compression_level=level)


def rough(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A room, noise 15 to 35 dB down, a tilt, and another rate on the way."""
    made = samples
    if random.random() < 0.5:
        times = np.arange(int(0.25 * RATE)) / RATE
        room = random.normal(0, 1, len(times)) * np.exp(-times / random.uniform(0.02, 0.08))
        room *= random.uniform(0.02, 0.12)
        room[0] = 1.0
        made = fftconvolve(made, room)[: len(made)]
    if random.random() < 0.6:
        tilt = random.uniform(-0.5, 0.5)
        made = fftconvolve(made, [1.0, tilt, tilt**2])[: len(made)]
    if random.random() < 0.5:
        up, down = [(441, 320), (11, 8), (7, 5), (3, 4), (15, 16)][int(random.integers(5))]
        made = resample_poly(resample_poly(made, up, down), down, up)[: len(samples)]
    if random.random() < 0.7:
        noise = random.normal(0, 1, len(made))
        if random.random() < 0.5:
            noise = np.cumsum(noise)
            noise -= fftconvolve(noise, np.ones(400) / 400, mode="same")
        loud = made.std() * 10 ** (-random.uniform(15, 35) / 20)
        made = made + noise / max(noise.std(), 1e-9) * loud
    return made


def through(channel: str, samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The clip after the channel, at a level drawn at random (16-bit steps where it is clean)."""
    gain = 10 ** random.uniform(-1.2, 0.0) / max(np.abs(samples).max(), 1e-9)
    samples = samples * gain * 0.95
    make = {"g711": telephone, "mp3": mp3, "opus": opus, "rough": rough}.get(channel)
    made = samples if make is None else make(samples, random)
    return np.round(np.clip(made, -1, 1) * 32767) / 32767
