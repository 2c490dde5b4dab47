"""From the traces of tiles to a map of what does not belong, and one number for the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.copy_move_filters import box, labelled
from mingjian.detect.learned.store import load

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float32]

SUMMARY: Final = ("peak", "region", "size", "rest", "contrast", "spread")


def inputs_of(levels: Floats, gain: float, table: float) -> Floats:
    """Rows of the network's inputs: the tile's traces, and how the picture was saved."""
    count = levels.shape[0] * levels.shape[1]
    flat = levels.reshape(count, -1) / 3.0
    told = np.array([np.log1p(20 * max(0.0, gain)) / 2, np.log(table) / 2 - 1])
    rows: Floats = np.concatenate(
        [flat, np.broadcast_to(told, (count, 2))], axis=1, dtype=np.float32
    )
    return rows


@dataclass(frozen=True, slots=True)
class Region:
    """The compact part that departs most from the rest."""

    strength: float
    mask: NDArray[np.bool_]


def smoothed(odds: Floats) -> Floats:
    return box(np.clip(odds, -6, 6).astype(np.float32), 1)


def region_of(odds: Floats, least: float = 0.0) -> Region:
    """Of the connected parts above `least` the one whose mean times the root of its size is
    largest; an empty mask where none is above."""
    even = smoothed(odds)
    numbers, count = labelled(even > least)
    best, mask = 0.0, np.zeros(odds.shape, dtype=bool)
    if count:
        size = np.bincount(numbers.ravel(), minlength=count + 1).astype(float)
        total = np.bincount(numbers.ravel(), weights=even.ravel(), minlength=count + 1)
        strength = total / np.sqrt(size + 4.0)
        strength[0] = -1.0
        chosen = int(np.argmax(strength))
        best, mask = float(strength[chosen]), numbers == chosen
    return Region(best, mask)


def summary_of(odds: Floats) -> NDArray[np.float64]:
    """What of a map bears on the whole picture, in the order of `SUMMARY`."""
    even = smoothed(odds)
    low, high = float(np.median(even)), float(np.quantile(even, 0.75))
    # The level a part must reach follows the map: pictures differ in how much they show.
    region = region_of(odds, max(-1.5, float(even.max()) * 0.5 + low * 0.5))
    inside = float(even[region.mask].mean()) if region.mask.any() else float(even.max())
    outside = float(even[~region.mask].mean()) if not region.mask.all() else 0.0
    share = float(region.mask.mean())
    return np.array(
        [
            float(even.max()),
            region_of(odds).strength,
            np.sqrt(share),
            low,
            (inside - outside) * np.sqrt(min(region.mask.sum(), 60.0)) / 4,
            high - low,
        ]
    )


@dataclass(frozen=True, slots=True)
class EditedModel:
    """A network of two hidden layers over tiles, and weights over the map's summary."""

    layers: tuple[tuple[Floats, Floats], ...]
    weights: NDArray[np.float64]
    start: float

    @classmethod
    def load(cls, package: str, name: str) -> EditedModel:
        return cls.of(load(package, name))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.float32]]) -> EditedModel:
        layers = tuple(
            (arrays[f"matrix{i}"].astype(np.float32), arrays[f"add{i}"].astype(np.float32))
            for i in range(3)
        )
        weights = arrays["weights"].astype(np.float64)
        return cls(layers, weights[1:], float(weights[0]))

    def odds(self, levels: Floats, gain: float, table: float) -> Floats:
        """Log-odds (base e) of each tile that it does not share the picture's history."""
        state = inputs_of(levels, gain, table)
        for matrix, add in self.layers[:-1]:
            state = np.maximum(state @ matrix + add, 0)
        matrix, add = self.layers[-1]
        found: Floats = (state @ matrix + add).reshape(levels.shape[:2])
        return found

    def score(self, odds: Floats) -> float:
        """Log-odds (base e) of the picture, classes taken as equally frequent."""
        return float(self.weights @ summary_of(odds)) + self.start
