"""A part of another history is pointed out where it lies; facts are stated and not overstated."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.detect.image.photographs import photo

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.image.edited import Edited
from mingjian.detect.image.orientation import turned, turned_box
from mingjian.domain.finding import Box, Finding
from mingjian.testing import assert_keeps_promise, evidence_from


def encoded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def saved(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(encoded(image, quality=quality))).convert("RGB")


def findings(data: bytes) -> dict[str, Finding]:
    found = list(Edited({}).examine(evidence_from(data, "p")[0]))
    assert len({one.signal for one in found}) == len(found)
    return {one.signal: one for one in found}


def spliced() -> Image.Image:
    """A photograph saved at 70, with 160 by 140 pixels at (230, 190) of one never saved."""
    image = saved(photo(), 70)
    image.paste(photo(7).crop((30, 40, 190, 180)), (230, 190))
    return image


def test_a_part_put_in_is_pointed_out():
    found = findings(encoded(spliced(), quality=93))["image.edited"]
    assert not found.quiet
    (box,) = found.where
    assert isinstance(box, Box)
    across = min(box.left + box.width, 390) - max(box.left, 230)
    down = min(box.top + box.height, 330) - max(box.top, 190)
    assert across > 100
    assert down > 90
    assert box.width * box.height < 3 * 160 * 140
    (heat,) = found.exhibits
    values = np.frombuffer(heat.values.pixels, dtype=np.uint8)
    values = values.reshape(heat.values.height, heat.values.width) / 1.0
    scale = heat.values.width / 480
    inside = values[
        round(210 * scale) : round(310 * scale), round(250 * scale) : round(370 * scale)
    ]
    assert inside.mean() > 3 * values[: round(150 * scale)].mean()


def test_whole_pictures_are_quiet():
    whole = saved(photo(), 80)
    for data in (
        encoded(photo(), quality=90),
        encoded(whole, quality=93),
        encoded(whole.resize((360, 312)), quality=80),
        encoded(photo(3), "PNG"),
    ):
        found = findings(data)["image.edited"]
        assert found.quiet, found.score
        assert found.where == ()


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turned_picture_is_marked_as_it_is_shown(orientation: int):
    exif = Image.Exif()
    exif[0x0112] = orientation
    plain = findings(encoded(spliced(), quality=93))["image.edited"]
    found = findings(encoded(spliced(), quality=93, exif=exif))["image.edited"]
    assert found.score == plain.score
    assert found.where == (turned_box(plain.where[0], 480, 416, orientation),)


def test_boxes_are_turned_as_pictures_are():
    for orientation in range(1, 9):
        values = np.zeros((20, 30), dtype=np.uint8)
        values[3:7, 10:25] = 1
        shown = turned(values, orientation)
        box = turned_box(Box(10, 3, 15, 4), 30, 20, orientation)
        part = shown[box.top : box.top + box.height, box.left : box.left + box.width]
        assert part.size == part.sum() == values.sum()
        back = {6: 8, 8: 6}.get(orientation, orientation)
        assert (turned(shown, back) == values).all()


def test_facts_of_saving():
    twice = findings(encoded(saved(photo(), 75), quality=92))
    assert twice["image.edited.tables"].details["quality"] == 92
    assert twice["image.edited.saved_before"].details["first_quality"] == 75
    assert "image.edited.grid" not in twice
    cut = saved(photo(), 70).crop((3, 6, 480, 416))
    grid = findings(encoded(cut, "PNG"))["image.edited.grid"]
    assert (grid.details["across"], grid.details["down"]) == (5, 2)
    assert all(one.score is None and one.quiet for name, one in twice.items() if "." in name[6:])


def with_thumbnail(small: Image.Image, picture: Image.Image) -> bytes:
    """EXIF whose second directory holds a JPEG, as cameras write it (little endian TIFF)."""
    copy = encoded(small, quality=80)
    entries = b"".join(
        tag.to_bytes(2, "little") + (4).to_bytes(2, "little") + (1).to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, value in ((0x0201, 44), (0x0202, len(copy)))
    )  # fmt: skip
    first = (0).to_bytes(2, "little") + (14).to_bytes(4, "little")
    second = (2).to_bytes(2, "little") + entries + (0).to_bytes(4, "little")
    tiff = b"II*\0" + (8).to_bytes(4, "little") + first + second
    assert len(tiff) == 44
    return encoded(picture, quality=90, exif=b"Exif\0\0" + tiff + copy)


def test_the_small_copy_is_compared():
    image = photo()
    same = findings(with_thumbnail(image.resize((160, 139)), image))["image.edited.thumbnail"]
    assert same.quiet
    barred = Image.new("RGB", (160, 160))
    barred.paste(image.resize((160, 139)), (0, 10))
    assert findings(with_thumbnail(barred, image))["image.edited.thumbnail"].quiet
    other = findings(with_thumbnail(photo(9).resize((160, 139)), image))["image.edited.thumbnail"]
    assert not other.quiet
    assert len(other.exhibits) == 2
    cut = findings(with_thumbnail(image.resize((160, 139)), image.crop((0, 0, 300, 416))))
    assert not cut["image.edited.thumbnail"].quiet


def test_size_and_dates_of_exif():
    exif = Image.Exif()
    exif[0x0132] = "2020:01:01 10:00:00"
    inner = exif.get_ifd(0x8769)
    inner[0xA002], inner[0xA003], inner[0x9003] = 4000, 3000, "2024:05:05 10:00:00"
    found = findings(encoded(photo(), exif=exif))
    assert "4000" in found["image.edited.size"].because.en
    assert "2020:01:01" in found["image.edited.dates"].because.zh
    inner[0xA002], inner[0xA003], inner[0x9003] = 416, 480, "2019:05:05 10:00:00"
    found = findings(encoded(photo(), exif=exif))
    assert "image.edited.size" not in found
    assert "image.edited.dates" not in found


def test_small_and_damaged_pictures():
    with pytest.raises(NotApplicable):
        findings(encoded(photo(1, 120, 120), "PNG"))
    with pytest.raises(NotExaminable):
        findings(encoded(photo(), "PNG")[:3000])
    for even in (Image.new("RGB", (300, 300), "white"), Image.new("L", (300, 300), 3)):
        assert findings(encoded(even))["image.edited"].quiet


def test_hostile_metadata():
    image = photo(1, 240, 240)
    for exif in (b"Exif\0\0II*\0" + b"\xff" * 400, b"Exif\0\0MM\0*" + b"\0" * 8, b"Exif\0\0"):
        assert "image.edited" in findings(encoded(image, exif=exif))


def test_promise():
    examples = [
        encoded(spliced()),
        encoded(Image.new("L", (250, 250), 255)),
        encoded(photo(), "PNG"),
    ]
    assert_keeps_promise(Edited, examples, arbitrary=10)
