"""Forged pictures made from photographs, with what was forged: for measuring, never committed.

`copy_move` puts one or more copies of a part elsewhere, plain or changed in one of `KINDS`;
`splice` puts a part of another picture in. The outline is a soft irregular blob, as a careful
forger's is, or a plain shape. What follows (noise, JPEG, smaller size) is done to the whole
picture.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

PLAIN, TURNED, SCALED, BOTH = "plain", "turned", "scaled", "turned and scaled"
FLIPPED, SOFT, COLOURED, LIKE = "flipped", "soft edge", "other colour", "onto its like"
KINDS = (PLAIN, TURNED, SCALED, BOTH, FLIPPED, SOFT, COLOURED, LIKE)
BLOB, RECTANGLE, ELLIPSE = "blob", "rectangle", "ellipse"


@dataclass(frozen=True)
class Forged:
    picture: Image.Image
    mask: np.ndarray
    """Source and copies for a copy-move, the foreign part for a splice."""
    kind: str
    after: str


def blob(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """An irregular outline that fills most of a rectangle."""
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = 1.0 + sum(
        rng.normal(0, 0.16 / k) * np.cos(k * angles + rng.uniform(0, 6.3)) for k in (1, 2, 3, 4)
    )
    radius = radius / radius.max()
    image = Image.new("L", (width, height), 0)
    points = [
        (width / 2 * (1 + r * np.cos(a)), height / 2 * (1 + r * np.sin(a)))
        for a, r in zip(angles, radius, strict=True)
    ]
    ImageDraw.Draw(image).polygon(points, fill=255)
    return image


def outline_of(rng: np.random.Generator, shape: str, width: int, height: int) -> Image.Image:
    if shape == BLOB:
        return blob(rng, width, height)
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    (draw.ellipse if shape == ELLIPSE else draw.rectangle)((1, 1, width - 2, height - 2), fill=255)
    return image


def copy_move(
    image: Image.Image,
    rng: np.random.Generator,
    kind: str,
    copies: int = 1,
    shape: str = BLOB,
) -> Forged:
    width, height = image.size
    share = rng.uniform(0.12, 0.3)
    w, h = int(width * share), int(height * share * rng.uniform(0.7, 1.3))
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    for _ in range(20):  # something, not a burnt-out sky
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        if grey[y : y + h, x : x + w].std() > 6:
            break
    part, outline = image.crop((x, y, x + w, y + h)), outline_of(rng, shape, w, h)
    mask = np.zeros((height, width), dtype=bool)
    mask[y : y + h, x : x + w] |= np.asarray(outline) > 127
    part, outline = changed(part, outline, rng, kind)
    soft = outline.filter(ImageFilter.GaussianBlur(rng.uniform(2, 5) if kind == SOFT else 1.0))
    forged = image.copy()
    for _ in range(copies):
        places = list(free(rng, mask, outline, 40 if kind == LIKE else 1))
        if not places:
            return copy_move(image, rng, kind, copies, shape)
        left, top = min(places, key=lambda at: unlike(grey, (x, y, w, h), at, part.size))
        forged.paste(part, (left, top), soft)
        mask[top : top + part.height, left : left + part.width] |= np.asarray(outline) > 127
    return Forged(forged, mask, kind if copies == 1 else f"{kind}, {copies} copies", "")


def changed(
    part: Image.Image, outline: Image.Image, rng: np.random.Generator, kind: str
) -> tuple[Image.Image, Image.Image]:
    """The part as it is pasted, and its outline."""
    angle = (
        rng.choice([rng.uniform(5, 40), rng.uniform(40, 180), 90]) if kind in (TURNED, BOTH) else 0
    )
    angle *= rng.choice([-1, 1])
    scale = (
        rng.choice([rng.uniform(0.6, 0.92), rng.uniform(1.08, 1.6)])
        if kind in (SCALED, BOTH)
        else 1
    )
    if scale != 1:
        size = max(8, round(part.width * scale)), max(8, round(part.height * scale))
        part = part.resize(size, Image.Resampling.BICUBIC)
        outline = outline.resize(size)
    if angle:
        part = part.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        outline = outline.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    if kind == FLIPPED:
        turn = ImageOps.mirror if rng.random() < 0.7 else ImageOps.flip
        part, outline = turn(part), turn(outline)
    if kind == COLOURED:
        for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
            part = enhance(part).enhance(rng.uniform(0.8, 1.25))
    return part, outline


def free(
    rng: np.random.Generator, mask: np.ndarray, outline: Image.Image, count: int
) -> Iterator[tuple[int, int]]:
    """Up to `count` places where the part would not lie over what is copied already."""
    height, width = mask.shape
    own = np.asarray(outline) > 127
    for _ in range(200):
        if outline.width >= width or outline.height >= height or not count:
            return
        left = int(rng.integers(0, width - outline.width))
        top = int(rng.integers(0, height - outline.height))
        if not (mask[top : top + outline.height, left : left + outline.width] & own).any():
            count -= 1
            yield left, top


def unlike(
    grey: np.ndarray,
    source: tuple[int, int, int, int],
    at: tuple[int, int],
    size: tuple[int, int],
) -> float:
    """By how much the tone and its spread differ between a part and what it would cover."""
    x, y, w, h = source
    own = grey[y : y + h, x : x + w]
    other = grey[at[1] : at[1] + size[1], at[0] : at[0] + size[0]]
    return float(abs(own.mean() - other.mean()) + 2 * abs(own.std() - other.std()))


def splice(image: Image.Image, other: Image.Image, rng: np.random.Generator) -> Forged:
    width, height = image.size
    share = rng.uniform(0.18, 0.4)
    w, h = int(width * share), int(height * share * rng.uniform(0.7, 1.3))
    w, h = min(w, other.width - 1), min(h, other.height - 1)
    ox, oy = int(rng.integers(0, other.width - w)), int(rng.integers(0, other.height - h))
    part, outline = other.crop((ox, oy, ox + w, oy + h)), blob(rng, w, h)
    left, top = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
    forged, mask = image.copy(), np.zeros((height, width), dtype=bool)
    forged.paste(part, (left, top), outline.filter(ImageFilter.GaussianBlur(0.8)))
    mask[top : top + h, left : left + w] = np.asarray(outline) > 127
    return Forged(forged, mask, "splice", "")


def after(forged: Forged, rng: np.random.Generator, how: str) -> Forged:
    """The whole picture once more: "none", "noise", "tones", "jpeg 90", "small jpeg 85"."""
    image, mask = forged.picture, forged.mask
    if how == "noise":
        values = np.asarray(image, dtype=np.float32)
        values = values + rng.normal(0, 3.0, values.shape)
        image = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    if how == "tones":
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.8, 1.2))
        image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.8, 1.2))
    if how.startswith("small"):
        size = round(image.width * 0.8), round(image.height * 0.8)
        image = image.resize(size, Image.Resampling.LANCZOS)
        mask = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))
    if "jpeg" in how:
        image = jpeg(image, int(how.split()[-1]))
    return Forged(image, mask, forged.kind, how)


def jpeg(image: Image.Image, quality: int, **options: object) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **options)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
