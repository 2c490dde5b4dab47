"""What a picture tells of earlier JPEG saving: its tables, its grid, and steps before the last.

A JPEG keeps each 8 x 8 block as 64 strengths of waves, rounded to steps. Rounding leaves only
multiples of the step; saving again rounds those to other steps, and the old ones show as empty
and crowded places among the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

# ITU-T T.81, annex K, tables K.1 and K.2, row by row.
_LUMA: Final = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMA: Final = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    *((99,) * 32),
)  # fmt: skip
WAVES: Final = (1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4)
"""Places (row x 8 + column) of the lowest waves, which hold enough that is not zero."""
_LARGEST_STEP: Final = 40
_REACH: Final = 80
"""Values beyond this many steps are left out."""
_PIXEL_ROUNDING: Final = 0.35
"""Spread of a wave's strength by the rounding of pixels in between (1/sqrt(12), and clipping)."""


def ijg_table(quality: int, chroma: bool = False) -> tuple[int, ...]:
    """The Independent JPEG Group's table at a quality of 1 to 100 (jcparam.c, baseline)."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    base = _CHROMA if chroma else _LUMA
    return tuple(min(255, max(1, (step * scale + 50) // 100)) for step in base)


@lru_cache(maxsize=1)
def _by_table() -> dict[tuple[int, ...], int]:
    return {ijg_table(quality): quality for quality in range(1, 101)}


@dataclass(frozen=True, slots=True)
class Tables:
    """Whose quantisation tables these are."""

    quality: int
    """IJG quality: exact where `standard`, else the nearest in the mean."""
    standard: bool
    preset: str | None = None
    """Name of an Adobe Photoshop preset as Pillow documents them, where the tables are its."""


def recognised(tables: tuple[tuple[int, ...], ...]) -> Tables | None:
    """What is known of a JPEG's tables; None where there are none."""
    if not tables or any(len(table) != 64 for table in tables):
        return None
    quality = _by_table().get(tables[0])
    if quality is not None and all(t == ijg_table(quality, chroma=True) for t in tables[1:]):
        return Tables(quality, standard=True)
    nearest = min(range(1, 101), key=lambda q: abs(sum(ijg_table(q)) - sum(tables[0])))
    return Tables(nearest, standard=False, preset=_preset(tables))


def _preset(tables: tuple[tuple[int, ...], ...]) -> str | None:
    from PIL import JpegPresets

    presets: Mapping[str, Any] = JpegPresets.presets
    for name in sorted(presets):
        if tuple(tuple(table) for table in presets[name]["quantization"]) == tables:
            return name
    return None


# ---- blocks and waves ----------------------------------------------------------------


@lru_cache(maxsize=1)
def _basis() -> Floats:
    """64 x 64: a block laid out in a row, times this, gives its waves (orthonormal DCT)."""
    k, n = np.mgrid[0:8, 0:8]
    one = np.sqrt(np.where(k == 0, 0.125, 0.25)) * np.cos((2 * n + 1) * k * np.pi / 16)
    return np.ascontiguousarray(np.kron(one, one).T.astype(np.float32))


def waves(blocks: Floats) -> Floats:
    """Strengths of the 64 waves of blocks given as rows of 64 pixels."""
    return ((blocks - 128.0).reshape(-1, 64) @ _basis()).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where an 8 x 8 grid shows in the pixels, besides the file's own if it has one."""

    across: int
    """Pixels from the left to its first line, 0 to 7."""
    down: int
    strength: float
    """Of the weaker direction: log of how much steeper pixels are at its lines."""


_LINE: Final = np.array([1.0, 0.45, -0.45, -0.25, -0.25, -0.25, -0.45, 0.45])
"""What a grid line does to the steepness of pixels at it and beside it (measured)."""
_WEAKEST: Final = 0.05
_CLEAR_PEAK: Final = 0.09


def luma_of(rgb: NDArray[np.uint8]) -> Floats:
    """Brightness as JPEG reckons it, of the last axis."""
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    found: Floats = rgb.astype(np.float32) @ weights
    return found


def grid_of(rgb: NDArray[np.uint8], *, besides_own: bool = False) -> Grid | None:
    """The grid of an earlier save; `besides_own` for a JPEG, whose own lies at the corner."""
    found = [_line_of(_steepness(part), besides_own) for part in (rgb, rgb.transpose(1, 0, 2))]
    if found[0] is None or found[1] is None:
        return None
    (across, one), (down, two) = found[0], found[1]
    return Grid(across, down, min(one, two))


def _steepness(rgb: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Log of the jump between pixels p - 1 and p, for p of 0 to 7 counted by eights, from the
    middle of all; None where the picture is too narrow."""
    if rgb.shape[1] < 128:
        return None
    part = luma_of(rgb[:: max(1, rgb.shape[0] // 512)])
    steep = np.abs(part[:, :-3] - 3 * part[:, 1:-2] + 3 * part[:, 2:-1] - part[:, 3:])
    line = np.log(np.minimum(steep, 40).mean(axis=0) + 0.05)
    count = len(line) // 8
    rows = line[: count * 8].reshape(count, 8)
    level: NDArray[np.float64] = np.median(rows - rows.mean(axis=1, keepdims=True), axis=0)
    # The first lies between pixels 1 and 2.
    middle: NDArray[np.float64] = np.roll(level - level.mean(), 2)
    return middle


def _line_of(level: NDArray[np.float64] | None, besides_own: bool) -> tuple[int, float] | None:
    """The place whose line explains the steepness best, if it explains most of it."""
    if level is None:
        return None
    if besides_own:
        return _second_line(level)
    fits = [float(np.roll(_LINE, place) @ level) for place in range(8)]
    place = int(np.argmax(fits))
    strength = fits[place] / float(_LINE @ _LINE)
    rest = float(((level - strength * np.roll(_LINE, place)) ** 2).sum())
    clear = rest < 0.3 * float((level**2).sum())
    return (place, strength) if clear and strength >= _WEAKEST else None


def _second_line(level: NDArray[np.float64]) -> tuple[int, float] | None:
    """A peak away from the file's own line, which spreads to the places beside it."""
    away = (level - float(_LINE @ level) / float(_LINE @ _LINE) * _LINE)[2:7]
    second, largest = np.argsort(away)[-2:]
    peak, next_one = float(away[largest]), max(0.0, float(away[second]))
    if peak < _CLEAR_PEAK or peak < 2 * next_one:
        return None
    return int(largest) + 2, peak


# ---- steps before the last --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """Steps of an earlier save on the same grid, by wave, and what they explain."""

    steps: dict[int, int]
    """Wave to step, where an earlier step explains the values much better than none does."""
    ratios: dict[int, Floats]
    """For these waves: log of (chance if saved once / chance if saved twice) by value + reach."""
    gain: float
    """Mean log-likelihood gained a value, over all waves looked at."""
    quality: int | None
    """IJG quality whose luma table agrees with the steps, if one does."""


def before(values: Ints, shifted: Floats, steps: tuple[int, ...]) -> Before:
    """Steps before the last save, from quantised `values` (blocks x 64) and from the waves of
    the same picture off its grid (`shifted`), which show how values lie when not rounded."""
    found: dict[int, int] = {}
    ratios: dict[int, Floats] = {}
    gains = []
    noise = np.random.default_rng(0).normal(0, _PIXEL_ROUNDING, len(shifted)).astype(np.float32)
    for wave in WAVES:
        last = steps[wave]
        seen = _counted(values[:, wave])
        smooth = shifted[:, wave]
        once = _chances(np.rint(smooth / last))
        plain = float(seen @ np.log(once))
        best, best_step, best_odds = 0.0, 0, once
        for step in range(2, _LARGEST_STEP):
            if step == last or (step < last and last % step == 0):
                continue
            twice = _chances(np.rint((step * np.rint(smooth / step) + noise) / last))
            mixed = 0.9 * twice + 0.1 * once
            gain = float(seen @ np.log(mixed)) - plain
            if gain > best:
                best, best_step, best_odds = gain, step, mixed
        count = float(seen.sum() - seen[_REACH])
        if best > 20.0 and best > 0.02 * count:
            found[wave] = best_step
            ratios[wave] = np.clip(np.log(once / best_odds), -3, 3).astype(np.float32)
        gains.append(best / max(50.0, count))
    return Before(found, ratios, float(np.mean(gains)), _agreeing(found))


def _counted(values: NDArray[np.int32]) -> NDArray[np.float64]:
    kept = values[np.abs(values) <= _REACH]
    return np.bincount(kept + _REACH, minlength=2 * _REACH + 1).astype(np.float64)


def _chances(values: Floats) -> NDArray[np.float64]:
    """Chance of each value, made even on both sides, never nought."""
    seen = _counted(values.astype(np.int32))
    seen = seen + seen[::-1]
    chances: NDArray[np.float64] = (seen + 0.5) / (seen.sum() + 0.5 * len(seen))
    return chances


def _agreeing(steps: dict[int, int]) -> int | None:
    """The IJG quality whose luma table agrees best with at least five steps, if it does well:
    a step one off (there are few values of high waves) counts for more than half."""
    if len(steps) < 5:
        return None
    best, agree = 0, 0.0
    for quality in range(30, 100):
        table = ijg_table(quality)
        off = [abs(table[wave] - step) for wave, step in steps.items()]
        number = off.count(0) + 0.6 * off.count(1)
        if number >= agree:
            best, agree = quality, number
    return best if agree >= 0.75 * len(steps) else None
