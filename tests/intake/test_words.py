"""Words in pictures: geometry and bounds with a stand-in reader; the real one where installed."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.naming import STEP_NAMES
from mingjian.intake.limits import Budget, Limits, Refused
from mingjian.intake.unpack import unpackers, words, words_model
from mingjian.intake.unpack.words_lines import Tilted, lines_of
from mingjian.testing.evidence import evidence_from
from mingjian.testing.unpacking import data_of, evidence, unpacked

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
needs_ocr = pytest.mark.skipif(
    words.missing() is not None or not FONT.is_file(),
    reason="the extra ocr or Noto Sans CJK is not installed",
)


@pytest.fixture(autouse=True)
def _nothing_read_before() -> Iterator[None]:
    words._read.clear()
    yield
    words._read.clear()


def item(picture: Image.Image, format: str = "png") -> Evidence:
    out = io.BytesIO()
    picture.save(out, format.upper())
    return evidence(out.getvalue(), EvidenceKind.IMAGE, format)


# ---- from a map to lines ----------------------------------------------------------------


def bars(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (320, 480)) -> np.ndarray:
    found = np.zeros(size, dtype=np.float32)
    for left, top, width, height in boxes:
        found[top : top + height, left : left + width] = 0.9
    return found


def test_level_lines_in_reading_order_and_grown() -> None:
    lines, left_out = lines_of(bars((20, 200, 300, 10), (260, 52, 100, 10), (20, 50, 200, 10)), 9)
    assert [(round(one.x), round(one.y)) for one in lines] == [(120, 55), (310, 57), (170, 205)]
    assert all(one.degrees == 0.0 for one in lines)
    # 200 x 10 grows by 200 * 10 * 1.6 / (200 + 10).
    assert lines[0].height == pytest.approx(10 + 15.24, abs=0.1)
    assert left_out == 0


@pytest.mark.parametrize("degrees", [-30, -8, 8, 30])
def test_tilted_line(degrees: int) -> None:
    drawn = Image.new("L", (600, 600))
    ImageDraw.Draw(drawn).rectangle((150, 290, 450, 310), fill=230)
    turned = drawn.rotate(-degrees, Image.Resampling.BILINEAR)
    (line,), _ = lines_of(np.asarray(turned, dtype=np.float32) / 255, 9)
    assert line.degrees == pytest.approx(degrees, abs=1.0)
    assert (line.x, line.y) == (pytest.approx(300, abs=3), pytest.approx(300, abs=3))


def test_noise_weak_cores_and_too_many_lines() -> None:
    assert lines_of(np.zeros((64, 64), dtype=np.float32), 9) == ([], 0)
    assert lines_of(bars((5, 5, 2, 2)), 9)[0] == []
    weak = bars((20, 20, 200, 10)) * 0.45
    assert lines_of(weak, 9)[0] == []
    many = bars(*[(20, 8 + 20 * row, 100 + row, 6) for row in range(12)])
    lines, left_out = lines_of(many, 5)
    assert (len(lines), left_out) == (5, 7)


def test_hostile_maps_take_bounded_time() -> None:
    chance = np.random.default_rng(0)
    start = time.process_time()
    checker = np.indices((1024, 1024)).sum(axis=0) % 2
    lines_of(checker.astype(np.float32), 300)
    lines_of((chance.random((1024, 1024)) > 0.97).astype(np.float32), 300)
    lines_of(np.ones((1024, 1024), dtype=np.float32), 300)
    assert time.process_time() - start < 10


def test_box_around_a_tilted_line() -> None:
    left, top, width, height = Tilted(x=50, y=50, width=40, height=10, degrees=45).box
    assert width == height == pytest.approx(35.36, abs=0.01)
    assert left == top == pytest.approx(50 - 17.68, abs=0.01)


# ---- the unpacker, with a reader that stands in -----------------------------------------


class StandIn:
    """Sees one line in the upper half, and reads the same words every time."""

    text, sure, slow = "加微信领取 http://evil.cn/x", 0.98, 0.0

    def where(self, rgb: np.ndarray) -> np.ndarray:
        assert rgb.shape[0] % 32 == 0
        assert rgb.shape[1] % 32 == 0
        found = np.zeros(rgb.shape[:2], dtype=np.float32)
        high, wide = found.shape
        found[high // 4 : high // 4 + high // 16, wide // 4 : 3 * wide // 4] = 0.9
        return found

    def read(self, picture: Image.Image, lines: list[Tilted]) -> Iterator[tuple[int, str, float]]:
        for number in range(len(lines)):
            time.sleep(self.slow)
            yield number, self.text, self.sure


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
    class Reader(StandIn):
        pass

    monkeypatch.setattr(words, "missing", lambda: None)
    monkeypatch.setattr(words, "reader", Reader)
    return Reader


@pytest.mark.usefixtures("stand_in")
def test_words_become_a_text_part_with_boxes() -> None:
    (part,), refusals = unpacked(words.unpack, item(Image.new("RGB", (800, 640))))
    assert data_of(part).decode() == StandIn.text
    assert part.derivation.step == "picture-words"
    assert part.derivation.step in STEP_NAMES
    assert part.derivation.detail == "PP-OCRv6, 1"
    assert part.declared is EvidenceKind.TEXT
    left, top, width, height = eval(part.attributes["boxes"])[0]  # noqa: S307 - our own numbers
    assert 150 < left < 200
    assert 110 < top < 160
    assert 400 < width < 500
    assert 40 < height < 110
    assert not refusals


@pytest.mark.usefixtures("stand_in")
def test_places_are_those_of_the_picture_however_it_is_resized() -> None:
    for side in (200, 800, 3000):
        (line,) = words.words_in(item(Image.new("RGB", (side, side)))).lines
        assert line.left / side == pytest.approx(0.2, abs=0.05)
        assert line.width / side == pytest.approx(0.6, abs=0.1)


@pytest.mark.usefixtures("stand_in")
def test_links_in_the_words_are_taken_out() -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 640)).save(out, "PNG")
    found = evidence_from(out.getvalue(), "shot.png")
    steps = [one.derivation.step for one in found if one.derivation]
    assert steps == ["picture-words", "link"]
    assert found[-1].text == "http://evil.cn/x"


@pytest.mark.usefixtures("stand_in")
def test_icons_are_not_read() -> None:
    assert unpacked(words.unpack, item(Image.new("RGB", (900, 20)))) == ([], [])


@pytest.mark.parametrize(("text", "sure"), [("是一行很不清楚的字", 0.4), ("00", 0.7), ("", 0.9)])
def test_unsure_words_are_no_words(stand_in: type[StandIn], text: str, sure: float) -> None:
    stand_in.text, stand_in.sure = text, sure
    assert unpacked(words.unpack, item(Image.new("RGB", (800, 640)))) == ([], [])


def test_out_of_time_in_one_picture_is_said(
    stand_in: type[StandIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.slow = 0.02
    monkeypatch.setattr(words, "MOST_WALL_SECONDS", 0.0)
    two = Image.new("RGB", (800, 640))
    monkeypatch.setattr(
        stand_in, "where", lambda self, rgb: bars((10, 10, 200, 9), (10, 90, 200, 9))
    )
    (part,), (refusal,) = unpacked(words.unpack, item(two))
    assert data_of(part).decode() == StandIn.text
    assert "1 more" in refusal.why.en


@pytest.mark.usefixtures("stand_in")
def test_no_picture_is_begun_late_in_an_item() -> None:
    picture = item(Image.new("RGB", (800, 640)))
    budget = Budget(limits=Limits(item_seconds=1.0), item_bytes=1, started=time.monotonic() - 0.9)
    with pytest.raises(Refused) as late:
        list(words.unpack(picture, budget))
    assert late.value.why == words.TOO_LATE
    # The detector that asks again gets the same reason, and does not read after all.
    with pytest.raises(Refused):
        words.words_in(picture)


@pytest.mark.usefixtures("stand_in")
def test_a_damaged_picture_is_refused() -> None:
    broken = evidence(b"\x89PNG\r\n\x1a\n" + bytes(40), EvidenceKind.IMAGE, "png")
    parts, (refusal,) = unpacked(words.unpack, broken)
    assert not parts
    assert refusal.why.zh


# ---- the extra --------------------------------------------------------------------------


def test_without_the_extra_nothing_is_read_and_the_reason_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(words_model, "find_spec", lambda name: None)
    assert words.missing() == words_model.MISSING
    assert "mingjian[ocr]" in words_model.MISSING.en
    assert unpacked(words.unpack, item(Image.new("RGB", (800, 640)))) == ([], [])
    with pytest.raises(words_model.NeedsOcr):
        words_model.Reader()
    assert words.unpack in unpackers("png")


def test_an_altered_model_file_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_model, "_folder", lambda: tmp_path)
    assert "SHA-256" in words_model.missing().en  # type: ignore[union-attr]
    for name in words_model.FILES:
        (tmp_path / name).write_bytes(b"something else")
    if words_model.find_spec("onnxruntime") is None:
        pytest.skip("onnxruntime is not installed")
    with pytest.raises(words_model.NeedsOcr, match="SHA-256"):
        words_model.Reader()


@needs_ocr
def test_chinese_and_english_are_read() -> None:
    face = ImageFont.truetype(str(FONT), 34, index=2)
    page = Image.new("RGB", (900, 330), "white")
    draw = ImageDraw.Draw(page)
    written = ["您的快递已丢失，请添加客服微信办理理赔", "Your parcel is waiting at the depot",
               "https://post-office.top/pay?id=20391"]  # fmt: skip
    for number, line in enumerate(written):
        draw.text((40, 30 + 100 * number), line, font=face, fill="black")
    read = words.words_in(item(page))
    assert [line.text for line in read.lines] == written
    for number, line in enumerate(read.lines):
        assert line.top < 30 + 100 * number + 30 < line.top + line.height
    turned = words.words_in(item(page.rotate(7, Image.Resampling.BICUBIC, True, fillcolor="white")))
    assert [line.text for line in turned.lines] == written
