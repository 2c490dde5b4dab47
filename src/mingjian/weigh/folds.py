"""Holding out by source: what a scale is measured on, it was not fitted on.

Cases of one source (a collection, a generator, a site) resemble one another, so a random split
flatters. A source that holds both classes is held out by itself. Sources of one class are held
out in pairs, one of H1 with one of H2, as long as both last.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from mingjian.weigh.calibrate import FitError

Fold = frozenset[str]

MOST_FOLDS = 20
"""Each fold is a fit; of more sources than this, several are held out together."""


def folds_by_source(labels: Sequence[bool], sources: Sequence[str]) -> list[Fold]:
    """Sets of sources, each held out once; together they cover every source exactly once.

    Raises `FitError` where holding out would leave a class without a source to fit on.
    """
    h1 = {source for source, label in zip(sources, labels, strict=True) if label}
    h2 = {source for source, label in zip(sources, labels, strict=True) if not label}
    for name, held in (("H1", h1), ("H2", h2)):
        if len(held) < 2:
            raise FitError(
                f"{name} cases come from {len(held)} source(s); a scale needs at least two, "
                "one to fit on and one to hold out. Name sources more finely (collection, "
                "generator, family, project) if the data allow it, or collect more"
            )
    folds = [frozenset(held) for held in _dealt(sorted(h1 & h2))]
    pairs = zip_longest(_dealt(sorted(h1 - h2)), _dealt(sorted(h2 - h1)), fillvalue=())
    return folds + [frozenset(a) | frozenset(b) for a, b in pairs]


def _dealt(names: Sequence[str]) -> list[Sequence[str]]:
    """One name each, or, of very many, as many hands as there may be folds."""
    count = min(MOST_FOLDS, len(names))
    return [names[i::count] for i in range(count)]
