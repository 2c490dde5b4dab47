"""Forged pictures made from photographs, with what was forged: for measuring, never committed.

`copy_move` puts one or more copies of a part elsewhere, plain, turned, scaled; `splice` puts a
part of another picture in. The outline is a soft irregular blob, as a careful forger's is. What
follows (noise, JPEG, smaller size) is done to the whole picture.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

PLAIN, TURNED, SCALED, BOTH = "plain", "turned", "scaled", "turned and scaled"


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
    from PIL import ImageDraw

    image = Image.new("L", (width, height), 0)
    points = [
        (width / 2 * (1 + r * np.cos(a)), height / 2 * (1 + r * np.sin(a)))
        for a, r in zip(angles, radius, strict=True)
    ]
    ImageDraw.Draw(image).polygon(points, fill=255)
    return image


def copy_move(image: Image.Image, rng: np.random.Generator, kind: str, copies: int = 1) -> Forged:
    width, height = image.size
    share = rng.uniform(0.12, 0.3)
    w, h = int(width * share), int(height * share * rng.uniform(0.7, 1.3))
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    for _ in range(20):  # something, not a burnt-out sky
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        if grey[y : y + h, x : x + w].std() > 6:
            break
    part, outline = image.crop((x, y, x + w, y + h)), blob(rng, w, h)
    angle = (
        rng.choice([rng.uniform(5, 40), rng.uniform(40, 180), 90]) if kind in (TURNED, BOTH) else 0
    )
    angle *= rng.choice([-1, 1])
    scale = (
        rng.choice([rng.uniform(0.6, 0.92), rng.uniform(1.08, 1.6)])
        if kind in (SCALED, BOTH)
        else 1
    )
    forged, mask = image.copy(), np.zeros((height, width), dtype=bool)
    mask[y : y + h, x : x + w] |= np.asarray(outline) > 127
    if scale != 1:
        size = max(8, round(w * scale)), max(8, round(h * scale))
        part = part.resize(size, Image.Resampling.BICUBIC)
        outline = outline.resize(size)
    if angle:
        part = part.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        outline = outline.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    soft = outline.filter(ImageFilter.GaussianBlur(1.0))
    done, tries = 0, 0
    while done < copies and tries < 200:
        tries += 1
        if part.width >= width or part.height >= height:
            break
        left = int(rng.integers(0, width - part.width))
        top = int(rng.integers(0, height - part.height))
        place = np.zeros_like(mask)
        place[top : top + part.height, left : left + part.width] = np.asarray(outline) > 127
        if (place & mask).any():
            continue
        forged.paste(part, (left, top), soft)
        mask |= place
        done += 1
    if not done:
        return copy_move(image, rng, kind, copies)
    return Forged(forged, mask, kind if copies == 1 else f"{kind}, {copies} copies", "")


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
    """The whole picture once more: "none", "noise", "jpeg 90", "jpeg 75", "small jpeg 85"."""
    image, mask = forged.picture, forged.mask
    if how == "noise":
        values = np.asarray(image, dtype=np.float32)
        values = values + rng.normal(0, 3.0, values.shape)
        image = Image.fromarray(values.clip(0, 255).astype(np.uint8))
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
