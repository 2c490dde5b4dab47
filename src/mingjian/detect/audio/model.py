"""The learned measurement: views over the telephone band, and over the whole band.

Each is a standardised linear sum of the numbers of `traits`. Where a recording holds nothing
above the telephone band only the first is used, else the mean of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mingjian.detect.audio.speech import Speech
from mingjian.detect.audio.traits import BANDED, measure, names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NARROW_BANDS = 3
"""Bands of 1 kHz that a telephone keeps whole (its upper edge is 3.4 kHz)."""
WIDE_BANDS = 7
"""Bands of the whole view: the highest kilohertz tells of filters more than of voices."""
WIDE = 6_800.0
"""Hz that a recording must reach for the whole band to be measured."""
MOST = 5.0
"""A number further than this from the mean, in spreads, counts as this far."""


def columns(narrow: bool) -> NDArray[np.intp]:
    """Which numbers of `traits.measure` a view uses."""
    one = sum(count for _, count in BANDED.values())
    return np.arange(one * (NARROW_BANDS if narrow else WIDE_BANDS))


@dataclass(frozen=True)
class View:
    """One standardised linear sum."""

    used: NDArray[np.intp]
    mean: Floats
    spread: Floats
    weights: Floats
    bias: float

    def moved(self, numbers: Floats) -> Floats:
        """What each used number adds to the sum."""
        standard = np.clip((numbers[self.used] - self.mean) / self.spread, -MOST, MOST)
        added: Floats = standard * self.weights
        return added


@dataclass(frozen=True)
class Measured:
    """A window's measurement, about log10 of a likelihood ratio among the clips held out, and what
    moved it."""

    score: float
    moved: Mapping[str, float]
    """By view of `traits` (grain, scatter …), what it added."""
    wide: bool


class Model:
    """Both views, as read from the model file."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._views = {name: self._view(arrays, name) for name in ("narrow", "wide")}
        self._names = np.array([name.split("/")[0] for name in names()])
        self._keys = sorted({name.split("/")[0] for name in names()})

    @staticmethod
    def _view(arrays: Mapping[str, NDArray[Any]], name: str) -> View:
        return View(
            used=columns(name == "narrow"),
            mean=arrays[f"{name}_mean"],
            spread=arrays[f"{name}_spread"],
            weights=arrays[f"{name}_weights"],
            bias=float(arrays[f"{name}_bias"]),
        )

    def measure(self, speech: Speech, wide: bool) -> Measured:
        """The measurement of one window; `wide` says that its recording has the upper bands."""
        numbers = measure(speech)
        chosen = ("narrow", "wide") if wide else ("narrow",)
        total, moved = 0.0, dict.fromkeys(self._keys, 0.0)
        for name in chosen:
            view = self._views[name]
            added = view.moved(numbers) / len(chosen)
            total += float(added.sum()) + view.bias / len(chosen)
            for key in moved:
                moved[key] += float(added[self._names[view.used] == key].sum())
        return Measured(total, moved, wide)
