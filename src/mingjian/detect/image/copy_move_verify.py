"""Is what lies here, pixel for pixel, what lies there? And where does the likeness end?

A shift, turn or scale found from a few places is made exact (Lucas and Kanade), then the picture
is compared with itself moved so, in the fine detail that two things of one kind do not share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from mingjian.detect.image.copy_move_filters import (
    Grey,
    Mask,
    box,
    gaussian,
    labelled,
    most_of,
    sample,
    slopes,
)
from mingjian.detect.image.copy_move_pairs import NEAREST, Affine, Floats

_REACH: Final = 6
"""Likeness is measured in squares of 13 pixels."""
_ALIKE: Final = 0.62
_FLAT: Final = 0.35
"""Variance of fine detail (grey levels squared) that counts for nothing: rounding, compression."""
_SMALLEST: Final = 300
_BLOCK: Final = 16
_BORDER: Final = 96
_MOST_WORK: Final = 8
_SAME: Final = 4.0
"""Pixels by which two maps may differ and still be one."""


class Bands:
    """A grey picture and what of it is compared."""

    def __init__(self, grey: Grey) -> None:
        self.grey = grey
        self.left = _MOST_WORK * grey.size
        """Pixels that may still be compared: a pattern repeats at every candidate."""

    @cached_property
    def fine(self) -> Grey:
        """Detail up to some five pixels."""
        return self.grey - gaussian(self.grey, 3.0)

    @cached_property
    def energy(self) -> Grey:
        return box(self.fine**2, _REACH)

    @cached_property
    def middle(self) -> tuple[Grey, Grey, Grey]:
        """A smoother band and its slopes, to move by."""
        band = gaussian(self.grey, 1.2) - gaussian(self.grey, 5.0)
        down, across = slopes(band)
        return band, across, down


@dataclass(frozen=True, slots=True)
class Copy:
    """A part of the picture that is found again elsewhere."""

    affine: Affine
    """Where its pixels are found again."""
    left: int
    top: int
    mask: Mask
    """The part, in a rectangle whose corner is (`left`, `top`)."""
    alike: float
    """Mean correlation of fine detail, up to 1."""
    finest: float
    """The same for the finest detail alone, down to single pixels."""
    strong: float
    """Correlation of fine detail where there is most of it: things of one kind differ there."""
    loose: float
    """How much of the likeness is left when moved by three pixels along the best direction."""
    apart: float
    """Grey levels by which the two differ in the middle, an even difference left out: noise and
    compression leave a copy close to what it was copied from in tone, not in its finest detail."""

    @property
    def area(self) -> int:
        return int(self.mask.sum())

    @property
    def mirrored(self) -> bool:
        return bool(np.linalg.det(self.affine[:, :2]) < 0)


def verified_transform(bands: Bands, affine: Affine, points: Floats) -> Copy | None:
    """The part around `points` (x, y) that is found again under `affine` made exact, if any."""
    grid = np.arange(-12, 13, 4.0)
    dx, dy = (part.ravel() for part in np.meshgrid(grid, grid))
    chosen = points[:: max(1, len(points) // 150)]
    around = np.column_stack(((chosen[:, :1] + dx).ravel(), (chosen[:, 1:] + dy).ravel()))
    affine = _exact(bands, affine, around)
    low, high = points.min(axis=0) - _BORDER, points.max(axis=0) + _BORDER
    found = _dense(bands, affine, (*low, *high))
    if found is None:
        return None
    rows, columns = np.nonzero(found.mask)
    step = max(1, len(rows) // 12_000)
    inside = np.column_stack((columns[::step] + found.left, rows[::step] + found.top))
    affine = _exact(bands, affine, inside.astype(np.float64))
    wide = max(_BORDER, int(max(found.mask.shape) * 0.5))
    low, high = inside.min(axis=0) - wide, inside.max(axis=0) + wide
    return _dense(bands, affine, (*low, *high))


def verified_shift(bands: Bands, affine: Affine) -> Copy | None:
    """The largest part that is found again at this shift, if any."""
    dx, dy = int(affine[0, 2]), int(affine[1, 2])
    height, width = bands.grey.shape
    if abs(dx) >= width - 2 * _BLOCK or abs(dy) >= height - 2 * _BLOCK:
        return None
    rows, columns = (
        slice(max(0, -dy), min(height, height - dy)),
        slice(max(0, -dx), min(width, width - dx)),
    )
    here = bands.fine[rows, columns]
    there = bands.fine[rows.start + dy : rows.stop + dy, columns.start + dx : columns.stop + dx]
    both, own, other = (_blocks(part) for part in (here * there, here**2, there**2))
    alike = both / np.sqrt((own + _FLAT) * (other + _FLAT))
    numbers, count = labelled(alike > 0.5)
    if not count:
        return None
    largest = int(np.argmax(np.bincount(numbers.ravel())[1:])) + 1
    y, x = np.nonzero(numbers == largest)
    if len(y) < 3:
        return None
    low = (x.min() * _BLOCK + columns.start - 48, y.min() * _BLOCK + rows.start - 48)
    high = ((x.max() + 1) * _BLOCK + columns.start + 48, (y.max() + 1) * _BLOCK + rows.start + 48)
    return _dense(bands, affine, (*low, *high))


def _blocks(values: Grey) -> Grey:
    height, width = (side // _BLOCK for side in values.shape)
    cut = values[: height * _BLOCK, : width * _BLOCK]
    means: Grey = cut.reshape(height, _BLOCK, width, _BLOCK).mean(axis=(1, 3))
    return means


def _moved(affine: Affine, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return (
        affine[0, 0] * x + affine[0, 1] * y + affine[0, 2],
        affine[1, 0] * x + affine[1, 1] * y + affine[1, 2],
    )


def _exact(bands: Bands, affine: Affine, points: Floats) -> Affine:
    """The map moved by small steps until the picture at `points` is as alike as it gets."""
    band, across, down = bands.middle
    height, width = band.shape
    inside = (points >= 1).all(axis=1) & (points[:, 0] < width - 2) & (points[:, 1] < height - 2)
    x, y = points[inside].T
    if len(x) < 50:
        return affine
    own = sample(band, x, y).astype(np.float64)
    cx, cy = x.mean(), y.mean()
    best = affine
    for _ in range(6):
        tx, ty = _moved(best, x, y)
        error = own - sample(band, tx, ty)
        gx, gy = sample(across, tx, ty), sample(down, tx, ty)
        limit = 2.0 * float(np.median(np.abs(error))) + 1e-3
        weight = 1.0 / np.maximum(1.0, np.abs(error) / limit)
        ux, uy = (x - cx) / 50, (y - cy) / 50
        slopes = np.column_stack((gx * ux, gx * uy, gx, gy * ux, gy * uy, gy))
        normal = (slopes * weight[:, None]).T @ slopes
        normal += np.eye(6) * (1e-3 * np.trace(normal) / 6 + 1e-9)
        step = np.linalg.solve(normal, slopes.T @ (weight * error)).reshape(2, 3)
        step = np.clip(step, -2.0, 2.0)
        linear = step[:, :2] / 50
        shift = step[:, 2] - linear @ np.array([cx, cy])
        best = best + np.column_stack((linear, shift))
    moved = np.hypot(*(np.array(_moved(best, x, y)) - np.array(_moved(affine, x, y))))
    return best if float(np.median(moved)) < 8.0 else affine


def _dense(bands: Bands, affine: Affine, limits: tuple[float, float, float, float]) -> Copy | None:
    """The part within `limits` (left, top, right, bottom) that is alike, in one or more pieces."""
    height, width = bands.grey.shape
    left, top = max(0, int(limits[0])), max(0, int(limits[1]))
    right, bottom = min(width, int(limits[2])), min(height, int(limits[3]))
    if right - left < 2 * _REACH or bottom - top < 2 * _REACH:
        return None
    bands.left -= (right - left) * (bottom - top)
    if bands.left < 0:
        return None
    y, x = np.mgrid[top:bottom, left:right].astype(np.float64)
    tx, ty = _moved(affine, x, y)
    moved = sample(bands.grey, tx, ty)
    moved_fine = moved - gaussian(moved, 3.0)
    here = np.s_[top:bottom, left:right]
    own_fine = bands.fine[here]
    alike = box(own_fine * moved_fine, _REACH)
    alike /= np.sqrt((bands.energy[here] + _FLAT) * (box(moved_fine**2, _REACH) + _FLAT))
    alike[(tx < 0) | (ty < 0) | (tx > width - 1) | (ty > height - 1)] = 0.0
    # What maps into itself or next to itself is no copy.
    alike[np.maximum(np.abs(tx - x), np.abs(ty - y)) < NEAREST - 4] = 0.0
    mask = _cleaned(alike > _ALIKE)
    if int(mask.sum()) < _SMALLEST:
        return None
    own, other = bands.grey[here], moved
    finest = _correlation(own - gaussian(own, 0.8), other - gaussian(other, 0.8), mask)
    energy = bands.energy[here]
    strong = mask & (energy >= np.quantile(energy[mask], 0.7))
    loose = max(
        _correlation(own_fine, np.roll(moved_fine, shift, (0, 1)), mask)
        for shift in ((3, 0), (2, 2), (0, 3), (-2, 2), (-3, 0), (-2, -2), (0, -3), (2, -2))
    )
    tone = (own - other)[mask]
    return Copy(
        affine=affine,
        left=left,
        top=top,
        mask=_grown(own, moved, mask, alike),
        alike=float(alike[mask].mean()),
        finest=finest,
        strong=float(alike[strong].mean()),
        loose=loose,
        apart=float(np.median(np.abs(tone - np.median(tone)))),
    )


def _correlation(own: Grey, other: Grey, mask: Mask) -> float:
    a, b = own[mask], other[mask]
    return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum() + 1e-6))


def _grown(own: Grey, moved: Grey, core: Mask, alike: Grey) -> Mask:
    """The part with its plain stretches: where there is no detail to compare, the tone must be
    the same, and the part must be near."""
    difference = gaussian(own - moved, 2.0)
    difference -= np.median(difference[core])
    spread = float(np.median(np.abs(difference[core]))) * 1.4826
    same = (np.abs(difference) < min(4.0, max(1.5, 3 * spread))) & (alike > -0.3)
    same &= box(core.astype(np.float32), 20) > 0.02
    numbers, _ = labelled(most_of(core | same, 4, 0.6))
    touched = np.unique(numbers[core])
    kept: Mask = np.isin(numbers, touched[touched > 0]) | core
    return kept


def _cleaned(mask: Mask) -> Mask:
    """Specks go, holes close, pieces that are small beside the largest go."""
    mask = most_of(most_of(mask, 3, 0.5), 5, 0.45)
    numbers, count = labelled(mask)
    if count < 2:
        return mask
    sizes = np.bincount(numbers.ravel())
    sizes[0] = 0
    kept: Mask = (sizes >= max(_SMALLEST, 0.2 * sizes.max()))[numbers]
    return kept


def second_of(copy: Copy, shape: tuple[int, ...]) -> tuple[int, int, Mask]:
    """Where the part is found again: left, top and mask, within a picture of this shape."""
    rows, columns = np.nonzero(copy.mask)
    tx, ty = _moved(
        copy.affine, (columns + copy.left).astype(float), (rows + copy.top).astype(float)
    )
    left, top = max(0, int(tx.min())), max(0, int(ty.min()))
    right, bottom = min(shape[1], int(tx.max()) + 2), min(shape[0], int(ty.max()) + 2)
    back = np.linalg.inv(copy.affine[:, :2])
    y, x = np.mgrid[top:bottom, left:right].astype(np.float64)
    ox, oy = x - copy.affine[0, 2], y - copy.affine[1, 2]
    column = np.rint(back[0, 0] * ox + back[0, 1] * oy).astype(np.int64) - copy.left
    row = np.rint(back[1, 0] * ox + back[1, 1] * oy).astype(np.int64) - copy.top
    inside = (row >= 0) & (column >= 0)
    inside &= (row < copy.mask.shape[0]) & (column < copy.mask.shape[1])
    found = np.zeros(x.shape, dtype=bool)
    found[inside] = copy.mask[row[inside], column[inside]]
    return left, top, found


def joined(copy: Copy, other: Copy, shape: tuple[int, ...]) -> Copy | None:
    """`copy` with the part of `other` too, if that goes by the same map, or back by it."""
    rows, columns = np.nonzero(other.mask)
    x, y = (columns + other.left).astype(float), (rows + other.top).astype(float)
    tx, ty = _moved(other.affine, x, y)
    if _apart(copy.affine, (x, y), (tx, ty)) < _SAME:
        left, top, mask = other.left, other.top, other.mask
    elif _apart(copy.affine, (tx, ty), (x, y)) < _SAME:
        left, top, mask = second_of(other, shape)
    else:
        return None
    places = ((copy.left, copy.top, copy.mask), (left, top, mask))
    first = min(left for left, _, _ in places), min(top for _, top, _ in places)
    width = max(left + part.shape[1] for left, _, part in places) - first[0]
    height = max(top + part.shape[0] for _, top, part in places) - first[1]
    both = np.zeros((height, width), dtype=bool)
    for left, top, part in places:
        row, column = top - first[1], left - first[0]
        both[row : row + part.shape[0], column : column + part.shape[1]] |= part
    return replace(copy, left=first[0], top=first[1], mask=both)


def _apart(affine: Affine, here: tuple[Floats, Floats], there: tuple[Floats, Floats]) -> float:
    x, y = _moved(affine, *here)
    return float(np.median(np.hypot(x - there[0], y - there[1])))
