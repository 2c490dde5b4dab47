"""What is left of a picture when its scene is taken away: the grain of its sensor, and errors.

The scene is estimated by shrinking wavelet coefficients towards nothing where their neighbours
are no stronger than noise (Mihcak, Kozintsev, Ramchandran and Moulin, 1999); the rest of the
picture is the residual that camera fingerprints are made of (Lukas, Fridrich and Goljan, 2006).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.copy_move_filters import box

Grey = NDArray[np.float32]

LEVELS: Final = 4
NOISE: Final = 3.0
"""Grey levels of grain taken for granted; stronger detail is scene."""
_REACHES: Final = (1, 3)
"""Half sides of the squares over which a coefficient's surroundings are measured."""
_LOW: Final = (
    0.2303778133088965, 0.7148465705529156, 0.6308807679298589, -0.0279837694168599,
    -0.1870348117190931, 0.0308413818355607, 0.0328830116668852, -0.0105974017850690,
)  # fmt: skip
"""Daubechies' filter of eight taps (I. Daubechies, 1988)."""
_HIGH: Final = tuple((-1) ** at * tap for at, tap in enumerate(reversed(_LOW)))


def residual(grey: Grey) -> Grey:
    """The picture less its scene, in grey levels; same size."""
    step = 2**LEVELS
    height, width = grey.shape
    padding = ((0, -height % step), (0, -width % step))
    kept = _grain(np.pad(grey, padding, mode="symmetric"), LEVELS)
    found: Grey = kept[:height, :width]
    return found


def _grain(values: Grey, levels: int) -> Grey:
    low, high = _split(values, 0)
    (low_low, low_high), (high_low, high_high) = _split(low, 1), _split(high, 1)
    details = [_weak(part) for part in (low_high, high_low, high_high)]
    coarse = _grain(low_low, levels - 1) if levels > 1 else np.zeros_like(low_low)
    return _joined(_joined(coarse, details[0], 1), _joined(details[1], details[2], 1), 0)


def _weak(detail: Grey) -> Grey:
    """The part of wavelet coefficients that is grain: all of it where the surroundings are weak."""
    power = detail * detail
    noise = np.float32(NOISE**2)
    least = np.minimum(*(box(power, reach) for reach in _REACHES))
    scene = np.maximum(least - noise, 0)
    found: Grey = detail * (noise / (scene + noise))
    return found


def _split(values: Grey, axis: int) -> tuple[Grey, Grey]:
    """Low and high half-bands along an axis of even length, edges wrapped."""
    parts = _both(values, axis)
    low, high = np.zeros_like(parts[0]), np.zeros_like(parts[0])
    for at in range(len(_LOW)):
        shifted = np.roll(parts[at % 2], -(at // 2), axis)
        low += np.float32(_LOW[at]) * shifted
        high += np.float32(_HIGH[at]) * shifted
    return low, high


def _joined(low: Grey, high: Grey, axis: int) -> Grey:
    """The values that `_split` would split so."""
    shape = list(low.shape)
    shape[axis] *= 2
    values = np.zeros(shape, dtype=np.float32)
    parts = _both(values, axis)
    for at in range(len(_LOW)):
        both = np.float32(_LOW[at]) * low + np.float32(_HIGH[at]) * high
        parts[at % 2][...] += np.roll(both, at // 2, axis)
    return values


def _both(values: Grey, axis: int) -> tuple[Grey, Grey]:
    """Even and odd rows, or columns; views."""
    return (values[::2], values[1::2]) if axis == 0 else (values[:, ::2], values[:, 1::2])
