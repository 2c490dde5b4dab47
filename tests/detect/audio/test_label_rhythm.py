"""The rhythm mark, on sounds made here."""

from __future__ import annotations

import numpy as np
import pytest
from tests.detect.audio.sounds import RATE, chord, evidence, noise, voice, wav

from mingjian.detect.audio.label_rhythm import LabelRhythm
from mingjian.domain.finding import Finding
from mingjian.testing import assert_keeps_promise


def morse(code: str, short: float = 0.08, hertz: float = 1_000.0, level: float = 0.3) -> np.ndarray:
    """Dots, dashes and spaces as tones: 1, 3 and 2 more units, a unit between tones."""
    parts: list[np.ndarray] = []
    for sign in code:
        if sign == " ":
            parts.append(np.zeros(int(2 * short * RATE)))
            continue
        size = int((3 if sign == "-" else 1) * short * RATE)
        edge = np.minimum(1, np.minimum(np.arange(size), np.arange(size)[::-1]) / 60)
        parts.append(level * edge * np.sin(2 * np.pi * hertz * np.arange(size) / RATE))
        parts.append(np.zeros(int(short * RATE)))
    return np.concatenate(parts)


def only(samples: np.ndarray, **how: str) -> Finding:
    (finding,) = LabelRhythm({}).examine(evidence(wav(samples, **how)))
    return finding


def among(*parts: np.ndarray) -> np.ndarray:
    quiet = np.zeros(int(1.2 * RATE))
    return np.concatenate([part for one in parts for part in (quiet, one)] + [quiet])


@pytest.mark.parametrize(
    ("short", "hertz"),
    [(0.06, 700.0), (0.08, 1_000.0), (0.15, 440.0), (0.04, 2_000.0), (0.25, 880.0)],
)
def test_the_mark_is_found_with_its_time(short: float, hertz: float) -> None:
    finding = only(among(morse(".- ..", short, hertz)))
    assert not finding.quiet
    assert len(finding.where) == 1
    assert abs(finding.where[0].start - 1.2) < 0.03  # type: ignore[union-attr]
    assert "GB 45438" in finding.because.en
    assert finding.score is None


@pytest.mark.parametrize("how", [{"subtype": "ULAW"}, {"form": "MP3", "subtype": "MPEG_LAYER_III"}])
def test_the_mark_beside_speech_and_after_codecs(how: dict[str, str]) -> None:
    finding = only(among(voice(), morse(".- ..", level=0.05)), **how)
    assert len(finding.where) == 1


@pytest.mark.parametrize(
    "code", ["-. ..", ".. .-", "... --- ...", "----", ".-.. .. ...- .", "... .- .. ...", ".-.."]
)
def test_other_rhythms_are_not_the_mark(code: str) -> None:
    assert only(among(morse(code))).quiet


def test_other_sounds_are_not_the_mark() -> None:
    at = np.arange(2 * RATE) / RATE
    dial = 0.3 * np.sin(2 * np.pi * 440 * at)
    notes = ((".", 500.0), ("-", 700.0), (" ", 1.0), (".", 900.0), (".", 600.0))
    melody = np.concatenate([morse(sign, hertz=pitch) for sign, pitch in notes])
    for samples in (voice(8.0), noise(), np.zeros(RATE), chord(), dial, among(melody)):
        finding = only(samples)
        assert finding.quiet
        assert "absence" in finding.because.en
        assert "没有标识不说明" in finding.because.zh


def test_promise() -> None:
    assert_keeps_promise(LabelRhythm, [wav(among(morse(".- ..")))], arbitrary=20)
