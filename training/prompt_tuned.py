"""The encoder tuned to prompts: rows for `encoder_tune.py`, and what that made of them.

`python training/prompt_injection.py rows ROWS.npz`, then `python training/encoder_tune.py ROWS.npz
MADE.npz` where PyTorch and best a card are, then `fit` or `measure` with `--tuned MADE.npz`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from prompt_learn import FOLDS, fold_of, prepared, weights_of
from prompt_rows import Row, for_second
from prompt_second import least_of

from mingjian.detect.learned import store
from mingjian.detect.learned.encoder import encoder
from mingjian.detect.learned.tuned import Tuned
from mingjian.detect.prompt.second import PACKAGE, TUNED

FOLDER = Path(__file__).parents[1] / "src" / PACKAGE.replace(".", "/")
BEGIN, END = 0, 1


def tuning_rows(
    first: np.ndarray, rows: Sequence[Row], passages: Sequence[str]
) -> dict[str, np.ndarray]:
    """The rows read twice, which are scored, and those that only the second reading learns from,
    in the form that `encoder_tune.py` describes."""
    taken = np.flatnonzero(first >= least_of(first, rows))
    more = for_second()
    found = [rows[i] for i in taken] + more
    texts = [passages[i] for i in taken] + [prepared(row.text) for row in more]
    cut = [[BEGIN, *encoder().cut(text), END] for text in texts]
    fold = np.array([fold_of(row.source) for row in found])
    weights = np.zeros((len(FOLDS) + 1, len(found)), np.float16)
    for column in range(len(FOLDS) + 1):
        kept = np.flatnonzero(fold != column)
        some = weights_of([found[i] for i in kept])
        weights[column, kept] = some / some.mean()
    return {
        "ids": np.concatenate(cut).astype(np.uint16),
        "sizes": np.array([len(pieces) for pieces in cut], np.int16),
        "attack": np.array([row.attack for row in found]),
        "fold": fold.astype(np.int16),
        "weights": weights,
        "scored": np.array(len(taken)),
    }


def held(path: Path, wanted: dict[str, np.ndarray]) -> np.ndarray:
    """The logit of each row taken, by steps that saw nothing of its fold; refuses what was tuned on
    other rows."""
    with np.load(path, allow_pickle=False) as made:
        if str(made["digest"]) != sha256(wanted["ids"].tobytes()).hexdigest():
            raise SystemExit(
                f"{path} was tuned on other rows: run `rows` and encoder_tune.py again"
            )
        return np.asarray(made["held"], np.float64)


def heard(path: Path, passages: Sequence[str]) -> np.ndarray:
    """The logit of passages by the steps learnt from everything that was tuned on; these are not
    part of it."""
    with np.load(path, allow_pickle=False) as made:
        tuned = Tuned(made)
    return np.array([tuned.hear(text) for text in passages])


def ship(path: Path, rows: Sequence[dict[str, Any]]) -> str:
    """Steps and heads of everything as a model file of the detector; its SHA-256."""
    with np.load(path, allow_pickle=False) as made:
        arrays = {name: made[name] for name in made.files if name not in ("held", "digest")}
    return store.save(FOLDER, TUNED, arrays, script="training/encoder_tune.py", rows=rows)
