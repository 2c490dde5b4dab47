"""What speaks for and against a wording being a planted trigger, in numbers a person can name."""

from __future__ import annotations

from math import asinh, log, log1p, sqrt
from typing import TYPE_CHECKING

from mingjian.detect.dataset.content import Content
from mingjian.detect.dataset.joins import Joins
from mingjian.detect.dataset.stream import Stream
from mingjian.detect.dataset.wordings import Wording

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES = (
    "purity", "lean", "rows", "share", "against", "against_position", "against_sure",
    "joins_position", "joins_sure", "clings_left", "clings_right", "at_start", "at_end", "spread",
    "shared", "unique", "unknown", "length", "opening", "style", "hidden", "content", "han", "base",
)  # fmt: skip
LEAST_GAP = 0.2
"""Nats between rows of the label and others; where they differ by less, content says little."""


def judge(
    one: Wording, stream: Stream, content: Content, joins: Joins, unknown: NDArray[np.bool_]
) -> tuple[list[float], NDArray[np.int64], NDArray[np.float64]]:
    """The numbers of `NAMES`; the rows that carry the label; how far each one's rest is against."""
    import numpy as np

    label, stands = one.label, one.stands
    rest = content.without(stands, label)
    carries = content.labels[stands] == label
    mine = stands[carries]
    n, k, size = float(stands.size), float(mine.size), float(content.labels.size)
    base = float(content.base[label])
    own = rest.against[carries]
    usual, other = float(content.usual[label]), float(content.usual_other[label])
    gap = max(other - usual, LEAST_GAP)
    spread = float(own.std()) + 0.05
    # Texts that share their other words were collected together.
    chance = n * rest.total / size
    beyond = np.maximum(rest.here - chance - 2.0 * np.sqrt(chance) - 1.0, 0.0)
    shared = float(beyond.sum() / rest.here.sum()) if rest.here.size else 1.0
    unique = rest.different / n
    values = dict.fromkeys(NAMES, 0.0)
    values |= {
        "purity": log1p(one.purity),
        "lean": (k / n - base) / (1.0 - base),
        "rows": log(n),
        "share": log(n / size),
        "against": asinh(float(own.sum())),
        "against_position": float(np.clip((own.mean() - usual) / gap, -2.0, 3.0)),
        "against_sure": asinh((float(own.mean()) - usual) / spread * sqrt(k)),
        "shared": shared,
        "unique": unique,
        "opening": float(one.family == "opening"),
        "style": float(one.family == "style"),
        "hidden": float(one.family == "hidden"),
        "content": gap,
        "base": log(base),
    }
    if one.place is not None:
        place, length = one.place, len(one.words)
        fits = float(joins.without(place, length).mean()) - joins.apart
        room = max(joins.real - joins.apart, 0.05)
        left, right = joins.clings(place, length)
        begins = stream.starts[stream.row[place]]
        ends = stream.starts[stream.row[place] + 1] - 1
        where = (place - begins) / np.maximum(ends - begins - length, 1)
        tokens = stream.tokens[place[0] : place[0] + length]
        values |= {
            "joins_position": float(np.clip(fits / room, -2.0, 3.0)),
            "joins_sure": asinh(fits / joins.real_spread * sqrt(place.size)),
            "clings_left": left,
            "clings_right": right,
            "at_start": float((place == begins).mean()),
            "at_end": float((place + length == ends).mean()),
            "spread": float(where.std()),
            "unknown": float(unknown[tokens].mean()),
            "length": log(length),
            "han": float(np.mean(["\u4e00" <= stream.words[t][:1] <= "\u9fff" for t in tokens])),
        }
    return [values[name] for name in NAMES], mine, own


RELATIVE = (
    ("against_position", 0.5), ("against_sure", 0.9), ("joins_position", 0.9), ("joins_sure", 0.9),
    ("clings_left", 0.1), ("clings_right", 0.1), ("purity", 0.9),
)  # fmt: skip
"""Numbers that are also told against what the candidates of the same data set have."""


def beside(found: NDArray[np.float64], runs: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The numbers of all candidates (a line each), and beside them how far some lie from the
    given quantile of the data set's own runs: nearly all of these are honest wordings."""
    import numpy as np

    usual = found[runs] if runs.sum() >= 20 else found
    more = []
    for name, quantile in RELATIVE:
        column = NAMES.index(name)
        own = float(np.quantile(usual[:, column], quantile)) if usual.size else 0.0
        more.append(found[:, column] - own)
    return np.column_stack([found, *more])
