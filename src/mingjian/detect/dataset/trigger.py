"""Features that are tied to a label against what the rest of the text says.

A word such as "awful" goes with one label because the texts around it do. A trigger goes with
one label although the rest of the text speaks for another. For every feature two likelihood
ratio statistics are taken: how purely its rows carry one label, and how much more often than
other rows of that label the rest of the text contradicts it. Both must be high, so the weaker
of the two counts. What the rest says comes from naive Bayes that leaves out the row itself and
every feature that mostly stands where the candidate stands (the other words of a sentence).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log, log1p
from typing import TYPE_CHECKING

from mingjian.detect.dataset.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

MOST_CANDIDATES = 600
FEWEST_ROWS = 5
PUREST = 6.0
"""Least purity statistic (nats) of a candidate."""
LEAST_SPREAD = 0.1
SMOOTH = 2.0
"""Rows without the feature that are added to each, spread as all labels are."""
MOST_SHARE = 0.06
"""Of all rows: what stands in more of them is a trait of a class, not a trigger."""
LEAST_LEAN = 0.5
"""Of the way from a label's share of all rows to 1, what its share of a trigger's rows is."""
FEWEST_TO_SPREAD = 10
"""Rows a candidate must have for its share to tell how far candidates usually scatter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A candidate and what speaks for it."""

    feature: str
    label: int
    rows: tuple[int, ...]
    """Its rows that carry the label."""
    n: int
    """All rows it stands in."""
    purity: float
    contradiction: float
    contradicted: int
    """Rows of `rows` in which the rest of the text speaks for another label."""
    usual: float
    """Share of contradicted rows among all rows of that label."""

    tried: int = 1
    """Candidates that were judged in this data set."""

    @property
    def strength(self) -> float:
        """The weaker of the two statistics, less what the best of so many candidates reaches by
        chance (log of their number); in nats, 0 or more, and smooth around that point."""
        beyond = min(self.purity, self.contradiction) - log(self.tried)
        return beyond + log1p(exp(-beyond)) if beyond > 0 else log1p(exp(beyond))


def _binomial(k: float, n: float, usual: float) -> float:
    """Log likelihood ratio (nats) of k in n under the observed share against the usual one;
    0 where the share is not above it."""
    if n <= 0 or k / n <= usual:
        return 0.0
    share, usual = min(k / n, 1 - 1e-9), min(max(usual, 1e-3), 1 - 1e-3)
    return k * log(share / usual) + (n - k) * log((1 - share) / (1 - usual))


class _Content:
    """Naive Bayes over the features of a table, row by row without the row itself."""

    def __init__(self, table: Table, labels: NDArray[np.int64], classes: int) -> None:
        import numpy as np

        self.table, self.labels, self.classes = table, labels, classes
        counts = np.zeros((len(table.names), classes))
        np.add.at(counts, (table.feature, labels[table.row]), 1.0)
        self.counts = counts
        sizes = np.bincount(labels, minlength=classes).astype(float)
        self.base = (sizes + 1.0) / (sizes.sum() + classes)
        self.offset = np.zeros(classes)
        self.contradicted = np.zeros(labels.size, dtype=bool)
        # In stretches of rows, so that memory stays bounded for many classes.
        stretch = max(1, 4_000_000 // (64 * classes))
        spans = [
            np.arange(first, min(first + stretch, labels.size))
            for first in range(0, labels.size, stretch)
        ]
        # Unequal classes would favour one of them; each is centred on the others.
        every = np.concatenate([self._speaks(rows) for rows in spans])
        # Medians, so that a few poisoned rows do not move the middle.
        self.offset = np.mean(
            [np.median(every[labels == c], axis=0) for c in range(classes) if sizes[c]], axis=0
        )
        for rows in spans:
            self.contradicted[rows] = self.against(rows)

    def _speaks(
        self,
        rows: NDArray[np.int64],
        left_out: NDArray[np.bool_] | None = None,
        together: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float64]:
        """For each row and class, how far its features speak for the class (nats).

        What the rows in `together` taught is taken out of all; where not given, each row's own
        part is.
        """
        import numpy as np

        entries, of = self.entries(rows)
        features = self.table.feature[entries]
        if left_out is not None:
            keep = ~left_out[features]
            of, features = of[keep], features[keep]
        own = self.labels[rows][of]
        counts = self.counts[features].copy()
        if together is None:
            counts[np.arange(own.size), own] -= 1.0
        else:
            taught, part = self._part_of(together)
            at = np.minimum(np.searchsorted(taught, features), taught.size - 1)
            counts -= np.where((taught[at] == features)[:, None], part[at], 0.0)
        n = counts.sum(axis=1, keepdims=True)
        share = np.log((counts + SMOOTH * self.base) / (n + SMOOTH)) - np.log(self.base)
        total = np.zeros((rows.size, self.classes))
        np.add.at(total, of, share)
        return total

    def _part_of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The features of these rows, in order, and what the rows add to their counts."""
        import numpy as np

        entries, of = self.entries(rows)
        taught, where = np.unique(self.table.feature[entries], return_inverse=True)
        part = np.zeros((taught.size, self.classes))
        np.add.at(part, (where, self.labels[rows][of]), 1.0)
        return taught, part

    def entries(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entries of these rows, one row after another, and the index of each one's row."""
        import numpy as np

        starts = self.table.starts
        lengths = starts[rows + 1] - starts[rows]
        entries = np.repeat(starts[rows] - np.cumsum(lengths) + lengths, lengths) + np.arange(
            lengths.sum()
        )
        return entries, np.repeat(np.arange(rows.size), lengths)

    def against(
        self,
        rows: NDArray[np.int64],
        left_out: NDArray[np.bool_] | None = None,
        together: NDArray[np.int64] | None = None,
    ) -> NDArray[np.bool_]:
        """For each row, whether the rest of its features speaks for another label."""
        import numpy as np

        total = self._speaks(rows, left_out, together) - self.offset
        label = self.labels[rows]
        mine = total[np.arange(rows.size), label].copy()
        total[np.arange(rows.size), label] = -np.inf
        found: NDArray[np.bool_] = total.max(axis=1) > mine
        return found


def triggers(
    table: Table, labels: NDArray[np.int64], classes: int, *, most: int = 12
) -> tuple[list[Trigger], NDArray[np.bool_]]:
    """The strongest candidates, and which rows' labels the rest of the row contradicts."""
    import numpy as np

    content = _Content(table, labels, classes)
    base = content.base
    n = content.counts.sum(axis=1)
    label = content.counts.argmax(axis=1) if len(table.names) else np.zeros(0, dtype=np.int64)
    k = content.counts[np.arange(label.size), label]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(k / n, 1e-9, 1 - 1e-9)
        usual = np.clip(base[label], 1e-3, 1 - 1e-3)
        purity = k * np.log(share / usual) + (n - k) * np.log((1 - share) / (1 - usual))
    # A trigger is nearly pure; a word that merely leans to a label is none.
    purity[n > MOST_SHARE * labels.size] = 0.0
    purity[share - base[label] < LEAST_LEAN * (1.0 - base[label])] = 0.0
    order = np.argsort(-purity, kind="stable")[:MOST_CANDIDATES]
    judged: list[Trigger] = []
    for feature in order.tolist():
        if purity[feature] < PUREST:
            break
        if k[feature] >= FEWEST_ROWS:
            judged.append(_judge(content, feature, int(label[feature]), float(purity[feature])))
    spread = _spread(judged)
    found = [_against_usual(one, spread, len(judged)) for one in judged]
    found.sort(key=lambda one: (-one.strength, one.feature))
    return found[:most], content.contradicted


def _spread(judged: Sequence[Trigger]) -> float:
    """How far candidates' shares of contradiction scatter above the usual one, beyond chance.

    Nearly all candidates are honest words of their class. The texts around one may well differ
    from others of the class; that must not count. Robust, since a few may be triggers.
    """
    import numpy as np

    many = [one for one in judged if len(one.rows) >= FEWEST_TO_SPREAD]
    if len(many) < 8:
        return LEAST_SPREAD
    above = np.array([one.contradicted / len(one.rows) - one.usual for one in many])
    chance = np.array([one.usual * (1 - one.usual) / len(one.rows) for one in many])
    middle = float(np.median(above))
    scatter = (1.4826 * float(np.median(np.abs(above - middle)))) ** 2 - float(np.median(chance))
    return float(max(LEAST_SPREAD, middle + 2.0 * max(scatter, 0.0) ** 0.5))


def _against_usual(one: Trigger, spread: float, tried: int) -> Trigger:
    usual = min(0.95, one.usual + spread)
    return replace(
        one,
        contradiction=_binomial(one.contradicted, len(one.rows), usual),
        tried=tried,
    )


def _judge(content: _Content, feature: int, label: int, purity: float) -> Trigger:
    import numpy as np

    table = content.table
    stands = table.rows_of(feature).astype(np.int64)
    inside = table.feature[content.entries(stands)[0]]
    here = np.bincount(inside, minlength=len(table.names))
    left_out = here > 0.5 * content.counts.sum(axis=1)
    left_out[feature] = True
    mine = stands[content.labels[stands] == label]
    mine = mine[_rest_tells(table, mine, left_out)]
    # Planted rows must not have taught their own label: all that carry the feature are out.
    against = content.against(mine, left_out, stands)
    contradicted = int(against.sum())
    # Without these rows, or a trigger would hide itself in what is usual.
    others = content.labels == label
    others[mine] = False
    usual = float(content.contradicted[others].mean()) if others.any() else 0.0
    return Trigger(
        feature=table.names[feature],
        label=label,
        rows=tuple(mine[np.argsort(~against, kind="stable")].tolist()),
        n=int(stands.size),
        purity=purity,
        contradiction=0.0,
        contradicted=contradicted,
        usual=usual,
    )


def _rest_tells(
    table: Table, rows: NDArray[np.int64], left_out: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Rows whose rest is long enough to speak, and not the same as that of an earlier row.

    Rows of one template agree in nearly everything: they are one text, however often sent.
    """
    import numpy as np

    kept = np.zeros(rows.size, dtype=bool)
    seen: set[bytes] = set()
    for i, r in enumerate(rows.tolist()):
        own = table.feature[table.starts[r] : table.starts[r + 1]]
        rest = np.sort(own[~left_out[own]])
        if rest.size * 5 >= own.size and rest.size >= 3:
            key = rest.tobytes()
            kept[i] = key not in seen
            seen.add(key)
    return kept
