"""The readings that `text_generated.py` fits: which rows each learns from, how its
views are joined, and how the odds of the readings are added (`READINGS` says by which shares)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import text_rows
from sklearn.linear_model import LogisticRegression
from text_rows import Row
from text_views import Fitted, Views, fit_views, weights_of

from mingjian.detect.text.generated_model import READINGS

WEIGH = {"zh": np.array([0.7, 0.7, 1.0, 1.0]), "en": np.ones(4)}
"""How the four views weigh in the join. In Chinese the n-grams carry over worse than the traits."""
REFINED = 0.6
"""How common refined texts are taken to be beside each of the other two classes in `three_way`."""

_fitted: dict[bytes, Fitted] = {}


def learns(rows: Sequence[Row], reading: str) -> np.ndarray:
    """Rows of a reading: those of before, or people's texts and what a model of today wrote."""
    today = np.array([row.source in text_rows.OF_TODAY for row in rows])
    if not reading:
        return ~today
    return today | np.array([row.label == "hum" for row in rows])


def fit_readings(views: Views, which: np.ndarray) -> list[Fitted]:
    """Each reading's views fitted on its rows among some; what was fitted before is kept, for
    the folds of one reading's rows leave the other as it was."""
    found = []
    for reading in READINGS:
        mine = which & learns(views.rows, reading)
        key = mine.tobytes()
        if key not in _fitted:
            _fitted[key] = fit_views(views, mine)
        found.append(_fitted[key])
    return found


def scores_of(fitted: Sequence[Fitted], views: Views, which: np.ndarray) -> np.ndarray:
    """The views' logits of some rows: row, reading, view (the last is the second trait axis)."""
    return np.stack([one.scores(views, which) for one in fitted], axis=1)


def fit_joins(scores: np.ndarray, rows: Sequence[Row], language: str) -> list[np.ndarray]:
    """Of each reading: slopes of the four views and the constant. The views weigh by `WEIGH` and
    their spread out of source, so that one number is fitted and none can be fitted to a source."""
    joins = []
    for at, reading in enumerate(READINGS):
        mine = learns(rows, reading)
        used = [row for row, use in zip(rows, mine, strict=True) if use]
        known = scores[mine, at, :4]
        scale = WEIGH[language] / WEIGH[language].sum() / known.std(axis=0)
        model = LogisticRegression(C=1e3).fit(
            (known @ scale)[:, None],
            np.array([row.label != "hum" for row in used]),
            sample_weight=weights_of(used),
        )
        slope = float(model.coef_[0, 0])
        joins.append(np.append(slope * scale, float(model.intercept_[0])))
    return joins


def logits_of(scores: np.ndarray, joins: Sequence[np.ndarray]) -> np.ndarray:
    """Each reading's joined logit: row, reading."""
    return np.column_stack([scores[:, at, :4] @ one[:4] + one[4] for at, one in enumerate(joins)])


def together(logits: np.ndarray) -> np.ndarray:
    """The odds of the readings, added by their shares, as a logit."""
    shares = np.log(np.array(list(READINGS.values())))
    return np.asarray(np.logaddexp.reduce(logits + shares, axis=1))


def columns(scores: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """What `classes_of` goes by."""
    return np.column_stack([scores[:, 0], logits[:, 1:]])


def classes_of(known: np.ndarray, rows: Sequence[Row]) -> np.ndarray:
    """Three-way logistic over `columns`: rows human, generated, refined."""
    names = ["hum", "gen", "ref"]
    answer = np.array([names.index(row.label) for row in rows])
    weight = weights_of(rows)
    for at in range(3):
        mine = answer == at
        if mine.any():
            share = REFINED if names[at] == "ref" else 1.0
            weight[mine] *= share * len(rows) / 3 / weight[mine].sum()
    model = LogisticRegression(C=0.1, max_iter=1000).fit(known, answer, sample_weight=weight)
    table = np.zeros((3, known.shape[1] + 1))
    table[:, -1] = -50.0
    for row, coefficients, constant in zip(model.classes_, *_rows(model), strict=True):
        table[row] = [*coefficients, constant]
    return table


def _rows(model: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    if len(model.classes_) > 2:
        return model.coef_, model.intercept_
    return np.vstack([-model.coef_ / 2, model.coef_ / 2]), np.array(
        [-model.intercept_[0] / 2, model.intercept_[0] / 2]
    )
