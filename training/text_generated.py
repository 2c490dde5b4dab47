"""Fit the measurement of generated text and its scales; report on sources held out.

    .venv/bin/python training/text_generated.py [zh] [en]

Reads ../shared/data/text/aitext_*.parquet (and mails, statutes, security reports as texts by
people) and the rows written for this repository, `text_own_*.txt` and `text_today_*.txt`.
Every score that a scale or a figure is made from comes from views, and a join of views, that saw
no row of its fold (folds: sources that share people, prompts or a writer). The model that ships is
fitted on all rows.
"""

from __future__ import annotations

import pickle
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import text_rows
import text_views
from text_readings import (
    classes_of,
    columns,
    fit_joins,
    fit_readings,
    logits_of,
    scores_of,
    together,
)
from text_views import Fitted, Views, build, tree_arrays, whence

from mingjian.detect.learned.linear import quantised
from mingjian.detect.learned.store import save
from mingjian.detect.text.generated_model import READINGS
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale
from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/text"
# NewsBench is all there is of Chinese model-written news, so for the scale it is held out by
# families of models; what is measured without any of it is reported beside (`strictly`).
OWN = (("own-a",), ("own-b",), ("own-ref",))
"""Our own rows are held out by halves: the other half, of other pieces, may be learnt from. The
refined ones are versions of the drafts in both halves, so they never go with either."""
TODAY = (("today-answers",), ("today-work",), ("today-prose",))
"""What a model of today wrote is held out by kinds of texts: one model wrote it all."""
FOLDS = {
    "en": (("TOCSIN",), ("DetectRL",), ("SeqXGPT",), ("mail",), *OWN, *TODAY),
    "zh": (
        ("NewsBench-a",),
        ("NewsBench-b",),
        ("HalluQA", "CSL"),
        ("human-news", "statutes"),
        ("daily",),
        ("reviews",),
        ("talks",),
        *OWN,
        *TODAY,
    ),
}
LEAST = {"zh": 100, "en": 80}
"""Shortest text a scale holds for: Han characters, words."""
BANDS: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    "zh": (("zh-short", 100, 299), ("zh-long", 300, None)),
    "en": (("en", 80, None),),
}
"""The scales of a language by length: a longer text shows more of its style."""
MOST_ROWS = 600
"""Rows of one class of one source behind a scale."""
BASE_SHARE = 0.12
"""Share of those rows that models without instruction tuning may have: they are rare today, and
hardly told from people by style."""
ABOUT = {
    "zh": Message(
        "中文叙述性文字：新闻、论文摘要、法规、问答、作文、网帖、公文，人写者与 2023 至 2026 年"
        "对话模型生成或润色者",
        "Chinese prose: news, abstracts, statutes, answers, essays, posts, official papers, by "
        "people, and by chat models of 2023 to 2026, generated or refined",
    ),
    "en": Message(
        "英文叙述性文字：新闻、百科、小说、评论、摘要、邮件、学生与学外语者作文，"
        "人写者与 2019 至 2026 年语言模型生成者",
        "English prose: news, encyclopaedia, fiction, reviews, abstracts, mail, essays of students "
        "and learners, by people, and by language models of 2019 to 2026",
    ),
}


def out_of_source(views: Views, language: str) -> tuple[np.ndarray, np.ndarray]:
    """Scores of every row's views by views that saw no row of its fold, and its fold number."""
    names = np.array([row.fold for row in views.rows])
    own = np.char.startswith(names, "own")
    found = np.zeros((len(names), len(READINGS), 5))
    number = np.full(len(names), -1)
    shorter = np.arange(len(names)) >= views.counted
    for at, fold in enumerate(FOLDS[language]):
        out = np.isin(names, fold)
        unseen = out | (names == "own-ref") if fold[0] in ("own-a", "own-b") else out
        if fold == ("own-ref",):
            unseen = own
        out = out & ~shorter
        found[out] = scores_of(fit_readings(views, ~unseen), views, out)
        number[out] = at
    found, number = found[: views.counted], number[: views.counted]
    assert (number >= 0).all()
    return found, number


def report(name: str, scores: np.ndarray, machine: np.ndarray) -> None:
    if machine.any() and (~machine).any():
        found = auroc(scores, machine), tpr_at_1fpr(scores, machine)
        print(f"  {name:28} AUROC {found[0]:.3f} TPR@1% {found[1]:.3f} "
              f"n {machine.sum()}/{(~machine).sum()}")  # fmt: skip


def f1(answer: np.ndarray, said: np.ndarray) -> float:
    found = []
    for at in np.unique(answer):
        hit = ((answer == at) & (said == at)).sum()
        found.append(2 * hit / max(1, (answer == at).sum() + (said == at).sum()))
    return float(np.mean(found))


def fit(language: str, cache: Path | None) -> None:
    kept = cache / f"views_{language}.pkl" if cache else None
    if kept and kept.is_file():
        views, scores, number = pickle.loads(kept.read_bytes())  # noqa: S301
    else:
        views = build(language)
        print(language, len(views.rows), Counter((r.source, r.label) for r in views.rows))
        scores, number = out_of_source(views, language)
        if kept:
            kept.write_bytes(pickle.dumps((views, scores, number)))
    rows = views.rows[: views.counted]
    machine = np.array([row.label != "hum" for row in rows])
    joined = np.zeros(len(rows))
    said = np.zeros(len(rows), dtype=int)
    prose = np.array([row.source not in text_rows.LEARNT_ONLY for row in rows])
    for at in range(len(FOLDS[language])):
        out = number == at
        rest = [row for row, r in zip(rows, prose & ~out, strict=True) if r]
        joins = fit_joins(scores[prose & ~out], rest, language)
        logits = logits_of(scores, joins)
        joined[out] = together(logits[out])
        measured = columns(scores, logits)
        table = classes_of(measured[prose & ~out], rest)
        said[out] = np.argmax(measured[out] @ table[:, :-1].T + table[:, -1], axis=1)
    if language == "zh" and (not kept or "--strictly" in sys.argv):
        strictly(views, scores)
    _tell(rows, views, scores, joined, said, number, language)
    _scale(rows, views, joined, machine, language)
    known, kinds = scores[prose], [row for row, p in zip(rows, prose, strict=True) if p]
    joins = fit_joins(known, kinds, language)
    _save(fit_readings(views, np.ones(len(views.rows), dtype=bool)), views, language,
          joins, classes_of(columns(known, logits_of(known, joins)), kinds))  # fmt: skip


def _tell(
    rows: list[text_rows.Row], views: Views, scores: np.ndarray, joined: np.ndarray,
    said: np.ndarray, number: np.ndarray, language: str,
) -> None:  # fmt: skip
    label = np.array([row.label for row in rows])
    base = np.array([row.base for row in rows])
    sizes = views.sizes[: views.counted]
    long = sizes >= LEAST[language]
    human = label == "hum"
    for at, fold in enumerate(FOLDS[language]):
        print("held out:", *fold)
        mine = (number == at) & long
        for name, h1 in (("generated", (label == "gen") & ~base), ("base models", base),
                         ("refined", label == "ref")):  # fmt: skip
            which = mine & (h1 | human)
            if (h1 & mine).sum() > 5:
                report(name, joined[which], h1[which])
                for view, column in zip(("wording", "putting", "traits", "trees"),
                                        scores[:, 0].T[:4], strict=True):  # fmt: skip
                    report("   " + view, column[which], h1[which])
    counted = np.array([row.source not in text_rows.LEARNT_ONLY for row in rows])
    strong = ~base & long & counted
    report("pooled, without base models", joined[strong], (label != "hum")[strong])
    report("pooled, generated only", joined[strong & (label != "ref")],
           (label == "gen")[strong & (label != "ref")])  # fmt: skip
    today = np.array([row.source in text_rows.OF_TODAY for row in rows])
    own = np.array([whence(row) == "own" for row in rows])
    for name, some in (("pooled, without today's", ~today), ("today's", today)):
        use = strong & ((label == "gen") & some | human)
        report(f"{name}, generated", joined[use], (label == "gen")[use])
    use = strong & (today | human & ~own)
    report("today's against real people", joined[use], today[use])
    answer = np.array([["hum", "gen", "ref"].index(one) for one in label])
    print("three-way macro-F1, out of source:", round(f1(answer[strong], said[strong]), 3))
    edges = (0, 80, 100, 150, 200, 300, 500, 2000)
    for low, high in pairwise(edges):
        band = ~base & counted & (sizes >= low) & (sizes < high)
        report(f"length {low} to {high}", joined[band], (label != "hum")[band])


def _name(row: text_rows.Row) -> str:
    """The source as a scale names it."""
    return f"NewsBench {row.fold[-1]}" if row.source == "NewsBench" else row.source


STRICTLY = (
    {"NewsBench"}, {"HalluQA", "CSL"}, {"UHGEval", "statutes"}, {"daily"}, {"reviews"},
    {"TeleAntiFraud", "CrossWOZ"}, {"own"},
)  # fmt: skip
"""Sources held out whole: what is left has no model-written news, or nothing of our own."""


def _subject(row: text_rows.Row) -> str:
    """The source of a row; of what a model of today wrote, that whose subject it has."""
    kind, _, name = row.group.partition("/")
    if row.source in text_rows.OF_TODAY:
        return name if kind == "pair" else "today"
    return whence(row)


def strictly(views: Views, scores: np.ndarray) -> None:
    """Measures with every source held out whole, capped as the scales are; refined texts apart.
    What a model of today wrote is not measured here, but learnt from by the reading for it."""
    today = np.array([row.source in text_rows.OF_TODAY for row in views.rows])
    sources = np.array([_subject(row) for row in views.rows])
    counted = np.arange(len(sources)) < views.counted
    found = scores.copy()
    for fold in STRICTLY:
        out = np.isin(sources, list(fold))
        fitted = fit_readings(views, ~out)
        found[(out & counted)[: views.counted]] = scores_of(fitted, views, out & counted)
    rows = views.rows[: views.counted]
    sources, label = sources[: views.counted], np.array([row.label for row in rows])
    prose = np.array([row.source not in text_rows.LEARNT_ONLY for row in rows])
    joins = fit_joins(found[prose], [row for row, p in zip(rows, prose, strict=True) if p], "zh")
    mean = together(logits_of(found, joins))
    old = ~today[: views.counted]
    bands = [
        np.isin(np.arange(len(rows)), _capped(rows, views, band)) & old for band in BANDS["zh"]
    ]
    for name, band in (("100 to 299", bands[0]), ("300 up", bands[1]), ("all", sum(bands) > 0)):
        for h1 in ("gen", "ref"):
            which = band & ((label == h1) | (label == "hum"))
            report(f"strictly, {name}, {h1}", mean[which], (label == h1)[which])
    for source in ("NewsBench", "HalluQA", "own"):
        for h1 in ("gen", "ref"):
            which = (sum(bands) > 0) & np.isin(sources, [source, "CSL" * (source == "HalluQA")])
            which &= (label == h1) | (label == "hum")
            report(f"strictly, within {source}, {h1}", mean[which], (label == h1)[which])


def _scale(
    rows: list[text_rows.Row], views: Views, joined: np.ndarray, machine: np.ndarray, language: str
) -> None:
    for name, low, high in BANDS[language]:
        _scale_of(rows, views, joined, machine, language, (name, low, high))


def _capped(
    rows: list[text_rows.Row], views: Views, band: tuple[str, int, int | None]
) -> list[int]:
    """Places of the rows of a length, `MOST_ROWS` of one class of a source at most."""
    _, low, high = band
    seen: Counter[tuple[str, bool]] = Counter()
    use = []
    for at, row in enumerate(rows):
        key = (_name(row), row.label != "hum")
        share = BASE_SHARE if row.base else 1.0
        if views.sizes[at] < low or (high is not None and views.sizes[at] > high):
            continue
        if row.source in text_rows.LEARNT_ONLY or seen[key] >= MOST_ROWS * share:
            continue
        seen[key] += 1
        use.append(at)
    return use


def _scale_of(
    rows: list[text_rows.Row], views: Views, joined: np.ndarray, machine: np.ndarray,
    language: str, band: tuple[str, int, int | None],
) -> None:  # fmt: skip
    name, low, high = band
    use = _capped(rows, views, band)
    sources = [_name(rows[at]) for at in use]
    folds = [{_name(rows[at]) for at in use if rows[at].fold in fold} for fold in FOLDS[language]]
    mine = {name for name in sources if name.startswith("own")}
    folds = [fold - mine for fold in folds] + [mine]
    document: dict[str, Any] = fit_scale(
        joined[use].tolist(), machine[use].tolist(), sources,
        signal="text.generation", proposition="text.ai_generated", description=ABOUT[language],
        method="soft-logistic", largest=1.0,
        licences={
            name: "Apache-2.0" if name.startswith("own") else text_rows.LICENCES[name.split(" ")[0]]
            for name in sources
        },
        population={
            "language": [language],
            "form": ["prose"],
            "length": {"min": low} if high is None else {"min": low, "max": high},
        },
        folds=[fold for fold in folds if fold], threshold_rule="every_source",
    )  # fmt: skip
    path = FOLDER / f"text.generation.{name}.scale.json"
    path.write_bytes(write_scale(document))
    metrics: Any = document["metrics"]
    for key in ("knots", "bounds", "threshold", "withheld", "research"):
        print(key, document[key])
    for name, one in {"POOLED": metrics["pooled"], **metrics["by_source"]}.items():
        print(
            f"  {name:18}", {k: round(v, 3) if isinstance(v, float) else v for k, v in one.items()}
        )


def _save(
    fitted: list[Fitted], views: Views, language: str, joins: list[np.ndarray], classes: np.ndarray
) -> None:
    shape = text_views.SHAPES[language]
    arrays: dict[str, np.ndarray] = {}
    for prefix, one, coefficients in zip(READINGS, fitted, joins, strict=True):
        for name, model, span in (("wording_", one.wording, shape.wording),
                                  ("putting_", one.putting, text_views.PUTTING)):  # fmt: skip
            linear = quantised(model.weights, model.constant, *span)
            arrays |= linear.as_arrays(prefix + name)
        arrays |= {
            prefix + "centre": one.centre,
            prefix + "spread": one.spread,
            prefix + "weights": np.append(one.linear.coef_[0], one.linear.intercept_[0]),
            prefix + "join": coefficients,
            **{prefix + name: array for name, array in tree_arrays(one.trees).items()},
        }
    second = fitted[0].second
    arrays |= {
        "kept": np.array(views.kept),
        "classes": classes,
        "second": np.append(second.coef_[0], second.intercept_[0])
        if second is not None
        else np.zeros(fitted[0].centre.size + 1),
    }
    counted = Counter((row.source, row.label) for row in views.rows[: views.counted])
    save(
        FOLDER, f"generated_{language}", arrays, script="training/text_generated.py",
        rows=[
            {"source": source, "label": label, "rows": n,
             "licence": text_rows.LICENCES.get(source, "Apache-2.0 (our own)")}
            for (source, label), n in sorted(counted.items())
        ],
    )  # fmt: skip


if __name__ == "__main__":
    arguments = sys.argv[1:]
    where = next((Path(a[8:]) for a in arguments if a.startswith("--cache=")), None)
    for chosen in [a for a in arguments if a in FOLDS] or list(FOLDS):
        fit(chosen, where)
