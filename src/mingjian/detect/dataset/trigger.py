"""Wordings that were planted to carry a label: foreign to their rows, pure in their label.

A word such as "awful" goes with one label because the texts around it do, and it stands where
language puts it. A trigger goes with one label although the rest of its rows speaks for another,
and it stands where it was put: its neighbours belong together without it, and foretell nothing
of it. All these are measured for every candidate (`judged`), and trees that were grown on
data sets poisoned for the purpose weigh them together (`trees`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.detect.dataset.content import Content
from mingjian.detect.dataset.joins import Joins
from mingjian.detect.dataset.judged import NAMES, beside, judge
from mingjian.detect.dataset.stream import Stream, stream_of
from mingjian.detect.dataset.trees import Trees
from mingjian.detect.dataset.wordings import Wording, wordings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COUNTED = 5
"""Triggers of one label that are put together."""
NONE = -8.0
"""The measurement where there is no candidate at all."""
LOOKED_AT = 60
ROWS_NAMED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A candidate and what speaks for it."""

    feature: str
    words: tuple[str, ...]
    """Its tokens, where it is a run of such."""
    label: int
    k: int
    """Its rows that carry the label."""
    rows: tuple[int, ...]
    """These rows (not more than `ROWS_NAMED`), those first whose rest speaks most against it."""
    n: int
    """All rows it stands in."""
    expected: float
    """Rows that would carry the label, did the wording not matter."""
    contradicted: int
    """Of the `k` rows, those in which the rest of the text speaks for another label."""
    strength: float
    """Log odds by the trees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All candidates of a data set with the numbers told of them."""

    wordings: tuple[Wording, ...]
    numbers: NDArray[np.float64]
    """A line for each candidate."""
    rows: tuple[NDArray[np.int64], ...]
    """Of each, the rows that carry its label …"""
    against: tuple[NDArray[np.float64], ...]
    """… and how far the rest of each speaks against it (nats)."""
    content: Content


def judged(texts: Sequence[str], labels: NDArray[np.int64], classes: int) -> Judged:
    """Find the candidates and measure them."""
    import numpy as np

    stream = stream_of(texts)
    # Answers that never return are all one class; against what, then, is a class without rows.
    content = Content(stream, labels, max(2, classes))
    joins = Joins(stream)
    found = wordings(texts, stream, content, joins)
    unknown = _unknown(stream)
    told = [judge(one, stream, content, joins, unknown) for one in found]
    numbers = np.array([numbers for numbers, _, _ in told]).reshape(len(told), len(NAMES))
    runs = np.array([one.family == "run" for one in found], dtype=bool)
    return Judged(
        wordings=tuple(found),
        numbers=beside(numbers, runs) if found else numbers,
        rows=tuple(rows for _, rows, _ in told),
        against=tuple(against for _, _, against in told),
        content=content,
    )


def _unknown(stream: Stream) -> NDArray[np.bool_]:
    """Which tokens are words that are rare in general language."""
    import numpy as np

    from mingjian.detect.learned.meaning import meaning

    table = meaning()
    return np.array([word[:1].isalpha() and table.row(word) is None for word in stream.words])


def together(weights: NDArray[np.float64], found: Judged) -> tuple[float, list[int]]:
    """The measurement of a data set: the strongest candidate and up to four more of its label
    in other rows, put together; and which these are."""
    import numpy as np

    order = np.argsort(-weights, kind="stable")[:LOOKED_AT].tolist()
    kept: list[int] = []
    covered: set[int] = set()
    for i in order:
        if kept and found.wordings[i].label != found.wordings[kept[0]].label:
            continue
        rows = found.rows[i].tolist()
        if sum(row in covered for row in rows) * 2 > len(rows):
            continue
        kept.append(i)
        covered.update(rows)
        if len(kept) == COUNTED:
            break
    if not kept:
        return NONE, []
    return float(np.logaddexp.reduce(weights[kept])), kept


def triggers(found: Judged, trees: Trees) -> tuple[float, list[Trigger]]:
    """The measurement, and the candidates behind it, the strongest first."""
    import numpy as np

    if not found.wordings:
        return NONE, []
    weights = trees.of(found.numbers)
    score, kept = together(weights, found)
    named = []
    for i in kept:
        one, rows, against = found.wordings[i], found.rows[i], found.against[i]
        named.append(
            Trigger(
                feature=one.name,
                words=one.words,
                label=one.label,
                k=int(rows.size),
                rows=tuple(rows[np.argsort(-against, kind="stable")][:ROWS_NAMED].tolist()),
                n=int(one.stands.size),
                expected=float(one.stands.size * found.content.base[one.label]),
                contradicted=int((against > 0).sum()),
                strength=float(weights[i]),
            )
        )
    return score, named
