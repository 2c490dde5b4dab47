"""From a map of where text stands to the rectangles of its lines. Numpy alone.

The text detector (PP-OCR, a "differentiable binarization" network) gives for each pixel how
much it looks like the core of a line of text. Cores that touch are one line; the core is
narrower than the line, so its rectangle is grown by a fixed rule (Liao et al. 2020, section 3.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CORE = 0.3
"""A pixel above this belongs to a core."""
LINE = 0.5
"""A core whose pixels are below this on average is no line."""
GROWTH = 1.6
SMALLEST = 3.0
"""Pixels: a thinner core is noise."""
MOST_RUNS = 200_000
"""Stretches of core pixels in rows; a map with more is not of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tilted:
    """A rectangle: its middle, its sides in pixels, turned clockwise by `degrees` (-45 to 45)."""

    x: float
    y: float
    width: float
    height: float
    degrees: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the upright rectangle around it."""
        across, down = abs(cos(radians(self.degrees))), abs(sin(radians(self.degrees)))
        width = self.width * across + self.height * down
        height = self.width * down + self.height * across
        return self.x - width / 2, self.y - height / 2, width, height


def lines_of(text: NDArray[np.float32], most: int) -> tuple[list[Tilted], int]:
    """Rectangles of the lines in the map `text` (height x width, 0 to 1), the largest `most`
    of them in reading order; and how many were left out."""
    import numpy as np

    row, start, end = _runs(text > CORE)
    if not len(row) or len(row) > MOST_RUNS:
        return [], 0
    label = _joined(row, start, end, text.shape[1])
    count = int(label.max()) + 1
    sums = np.zeros((text.shape[0], text.shape[1] + 1))
    np.cumsum(text, axis=1, out=sums[:, 1:])
    size = np.bincount(label, weights=end - start, minlength=count)
    mean = np.bincount(label, weights=sums[row, end] - sums[row, start], minlength=count) / size
    order = np.argsort(label, kind="stable")
    first = np.searchsorted(label[order], np.arange(count + 1))
    found: list[Tilted] = []
    kept = [one for one in np.argsort(-size) if mean[one] >= LINE and size[one] >= SMALLEST**2]
    for one in kept[:most]:
        runs = order[first[one] : first[one + 1]]
        rectangle = _around(row[runs], start[runs], end[runs])
        if min(rectangle.width, rectangle.height) >= SMALLEST:
            found.append(_grown(rectangle))
    return _in_reading_order(found), max(0, len(kept) - most)


def _runs(
    mask: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row, first and one-past-last column of every stretch of True, row by row."""
    import numpy as np

    edge = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edge == 1)
    end = np.nonzero(edge == -1)[1]
    return row, start, end


def _joined(
    row: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """The number of its component for every stretch; stretches that touch (also by a corner)
    in neighbouring rows are joined."""
    import numpy as np

    step = width + 2
    low = np.searchsorted(row * step + end, (row + 1) * step + start, "left")
    high = np.searchsorted(row * step + start, (row + 1) * step + end, "right")
    parent = list(range(len(row)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for above, (a, b) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        for below in range(a, b):
            parent[root(below)] = root(above)
    roots = np.array([root(one) for one in range(len(row))])
    return np.unique(roots, return_inverse=True)[1].reshape(-1)


def _around(row: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> Tilted:
    """The smallest rectangle around a core, found by trying angles: 3 degrees apart, then 0.2."""
    import numpy as np

    # Corners of the first and the last pixel of every stretch hold all that matters.
    x = np.concatenate([start, end, start, end]).astype(np.float64)
    y = np.concatenate([row, row, row + 1, row + 1]).astype(np.float64)
    best = _best(x, y, np.arange(-45.0, 45.0, 3.0))
    upright = _best(x, y, np.zeros(1))
    best = _best(x, y, best.degrees + np.arange(-3.0, 3.01, 0.2))
    # A line drawn level has a ragged core: only a clear gain is believed.
    if upright.width * upright.height <= 1.08 * best.width * best.height:
        return upright
    return best


def _best(x: NDArray[np.float64], y: NDArray[np.float64], degrees: NDArray[np.float64]) -> Tilted:
    import numpy as np

    angle = np.radians(degrees)[:, None]
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    left, right = along.min(axis=1), along.max(axis=1)
    top, bottom = across.min(axis=1), across.max(axis=1)
    one = int(np.argmin((right - left) * (bottom - top)))
    middle, level = (left[one] + right[one]) / 2, (top[one] + bottom[one]) / 2
    turn = float(angle[one, 0])
    return Tilted(
        x=float(middle * cos(turn) - level * sin(turn)),
        y=float(middle * sin(turn) + level * cos(turn)),
        width=float(right[one] - left[one]),
        height=float(bottom[one] - top[one]),
        degrees=float(degrees[one]),
    )


def _grown(core: Tilted) -> Tilted:
    by = core.width * core.height * GROWTH / (core.width + core.height)
    return Tilted(
        x=core.x, y=core.y, width=core.width + by, height=core.height + by, degrees=core.degrees
    )


def _in_reading_order(lines: list[Tilted]) -> list[Tilted]:
    """From top to bottom; what stands side by side from left to right."""
    rows: list[list[Tilted]] = []
    for line in sorted(lines, key=lambda one: one.y):
        last = rows[-1] if rows else None
        if last and line.y - last[0].y < 0.5 * min(line.box[3], last[0].box[3]):
            last.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.x)]
