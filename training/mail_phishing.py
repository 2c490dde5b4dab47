"""Train the model behind `mail.phishing` and fit its scales.

    python training/mail_phishing.py --letters FOLDER [--keep FOLDER]

Needs ../shared/data/text, and in the first FOLDER the packages of `mail_letters.py`; most of an
hour of a core. The second keeps what the encoder read for another run.

Every score behind a scale comes from a model that saw no row of the row's fold: collections are
held out in groups of both classes, written mails by their category in both languages at once,
those of other writers by writer.
Then the model that is shipped is fitted on everything. Mails that the first reading does not find
clearly ordinary are read a second time (`mail_second`).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import mail_letters
import mail_rows
import numpy as np
from mail_report import MODERN, by_year
from mail_rows import Row
from mail_scales import FOLDER, scales
from mail_second import Again
from mail_sources import fold_of, licence_of, trust
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mingjian.detect.learned import store
from mingjian.detect.learned.linear import matrix, quantised
from mingjian.detect.mail.acts import found_acts, made_alike, veiled_words
from mingjian.detect.mail.features import CALMS, sense, vector
from mingjian.detect.mail.letter import read_letter
from mingjian.detect.mail.links import link_signs
from mingjian.detect.mail.measure import GRAM_CHARACTERS, NAME, SENSE_SCALE, dense_names
from mingjian.detect.mail.second import opening
from mingjian.detect.mail.sender import read_sender
from mingjian.detect.mail.signs import link_weights, part_signs, sender_signs, total
from mingjian.detect.mail.tongue import EUROPE, tongue_of, unaccented
from mingjian.domain.evidence import EvidenceKind
from mingjian.testing import evidence_from
from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

BUCKETS, SHORTEST, LONGEST_GRAM = 1 << 16, 2, 5
GRAM_SHARE = 0.7
DENSE_C, GRAM_C = 1.0, 4.0
MOST = 1200
"""Rows of one class learnt from one source."""
SUMS = {"en": 1000.0, "zh": 250.0, **dict.fromkeys(EUROPE, 60.0)}
"""How much the mails of one class in one language count together."""


def rows_of(letters: Path) -> list[Row]:
    kept: list[Row] = []
    by: dict[tuple[str, bool, bool], list[Row]] = defaultdict(list)
    for row in mail_rows.public():
        by[row.source, row.phishing, row.language in EUROPE].append(row)
    for found in by.values():
        random.Random(0).shuffle(found)
        kept += found[:MOST]
    modern = [row.text for row in kept if row.source in MODERN]
    own = list(mail_rows.written(3)) + list(mail_rows.others())
    return kept + own + list(mail_letters.rows(letters, modern))


class Table:
    """Everything measured of the rows once: features, signs by form, meaning, n-grams."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.openings: list[list[str]] = []
        dense, texts, bare, raw = [], [], [], []
        for row in rows:
            evidence = evidence_from(
                row.text.encode("utf-8", "replace"), declared=EvidenceKind.MAIL
            )[0]
            letter = read_letter(evidence)
            normal = made_alike(letter.text)
            acts = found_acts(normal, tongue_of(normal.text))
            veiled = veiled_words(letter.text)
            signs = link_weights(link_signs(letter.links)) + part_signs(letter, acts)
            bare.append(total(signs))
            built = read_letter(_mail(mail_rows.as_raw(row)))
            raw.append(total(signs + sender_signs(read_sender(built))))
            dense.append(
                np.concatenate(
                    (vector(acts, len(letter.links), veiled), SENSE_SCALE * sense(normal))
                )
            )
            texts.append(unaccented(normal.text[:GRAM_CHARACTERS]))
            self.openings.append(opening(normal, row.language))
        self.dense = np.array(dense)
        data, indices, ends = matrix(texts, SHORTEST, LONGEST_GRAM, BUCKETS)
        self.grams = csr_matrix((data, indices, ends), shape=(len(rows), BUCKETS))
        self.signs = {"bare": np.array(bare), "raw": np.array(raw)}
        self.phishing = np.array([row.phishing for row in rows])
        self.sources = np.array([row.source for row in rows])
        self.folds = np.array([fold_of(row) for row in rows])
        self.tongues = np.array([row.language for row in rows])
        self.years = np.array([row.year for row in rows])
        self.encoded = ~np.isin(self.tongues, EUROPE)
        # Fillings of one written mail are read by the encoder once.
        first: dict[str, int] = {}
        self.read_as = np.array(
            [first.setdefault(row.template or str(at), at) for at, row in enumerate(rows)]
        )
        self.texts = texts
        # Rows of phishing_pot in which nothing is asked, pressed or promised are advertising:
        # they stay in the scales (the collection calls them phishing) and are not learnt from.
        plain = self.dense[:, : len(dense_names())][:, [dense_names().index(n) for n in LURES]]
        self.learnt = (self.sources != "phishing_pot") | (plain.sum(axis=1) > 0)

    def weights(self, kept: Any) -> Any:
        """Sources alike, doubtful ones less; both classes the same in sum, in every language, so
        that no language speaks for either."""
        weights = np.zeros(len(self.rows))
        for source in set(self.sources[kept]):
            for label in (False, True):
                mine = kept & (self.sources == source) & (self.phishing == label)
                if mine.any():
                    weights[mine] = min(1.0, 500 / mine.sum()) * trust(source)
        for tongue, sum_of_class in SUMS.items():
            for label in (False, True):
                mine = kept & (self.phishing == label) & (self.tongues == tongue)
                if mine.any():
                    weights[mine] *= sum_of_class / weights[mine].sum()
        return weights

    def fit(self, kept: Any) -> tuple[tuple[Any, float], tuple[Any, float]]:
        """(weights, bias) of the dense features and of the n-grams."""
        weights = self.weights(kept)[kept]
        learner = LogisticRegression(C=GRAM_C, max_iter=500, tol=1e-3, solver="liblinear")
        learner.fit(self.grams[kept], self.phishing[kept], sample_weight=weights)
        dense = bounded_logistic(self.dense[kept], self.phishing[kept], weights)
        return dense, (learner.coef_[0], float(learner.intercept_[0]))

    def out_of_source(self) -> Any:
        scores = np.zeros(len(self.rows))
        for fold in sorted(set(self.folds)):
            out = self.folds == fold
            dense, grams = self.fit(~out & self.learnt)
            scores[out] = self.dense[out] @ dense[0] + dense[1]
            scores[out] += GRAM_SHARE * (self.grams[out] @ grams[0] + grams[1])
        return scores


LURES = (
    "credentials", "verify", "address_check", "threat", "shared_document", "reward", "extortion",
    "secrecy", "payment", "bank_change", "gift_cards", "errand", "veiled", "mailbox_trouble",
    "parcel_trouble", "fortune", "wallet", "address_as_name", "junk",
)  # fmt: skip
CALM = {*CALMS, "calms", "bare_link", "asks_nothing"}


def bounded_logistic(values: Any, labels: Any, weights: Any) -> tuple[Any, float]:
    """Logistic regression in which an act that asks, presses or lures never speaks for ordinary
    mail, and one that reassures never for phishing: what a collection happens to hold (old mail
    without unsubscribe links, say) must not turn the meaning of an act round."""
    low, high = [], []
    for name in dense_names():
        low.append(None if name in CALM else 0.0)
        high.append(0.0 if name in CALM else None)
    count = values.shape[1]
    bounds = list(zip(low, high, strict=True)) + [(None, None)] * (count - len(low) + 1)
    signs = np.where(labels, 1.0, -1.0)

    def loss(point: Any) -> tuple[float, Any]:
        margin = signs * (values @ point[:-1] + point[-1])
        value = float(weights @ np.logaddexp(0, -margin)) + float(point[:-1] @ point[:-1]) / (
            2 * DENSE_C
        )
        slope = -weights * signs / (1 + np.exp(np.clip(margin, -30, 30)))
        return value, np.append(values.T @ slope + point[:-1] / DENSE_C, slope.sum())

    found = minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:-1], float(found.x[-1])


def _mail(data: bytes) -> Any:
    return evidence_from(data, declared=EvidenceKind.MAIL)[0]


def ship(table: Table, again: Again) -> None:
    dense, grams = table.fit(table.learnt)
    linear = quantised(grams[0], grams[1], SHORTEST, LONGEST_GRAM)
    arrays = {
        "dense": dense[0].astype(np.float32),
        "mix": np.array([dense[1], GRAM_SHARE]),
        **linear.as_arrays("grams."),
        **again.arrays(),
    }
    counted = Counter((row.source) for row in table.rows)
    rows = [{"source": s, "licence": licence_of(s), "n": n} for s, n in sorted(counted.items())]
    store.save(
        FOLDER,
        NAME,
        arrays,
        script="training/mail_phishing.py",
        rows=rows,
        more={"acts": dense_names()},
    )
    order = np.argsort(dense[0][: len(dense_names())])
    print("acts by weight:", [(dense_names()[i], round(float(dense[0][i]), 2)) for i in order])


def main(letters: Path, keep: Path | None) -> None:
    table = Table(rows_of(letters))
    print(Counter((row.source, row.phishing) for row in table.rows))
    again = Again(table, table.out_of_source(), keep)
    learnt = again.scores()
    smooth = np.array(["smooth" in row.category or "顺滑" in row.category for row in table.rows])
    for language in ("en", "zh"):
        mine = smooth & np.array([row.language == language for row in table.rows])
        both = (learnt + table.signs["bare"])[mine], table.phishing[mine]
        print(
            f"written in a smooth register, {language}: AUROC {auroc(*both):.3f} "
            f"TPR@1%FPR {tpr_at_1fpr(*both):.3f}"
        )
    scales(table, learnt)
    by_year(table, again, GRAM_SHARE)
    ship(table, again)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=Path, required=True)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    main(given.letters, given.keep)
