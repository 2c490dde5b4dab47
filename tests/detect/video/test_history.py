"""`video.history`: what the tables and fields of a container say, on files made here."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from tests.intake.videos import scenes
from tests.intake.videos import video as made

from mingjian.detect.contract import NotApplicable
from mingjian.detect.video.history import History
from mingjian.detect.video.history_software import tool_of, tools
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, Seconds
from mingjian.intake.container.bmff_tracks import read_movie
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import as_accepted

# ---- an MP4 written by hand: only its tables ----------------------------------------------


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def track(
    kind: bytes = b"vide",
    *,
    created: int = 3_800_000_000,
    seconds: int = 10,
    deltas: tuple[tuple[int, int], ...] = ((250, 40),),
    keys: tuple[int, ...] = tuple(range(1, 250, 25)),
    codecs: int = 1,
    edits: tuple[tuple[int, int], ...] = (),
    handler: bytes = b"VideoHandler",
) -> bytes:
    head = numbers(0, created, created)
    pieces = [box(b"tkhd", head, numbers(1, 0, seconds * 1000), bytes(60))]
    if edits:
        rows = b"".join(struct.pack(">IiI", length, at, 1 << 16) for length, at in edits)
        pieces.append(box(b"edts", box(b"elst", numbers(0, len(edits)), rows)))
    table = box(
        b"stbl",
        box(b"stsd", numbers(0, codecs), box(b"avc1", bytes(70)) * codecs),
        box(b"stts", numbers(0, len(deltas)), *(numbers(*one) for one in deltas)),
        box(b"stss", numbers(0, len(keys), *keys)),
    )
    pieces.append(
        box(
            b"mdia",
            box(b"mdhd", head, numbers(1000, seconds * 1000), bytes(4)),
            box(b"hdlr", bytes(8), kind, bytes(12), handler + b"\0"),
            box(b"minf", table),
        )
    )
    return box(b"trak", *pieces)


def movie(*tracks: bytes, created: int = 3_800_000_000, modified: int | None = None) -> bytes:
    head = numbers(0, created, created if modified is None else modified, 1000, 10_000)
    return (
        box(b"ftyp", b"isom", numbers(512), b"isommp42")
        + box(b"moov", box(b"mvhd", head, bytes(80)), *tracks)
        + box(b"mdat", bytes(16))
    )


def told(data: bytes, form: str = "mp4") -> dict[str, Finding]:
    found = History({}).examine(as_accepted(data, EvidenceKind.VIDEO, form))
    return {finding.signal: finding for finding in found}


def test_a_plain_file_is_quiet_but_for_what_it_names() -> None:
    found = told(movie(track(), track(b"soun")))
    assert [signal for signal, finding in found.items() if not finding.quiet] == []
    assert found["video.container"].details["major_brand"] == "isom"
    assert found["video.container"].details["brands"] == ["isom", "mp42"]
    assert "index in front" in found["video.container"].because.en
    assert found["video.frame_rate"].details["rate"] == 25
    assert found["video.key_frames"].details["usual_distance"] == 25
    assert all(finding.score is None for finding in found.values())


def test_times_that_differ_and_times_not_set() -> None:
    found = told(movie(track(created=3_800_000_900)))["video.times"]
    assert not found.quiet
    assert found.details["spread"] == 900
    assert "900 s" in found.because.en
    assert "900 秒" in found.because.zh
    assert len(found.where) == 3
    early = told(movie(track(), modified=3_700_000_000))["video.times"]
    assert "precedes" in early.because.en
    unset = told(movie(track(created=0), created=0))["video.times"]
    assert "No creation" in unset.because.en


def test_sound_that_lasts_longer() -> None:
    found = told(movie(track(), track(b"soun", seconds=14)))["video.lengths"]
    assert not found.quiet
    assert found.details == {"pictures": 10.0, "sound": 14.0}


def test_edit_lists() -> None:
    assert "video.edits" not in told(movie(track(edits=((10_000, 80),))))
    found = told(movie(track(edits=((5_000, 0), (5_000, 7_000)))))["video.edits"]
    assert found.details["edits"] == [{"seconds": 5.0, "from": 0.0}, {"seconds": 5.0, "from": 7.0}]
    (place,) = found.where
    assert isinstance(place, ByteRange)
    nothing = told(movie(track(edits=((5_000, -1),))))["video.edits"]
    assert "plays nothing" in nothing.because.en


def test_joined_codecs() -> None:
    assert told(movie(track(codecs=2)))["video.joined"].details["codecs"] == ["avc1", "avc1"]


def test_gaps_and_variable_rates_have_their_seconds() -> None:
    found = told(movie(track(deltas=((100, 40), (1, 400), (149, 40)))))["video.frame_rate"]
    assert not found.quiet
    assert found.where == (Seconds(4.0, 4.4),)
    uneven = told(movie(track(deltas=((100, 40), (100, 60)))))["video.frame_rate"]
    assert "variable rate" in uneven.because.en
    assert uneven.quiet


def test_a_broken_pattern_of_key_frames_has_its_second() -> None:
    keys = (*range(1, 101, 25), 113, *range(138, 250, 25))
    found = told(movie(track(keys=keys)))["video.key_frames"]
    assert not found.quiet
    assert found.details["exceptions"] == 1
    assert found.where[0] == Seconds(4.48, 4.48)
    free = told(movie(track(keys=(1, 9, 40, 44, 90, 101, 180, 222))))["video.key_frames"]
    assert free.quiet
    assert "by content" in free.because.en


def test_software_is_named_with_its_bytes_and_whether_that_is_verified() -> None:
    data = movie(track(handler=b"ISO Media file produced by Google Inc."))
    found = told(data)["video.software"]
    assert not found.quiet
    assert "YouTube" in found.because.en
    (place,) = found.where
    assert isinstance(place, ByteRange)
    assert b"Google" in data[place.start : place.end]
    unverified = told(movie(track(handler=b"Made with CapCut")))["video.software"]
    assert "not verified" in unverified.because.en
    assert "待核验" in unverified.because.zh


def test_every_verified_tool_names_its_source() -> None:
    for tool in tools():
        assert tool["verified"] == ("source" in tool)
        assert tool_of(tool.get("starts") or f"made with {tool['has']} 3") is not None
    assert tool_of("VideoHandler") is None


def test_what_is_not_read_says_so() -> None:
    with pytest.raises(NotApplicable, match="mpeg-ts"):
        told(bytes(400), "mpeg-ts")


def test_a_file_of_ffmpeg() -> None:
    pytest.importorskip("av", reason="the extra media is not installed")
    data = made(scenes(80), metadata={"encoder": "x"})
    found = told(data)
    kinds = found["video.software"].details["software"]
    assert isinstance(kinds, list)
    names = {one["name"] for one in kinds}
    assert names == {"FFmpeg (libavformat)", "the encoder x264"}
    webm = told(made(scenes(10), codec="libvpx", container="webm"), "webm")
    assert list(webm) == ["video.software"]
    assert "FFmpeg" in webm["video.software"].because.en


# ---- hostile ------------------------------------------------------------------------------


def test_altered_bytes_never_raise() -> None:
    data = movie(track(edits=((5_000, 0), (5_000, 7_000))), track(b"soun"))
    random = np.random.default_rng(5)
    for _ in range(300):
        torn = bytearray(data[: int(random.integers(8, len(data)))])
        for at in random.integers(0, len(torn), 6):
            torn[at] = int(random.integers(256))
        told(bytes(torn))


def test_absurd_counts_cost_nothing() -> None:
    start = time.process_time()
    told(movie(track(deltas=((0xFFFFFFFF, 0xFFFFFFFF),) * 50_000, keys=tuple(range(1, 100_000)))))
    told(movie(*[track()] * 3_000))
    assert time.process_time() - start < 5
    assert len(read_movie(memoryview(movie(*[track()] * 3_000))).tracks) == 64


def test_promise() -> None:
    assert_keeps_promise(History, [movie(track(), track(b"soun"))])
