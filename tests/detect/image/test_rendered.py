"""What a program draws is told from what a lens and a sensor make; where, is shown."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from mingjian.detect.contract import NotApplicable
from mingjian.detect.image.rendered import CLEAR, Rendered
from mingjian.testing import assert_keeps_promise, evidence_from


def screenshot(size: tuple[int, int] = (360, 640)) -> Image.Image:
    image = Image.new("RGB", size, (246, 246, 248))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 50), fill=(20, 90, 160))
    for row in range(70, size[1] - 20, 24):
        draw.text((16, row), f"Message number {row}: meeting moved", fill=(20, 20, 20))
        draw.line((0, row + 20, size[0], row + 20), fill=(190, 190, 196))
    return image


def photograph(grain: float = 2.0, size: tuple[int, int] = (360, 640)) -> Image.Image:
    """The same page before a lens: blurred, with the sensor's grain."""
    soft = np.asarray(screenshot(size).filter(ImageFilter.GaussianBlur(1.2)), float)
    noise = np.random.default_rng(3).normal(0, grain, soft.shape)
    return Image.fromarray(np.clip(np.rint(soft + noise), 0, 255).astype(np.uint8))


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def finding(data: bytes):
    (found,) = Rendered({}).examine(evidence_from(data, "p")[0])
    return found


@pytest.mark.parametrize(
    "data", [encoded(screenshot()), encoded(screenshot(), "JPEG", quality=92)], ids=["png", "jpeg"]
)
def test_a_screenshot_is_called_drawn(data: bytes) -> None:
    found = finding(data)
    assert not found.quiet
    assert (found.score or 0) >= CLEAR
    assert found.details["screen_size"] is False
    (exhibit,) = found.exhibits
    assert any(exhibit.values.pixels)  # type: ignore[union-attr]


def test_the_size_of_a_screen_is_said() -> None:
    found = finding(encoded(screenshot((1080, 1920))))
    assert found.details["screen_size"] is True
    assert "common screen" in found.because.en
    assert "常见屏幕" in found.because.zh


@pytest.mark.parametrize("grain", [0.0, 2.0])
def test_a_photograph_is_not(grain: float) -> None:
    found = finding(encoded(photograph(grain)))
    assert found.quiet
    assert (found.score or 0) < CLEAR / 5


def test_the_middle_of_a_plain_surface_has_no_edge() -> None:
    assert finding(encoded(Image.new("RGB", (300, 200), "white"))).score == 0


def test_tiny_pictures_are_not_examined() -> None:
    with pytest.raises(NotApplicable):
        finding(encoded(Image.new("RGB", (63, 200))))


def test_promise() -> None:
    assert_keeps_promise(Rendered, [encoded(screenshot()), encoded(photograph(), "JPEG")])
