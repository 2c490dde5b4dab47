"""Smoothing, sampling and patches of a grey picture, in numpy."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


def gaussian(values: Grey, sigma: float) -> Grey:
    """Smoothed with a Gaussian of `sigma` pixels, edges repeated."""
    return _along(_along(values, _taps(sigma), 0), _taps(sigma), 1)


@lru_cache(maxsize=32)
def _taps(sigma: float) -> tuple[float, ...]:
    reach = max(1, int(np.ceil(2.5 * sigma)))
    weights = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    weights /= weights[0] + 2 * weights[1:].sum()
    return tuple(float(weight) for weight in weights)


def _along(values: Grey, taps: tuple[float, ...], axis: int) -> Grey:
    """The taps lie the same on both sides: neighbours are added first, then weighed."""
    reach = len(taps) - 1
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach, reach)
    wide = np.pad(values, pad, mode="edge")
    count = values.shape[axis]

    def part(at: int) -> Grey:
        return wide[at : at + count] if axis == 0 else wide[:, at : at + count]

    total = part(reach) * np.float32(taps[0])
    pair = np.empty_like(total)
    for step in range(1, reach + 1):
        np.add(part(reach - step), part(reach + step), out=pair)
        pair *= np.float32(taps[step])
        total += pair
    return total


def box(values: Grey, reach: int) -> Grey:
    """Mean over a square of 2 x `reach` + 1 pixels, edges repeated."""
    width = 2 * reach + 1
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis, dtype=np.float64)
        ends = total[width:] if axis == 0 else total[:, width:]
        starts = total[:-width] if axis == 0 else total[:, :-width]
        values = ((ends - starts) / width).astype(np.float32)
    return values


def sample(values: Grey, x: NDArray[np.float64], y: NDArray[np.float64]) -> Grey:
    """Values between pixels (bilinear); places outside take the nearest edge."""
    height, width = values.shape
    x = np.clip(x, 0, width - 1.001)
    y = np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    across, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat, at = values.ravel(), top * width + left
    above = flat.take(at) * (1 - across) + flat.take(at + 1) * across
    at += width
    below = flat.take(at) * (1 - across) + flat.take(at + 1) * across
    found: Grey = above * (1 - down) + below * down
    return found


def slopes(values: Grey) -> tuple[Grey, Grey]:
    """How steep the picture is, downwards and across, a pixel."""
    down: Grey = np.gradient(values, axis=0).astype(np.float32)
    across: Grey = np.gradient(values, axis=1).astype(np.float32)
    return down, across


def most_of(mask: Mask, reach: int, share: float) -> Mask:
    """Pixels whose neighbourhood is set for at least `share`: specks go, small holes close."""
    return box(mask.astype(np.float32), reach) >= share


def labelled(mask: Mask) -> tuple[NDArray[np.int32], int]:
    """Numbers 1… for the connected parts of a mask (4 neighbours), and how many there are.

    Runs of set pixels in each row are joined with those they touch in the row above.
    """
    numbers = np.zeros(mask.shape, dtype=np.int32)
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    parent = list(range(len(rows) + 1))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    first_of_row = np.searchsorted(rows, np.arange(mask.shape[0] + 1)).tolist()
    start, end = starts.tolist(), ends.tolist()
    for row in range(1, mask.shape[0]):
        above, own = first_of_row[row - 1], first_of_row[row]
        while above < first_of_row[row] and own < first_of_row[row + 1]:
            if start[above] < end[own] and start[own] < end[above]:
                parent[root(own + 1)] = root(above + 1)
            if end[above] < end[own]:
                above += 1
            else:
                own += 1
    roots = [root(run + 1) for run in range(len(rows))]
    names = {old: new for new, old in enumerate(sorted(set(roots)), start=1)}
    for row, left, right, old in zip(rows.tolist(), start, end, roots, strict=True):
        numbers[row, left:right] = names[old]
    return numbers, len(names)
