"""Traces of every picture in four forms, kept as tables (npz) for training to read.

    nice python image_measure.py --packages FOLDER --screens FOLDER --out FOLDER
    nice python image_measure.py --form web ...    the fourth form, beside those tables

Each worker writes its own table and adds to it as it goes; pictures come in a fixed random
order, so that a part of the work is a fair part of the pictures.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from multiprocessing import Process
from pathlib import Path

import image_pictures as pictures
import numpy as np
from PIL import Image

from mingjian.detect.image.traces import traces
from mingjian.detect.image.windows import windows

Image.MAX_IMAGE_PIXELS = None
MOST = 6
"""Windows of one picture to learn from; the detector looks at more."""
NAMES = ("name", "source", "fold", "synthetic", "licence", "form", "width", "height")


def rows(packages: Path, screens: Path) -> Iterator[pictures.Row]:
    found = list(pictures.media())
    yield from found
    yield from pictures.packages(packages)
    yield from pictures.web_photographs(packages)
    yield from pictures.screens(screens)
    yield from pictures.made()
    cameras = ("canon_nikon_sony", "exif_samples", "polyu_sony_nikon")
    photos = [row for row in found if row.fold in cameras]
    yield from pictures.phone_like(photos)
    others = list(pictures.packages(packages))
    yield from pictures.profile_like(
        photos + [row for row in others if row.source.startswith(("wallpapers", "samples"))]
    )


def forms(chosen: str, number: int) -> tuple[str, ...]:
    """The forms a picture is measured in: those named, or three of the four oldest."""
    return (chosen,) if chosen else ("raw", "neutral", pictures.FORMS[2 + number % 2])


def measure(
    packages: Path,
    screens: Path,
    out: Path,
    most: int,
    form: str,
    only: str,
    mine: int,
    count: int,
) -> None:
    found = [row for row in rows(packages, screens) if row.source.startswith(only)]
    random.Random(1).shuffle(found)
    table = []
    chosen = found[mine::count]
    for i, row in enumerate(chosen):
        image = pictures.upright(row.open())
        for each in forms(form, i):
            rgb = pictures.formed(image, each, row.name)
            if rgb is None:
                continue
            seen = windows(rgb, most)
            if seen.places:
                told = (row.name, row.source, row.fold, row.synthetic, row.licence, each)
                table.append((*told, rgb.shape[1], rgb.shape[0], traces(seen)))
        if i % 40 == 39 or i == len(chosen) - 1:
            columns = {name: np.array([x[k] for x in table]) for k, name in enumerate(NAMES)}
            counts = np.array([len(x[8]) for x in table])
            values = np.concatenate([x[8] for x in table])
            np.savez(out / f"part{form}{only}{mine}.npz", counts=counts, traces=values, **columns)
            print(mine, i + 1, "of", len(chosen), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, default=Path("/tmp/h2/x"))
    parser.add_argument("--screens", type=Path, default=Path("/tmp/h2/shots"))
    parser.add_argument("--out", type=Path, default=Path("/tmp/syn"))
    parser.add_argument("--windows", type=int, default=MOST)
    parser.add_argument("--form", default="", help="only this form, in tables of its own")
    parser.add_argument("--only", default="", help="only sets whose name begins so")
    parser.add_argument("--workers", type=int, default=3)
    asked = parser.parse_args()
    same = (asked.packages, asked.screens, asked.out, asked.windows, asked.form, asked.only)
    workers = [
        Process(target=measure, args=(*same, i, asked.workers)) for i in range(asked.workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
