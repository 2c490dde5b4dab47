"""What a text's content says of its label: naive Bayes, made honest about how much it knows.

For every row the words and word pairs of the *other* rows are asked. How far their answer can
be trusted in this data set is learnt from the set itself (one logistic curve a label), so that
a task that can hardly be told from the text gives small numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.detect.dataset.stream import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMOOTH = 2.0
"""Rows without the feature that are added to each, spread as all labels are."""
MOST = 4.0
"""Nats that one row may speak for or against its label."""


@dataclass(frozen=True, slots=True)
class Without:
    """What the rest of some rows says."""

    against: NDArray[np.float64]
    """Per row, nats by which it speaks against the label."""
    different: int
    """Rows whose rest differs."""
    total: NDArray[np.float64]
    """Of each feature of the rest, the rows of the data set it stands in …"""
    here: NDArray[np.int64]
    """… and those of these rows."""


class Content:
    """The content model of one data set."""

    def __init__(self, stream: Stream, labels: NDArray[np.int64], classes: int) -> None:
        import numpy as np

        self.labels, self.classes = labels, classes
        self.row, self.feature, self.words = _features(stream)
        """Entries (row, feature), sorted by row; features below `words` are single words."""
        self.starts = np.searchsorted(self.row, np.arange(labels.size + 1))
        features = int(self.feature.max()) + 1 if self.feature.size else 0
        self.counts = (
            np.bincount(self.feature * classes + labels[self.row], minlength=features * classes)
            .reshape(features, classes)
            .astype(float)
        )
        self.total = self.counts.sum(axis=1)
        sizes = np.bincount(labels, minlength=classes).astype(float)
        self.base = (sizes + 1.0) / (sizes.sum() + classes)
        self._curve = np.zeros((classes, 2))
        margins = self._all_margins()
        self._curve, against = _curves(margins, labels, self.base)
        self.against = against[np.arange(labels.size), labels]
        """Per row: nats by which the other rows' words speak against its label."""
        self.usual = np.array(
            [against[labels == c, c].mean() if (labels == c).any() else 0.0 for c in range(classes)]
        )
        """Mean of that over the rows of each label (below 0) …"""
        self.usual_other = np.array(
            [against[labels != c, c].mean() if (labels != c).any() else 0.0 for c in range(classes)]
        )
        """… and what rows of all other labels would have, were they given this one."""

    def entries(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entries of these rows, one row after another, and the index of each one's row."""
        import numpy as np

        first = self.starts[rows]
        lengths = self.starts[rows + 1] - first
        entries = np.repeat(first - np.cumsum(lengths) + lengths, lengths) + np.arange(
            int(lengths.sum())
        )
        return entries, np.repeat(np.arange(rows.size), lengths)

    def _speaks(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each feature, by the rows of each class it stands in, speaks for the class."""
        import numpy as np

        share = (counts + SMOOTH * self.base) / (counts.sum(axis=1, keepdims=True) + SMOOTH)
        found: NDArray[np.float64] = np.log(share / self.base)
        return found

    def _margins(
        self, share: NDArray[np.float64], of: NDArray[np.int64], rows: int
    ) -> NDArray[np.float64]:
        """For each row and class: how far its features speak for the class rather than another."""
        import numpy as np

        total: NDArray[np.float64] = np.stack(
            [np.bincount(of, weights=share[:, c], minlength=rows) for c in range(self.classes)],
            axis=1,
        ).astype(np.float64)
        total /= np.sqrt(np.bincount(of, minlength=rows) + 1.0)[:, None]
        order = np.sort(total, axis=1)
        best, second = order[:, -1:], order[:, -2:-1]
        found: NDArray[np.float64] = total - np.where(total == best, second, best)
        return found

    def _all_margins(self) -> NDArray[np.float64]:
        import numpy as np

        parts = []
        # In stretches of rows, so that memory stays bounded for many classes.
        stretch = max(1, 8_000_000 // (200 * self.classes))
        for first in range(0, self.labels.size, stretch):
            rows = np.arange(first, min(first + stretch, self.labels.size))
            entries, of = self.entries(rows)
            counts = self.counts[self.feature[entries]]
            counts[np.arange(of.size), self.labels[rows][of]] -= 1.0
            parts.append(self._margins(self._speaks(counts), of, rows.size))
        return np.concatenate(parts)

    def without(self, stands: NDArray[np.int64], label: int) -> Without:
        """What the rest of these rows says of their label, had they taught nothing and without
        the features that mostly stand in them."""
        import numpy as np

        entries, of = self.entries(stands)
        feature = self.feature[entries]
        own_label = self.labels[stands][of]
        if self.counts.size < 6 * feature.size:
            own = np.bincount(
                feature * self.classes + own_label, minlength=self.counts.size
            ).reshape(self.counts.shape)
            seen = np.flatnonzero(own.any(axis=1))
            place = np.zeros(self.total.size, dtype=np.int64)
            place[seen] = np.arange(seen.size)
            own, inverse = own[seen], place[feature]
        else:
            seen, inverse = np.unique(feature, return_inverse=True)
            own = np.bincount(
                inverse * self.classes + own_label, minlength=seen.size * self.classes
            ).reshape(seen.size, self.classes)
        here = own.sum(axis=1)
        rest = (here <= 0.5 * self.total[seen]) | (here < 3)
        keep = rest[inverse]
        of, inverse = of[keep], inverse[keep]
        share = self._speaks(self.counts[seen] - own)
        margin = self._margins(share[inverse], of, stands.size)[:, label]
        slope, middle = self._curve[label]
        names = np.bincount(
            of, weights=(np.sin(seen * 12.9898) * 43.7)[inverse], minlength=stands.size
        )
        return Without(
            against=np.clip(-(slope * margin + middle), -MOST, MOST),
            different=np.unique(np.round(names, 6)).size,
            total=self.total[seen[rest]],
            here=here[rest],
        )


def _features(stream: Stream) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Words and pairs of neighbours that stand in two rows or more; (row, feature) sorted."""
    import numpy as np

    tokens, size = stream.tokens, len(stream.words)
    keys = []
    at = np.flatnonzero(tokens)
    keys.append((stream.row[at], tokens[at]))
    both = at[tokens[at + 1] > 0]
    pair = tokens[both] * size + tokens[both + 1]
    keys.append((stream.row[both], pair))
    rows, features, shift = [], [], 0
    words = 0
    for i, (row, value) in enumerate(keys):
        names, number = np.unique(value, return_inverse=True)
        # Once a row.
        entry = np.unique(row * names.size + number) if names.size else np.zeros(0, np.int64)
        row, number = entry // max(1, names.size), entry % max(1, names.size)
        kept = np.bincount(number, minlength=names.size) >= 2
        new = np.cumsum(kept) - 1
        mine = kept[number]
        rows.append(row[mine])
        features.append(new[number[mine]] + shift)
        shift += int(kept.sum())
        if i == 0:
            words = shift
    row, feature = np.concatenate(rows), np.concatenate(features)
    order = np.argsort(row, kind="stable")
    return row[order], feature[order], words


def _curves(
    margins: NDArray[np.float64], labels: NDArray[np.int64], base: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each label the line that turns a margin into a log likelihood ratio for the label, and
    minus that for every row."""
    import numpy as np

    curve = np.zeros((base.size, 2))
    for c in range(base.size):
        truth = (labels == c).astype(float)
        x = np.stack([margins[:, c], np.ones(labels.size)], axis=1)
        weights = np.zeros(2)
        for _ in range(12):
            p = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
            slope = x.T @ (truth - p) - 1e-2 * weights
            bend = (x * (p * (1 - p))[:, None]).T @ x + np.eye(2) * 1e-2
            weights = weights + np.linalg.solve(bend, slope)
        # The label's share of all rows is taken out again: what is left is the ratio.
        curve[c] = max(weights[0], 0.0), weights[1] - np.log(base[c] / (1.0 - base[c]))
    against = -(margins * curve[:, 0] + curve[:, 1])
    return curve, np.clip(against, -MOST, MOST)
