"""`video.steadiness`: flicker, frozen stretches and cuts, on videos made here."""

from __future__ import annotations

import time

import numpy as np
import pytest
from tests.intake.videos import video as made

from mingjian.detect.contract import NotExaminable, Unavailable
from mingjian.detect.video import steadiness
from mingjian.detect.video.steadiness import Steadiness
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import CurveExhibit, Finding, Seconds
from mingjian.intake import media
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import as_accepted

pytest.importorskip("av", reason="the extra media is not installed")


def ground(seed: int, size: tuple[int, int] = (96, 128)) -> np.ndarray:
    rough = np.random.default_rng(seed).integers(40, 200, (12, 16, 3))
    return np.kron(rough, np.ones((size[0] // 12, size[1] // 16, 1))).astype(float)


def moving(count: int, flicker: float = 0.0, noise: float = 2.0, seed: int = 3) -> list[np.ndarray]:
    random, base = np.random.default_rng(seed), ground(seed)
    return [
        np.clip(
            np.roll(base, number, axis=1)
            + flicker * (-1) ** number
            + random.normal(0, noise, base.shape),
            0,
            255,
        ).astype(np.uint8)
        for number in range(count)
    ]


def told(data: bytes) -> Finding:
    (finding,) = Steadiness({}).examine(as_accepted(data, EvidenceKind.VIDEO, "mp4"))
    return finding


def test_a_steady_video() -> None:
    finding = told(made(moving(40), quality="10"))
    assert finding.quiet
    assert finding.details["cuts"] == []
    assert finding.details["frozen"] == []
    assert finding.score is not None
    assert finding.proposition is None
    assert "no face is followed" in finding.because.en
    assert "没有跟踪面部" in finding.because.zh


def test_flicker_measures_higher() -> None:
    steady = told(made(moving(40), quality="10")).details["brightness_flicker"]
    restless = told(made(moving(40, flicker=4.0), quality="10")).details["brightness_flicker"]
    assert isinstance(steady, float)
    assert isinstance(restless, float)
    assert restless > 5.0
    assert steady < 1.0


def test_cuts_have_their_seconds() -> None:
    frames = moving(15) + moving(15, seed=8) + moving(15, seed=11)
    finding = told(made(frames, quality="10", gop=50))
    assert finding.details["cuts"] == [1.5, 3.0]
    assert Seconds(1.5, 1.5) in finding.where
    (exhibit,) = finding.exhibits
    assert isinstance(exhibit, CurveExhibit)
    assert len(exhibit.marks) == 2
    assert all(len(curve.points) == 45 for curve in exhibit.curves)


def test_frozen_stretches_have_their_seconds() -> None:
    frames = moving(30)
    frames[10:20] = [frames[10]] * 10
    # Lossless, so that equal frames stay equal.
    finding = told(made(frames, quality="0"))
    assert not finding.quiet
    assert finding.details["frozen"] == [[1.0, 1.9]]


def test_a_picture_that_never_changes_is_one_frozen_stretch() -> None:
    finding = told(made([moving(1)[0]] * 20, quality="0"))
    assert finding.details["frozen"] == [[0.0, 1.9]]
    assert finding.score == 0.0


def test_too_few_frames_and_damage() -> None:
    with pytest.raises(NotExaminable, match="Fewer than 12"):
        told(made(moving(5)))
    data = made(moving(30))
    random = np.random.default_rng(2)
    for _ in range(8):
        torn = bytearray(data)
        for at in random.integers(40, len(torn), 30):
            torn[at] = int(random.integers(256))
        try:
            told(bytes(torn))
        except NotExaminable:
            continue


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steadiness, "MOST_PIXELS", 128 * 96 * 20)
    start = time.process_time()
    assert 20 <= len(told(made(moving(60))).exhibits[0].curves[0].points) < 24  # type: ignore[union-attr]
    assert time.process_time() - start < 5


def test_without_the_extra_it_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steadiness, "missing", lambda: media.MISSING)
    with pytest.raises(Unavailable, match="media"):
        Steadiness({})


def test_promise() -> None:
    assert_keeps_promise(Steadiness, [made(moving(20))])
