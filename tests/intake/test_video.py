"""Frames and sound of a video become parts, bounded, whatever the bytes are."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from tests.intake.videos import RATE, scenes
from tests.intake.videos import video as made

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake import media, video
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Limits, Refused
from mingjian.intake.take_in import TakenIn, take_in
from mingjian.intake.video import sample
from mingjian.testing.evidence import evidence_from

pytest.importorskip("av", reason="the extra media is not installed")


def tone(seconds: float) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * 500 * np.arange(int(seconds * RATE)) / RATE)


def taken(data: bytes, name: str = "clip.mp4") -> list[TakenIn]:
    return take_in(BytesContent(data), name, Limits())


def item(data: bytes, name: str = "clip.mp4") -> Evidence:
    return evidence_from(data, name)[0]


@pytest.fixture(scope="module")
def short() -> bytes:
    return made(scenes(60), sound=tone(6.0))


def steps(parts: tuple[Evidence, ...]) -> list[str]:
    return [part.derivation.step for part in parts if part.derivation is not None]


def test_frames_and_sound_become_parts(short: bytes) -> None:
    own, *below = taken(short)
    frames = [p for p in own.parts if p.kind is EvidenceKind.IMAGE]
    sounds = [p for p in own.parts if p.kind is EvidenceKind.AUDIO]
    assert own.refusals == ()
    assert steps(own.parts) == ["frame"] * len(frames) + ["audio-track"]
    assert 7 <= len(frames) <= 16
    assert frames[0].path == "clip.mp4/frame 0.00 s.png"
    assert frames[0].derivation is not None
    assert frames[0].derivation.detail.startswith("0.00")
    assert all(part.parent == own.evidence.sha256 for part in own.parts)
    (sound,) = sounds
    assert sound.format == "flac"
    assert sound.derivation is not None
    assert sound.derivation.detail.startswith("aac, 16000 Hz, 0.00-6.")
    assert len({part.sha256 for part in frames}) == len(frames)
    assert len(below) >= len(own.parts)


def test_the_same_bytes_give_the_same_parts(short: bytes) -> None:
    first = [(frame.times, frame.evidence.sha256) for frame in sample(item(short)).frames]
    video._seen.clear()
    again = [(frame.times, frame.evidence.sha256) for frame in sample(item(short)).frames]
    assert again == first


def test_what_stands_still_is_one_frame_with_its_times() -> None:
    seen = sample(item(made(scenes(50, each=40))))
    assert seen.frames[0].times[:7] == (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
    assert len(seen.frames) == 2
    assert (seen.width, seen.height) == (128, 96)
    assert not seen.has_sound


def test_a_small_mark_is_a_change() -> None:
    plain = np.full((240, 320, 3), 120, np.uint8)
    marked = plain.copy()
    marked[220:232, 290:314] = 200
    frames = [marked if 10 <= number < 20 else plain for number in range(30)]
    seen = sample(item(made(frames)))
    assert [frame.times for frame in seen.frames][:2] == [(0.0, 0.5), (1.0, 1.5)]


def test_of_a_long_video_the_opening_and_key_frames_are_seen() -> None:
    seen = sample(item(made(scenes(150, each=5), rate=5, gop=10)))
    times = [at for frame in seen.frames for at in frame.times]
    assert times[:7] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    later = [at for at in times if at > 3.0]
    assert 5 <= len(later) <= video.LATER
    assert all(round(at, 2) % 2 == 0 for at in later)
    assert later[-1] > 20


def test_large_frames_are_made_smaller() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (9, 16, 3), np.uint8)
    large = np.kron(noise, np.ones((120, 120, 1), np.uint8))
    seen = sample(item(made([large] * 3)))
    assert (seen.width, seen.height) == (1920, 1080)
    from mingjian.intake.picture import decode

    picture = decode(seen.frames[0].evidence)
    assert 990_000 < picture.width * picture.height <= 1_001_000


@pytest.mark.parametrize(
    ("container", "codec"),
    [("webm", "libvpx"), ("avi", "mpeg4"), ("flv", "flv"), ("mpegts", "mpeg2video")],
)
def test_other_containers(container: str, codec: str) -> None:
    rate = 25 if codec == "mpeg2video" else 10
    data = made(scenes(40), codec=codec, container=container, rate=rate)
    assert item(data, "clip").kind is EvidenceKind.VIDEO
    assert len(sample(item(data, "clip")).frames) >= 3


def test_sound_without_pictures_is_still_taken_out() -> None:
    data = bytearray(made(scenes(10), sound=tone(1.0)))
    at = data.index(b"vide")
    data[at : at + 4] = b"xxxx"  # the handler of the video track
    own = taken(bytes(data))[0]
    assert steps(own.parts)[-1:] == ["audio-track"]


# ---- hostile ----------------------------------------------------------------------------


def test_torn_and_altered_files_never_raise(short: bytes) -> None:
    random = np.random.default_rng(3)
    for _ in range(12):
        torn = bytearray(short[: int(random.integers(100, len(short)))])
        for at in random.integers(40, len(torn), 25):
            torn[at] = int(random.integers(256))
        own = taken(bytes(torn))[0]
        assert own.parts or own.refusals


def test_a_truncated_stream_is_read_as_far_as_it_goes() -> None:
    data = made(scenes(40), container="webm", codec="libvpx")
    own = taken(data[: len(data) // 2], "clip.webm")[0]
    assert steps(own.parts)


def test_absurd_dimensions_are_refused(monkeypatch: pytest.MonkeyPatch, short: bytes) -> None:
    monkeypatch.setattr(video, "LARGEST", 1_000)
    video._seen.clear()
    with pytest.raises(Refused, match="128 x 96 pixels"):
        sample(item(short))
    video._seen.clear()


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch, short: bytes) -> None:
    monkeypatch.setattr(video, "MOST_SECONDS", 0.0)
    video._seen.clear()
    seen = sample(item(short))
    video._seen.clear()
    assert seen.cut_short is not None
    assert len(seen.frames) <= 1


def test_zero_and_absurd_frame_rates(short: bytes) -> None:
    at = short.index(b"stts")
    for delta in (0, 1, 0x7FFFFFFF):
        data = bytearray(short)
        struct.pack_into(">I", data, at + 16, delta)
        own = taken(bytes(data))[0]
        assert own.parts or own.refusals


def test_thousands_of_streams_are_refused_at_once() -> None:
    data = made(scenes(4))
    at = data.index(b"trak") - 4
    (size,) = struct.unpack_from(">I", data, at)
    track = data[at : at + size]
    moov = data.index(b"moov") - 4
    (moov_size,) = struct.unpack_from(">I", data, moov)
    many = 3_000
    data = (
        data[:moov]
        + struct.pack(">I", moov_size + many * size)
        + data[moov + 4 : at + size]
        + track * many
        + data[at + size :]
    )
    start = time.process_time()
    own = taken(data)[0]
    assert time.process_time() - start < 10
    assert own.refusals


def test_without_the_extra_nothing_is_taken_out(
    monkeypatch: pytest.MonkeyPatch, short: bytes
) -> None:
    monkeypatch.setattr("mingjian.intake.unpack.video.missing", lambda: media.MISSING)
    own = taken(short)[0]
    assert own.parts == ()
    assert own.refusals == ()
