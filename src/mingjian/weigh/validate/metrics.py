"""Measures of likelihood ratios on labelled cases.

All take log10 LRs (infinite ones allowed) and raise no numpy warning. Cllr is the log
likelihood-ratio cost of Brümmer & du Preez (2006): Cllr = Cllr_min + Cllr_cal, where Cllr_min
is what is left after the best monotone recalibration of these very cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Literal

from mingjian.weigh.calibrate import LN10, isotonic

if TYPE_CHECKING:
    from mingjian.weigh.calibrate import Bools, Floats

ThresholdRule = Literal["pooled", "every_source"]
FEWEST_OF_SOURCE = 100
"""H2 cases a source must have for 1 % of them to be counted."""


def cost_h1(llrs: Floats) -> float:
    """Mean log2(1 + 1/LR) over H1 cases: 0 is perfect, 1 says nothing."""
    import numpy as np

    return float(np.logaddexp(0.0, -llrs * LN10).mean() / np.log(2.0))


def cost_h2(llrs: Floats) -> float:
    """Mean log2(1 + LR) over H2 cases: 0 is perfect, 1 says nothing."""
    import numpy as np

    return float(np.logaddexp(0.0, llrs * LN10).mean() / np.log(2.0))


def cllr(llrs: Floats, is_h1: Bools) -> float:
    """Log likelihood-ratio cost; both classes must be present."""
    return 0.5 * (cost_h1(llrs[is_h1]) + cost_h2(llrs[~is_h1]))


def pav(llrs: Floats, is_h1: Bools) -> Floats:
    """Each case's log10 LR after the best monotone recalibration (PAV, no pseudo-trials)."""
    import numpy as np

    distinct, best = isotonic(llrs, is_h1, pseudo=0)
    return best[np.searchsorted(distinct, llrs)]


def cllr_min(llrs: Floats, is_h1: Bools) -> float:
    """What discrimination alone costs: Cllr after PAV."""
    return cllr(pav(llrs, is_h1), is_h1)


def cllr_cal(llrs: Floats, is_h1: Bools) -> float:
    """What miscalibration costs: Cllr less Cllr_min, 0 or more."""
    whole = cllr(llrs, is_h1)
    # PAV is optimal; rounding alone may leave a hair below 0.
    return max(0.0, whole - cllr_min(llrs, is_h1))


def devpav(llrs: Floats, is_h1: Bools) -> float | None:
    """Mean distance (log10) of the PAV curve from the diagonal; None where it has no finite
    part (the classes separate), infinite where a certain LR (0 or infinity) was wrong."""
    import numpy as np

    distinct, best = isotonic(llrs, is_h1, pseudo=0)
    wrong_top = distinct[-1] == np.inf and best[-1] != np.inf
    wrong_bottom = distinct[0] == -np.inf and best[0] != -np.inf
    if wrong_top or wrong_bottom:
        return float("inf")
    finite = np.isfinite(best)
    x, y = distinct[finite], best[finite]
    if x.size == 0:
        return None
    if x.size == 1:
        return float(abs(x[0] - y[0]))
    a, b = np.abs(y - x)[:-1], np.abs(y - x)[1:]
    crosses = (y - x)[:-1] * (y - x)[1:] < 0
    # Between two points the distance is linear, or two triangles where it passes through 0.
    mean = (a + b) / 2
    mean[crosses] = (a[crosses] ** 2 + b[crosses] ** 2) / (2 * (a[crosses] + b[crosses]))
    return float((mean * np.diff(x)).sum() / (x[-1] - x[0]))


def auroc(values: Floats, is_h1: Bools) -> float:
    """Chance that an H1 case ranks above an H2 case; ties count one half."""
    import numpy as np

    h1, h2 = values[is_h1], np.sort(values[~is_h1])
    below = np.searchsorted(h2, h1, side="left")
    upto = np.searchsorted(h2, h1, side="right")
    return float((below + upto).mean() / (2 * h2.size))


def threshold_at_1fpr(values: Floats, is_h1: Bools) -> float | None:
    """The lowest threshold that at most 1 % of H2 cases reach, halfway to the next observed
    value above it; None where no observed value lies above those H2 cases."""
    import numpy as np

    h2 = np.sort(values[~is_h1])[::-1]
    first_kept_out = h2[h2.size // 100]
    above = values[values > first_kept_out]
    if above.size == 0:
        return None
    lowest, next_above = float(first_kept_out), float(above.min())
    if not (isfinite(lowest) and isfinite(next_above)):
        return next_above
    middle = lowest + (next_above - lowest) / 2
    # Between neighbouring floats there is no middle.
    return middle if lowest < middle <= next_above else next_above


def flagging_threshold(
    scores: Floats, is_h1: Bools, sources: Sequence[str], rule: ThresholdRule
) -> float | None:
    """The score at which a case is flagged: 1 % false positives over all, or, by
    `every_source`, in each source with `FEWEST_OF_SOURCE` H2 cases as well."""
    import numpy as np

    over_all = threshold_at_1fpr(scores, is_h1)
    if rule == "pooled" or over_all is None:
        return over_all
    names = np.array(sources)
    own: list[float | None] = [over_all]
    for name in sorted(set(sources)):
        mine = (names == name) & ~is_h1
        if mine.sum() >= FEWEST_OF_SOURCE:
            # With all H1 cases, so that there are values above the source's own.
            kept = mine | is_h1
            own.append(threshold_at_1fpr(scores[kept], is_h1[kept]))
    if None in own:
        return None
    return max(value for value in own if value is not None)


def tpr_at_1fpr(values: Floats, is_h1: Bools) -> float:
    """Largest share of H1 cases above a threshold that at most 1 % of H2 cases reach."""
    threshold = threshold_at_1fpr(values, is_h1)
    return 0.0 if threshold is None else float((values[is_h1] >= threshold).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Measures of one set of labelled cases; None where a class is missing.

    Rates are over cases with an opinion. `misleading_*`: LR on the wrong side of 1;
    `strongly_misleading_*`: beyond 10 on the wrong side. `frozen_*`: share flagged by a
    threshold fixed on other data.
    """

    n_h1: int
    n_h2: int
    no_opinion_h1: int
    no_opinion_h2: int
    cllr: float | None = None
    cllr_min: float | None = None
    cllr_cal: float | None = None
    cllr_h1: float | None = None
    cllr_h2: float | None = None
    devpav: float | None = None
    auroc: float | None = None
    misleading_h1: float | None = None
    misleading_h2: float | None = None
    strongly_misleading_h1: float | None = None
    strongly_misleading_h2: float | None = None
    tpr_at_1fpr: float | None = None
    frozen_tpr: float | None = None
    frozen_fpr: float | None = None

    def as_json(self) -> dict[str, object]:
        """Plain values; an infinite one is written as the string "inf"."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {k: "inf" if v == float("inf") else v for k, v in values.items()}


def measure(llrs: Floats, is_h1: Bools, opinion: Bools, flagged: Bools) -> Metrics:
    """All measures of one set of cases."""
    h1, h2 = opinion & is_h1, opinion & ~is_h1
    values: dict[str, float | None] = {}
    if h1.any():
        values["cllr_h1"] = cost_h1(llrs[h1])
        values["misleading_h1"] = float((llrs[h1] < 0).mean())
        values["strongly_misleading_h1"] = float((llrs[h1] < -1).mean())
        values["frozen_tpr"] = float(flagged[h1].mean())
    if h2.any():
        values["cllr_h2"] = cost_h2(llrs[h2])
        values["misleading_h2"] = float((llrs[h2] > 0).mean())
        values["strongly_misleading_h2"] = float((llrs[h2] > 1).mean())
        values["frozen_fpr"] = float(flagged[h2].mean())
    if h1.any() and h2.any():
        known, truth = llrs[opinion], is_h1[opinion]
        for name, function in _BOTH_CLASSES.items():
            values[name] = function(known, truth)
    return Metrics(
        n_h1=int(is_h1.sum()),
        n_h2=int((~is_h1).sum()),
        no_opinion_h1=int((is_h1 & ~opinion).sum()),
        no_opinion_h2=int((~is_h1 & ~opinion).sum()),
        **values,
    )


_BOTH_CLASSES = {
    "cllr": cllr,
    "cllr_min": cllr_min,
    "cllr_cal": cllr_cal,
    "devpav": devpav,
    "auroc": auroc,
    "tpr_at_1fpr": tpr_at_1fpr,
}
