"""Places in a picture that can be found again after turning and scaling, with a description each.

After D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004: extrema of
differences of Gaussians, turned to their main gradient, described by histograms of gradients.
The strongest of each cell are kept, so that plain parts of a picture have places too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.copy_move_filters import Grey, gaussian, sample, slopes

_OCTAVES: Final = 3
_LEVELS: Final = 3
_SIGMA: Final = 1.6
_CELL: Final = 40
_PER_CELL: Final = 7
_WEAKEST: Final = 0.6
"""Grey levels by which an extremum must differ: below, it is the noise of compression."""
_EDGE: Final = 10.0
MOST: Final = 6000
_SMALL: Final = 600_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Keypoints:
    """Places (pixels of the picture), sizes, angles (radians) and descriptions, row by row."""

    x: Floats
    y: Floats
    scale: Floats
    angle: Floats
    descriptors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)


def keypoints_of(grey: Grey) -> Keypoints:
    """The keypoints of a picture, at most about `MOST`; a small picture is looked at enlarged."""
    if grey.size > _SMALL:
        return _keypoints(grey)
    height, width = grey.shape
    y, x = (np.arange(2 * side) / 2 for side in (height, width))
    found = _keypoints(sample(grey, *np.broadcast_arrays(x[None, :], y[:, None])))
    return Keypoints(found.x / 2, found.y / 2, found.scale / 2, found.angle, found.descriptors)


def _keypoints(grey: Grey) -> Keypoints:
    parts: list[Keypoints] = []
    base = gaussian(grey, float(np.sqrt(_SIGMA**2 - 0.5**2)))
    step = 2 ** (1 / _LEVELS)
    for octave in range(_OCTAVES):
        if min(base.shape) < 40:
            break
        smooth = [base]
        for level in range(1, _LEVELS + 3):
            before = _SIGMA * step ** (level - 1)
            extra = float(np.sqrt((before * step) ** 2 - before**2))
            smooth.append(gaussian(smooth[-1], extra))
        differences = [after - before for before, after in pairwise(smooth)]
        parts += _octave(smooth, differences, octave)
        base = np.ascontiguousarray(smooth[_LEVELS][::2, ::2])
    if not parts:
        empty = np.empty(0)
        return Keypoints(empty, empty, empty, empty, np.empty((0, 128), dtype=np.float32))
    fields = zip(*((p.x, p.y, p.scale, p.angle, p.descriptors) for p in parts), strict=True)
    return Keypoints(*(np.concatenate(field) for field in fields))


def _octave(smooth: list[Grey], differences: list[Grey], octave: int) -> list[Keypoints]:
    found = []
    share = MOST // (2 if octave == 0 else 4)
    places = [
        (level, *_extrema(differences[level - 1 : level + 2])) for level in range(1, _LEVELS + 1)
    ]
    strongest = np.concatenate([strength for *_, strength in places])
    weakest = np.partition(strongest, -share)[-share] if len(strongest) > share else 0.0
    for level, y, x, strength in places:
        kept = strength >= weakest
        sigma = _SIGMA * 2 ** (level / _LEVELS)
        described = _described(smooth[level], x[kept], y[kept], sigma)
        factor = 2**octave
        found.append(
            Keypoints(
                # Each halving keeps every second pixel, so pixel i of it is pixel 2i before.
                described.x * factor,
                described.y * factor,
                described.scale * factor,
                described.angle,
                described.descriptors,
            )
        )
    return found


def _extrema(
    three: list[Grey],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Pixels larger or smaller than their 26 neighbours, the strongest of each cell."""
    below, own, above = three
    border = 8
    inner = (slice(border, -border), slice(border, -border))
    strong = np.abs(own) > _WEAKEST
    candidate = np.zeros(own.shape, dtype=bool)
    candidate[inner] = strong[inner]
    for dy, dx in ((0, 1), (1, 0)):
        # Cheap first look: compared with the four next pixels, most are out.
        for sign in (1, -1):
            other = np.roll(own, (sign * dy, sign * dx), (0, 1))
            candidate &= np.where(own > 0, own >= other, own <= other)
    y, x = np.nonzero(candidate)
    values = own[y, x]
    kept = np.ones(len(y), dtype=bool)
    upper = values > 0
    for layer in (below, own, above):
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                other = layer[y + dy, x + dx]
                kept &= np.where(upper, values >= other, values <= other)
    y, x = y[kept], x[kept]
    kept = _not_on_edge(own, y, x)
    y, x = y[kept], x[kept]
    strength = np.abs(own[y, x])
    cell = (y // _CELL) * (own.shape[1] // _CELL + 1) + x // _CELL
    order = np.lexsort((-strength, cell))
    first = np.r_[True, np.diff(cell[order]) != 0] if len(order) else np.empty(0, dtype=bool)
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    order = order[rank < _PER_CELL]
    return y[order], x[order], strength[order]


def _not_on_edge(own: Grey, y: NDArray[np.int64], x: NDArray[np.int64]) -> NDArray[np.bool_]:
    """A place along a straight edge slides: its curvatures differ too much."""
    middle = own[y, x]
    xx = own[y, x + 1] + own[y, x - 1] - 2 * middle
    yy = own[y + 1, x] + own[y - 1, x] - 2 * middle
    crossed = own[y + 1, x + 1] - own[y + 1, x - 1] - own[y - 1, x + 1] + own[y - 1, x - 1]
    determinant = xx * yy - (crossed / 4) ** 2
    kept: NDArray[np.bool_] = (determinant > 0) & (
        (xx + yy) ** 2 * _EDGE < (_EDGE + 1) ** 2 * determinant
    )
    return kept


_GRID: Final = (np.arange(16) - 7.5).astype(np.float32)


def _described(smooth: Grey, x: NDArray[np.int64], y: NDArray[np.int64], sigma: float) -> Keypoints:
    """Angles from the main gradients, then sixteen histograms of eight directions each."""
    gy, gx = slopes(smooth)
    u, v = (part.ravel() for part in np.meshgrid(_GRID, _GRID))
    angle, index = _angles(gx, gy, x, y, u * (0.6 * sigma), v * (0.6 * sigma))
    x, y = x[index], y[index]
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    spread = 0.75 * sigma
    px = np.rint(x[:, None] + spread * (u * cos - v * sin)).astype(np.int64)
    py = np.rint(y[:, None] + spread * (u * sin + v * cos)).astype(np.int64)
    size, turn = _gradients(gx, gy, px, py)
    size = size * np.exp(-(u**2 + v**2) / (2 * 8.0**2)).astype(np.float32)
    turn = (
        (turn - angle[:, None].astype(np.float32)) % np.float32(2 * np.pi) * np.float32(4 / np.pi)
    )
    low = np.minimum(turn.astype(np.int64), 7)
    part = turn - low
    cell = np.repeat(np.arange(4), 4)
    where = (cell[:, None] * 4 + cell).ravel() * 8 + np.arange(len(x))[:, None] * 128
    bins = 128 * len(x)
    histogram = np.bincount((where + low).ravel(), (size * (1 - part)).ravel(), bins)
    histogram += np.bincount((where + (low + 1) % 8).ravel(), (size * part).ravel(), bins)
    rows = histogram.reshape(-1, 128)
    rows = np.sqrt(rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-6))
    scale = np.full(len(x), sigma)
    return Keypoints(
        x.astype(np.float64), y.astype(np.float64), scale, angle, rows.astype(np.float32)
    )


def _gradients(
    gx: Grey, gy: Grey, px: NDArray[np.int64], py: NDArray[np.int64]
) -> tuple[Grey, Grey]:
    height, width = gx.shape
    at = np.clip(py, 0, height - 1) * width + np.clip(px, 0, width - 1)
    across, down = gx.ravel().take(at), gy.ravel().take(at)
    return np.hypot(across, down), np.arctan2(down, across)


def _angles(
    gx: Grey, gy: Grey, x: NDArray[np.int64], y: NDArray[np.int64], u: Grey, v: Grey
) -> tuple[Floats, NDArray[np.int64]]:
    """Angles of the main gradients, and which place each belongs to: one or two a place."""
    px = np.rint(x[:, None] + u).astype(np.int64)
    py = np.rint(y[:, None] + v).astype(np.int64)
    size, turn = _gradients(gx, gy, px, py)
    size = size * np.exp(-(u**2 + v**2) / (2 * (0.25 * np.ptp(u)) ** 2))
    bins = 36
    low = np.minimum(((turn + np.pi) * (bins / (2 * np.pi))).astype(np.int64), bins - 1)
    where = low + np.arange(len(x))[:, None] * bins
    counted = np.bincount(where.ravel(), size.ravel(), bins * len(x))
    histogram: Floats = counted.reshape(-1, bins).astype(np.float64)
    for _ in range(2):
        sides = np.roll(histogram, 1, 1) + np.roll(histogram, -1, 1)
        histogram = (sides + 2 * histogram) / 4
    before, after = np.roll(histogram, 1, 1), np.roll(histogram, -1, 1)
    peak = (histogram >= before) & (histogram > after)
    peak &= histogram >= 0.85 * histogram.max(axis=1, keepdims=True)
    index, place = np.nonzero(peak)
    order = np.argsort(-histogram[index, place], kind="stable")
    order = order[np.argsort(index[order], kind="stable")]
    index, place = index[order], place[order]
    first = np.r_[True, np.diff(index) != 0] if len(index) else np.empty(0, dtype=bool)
    second = np.r_[False, first[:-1]] & ~first
    kept = first | second
    index, place = index[kept], place[kept]
    a, b, c = (h[index, place] for h in (before, histogram, after))
    shift = 0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-9)
    angle = (place + 0.5 + shift) * (2 * np.pi / bins) - np.pi
    return angle, index
