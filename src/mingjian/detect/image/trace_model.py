"""A model over the traces of a picture's windows, read from its arrays.

Traces are brought to mean 0 and deviation 1, cut, and averaged over the windows that lean most to
a generator: detail tells most where there is some. The log-odds are a weighted sum of these and
of some hundred cosines of random mixtures of them (random features, Rahimi and Recht 2007), which
let traces matter together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.detect.contract import Unavailable
from mingjian.detect.image.traces import NAMES, traces
from mingjian.detect.image.windows import Windows
from mingjian.detect.learned.store import load
from mingjian.domain.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FARTHEST = 4.0
"""A trace further from the mean than this many deviations counts as this far."""


PART = 3
"""One window in so many, the strongest, makes the picture's reading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of a picture."""

    score: float
    """Log-odds (base e) of the picture, under even prior odds of the classes learnt from."""
    odds: Floats
    """Log-odds of each window read by itself: rougher, and not simply summing to the score."""
    kept: int
    """So many windows, those with the highest log-odds, make the score."""
    groups: Mapping[str, float]
    """By how much the score would fall if a group of traces were ordinary (at the mean)."""
    rings: Floats
    """Mean log10 power of the windows by frequency."""


@dataclass(frozen=True, slots=True)
class TraceModel:
    """See the module."""

    mean: Floats
    scale: Floats
    mixtures: Floats
    """Traces x cosines."""
    phases: Floats
    weights: Floats
    """Of the traces, then of the cosines."""
    bias: float
    camera_rings: Floats
    made_rings: Floats

    @classmethod
    def load(cls, package: str, name: str) -> TraceModel:
        """Raises `Unavailable` where the file is missing, altered or for other traces."""
        arrays = load(package, name)
        if "/".join(NAMES) != str(arrays["names"]):
            raise Unavailable(
                Message(
                    f"模型文件 {name}.npz 与本版本的痕迹不符；请重新安装明鉴",
                    f"the model file {name}.npz is for other traces; install Mingjian again",
                )
            )
        return cls(
            arrays["mean"],
            arrays["scale"],
            arrays["mixtures"].astype("float32"),
            arrays["phases"],
            arrays["weights"],
            float(arrays["bias"]),
            arrays["camera_rings"],
            arrays["made_rings"],
        )

    def read(self, found: Windows) -> Reading:
        """Log-odds of each window and of the picture; there must be a window."""
        import numpy as np

        values = traces(found)
        level = self.levels(values)
        odds = self.odds(level)
        kept = strongest(odds)
        whole = level[kept].mean(axis=0, keepdims=True)
        group = np.array([trace.partition(".")[0] for trace in NAMES])
        kinds = sorted(set(group.tolist()))
        without = np.concatenate([whole, *(np.where(group == kind, 0, whole) for kind in kinds)])
        score, *rest = self.odds(without.astype(np.float32)).tolist()
        ring = np.array([trace.startswith("spectrum.ring.") for trace in NAMES])
        return Reading(
            score=score,
            odds=odds,
            kept=len(kept),
            groups={kind: score - less for kind, less in zip(kinds, rest, strict=True)},
            rings=values[:, ring].mean(axis=0),
        )

    def levels(self, values: Floats) -> Floats:
        """Traces at mean 0 and deviation 1, cut at `FARTHEST`."""
        import numpy as np

        levels: Floats = np.clip((values - self.mean) / self.scale, -FARTHEST, FARTHEST)
        return levels

    def odds(self, levels: Floats) -> Floats:
        """Log-odds of each row of levels."""
        odds: Floats = mixed(levels, self.mixtures, self.phases) @ self.weights
        return odds + self.bias


def strongest(odds: Floats) -> NDArray[np.intp]:
    """Which windows make the picture's reading: the third with the highest log-odds, at least
    one."""
    import numpy as np

    return np.argsort(-odds, kind="stable")[: -(-len(odds) // PART)]


def mixed(levels: Floats, mixtures: Floats, phases: Floats) -> Floats:
    """The levels, and the cosines of their mixtures."""
    import numpy as np

    return np.concatenate([levels, np.cos(levels @ mixtures + phases)], axis=1)
