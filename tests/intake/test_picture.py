"""Decoding of still pictures: every mode becomes plain RGB, and hostile files give a reason."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake import picture as subject
from mingjian.intake.limits import Refused
from mingjian.intake.picture import Picture, decode, neutral, small
from mingjian.testing.evidence import evidence_from
from mingjian.testing.promise import as_accepted


def scene(width: int = 60, height: int = 40) -> Image.Image:
    """A slope with a red corner at the top left."""
    across, down = np.meshgrid(np.linspace(0, 200, width), np.linspace(0, 200, height))
    rgb = np.stack([across, down, (across + down) / 2], axis=-1).astype(np.uint8)
    rgb[:10, :10] = (250, 0, 0)
    return Image.fromarray(rgb)


def stored(image: Image.Image, format_name: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **more)
    return buffer.getvalue()


def read(data: bytes) -> Picture:
    return decode(evidence_from(data)[0])


@pytest.mark.parametrize(
    ("format_name", "lossy"), [("PNG", False), ("JPEG", True), ("WEBP", True), ("BMP", False)]
)
def test_pixels_and_what_the_file_is(format_name: str, lossy: bool) -> None:
    picture = read(stored(scene(), format_name))
    assert (picture.width, picture.height) == (60, 40)
    assert picture.lossy is lossy
    assert np.abs(picture.rgb[2:8, 2:8].astype(int) - (250, 0, 0)).max() < 30
    assert not picture.rgb.flags.writeable
    assert picture.notes == ()


def test_lossless_webp_is_told_from_lossy() -> None:
    assert read(stored(scene(), "WEBP", lossless=True)).lossy is False


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_jpeg_tables_and_sampling(sampling: str) -> None:
    picture = read(stored(scene(), "JPEG", quality=50, subsampling=sampling))
    assert picture.sampling == sampling
    assert [len(table) for table in picture.tables] == [64, 64]
    assert picture.tables[0][0] == 16  # ITU-T T.81 annex K, which quality 50 means
    assert picture.tables[0][1] == 11


def test_grey_jpeg_has_no_chroma() -> None:
    picture = read(stored(scene().convert("L"), "JPEG"))
    assert picture.sampling == "4:0:0"
    assert picture.rgb.shape == (40, 60, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read(stored(scene(), "JPEG", quality=95, exif=exif))
    assert picture.orientation == orientation
    assert (picture.width, picture.height) == ((60, 40) if orientation < 5 else (40, 60))
    right, below = orientation in (2, 3, 6, 7), orientation in (3, 4, 7, 8)
    y, x = (picture.height - 5 if below else 5), (picture.width - 5 if right else 5)
    assert picture.rgb[y, x, 0] > 200
    assert picture.rgb[y, x, 1] < 60


def test_transparency_is_laid_on_white() -> None:
    image = scene().convert("RGBA")
    image.putalpha(0)
    picture = read(stored(image, "PNG"))
    assert picture.rgb.min() == 255
    assert len(picture.notes) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.asarray(scene().convert("L")).astype(np.uint16) * 257)
    elif mode == "F":
        image = Image.fromarray(np.asarray(scene().convert("L")).astype(np.float32))
    else:
        image = scene().convert(mode)
    tiff = mode in ("CMYK", "F")
    picture = read(stored(image, "TIFF" if tiff else "PNG"))
    assert picture.rgb.shape == (40, 60, 3)
    grey = picture.rgb[..., 1].astype(int)
    assert grey[20:, 30:].mean() > grey[12:20, 12:20].mean()


def test_only_the_first_frame_is_read() -> None:
    frames = [scene(), scene().transpose(Image.Transpose.ROTATE_180)]
    picture = read(stored(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert picture.animated
    assert picture.rgb[4, 4, 0] > 200


def test_a_very_large_jpeg_is_read_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_PIXELS", 20_000)
    picture = read(stored(scene(400, 300), "JPEG"))
    assert picture.reduced == 4
    assert (picture.width, picture.height) == (100, 75)
    assert picture.notes
    with pytest.raises(Refused, match="million pixels"):
        read(stored(scene(400, 300), "PNG"))


def test_broken_files_give_a_reason() -> None:
    for data in (stored(scene(), "PNG")[:-200], stored(scene(), "JPEG")[:300]):
        with pytest.raises(Refused):
            read(data)
    with pytest.raises(Refused, match="cannot be decoded"):
        decode(as_accepted(b"nothing", EvidenceKind.IMAGE))


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 2000), value=st.binary(min_size=1, max_size=8), jpeg=st.booleans())
def test_damage_anywhere_is_refused_or_read(place: int, value: bytes, jpeg: bool) -> None:
    data = bytearray(stored(scene(), "JPEG" if jpeg else "PNG"))
    place %= len(data)
    data[place : place + len(value)] = value
    kind = "jpeg" if jpeg else "png"
    with suppress(Refused):
        assert decode(as_accepted(bytes(data), EvidenceKind.IMAGE, kind)).rgb.ndim == 3


def test_small_keeps_the_shape() -> None:
    raster = small(read(stored(scene(900, 300), "PNG")))
    assert (raster.width, raster.height, raster.channels) == (256, 85, 3)
    assert small(read(stored(scene(20, 10), "PNG"))).width == 20


def test_neutral_is_the_same_form_for_every_format() -> None:
    for format_name in ("PNG", "WEBP", "JPEG"):
        picture = neutral(read(stored(scene(700, 600), format_name)))
        assert (picture.width, picture.height) == (512, 512)
        assert (picture.format, picture.sampling, picture.lossy) == ("jpeg", "4:2:0", True)
