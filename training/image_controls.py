"""Controls of `image.synthetic`: does the measurement follow the traces, or the motif?

    python image_controls.py --tables TABLES

One same picture is measured before and after a change that only touches how its fine detail was
made. A model is used that saw nothing of the picture's fold.

- camera photos as if generated: noise taken out, put through half size and back with a smooth
  kernel, a little sharpened, as a decoder does it: the measurement should rise;
- generated pictures as if photographed: sampled through a colour filter array, with noise that
  grows with brightness, and interpolated again: it should fall;
- the same pictures mirrored, and turned half round: it should stay.

    python image_controls.py --motif --packages FOLDER --screens FOLDER

A model that is given the motif alone (the neutral copy as 8 x 8 colours, and how often each
colour occurs) in the same held-out folds: how far does it come?
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import image_pictures as pictures
import numpy as np
from image_measure import rows
from image_synthetic import (
    CAMERAS,
    TOGETHER,
    Squares,
    even,
    held_out,
    judged,
    read,
    to_log_odds,
)
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from sklearn.linear_model import LogisticRegression

from mingjian.detect.image.trace_model import FARTHEST
from mingjian.detect.image.traces import traces
from mingjian.detect.image.windows import windows
from mingjian.weigh.validate.metrics import auroc

MOST = 24
"""Pictures of each kind."""


def as_if_generated(image: Image.Image) -> Image.Image:
    smooth = image.filter(ImageFilter.MedianFilter(3))
    half = smooth.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    back = half.resize(image.size, Image.Resampling.BICUBIC)
    return back.filter(ImageFilter.UnsharpMask(1.0, 120, 0))


def as_if_photographed(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(3)
    values = np.asarray(image, dtype=np.float64)
    values = np.clip(values + noise.normal(0, 1, values.shape) * np.sqrt(values * 0.12 + 2), 0, 255)
    height, width, _ = values.shape
    y, x = np.mgrid[0:height, 0:width] % 2
    taken = np.stack([(y == 0) & (x == 0), y != x, (y == 1) & (x == 1)], axis=-1)
    return Image.fromarray(_interpolated(values, taken))


def _interpolated(values: NDArray[np.float64], taken: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Bilinear interpolation of what each colour's places hold."""
    out = np.empty(values.shape)
    for i in range(3):
        held, weight = values[..., i] * taken[..., i], taken[..., i].astype(float)
        total, share = np.zeros(held.shape), np.zeros(held.shape)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                k = (2 - abs(dy)) * (2 - abs(dx))
                total += k * np.roll(held, (dy, dx), (0, 1))
                share += k * np.roll(weight, (dy, dx), (0, 1))
        out[..., i] = np.where(taken[..., i], values[..., i], total / share)
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)


def score(squares: Squares, solved: NDArray[np.float64], image: Image.Image) -> float:
    """The picture's measurement by a model of some folds, before it is made log-odds."""
    values = traces(windows(np.asarray(image), 24))
    level = np.clip((values - squares.mean) / squares.scale, -FARTHEST, FARTHEST)
    return judged(level, solved)


def motif(packages: Path, screens: Path) -> None:
    """AUROC of the motif alone, every third picture, as everything else held out by fold."""
    found = list(rows(packages, screens))
    random.Random(1).shuffle(found)
    seen, told = [], []
    for row in found[::3]:
        rgb = pictures.formed(pictures.upright(row.open()), "neutral", row.name)
        assert rgb is not None
        small = np.asarray(Image.fromarray(rgb).resize((8, 8), Image.Resampling.BOX)) / 255.0
        counts = np.histogramdd((rgb[::4, ::4].reshape(-1, 3)), bins=4, range=[(0, 256)] * 3)[0]
        share = np.sqrt(counts.ravel() / counts.sum())
        seen.append(np.r_[small.ravel(), small.std(axis=(0, 1)), share])
        told.append((row.synthetic, row.source, TOGETHER.get(row.fold, row.fold)))
    values = np.array(seen)
    synthetic, source, fold = (np.array(column) for column in zip(*told, strict=True))
    scores = np.zeros(len(values))
    for name in np.unique(fold):
        out = fold == name
        weight = even(synthetic[~out], source[~out])
        fitted = LogisticRegression(C=0.1, max_iter=500).fit(values[~out], synthetic[~out], weight)
        scores[out] = fitted.decision_function(values[out])
    print("motif alone, neutral copies, held out:", round(auroc(scores, synthetic), 3), len(scores))
    for name in np.unique(source[synthetic]):
        both = ~synthetic | (source == name)
        print(f"  {name}: {auroc(scores[both], synthetic[both]):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, default=Path("/tmp/syn"))
    parser.add_argument("--motif", action="store_true")
    parser.add_argument("--packages", type=Path, default=Path("/tmp/h2/x"))
    parser.add_argument("--screens", type=Path, default=Path("/tmp/h2/shots"))
    asked = parser.parse_args()
    if asked.motif:
        motif(asked.packages, asked.screens)
        raise SystemExit
    table = read(asked.tables)
    known = [row for row in pictures.media() if row.name in set(table.name.tolist())]
    squares = Squares.of(table)
    slope, shift = to_log_odds(table, held_out(squares))
    models: dict[str, NDArray[np.float64]] = {}
    changes = {
        "camera photos as if generated": (CAMERAS, as_if_generated),
        "generated as if photographed": (("sd15_artist_webp", "gpt4o"), as_if_photographed),
        "camera photos mirrored": (CAMERAS, lambda image: image.transpose(0)),
        "generated turned half round": (
            ("sd15_artist_webp", "gpt4o"),
            lambda image: image.transpose(3),
        ),
    }
    for title, (folds, change) in changes.items():
        moved = []
        for fold in folds:
            if fold not in models:
                models[fold] = squares.solve(table.fold != fold)
            for row in [row for row in known if row.fold == fold][::3][: MOST // len(folds)]:
                image = pictures.middle(pictures.upright(row.open()))
                if min(image.size) < 256:
                    continue
                pair = [score(squares, models[fold], seen) for seen in (image, change(image))]
                moved.append([value * slope + shift for value in pair])
        before, after = np.array(moved).T
        print(
            f"{title}: n={len(moved)} median {np.median(before):+.2f} -> {np.median(after):+.2f}, "
            f"rose in {np.mean(after > before):.0%}, mean change {np.mean(after - before):+.2f}, "
            f"mean size of change {np.mean(abs(after - before)):.2f}"
        )
