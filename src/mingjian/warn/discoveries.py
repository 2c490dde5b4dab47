"""Which of many series' alarms to believe: the false among them kept to a stated share.

Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995);
D. Yekutieli, "Hierarchical false discovery rate-controlling methodology", JASA 103 (2008).
Watching a thousand series at one per cent each gives ten false alarms a week and nobody reads
them. P-values of counts are discrete, which makes both rules a little stricter than stated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def adjusted(p_values: Sequence[float]) -> list[float]:
    """For each p-value the lowest false-discovery rate at which it would be believed; NaN (no
    baseline) stays NaN and is not counted as a look."""
    known = [at for at, p in enumerate(p_values) if not math.isnan(p)]
    out = [math.nan] * len(p_values)
    lowest = 1.0
    for rank, at in enumerate(sorted(known, key=lambda at: -p_values[at])):
        lowest = min(lowest, p_values[at] * len(known) / (len(known) - rank))
        out[at] = lowest
    return out


def believed(p_values: Mapping[str, float], rate: float) -> set[str]:
    """Names whose alarm stands at the false-discovery rate `rate`."""
    names = list(p_values)
    found = adjusted([p_values[name] for name in names])
    return {name for name, value in zip(names, found, strict=True) if value <= rate}


def believed_down(
    p_values: Mapping[str, float], parent: Mapping[str, str], rate: float
) -> set[str]:
    """Names believed going down a tree (country, province, city; class, type): the children of
    a believed name are looked at together, those of others not at all.

    Each family is held to `rate`. Yekutieli's bounds for independent p-values: false discoveries
    among all believed names at most 2.88 times `rate`, among the lowest believed names that many
    times the number of levels.
    """
    families: dict[str | None, dict[str, float]] = {}
    for name, p in p_values.items():
        families.setdefault(parent.get(name), {})[name] = p
    found: set[str] = set()
    open_names: list[str | None] = [None]
    while open_names:
        family = families.pop(open_names.pop(), {})
        fresh = believed(family, rate)
        found |= fresh
        open_names += sorted(fresh)
    return found
