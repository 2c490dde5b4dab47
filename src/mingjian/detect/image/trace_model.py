"""A linear model over a window's traces, read from its arrays."""

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

_FARTHEST = 4.0
"""A trace further from the mean than this many deviations counts as this far."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of a picture."""

    score: float
    """Mean of `odds`."""
    odds: Floats
    """Log-odds (base e) of each window."""
    groups: Mapping[str, float]
    """What each group of traces adds to the score; they and the bias sum to it."""
    rings: Floats
    """Mean log10 power of the windows by frequency."""


@dataclass(frozen=True, slots=True)
class TraceModel:
    """`weights` of the traces after they are brought to mean 0 and deviation 1."""

    mean: Floats
    scale: Floats
    weights: Floats
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
            arrays["weights"],
            float(arrays["bias"]),
            arrays["camera_rings"],
            arrays["made_rings"],
        )

    def read(self, found: Windows) -> Reading:
        """Log-odds of each window and of the picture; there must be a window."""
        import numpy as np

        values = traces(found)
        level = np.clip((values - self.mean) / self.scale, -_FARTHEST, _FARTHEST)
        parts = level * self.weights
        odds: Floats = parts.sum(axis=1) + np.float32(self.bias)
        by_trace = parts.mean(axis=0)
        groups: dict[str, float] = {}
        for trace, part in zip(NAMES, by_trace.tolist(), strict=True):
            group = trace.partition(".")[0]
            groups[group] = groups.get(group, 0.0) + part
        ring = np.array([trace.startswith("spectrum.ring.") for trace in NAMES])
        return Reading(
            score=float(odds.mean(dtype=np.float64)),
            odds=odds,
            groups=groups,
            rings=values[:, ring].mean(axis=0),
        )
