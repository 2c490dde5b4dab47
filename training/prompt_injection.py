"""Learn and measure `prompt.injection`, out of source throughout.

    python training/prompt_injection.py measure      figures per held-out source
    python training/prompt_injection.py fit          model and scales, from everything
    python training/prompt_injection.py documents    the same, of documents alone: what is shipped
                                                     of prompts stays
    python training/prompt_injection.py prompts      the same, of the second reading of prompts and
                                                     their scales alone

Needs `requirements/train.in`, ../shared/data/text, and the texts in `prompt_written/`.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from prompt_documents import composed, measured, published, whole
from prompt_learn import FOLDS, fold_of, gauge_of, gauge_without, matrix, pieces, prepared
from prompt_rows import Row, documents, instructions, prompts, strangers, tasks, whole_documents
from prompt_second import again, read_twice, told_apart
from sklearn.linear_model import LogisticRegression

from mingjian.detect.prompt.gauge import Gauge
from mingjian.detect.prompt.injection import tongue
from mingjian.detect.prompt.reading import read

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


def all_gauges() -> list[Gauge]:
    """One without each fold, and one of everything. (Not spread: a gauge cannot be sent.)"""
    data, gauges = sets(0), []
    for fold in (*range(len(FOLDS)), None):
        gauges.append(gauge_without(fold, *data))
        say("fold", fold)
    return gauges


PARTS = 12


def _part_of(rows: Sequence[Row], part: int) -> Sequence[Row]:
    return rows[len(rows) * part // PARTS : len(rows) * (part + 1) // PARTS]


def _typed(part: int) -> tuple[np.ndarray, list[str]]:
    return typed_numbers(_part_of(_FORKED["typed"], part), _FORKED["gauges"])


def typed_numbers(rows: Sequence[Row], gauges: Sequence[Gauge]) -> tuple[np.ndarray, list[str]]:
    """The numbers of each prompt, by the gauge that saw nothing of its source; and what would be
    read a second time."""
    made = [read(r.text, gauges[gauge_of(r.source)], whole=True) for r in rows]
    return np.array([m.prompt_numbers() for m in made]), [m.passage() for m in made]


def auroc(scores: np.ndarray, side: np.ndarray) -> float:
    order = np.argsort(np.argsort(scores, kind="stable")) + 1
    n1, n0 = side.sum(), (~side).sum()
    return float((order[side].sum() - n1 * (n1 + 1) / 2) / max(1, n1 * n0))


def last_step(x: np.ndarray, rows: Sequence[Row], kept: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of the last step of prompts.

    Both numbers get one coefficient: how the whole weighs against its strongest window depends on
    the lengths in the sources learnt, and did not carry over to others.
    """
    from prompt_learn import weights_of

    both = x.sum(axis=1, keepdims=True)
    chosen = [r for r, k in zip(rows, kept, strict=True) if k]
    scale = both[kept].std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(both[kept] / scale, [r.attack for r in chosen], sample_weight=weights_of(chosen))
    return np.resize(model.coef_[0] / scale, x.shape[1]), float(model.intercept_[0])


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


def read_once() -> tuple[list[Gauge], list[Row], np.ndarray, list[str]]:
    """The gauges of all folds; every prompt, its numbers, and what of it is read a second time."""
    gauges = all_gauges()
    # The language that a finding would name: public English sets hold a little of others.
    typed = [replace(r, language=tongue(prepared(r.text))) for r in prompts() + tasks()]
    made = spread(_typed, PARTS, typed=typed, gauges=gauges)
    numbers = np.concatenate([numbers for numbers, _ in made])
    return gauges, typed, numbers, [passage for _, some in made for passage in some]


def held_out(keep: Path) -> dict:
    """Everything scored out of source: instructions of half 0 learnt, of half 1 planted."""
    gauges, found = prompts_held_out(keep)
    return found | documents_held_out(gauges)


def prompts_held_out(keep: Path) -> tuple[list[Gauge], dict]:
    """The gauges, and prompts scored out of source, strangers out of writer."""
    gauges, typed, numbers, passages = read_once()
    first = out_of_source(numbers, typed)
    # The gauge of everything saw nothing of strangers.
    more = strangers()
    further, theirs = typed_numbers(more, gauges)
    coefficients, intercept = last_step(numbers, typed, np.ones(len(typed), bool))
    first = np.r_[first, further @ coefficients + intercept]
    rows = typed + more
    read_again = again(passages + theirs, keep.with_suffix(".pieces"))
    found = {"typed": rows, "typed_first": first, "typed_again": read_again}
    found["typed_last"] = np.array([intercept, *coefficients])
    found["typed_told"] = told_apart(rows, read_again)
    say("prompts read")
    return gauges, found


def documents_held_out(gauges: Sequence[Gauge], seed: int = 11) -> dict:
    """Documents scored out of source, those written as wholes out of writer; BIPIA's own attacks
    with BIPIA held out."""
    rows, more = composed(1, seed) + whole_documents(), published()
    every = rows + more
    made = measured(every, gauges, np.arange(len(every)) < len(rows))
    say("documents read")
    return {"docs": rows, "bipia": more, "docs_made": made}


def measure(keep: Path) -> None:
    found = held_out(keep)
    keep.write_bytes(pickle.dumps(found))
    first, rows = found["typed_first"], found["typed"]
    print("prompts, one reading")
    report(first, rows)
    print("two readings")
    report(read_twice(first, rows, found["typed_again"], found["typed_told"]), rows)
    show_documents(found)


def show_documents(found: dict) -> None:
    """Figures per held-out source."""
    made, rows, more = (found[name] for name in ("docs_made", "docs", "bipia"))
    wholes = whole(rows)
    for scores, name in ((made.first, "one reading"), (made.scores, "two readings")):
        for some, kind in ((~wholes, "composed"), (wholes, "written as wholes")):
            print("documents", kind + ",", name)
            report(scores[: len(rows)][some], [rows[i] for i in np.flatnonzero(some)])
        print("BIPIA as published,", name)
        report(scores[len(rows) :], more)
    planted = np.array([row.attack for row in rows])
    for some, kind in ((~wholes, "composed"), (wholes, "written as wholes")):
        print(
            "pointed at what was planted,", kind, made.pointed[: len(rows)][some & planted].mean()
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("measure", "fit", "documents", "prompts"))
    parser.add_argument("--keep", type=Path, default=Path("/tmp/prompt_held_out.pkl"))
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    WORKERS = arguments.workers
    if arguments.what == "measure":
        measure(arguments.keep)
    elif arguments.what == "documents":
        from prompt_fit import fit_documents

        found = documents_held_out(all_gauges())
        arguments.keep.write_bytes(pickle.dumps(found))
        show_documents(found)
        fit_documents(found)
    elif arguments.what == "prompts":
        from prompt_fit import fit_prompts

        _, found = prompts_held_out(arguments.keep)
        arguments.keep.write_bytes(pickle.dumps(found))
        fit_prompts(found)
    else:
        from prompt_fit import fit

        fit(arguments.keep)
