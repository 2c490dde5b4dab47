"""Measure how RivaGAN's marks are read, and that unmarked pictures hold none.

    python training/image_marks.py COUNT

Needs `onnxruntime` and `pip install --no-deps invisible-watermark==0.2.0`; its own encoder
puts random payloads into the middle (448 x 448 pixels at most) of pictures of the development set.
Nothing of a picture is written.
"""

from __future__ import annotations

import io
import random
import sys
from collections import defaultdict
from importlib.util import find_spec

import numpy as np
import onnxruntime
from image_pictures import media, upright
from PIL import Image

from mingjian.detect.image.invisible_mark import BY_CHANCE, chance_of
from mingjian.detect.image.rivagan import BITS, read

SIDE = 448


def encoder() -> onnxruntime.InferenceSession:
    spec = find_spec("imwatermark")
    (folder,) = spec.submodule_search_locations
    return onnxruntime.InferenceSession(f"{folder}/rivagan_encoder.onnx")


def marked(session: onnxruntime.InferenceSession, rgb: np.ndarray, bits: str) -> Image.Image:
    frame = (rgb[:, :, ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None, :, None]
    data = np.array([[float(bit) for bit in bits]], dtype=np.float32)
    (out,) = session.run(None, {"frame": np.ascontiguousarray(frame), "data": data})
    values = (np.clip(out[0, ::-1, 0], -1, 1).transpose(1, 2, 0) + 1) * 127.5
    return Image.fromarray(values.astype(np.uint8))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue()))


def smaller(image: Image.Image, factor: float) -> Image.Image:
    size = round(image.width * factor), round(image.height * factor)
    return image.resize(size, Image.Resampling.BICUBIC)


CHANGED = {
    "as written": lambda image: image,
    "JPEG 90": lambda image: jpeg(image, 90),
    "JPEG 75": lambda image: jpeg(image, 75),
    "JPEG 50": lambda image: jpeg(image, 50),
    "a quarter cut out, JPEG 90": lambda image: jpeg(
        image.crop((30, 40, 30 + image.width // 2, 40 + image.height // 2)), 90
    ),
    "0.7 of the size": lambda image: smaller(image, 0.7),
    "0.5 of the size": lambda image: smaller(image, 0.5),
}


def main(count: int) -> None:
    session, rng = encoder(), np.random.default_rng(0)
    rows = list(media())
    random.Random(0).shuffle(rows)
    found: dict[str, list[bool]] = defaultdict(list)
    equal: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        rgb = np.asarray(upright(row.open()))
        top, left = (max(0, side - SIDE) // 2 for side in rgb.shape[:2])
        rgb = rgb[top : top + SIDE, left : left + SIDE]
        if rgb.shape[0] * rgb.shape[1] < 256 * 256 or len(equal["unmarked"]) == count:
            continue
        bits = "".join(str(bit) for bit in rng.integers(0, 2, BITS))
        image = marked(session, rgb, bits)
        tries = {how: np.asarray(change(image)) for how, change in CHANGED.items()}
        for how, values in (*tries.items(), ("unmarked", rgb)):
            seen = read(values)
            found[how].append(chance_of(seen, bits) <= BY_CHANCE)
            equal[how].append(sum(a == b for a, b in zip(seen, bits, strict=True)))
    for how, values in found.items():
        print(f"{how}: n {len(values)}, found {np.mean(values):.2f}, "
              f"equal bits {np.mean(equal[how]):.1f} (at most {max(equal[how])})")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
