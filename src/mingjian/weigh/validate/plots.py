"""The four plots of a validation, as SVG text: PAV, Tippett, ECE and histogram.

Each takes log10 LRs and classes, and a language. PAV and ECE need both classes; Tippett and the
histogram draw what there is.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from mingjian.domain.message import Language, Message
from mingjian.weigh.calibrate import LN10, isotonic
from mingjian.weigh.validate.drawing import GREY, H1_COLOUR, H2_COLOUR, Axes
from mingjian.weigh.validate.metrics import pav

if TYPE_CHECKING:
    from mingjian.weigh.calibrate import Bools, Floats

LOG_LR = Message("log10 似然比", "log10 likelihood ratio")
CASES_H1 = Message("H1 为真的样本", "cases where H1 is true")
CASES_H2 = Message("H2 为真的样本", "cases where H2 is true")
_MOST_POINTS = 400


def _reach(llrs: Floats) -> float:
    """Half width of an axis that shows all finite values: a whole number from 1 to 9."""
    import numpy as np

    finite = np.abs(llrs[np.isfinite(llrs)])
    largest = float(finite.max()) if finite.size else 1.0
    return float(min(9, max(1, ceil(largest + 0.1))))


def pav_plot(llrs: Floats, is_h1: Bools, language: Language) -> str:
    """LRs before and after the best recalibration; on the diagonal they are well calibrated."""
    import numpy as np

    reach = _reach(llrs)
    title = Message("PAV 图：校准", "PAV plot: calibration").in_language(language)
    after = Message("PAV 重新校准后的 log10 似然比", "log10 LR after PAV")
    axes = Axes(
        title,
        (-reach, reach),
        (-reach, reach),
        (LOG_LR.in_language(language), after.in_language(language)),
    )
    ideal = Message("完全校准", "perfectly calibrated").in_language(language)
    axes.line([(-reach, -reach), (reach, reach)], GREY, "5 4", ideal)
    distinct, best = isotonic(llrs, is_h1, pseudo=0)
    points = list(zip(distinct.tolist(), best.tolist(), strict=True))
    finite = [point for point in points if np.isfinite(point[1])]
    kept = [
        point
        for i, point in enumerate(finite)
        if i in (0, len(finite) - 1) or not finite[i - 1][1] == point[1] == finite[i + 1][1]
    ]
    measured = Message("本次数据", "these cases").in_language(language)
    axes.line(kept, H1_COLOUR, "", measured)
    infinite = [point for point in points if not np.isfinite(point[1])]
    for point in infinite[:: max(1, len(infinite) // _MOST_POINTS)]:
        axes.edge_mark(point, GREY)
    return axes.svg()


def tippett_plot(llrs: Floats, is_h1: Bools, language: Language) -> str:
    """Share of cases of each class whose LR is at least as large as the value on the axis."""
    import numpy as np

    reach = _reach(llrs)
    title = Message("Tippett 图：两类样本的似然比", "Tippett plot: LRs of both classes")
    share = Message("达到或超过该值的比例", "share at or above this value")
    axes = Axes(
        title.in_language(language),
        (-reach, reach),
        (0.0, 1.0),
        (LOG_LR.in_language(language), share.in_language(language)),
    )
    axes.line([(0.0, 0.0), (0.0, 1.0)], GREY, "2 3")
    grid = np.linspace(-reach, reach, _MOST_POINTS + 1)
    for mine, colour, dash, name in (
        (is_h1, H1_COLOUR, "", CASES_H1),
        (~is_h1, H2_COLOUR, "6 3", CASES_H2),
    ):
        if mine.any():
            values = np.sort(llrs[mine])
            at_least = 1.0 - np.searchsorted(values, grid, side="left") / values.size
            points = list(zip(grid.tolist(), at_least.tolist(), strict=True))
            axes.line(points, colour, dash, name.in_language(language))
    return axes.svg()


def cross_entropy(llrs: Floats, is_h1: Bools, log10_odds: Floats) -> Floats:
    """Empirical cross-entropy (bits) at prior odds of H1 (Ramos & Gonzalez-Rodriguez 2013)."""
    import numpy as np

    prior = 1.0 / (1.0 + 10.0**-log10_odds)
    shifted = (llrs[:, None] + log10_odds[None, :]) * LN10
    cost_h1 = np.logaddexp(0.0, -shifted[is_h1]).mean(axis=0) / np.log(2.0)
    cost_h2 = np.logaddexp(0.0, shifted[~is_h1]).mean(axis=0) / np.log(2.0)
    values: Floats = prior * cost_h1 + (1.0 - prior) * cost_h2
    return values


def ece_plot(llrs: Floats, is_h1: Bools, language: Language) -> str:
    """Cross-entropy over prior odds: these LRs, the same after PAV, and saying nothing."""
    import numpy as np

    grid = np.linspace(-3.0, 3.0, 121)
    curves = (
        (llrs, H1_COLOUR, "", Message("本次数据", "these cases")),
        (pav(llrs, is_h1), H2_COLOUR, "6 3", Message("PAV 重新校准后", "after PAV")),
        (
            np.zeros(llrs.size),
            GREY,
            "2 3",
            Message("不作判断（LR = 1）", "saying nothing (LR = 1)"),
        ),
    )
    drawn = [cross_entropy(values, is_h1, grid) for values, *_ in curves]
    finite = [float(d[np.isfinite(d)].max(initial=0.0)) for d in drawn]
    title = Message("ECE 图：经验交叉熵", "ECE plot: empirical cross-entropy")
    names = (
        Message("log10 先验几率", "log10 prior odds").in_language(language),
        Message("经验交叉熵（比特）", "empirical cross-entropy (bits)").in_language(language),
    )
    axes = Axes(title.in_language(language), (-3.0, 3.0), (0.0, max(1.05, *finite)), names)
    for (_, colour, dash, name), values in zip(curves, drawn, strict=True):
        points = list(zip(grid.tolist(), values.tolist(), strict=True))
        axes.line(points, colour, dash, name.in_language(language))
    return axes.svg()


def histogram(llrs: Floats, is_h1: Bools, language: Language) -> str:
    """How often each LR was given, as a share of its class; infinite ones count at the edge."""
    import numpy as np

    reach = _reach(llrs)
    edges = np.linspace(-reach, reach, 31)
    clipped = np.clip(llrs, -reach, reach)
    shares = []
    for mine in (is_h1, ~is_h1):
        counts, _ = np.histogram(clipped[mine], bins=edges)
        shares.append(counts / max(1, int(mine.sum())))
    top = max(0.05, *(float(share.max()) * 1.08 for share in shares))
    title = Message("似然比直方图", "Histogram of LRs").in_language(language)
    share_name = Message("占本类样本的比例", "share of the class").in_language(language)
    axes = Axes(title, (-reach, reach), (0.0, top), (LOG_LR.in_language(language), share_name))
    both = (
        (shares[0], H1_COLOUR, CASES_H1, 0.55, ""),
        (shares[1], H2_COLOUR, CASES_H2, 0.1, "6 3"),
    )
    for share, colour, name, opacity, dash in both:
        if not share.any():
            continue
        axes.line([], colour, dash, name.in_language(language))
        for i, height in enumerate(share.tolist()):
            if height:
                axes.bar(float(edges[i]), float(edges[i + 1]), height, colour, opacity)
    return axes.svg()
