"""A 64-bit perceptual hash: the signs of a picture's coarse cosine waves.

The picture is made grey, 32 by 32; of its discrete cosine transform the 8 by 8 lowest
frequencies are compared with their median. Bits are in the order of `imagehash.phash` (BSD), so
that lists made with that package can be used here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS = 64
_SIDE, _LOW = 32, 8
PLAINEST = 4.0
"""Standard deviation of the 32 by 32 grey values (0 to 255) below which a picture is too plain:
its hash would be made of noise."""


def grey_of(picture: Any) -> NDArray[np.float64] | None:
    """A decoded Pillow picture as 32 by 32 grey values; None where it is too plain to compare.

    Transparent parts are laid on white.
    """
    import numpy as np
    from PIL import Image

    if "A" in picture.getbands() or "transparency" in picture.info:
        above = picture.convert("RGBA")
        picture = Image.new("RGBA", above.size, "white")
        picture.alpha_composite(above)
    small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    grey = np.asarray(small, dtype=np.float64)
    return None if float(grey.std()) < PLAINEST else grey


def hash_of(grey: NDArray[np.float64]) -> int:
    """The hash as a number; its highest bit is the lowest frequency."""
    import numpy as np

    k = np.arange(_SIDE)
    waves = np.cos(np.pi * np.outer(k[:_LOW], 2 * k + 1) / (2 * _SIDE))
    low = waves @ grey @ waves.T
    bits = (low > np.median(low)).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def distances(own: int, known: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Bits in which `own` differs from each known hash."""
    import numpy as np

    differing = known ^ np.uint64(own)
    counted: NDArray[np.uint8] = np.bitwise_count(differing)
    return counted
