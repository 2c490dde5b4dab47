"""Where there is speech, and the numbers that are measured of it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.detect.audio.sounds import chord, noise, voice

from mingjian.detect.audio.model import columns
from mingjian.detect.audio.speech import Speech
from mingjian.detect.audio.traits import measure, names
from mingjian.intake.sound import resample


def speech(samples: np.ndarray) -> Speech:
    return Speech(samples.astype(np.float32))


@pytest.mark.parametrize(
    ("samples", "kind"),
    [(voice(), "speech"), (voice(pitch=210.0), "speech"), (chord(), "music"), (noise(), "none"),
     (np.zeros(48_000), "none"), (np.zeros(0), "none"), (np.ones(20), "none")],
)  # fmt: skip
def test_kinds_of_sound(samples: np.ndarray, kind: str) -> None:
    assert speech(samples).kind() == kind


def test_the_period_of_a_voice_is_found() -> None:
    found = speech(voice(pitch=125.0))
    hertz = 16_000 / np.median(found.period[found.voiced])
    assert 100 < hertz < 150


def test_a_telephone_ends_near_four_kilohertz() -> None:
    wide = voice().astype(np.float32)
    narrow = resample(resample(wide, 16_000, 8_000), 8_000)
    assert speech(wide).top > 7_000
    assert speech(narrow).top < 4_300


def test_level_moves_nothing() -> None:
    loud = measure(speech(voice()))
    quiet = measure(speech(voice() * 0.05))
    assert np.abs(loud - quiet).max() < 0.05


def test_every_number_has_a_name_and_is_finite() -> None:
    for samples in (voice(), chord(), noise(), np.zeros(4_000), voice(0.3), np.zeros(0)):
        numbers = measure(speech(samples))
        assert len(numbers) == len(names())
        assert np.isfinite(numbers).all()


def test_the_telephone_view_uses_lower_bands_only() -> None:
    assert {names()[i].split("/")[1] for i in columns(narrow=True)} == {"0", "1", "2"}
    upper = {names()[i].split("/")[1] for i in columns(narrow=False)}
    assert upper == {str(band) for band in range(7)}


def test_resynthesis_with_random_phase_moves_the_numbers() -> None:
    samples = voice()
    frames = np.lib.stride_tricks.sliding_window_view(samples, 512)[::128] * np.hanning(512)
    spectrum = np.abs(np.fft.rfft(frames, axis=1))
    turned = np.exp(2j * np.pi * np.random.default_rng(1).random(spectrum.shape))
    again = np.zeros(len(samples))
    for i, frame in enumerate(np.fft.irfft(spectrum * turned, axis=1)):
        again[i * 128 : i * 128 + 512] += frame * np.hanning(512)
    moved = np.abs(measure(speech(again)) - measure(speech(samples)))
    same = np.abs(measure(speech(samples * 0.5)) - measure(speech(samples)))
    assert np.median(moved) > 20 * np.median(same)
