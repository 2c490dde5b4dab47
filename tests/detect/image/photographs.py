"""Pictures for the tests that stand for photographs."""

from __future__ import annotations

import numpy as np
from PIL import Image


def photo(seed: int = 1, width: int = 480, height: int = 416) -> Image.Image:
    """Noise of many sizes and grain, as a photograph has."""
    rng = np.random.default_rng(seed)
    total = rng.normal(0, 4, (height, width, 1)) + np.zeros((1, 1, 3))
    for size, strength in ((6, 50), (20, 30), (60, 18), (150, 9)):
        for channel in range(3):
            layer = Image.fromarray(rng.normal(0, strength, (size, size)).astype(np.float32))
            total[:, :, channel] += np.asarray(layer.resize((width, height), Image.BICUBIC))
    return Image.fromarray((128 + total * 0.7).clip(0, 255).astype(np.uint8))
