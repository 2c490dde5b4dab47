"""The fingerprint of one camera's sensor, estimated from pictures known to be taken with it.

Each pixel of a sensor answers light a little more or less than its neighbours, always alike. Over
many pictures the scenes average out and this remains: the maximum-likelihood estimate is the sum
of residual x picture over the sum of picture squared (Chen, Fridrich, Goljan and Lukas, 2008).
What all cameras of a make share (rows, columns, the colour filter's lattice, JPEG's grid) is taken
out. A fingerprint is of a thing. It says nothing of who held it.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.camera_noise import Grey, residual
from mingjian.detect.image.copy_move_filters import box

MOST_PIXELS: Final = 12_600_000
"""Of a larger picture only the middle is used."""
FEWEST: Final = 6
"""Pictures without which no fingerprint is made; 20 to 50 are better."""
LARGEST_FILE: Final = 64 << 20
LONGEST_NAME: Final = 80
ONE_SCENE: Final = 0.1
"""Share of the squares with detail that look alike in two pictures of one scene, at least."""
_SMALL, _SQUARE = 256, 16
"""Pixels of the short side of the picture made small for that, and of a square's side."""
_PLAIN, _SAME = 6.0, 0.8
"""Grey levels of detail under which a square is plain; correlation from which two are the same."""
_BRIGHTEST, _DARKEST = 250.0, 3.0
_STEPS: Final = 16.0
"""Steps of the stored values in one standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """How much more than its neighbours each pixel answers light, in no unit (mean 0, spread 1)."""

    name: str
    """The examiner's name of the camera; never a person."""
    values: Grey
    pictures: int
    agreement: float
    """Peak-to-correlation energy of one half of the pictures against the other half."""
    full: tuple[int, int]
    """Height and width of the pictures it was made from, before the middle was taken."""


def grey_of(rgb: NDArray[np.uint8]) -> Grey:
    """Luminance of the middle, at its own resolution."""
    part = middle(rgb)
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    found: Grey = part.astype(np.float32) @ weights
    return found


def middle(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """At most `MOST_PIXELS` of the middle, in the picture's own shape; offsets are even."""
    height, width = values.shape[:2]
    share = min(1.0, (MOST_PIXELS / (height * width)) ** 0.5)
    high, wide = round(height * share), round(width * share)
    top, left = (height - high) // 4 * 2, (width - wide) // 4 * 2
    return values[top : top + high, left : left + wide]


def answering(grey: Grey) -> Grey:
    """The picture where the sensor's answer can be seen: nothing where it is burnt out or black."""
    found: Grey = np.where((grey < _BRIGHTEST) & (grey > _DARKEST), grey, np.float32(0))
    return found


class Estimate:
    """Sums over pictures, in two halves that are held against each other."""

    def __init__(self) -> None:
        self.pictures = 0
        self.full = (0, 0)
        self._above: list[Grey] = []
        self._below: list[Grey] = []
        self._before: Grey | None = None
        self._alike: list[float] = []

    def add(self, grey: Grey, full: tuple[int, int]) -> bool:
        """Take in one picture as `grey_of` gives it; False where it has another size."""
        if not self._above:
            self.full = full
            self._above = [np.zeros_like(grey) for _ in range(2)]
            self._below = [np.zeros_like(grey) for _ in range(2)]
        if full != self.full:
            return False
        scene = _scene(grey)
        if self._before is not None:
            self._alike.append(_shared(scene, self._before))
        self._before = scene
        half = self.pictures % 2
        light = answering(grey)
        self._above[half] += residual(grey) * light
        self._below[half] += light * light
        self.pictures += 1
        return True

    @property
    def one_scene(self) -> bool:
        """Most pictures show what the one before showed: their sum would be of the scene."""
        return 2 * sum(alike > ONE_SCENE for alike in self._alike) > max(1, self.pictures - 1)

    def finished(self, name: str) -> Fingerprint:
        """The fingerprint of all pictures, with how well their two halves agree."""
        from mingjian.detect.image.camera_match import peak_of

        one, two = (
            cleaned(above / (below + 1))
            for above, below in zip(self._above, self._below, strict=True)
        )
        agreement = peak_of(one, two).energy
        above, below = self._above[0] + self._above[1], self._below[0] + self._below[1]
        whole = cleaned(above / (below + 1))
        spread = max(float(whole.std()), 1e-12)
        return Fingerprint(
            name=name,
            values=(whole / np.float32(spread)).astype(np.float32),
            pictures=self.pictures,
            agreement=agreement,
            full=self.full,
        )


def _scene(grey: Grey) -> Grey:
    """The picture made small, less its surroundings, in squares: rows of `_SQUARE` squared."""
    side = max(1, min(grey.shape) // _SMALL)
    rows, columns = grey.shape[0] // side, grey.shape[1] // side
    means = grey[: rows * side, : columns * side].reshape(rows, side, columns, side)
    small: Grey = means.mean(axis=(1, 3), dtype=np.float32)
    small -= box(small, 3)
    high, wide = rows // _SQUARE, columns // _SQUARE
    squares = small[: high * _SQUARE, : wide * _SQUARE].reshape(high, _SQUARE, wide, _SQUARE)
    found: Grey = squares.transpose(0, 2, 1, 3).reshape(high * wide, _SQUARE**2)
    found -= found.mean(axis=1, keepdims=True)
    return found


def _shared(one: Grey, two: Grey) -> float:
    """Share of the squares with detail in both pictures that show the same; 0 for plain ones."""
    power = np.sqrt((one * one).mean(axis=1) * (two * two).mean(axis=1))
    detailed = power > _PLAIN**2
    if not detailed.any():
        return 0.0
    same = (one * two).mean(axis=1)[detailed] > _SAME * power[detailed]
    return float(same.mean())


def cleaned(values: Grey) -> Grey:
    """Without what is no trait of one sensor: means of rows and columns of each of the four
    lattices of a colour filter, and peaks of the spectrum."""
    values = values.copy()
    for top in (0, 1):
        for left in (0, 1):
            lattice = values[top::2, left::2]
            lattice -= lattice.mean(axis=0, keepdims=True)
            lattice -= lattice.mean(axis=1, keepdims=True)
    return unpeaked(values)


def unpeaked(values: Grey) -> Grey:
    """What stands out of the spectrum's surroundings is shrunk to their level (Wiener's filter)."""
    spectrum = np.fft.rfft2(values)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    level = np.float32(max(float(power.mean()), 1e-20))
    excess = np.maximum(np.minimum(box(power, 1), box(power, 4)) - level, 0)
    spectrum *= level / (level + excess)
    found: Grey = np.fft.irfft2(spectrum, s=values.shape).astype(np.float32)
    return found


# ---- the file ---------------------------------------------------------------------------


def as_bytes(fingerprint: Fingerprint) -> bytes:
    """The file of a fingerprint: a NumPy archive of one byte a pixel, and what it was made of."""
    about = {
        "name": fingerprint.name,
        "pictures": fingerprint.pictures,
        "agreement": round(fingerprint.agreement, 1),
        "full": list(fingerprint.full),
    }
    steps = np.clip(np.rint(fingerprint.values * _STEPS), -127, 127).astype(np.int8)
    buffer = io.BytesIO()
    np.savez(buffer, values=steps, about=np.frombuffer(json.dumps(about).encode(), np.uint8))
    return buffer.getvalue()


def about(path: Path) -> Fingerprint:
    """What a file says of its fingerprint, without the values; raises as `load` does."""
    return _read(path, values=False)


def load(path: Path) -> Fingerprint:
    """Read such a file; raises OSError or ValueError. Nothing in it is executed."""
    return _read(path, values=True)


def _read(path: Path, values: bool) -> Fingerprint:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError("too large for a fingerprint")
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            about = json.loads(file["about"].tobytes())
            steps = file["values"] if values else np.zeros((1, 1), dtype=np.int8)
        if steps.dtype != np.int8 or steps.ndim != 2 or steps.size > 1.01 * MOST_PIXELS:
            raise ValueError("no fingerprint of a camera")
        height, width = (int(side) for side in about["full"])
        return Fingerprint(
            name=str(about["name"])[:LONGEST_NAME],
            values=steps.astype(np.float32) / np.float32(_STEPS),
            pictures=int(about["pictures"]),
            agreement=float(about["agreement"]),
            full=(height, width),
        )
    except (KeyError, TypeError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError("no fingerprint of a camera") from error
