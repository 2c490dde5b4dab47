"""Copied parts are found where they were pasted; things of one kind are not called copies."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mingjian.detect.contract import NotApplicable
from mingjian.detect.image.copy_move import MANY, CopyMove, _drawn
from mingjian.detect.image.copy_move_filters import box, gaussian, labelled, sample
from mingjian.detect.image.copy_move_keypoints import Keypoints
from mingjian.detect.image.copy_move_pairs import agreement_of
from mingjian.detect.image.copy_move_search import different_parts
from mingjian.detect.image.copy_move_verify import Copy, joined
from mingjian.detect.image.stills import still
from mingjian.domain.finding import Box
from mingjian.testing import assert_keeps_promise, evidence_from


def scene(seed: int, width: int = 420, height: int = 340) -> Image.Image:
    """Noise of many sizes, as a landscape has: nothing in it repeats."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width, 3))
    for size, strength in ((6, 60), (14, 40), (34, 30), (90, 22), (200, 14)):
        coarse = rng.normal(0, strength, (size, size, 3)).astype(np.float32)
        for channel in range(3):
            layer = Image.fromarray(coarse[:, :, channel])
            total[:, :, channel] += np.asarray(layer.resize((width, height), Image.BICUBIC))
    return Image.fromarray((128 + total * 0.7).clip(0, 255).astype(np.uint8))


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def finding(data: bytes):
    (found,) = CopyMove({}).examine(evidence_from(data, "p")[0])
    return found


def forged(angle: float = 0.0, scale: float = 1.0) -> Image.Image:
    """100 by 90 pixels from (40, 40), pasted with its corner at (250, 190)."""
    image = scene(1)
    part = image.crop((40, 40, 140, 130))
    outline = Image.new("L", part.size, 255)
    if scale != 1.0:
        size = round(part.width * scale), round(part.height * scale)
        part, outline = part.resize(size, Image.Resampling.BICUBIC), outline.resize(size)
    part = part.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    image.paste(part, (250, 190), outline.rotate(angle, expand=True))
    return image


@pytest.mark.parametrize(
    ("image", "turn", "scale"),
    [
        (forged(), 0, 1.0),
        (forged(angle=-30), 30, 1.0),
        (forged(scale=1.25), 0, 1.25),
        (forged(angle=20, scale=0.85), -20, 0.85),
    ],
)
def test_a_copied_part_is_found_where_it_lies(image: Image.Image, turn: float, scale: float):
    found = finding(encoded(image, "JPEG", quality=90))
    assert not found.quiet
    copy = found.details["copies"][0]  # type: ignore[index]
    boxes = [copy["from"], copy["to"]]
    forward = boxes[0][0] < boxes[1][0]
    first, second = boxes if forward else boxes[::-1]
    assert abs(first[0] - 40) < 16
    assert abs(first[1] - 40) < 16
    assert abs(second[0] - 250) < 30
    assert abs(second[1] - 190) < 30
    assert abs(copy["turned"] * (1 if forward else -1) - turn) < 2
    assert abs(copy["scaled"] - (scale if forward else 1 / scale)) < 0.03
    picture, heat = found.exhibits
    assert len(picture.marks) == 2 * len(picture.lines)
    assert max(heat.values.pixels) > 150
    assert min(heat.values.pixels) == 0


def test_noise_and_strong_compression_afterwards_do_not_hide_a_copy():
    image = forged(angle=-30)
    noise = np.random.default_rng(5).normal(0, 6, (image.height, image.width, 3))
    noisy = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    for picture, quality in ((noisy, 90), (image, 50)):
        found = finding(encoded(picture, "JPEG", quality=quality))
        assert not found.quiet
        assert abs(abs(found.details["copies"][0]["turned"]) - 30) < 3  # type: ignore[index]


def shifted_by(dx: float, left: int, width: int) -> Copy:
    affine = np.array([[1.0, 0.0, dx], [0.0, 1.0, 0.0]])
    mask = np.ones((30, width), dtype=bool)
    return Copy(affine, left, 10, mask, alike=0.9, finest=0.9, strong=0.9, loose=0.1, apart=1.0)


def test_parts_found_by_one_map_are_joined_and_by_others_not():
    copy, shape = shifted_by(200, 20, 40), (100, 400)
    more = joined(copy, shifted_by(201, 50, 40), shape)
    assert more is not None
    assert (more.left, more.top, more.area) == (20, 10, 70 * 30)
    # The same map the other way: what lies at 270 is found again at 70.
    back = joined(copy, shifted_by(-200, 270, 30), shape)
    assert back is not None
    assert (back.left, back.area) == (20, 70 * 30)
    assert joined(copy, shifted_by(120, 20, 40), shape) is None


def test_pairs_tell_how_alike_they_are_and_by_how_much_the_map_misses():
    places = np.array([10.0, 50.0, 110.0, 153.0])
    alike = np.eye(4, dtype=np.float32)[[0, 1, 0, 1]]
    keypoints = Keypoints(places, np.zeros(4), np.ones(4), np.zeros(4), alike)
    shift = np.array([[1.0, 0.0, 100.0], [0.0, 1.0, 0.0]])
    agreement = agreement_of(keypoints, np.array([[0, 2], [1, 3]]), shift)
    assert agreement.likeness == pytest.approx(1.0)
    assert agreement.missed == pytest.approx(1.5)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_untouched_picture_is_quiet(seed: int):
    found = finding(encoded(scene(seed), "JPEG", quality=85))
    assert found.quiet
    assert found.score is not None
    assert found.score < 0
    assert found.exhibits == ()


def pasted(image: Image.Image, seed: int, side: int, *corners: tuple[int, int]) -> Image.Image:
    for corner in corners:
        image.paste(scene(seed, side, side), corner)
    return image


def test_different_parts_found_again_are_a_picture_that_repeats_by_nature():
    image = scene(1, 620, 340)
    for row, (seed, side) in enumerate(((11, 92), (12, 88), (13, 96))):
        pasted(image, seed, side, (20 + 30 * row, 8 + 110 * row), (380 + 40 * row, 8 + 110 * row))
    found = finding(encoded(image))
    assert found.quiet
    parts = found.details["parts"]
    assert isinstance(parts, int)
    assert parts >= MANY
    assert found.details["drawn"] is False
    assert (found.score or 0) >= 0
    assert len(found.details["copies"]) >= 3  # type: ignore[arg-type]
    assert len(found.exhibits) == 2
    assert f"{parts} different parts" in found.because.en
    assert f"{parts} 个不同的部分" in found.because.zh


def test_one_part_pasted_many_times_is_one_part():
    corners = ((10, 20), (150, 110), (290, 20), (20, 220), (290, 220))
    found = finding(encoded(pasted(scene(1), 11, 90, *corners)))
    assert not found.quiet
    assert found.details["parts"] == 1


def app_page() -> Image.Image:
    """A page drawn by a program, with the same drawing on it twice."""
    page = Image.new("RGB", (560, 500), (246, 246, 248))
    draw = ImageDraw.Draw(page)
    for row in range(6):
        line = "".join(chr(97 + (7 * row + i * i) % 26) for i in range(70))
        draw.text((16, 8 + 14 * row), line, fill=(20, 20, 20))
    rng = np.random.default_rng(4)
    icon = Image.new("RGB", (120, 120), (255, 255, 255))
    for x, y, w, h in rng.integers(0, 90, (25, 4)).tolist():
        ImageDraw.Draw(icon).rectangle((x, y, x + w // 2, y + h // 2), fill=(w * 2, h * 2, x * 2))
    page.paste(icon, (40, 150))
    page.paste(icon, (400, 340))
    return page


def test_what_a_program_drew_twice_is_alike_by_nature():
    found = finding(encoded(app_page()))
    assert found.details["drawn"] is True
    assert found.quiet
    assert "drawn by a program" in found.because.en
    assert "由程序绘制" in found.because.zh
    assert found.where


def test_a_photograph_within_what_a_program_drew_is_still_one():
    page = app_page()
    page.paste(forged(), (20, 130))
    picture = still(evidence_from(encoded(page), "p")[0])
    photograph, writing = Box(60, 170, 100, 90), Box(16, 8, 400, 80)
    assert not _drawn(picture, [(photograph, Box(270, 320, 100, 90))])
    assert _drawn(picture, [(writing, writing)])
    alone = still(evidence_from(encoded(forged()), "p")[0])
    assert not _drawn(alone, [(photograph, photograph)])


def test_no_matches_are_no_parts():
    assert different_parts([], (100, 400)) == 0


def test_stripes_and_slopes_are_no_copies():
    x, y = np.meshgrid(np.arange(400.0), np.arange(300.0))
    noise = np.random.default_rng(3).normal(0, 3, x.shape)
    stripes = 128 + 60 * np.sin((x + 0.2 * y) / 9) + noise
    slope = x * 0.4 + y * 0.3 + noise
    for values in (stripes, slope):
        found = finding(encoded(Image.fromarray(values.clip(0, 255).astype(np.uint8))))
        assert found.quiet, found.because.en


def test_a_small_picture_is_not_examined():
    with pytest.raises(NotApplicable):
        finding(encoded(scene(1, 300, 100)))


def test_parts_of_a_mask_are_numbered():
    mask = np.array(
        [
            [1, 0, 1, 0, 1],
            [1, 1, 1, 0, 1],
            [0, 0, 0, 0, 1],
            [1, 0, 1, 1, 0],
        ],
        dtype=bool,
    )
    numbers, count = labelled(mask)
    assert count == 4
    assert numbers[0, 0] == numbers[0, 2] == numbers[1, 1]
    assert len({int(numbers[at]) for at in ((0, 0), (0, 4), (3, 0), (3, 2))}) == 4
    assert labelled(np.zeros((3, 3), dtype=bool)) == (pytest.approx(np.zeros((3, 3))), 0)


def test_filters_keep_what_is_even_and_sample_between():
    even = np.full((20, 30), 7.0, dtype=np.float32)
    assert np.allclose(gaussian(even, 2.0), 7.0, atol=1e-4)
    assert np.allclose(box(even, 3), 7.0, atol=1e-4)
    ramp = np.arange(30, dtype=np.float32) + np.zeros((20, 1), dtype=np.float32)
    assert sample(ramp, np.array([3.25]), np.array([5.5]))[0] == pytest.approx(3.25)


def test_promise():
    flat = Image.new("L", (200, 200), 255)
    assert_keeps_promise(CopyMove, [encoded(forged()), encoded(flat)], arbitrary=10)
