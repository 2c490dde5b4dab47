"""Stretches of like shading are found however they were turned; even slopes are no likeness."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from mingjian.detect.image.copy_move import CopyMove
from mingjian.detect.image.copy_move_field import Stretch, groups, stretches
from mingjian.detect.image.copy_move_pairs import Agreement
from mingjian.detect.image.copy_move_shading import STEP, Finder, shading_of
from mingjian.testing import evidence_from


def plain(seed: int, width: int = 420, height: int = 340) -> Image.Image:
    """Soft shading, as of a wall or a face out of focus: nothing in it is small."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width), dtype=np.float32)
    for size, strength in ((34, 8), (16, 14), (6, 30)):
        coarse = Image.fromarray(rng.normal(0, strength, (size, size)).astype(np.float32))
        total += np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    return Image.fromarray((128 + total).clip(0, 255).astype(np.uint8))


def grained(image: Image.Image, strength: float) -> Image.Image:
    grain = np.random.default_rng(round(10 * strength)).normal(
        0, strength, (image.height, image.width)
    )
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


def pasted(turn: Image.Transpose | None, own: float, later: float) -> Image.Image:
    """100 by 100 pixels from (40, 40), with their own grain, pasted with the corner at
    (250, 190); then grain over all."""
    image = grained(plain(3), own)
    part = image.crop((40, 40, 140, 140))
    image.paste(part.transpose(turn) if turn is not None else part, (250, 190))
    return grained(image, later)


TURNS = {
    "plain": (None, [[1, 0], [0, 1]]),
    "a quarter": (Image.Transpose.ROTATE_270, [[0, -1], [1, 0]]),
    "mirrored": (Image.Transpose.FLIP_LEFT_RIGHT, [[-1, 0], [0, 1]]),
}


@pytest.mark.parametrize("kind", TURNS)
def test_a_plain_grained_part_is_found_by_its_shading(kind: str):
    turn, linear = TURNS[kind]
    grey = np.asarray(pasted(turn, 0.0, 3.0), dtype=np.float32)
    middle = np.array([89.5, 89.5, 1.0])
    there = [
        one
        for one in stretches(grey)
        if np.allclose(one.affine[:, :2], linear, atol=0.1)
        and np.allclose(one.affine @ middle, (299.5, 239.5), atol=6)
    ]
    assert there
    assert max(one.agreement.likeness for one in there) > 0.9


def test_a_mirrored_part_is_reported_as_such():
    out = io.BytesIO()
    pasted(Image.Transpose.FLIP_LEFT_RIGHT, 4.0, 1.0).save(out, "PNG")
    (found,) = CopyMove({}).examine(evidence_from(out.getvalue(), "p")[0])
    assert not found.quiet
    assert found.details["copies"][0]["mirrored"]  # type: ignore[index]
    assert abs(found.details["copies"][0]["turned"]) < 2  # type: ignore[index]
    assert "mirrored" in found.because.en
    assert "镜像" in found.because.zh


def test_nothing_of_an_even_slope_with_grain_is_found_again():
    x, y = np.meshgrid(np.arange(300.0), np.arange(260.0))
    slope = Image.fromarray((x * 0.4 + y * 0.3).astype(np.uint8))
    assert list(stretches(np.asarray(grained(slope, 4.0), dtype=np.float32))) == []
    assert list(stretches(np.full((200, 200), 90, dtype=np.float32))) == []


def test_a_place_is_found_in_the_picture_turned_and_by_what_angle():
    grey = np.asarray(plain(5, 201, 201), dtype=np.float32)
    own, other = shading_of(grey, 1.0), shading_of(np.ascontiguousarray(np.rot90(grey, -1)), 1.0)
    asked = np.array([row * own.columns + column for row in (30, 50) for column in (25, 60)])
    found = Finder(own, asked).found_in(other, 1)
    for place, start in zip(found.place[:, 0].tolist(), asked.tolist(), strict=True):
        y, x = divmod(start, own.columns)
        # Turned to the right, what lay at (x, y) lies at (height - y, x).
        assert abs(place % other.columns - (200 // STEP - y)) <= 1
        assert abs(place // other.columns - x) <= 1
    assert found.alike.min() > 0.95
    assert np.allclose(np.cos(found.turn - np.pi / 2), 1, atol=0.02)
    assert not found.mirrored.any()


def test_a_stretch_keeps_its_map_in_a_smaller_picture():
    affine = np.array([[1.0, 0.0, 40.0], [0.0, 1.0, 20.0]])
    one = Stretch(affine, np.array([[7.0, 3.0]]), Agreement(1.0, 0.0), 16.0)
    smaller, points = one.made_smaller(4)
    assert np.allclose(smaller, [[1, 0, 10], [0, 1, 5]])
    assert np.allclose(points, [[(7 - 1.5) / 4, (3 - 1.5) / 4]])


def test_what_pairs_join_has_one_number():
    one, other = np.array([5, 1, 7, 3]), np.array([1, 2, 8, 5])
    assert groups(9, one, other).tolist() == [0, 1, 1, 1, 4, 1, 6, 7, 7]
