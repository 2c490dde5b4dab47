"""The 256-bit hash of a picture, after the published description of PDQ.

Meta, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (2019). The
luminance is smoothed by two passes of a box, read at 64 by 64 places, and of its discrete cosine
transform the 16 by 16 lowest frequencies without the constant are compared with their median.
Written anew from the description; the hashes agree with those of `pdqhash` (see the card), so
that lists of PDQ hashes can be used here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Words = NDArray[np.uint64]

_SIDE: Final = 64
_LOW: Final = 16
LONGEST_SIDE: Final = 1024
"""Larger pictures are first made smaller by whole factors (means of squares of pixels)."""
LOWEST_QUALITY: Final = 50
"""Below this the picture has so little in it that its hash is made of noise (PDQ's own advice)."""

TURNS: Final = (
    "same",
    "mirrored",
    "mirrored-down",
    "turned-180",
    "transposed",
    "turned-90",
    "turned-270",
    "transversed",
)
"""Forms of a picture: angles clockwise; transposed and transversed are turned and mirrored."""


def luma_of(rgb: NDArray[np.uint8]) -> Grey:
    """Luminance (0 to 255) of rows of RGB, of very large pictures at a whole part of the size."""
    from PIL import Image

    factor = -(-max(rgb.shape) // LONGEST_SIDE)
    if factor > 1:
        rgb = np.asarray(Image.fromarray(rgb).reduce(factor))
    luma: Grey = rgb.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return luma


def small_of(luma: Grey) -> Grey:
    """The smoothed picture at 64 by 64 places."""
    smooth = luma.astype(np.float64)
    for _ in range(2):
        smooth = _box(smooth.T, _window(luma.shape[1])).T
        smooth = _box(smooth, _window(luma.shape[0]))
    rows, columns = (((np.arange(_SIDE) + 0.5) * n / _SIDE).astype(int) for n in luma.shape)
    small: Grey = smooth[np.ix_(rows, columns)].astype(np.float32)
    return small


def _window(length: int) -> int:
    return (length + 2 * _SIDE - 1) // (2 * _SIDE)


def _box(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Mean over `window` rows, over fewer at the edges; an even window reaches down further."""
    count = len(values)
    below = (window + 2) // 2
    places = np.arange(count)
    first = np.maximum(places + below - window, 0)
    end = np.minimum(places + below, count)
    total = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)))
    means: NDArray[np.float64] = (total[end] - total[first]) / (end - first)[:, None]
    return means


def quality_of(small: Grey) -> int:
    """0 to 100: how much changes from place to place; a plain picture has 0."""
    steps = sum(
        int(np.abs(np.trunc(np.diff(small, axis=axis) * np.float32(100 / 255))).sum())
        for axis in (0, 1)
    )
    return min(steps // 90, 100)


def hash_of(small: Grey) -> Words:
    """The hash as four 64-bit words, the first the highest."""
    return _packed(_low(small))


def forms_of(luma: Grey) -> Words:
    """The hash of the picture and of its seven turned and mirrored forms, in order of `TURNS`.

    Each mirrored form is smoothed and read anew: places and window lean to one side, which in
    small pictures moves up to 50 bits. Transposing only exchanges the axes of what was read.
    """
    flips = (luma, luma[:, ::-1], luma[::-1], luma[::-1, ::-1])
    lows = [_low(small_of(flip)) for flip in flips]
    turned = [low.T for low in (lows[0], lows[2], lows[1], lows[3])]
    return np.stack([_packed(low) for low in (*lows, *turned)])


def _low(small: Grey) -> NDArray[np.float64]:
    k = np.arange(_LOW)[:, None] + 1
    waves = np.sqrt(2 / _SIDE) * np.cos(np.pi / 2 / _SIDE * k * (2 * np.arange(_SIDE) + 1))
    low: NDArray[np.float64] = waves @ small.astype(np.float64) @ waves.T
    return low


def _packed(low: NDArray[np.float64]) -> Words:
    ordered = np.sort(low, axis=None)
    bits = (low > ordered[(low.size - 1) // 2]).ravel()
    # Bit k of the hash is frequency k; written as hexadecimal, the highest bit stands first.
    packed: Words = np.packbits(bits[::-1]).view(">u8").astype(np.uint64)
    return packed
