"""How high the drawn characters of a line are, measured in the pixels themselves.

The box of a line is a third to a half higher than its characters. Inside and around it, rows
that cross characters change much more from pixel to pixel than rows above and below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONTRAST: Final = 2.0
"""Rows of characters must change this many times as much as the ground; else: cannot tell."""
LEVEL: Final = 0.15
"""Between the ground (0) and the middle rows of the line (1): where characters begin."""


def drawn_height(
    rgb: NDArray[np.uint8], left: float, top: float, width: float, height: float
) -> float | None:
    """Pixels from the top to the bottom of the characters in a level line; None where the ground
    is too restless to tell."""
    import numpy as np

    x0, x1 = max(0, round(left)), min(rgb.shape[1], round(left + width))
    y0 = max(0, round(top - 0.4 * height))
    y1 = min(rgb.shape[0], round(top + 1.4 * height))
    if x1 - x0 < 4 or y1 - y0 < 4:
        return None
    grey = rgb[y0:y1, x0:x1].astype(np.float32).mean(axis=2)
    change = np.abs(np.diff(grey, axis=1)).mean(axis=1)
    inner = slice(round(top + 0.3 * height) - y0, round(top + 0.7 * height) - y0)
    outer = np.concatenate([change[: max(1, round(top) - y0)], change[round(top + height) - y0 :]])
    if not len(outer) or inner.stop - inner.start < 2:
        return None
    strong, ground = float(np.median(change[inner])), float(np.median(outer))
    if strong < CONTRAST * ground or strong < 2.0:
        return None
    drawn = np.flatnonzero(change > ground + LEVEL * (strong - ground))
    middle = (inner.start + inner.stop) / 2
    gap = max(1.0, 0.12 * height)
    # The stretch of rows around the middle, across small gaps (between the strokes of 三).
    low, high = middle, middle
    for row in drawn[drawn <= middle][::-1]:
        if low - row > gap:
            break
        low = float(row)
    for row in drawn[drawn >= middle]:
        if row - high > gap:
            break
        high = float(row)
    return high - low + 1
