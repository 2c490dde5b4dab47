"""Trains `image.synthetic` and fits its scale on pictures of sets it did not learn from.

    python image_measure.py --packages FOLDER --screens FOLDER --out TABLES
    python image_measure.py --form web --packages FOLDER --screens FOLDER --out TABLES
    python image_synthetic.py --tables TABLES [--wide TABLES] [--write]

`--wide` names tables with more windows a picture (`image_measure.py --windows 24`), which are only
measured: they tell whether what was learnt of few windows holds for as many as the detector takes.

Every picture is scored by a model that saw no picture of its fold: a generator with all its
sets, a camera set with what was made of it, a package. Sets count by the square root of
their size.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from mingjian.detect.image.synthetic import MODEL
from mingjian.detect.image.trace_model import FARTHEST, mixed, strongest
from mingjian.detect.image.traces import NAMES
from mingjian.detect.learned.store import save
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale
from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/image"
STRENGTH = 0.01
"""How much large coefficients are held back (ridge), for each row."""
COSINES = 600
NARROW = 0.001
"""Of the Gaussian kernel that the cosines stand for: exp(-NARROW * distance squared)."""
CAMERAS = ("canon_nikon_sony", "exif_samples", "polyu_sony_nikon")
TOGETHER = {"ffhq_256": "faces_256", "stylegan": "faces_256"}
"""Photos and generated faces of one corpus are held out together."""
FEWEST = 4
"""Windows a picture must have to be weighed."""
LEAST_SIDE = 300
"""Pixels of the shorter side a picture must have to be weighed: photos made smaller than this
look generated (AUROC at 256 pixels 0.67), larger ones do not."""
SHOWN_ONLY = "profile_like"
"""Sets of this name are measured and never learnt from: learning from photos made small and
sharp cost 0.01 of AUROC on the other sets and helped unseen FFHQ photos little."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Words = NDArray[np.str_]


@dataclass(frozen=True)
class Table:
    """Pictures in forms; `first[i]` is where the windows of row i start in `traces`."""

    traces: NDArray[np.float32]
    first: NDArray[np.int64]
    counts: NDArray[np.int64]
    synthetic: Bools
    name: Words
    source: Words
    fold: Words
    form: Words
    licence: Words
    width: Floats
    height: Floats

    @property
    def learnt(self) -> Bools:
        """Rows that a model may learn from."""
        return ~np.char.startswith(self.source, SHOWN_ONLY)

    @property
    def weighed(self) -> Bools:
        """Rows inside the population of the scale (no form here is of JPEG quality below 50)."""
        return (self.counts >= FEWEST) & (np.minimum(self.width, self.height) >= LEAST_SIDE)

    def means(self, values: NDArray[np.float32]) -> Floats:
        """Mean of windows by row."""
        total: Floats = np.add.reduceat(values.astype(np.float64), self.first, axis=0)
        return total / self.counts[:, None]


def read(folder: Path) -> Table:
    parts = [np.load(path, allow_pickle=False) for path in sorted(folder.glob("part*.npz"))]
    columns = {key: np.concatenate([part[key] for part in parts]) for key in parts[0].files}
    counts = columns.pop("counts")
    fold = np.array([TOGETHER.get(name, name) for name in columns.pop("fold").tolist()])
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return Table(first=first, counts=counts, fold=fold, **columns)


def even(synthetic: Bools, source: Words) -> Floats:
    """Row weights: both classes the same, sets by the square root of their size."""
    weight = np.zeros(len(source))
    for side in (True, False):
        for name in np.unique(source[synthetic == side]):
            mine = (synthetic == side) & (source == name)
            weight[mine] = 1 / np.sqrt(mine.sum())
        weight[synthetic == side] /= weight[synthetic == side].sum()
    return weight * len(source) / 2


@cache
def random_mixtures() -> tuple[Floats, Floats]:
    """Mixtures and phases of the cosines, the same at each run; kept at 16 bits."""
    random = np.random.default_rng(0)
    mixtures = random.normal(0, np.sqrt(2 * NARROW), (len(NAMES), COSINES))
    kept: Floats = mixtures.astype(np.float16).astype(np.float64)
    return kept, random.uniform(0, 2 * np.pi, COSINES).astype(np.float32).astype(np.float64)


@dataclass(frozen=True)
class Squares:
    """Least squares over all rows, from which any fold can be taken out again."""

    table: Table
    mean: Floats
    scale: Floats
    features: Floats
    """Levels and cosines of every row, and a column of ones. The mean and deviation that make
    levels are of all rows, labels unused."""

    @classmethod
    def of(cls, table: Table) -> Squares:
        weight = np.zeros(len(table.source))
        weight[table.learnt] = even(table.synthetic[table.learnt], table.source[table.learnt])
        plain = table.means(table.traces)
        mean = np.average(plain, axis=0, weights=weight)
        scale = np.sqrt(np.average((plain - mean) ** 2, axis=0, weights=weight)) + 1e-4
        unseen = cls(table, mean, scale, np.zeros(0))
        return replace(unseen, features=featured(table.means(unseen.levels(table))))

    def levels(self, table: Table) -> NDArray[np.float32]:
        """Levels of every window."""
        level = np.clip((table.traces - self.mean) / self.scale, -FARTHEST, FARTHEST)
        return level.astype(np.float32)

    def solve(self, kept: Bools, weights: Floats | None = None) -> Floats:
        """Coefficients from the kept rows; classes and sets weigh the same among them, unless
        every row has a weight of its own."""
        kept = kept & self.table.learnt
        if weights is None:
            weight = even(self.table.synthetic[kept], self.table.source[kept])[:, None]
        else:
            weight = weights[kept, None]
        rows, side = self.features[kept], np.where(self.table.synthetic[kept], 1.0, -1.0)
        # A cosine varies less than a level: it is held back less, a level more.
        held = np.r_[np.full(len(NAMES), 1 / 0.3**2), np.full(COSINES, COSINES / 200), 1e-9]
        square = (rows * weight).T @ rows + np.diag(held) * STRENGTH * weight.sum()
        solved: Floats = np.linalg.solve(square, (rows * weight).T @ side)
        return solved


def featured(levels: Floats) -> Floats:
    """Levels and cosines, and a column of ones."""
    return np.c_[mixed(levels, *random_mixtures()), np.ones(len(levels))]


def judged(level: Floats, solved: Floats) -> float:
    """The score of a picture from the levels of its windows."""
    kept = strongest(featured(level) @ solved)
    return float((featured(level[kept].mean(axis=0, keepdims=True)) @ solved)[0])


def held_out(squares: Squares, table: Table | None = None) -> Floats:
    """Each row's score by the model that saw nothing of its fold; of another table, if given."""
    table = table or squares.table
    level = squares.levels(table)
    scores = np.zeros(len(table.first))
    for fold in np.unique(table.fold):
        solved = squares.solve(squares.table.fold != fold)
        for i in np.flatnonzero(table.fold == fold):
            scores[i] = judged(level[table.first[i] : table.first[i] + table.counts[i]], solved)
    return scores


def to_log_odds(table: Table, scores: Floats) -> tuple[float, float]:
    """Slope and shift that make log-odds of held-out scores."""
    known = table.learnt
    weight = even(table.synthetic[known], table.source[known])
    fitted = LogisticRegression(C=1e6).fit(scores[known, None], table.synthetic[known], weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def report(table: Table, scores: Floats) -> dict[str, object]:
    """AUROC of each unseen generator against all others, and of all against each unseen set."""
    told: dict[str, object] = {}
    for form in ("raw", "neutral"):
        rows = (table.form == form) & table.weighed
        made, other = rows & table.synthetic, rows & ~table.synthetic
        lines: dict[str, object] = {
            "pooled": [
                round(auroc(scores[rows], table.synthetic[rows]), 3),
                round(tpr_at_1fpr(scores[rows], table.synthetic[rows]), 3),
            ]
        }
        for name in np.unique(table.source[rows]):
            mine = rows & (table.source == name)
            both = mine | (other if table.synthetic[mine][0] else made)
            lines[str(name)] = [
                round(auroc(scores[both], table.synthetic[both]), 3),
                int(mine.sum()),
            ]
        told[form] = lines
    return told


def over(table: Table, scores: Floats, threshold: float) -> dict[str, list[int]]:
    """How many pictures as found of each set pass the threshold, and of how many."""
    rows = table.weighed & (table.form == "raw")
    counted: dict[str, list[int]] = {}
    for name in np.unique(table.source[rows]):
        mine = scores[rows & (table.source == name)]
        counted[str(name)] = [int((mine >= threshold).sum()), len(mine)]
    return counted


def faces(table: Table, scores: Floats) -> float:
    """AUROC of StyleGAN faces against the photos of the same corpus, by a model without either."""
    both = np.isin(table.source, ("ffhq_256", "stylegan_ffhq_256"))
    return auroc(scores[both], table.synthetic[both])


def size_alone(table: Table) -> float:
    """Control: AUROC, by held-out folds, of width and height on neutral copies."""
    rows = (table.form == "neutral") & table.weighed & table.learnt
    sizes = np.log(np.stack([table.width, table.height, table.width * table.height], axis=1))
    scores = np.zeros(len(rows))
    for fold in np.unique(table.fold):
        out, kept = rows & (table.fold == fold), rows & (table.fold != fold)
        if out.any():
            weight = even(table.synthetic[kept], table.source[kept])
            fitted = LogisticRegression().fit(sizes[kept], table.synthetic[kept], weight)
            scores[out] = fitted.decision_function(sizes[out])
    return auroc(scores[rows], table.synthetic[rows])


def scale_of(table: Table, scores: Floats) -> dict[str, object]:
    """The scale, from one form of each picture, so that n is the number of pictures."""
    chosen = np.zeros(len(scores), dtype=bool)
    random = np.random.default_rng(5)
    rows = np.flatnonzero(table.weighed)
    for name in np.unique(table.name[rows]):
        chosen[random.choice(rows[table.name[rows] == name])] = True
    source = table.source[chosen].tolist()
    licences = dict(zip(source, table.licence[chosen].tolist(), strict=True))
    return fit_scale(
        scores[chosen].tolist(),
        table.synthetic[chosen].tolist(),
        source,
        signal="image.synthetic",
        proposition="image.synthetic",
        description=Message(
            "四个系列生成模型的图像（SD 1.5、SDXL、GPT-4o、StyleGAN）对相机照片、网络照片、壁纸、"
            "手绘、截屏、扫描件和剪贴画，按原样、统一格式、缩小或再压缩（JPEG 或 WebP）",
            "pictures of four families of generators (SD 1.5, SDXL, GPT-4o, StyleGAN) against "
            "camera photos, photos from the web, wallpapers, paintings, screenshots, scans and "
            "clip art, as found, in one form, made smaller or compressed again (JPEG or WebP)",
        ),
        method="soft-logistic",
        licences=licences,
        population={
            "windows": {"min": FEWEST},
            "resolution": {"min": LEAST_SIDE},
            "quality": {"min": 50},
        },
        threshold_rule="pooled",
        largest=0.99,
    )


def write(squares: Squares, slope: float, shift: float, scale: dict[str, object]) -> None:
    table = squares.table
    ring = np.array([name.startswith("spectrum.ring.") for name in NAMES])
    plain = table.means(table.traces)[:, ring]
    mixtures, phases = random_mixtures()
    solved = squares.solve(np.ones(len(plain), dtype=bool)) * slope
    arrays = {
        "names": np.array("/".join(NAMES)),
        "mean": squares.mean.astype(np.float32),
        "scale": squares.scale.astype(np.float32),
        "mixtures": mixtures.astype(np.float16),
        "phases": phases.astype(np.float32),
        "weights": solved[:-1].astype(np.float32),
        "bias": np.array(solved[-1] + shift, dtype=np.float32),
        "camera_rings": np.median(plain[np.isin(table.source, CAMERAS)], axis=0),
        "made_rings": np.median(plain[table.synthetic], axis=0),
    }
    rows = []
    for name in np.unique(table.source[table.learnt]):
        mine = table.source == name
        pictures = len(np.unique(table.name[mine]))
        rows.append({"name": str(name), "licence": str(table.licence[mine][0]), "rows": pictures})
    save(FOLDER, MODEL, arrays, script="training/image_synthetic.py", rows=rows)
    (FOLDER / "image.synthetic.scale.json").write_bytes(write_scale(scale))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, default=Path("/tmp/syn"))
    parser.add_argument("--wide", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    table = read(asked.tables)
    squares = Squares.of(table)
    raw = held_out(squares)
    slope, shift = to_log_odds(table, raw)
    scores = raw * slope + shift
    print(json.dumps(report(table, scores), indent=1))
    print("size alone, neutral copies:", round(size_alone(table), 3))
    print("StyleGAN faces against FFHQ alone:", round(faces(table, scores), 3))
    scale = scale_of(table, scores)
    print(
        json.dumps({k: scale[k] for k in ("bounds", "threshold", "withheld", "metrics")}, indent=1)
    )
    if asked.wide:
        wide = read(asked.wide)
        passed = held_out(squares, wide) * slope + shift
        print("more windows a picture:", json.dumps(report(wide, passed), indent=1))
        print(json.dumps(over(wide, passed, float(str(scale["threshold"]))), indent=1))
    if asked.write:
        write(squares, slope, shift, scale)
