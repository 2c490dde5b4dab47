"""Measure `image.copy_move` on forgeries made of photographs, and refit its weights.

    python training/image_edited.py collect tuned|reported|fresh --packages FOLDER --out TABLE
    python training/image_edited.py fit TABLE          weights for copy_move_search.py
    python training/image_edited.py measure TABLE      by kind of forgery, and false alarms

FOLDER is that of `image_pictures.py`. Weights are fitted on some sources and reported on others
(see the card), whose forgeries have other outlines too. `collect` keeps what is found, not the
pictures; `fit` needs scikit-learn.
"""

from __future__ import annotations

import argparse
import gzip
import io
import pickle
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import image_fresh as fresh
import numpy as np
from image_forgeries import BLOB, ELLIPSE, KINDS, RECTANGLE, Forged, after, copy_move
from image_pictures import media
from PIL import Image

from mingjian.detect.image.copy_move import MOST_PIXELS
from mingjian.detect.image.copy_move_search import (
    CLEAR,
    Found,
    checked,
    distinct,
    grey_of,
    parts_of,
)

Weigh = Callable[[Found], float]
Image.MAX_IMAGE_PIXELS = None  # our own files
SETS = {
    # sources of the development set, folders of packages, forgeries a picture, their outlines
    "tuned": (("exif_samples",), ("mate", "lomiri-16", "lomiri-20"), 2, (BLOB,)),
    "reported": (
        ("polyu_sony_nikon", "camera_canon_nikon_sony", "mei_canon_nikon_sony"),
        ("plasma", "skimage", "opencv"),
        1,
        (RECTANGLE, BLOB, ELLIPSE),
    ),
    "fresh": ((), ("gcompris",), 1, (RECTANGLE, BLOB, ELLIPSE)),  # after the last fit
}
PHOTOGRAPHS = {
    "mate": (
        "mate-backgrounds/usr/share/backgrounds/mate/nature/{}.jpg",
        "Aqua Blinds Dune FreshFlower Garden GreenMeadow LadyBird RainDrops Storm TwoWings Wood "
        "YellowFlower",
    ),
    "lomiri-16": (
        "lomiri-wallpapers-16.04/usr/share/backgrounds/{}.jpg",
        "Bridge_by_Sander_Klootwijk Dragonfly_by_Bolly Picture_0B_by_freespace "
        "Picture_1A_by_freespace Wine_by_Jakkub_Mede aitzgorri_by_Aitzol_Berasategi "
        "free_by_Peter_Nerlich friends_by_Aitzol_Berasategi greentock_by_Peter_Nerlich "
        "life_by_Aitzol_Berasategi picosdeeuropa_by_Aitzol_Berasategi "
        "seeding_by_Clements_Engelhardt sunset_by_Aitzol_Berasategi",
    ),
    "lomiri-20": (
        "lomiri-wallpapers-20.04/usr/share/backgrounds/{}.jpg",
        "Infinite-Sea_by_Aury88 Kleiber_by_Lukas_Baubkus",
    ),
    "plasma": (
        "plasma-workspace-wallpapers/usr/share/wallpapers/{}/contents/images/2560x1600.jpg",
        "Autumn BytheWater ColdRipple ColorfulCups DarkestHour EveningGlow FallenLeaf Grey Kite "
        "OneStandsOut Path summer_1am",
    ),
    "skimage": (
        "python3-skimage/usr/lib/python3/dist-packages/skimage/data/{}",
        "astronaut.png camera.png chelsea.png coffee.png hubble_deep_field.jpg ihc.png "
        "motorcycle_left.png retina.jpg rocket.jpg",
    ),
    "opencv": (
        "opencv-doc/usr/share/doc/opencv-doc/examples/data/{}",
        "aloeL.jpg baboon.jpg basketball1.png board.jpg box_in_scene.png building.jpg "
        "chicky_512.png ela_original.jpg fruits.jpg graf1.png leuvenA.jpg rubberwhale1.png "
        "squirrel_cls.jpg",
    ),
}
LEAST, MOST = 400_000, 2_500_000
"""A wallpaper is first made as large as a picture that is passed on: this many pixels, by lot."""
LOWER = 2.3
"""Taken off each start, so that untouched photographs are rarely reported (see the card)."""
AFTER = ("jpeg", "none", "jpeg", "small", "noise", "jpeg", "tones", "jpeg")


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found in one picture, and what is true."""

    name: str
    kind: str
    after: str
    shape: tuple[int, int]
    truth: np.ndarray
    """Packed bits of the mask."""
    found: list[Found]
    seconds: float

    def mask(self) -> np.ndarray:
        whole = np.unpackbits(self.truth)[: self.shape[0] * self.shape[1]]
        return whole.reshape(self.shape).astype(bool)


def photographs(name: str, folder: Path) -> Iterator[tuple[str, Image.Image]]:
    sources, folders, _, _ = SETS[name]
    for source in folders:
        if source not in PHOTOGRAPHS:
            for one, held in fresh.photographs(folder):
                yield f"{source}/{one}", Image.open(io.BytesIO(held)).convert("RGB")
            continue
        pattern, names = PHOTOGRAPHS[source]
        for one in names.split():
            yield f"{source}/{one}", passed_on(folder / pattern.format(one))
    for row in media():
        if row.source in sources:
            image = row.open().convert("RGB")
            if min(image.size) >= 400:
                yield f"{row.source}/{row.name}", image


def passed_on(path: Path) -> Image.Image:
    image = Image.open(path)
    if image.width * image.height > 6_000_000:
        image.draft("RGB", (image.width // 2, image.height // 2))
    rng = np.random.default_rng(zlib.crc32(path.name.encode()))
    pixels = np.exp(rng.uniform(np.log(LEAST), np.log(MOST)))
    factor = min(1.0, (pixels / (image.width * image.height)) ** 0.5)
    size = round(image.width * factor), round(image.height * factor)
    return image.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def forgeries(name: str, folder: Path) -> Iterator[tuple[str, Forged]]:
    """Each picture's forgeries, then the picture itself; kinds and what follows go round."""
    _, _, each, outlines = SETS[name]
    number = 0
    for title, image in photographs(name, folder):
        for turn in range(each):
            rng = np.random.default_rng(zlib.crc32(f"{name} {title} {turn}".encode()))
            kind, how = KINDS[number % 8], AFTER[(number // 8 + number * 3) % 8]
            low, high = (75, 93) if how == "small" else (70, 96)
            quality = int(rng.integers(low, high))
            how = {"jpeg": f"jpeg {quality}", "small": f"small jpeg {quality}"}.get(how, how)
            copies, outline = 2 if number % 9 == 4 else 1, outlines[number % len(outlines)]
            number += 1
            yield title, after(copy_move(image, rng, kind, copies, outline), rng, how)
        nothing = np.zeros(image.size[::-1], dtype=bool)
        yield title, Forged(image, nothing, "untouched", "none")


def collect(name: str, folder: Path, out: Path, part: str) -> None:
    own, parts = (int(number) for number in part.split("/"))
    rows: list[Searched] = []
    for title, forged in forgeries(name, folder):
        if zlib.crc32(title.encode()) % parts != own:
            continue
        grey, _ = grey_of(np.asarray(forged.picture), MOST_PIXELS)
        size = grey.shape[::-1]
        truth = Image.fromarray(forged.mask).resize(size, Image.Resampling.NEAREST)
        start = time.process_time()
        found = checked(grey)
        rows.append(
            Searched(
                title,
                forged.kind,
                forged.after,
                grey.shape,
                np.packbits(np.asarray(truth)),
                found,
                time.process_time() - start,
            )
        )
        print(len(rows), title, forged.kind, forged.after, f"{rows[-1].seconds:.1f} s", flush=True)
        if len(rows) % 20 == 0:
            write(rows, out)
    write(rows, out)


def write(rows: list[Searched], out: Path) -> None:
    with gzip.open(out, "wb", compresslevel=1) as file:
        pickle.dump(rows, file)


def read(path: Path) -> list[Searched]:
    with gzip.open(path) as file:
        rows: list[Searched] = pickle.load(file)  # noqa: S301 - written by `write`
    return rows


def outcome(row: Searched, weigh: Weigh) -> float:
    """Pixel F1 of what is reported; of an untouched picture, 1 where nothing is."""
    marked = np.zeros(row.shape, dtype=bool)
    for match in distinct(row.found, row.shape, weigh):
        if weigh(match) >= CLEAR:
            marked |= parts_of(match.copy, row.shape)
    if row.kind == "untouched":
        return float(not marked.any())
    truth = row.mask()
    return float(2 * (marked & truth).sum() / max(1, marked.sum() + truth.sum()))


def measure(rows: list[Searched], weigh: Weigh = Found.weight.fget) -> None:
    """Share of forgeries whose regions are found at pixel F1 0.5; false alarms on untouched."""
    right: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        good = outcome(row, weigh)
        source = row.name.split("/")[0]
        if good < 0.5:
            print("wrong:", row.name, row.kind, row.after, f"{good:.2f}")
        if row.kind == "untouched":
            keys = ("untouched, all", f"untouched, {source}")
        else:
            how, *quality = row.after.rsplit(" ", 1)
            how += {"7": " 70-79", "8": " 80-89", "9": " 90-95"}[quality[0][0]] if quality else ""
            keys = ("forged, all", *(f"forged, {key}" for key in (row.kind, how, source)))
        for key in keys:
            right[key].append(good >= 0.5)
    for key, values in sorted(right.items()):
        print(f"{key:40} n={len(values):4} right {np.mean(values):.3f}")
    print(f"CPU seconds {np.mean([row.seconds for row in rows]):.2f}")


def fit(rows: list[Searched]) -> None:
    """Logistic weights of the features of each way of finding: true matches against all others."""
    folds = {row.name.split("/")[0].split("-")[0] for row in rows}
    print("each source by weights that have not seen it")
    weights = {
        fold: fitted([row for row in rows if not row.name.startswith(fold)]) for fold in folds
    }
    for fold in sorted(folds):
        measure([row for row in rows if row.name.startswith(fold)], weighing(weights[fold]))
    for way, values in fitted(rows).items():
        print(way, tuple(values.round(2).tolist()))


def fitted(rows: list[Searched]) -> dict[str, np.ndarray]:
    """For each way of finding, the start and the weights."""
    from sklearn.linear_model import LogisticRegression

    samples: dict[str, list[tuple[tuple[float, ...], bool]]] = defaultdict(list)
    for row in rows:
        truth = row.mask()
        for match in row.found:
            own = parts_of(match.copy, row.shape)
            share = (own & truth).sum() / max(1, own.sum())
            if not 0.3 < share < 0.7:
                samples[match.way].append((match.features, bool(share >= 0.7)))
    found = {}
    for way, pairs in samples.items():
        values, labels = np.array([row for row, _ in pairs]), [label for _, label in pairs]
        middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
        model = LogisticRegression(C=0.1).fit((values - middle) / spread, labels)
        weights = model.coef_[0] / spread
        found[way] = np.r_[model.intercept_[0] - weights @ middle - LOWER, weights]
    return found


def weighing(weights: dict[str, np.ndarray]) -> Weigh:
    return lambda match: float(weights[match.way] @ np.r_[1.0, match.features])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("collect", "fit", "measure"))
    parser.add_argument(
        "of", help="tuned, reported, fresh or a table that collect wrote", nargs="+"
    )
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--part", default="0/1")
    chosen = parser.parse_args()
    if chosen.what == "collect":
        collect(chosen.of[0], chosen.packages, chosen.out, chosen.part)
    else:
        every = [row for path in chosen.of for row in read(Path(path))]
        {"fit": fit, "measure": measure}[chosen.what](every)
