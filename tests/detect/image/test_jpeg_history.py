"""Tables, earlier steps and grids are told from files saved here in known ways."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.detect.image.photographs import photo

from mingjian.detect.image.edited_traces import traces_of
from mingjian.detect.image.jpeg_history import grid_of, ijg_table, recognised, waves


def jpeg(image: Image.Image, quality: int | str, **options: object) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return Image.open(io.BytesIO(out.getvalue()))


def tables(image: Image.Image) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(steps) for _, steps in sorted(image.quantization.items()))


def traces(image: Image.Image):
    table = tables(image)[0] if image.format == "JPEG" else None
    return traces_of(np.asarray(image.convert("RGB")), table)


@pytest.mark.parametrize("quality", [1, 10, 49, 50, 75, 92, 100])
def test_the_common_tables_are_recognised(quality: int):
    found = tables(jpeg(photo(), quality))
    assert found[0] == ijg_table(quality)
    told = recognised(found)
    assert told is not None
    assert (told.quality, told.standard, told.preset) == (quality, True, None)


def test_other_tables_are_not_called_common():
    told = recognised(tables(jpeg(photo(), "web_high")))
    assert told is not None
    assert not told.standard
    assert told.preset == "web_high"
    odd = recognised((tuple(range(1, 65)),))
    assert odd is not None
    assert not odd.standard
    assert odd.preset is None
    assert recognised(()) is None
    assert recognised(((1, 2, 3),)) is None


def test_the_waves_are_those_of_a_cosine_transform():
    even = np.full((1, 64), 130.0, dtype=np.float32)
    assert waves(even)[0, 0] == pytest.approx(16.0, abs=1e-3)
    assert np.abs(waves(even)[0, 1:]).max() < 1e-3
    rng = np.random.default_rng(0).uniform(0, 255, (5, 64)).astype(np.float32)
    assert np.allclose((waves(rng) ** 2).sum(axis=1), ((rng - 128) ** 2).sum(axis=1), rtol=1e-4)


@pytest.mark.parametrize(("first", "last"), [(60, 90), (75, 92), (80, 95)])
def test_an_earlier_quality_is_found(first: int, last: int):
    found = traces(jpeg(jpeg(photo(), first), last))
    assert found.earlier.quality == first
    assert found.earlier.gain > 0.12


def test_saved_once_shows_no_earlier_save():
    for seed, quality in ((1, 75), (2, 90), (3, 95)):
        found = traces(jpeg(photo(seed), quality))
        assert found.earlier.quality is None
        assert found.earlier.gain < 0.12


def test_a_lossless_copy_shows_the_save_before():
    found = traces(jpeg(photo(), 80).convert("RGB"))
    assert found.earlier.quality == 80
    assert (found.grid.across, found.grid.down) == (0, 0)


def test_a_crop_moves_the_grid():
    cut = jpeg(photo(), 70).convert("RGB").crop((3, 6, 480, 400))
    found = grid_of(np.asarray(cut))
    assert found is not None
    assert (found.across, found.down) == (5, 2)
    again = np.asarray(jpeg(cut, 95).convert("RGB"))
    found = grid_of(again, besides_own=True)
    assert found is not None
    assert (found.across, found.down) == (5, 2)


def test_pictures_without_a_grid_have_none():
    for image in (photo(), photo(2).resize((401, 333)), Image.new("RGB", (300, 300), "white")):
        assert grid_of(np.asarray(image)) is None
    own = np.asarray(jpeg(photo(), 80).convert("RGB"))
    assert grid_of(own, besides_own=True) is None
    assert grid_of(np.zeros((40, 40, 3), dtype=np.uint8)) is None
