"""Measure `image.rendered` on screenshots, photographs, drawings and AI pictures, in four forms.

    python training/image_rendered.py PACKAGES SCREENSHOTS...

PACKAGES as in image_pictures.py; each further folder is one set of screenshots. Prints for each set
and form the share of pictures at the threshold or above. Nothing of a picture is written.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from image_pictures import made, media, packages, through, upright
from PIL import Image

from mingjian.detect.image.rendered import CLEAR, clean_edges

MOST = 40
LARGEST = 1600
Image.MAX_IMAGE_PIXELS = None


def sets(folder: Path, screenshots: list[Path]) -> Iterator[tuple[str, list[partial]]]:
    found: dict[str, list[partial]] = defaultdict(list)
    for path in screenshots:
        for file in sorted(path.glob("*.png")):
            found[f"screenshots {path}"].append(partial(Image.open, file))
    for row in (*media(), *packages(folder), *made(20)):
        found["AI pictures" if row.synthetic else row.source].append(row.open)
    for name, opens in sorted(found.items()):
        random.Random(name).shuffle(opens)
        yield name, opens[:MOST]


def forms(image: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    left, top = max(0, image.width - LARGEST) // 2, max(0, image.height - LARGEST) // 2
    image = image.crop(
        (left, top, min(image.width, left + LARGEST), min(image.height, top + LARGEST))
    )
    size = round(0.6 * image.width), round(0.6 * image.height)
    yield "as found", image
    yield "JPEG 90", through(image, "JPEG", 90, "4:2:0")
    yield "JPEG 75", through(image, "JPEG", 75, "4:2:0")
    smaller = image.resize(size, Image.Resampling.BICUBIC)
    yield "0.6 and JPEG 85", through(smaller, "JPEG", 85, "4:2:0")


def main(folder: Path, screenshots: list[Path]) -> None:
    for name, opens in sets(folder, screenshots):
        clear: dict[str, list[bool]] = defaultdict(list)
        for open_it in opens:
            for form, image in forms(upright(open_it())):
                clear[form].append(1000 * clean_edges(np.asarray(image)).mean() >= CLEAR)
        shares = "; ".join(f"{form} {np.mean(values):.2f}" for form, values in clear.items())
        print(f"{name}: n {len(opens)}: {shares}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
