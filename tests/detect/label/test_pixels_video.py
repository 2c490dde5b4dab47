"""`label.visible` on video: how long a mark stands in the opening, with its place and height."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tests.intake.videos import video as made

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.label import pixels, pixels_video
from mingjian.detect.label.pixels import MET, NOT_MET, UNKNOWN, Visible
from mingjian.detect.label.pixels_video import lasting
from mingjian.domain.evidence import Evidence
from mingjian.domain.finding import Finding, PictureExhibit, Seconds
from mingjian.domain.message import Message
from mingjian.intake import media, video
from mingjian.intake.limits import Refused
from mingjian.intake.picture import decode
from mingjian.intake.unpack.words import Line, Words, missing
from mingjian.testing.evidence import evidence_from

av = pytest.importorskip("av", reason="the extra media is not installed")
LOOKS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ("1111111", MET),
        ("1111100", MET),
        ("1111000", NOT_MET),  # gone by 2.0 s at the latest
        ("1110000", NOT_MET),
        ("1000000", NOT_MET),
        ("0000000", NOT_MET),
        ("0011111", NOT_MET),  # not on the opening picture
        ("0111111", UNKNOWN),  # came within the first half second
        ("1101111", MET),  # one look misread
        ("1100111", NOT_MET),
    ],
)
def test_two_seconds_from_the_start(there: str, told: Message) -> None:
    assert lasting(LOOKS, [one == "1" for one in there]) is told


def test_of_a_very_short_video_it_cannot_tell() -> None:
    assert lasting((0.0, 0.5, 1.0), [True, True, True]) is UNKNOWN
    assert lasting((), []) is UNKNOWN


def clip(start: int, end: int, *, high: int = 14, count: int = 40) -> bytes:
    """10 frames a second; a white bar for the mark, `high` of 240 rows, bottom right."""

    def frames() -> Iterator[np.ndarray]:
        y, x = np.mgrid[0:240, 0:320]
        plain = np.stack([x // 3, y // 3, (x + y) // 5], axis=2).astype(np.uint8)
        for number in range(count):
            frame = plain.copy()
            if start <= number < end:
                frame[230 - high : 230, 240:310:4] = 255
            yield frame

    return made(frames())


def read_bar(evidence: Evidence) -> Words:
    """Stands in for the networks: the bar reads AI生成."""
    picture = decode(evidence)
    rows = np.flatnonzero(picture.rgb[:, 240:310:4].mean(axis=(1, 2)) > 180)
    lines: tuple[Line, ...] = ()
    if len(rows):
        top, high = float(rows[0]) - 3, float(rows[-1] - rows[0]) + 7
        lines = (
            Line(text="AI生成", left=238, top=top, width=74, height=high, high=high, sure=0.9),
        )
    return Words(lines=lines, width=picture.width, height=picture.height)


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Visible:
    monkeypatch.setattr(pixels, "missing", lambda: None)
    monkeypatch.setattr(pixels_video, "words_in", read_bar)
    return Visible({})


def told(detector: Visible, data: bytes) -> Finding:
    (finding,) = detector.examine(evidence_from(data, "a.mp4")[0])
    return finding


def test_a_mark_that_meets_the_rule(detector: Visible) -> None:
    finding = told(detector, clip(0, 27))
    assert isinstance(finding.details["marks"], list)
    (mark,) = finding.details["marks"]
    assert (mark["from"], mark["to"]) == (0.0, 2.5)
    assert mark["lasting"] == "met"
    assert mark["height"] == "met"
    assert mark["where"].en == "bottom right corner"
    assert 0.055 < mark["share"] < 0.065
    assert finding.where == (Seconds(0.0, 2.5),)
    assert "from 0.0 to 2.5 s" in finding.because.en
    assert "第 0.0 至 2.5 秒" in finding.because.zh
    assert "not verified" in finding.because.en
    assert finding.score is None
    assert isinstance(finding.exhibits[0], PictureExhibit)
    assert finding.exhibits[0].width == 320


def test_a_mark_too_short_and_too_small(detector: Visible) -> None:
    finding = told(detector, clip(0, 12, high=8))
    assert isinstance(finding.details["marks"], list)
    (mark,) = finding.details["marks"]
    assert mark["lasting"] == "not met"
    assert mark["height"] == "not met"


def test_a_mark_that_comes_late(detector: Visible) -> None:
    finding = told(detector, clip(12, 40))
    assert isinstance(finding.details["marks"], list)
    assert finding.details["marks"][0]["lasting"] == "not met"


def test_no_mark_is_quiet_and_says_how_often_it_looked(detector: Visible) -> None:
    finding = told(detector, clip(0, 0))
    assert finding.quiet
    assert finding.details["marks"] == []
    assert "Absence proves nothing" in finding.because.en


def test_frames_leave_it_to_their_video(detector: Visible) -> None:
    frames = [e for e in evidence_from(clip(0, 27), "a.mp4") if e.format == "png"]
    with pytest.raises(NotApplicable, match="told of the video"):
        list(detector.examine(frames[0]))


def test_frames_that_were_not_read_are_counted(
    detector: Visible, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(evidence: Evidence) -> Words:
        raise Refused(Message("晚了", "too late"))

    monkeypatch.setattr(pixels_video, "words_in", late)
    with pytest.raises(NotExaminable, match="none of its frames"):
        list(detector.examine(evidence_from(clip(0, 9), "a.mp4")[0]))


def test_without_the_extra_media_it_is_unavailable(
    detector: Visible, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    data = clip(0, 9, count=10)
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr("mingjian.intake.unpack.video.missing", lambda: media.MISSING)
    video._seen.clear()
    with pytest.raises(Unavailable, match="media"):
        list(detector.examine(evidence_from(data, "a.mp4")[0]))


@pytest.mark.skipif(missing() is not None, reason="the extra ocr is not installed")
def test_a_mark_is_read_with_the_networks() -> None:
    from PIL import Image, ImageDraw

    ground = Image.new("RGB", (640, 360), (40, 60, 90))
    draw = ImageDraw.Draw(ground)
    from PIL import ImageFont

    draw.text((470, 325), "AI generated", fill="white", font=ImageFont.load_default(26))
    marked, plain = np.asarray(ground), np.full((360, 640, 3), (40, 60, 90), np.uint8)
    data = made([marked if number < 26 else plain for number in range(35)])
    finding = told(Visible({}), data)
    assert isinstance(finding.details["marks"], list)
    (mark,) = finding.details["marks"]
    assert (mark["from"], mark["to"], mark["lasting"]) == (0.0, 2.5, "met")
    assert mark["wording"] == "not met"
