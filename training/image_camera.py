"""Measure what can be measured of `image.camera`: no set of pictures of one camera is at hand.

    python training/image_camera.py OPENCV_DOC_DATA

Photographs of the development set (middle 448 x 448 pixels, each of another camera or scene) get
one pattern each, as a sensor would give it: this tries the arithmetic on real scenes and real
compression, it gives no error rate of real cameras. The pictures of OPENCV_DOC_DATA, which is
`examples/data` of Debian's package opencv-doc (a board moved before a fixed scene), must be refused
as one scene.
Nothing of a picture is written.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from image_pictures import media, upright
from PIL import Image

from mingjian.detect.image.camera_fingerprint import Estimate, Fingerprint, grey_of
from mingjian.detect.image.camera_match import CLEAR, match

SIDE = 448
REFERENCES = 24
STRENGTHS = (0.0, 0.005, 0.01, 0.02)
KERNEL = np.outer((1, 2, 1), (1, 2, 1)) / 16
"""A pixel takes colours from its neighbours: their answers are mixed."""


def photographs() -> list[np.ndarray]:
    """Each view once: sets overlap, and a copy of a reference picture agrees by what it shows."""
    found: list[np.ndarray] = []
    views: list[np.ndarray] = []
    for row in media():
        if row.synthetic or row.source == "ffhq_256":
            continue
        rgb = np.asarray(upright(row.open()))
        top, left = (rgb.shape[0] - SIDE) // 2, (rgb.shape[1] - SIDE) // 2
        if min(top, left) < 0:
            continue
        rgb = rgb[top : top + SIDE, left : left + SIDE]
        view = rgb.reshape(16, SIDE // 16, 16, SIDE // 16, 3).mean(axis=(1, 3, 4)).ravel()
        view = (view - view.mean()) / max(float(view.std()), 1e-6)
        if all(float((view * other).mean()) < 0.9 for other in views):
            found.append(rgb)
            views.append(view)
    return found


def sensor(seed: int, strength: float) -> np.ndarray:
    """How each pixel answers; `strength` is its spread before neighbours are mixed."""
    raw = np.pad(np.random.default_rng(seed).normal(0, strength, (SIDE, SIDE)), 1, mode="wrap")
    return sum(
        KERNEL[row, column] * raw[row : row + SIDE, column : column + SIDE]
        for row in range(3)
        for column in range(3)
    )


def taken(rgb: np.ndarray, pattern: np.ndarray, quality: int) -> Image.Image:
    values = np.clip(np.rint(rgb * (1 + pattern)[:, :, None]), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue()))


def grey(image: Image.Image) -> np.ndarray:
    return grey_of(np.asarray(image))


def fingerprint(pictures: list[np.ndarray]) -> Fingerprint:
    estimate = Estimate()
    for picture in pictures:
        estimate.add(picture, picture.shape)
    assert not estimate.one_scene
    return estimate.finished("")


def told(name: str, values: list[float]) -> None:
    ordered = np.sort(values)
    found = np.mean(ordered >= CLEAR)
    print(f"{name}: n {len(values)}, least {ordered[0]:.0f}, middle {np.median(ordered):.0f}, "
          f"most {ordered[-1]:.0f}, found {found:.2f}")  # fmt: skip


def main(folder: Path) -> None:
    photos = photographs()
    np.random.default_rng(0).shuffle(photos)
    references, questioned = photos[:REFERENCES], photos[REFERENCES:]
    print(len(photos), "photographs")
    for strength in STRENGTHS:
        own, other = sensor(1, strength), sensor(2, strength)
        made = fingerprint([grey(taken(photo, own, 92)) for photo in references])
        print(f"strength {strength}: halves agree by {made.agreement:.0f}")
        if not strength:
            plain = [match(grey(taken(photo, own, 92)), made.values).energy for photo in questioned]
            told("  no pattern at all", plain)
            continue
        for quality in (95, 75, 50):
            images = [taken(photo, own, quality) for photo in questioned[:40]]
            told(f"  own, JPEG {quality}", [match(grey(i), made.values).energy for i in images])
            if quality == 95:
                crops = [i.crop((100, 60, 356, 316)) for i in images]
                told("  own, a third of it", [match(grey(i), made.values).energy for i in crops])
                size = round(0.8 * SIDE), round(0.8 * SIDE)
                small = [i.resize(size, Image.Resampling.BICUBIC) for i in images]
                told("  own, 0.8 of the size", [match(grey(i), made.values).energy for i in small])
        strange = [taken(photo, other, 95) for photo in questioned]
        told("  another pattern", [match(grey(i), made.values).energy for i in strange])
    for side in ("left", "right"):
        estimate = Estimate()
        for path in sorted(folder.glob(f"{side}[01]*.jpg")):
            picture = grey(upright(Image.open(path)))
            estimate.add(picture, picture.shape)
        print(side, estimate.pictures, "pictures, called one scene:", estimate.one_scene)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
