"""Recordings read within bounds, from sounds made here."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest
import soundfile

from mingjian.domain.evidence import Evidence
from mingjian.intake import sound
from mingjian.intake.limits import Refused
from mingjian.intake.media import NeedsMedia
from mingjian.intake.sound import decode, resample
from mingjian.testing.evidence import evidence_from

RATE = 16_000


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def written(samples: np.ndarray, rate: int, container: str, subtype: str | None = None) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=container, subtype=subtype)
    return buffer.getvalue()


def evidence(data: bytes, name: str = "sound") -> Evidence:
    return evidence_from(data, name)[0]


@pytest.mark.parametrize(
    ("container", "subtype", "rate"),
    [
        ("WAV", "PCM_16", RATE),
        ("WAV", "PCM_24", 44_100),
        ("WAV", "FLOAT", RATE),
        ("WAV", "ULAW", 8_000),
        ("WAV", "ALAW", 8_000),
        ("FLAC", None, 22_050),
        ("OGG", "VORBIS", 44_100),
        ("OGG", "OPUS", 48_000),
        ("MP3", None, 24_000),
        ("AIFF", None, RATE),
    ],
)
def test_reads_what_libsndfile_reads(container: str, subtype: str | None, rate: int) -> None:
    read = decode(evidence(written(tone(1.5, 440.0, rate), rate, container, subtype)))
    assert read.rate == rate
    assert read.whole
    assert read.notes == ()
    assert abs(read.read_seconds - 1.5) < 0.1
    samples = resample(read.stretches[0].samples, read.rate)
    spectrum = np.abs(np.fft.rfft(samples[2_000:18_000]))
    assert abs(int(np.argmax(spectrum)) - 440) <= 1
    assert 0.4 < np.abs(samples[4_000:12_000]).max() < 0.6


def test_channels_are_averaged() -> None:
    both = np.stack([tone(0.5), np.zeros(8_000)], axis=1)
    read = decode(evidence(written(both, RATE, "WAV")))
    assert read.channels == 2
    assert abs(np.abs(read.stretches[0].samples).max() - 0.25) < 0.01


def test_long_recordings_are_read_in_three_places() -> None:
    long = np.zeros(8_000 * 200, np.float32)
    long[8_000 * 100 :] = 0.25
    read = decode(evidence(written(long, 8_000, "WAV")), seconds=10.0)
    assert [round(stretch.start) for stretch in read.stretches] == [0, 95, 190]
    assert read.read_seconds == 30.0
    assert not read.whole
    assert "200 s" in read.notes[0].en
    assert "200 秒" in read.notes[0].zh
    assert read.stretches[0].samples.max() == 0
    assert abs(read.stretches[2].samples.min() - 0.25) < 1e-3


def test_a_header_that_promises_more_than_there_is() -> None:
    data = bytearray(written(tone(1.0), RATE, "WAV", "PCM_16"))
    data[40:44] = (2**31 - 1).to_bytes(4, "little")
    read = decode(evidence(bytes(data)))
    assert 0.9 < read.read_seconds < 1.1


def test_samples_that_are_no_numbers_are_silence() -> None:
    wild = tone(0.5).astype(np.float32)
    wild[:100] = np.nan
    wild[100:200] = np.inf
    wild[200:300] = 1e30
    samples = decode(evidence(written(wild, RATE, "WAV", "FLOAT"))).stretches[0].samples
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= sound.LOUDEST
    assert (samples[:200] == 0).all()


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "MP3"])
def test_damage_is_refused_or_read_in_part(container: str) -> None:
    data = written(tone(2.0), RATE, container)
    random = np.random.default_rng(7)
    for _ in range(12):
        torn = bytearray(data[: int(random.integers(30, len(data)))])
        for at in random.integers(16, len(torn), 20):
            torn[at] = int(random.integers(256))
        try:
            read = decode(evidence(bytes(torn)))
        except Refused:
            continue
        assert np.isfinite(read.stretches[0].samples).all()


def test_rates_and_channels_beyond_bounds_are_refused() -> None:
    with pytest.raises(Refused, match="2000 Hz"):
        decode(evidence(written(tone(1, 100, 2_000), 2_000, "WAV")))
    with pytest.raises(Refused, match="9 channels"):
        decode(evidence(written(np.zeros((800, 9)), 8_000, "WAV")))
    with pytest.raises(Refused, match="no sound samples"):
        decode(evidence(written(np.zeros(0), 8_000, "WAV")))


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(Refused, match="silk"):
        decode(evidence(b"#!SILK_V3" + bytes(100)))


def test_without_the_extra_the_reason_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(NeedsMedia, match="media"):
        decode(evidence(b"#!AMR\n" + bytes(100)))


def _aac(seconds: float) -> bytes:
    av = pytest.importorskip("av")
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ipod") as box:
        stream = box.add_stream("aac", rate=RATE)
        stream.layout = "mono"
        samples = tone(seconds).astype(np.float32)[None]
        for start in range(0, samples.shape[1], 1024):
            part = np.ascontiguousarray(samples[:, start : start + 1024])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate = RATE
            frame.pts = start
            box.mux(stream.encode(frame))
        box.mux(stream.encode(None))
    return buffer.getvalue()


def test_aac_and_video_sound_with_the_extra() -> None:
    read = decode(evidence(_aac(2.0), "a.m4a"))
    assert read.codec == "aac"
    assert read.rate == RATE
    assert abs(read.read_seconds - 2.0) < 0.2
    assert 0.4 < np.abs(read.stretches[0].samples[8_000:16_000]).max() < 0.6


def test_stretches_of_a_long_aac() -> None:
    read = decode(evidence(_aac(60.0), "a.m4a"), seconds=5.0)
    starts = [stretch.start for stretch in read.stretches]
    assert np.allclose(starts, [0.0, 27.5, 55.0], atol=0.2)
    assert not read.whole


def test_damaged_aac_is_refused_or_read() -> None:
    data = _aac(1.0)
    random = np.random.default_rng(3)
    for _ in range(12):
        torn = bytearray(data[: int(random.integers(40, len(data)))])
        for at in random.integers(12, len(torn), 30):
            torn[at] = int(random.integers(256))
        with suppress(Refused):
            decode(evidence(bytes(torn), "a.m4a"))


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 24_000, 44_100, 48_000, 44_101])
def test_resampling_keeps_a_tone_and_its_place(rate: int) -> None:
    made = resample(tone(1.0, 1_000.0, rate).astype(np.float32), rate)
    expected = tone(1.0, 1_000.0)
    size = min(len(made), len(expected))
    assert abs(len(made) - RATE) <= 2
    assert np.abs(made[500 : size - 500] - expected[500 : size - 500]).max() < 1e-3


def test_resampling_removes_what_the_lower_rate_cannot_hold() -> None:
    made = resample(tone(1.0, 9_500.0, 48_000).astype(np.float32), 48_000)
    assert np.abs(made[500:-500]).max() < 1e-3


def test_resampling_of_little_and_nothing() -> None:
    assert len(resample(np.zeros(0, np.float32), 8_000)) == 0
    assert len(resample(np.ones(3, np.float32), 8_000)) == 6
    same = np.ones(5, np.float32)
    assert resample(same, RATE) is same
