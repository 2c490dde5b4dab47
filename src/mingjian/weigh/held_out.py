"""Holding out: each case as a map from scores to log10 LR saw it that was fitted without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Literal

from mingjian.weigh.calibrate import (
    FitError,
    isotonic_knots,
    logistic,
    logistic_knots,
    soft_logistic_knots,
    supported,
)
from mingjian.weigh.folds import Fold
from mingjian.weigh.validate.metrics import (
    Metrics,
    ThresholdRule,
    auroc,
    flagging_threshold,
    measure,
    tpr_at_1fpr,
)

if TYPE_CHECKING:
    from mingjian.weigh.calibrate import Bools, Floats

Method = Literal["isotonic", "logistic", "soft-logistic"]
Limit = float | tuple[float, float]
"""The largest log10 LR on both sides, or the lowest and the highest."""
Knots = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Each case as a scale saw it that was fitted without its source."""

    llrs: Floats
    flagged: Bools
    scores: Floats
    is_h1: Bools
    sources: Sequence[str]

    def metrics(self, source: str | None = None) -> Metrics:
        """Measures over one source, or over all. AUROC and TPR at 1 % FPR rank by the scores,
        since LRs of different folds are not on one scale (a fusion's scores are not quite
        either: its coefficients are each fold's own)."""
        import numpy as np

        mine = np.array([source is None or name == source for name in self.sources])
        opinion = np.ones(int(mine.sum()), dtype=bool)
        found = measure(self.llrs[mine], self.is_h1[mine], opinion, self.flagged[mine])
        if found.auroc is None:
            return found
        scores, is_h1 = self.scores[mine], self.is_h1[mine]
        return replace(found, auroc=auroc(scores, is_h1), tpr_at_1fpr=tpr_at_1fpr(scores, is_h1))


def knots_of(
    scores: Floats,
    is_h1: Bools,
    method: Method,
    bounds: tuple[float, float],
    weights: Floats | None = None,
) -> Knots:
    """The knots of a map fitted on these cases."""
    if method != "isotonic":
        make = logistic_knots if method == "logistic" else soft_logistic_knots
        return make(logistic(scores[:, None], is_h1, weights=weights), scores, bounds)
    if weights is not None:
        raise FitError("only a logistic scale can weigh its cases")
    knots = isotonic_knots(scores, is_h1)
    low, high = bounds
    bounded = [(x, min(high, max(low, y))) for x, y in knots]
    # Points inside a stretch made flat by the bounds say nothing more.
    return [
        knot
        for i, knot in enumerate(bounded)
        if i in (0, len(bounded) - 1) or not bounded[i - 1][1] == knot[1] == bounded[i + 1][1]
    ]


def _at(knots: Knots, scores: Floats) -> Floats:
    import numpy as np

    values: Floats = np.interp(scores, [x for x, _ in knots], [y for _, y in knots])
    return values


def bounds_of(is_h1: Bools, largest: Limit) -> tuple[float, float]:
    """The bounds that n supports, within the largest asked for."""
    low, high = supported(int(is_h1.sum()), int((~is_h1).sum()))
    lowest, highest = largest if isinstance(largest, tuple) else (-largest, largest)
    return max(low, lowest), min(high, highest)


ScoreMaker = Callable[["Bools"], "Floats"]
"""Given which cases may be fitted on, the score of every case."""


def hold_out(
    score: ScoreMaker,
    is_h1: Bools,
    sources: Sequence[str],
    folds: Sequence[Fold],
    method: Method,
    rule: ThresholdRule,
    largest: Limit = inf,
    weights: Floats | None = None,
) -> HeldOut:
    """Each case measured by a map fitted without the fold it lies in."""
    import numpy as np

    llrs = np.zeros(is_h1.size)
    shown = np.zeros(is_h1.size)
    flagged = np.zeros(is_h1.size, dtype=bool)
    times = np.zeros(is_h1.size, dtype=int)
    for fold in folds:
        out = np.array([source in fold for source in sources])
        kept = ~out
        if not (is_h1[kept].any() and (~is_h1[kept]).any()):
            raise FitError(f"holding out {sorted(fold)} leaves a class without cases to fit on")
        scores = score(kept)
        own = None if weights is None else weights[kept]
        knots = knots_of(scores[kept], is_h1[kept], method, bounds_of(is_h1[kept], largest), own)
        llrs[out] = _at(knots, scores[out])
        shown[out] = scores[out]
        names = [source for source, keep in zip(sources, kept, strict=True) if keep]
        threshold = flagging_threshold(scores[kept], is_h1[kept], names, rule)
        flagged[out] = False if threshold is None else scores[out] >= threshold
        times[out] += 1
    if (times != 1).any():
        raise FitError("every source must be held out exactly once")
    return HeldOut(llrs=llrs, flagged=flagged, scores=shown, is_h1=is_h1, sources=sources)
