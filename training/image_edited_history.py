"""Forgeries and untouched forms for `image.edited`: tables of traces, by source.

    python image_edited_history.py --packages FOLDER --screens FOLDER --out TABLES [--part 0/2]
    python image_edited_fit.py --tables TABLES [--write]

Each photograph is a host of two forgeries and two untouched forms. Hosts, forged or not, have
the same earlier life (as found, saved at a quality of 55 to 97, made smaller) and are saved by the
same rules afterwards, so that neither tells of forging. A forgery's foreign part is of the same
source. No picture is written anywhere.
"""

from __future__ import annotations

import argparse
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from image_forgeries import blob, jpeg
from image_pictures import Row, made, media, packages, phone_like, screens, upright
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mingjian.detect.image.edited import fineness
from mingjian.detect.image.edited_traces import TILE, Traces, traces_of

LARGEST = 640
Image.MAX_IMAGE_PIXELS = None  # our own files
PHOTOS = (
    "camera_canon_nikon_sony", "mei_canon_nikon_sony", "polyu_sony_nikon", "exif_samples",
    "wallpapers_mate", "wallpapers_lomiri", "samples",
)  # fmt: skip
OTHERS = (
    "wallpapers_plasma", "wallpapers_gnome", "screens_comfyui", "screens_web", "manual_gimp",
    "painted_wesnoth", "scans", "drawings",
)  # fmt: skip
"""Drawn, rendered or captured from a screen: untouched forms only."""
MOST_PIXELS = 12_000_000
KINDS = ("splice", "splice", "blurred", "noise", "cloned", "splice")
FORMS = ("found", "again", "messenger", "cropped", "lossless", "again")
NAMES = (
    "name", "source", "fold", "licence", "kind", "saved", "rows", "columns", "gain", "table",
)  # fmt: skip
Random = np.random.Generator
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Made:
    """A picture as a file would hold it: pixels, luma table where it is a JPEG, and the mask."""

    rgb: NDArray[np.uint8]
    table: tuple[int, ...] | None
    mask: Bools
    kind: str
    saved: str


def hosts(folder: Path, shots: Path) -> Iterator[Row]:
    known = [*media(), *packages(folder), *screens(shots), *made(24)]
    photos = [row for row in known if row.source in PHOTOS]
    yield from photos
    yield from phone_like(
        [row for row in photos if row.source.startswith(("camera", "polyu"))][::3]
    )
    others = [row for row in known if row.source in OTHERS]
    yield from others[::3]


def opened(row: Row, rng: Random) -> Image.Image:
    """At most `LARGEST` pixels a side, cut along the JPEG grid."""
    image = _whole(row.open)
    width, height = min(image.width, LARGEST), min(image.height, LARGEST)
    left = int(rng.integers(0, (image.width - width) // 16 + 1)) * 16
    top = int(rng.integers(0, (image.height - height) // 16 + 1)) * 16
    return image.crop((left, top, left + width, top + height))


@lru_cache(maxsize=2)
def _whole(opens: Callable[[], Image.Image]) -> Image.Image:
    image = opens()
    if image.width * image.height > MOST_PIXELS:
        raise ValueError("too large")
    return upright(image)


def lived(image: Image.Image, rng: Random) -> Image.Image:
    """Whatever happened to the whole of it before."""
    if rng.random() < 0.25 and min(image.size) > 600:
        factor = rng.uniform(0.45, 0.9)
        image = image.resize((int(image.width * factor), int(image.height * factor)))
    if rng.random() < 0.6:
        image = jpeg(image, int(rng.integers(55, 98)), subsampling=int(rng.choice((0, 2))))
    return image


def saved(image: Image.Image, mask: Bools, kind: str, form: str, rng: Random) -> Made:
    if form == "lossless":
        return Made(np.asarray(image), None, mask, kind, form)
    if form == "messenger":
        factor = rng.uniform(0.5, 0.9)
        size = max(230, int(image.width * factor)), max(230, int(image.height * factor))
        image = image.resize(size, Image.Resampling.LANCZOS)
        mask = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))
    if form == "cropped":
        left, top = (int(at) for at in rng.integers(1, 40, 2))
        image = image.crop((left, top, image.width, image.height))
        mask = mask[top:, left:]
    low, high = (70, 91) if form == "messenger" else (75, 96)
    buffer = io.BytesIO()
    quality = int(rng.integers(low, high))
    image.save(buffer, "JPEG", quality=quality, subsampling=int(rng.choice((0, 2, 2))))
    return read(buffer, mask, kind, form)


def read(file: object, mask: Bools, kind: str, form: str) -> Made:
    with Image.open(file) as image:
        table = tuple(image.quantization[0]) if image.format in ("JPEG", "MPO") else None
        return Made(np.asarray(upright(image)), table, mask, kind, form)


def forged(
    image: Image.Image, other: Image.Image, kind: str, rng: Random
) -> tuple[Image.Image, Bools]:
    width, height = image.size
    share = rng.uniform(0.18, 0.42)
    w, h = int(width * share), int(height * share * rng.uniform(0.7, 1.3))
    w, h = min(w, other.width - 1), min(h, other.height - 1)
    left, top = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
    here = image.crop((left, top, left + w, top + h))
    if kind == "splice":
        x, y = int(rng.integers(0, other.width - w)), int(rng.integers(0, other.height - h))
        part = other.crop((x, y, x + w, y + h))
    elif kind == "cloned":
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        part = image.crop((x, y, x + w, y + h))
    elif kind == "blurred":
        part = here.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 2.5)))
    else:
        values = np.asarray(here, dtype=np.float32)
        grain = rng.normal(0, rng.uniform(2.5, 7), (*values.shape[:2], 1))
        part = Image.fromarray((values + grain).clip(0, 255).astype(np.uint8))
    outline = blob(rng, w, h)
    done, mask = image.copy(), np.zeros((height, width), dtype=bool)
    done.paste(part, (left, top), outline.filter(ImageFilter.GaussianBlur(0.8)))
    mask[top : top + h, left : left + w] = np.asarray(outline) > 127
    return done, mask


def pictures(row: Row, other: Row | None, number: int) -> Iterator[Made]:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    for i in range(2):
        image = opened(row, rng)
        nothing = np.zeros(image.size[::-1], dtype=bool)
        form = FORMS[(number + i * 2) % 6]
        if form == "found":
            yield Made(np.asarray(image), _own_table(row), nothing, "untouched", form)
            continue
        image = lived(image, rng)
        nothing = np.zeros(image.size[::-1], dtype=bool)
        yield saved(image, nothing, "untouched", form, rng)
    for i in range(2 if other else 0):
        image = lived(opened(row, rng), rng)
        foreign = lived(opened(other, rng), rng)
        kind = KINDS[(number + i * 2) % 6]
        done, mask = forged(image, foreign, kind, rng)
        form = rng.choice(("again", "again", "again", "again", "lossless", "messenger"))
        yield saved(done, mask, kind, str(form), rng)


def _own_table(row: Row) -> tuple[int, ...] | None:
    try:
        image = row.open()
    except OSError:
        return None
    quantized = getattr(image, "quantization", None)
    return tuple(quantized[0]) if quantized and image.size[0] else None


def tables(arguments: argparse.Namespace) -> None:
    part, parts = (int(number) for number in arguments.part.split("/"))
    rows = sorted(
        hosts(arguments.packages, arguments.screens), key=lambda row: zlib.crc32(row.name.encode())
    )
    of_source: dict[str, list[Row]] = {}
    for row in rows:
        of_source.setdefault(row.source, []).append(row)
    kept = Kept()
    for number, row in enumerate(rows):
        if number % parts != part:
            continue
        group = of_source[row.source]
        other = group[(group.index(row) + 1 + number % max(1, len(group) - 1)) % len(group)]
        try:
            for one in pictures(row, None if row.source in OTHERS else other, number):
                kept.add(row, one)
        except (OSError, ValueError) as error:
            print("left out", row.name, error)
        if len(kept.told) >= 120:
            kept = kept.write(arguments.out / f"part{part}-{number:04}.npz")
            print(number, len(rows), flush=True)
    if kept.told:
        kept.write(arguments.out / f"part{part}-end.npz")


@dataclass
class Kept:
    """Tables on the way; written in pieces."""

    levels: list[NDArray[np.float16]] = field(default_factory=list)
    shares: list[NDArray[np.float32]] = field(default_factory=list)
    told: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, row: Row, one: Made) -> None:
        found = traces_of(one.rgb, one.table)
        if found is None:
            return
        self.levels.append(found.levels.reshape(-1, found.levels.shape[2]).astype(np.float16))
        self.shares.append(shares_of(one.mask, found).ravel().astype(np.float32))
        self.told.append(
            (row.name, row.source, row.fold, row.licence, one.kind, one.saved,
             *found.levels.shape[:2], found.earlier.gain, fineness(one.table))
        )  # fmt: skip

    def write(self, path: Path) -> Kept:
        columns = {
            name: np.array(column)
            for name, column in zip(NAMES, zip(*self.told, strict=True), strict=True)
        }
        sizes = np.array([len(level) for level in self.levels])
        levels, shares = np.concatenate(self.levels), np.concatenate(self.shares)
        np.savez(path, levels=levels, shares=shares, sizes=sizes, **columns)
        return Kept()


def shares_of(mask: Bools, found: Traces) -> NDArray[np.float64]:
    """How much of each tile is forged."""
    rows, columns = found.levels.shape[:2]
    share = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            y, x = found.top + row * found.step, found.left + column * found.step
            share[row, column] = mask[y : y + TILE, x : x + TILE].mean()
    return share


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--screens", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--part", default="0/1")
    tables(parser.parse_args())
