"""What is told of the scales of `mail.phishing`: by source, by pair of sources, and by year."""

from __future__ import annotations

from typing import Any

import numpy as np

from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

MODERN = ("BIPIA", "mjml", "postmark-mailgun")
LATE = "2024"
"""The year of phishing_pot that is held out where its earlier years are learnt from."""


def report(
    language: str, form: str, scores: Any, labels: Any, sources: Any, document: dict[str, Any]
) -> None:
    pooled = document["metrics"]["pooled"]
    print(f"\n== {language} {form}", {k: pooled[k] for k in sorted(pooled)})
    print("bounds", document["bounds"], "threshold", document["threshold"], document["withheld"])
    xs, ys = zip(*document["knots"], strict=True)
    llrs = np.interp(scores, xs, ys)
    flagged = scores >= document["threshold"]
    for name in sorted(set(sources)):
        for label in (True, False):
            part = (sources == name) & (labels == label)
            if part.any():
                print(
                    f"  {name:22} {'H1' if label else 'H2'} n={part.sum():4} "
                    f"flagged {flagged[part].mean():.3f} mean log10LR {llrs[part].mean():+.2f}"
                )
    for writer in sorted(set(sources[np.char.startswith(sources, "others")])):
        mine = sources == writer
        both = scores[mine], labels[mine]
        print(f"  {writer} AUROC {auroc(*both):.3f} TPR@1%FPR {tpr_at_1fpr(*both):.3f}")
    if language == "en":
        _pairs(scores, labels, sources)


def _pairs(scores: Any, labels: Any, sources: Any) -> None:
    modern = np.isin(sources, MODERN)
    own = np.char.startswith(sources, "written") & ~labels
    for name in ("phishing_pot", "nazario", "malla", "kaggle-llm"):
        one = (sources == name) & labels
        for other, mask in (
            ("modern benign", modern),
            ("written benign", own),
            ("ephishLLM", sources == "ephishLLM"),
            ("letters", np.char.startswith(sources, "letters")),
            ("other writers", np.char.startswith(sources, "others") & ~labels),
            ("kaggle-llm benign", (sources == "kaggle-llm") & ~labels),
        ):
            both = np.r_[scores[one], scores[mask]]
            truth = np.r_[np.ones(one.sum(), bool), np.zeros(mask.sum(), bool)]
            print(
                f"  {name:14} vs {other:18} AUROC {auroc(both, truth):.3f} "
                f"TPR@1%FPR {tpr_at_1fpr(both, truth):.3f}"
            )


def by_year(table: Any, again: Any, gram_share: float) -> None:
    """phishing_pot of the last year, by models that learnt from its earlier years and from nothing
    of the ordinary mail it is told from. (In the scales it is a source held out whole.)"""
    late = (table.sources == "phishing_pot") & (table.years == LATE)
    rest = (table.folds == 0) & ((table.sources != "phishing_pot") | late)
    english = table.tongues == "en"
    modern = np.isin(table.sources, MODERN)
    told, read = np.zeros(len(rest)), rest & again.read
    told[read] = again.hear(again.learnt(~rest), read)
    scores = again.together(_first_without(table, gram_share, rest), told) + table.signs["bare"]
    _told("English", scores[late & english], scores[modern])
    ordinary = ~table.encoded & ~table.phishing
    phishing, calm = [], []
    for fold in sorted(set(table.folds[ordinary].tolist())):
        out = table.folds == fold
        scores = _first_without(table, gram_share, rest | out) + table.signs["bare"]
        phishing.append(scores[late & ~table.encoded])
        calm.append(scores[ordinary & out])
    _told("six languages", np.mean(phishing, axis=0), np.concatenate(calm))


def _first_without(table: Any, gram_share: float, out: Any) -> Any:
    """Every row as measured by a first reading that saw nothing of `out`."""
    dense, grams = table.fit(~out & table.learnt)
    return table.dense @ dense[0] + dense[1] + gram_share * (table.grams @ grams[0] + grams[1])


def _told(name: str, phishing: Any, ordinary: Any) -> None:
    both = np.r_[phishing, ordinary]
    truth = np.r_[np.ones(phishing.size, bool), np.zeros(ordinary.size, bool)]
    print(
        f"phishing_pot {LATE}, {name}: {phishing.size} against {ordinary.size} "
        f"AUROC {auroc(both, truth):.3f} TPR@1%FPR {tpr_at_1fpr(both, truth):.3f}"
    )
