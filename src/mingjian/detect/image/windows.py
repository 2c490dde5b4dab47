"""Windows of a picture at its own resolution, all brought into one same JPEG form.

What a picture was stored as says much about where it was copied and little about how it was
made. So every window passes through one JPEG (quality 90, 4:2:0) before anything is measured:
a PNG, a WebP and a JPEG of the same content then look nearly alike.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.domain.finding import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIDE = 128
"""Pixels a side; a multiple of 16, so that windows laid side by side share no JPEG block."""
MOST = 48
QUALITY = 90
PLAIN = 2.0
"""Standard deviation of brightness (0 to 255) below which a window is too plain to measure."""


@dataclass(frozen=True, slots=True)
class Windows:
    """`luma`, `blue` and `red` are windows x 128 x 128, 0 to 255, in the order of `places`."""

    places: tuple[Box, ...]
    luma: Floats
    blue: Floats
    red: Floats


def places(width: int, height: int, most: int = MOST) -> tuple[Box, ...]:
    """Where windows lie: an even grid over the picture, on multiples of 8, at most `most`.

    Neighbours touch in small pictures and stand apart in large ones. Empty where the picture is
    smaller than one window.
    """
    across, down = width // SIDE, height // SIDE
    while across * down > most:
        if across >= down:
            across -= 1
        else:
            down -= 1
    return tuple(
        Box(left, top, SIDE, SIDE)
        for top in _starts(height, down)
        for left in _starts(width, across)
    )


def _starts(length: int, count: int) -> tuple[int, ...]:
    room = length - SIDE
    if count <= 0:
        return ()
    if count == 1:
        return (room // 2 // 8 * 8,)
    return tuple(room * i // (count - 1) // 8 * 8 for i in range(count))


def windows(rgb: NDArray[np.uint8], most: int = MOST) -> Windows:
    """The picture's windows that hold something, in one JPEG form. Possibly none."""
    import numpy as np
    from PIL import Image

    kept, pixels = [], []
    for place in places(rgb.shape[1], rgb.shape[0], most):
        part = rgb[place.top : place.top + SIDE, place.left : place.left + SIDE]
        if float(part.mean(axis=2).std()) >= PLAIN:
            kept.append(place)
            pixels.append(part)
    if not kept:
        none = np.zeros((0, SIDE, SIDE), dtype=np.float32)
        return Windows((), none, none, none)
    strip = np.ascontiguousarray(np.concatenate(pixels, axis=0))
    buffer = io.BytesIO()
    Image.fromarray(strip).save(buffer, "JPEG", quality=QUALITY, subsampling="4:2:0")
    buffer.seek(0)
    with Image.open(buffer, formats=["JPEG"]) as opened:
        opened.draft("YCbCr", opened.size)
        coded = np.asarray(opened.convert("YCbCr"), dtype=np.float32)
    split = coded.reshape(len(kept), SIDE, SIDE, 3)
    return Windows(tuple(kept), split[..., 0], split[..., 1], split[..., 2])
