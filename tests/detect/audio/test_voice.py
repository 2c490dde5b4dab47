"""The vector of a voice: alike for one voice, apart for others, whatever the level."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.detect.audio.voice import LEAST, Voice, voice_of
from mingjian.intake.sound import Sound, Stretch

from .sounds import RATE, noise, voice


def heard(samples: np.ndarray) -> Voice | None:
    sound = Sound(
        rate=RATE,
        channels=1,
        seconds=len(samples) / RATE,
        codec="pcm",
        stretches=(Stretch(0.0, samples.astype(np.float32)),),
        whole=True,
    )
    return voice_of(sound)


def vector(samples: np.ndarray) -> np.ndarray:
    found = heard(samples)
    assert found is not None
    assert found.seconds >= LEAST
    return found.vector


def test_one_voice_is_nearer_to_itself_than_to_another() -> None:
    one, again = (vector(voice(10.0, seed, 110.0, 0.95)) for seed in (1, 2))
    other = vector(voice(10.0, 3, 150.0, 1.12))
    assert one.shape == (42,)
    assert np.linalg.norm(one - again) < 0.5 * np.linalg.norm(one - other)


@pytest.mark.parametrize("level", [0.05, 0.3])
def test_level_moves_nothing(level: float) -> None:
    samples = voice(10.0, 1)
    assert np.allclose(vector(samples), vector(samples * level), atol=0.02)


def test_pitch_is_read() -> None:
    low, high = (vector(voice(10.0, 1, pitch))[39] for pitch in (100.0, 200.0))
    assert high - low == pytest.approx(np.log(2), abs=0.1)


def test_too_little_speech_is_no_voice() -> None:
    assert heard(voice(4.0)) is None
    assert heard(noise(12.0)) is None
