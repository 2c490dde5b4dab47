"""Learn and measure `prompt.injection`, out of source throughout.

    python training/prompt_injection.py rows ROWS.npz            what encoder_tune.py learns from
    python training/prompt_injection.py measure --tuned MADE.npz  figures per held-out source
    python training/prompt_injection.py fit --tuned MADE.npz      model and scales, from everything

MADE.npz is what `encoder_tune.py` made of ROWS.npz (see `prompt_tuned`). Needs
`requirements/train.in`, ../shared/data/text, and the texts in `prompt_written/`.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from prompt_compose import planted
from prompt_learn import FOLDS, fold_of, gauge_without, matrix, pieces, prepared
from prompt_rows import Row, documents, instructions, prompts, tasks
from prompt_second import again, documents_again, read_twice, told_apart
from prompt_tuned import held, tuning_rows
from sklearn.linear_model import LogisticRegression

from mingjian.detect.prompt.gauge import Gauge
from mingjian.detect.prompt.injection import tongue
from mingjian.detect.prompt.reading import (
    DOCUMENT_NUMBERS,
    PROMPT_NUMBERS,
    WINDOW_NUMBERS,
    Reading,
    read,
)

SHORT = 1500


def say(*words: object) -> None:
    print(f"[{time.process_time():6.0f}s]", *words, flush=True)


def takeover_rows(part: int | None) -> list[Row]:
    """Attacks against requests and against documents, whole and in windows."""
    docs = documents()
    rows = prompts() + [r for r in instructions(part) if r.attack and "planted" in r.source]
    rows += [Row(r.text[:SHORT], False, r.source, r.language) for r in docs[::2]]
    rows += tasks()
    # Our own documents quote attacks: cut out of its article, a quoted order is an order.
    rows += pieces([r for r in docs if not r.source.startswith("written")], 2)
    rows += [
        Row(r.text, False, r.source, r.language)
        for r in instructions(part)
        if not r.attack and "planted" in r.source
    ]
    return [Row(prepared(r.text[:SHORT]), r.attack, r.source, r.language) for r in rows]


def request_rows(part: int | None) -> list[Row]:
    """Requests to an assistant against the sentences of documents."""
    rows = [Row(prepared(r.text), True, r.source, r.language) for r in instructions(part)]
    rows += [
        Row(prepared(r.text), True, r.source, r.language)
        for r in prompts()
        if len(r.text) < 150
        and "alpaca" not in r.source
        and not r.source.endswith("imperative_text")
    ]
    return rows + pieces(documents(), 8)


def sets(part: int | None) -> tuple:
    takeover, request = takeover_rows(part), request_rows(part)
    say(len(takeover), "rows for takeover,", len(request), "for request")
    return (
        (matrix([r.text for r in takeover]), takeover),
        (matrix([r.text for r in request]), request),
    )


WORKERS = 1
_FORKED: dict[str, Any] = {}
"""What forked workers find in their memory, without its being sent."""


def spread(act: Callable[[int], Any], count: int, **shared: object) -> list[Any]:
    """`act` of 0 to `count` - 1, by `WORKERS` forked processes."""
    _FORKED.update(shared)
    if WORKERS == 1:
        return [act(i) for i in range(count)]
    with get_context("fork").Pool(WORKERS) as pool:
        return pool.map(act, range(count), chunksize=1)


def _gauge(fold: int) -> Gauge:
    gauge = gauge_without(fold if fold < len(FOLDS) else None, *_FORKED["data"])
    say("fold", fold)
    return gauge


PARTS = 12


def _part_of(rows: Sequence[Row], part: int) -> Sequence[Row]:
    return rows[len(rows) * part // PARTS : len(rows) * (part + 1) // PARTS]


def _typed(part: int) -> tuple[np.ndarray, list[str]]:
    return typed_numbers(_part_of(_FORKED["typed"], part), _FORKED["gauges"])


def _docs(part: int) -> list[Windows]:
    return document_windows(_part_of(_FORKED["docs"], part), _FORKED["gauges"])


def typed_numbers(rows: Sequence[Row], gauges: Sequence[Gauge]) -> tuple[np.ndarray, list[str]]:
    """The numbers of each prompt, by the gauge that saw nothing of its source; and what would be
    read a second time."""
    made = [read(r.text, gauges[fold_of(r.source)], whole=True) for r in rows]
    return np.array([m.prompt_numbers() for m in made]), [m.passage() for m in made]


@dataclass
class Windows:
    """A document's reading, its windows' numbers, and which windows hold what was planted."""

    reading: Reading
    numbers: np.ndarray
    planted: np.ndarray


def document_windows(rows: Sequence[Row], gauges: Sequence[Gauge]) -> list[Windows]:
    found = []
    for row in rows:
        reading = read(row.text, gauges[fold_of(row.source)], whole=False)
        said = prepared(row.said).strip()[:40]
        at = reading.normal.text.find(said) if said else -1
        end = at + len(prepared(row.said)) if at >= 0 else -1
        inside = np.array([at < w.end and w.start < end for w in reading.windows], bool)
        numbers = np.array(reading.window_numbers()).reshape(-1, len(WINDOW_NUMBERS))
        found.append(Windows(reading, numbers, inside))
    return found


def window_step(found: Sequence[Windows], rows: Sequence[Row], kept: np.ndarray) -> np.ndarray:
    """Intercept and coefficients that tell planted windows from all others."""
    from prompt_learn import weights_of

    x, chosen = [], []
    for made, row, keep in zip(found, rows, kept, strict=True):
        if keep and len(made.numbers) > 1 and (made.planted.any() or not row.attack):
            x.append(made.numbers)
            chosen += [Row("", bool(p), row.source, row.language) for p in made.planted]
    matrix_of = np.concatenate(x)
    scale = matrix_of.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(matrix_of / scale, [r.attack for r in chosen], sample_weight=weights_of(chosen))
    return np.r_[model.intercept_, model.coef_[0] / scale]


def document_numbers(found: Sequence[Windows], step: np.ndarray) -> np.ndarray:
    return np.array(
        [
            made.reading.document_numbers((made.numbers @ step[1:] + step[0]).tolist())
            for made in found
        ]
    )


def documents_out_of_source(
    found: Sequence[Windows], rows: Sequence[Row]
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Document numbers, each fold's windows measured by a step fitted on the others; the passage
    of each that is read twice; and whether that was planted."""
    fold = np.array([fold_of(r.source) for r in rows])
    x = np.zeros((len(rows), len(DOCUMENT_NUMBERS)))
    passages, planted = [""] * len(rows), np.zeros(len(rows), bool)
    for f in sorted(set(fold.tolist())):
        step = window_step(found, rows, fold != f)
        for i in np.flatnonzero(fold == f):
            told = (found[i].numbers @ step[1:] + step[0]).tolist()
            x[i] = found[i].reading.document_numbers(told)
            passages[i] = found[i].reading.passage(told)
            planted[i] = bool(told) and found[i].planted[int(np.argmax(told))]
    return x, passages, planted


def auroc(scores: np.ndarray, side: np.ndarray) -> float:
    order = np.argsort(np.argsort(scores, kind="stable")) + 1
    n1, n0 = side.sum(), (~side).sum()
    return float((order[side].sum() - n1 * (n1 + 1) / 2) / max(1, n1 * n0))


def last_step(x: np.ndarray, rows: Sequence[Row], kept: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of the last step.

    The two numbers of a prompt get one coefficient: how the whole weighs against its strongest
    window depends on the lengths in the sources learnt, and did not carry over to others.
    """
    from prompt_learn import weights_of

    count = x.shape[1]
    if count == len(PROMPT_NUMBERS):
        x = x.sum(axis=1, keepdims=True)
    chosen = [r for r, k in zip(rows, kept, strict=True) if k]
    scale = x[kept].std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(x[kept] / scale, [r.attack for r in chosen], sample_weight=weights_of(chosen))
    coefficients = model.coef_[0] / scale
    return np.resize(coefficients, count), float(model.intercept_[0])


def out_of_source(x: np.ndarray, rows: Sequence[Row]) -> np.ndarray:
    """Scores of the last step, each fold by the others."""
    fold = np.array([fold_of(r.source) for r in rows])
    scores = np.zeros(len(rows))
    for f in sorted(set(fold.tolist())):
        coefficients, intercept = last_step(x, rows, fold != f)
        scores[fold == f] = x[fold == f] @ coefficients + intercept
    return scores


def report(scores: np.ndarray, rows: Sequence[Row]) -> None:
    side = np.array([r.attack for r in rows])
    for language in sorted({r.language for r in rows}):
        mine = np.array([r.language == language for r in rows])
        h2 = np.sort(scores[mine & ~side])[::-1]
        cut = h2[int(len(h2) * 0.01)]
        print(f"-- {language} H1 {int((mine & side).sum())} H2 {int((mine & ~side).sum())} "
              f"AUROC {auroc(scores[mine], side[mine]):.3f} "
              f"TPR@1% {float((scores[mine & side] > cut).mean()):.3f}")  # fmt: skip
        for source in sorted({r.source for r in rows if r.language == language}):
            here = mine & np.array([r.source == source for r in rows])
            words = [f"   {source:38}"]
            low, high = scores[here & ~side], scores[here & side]
            if low.size:
                words.append(f"H2 {low.size:4} above {float((low > cut).mean()):.3f}")
            if high.size:
                both = np.r_[high, h2]
                ranked = auroc(both, np.arange(both.size) < high.size)
                words.append(f"H1 {high.size:4} above {float((high > cut).mean()):.3f}")
                words.append(f"AUROC {ranked:.3f}")
            print(*words)


def composed(part: int | None, seed: int = 11) -> list[Row]:
    """Benign documents, and the same kinds with something planted. All of them: with half, the
    figures moved by several points with the draw alone."""
    docs = documents()
    rows = list(docs)
    rows += planted(docs, instructions(part), seed)
    return [Row(r.text[:6000], r.attack, r.source, r.language, r.said) for r in rows]


def published() -> list[Row]:
    """BIPIA's own attacks in BIPIA's own documents: never learnt from, only measured."""
    from prompt_rows import table

    rows = table("prompt_injection", "source='BIPIA-train'", 2000, "text, label, category")
    return [
        Row(text[:6000], label == "attack_indirect", f"BIPIA-{category.partition(':')[0]}", "en")
        for text, label, category in rows
    ]


def read_once() -> tuple[list[Gauge], list[Row], np.ndarray, list[str]]:
    """The gauges of all folds; every prompt, its numbers, and what of it is read a second time."""
    gauges = spread(_gauge, len(FOLDS) + 1, data=sets(0))
    # The language that a finding would name: public English sets hold a little of others.
    typed = [replace(r, language=tongue(prepared(r.text))) for r in prompts() + tasks()]
    made = spread(_typed, PARTS, typed=typed, gauges=gauges)
    numbers = np.concatenate([numbers for numbers, _ in made])
    return gauges, typed, numbers, [passage for _, some in made for passage in some]


def held_out(tuned: Path) -> dict:
    """Everything scored out of source: instructions of half 0 learnt, of half 1 planted."""
    gauges, typed, numbers, passages = read_once()
    docs = composed(1)
    found = {"typed": typed, "docs": docs, "typed_x": numbers}
    first = out_of_source(numbers, typed)
    found["typed_again"] = again(first, typed, passages)
    heard = held(tuned, tuning_rows(first, typed, passages))
    found["typed_told"] = np.c_[told_apart(typed, found["typed_again"]), heard]
    say("prompts read")
    parts = spread(_docs, PARTS, docs=docs, gauges=gauges)
    found["docs_w"] = [made for part in parts for made in part]
    found["docs_x"], passages, theirs = documents_out_of_source(found["docs_w"], docs)
    first = out_of_source(found["docs_x"], docs)
    found["docs_again"] = documents_again(first, docs, passages, theirs)
    found["docs_told"] = told_apart(docs, found["docs_again"])
    found["bipia"] = published()
    found["bipia_w"] = document_windows(found["bipia"], gauges)
    say("documents read")
    return found


def measure(keep: Path, tuned: Path) -> None:
    found = held_out(tuned)
    keep.write_bytes(pickle.dumps(found))
    show(found)


def show(found: dict) -> None:
    """Figures per held-out source, and BIPIA's own attacks with BIPIA held out."""
    for kind in ("typed", "docs"):
        first = out_of_source(found[kind + "_x"], found[kind])
        print("one reading")
        report(first, found[kind])
        print("two readings")
        both = read_twice(first, found[kind], found[kind + "_again"], found[kind + "_told"])
        report(both, found[kind])
        print(last_step(found[kind + "_x"], found[kind], np.ones(len(found[kind]), bool)))
    rows, made = found["docs"], found["docs_w"]
    kept = np.array([fold_of(r.source) != 0 for r in rows])
    step = window_step(made, rows, kept)
    print(dict(zip(("intercept", *WINDOW_NUMBERS), step.round(2).tolist(), strict=True)))
    coefficients, intercept = last_step(found["docs_x"], rows, kept)
    x = document_numbers(found["bipia_w"], step)
    print("BIPIA as published, one reading")
    report(x @ coefficients + intercept, found["bipia"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("rows", "measure", "fit"))
    parser.add_argument("rows", type=Path, nargs="?", default=Path("/tmp/prompt_rows.npz"))
    parser.add_argument("--tuned", type=Path, default=Path("/tmp/prompt_tuned.npz"))
    parser.add_argument("--keep", type=Path, default=Path("/tmp/prompt_held_out.pkl"))
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    WORKERS = arguments.workers
    if arguments.what == "rows":
        _, typed, numbers, passages = read_once()
        np.savez(arguments.rows, **tuning_rows(out_of_source(numbers, typed), typed, passages))
    elif arguments.what == "measure":
        measure(arguments.keep, arguments.tuned)
    else:
        from prompt_fit import fit

        fit(arguments.keep, arguments.tuned)
