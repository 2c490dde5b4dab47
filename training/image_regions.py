"""Regions of every picture for networks to learn from, in the detector's one JPEG form.

    nice python image_regions.py --packages FOLDER --screens FOLDER --out REGIONS.npz

As found and as the web leaves it: about 3,500 regions in one file that travels alone. Written for
image_network.py, which was tried and left out of the product.
"""

from __future__ import annotations

import argparse
import io
import random
from pathlib import Path

import image_measure as measure
import image_pictures as pictures
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 192
RICH = ("camera", "mei_", "exif", "polyu", "web_photos", "wallpapers", "samples")
"""Sets whose pictures give two regions as found; so do generated pictures."""

Pixels = NDArray[np.uint8]


def regions(rgb: Pixels, count: int, rng: random.Random) -> list[Pixels]:
    """Up to `count` regions with detail in them, on the grid of JPEG, not much overlapping."""
    found = []
    for top in range(0, rgb.shape[0] - SIDE + 1, 96):
        for left in range(0, rgb.shape[1] - SIDE + 1, 96):
            grey = rgb[top : top + SIDE, left : left + SIDE, 1].astype(np.float32)
            if grey.std() >= 2:
                found.append((float(np.abs(np.diff(grey, axis=1)).mean()), top, left))
    found.sort(reverse=True)
    chosen: list[tuple[float, int, int]] = []
    for share in (0.12, 0.5)[:count]:
        apart = [
            one
            for one in found
            if all(abs(one[1] - c[1]) >= 128 or abs(one[2] - c[2]) >= 128 for c in chosen)
        ]
        if apart:
            chosen.append(apart[min(len(apart) - 1, int(len(apart) * share * 2 * rng.random()))])
    return [rgb[top : top + SIDE, left : left + SIDE] for _, top, left in chosen]


def cut(packages: Path, screens: Path, out: Path, most: int | None) -> None:
    rows = [r for r in measure.rows(packages, screens) if not r.source.startswith("profile_like")]
    random.Random(1).shuffle(rows)
    held, table = [], []
    for row in rows[:most]:
        image, rng = pictures.upright(row.open()), random.Random("region " + row.name)
        for form in ("raw", "web"):
            rgb = pictures.formed(image, form, row.name)
            if rgb is None or (form == "web" and row.source.startswith("phone_like")):
                continue
            rich = form == "raw" and (row.synthetic or row.source.startswith(RICH))
            for region in regions(rgb, 2 if rich else 1, rng):
                buffer = io.BytesIO()
                Image.fromarray(region).save(buffer, "JPEG", quality=90, subsampling="4:2:0")
                held.append(np.frombuffer(buffer.getvalue(), np.uint8))
                table.append((row.source, row.fold, row.synthetic, form))
    names = ("source", "fold", "synthetic", "form")
    columns = {name: np.array([row[k] for row in table]) for k, name in enumerate(names)}
    lengths = np.array([len(one) for one in held])
    np.savez(out, jpeg=np.concatenate(held), lengths=lengths, **columns)
    print(len(held), "regions", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, default=Path("/tmp/h2/x"))
    parser.add_argument("--screens", type=Path, default=Path("/tmp/h2/shots"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--most", type=int, help="only so many pictures, for a trial")
    asked = parser.parse_args()
    cut(asked.packages, asked.screens, asked.out, asked.most)
