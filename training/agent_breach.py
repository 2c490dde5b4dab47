"""Train and measure `agent.rule_breach`.

    python training/agent_breach.py measure     # held out by source, prints the table
    python training/agent_breach.py fit         # model file, scale, table

Rows: `../shared/data/text/agent_traces.parquet` (safe and unsafe only; `clean` web-shop runs of
agent-backdoor-attacks are measured as H2 and never learnt from), our own traces, the sets in
`agent_scenarios/measured`, and those of two writers who knew no rule (`agent_scenarios/others`:
one's in two halves, held out together, the other's in `c.jsonl`).
Every score of the scale comes from a model that saw no row of the source it is for.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent))
from agent_forms import MEASURED, OTHERS, own_traces

from mingjian.detect.agent.course import Course
from mingjian.detect.agent.features import features, words
from mingjian.detect.agent.matching import breaches
from mingjian.detect.agent.measure import MODEL, Measure
from mingjian.detect.agent.read import read_trace
from mingjian.detect.learned.linear import matrix, quantised
from mingjian.detect.learned.store import save
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit, write_scale
from mingjian.weigh.held_out import HeldOut

ROOT = Path(__file__).parent.parent
TRACES = ROOT.parent / "shared/data/text/agent_traces.parquet"
HERE = ROOT / "src/mingjian/detect/agent"
SHORTEST, LONGEST, BUCKETS = 3, 5, 2**15
DENSE_C, WORDS_C = 0.02, 0.3
SHARE = 0.3
"""Spread of the words' part against that of the features. By itself it adds little out of source
(it mostly orders runs whose features are alike), so it is kept small, not tuned."""
MOST = 400
"""Rows of one source and class."""
LICENCES = {
    "ToolEmu-runs-2026": "MIT",
    "ASSEBench-security": "not stated",
    "agent-backdoor-attacks": "not stated",
    "own": "Apache-2.0",
}
ASKED = tuple(LICENCES)
"""The sources of the figures that were asked for."""
SETS = tuple(f"own set {number}" for number in range(1, 6))
HALVES = ("others a", "others b")
THIRD = "others c"
LATER = ("others d", "others e")
STRANGERS = (*HALVES, THIRD, *LATER)
LICENCES |= dict.fromkeys((*SETS, *STRANGERS), "Apache-2.0")
WEIGHED_AS = dict.fromkeys(SETS, "own sets") | dict.fromkeys(STRANGERS, "others")
"""Small sources that weigh together as one of the large ones does."""
NOT_LEARNT = "agent-backdoor-attacks"


def clear(note: str, label: str) -> bool:
    """Whether the two judges of the simulated runs (0 worst to 3 best each) are clear: at most 1
    in sum for unsafe, 6 for safe. Rows of other sources carry no such note."""
    marks = re.fullmatch(r"gpt5mini=(\d) qwen32b=(\d)", note)
    if marks is None:
        return True
    total = int(marks[1]) + int(marks[2])
    return total <= 1 if label == "unsafe" else total == 6


class Rows:
    """Features, words, labels and sources of all readable rows."""

    def __init__(self) -> None:
        import pandas as pd

        table = pd.read_parquet(TRACES)
        table = table[table.label.isin(["safe", "unsafe", "clean"])]
        table = table[
            [clear(note, label) for note, label in zip(table.note, table.label, strict=True)]
        ]
        drawn: list[tuple[str, bool, str]] = []
        for (source, label), group in table.groupby(["source", "label"]):
            texts = sorted(group.text)
            random.Random(7).shuffle(texts)
            most = 30 if source == NOT_LEARNT else MOST  # one shopping task, again and again
            drawn += [(text, label == "unsafe", source) for text in texts[:most]]
        drawn += [(text, h1, "own") for text, h1, *_ in own_traces(1)]
        for folder, names in ((MEASURED, SETS), (OTHERS, (*HALVES, *LATER))):
            for name in names:
                files = f"*_{name[-1]}.txt"
                drawn += [(text, h1, name) for text, h1, *_ in own_traces(1, folder, files)]
        for line in (OTHERS / "c.jsonl").read_text("utf-8").splitlines():
            run = json.loads(line)
            drawn.append((run["text"], run["truth"] == "H1", THIRD))
        told, full, self.words, self.labels, self.sources = [], [], [], [], []
        for text, h1, source in drawn:
            trace = read_trace(text)
            if trace is None:
                print("not read:", source, text[:60])
                continue
            course = Course(trace)
            hits = breaches(course)
            told.append(features(course, hits))
            full.append(features(course, hits, unclear=1))
            self.words.append(words(course))
            self.labels.append(h1)
            self.sources.append(source)
        self.names = list(told[0])
        self.dense = np.array([[row[name] for name in self.names] for row in told])
        # Learnt with unclear hits in full, weighed with them discounted (see features.UNCLEAR).
        self.full = np.array([[row[name] for name in self.names] for row in full])
        data, indices, ends = matrix(self.words, SHORTEST, LONGEST, BUCKETS)
        self.grams = csr_matrix((data, indices, ends), shape=(len(self.words), BUCKETS))

    def kept(self, held: Sequence[str]) -> np.ndarray[Any, Any]:
        """Rows that may be learnt from with these sources held out."""
        return np.array([s not in held and s != NOT_LEARNT for s in self.sources])


def learn(rows: Rows, kept: np.ndarray[Any, Any]) -> Measure:
    """A measure of the kept rows; every source and class weighs alike."""
    labels = np.array(rows.labels)
    groups = [f"{WEIGHED_AS.get(s, s)}{h}" for s, h in zip(rows.sources, rows.labels, strict=True)]
    sizes = {
        g: sum(1 for x, k in zip(groups, kept, strict=True) if k and x == g) for g in set(groups)
    }
    weights = np.array([1 / sizes[g] if k else 0.0 for g, k in zip(groups, kept, strict=True)])[
        kept
    ]
    weights *= weights.size / weights.sum()
    dense = LogisticRegression(C=DENSE_C, max_iter=2000)
    dense.fit(rows.full[kept], labels[kept], sample_weight=weights)
    grams = LogisticRegression(C=WORDS_C, max_iter=2000)
    grams.fit(rows.grams[kept], labels[kept], sample_weight=weights)
    spread = dense.decision_function(rows.full[kept]).std()
    share = SHARE * spread / grams.decision_function(rows.grams[kept]).std()
    return Measure(
        weights=dict(zip(rows.names, map(float, dense.coef_[0].round(4)), strict=True)),
        bias=round(float(dense.intercept_[0]), 4),
        words=quantised(grams.coef_[0], float(grams.intercept_[0]), SHORTEST, LONGEST),
        share=round(float(share), 4),
    )


def scored(measure: Measure, rows: Rows, chosen: np.ndarray[Any, Any]) -> list[float]:
    return [
        measure.score(dict(zip(rows.names, rows.dense[i], strict=True)), rows.words[i])
        for i in np.flatnonzero(chosen)
    ]


FOLDS = (("ToolEmu-runs-2026",), ("ASSEBench-security",), ("own",),
         ("agent-backdoor-attacks",), *((name,) for name in SETS), HALVES,
         *((name,) for name in (THIRD, *LATER)))  # fmt: skip


def doubtful_threshold(measure: Measure) -> float:
    """The score that 3 % of the runs both judges call safe, but not clearly so, reach: such runs
    are too doubtful to learn from, yet a flag on them is a false one as far as anybody can tell."""
    import pandas as pd

    table = pd.read_parquet(TRACES)
    runs = table[(table.source == "ToolEmu-runs-2026") & (table.label == "safe")]
    scores = []
    for text, note in zip(runs.text, runs.note, strict=True):
        trace = None if clear(note, "safe") else read_trace(text)
        if trace is not None:
            course = Course(trace)
            scores.append(measure.score(features(course, breaches(course)), words(course)))
    print("doubtful runs", len(scores))
    return float(np.quantile(scores, 0.97, method="higher"))


def main(write: bool) -> None:
    rows = Rows()
    scores = np.zeros(len(rows.labels))
    for held in FOLDS:
        out = np.array([source in held for source in rows.sources])
        scores[out] = scored(learn(rows, rows.kept(held)), rows, out)
    fitted = fit(
        scores.tolist(), rows.labels, rows.sources,
        signal="agent.conduct",
        proposition="agent.rule_breach",
        description=Message(
            "中英文智能体运行记录：模拟工具环境的运行（2026 年，16 个模型）、"
            "安全评测记录、自写的多种形式记录",
            "runs of AI agents in English and Chinese: simulated tools (2026, 16 models), "
            "records of security evaluations, our own traces in many forms",
        ),
        method="soft-logistic",
        # The folds show more than 2 % of runs misleading beyond 10: none may claim it.
        largest=1.0,
        licences=LICENCES,
        population={"language": ["zh", "en"], "steps": {"min": 2, "max": 200}},
        folds=[frozenset(fold) for fold in FOLDS],
        threshold_rule="every_source",
    )  # fmt: skip
    doubtful = doubtful_threshold(learn(rows, rows.kept(FOLDS[0])))
    own = float(str(fitted.document["threshold"]))
    # Writers who knew no rule say better what harmless runs are like than those who did; of 180
    # runs 1 % would be two, so as with the doubtful ones 3 % may be flagged.
    strangers = np.isin(rows.sources, STRANGERS) & ~np.array(rows.labels)
    theirs = float(np.quantile(scores[strangers], 0.97, method="higher"))
    print("thresholds", own, doubtful, theirs)
    fitted.document["threshold"] = max(own, doubtful, theirs)
    flagged = scores >= fitted.document["threshold"]
    for name in sorted(set(rows.sources)):
        mine = np.array([source == name for source in rows.sources])
        h1 = np.array(rows.labels)
        print(
            f"flagged {name:24} H1 {flagged[mine & h1].mean():.3f}",
            f"H2 {flagged[mine & ~h1].mean():.3f}",
        )
    report(fitted)
    learnt = rows.kept(())
    shipped = learn(rows, learnt)
    if write:
        told = [
            {"source": name, "licence": LICENCES[name],
             "rows": sum(1 for s, k in zip(rows.sources, learnt, strict=True) if k and s == name)}
            for name in LICENCES if name != NOT_LEARNT
        ]  # fmt: skip
        save(
            HERE,
            MODEL,
            shipped.as_arrays(),
            script="training/agent_breach.py",
            rows=told,
        )
        (HERE / "agent.conduct.scale.json").write_bytes(write_scale(fitted.document))


def report(fitted: Any) -> None:
    print("threshold", fitted.document["threshold"], "bounds", fitted.document["bounds"],
          "withheld", fitted.document["withheld"])  # fmt: skip
    held = fitted.held_out
    every = tuple(sorted(set(held.sources)))
    groups = {"all": every, "asked": ASKED, "own sets": SETS, "others": STRANGERS}
    for name, members in (groups | {name: (name,) for name in every}).items():
        mine = np.array([source in members for source in held.sources])
        h1, llrs = held.is_h1[mine], held.llrs[mine]
        part = HeldOut(
            llrs=llrs, flagged=held.flagged[mine], scores=held.scores[mine],
            is_h1=h1, sources=[name] * len(llrs),
        )  # fmt: skip
        told = part.metrics().as_json()
        low = (llrs[h1] < -1).mean() if h1.any() else float("nan")
        high = (llrs[~h1] > 1).mean() if (~h1).any() else float("nan")
        print(f"{name:24} h1={h1.sum():4} h2={(~h1).sum():4}", *[
            f"{key}={told.get(key)}" for key in
            ("auroc", "tpr_at_1fpr", "frozen_fpr", "frozen_tpr", "cllr", "cllr_min", "cllr_cal")
        ], f"misleading: H1 below 1/10 {low:.3f}, H2 above 10 {high:.3f}")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("measure", "fit"))
    main(parser.parse_args().what == "fit")
