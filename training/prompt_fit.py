"""From held-out scores to the model and the scales of `prompt.injection`."""

from __future__ import annotations

import pickle
import random
from collections import Counter
from collections.abc import Sequence
from math import inf
from pathlib import Path

import numpy as np
from prompt_documents import arrays_of
from prompt_injection import held_out, report, say, sets
from prompt_learn import STRANGERS, WHOLE, gauge_without
from prompt_rows import Row, licence_of
from prompt_second import read_twice, second_arrays

from mingjian.detect.learned import store
from mingjian.detect.prompt.second import PACKAGE
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale

FOLDER = Path(__file__).parent.parent / "src/mingjian/detect/prompt"
VERSION = {"prompt": "12", "document": "9"}
"""The version of the detector in which a form was last fitted."""
CAP = 1500
"""Rows a source and side give to a scale: all that were drawn. With a lower cap our own hard
negatives were more than half of the harmless Chinese texts, and the plainest order to ignore what
came before was not flagged."""
FEW = 100
"""Harmless texts below which a threshold at 1 % of them says nothing: it is then at least the
English one."""
DESCRIPTIONS = {
    "prompt": Message(
        "输入给语言模型的文字：越狱与注入样本，对照普通请求、角色设定、附带文档的请求",
        "texts typed to a language model: jailbreaks and injections against ordinary requests, "
        "role settings and requests with a document pasted",
    ),
    "document": Message(
        "邮件、网页、表格、代码、新闻、短信、对话等文档，其中一半植入了对模型说的指令或请求",
        "mail, pages, tables, code, news, SMS and talk, half of them with an instruction or "
        "request to a model planted",
    ),
}
NOTABLE = 1.1
"""Score from which a finding is shown as of note: a log10 LR of about a half in each scale."""
MOST_MISLEADING = 0.02
"""Share of held-out cases with an LR beyond 10 on the wrong side, above which no LR of a scale
goes beyond 10 on that side."""
LEAST = {"zh": 4, "en": 8, "other": 6}


def _scale(form: str, language: str, scores: np.ndarray, rows: Sequence[Row]) -> dict:
    draw = random.Random(1)
    order = [i for i, r in enumerate(rows) if r.language == language]
    draw.shuffle(order)
    counts: Counter[tuple[str, bool]] = Counter()
    kept = []
    for i in order:
        key = (rows[i].source, rows[i].attack)
        counts[key] += 1
        if counts[key] <= CAP:
            kept.append(i)
    names = {rows[i].source for i in kept}

    def fitted(largest: tuple[float, float]) -> dict:
        return fit_scale(
            [float(scores[i]) for i in kept],
            [rows[i].attack for i in kept],
            [rows[i].source for i in kept],
            signal="prompt.injection",
            proposition="prompt.injection",
            description=DESCRIPTIONS[form],
            version=VERSION[form],
            method="soft-logistic",
            # Not "every_source": single held-out sources of a style that no other source has
            # (roles in Chinese, for one) would set a threshold that nothing passes.
            threshold_rule="pooled",
            licences={name: licence_of(name) for name in names},
            population={"form": [form], "language": [language], "length": {"min": LEAST[language]}},
            largest=largest,
            weights=None if form == "prompt" else met_half([rows[i] for i in kept]),
        )

    document = fitted((-inf, inf))
    beyond = _misleading(document["metrics"])
    lowest = -1.0 if beyond["h1"] > MOST_MISLEADING else -inf
    highest = 1.0 if beyond["h2"] > MOST_MISLEADING else inf
    return fitted((lowest, highest))


def _misleading(metrics: dict) -> dict[str, float]:
    """By side, the share of misleading LRs beyond 10: of the documents written as wholes and of
    what strangers wrote, or, where it is larger, of the rest."""
    found = {}
    for side in ("h1", "h2"):
        key = f"strongly_misleading_{side}"
        shares = []
        for apart in (True, False):
            some = [
                m
                for name, m in metrics["by_source"].items()
                if name.endswith((*WHOLE, *STRANGERS)) is apart and m[f"n_{side}"]
            ]
            if some:
                counts = [m[f"n_{side}"] for m in some]
                shares.append(float(np.average([m[key] for m in some], weights=counts)))
        found[side] = max(shares)
    return found


def met_half(rows: Sequence[Row]) -> list[float]:
    """Weights that give half of each side to the documents written as wholes: they are what people
    meet, and in the others what is planted stands out more than it does there."""
    keys = [(row.attack, row.source.endswith(WHOLE)) for row in rows]
    counts = Counter(keys)
    return [len(rows) / 4 / counts[key] for key in keys]


def _raised(document: dict, least: float, scores: np.ndarray, rows: Sequence[Row]) -> None:
    """The threshold of a scale raised to `least`, with the rates that this gives."""
    document["threshold"] = max(document["threshold"], least)
    language = document["population"]["language"][0]
    mine = np.array([row.language == language for row in rows])
    side = np.array([row.attack for row in rows])
    flagged = scores >= document["threshold"]
    names = np.array([row.source for row in rows])
    metrics = document["metrics"]
    for name, found in (("", metrics["pooled"]), *metrics["by_source"].items()):
        here = mine & (names == name) if name else mine
        for key, which in (("frozen_tpr", side), ("frozen_fpr", ~side)):
            if found.get(key) is not None:
                found[key] = float(flagged[here & which].mean())
    rates = {n: m["frozen_fpr"] for n, m in metrics["by_source"].items()}
    worst = max((rate, name) for name, rate in rates.items() if rate is not None)
    metrics["worst_frozen_fpr"] = {"source": worst[1], "frozen_fpr": worst[0]}


def _write(form: str, language: str, document: dict) -> None:
    path = FOLDER / f"prompt.injection.{form}-{language}.scale.json"
    path.write_bytes(write_scale(document))
    metrics = document["metrics"]
    print(form, language, metrics["pooled"], metrics["worst_frozen_fpr"])
    print({key: document[key] for key in ("threshold", "bounds", "withheld", "research")})


def fit(keep: Path) -> None:
    """Scales and models; the held-out readings are taken from `keep` where it exists."""
    # Our own file, written by `measure`.
    found = pickle.loads(keep.read_bytes()) if keep.exists() else held_out(keep)  # noqa: S301
    arrays = _prompts(found)
    arrays["prompt_last"] = np.insert(found["typed_last"], 1, NOTABLE)
    data = sets(None)
    gauge = gauge_without(None, *data)
    for name, line in (("takeover", gauge.takeover), ("request", gauge.request)):
        arrays[f"{name}_weights"] = line.weights
        arrays[f"{name}_dense"] = line.dense
        arrays[f"{name}_meaning"] = line.meaning
        arrays[f"{name}_numbers"] = np.array([line.step, line.bias])
    counts = Counter(
        r.source for _, rows in (*data, (None, found["typed_again"].more)) for r in rows
    )
    counts += Counter(r.source for r in found["typed"] if r.source.endswith(STRANGERS))
    store.save(
        FOLDER, "injection", arrays, script="training/prompt_injection.py", rows=_told(counts)
    )
    fit_documents(found)


def _prompts(found: dict) -> dict[str, np.ndarray]:
    """Writes the scales of the prompt form; the arrays of its second reading."""
    scores, rows = found["typed_first"], found["typed"]
    second = found["typed_again"], found["typed_told"]
    arrays = second_arrays(scores, rows, *second)
    scores = read_twice(scores, rows, *second)
    report(scores, rows)
    thresholds: dict[str, float] = {}
    for language in ("en", "zh", "other"):
        document = _scale("prompt", language, scores, rows)
        if document["reference"]["n_h2"] < FEW:
            _raised(document, thresholds["en"], scores, rows)
        thresholds[language] = document["threshold"]
        _write("prompt", language, document)
    return arrays


def fit_prompts(found: dict) -> None:
    """Scales of the prompt form and its second reading, beside the gauge and the document form,
    which stay as they are."""
    arrays = _prompts(found)
    rows = Counter(r.source for r in found["typed"] if r.source.endswith(STRANGERS))
    _into_the_file(arrays, (), _told(rows))


def fit_documents(found: dict) -> None:
    """Scales and steps of the document form, beside what is in the model file of the prompt form
    and of the gauge, which stays as it is."""
    rows, made = found["docs"], found["docs_made"]
    scores = made.scores[: len(rows)]
    for language in ("en", "zh"):
        _write("document", language, _scale("document", language, scores, rows))
    learnt = np.arange(len(made.scores)) < len(rows)
    own = ("documents_told", "planted_polite", *WHOLE)
    _into_the_file(
        arrays_of(made, rows + found["bipia"], learnt, NOTABLE),
        ("document_", "window_"),
        _told(Counter(r.source for r in rows if r.source.endswith(own))),
    )


def _into_the_file(
    arrays: dict[str, np.ndarray], gone: tuple[str, ...], rows: Sequence[dict]
) -> None:
    """The model file with these arrays and rows in it, and without those that begin with `gone`."""
    with np.load(FOLDER / "injection.npz", allow_pickle=False) as kept:
        arrays = {n: kept[n] for n in kept.files if not n.startswith(gone)} | arrays
    told = {row["name"]: row for row in store.note(PACKAGE, "injection")["rows"]}
    told |= {row["name"]: row for row in rows}
    digest = store.save(
        FOLDER,
        "injection",
        arrays,
        script="training/prompt_injection.py",
        rows=[told[name] for name in sorted(told)],
    )
    say("saved", digest[:8])


def _told(counts: Counter[str]) -> list[dict]:
    return [
        {"name": name, "licence": licence_of(name), "rows": count}
        for name, count in sorted(counts.items())
    ]
