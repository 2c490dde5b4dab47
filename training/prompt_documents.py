"""The document form of `prompt.injection`: its rows, its steps, each held out.

The gauge measures how planted each window looks; an encoder reads every window, each against the
others, and two directions tell what was planted; a last step weighs all that. A document is
measured by steps that saw nothing of its source, and by a direction that saw nothing of what is
planted in it either; a document written as a whole by steps that saw nothing of its writer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from piece_readings import read_each
from prompt_compose import insert, planted
from prompt_learn import WHOLE, fold_of, gauge_of, prepared, weights_of
from prompt_rows import Row, documents, instructions, polite, table, told_documents
from sklearn.linear_model import LogisticRegression

from mingjian.detect.prompt.gauge import Gauge
from mingjian.detect.prompt.planted import NUMBERS, contrasted, long_enough, numbers_of, within
from mingjian.detect.prompt.reading import DOCUMENT_NUMBERS, WINDOW_NUMBERS, Reading, read

FIRMNESS = (0.0005, 0.005)
"""Inverse strength of the penalty on each of `DIRECTIONS`, of three tried for either."""
OTHERS = 0.2
"""Share of the harmless windows' weight that a direction gives to the other kind of documents."""
SHARE = 0.5
"""Share of each side's weight in the last step that documents written as wholes have: they are what
people meet; the others have something put into them that was written for no document."""
CURVED = 0.1
"""Inverse strength of the penalty on the last step."""
HARD, DRAWN = 3, 3
"""Windows of a harmless document that a direction learns from: those that look most planted, and
others as they come."""
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
    """What is read again, passage by passage: of which document, how planted it looked, whether it
    was planted, whether directions learn from it, and its vector against those of its document."""

    document: np.ndarray
    looks: np.ndarray
    planted: np.ndarray
    learnt: np.ndarray
    vectors: np.ndarray


def passages(
    found: Sequence[Windows], rows: Sequence[Row], looked: Sequence[np.ndarray], taken: np.ndarray
) -> Passages:
    """Everything that is read again of the documents taken (indices)."""
    texts: list[str] = []
    documents_, looks_, theirs, learnt = [], [], [], []
    draw = random.Random(3)
    for i in taken:
        again = found[i].reading.again(looked[i].tolist())
        windows = len(again) - (found[i].reading.loudest is not None)
        # The strongest come first.
        some = set(range(min(HARD, windows)))
        some |= set(draw.sample(range(HARD, windows), max(0, min(DRAWN, windows - HARD))))
        for k, (text, window) in enumerate(again):
            planted_ = rows[i].attack if k >= windows else bool(found[i].planted[window])
            texts.append(text)
            documents_.append(i)
            looks_.append(looked[i][window])
            theirs.append(planted_)
            learnt.append(
                planted_ or (not rows[i].attack and (k in some or rows[i].source.endswith(WHOLE)))
            )
    document = np.array(documents_)
    vectors = read_each(texts)[0].astype(np.float16)
    against = np.empty((len(texts), 2 * vectors.shape[1]), np.float16)
    for first, end in spans(document):
        against[first:end] = contrasted(vectors[first:end].astype(np.float32))
    return Passages(document, np.array(looks_), np.array(theirs), np.array(learnt), against)


def spans(document: np.ndarray) -> list[tuple[int, int]]:
    """Where the passages of each document begin and end."""
    firsts = np.flatnonzero(np.r_[True, document[1:] != document[:-1]]).tolist()
    return list(zip(firsts, [*firsts[1:], len(document)], strict=True))


def apart(rows: Sequence[Row]) -> np.ndarray:
    """0 or 1 for each document, fixed by what is planted in it (else by its text): orders are
    planted in documents of many sources, so that a source held out holds out no order."""
    return np.array([sha256((r.said or r.text).encode()).digest()[1] & 1 for r in rows])


def whole(rows: Sequence[Row]) -> np.ndarray:
    """Which documents were written as wholes."""
    return np.array([row.source.endswith(WHOLE) for row in rows])


def direction(p: Passages, rows: Sequence[Row], kept: np.ndarray, which: int) -> np.ndarray:
    """Bias and weights of one of `DIRECTIONS`, which tells what was planted in documents of its
    kind from windows of harmless ones, of either kind."""
    own = whole(rows)[p.document] == bool(which)
    some = np.flatnonzero(kept & (own | ~p.planted))
    chosen = _windows(p, rows, some)
    weights, harmless = weights_of(chosen), ~p.planted[some]
    _shared(weights, harmless & own[some], harmless & ~own[some], OTHERS)
    x = p.vectors[some].astype(np.float32)
    return line(x, chosen, weights, FIRMNESS[which]).astype(np.float32)


def _shared(weights: np.ndarray, some: np.ndarray, others: np.ndarray, share: float) -> None:
    """Gives `others` that share of the weight that both have together."""
    total = weights[some | others].sum()
    if some.any() and others.any():
        weights[some] *= (1 - share) * total / weights[some].sum()
        weights[others] *= share * total / weights[others].sum()


def _windows(p: Passages, rows: Sequence[Row], some: np.ndarray) -> list[Row]:
    return [Row("", bool(p.planted[k]), rows[p.document[k]].source, "") for k in some]


@dataclass
class Measured:
    """Documents out of source: by the gauge alone (`first`) and by both readings (`scores`); what
    the steps of everything are learnt from; and where the right window was pointed at."""

    found: list[Windows]
    numbers: np.ndarray
    first: np.ndarray
    passages: Passages
    told: np.ndarray
    scores: np.ndarray
    pointed: np.ndarray


def measured(rows: Sequence[Row], gauges: Sequence[Gauge], learnt: np.ndarray) -> Measured:
    """Each document by steps that saw nothing of its fold; only those of `learnt` are learnt."""
    fold = np.array([fold_of(row.source) for row in rows])
    inside = learnt & ~whole(rows)
    found = document_windows(rows, gauges)
    numbers = np.zeros((len(rows), len(DOCUMENT_NUMBERS)))
    looked: list[np.ndarray] = [np.zeros(0)] * len(rows)
    folds = sorted(set(fold.tolist()))
    for f in folds:
        step = window_step(found, rows, inside & (fold != f))
        for i in np.flatnonzero(fold == f):
            looked[i] = looks(found[i], step)
            numbers[i] = found[i].reading.document_numbers(looked[i].tolist())
    first = np.zeros(len(rows))
    for f in folds:
        step = first_step(numbers, rows, inside & (fold != f))
        first[fold == f] = told_by(step, numbers[fold == f])
    several = np.array([len(made.reading.windows) > 1 for made in found])
    long = np.array([long_enough(made.reading.normal.text) for made in found])
    p = passages(found, rows, looked, np.flatnonzero(several & long))
    told = told_out_of_source(p, rows, learnt, fold)
    scores, pointed = first.copy(), np.zeros(len(rows), bool)
    documents_, x = last_numbers(p, told, first)
    for f in folds:
        here = fold[documents_] == f
        kept = learnt & (fold != f)
        spread, form = last_step(documents_, x, rows, kept)
        scores[documents_[here]] = curved(within(x[here], spread), form)
        said = told_by(choosing_step(p, told, rows, kept), np.c_[p.looks, told])
        for i, (start, end) in zip(documents_, spans(p.document), strict=True):
            if fold[i] == f:
                pointed[i] = p.planted[start + int(said[start:end].argmax())]
    return Measured(found, numbers, first, p, told, scores, pointed)


def told_out_of_source(
    p: Passages, rows: Sequence[Row], learnt: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    """What both directions tell of each passage, each by those that saw nothing of its fold."""
    told, wholes, half = np.zeros((len(p.looks), 2)), whole(rows)[p.document], apart(rows)
    half, fold = half[p.document], fold[p.document]
    for f in sorted(set(fold.tolist())):
        kept = p.learnt & learnt[p.document] & (fold != f)
        told[fold == f, 1] = _told(p, direction(p, rows, kept, 1), fold == f)
        # What was written within a document is planted in no other.
        sides = [None] if wholes[fold == f].all() else [0, 1]
        for side in sides:
            here = (fold == f) & (half == side if side is not None else True)
            some = kept & (~p.planted | (half != side))
            told[here, 0] = _told(p, direction(p, rows, some, 0), here)
    return told


def _told(p: Passages, step: np.ndarray, here: np.ndarray) -> np.ndarray:
    some = np.array_split(np.flatnonzero(here), 1 + int(here.sum()) // 20_000)
    return np.concatenate([told_by(step, p.vectors[k].astype(np.float32)) for k in some])


def last_numbers(p: Passages, told: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The documents read again, and `NUMBERS` of each."""
    all_ = spans(p.document)
    documents_ = np.array([p.document[start] for start, _ in all_])
    rows = [
        numbers_of(first[i], p.looks[a:b], told[a:b])
        for i, (a, b) in zip(documents_, all_, strict=True)
    ]
    return documents_, np.array(rows).reshape(-1, len(NUMBERS))


def first_step(numbers: np.ndarray, rows: Sequence[Row], kept: np.ndarray) -> np.ndarray:
    """Intercept and coefficients of `DOCUMENT_NUMBERS`."""
    some = [row for row, keep in zip(rows, kept, strict=True) if keep]
    return line(numbers[kept], some, weights_of(some), 1.0)


def choosing_step(
    p: Passages, told: np.ndarray, rows: Sequence[Row], kept: np.ndarray
) -> np.ndarray:
    """What tells planted passages from others, by their first look and both directions; `kept`
    documents are learnt from."""
    some = np.flatnonzero(p.learnt & kept[p.document])
    chosen = _windows(p, rows, some)
    weights = weights_of(chosen)
    _weighed(weights, whole(rows)[p.document[some]], p.planted[some])
    return line(np.c_[p.looks, told][some], chosen, weights, 1.0)


def last_step(
    documents_: np.ndarray, x: np.ndarray, rows: Sequence[Row], kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How `NUMBERS` are brought to one spread, and the form that weighs them and their products.
    The weights are those of all texts kept, of which these are a part, so that the result counts on
    the scale of the first."""
    attack = np.array([row.attack for row in rows])
    weights = np.zeros(len(rows))
    weights[kept] = weights_of([row for row, keep in zip(rows, kept, strict=True) if keep])
    _weighed(weights, whole(rows), attack)
    mine = kept[documents_]
    x, documents_ = x[mine], documents_[mine]
    low, high = np.quantile(x, (0.005, 0.995), axis=0)
    cut = np.clip(x, low, high)
    spread = np.stack([low, high, cut.mean(axis=0), cut.std(axis=0) + 1e-6])
    left, right = np.triu_indices(x.shape[1] + 1)
    scaled = within(x, spread)
    # The first of the products is a 1 by itself.
    products = (scaled[:, left] * scaled[:, right])[:, 1:]
    some = [rows[i] for i in documents_]
    step = line(products, some, weights[documents_], CURVED)
    form = np.zeros((scaled.shape[1],) * 2)
    form[left, right] = step
    return spread, form


def curved(x: np.ndarray, form: np.ndarray) -> np.ndarray:
    """What a form says of each row."""
    return np.asarray(np.einsum("ij,jk,ik->i", x, form, x))


def _weighed(weights: np.ndarray, wholes: np.ndarray, attack: np.ndarray) -> None:
    """Gives documents written as wholes `SHARE` of the weight of each side."""
    for side in (attack, ~attack):
        _shared(weights, side & ~wholes, side & wholes, SHARE)


def arrays_of(
    made: Measured, rows: Sequence[Row], learnt: np.ndarray, notable: float
) -> dict[str, np.ndarray]:
    """What the detector needs, learnt from all rows of `learnt`."""
    p, inside = made.passages, learnt & ~whole(rows)
    first = first_step(made.numbers, rows, inside)
    kept = p.learnt & learnt[p.document]
    spread, form = last_step(*last_numbers(p, made.told, made.first), rows, learnt)
    return {
        "window_last": window_step(made.found, rows, inside),
        "document_last": np.r_[first[0], notable, first[1:]],
        "document_directions": np.stack([direction(p, rows, kept, k) for k in (0, 1)], axis=1),
        "document_choosing": choosing_step(p, made.told, rows, learnt),
        "document_spread": spread,
        "document_form": form,
    }
