"""The document form of `prompt.injection`: its rows, its three steps, each held out.

The gauge marks the windows that look planted; an encoder reads the strongest of them, each against
the others; a last step weighs both. A document is measured by steps that saw nothing of its source,
and by a direction that saw nothing of what is planted in it either.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from prompt_compose import insert, planted
from prompt_learn import fold_of, gauge_of, prepared, weights_of
from prompt_rows import Row, documents, instructions, polite, table, told_documents
from prompt_second import read_all
from sklearn.linear_model import LogisticRegression

from mingjian.detect.prompt.gauge import Gauge
from mingjian.detect.prompt.planted import contrasted, long_enough
from mingjian.detect.prompt.reading import DOCUMENT_NUMBERS, WINDOW_NUMBERS, Reading, read
from mingjian.detect.prompt.second import share_read

TWICE = 0.3
"""Share of harmless documents that are read twice."""
FIRMNESS = 0.02
"""Inverse strength of the penalty on a direction: the weakest that carried over to held-out
sources in a comparison of six."""
HOSTS = 3
"""Documents of other sources that each polite order is planted in."""
LONGEST = 6000


def composed(part: int | None, seed: int = 11) -> list[Row]:
    """Harmless documents, and the same kinds with something planted. All of them: with half, the
    figures moved by several points with the draw alone."""
    docs, told, orders = documents(), told_documents(), polite()
    rows = docs + list(planted(docs, instructions(part), seed))
    rows += told + list(planted(told, instructions(part), seed))
    draw = random.Random(seed)
    for order in orders:
        hosts = [row for row in docs if row.language == order.language]
        for host in draw.sample(hosts, HOSTS):
            text = insert(host.text, order.text, draw)
            rows.append(Row(text, True, order.source, order.language, order.text))
    return [Row(r.text[:LONGEST], r.attack, r.source, r.language, r.said) for r in rows]


def published() -> list[Row]:
    """BIPIA's own attacks in BIPIA's own documents: never learnt from, only measured."""
    rows = table("prompt_injection", "source='BIPIA-train'", 2000, "text, label, category")
    return [
        Row(text[:LONGEST], label == "attack_indirect", f"BIPIA-{category.partition(':')[0]}", "en")
        for text, label, category in rows
    ]


@dataclass
class Windows:
    """A document's reading, its windows' numbers, and which windows hold what was planted."""

    reading: Reading
    numbers: np.ndarray
    planted: np.ndarray


def document_windows(rows: Sequence[Row], gauges: Sequence[Gauge]) -> list[Windows]:
    """Each document by the gauge that saw nothing of its source."""
    found = []
    for row in rows:
        reading = read(row.text, gauges[gauge_of(row.source)], whole=False)
        said = prepared(row.said).strip()[:40]
        at = reading.normal.text.find(said) if said else -1
        end = at + len(prepared(row.said)) if at >= 0 else -1
        inside = np.array([at < w.end and w.start < end for w in reading.windows], bool)
        numbers = np.array(reading.window_numbers()).reshape(-1, len(WINDOW_NUMBERS))
        found.append(Windows(reading, numbers, inside))
    return found


def window_step(found: Sequence[Windows], rows: Sequence[Row], kept: np.ndarray) -> np.ndarray:
    """Intercept and coefficients that tell planted windows from all others."""
    x, chosen = [], []
    for made, row, keep in zip(found, rows, kept, strict=True):
        if keep and len(made.numbers) > 1 and (made.planted.any() or not row.attack):
            x.append(made.numbers)
            chosen += [Row("", bool(p), row.source, row.language) for p in made.planted]
    matrix = np.concatenate(x)
    return line(matrix, chosen, weights_of(chosen), 1.0)


def line(x: np.ndarray, rows: Sequence[Row], weights: np.ndarray, firmness: float) -> np.ndarray:
    """Intercept and coefficients that tell attacks, each column first brought to one spread."""
    middle, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=firmness, max_iter=500, tol=1e-3)
    model.fit((x - middle) / scale, [row.attack for row in rows], sample_weight=weights)
    step = model.coef_[0] / scale
    return np.r_[model.intercept_[0] - step @ middle, step]


def told_by(step: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What a line says of each row."""
    return np.asarray(step[0] + x @ step[1:])


def looks(made: Windows, step: np.ndarray) -> np.ndarray:
    """How planted each window looks before it is read again."""
    if len(made.numbers) > 1:
        return told_by(step, made.numbers)
    return np.array(made.reading.takeover)


@dataclass
class Passages:
    """What is read again, passage by passage: of which document, how planted it looked, how much
    of it is read, whether it was planted, and its vector against the others of its document."""

    document: np.ndarray
    looks: np.ndarray
    share: np.ndarray
    planted: np.ndarray
    vectors: np.ndarray

    def numbers(self, told: np.ndarray) -> np.ndarray:
        """What both last steps count, as `Planted.measure` does."""
        return np.c_[self.looks, self.looks * (1 - self.share), told * self.share]


def passages(
    found: Sequence[Windows], rows: Sequence[Row], looked: Sequence[np.ndarray], taken: np.ndarray
) -> Passages:
    """The strongest windows of the documents taken (indices)."""
    texts, sizes, documents_, looks_, theirs = [], [], [], [], []
    for i in taken:
        strongest = found[i].reading.strongest(looked[i].tolist())
        sizes.append(len(strongest))
        for text, window in strongest:
            texts.append(text)
            documents_.append(i)
            looks_.append(looked[i][window])
            decoded = found[i].reading.loudest is not None
            theirs.append(rows[i].attack if decoded else found[i].planted[window])
    vectors, _ = read_all(texts)
    ends = np.cumsum(sizes)
    against = [contrasted(vectors[end - n : end]) for n, end in zip(sizes, ends, strict=True)]
    return Passages(
        np.array(documents_),
        np.array(looks_),
        np.array([share_read(text) for text in texts]),
        np.array(theirs, bool),
        np.concatenate(against),
    )


def apart(rows: Sequence[Row]) -> np.ndarray:
    """0 or 1 for each document, fixed by what is planted in it (else by its text): orders are
    planted in documents of many sources, so that a source held out holds out no order."""
    return np.array([sha256((r.said or r.text).encode()).digest()[1] & 1 for r in rows])


def direction(p: Passages, rows: Sequence[Row], kept: np.ndarray) -> np.ndarray:
    """Bias and weights that tell vectors of what was planted from those of harmless documents."""
    x, chosen = p.vectors[kept], _windows(p, rows, kept)
    return line(x, chosen, weights_of(chosen), FIRMNESS).astype(np.float32)


def _windows(p: Passages, rows: Sequence[Row], kept: np.ndarray) -> list[Row]:
    return [Row("", bool(p.planted[k]), rows[p.document[k]].source, "") for k in np.where(kept)[0]]


@dataclass
class Measured:
    """Documents out of source: by the gauge alone (`first`) and by both readings (`scores`); what
    the steps of everything are learnt from; and where the right window was pointed at."""

    found: list[Windows]
    numbers: np.ndarray
    first: np.ndarray
    least: float
    passages: Passages
    told: np.ndarray
    scores: np.ndarray
    pointed: np.ndarray


def measured(rows: Sequence[Row], gauges: Sequence[Gauge], learnt: np.ndarray) -> Measured:
    """Each document by steps that saw nothing of its fold; only those of `learnt` are learnt."""
    fold = np.array([fold_of(row.source) for row in rows])
    attack = np.array([row.attack for row in rows])
    weights = _weights(rows, learnt)
    found = document_windows(rows, gauges)
    numbers = np.zeros((len(rows), len(DOCUMENT_NUMBERS)))
    looked: list[np.ndarray] = [np.zeros(0)] * len(rows)
    folds = sorted(set(fold.tolist()))
    for f in folds:
        step = window_step(found, rows, learnt & (fold != f))
        for i in np.flatnonzero(fold == f):
            looked[i] = looks(found[i], step)
            numbers[i] = found[i].reading.document_numbers(looked[i].tolist())
    first = np.zeros(len(rows))
    for f in folds:
        kept = learnt & (fold != f)
        step = first_step(numbers, rows, kept)
        first[fold == f] = told_by(step, numbers[fold == f])
    least = float(np.quantile(first[learnt & ~attack], 1 - TWICE))
    several = np.array([len(made.reading.windows) > 1 for made in found])
    long = np.array([long_enough(made.reading.normal.text) for made in found])
    taken = np.flatnonzero(several & long & (first >= least))
    p = passages(found, rows, looked, taken)
    told, side = np.zeros(len(p.share)), apart(rows)[p.document]
    usable = learnt[p.document] & (p.planted | ~attack[p.document])
    for f in folds:
        for half in (0, 1):
            here = (fold[p.document] == f) & (side == half)
            kept = usable & (fold[p.document] != f) & (~attack[p.document] | (side != half))
            told[here] = told_by(direction(p, rows, kept), p.vectors[here])
    scores, pointed = first.copy(), np.zeros(len(rows), bool)
    for f in folds:
        kept = usable & (fold[p.document] != f)
        step = choosing_step(p, told, rows, kept)
        best = chosen(p, told_by(step, p.numbers(told)))
        last = last_step(p, told, first, rows, best, learnt & (fold != f), weights)
        here = best[fold[p.document[best]] == f]
        scores[p.document[here]] = told_by(last, counted(p, told, first, here))
        pointed[p.document[here]] = p.planted[here]
    return Measured(found, numbers, first, least, p, told, scores, pointed)


def first_step(numbers: np.ndarray, rows: Sequence[Row], kept: np.ndarray) -> np.ndarray:
    """Intercept and coefficients of `DOCUMENT_NUMBERS`."""
    some = [row for row, keep in zip(rows, kept, strict=True) if keep]
    return line(numbers[kept], some, weights_of(some), 1.0)


def choosing_step(
    p: Passages, told: np.ndarray, rows: Sequence[Row], kept: np.ndarray
) -> np.ndarray:
    """What tells planted passages from others, from both readings."""
    some = _windows(p, rows, kept)
    return line(p.numbers(told)[kept], some, weights_of(some), 1.0)


def chosen(p: Passages, said: np.ndarray) -> np.ndarray:
    """Of each document the passage (index) of which most is said."""
    order = np.lexsort((said, p.document))
    last = np.r_[p.document[order][1:] != p.document[order][:-1], True]
    return np.asarray(order[last])


def counted(p: Passages, told: np.ndarray, first: np.ndarray, best: np.ndarray) -> np.ndarray:
    """What the last step counts of a document: its first measure, and its chosen passage."""
    return np.c_[first[p.document[best]], p.numbers(told)[best]]


def last_step(
    p: Passages,
    told: np.ndarray,
    first: np.ndarray,
    rows: Sequence[Row],
    best: np.ndarray,
    kept: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """How the chosen passage counts beside the first measure; `weights` are those of all texts, of
    which these are a part, so that the result counts on the scale of the first."""
    some = best[kept[p.document[best]]]
    mine = p.document[some]
    return line(counted(p, told, first, some), [rows[i] for i in mine], weights[mine], 1.0)


def arrays_of(
    made: Measured, rows: Sequence[Row], learnt: np.ndarray, notable: float
) -> dict[str, np.ndarray]:
    """What the detector needs, learnt from all rows of `learnt`."""
    p, attack = made.passages, np.array([row.attack for row in rows])
    weights = _weights(rows, learnt)
    usable = learnt[p.document] & (p.planted | ~attack[p.document])
    choosing = choosing_step(p, made.told, rows, usable)
    best = chosen(p, told_by(choosing, p.numbers(made.told)))
    first = first_step(made.numbers, rows, learnt)
    return {
        "window_last": window_step(made.found, rows, learnt),
        "document_last": np.r_[first[0], notable, first[1:]],
        "document_direction": direction(p, rows, usable),
        "document_choosing": choosing,
        "document_second_last": np.r_[
            made.least, last_step(p, made.told, made.first, rows, best, learnt, weights)
        ],
    }


def _weights(rows: Sequence[Row], learnt: np.ndarray) -> np.ndarray:
    weights = np.zeros(len(rows))
    weights[learnt] = weights_of([r for r, keep in zip(rows, learnt, strict=True) if keep])
    return weights
