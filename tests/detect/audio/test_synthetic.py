"""`audio.synthetic` from bytes to finding, on sounds made here."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.detect.audio.sounds import chord, evidence, noise, voice, wav

from mingjian.detect.audio import synthetic
from mingjian.detect.audio.passage import Passage, Window
from mingjian.detect.audio.synthetic import SYNTHETIC, Synthetic
from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import CurveExhibit, Finding, MapExhibit, Seconds
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import as_accepted


@pytest.fixture(scope="module")
def detector() -> Synthetic:
    return Synthetic({})


def only(detector: Synthetic, data: bytes, name: str = "sound.wav") -> Finding:
    (finding,) = detector.examine(evidence(data, name))
    return finding


def test_promise() -> None:
    examples = [
        wav(voice()),
        wav(voice(1.2)[:6_000], 8_000, "ULAW"),
        wav(voice(3.0), form="OGG", subtype="VORBIS"),
        wav(chord()),
        wav(np.zeros(8_000)),
    ]
    assert_keeps_promise(Synthetic, examples, arbitrary=30)


def test_a_finding_has_its_exhibits_and_context(detector: Synthetic) -> None:
    finding = only(detector, wav(voice(5.0)))
    assert finding.signal == "audio.synthetic_voice"
    assert finding.proposition == SYNTHETIC.id
    assert finding.context["form"] == "speech"
    assert finding.context["channel"] == "wide"
    assert 2.0 < float(finding.context["duration"]) <= 5.0
    spectrogram, curve = finding.exhibits
    assert isinstance(spectrogram, MapExhibit)
    assert isinstance(curve, CurveExhibit)
    assert spectrogram.down.first > spectrogram.down.last == 0.0
    assert 4.5 < spectrogram.across.last <= 5.0
    bright = np.frombuffer(spectrogram.values.pixels, np.uint8)
    assert bright.max() == 255
    assert bright.min() < 60
    json.dumps(dict(finding.details), allow_nan=False)


def test_telephone_recordings_use_the_telephone_band(detector: Synthetic) -> None:
    from mingjian.intake.sound import resample

    low = resample(voice(4.0).astype(np.float32), 16_000, 8_000)
    finding = only(detector, wav(low, 8_000, "ALAW"))
    assert finding.context["channel"] == "telephone"
    assert finding.details["codec"] == "ALAW"
    assert "telephone" in finding.because.en
    assert "电话" in finding.because.zh
    spectrogram = finding.exhibits[0]
    assert isinstance(spectrogram, MapExhibit)
    assert spectrogram.down.first == 4_000


def test_level_and_container_decide_nothing(detector: Synthetic) -> None:
    samples = voice(4.0)
    loud = only(detector, wav(samples))
    quiet = only(detector, wav(samples * 0.1))
    flac = only(detector, wav(samples, form="FLAC"), "sound.flac")
    assert loud.score is not None
    assert quiet.score == pytest.approx(loud.score, abs=0.3)
    assert flac.score == pytest.approx(loud.score, abs=0.05)


def test_music_and_short_speech_are_shown_outside_the_population(detector: Synthetic) -> None:
    music = only(detector, wav(chord()))
    assert music.context["form"] == "music"
    assert "music" in music.because.en
    short = only(detector, wav(voice(4.0)[10_000:21_000]))
    assert float(short.context["duration"]) < synthetic.LEAST
    assert "too little speech" in short.because.en


@pytest.mark.parametrize("samples", [np.zeros(32_000), noise(), np.zeros(40)])
def test_nothing_to_measure(detector: Synthetic, samples: np.ndarray) -> None:
    with pytest.raises(NotApplicable, match="No speech"):
        list(detector.examine(evidence(wav(samples))))


def test_damage_is_not_examinable(detector: Synthetic) -> None:
    data = wav(voice(1.0), form="FLAC")[:60]
    with pytest.raises(NotExaminable):
        list(detector.examine(as_accepted(data, EvidenceKind.AUDIO, "flac")))


def test_amr_without_the_extra_names_it(
    detector: Synthetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(Unavailable, match="media"):
        list(detector.examine(as_accepted(bytes(100), EvidenceKind.AUDIO, "amr")))


def test_two_runs_agree(detector: Synthetic) -> None:
    data = wav(voice(6.0, seed=3))
    assert only(detector, data) == only(detector, data)


def test_scales_hold_for_speech_of_their_band_only(detector: Synthetic) -> None:
    from importlib.resources import files

    from mingjian.weigh.scale import load_scales

    folder = files("mingjian.detect.audio")
    scales = load_scales(file for file in folder.iterdir() if file.name.endswith(".scale.json"))
    found = scales["audio.synthetic_voice"]
    assert len(found) == 2
    assert all(scale.research for scale in found)
    speech, music = only(detector, wav(voice(5.0))), only(detector, wav(chord()))
    assert sum(scale.ratio(speech).opinion for scale in found) == 1
    assert not any(scale.ratio(music).opinion for scale in found)
    for scale in found:  # what was measured supports hints, not proofs
        assert -1.0 < scale.bounds[0] < 0 < scale.bounds[1] < 1.5


# ---- parts, and what is said of them ----------------------------------------------------------


def windows(*scores: float) -> tuple[Window, ...]:
    return tuple(
        Window(2.0 * i, 2.0 * (i + 1), 2.0, score, "speech") for i, score in enumerate(scores)
    )


def passage(*scores: float, form: str = "speech", wide: bool = True) -> Passage:
    return Passage(
        windows=windows(*scores),
        score=sum(scores) / len(scores),
        seconds=2.0 * len(scores),
        form=form,
        wide=wide,
        top=8_000.0,
        moved={"grain": 1.0, "fine_grain": 0.4, "scatter": -0.5},
    )


def test_parts_are_two_windows_or_more() -> None:
    assert passage(-2, -2, 3, 4, -2, -2).marked(1.0) == ((4.0, 8.0),)
    assert passage(-2, 5, -2, -2).marked(1.0) == ()
    assert passage(5).marked(1.0) == ((0.0, 2.0),)
    assert passage(3, 3, -1, 3, 3).marked(1.0) == ((0.0, 4.0), (6.0, 10.0))


def test_parts_do_not_reach_over_what_was_not_read() -> None:
    apart = (Window(0, 2, 2, 3.0, "speech"), Window(60, 62, 2, 3.0, "speech"))
    assert passage(1, 1).marked(5.0) == ()
    from dataclasses import replace

    assert replace(passage(1, 1), windows=apart).marked(1.0) == ()


@pytest.mark.parametrize(
    ("made", "en", "zh"),
    [
        (passage(3, 3), "the fine texture of the spectrum", "频谱细纹"),
        (passage(-3, -3, -3, -3, 2, 2, -3, -3), "8.0 s to 12.0 s", "第 8.0 至 12.0 秒"),
        (passage(-3, -3), "does not rule synthesis out", "不能排除合成"),
        (passage(0.1, 0.2), "leans to neither", "不偏向任何一方"),
        (passage(3, 3, form="music"), "music", "音乐"),
        (passage(3, 3, wide=False), "telephone band only", "电话频段"),
    ],
)
def test_sentences(made: Passage, en: str, zh: str) -> None:
    said = synthetic._because(made, made.marked(synthetic.LEAN))
    assert en in said.en
    assert zh in said.zh


def test_marked_times_are_places(detector: Synthetic, monkeypatch: pytest.MonkeyPatch) -> None:
    from mingjian.detect.audio import passage as module
    from mingjian.detect.audio.model import Measured

    scores = iter([-3.0, -3.0, 4.0, 4.0, -3.0, -3.0])
    monkeypatch.setattr(
        detector._model,
        "measure",
        lambda speech, wide: Measured(next(scores), {"grain": 1.0}, wide),
    )
    monkeypatch.setattr(module, "WINDOW", 2.0)
    finding = only(detector, wav(voice(12.0)))
    assert finding.where == (Seconds(4.0, 8.0),)
    assert not finding.quiet
    spectrogram = finding.exhibits[0]
    assert isinstance(spectrogram, MapExhibit)
    assert [(mark.left, mark.right) for mark in spectrogram.marks] == [(4.0, 8.0)]
