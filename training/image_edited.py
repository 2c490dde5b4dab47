"""Measure `image.copy_move` on forgeries made of photographs, and refit its weights.

    python training/image_edited.py measure FOLDER...     one forgery and the untouched picture each
    python training/image_edited.py fit FOLDER...         weights for copy_move_search.py

A folder is one source. Weights were fitted on some folders and reported on others (see the card).
`fit` needs scikit-learn. Nothing of a picture is written anywhere.
"""

from __future__ import annotations

import argparse
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from image_forgeries import BOTH, PLAIN, SCALED, TURNED, Forged, after, copy_move
from PIL import Image

from mingjian.detect.image.copy_move import MOST_PIXELS
from mingjian.detect.image.copy_move_search import CLEAR, Found, grey_of, parts_of, search

KINDS = (PLAIN, TURNED, SCALED, BOTH, PLAIN)
AFTER = ("none", "jpeg 90", "noise", "jpeg 75", "small jpeg 85", "jpeg 80")
HARD = ("noise", "jpeg 75", "jpeg 80", "small jpeg 85")


def pictures(folders: list[Path]) -> Iterator[tuple[str, Image.Image]]:
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
                image = Image.open(path).convert("RGB")
                if min(image.size) >= 400:
                    yield f"{folder.name}/{path.name}", image


def examined(
    folders: list[Path], hard: bool = False
) -> Iterator[tuple[str, Forged, list[Found], np.ndarray]]:
    """Name, what was examined, what was found, and the true mask at the searched size.

    `hard` adds a second forgery of each picture, after which noise or strong compression came.
    """
    for number, (name, image) in enumerate(pictures(folders)):
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        copies = 2 if number % 7 == 3 else 1
        forged = copy_move(image, rng, KINDS[number % 5], copies)
        jobs = [after(forged, rng, AFTER[(number * 5 // 2) % 6])]
        if hard:
            rng = np.random.default_rng(zlib.crc32(name.encode()) + 1)
            copies = 2 if number % 7 == 5 else 1
            forged = copy_move(image, rng, KINDS[(number + 2) % 5], copies)
            jobs.append(after(forged, rng, HARD[(number * 3 // 2) % 4]))
        nothing = np.zeros(image.size[::-1], dtype=bool)
        for one in (*jobs, Forged(image, nothing, "untouched", "none")):
            grey, _ = grey_of(np.asarray(one.picture), MOST_PIXELS)
            size = grey.shape[::-1]
            truth = np.asarray(Image.fromarray(one.mask).resize(size, Image.Resampling.NEAREST))
            yield name, one, search(grey), truth


def measure(folders: list[Path]) -> None:
    """Share of forgeries whose regions are found at pixel F1 0.5; false alarms on untouched."""
    right: dict[str, list[bool]] = defaultdict(list)
    for name, one, found, truth in examined(folders):
        marked = np.zeros(truth.shape, dtype=bool)
        for match in found:
            if match.weight >= CLEAR:
                marked |= parts_of(match.copy, truth.shape)
        if one.kind == "untouched":
            right["false alarm"].append(bool(marked.any()))
            if marked.any():
                print("false alarm", name)
            continue
        f1 = 2 * (marked & truth).sum() / max(1, marked.sum() + truth.sum())
        for key in ("all", one.kind, one.after):
            right[key].append(bool(f1 >= 0.5))
    for key, values in right.items():
        print(f"{key:30} n={len(values):4} {np.mean(values):.3f}")


def fit(folders: list[Path]) -> None:
    """Logistic weights of the features: true matches against all others."""
    from sklearn.linear_model import LogisticRegression

    rows, labels = [], []
    for _, _, found, truth in examined(folders, hard=True):
        for match in found:
            own = parts_of(match.copy, truth.shape)
            share = (own & truth).sum() / max(1, own.sum())
            if not 0.3 < share < 0.7:
                rows.append(match.features)
                labels.append(share >= 0.7)
    values = np.array(rows)
    middle, spread = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression(C=0.1).fit((values - middle) / spread, labels)
    weights = model.coef_[0] / spread
    print("weights", weights.round(2).tolist())
    print("start", round(float(model.intercept_[0] - weights @ middle), 2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("measure", "fit"))
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    {"measure": measure, "fit": fit}[arguments.what](arguments.folders)
