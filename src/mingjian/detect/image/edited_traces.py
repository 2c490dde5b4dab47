"""Traces of a picture's making, tile by tile, and how far each tile departs from the picture.

A tile is 32 x 32 pixels on the JPEG grid. Of a large picture every second, third … tile is taken
in each direction, so that work stays bounded; pixels are never resampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.copy_move_filters import box
from mingjian.detect.image.jpeg_history import (
    Before,
    Grid,
    before,
    grid_of,
    luma_of,
    waves,
)

Floats = NDArray[np.float32]

TILE: Final = 32
MOST_TILES: Final = 2000
FEWEST_A_SIDE: Final = 6
TRACES: Final = (
    "saved once", "own grid", "other grid", "finest", "fine", "grain", "blue", "red", "zeros",
    "smooth", "lattice",
)  # fmt: skip
CONTEXT: Final = ("low", "middle", "light", "clipped")
FARTHEST: Final = 6.0
_LOW, _MIDDLE, _FINE, _FINEST = (
    np.array([low <= u + v <= high for u in range(8) for v in range(8)])
    for low, high in ((1, 2), (3, 5), (6, 8), (9, 14))
)


@dataclass(frozen=True, slots=True)
class Traces:
    """What was measured of a picture's tiles."""

    levels: Floats
    """Rows x columns x (traces, traces of the surroundings, context): departures from the
    picture's own middle in robust deviations."""
    left: int
    top: int
    step: int
    """Pixels from one tile to the next; the first tile's corner is (`left`, `top`)."""
    earlier: Before
    grid: Grid | None
    """For pictures that are not JPEG: the grid they still show."""


def traces_of(rgb: NDArray[np.uint8], table: tuple[int, ...] | None) -> Traces | None:
    """The traces of a picture as stored; `table` is its luma table where it is a JPEG.

    None where it is smaller than six tiles a side.
    """
    grid = None if table else grid_of(rgb)
    left, top = (grid.across, grid.down) if grid else (0, 0)
    rows, columns = (rgb.shape[0] - top) // TILE, (rgb.shape[1] - left) // TILE
    if min(rows, columns) < FEWEST_A_SIDE:
        return None
    every = int(np.ceil(np.sqrt(rows * columns / MOST_TILES)))
    if min(rows, columns) // every < FEWEST_A_SIDE:
        every = max(1, min(rows, columns) // FEWEST_A_SIDE)
    cut = _tiles(rgb[top:, left:], every)
    tiles = luma_of(cut)
    blue, red = (cut[..., channel] - tiles for channel in (2, 0))
    shape = tiles.shape[:2]
    steps = np.array(table or (1,) * 64, dtype=np.float32)
    strengths = waves(_blocks(tiles)).reshape(-1, 64)
    values = np.rint(strengths / steps).astype(np.int32)
    earlier = before(values, waves(_blocks(tiles[:, :, 4:28, 4:28])), tuple(table or (1,) * 64))
    levels = _levels(tiles, blue, red, strengths, values, earlier, shape, lattice=table is None)
    return Traces(levels, left, top, every * TILE, earlier, grid)


def _tiles(rgb: NDArray[np.uint8], every: int) -> NDArray[np.uint8]:
    """Rows x columns x 32 x 32 x 3: one tile in `every`, both ways."""
    rows, columns = rgb.shape[0] // TILE, rgb.shape[1] // TILE
    cut = rgb[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE, 3)
    return np.ascontiguousarray(cut[::every, :, ::every].transpose(0, 2, 1, 3, 4))


def _blocks(tiles: Floats) -> Floats:
    """Blocks of 64 pixels in rows, tile by tile."""
    rows, columns, height, width = tiles.shape
    cut = tiles.reshape(rows * columns, height // 8, 8, width // 8, 8)
    found: Floats = np.ascontiguousarray(cut.transpose(0, 1, 3, 2, 4)).reshape(-1, 64)
    return found


def _levels(
    tiles: Floats,
    blue: Floats,
    red: Floats,
    strengths: Floats,
    values: NDArray[np.int32],
    earlier: Before,
    shape: tuple[int, int],
    *,
    lattice: bool,
) -> Floats:
    count = shape[0] * shape[1]
    power = (strengths**2).reshape(count, 16, 64).mean(axis=1)
    low, middle, fine, finest = (
        np.log(power[:, part].mean(axis=1) + 0.3) for part in (_LOW, _MIDDLE, _FINE, _FINEST)
    )
    flat = tiles.reshape(count, TILE, TILE)
    light = flat.mean(axis=(1, 2)) / 255
    clipped = ((flat < 3) | (flat > 252)).mean(axis=(1, 2))
    grain_at = flat[:, :-1, :-1] - flat[:, :-1, 1:] - flat[:, 1:, :-1] + flat[:, 1:, 1:]
    grain = np.log(np.minimum(np.abs(grain_at), 12).mean(axis=(1, 2)) + 0.1)
    along = (grain_at[:, :, 1:] * grain_at[:, :, :-1]).mean(axis=(1, 2))
    smooth = along / ((grain_at**2).mean(axis=(1, 2)) + 0.3)
    rough = [np.log(_roughness(part.reshape(count, TILE, TILE)) + 0.1) for part in (blue, red)]
    zeros = (values.reshape(count, -1) == 0).mean(axis=1)
    once = np.zeros(count)
    for wave, odds in earlier.ratios.items():
        at = np.clip(values[:, wave], -80, 80) + 80
        # A zero says little, and there are many of them.
        told = odds[at] * np.where(values[:, wave] == 0, 0.3, 1.0)
        once += told.reshape(count, 16).mean(axis=1)
    base = np.stack([low, middle, light, light**2, clipped, np.ones(count)], axis=1)
    more = np.concatenate([base, fine[:, None]], axis=1)
    own, other = _grids(flat, shape)
    fraction = np.abs(strengths[:, 1:30] - np.rint(strengths[:, 1:30])) if lattice else None
    held: NDArray[Any] = (
        fraction.reshape(count, -1).mean(axis=1) if fraction is not None else np.zeros(count)
    )
    found: list[NDArray[Any]] = [
        once, own, other, _beyond(more, finest), _beyond(base, fine), _beyond(base, grain),
        _beyond(base, rough[0]), _beyond(base, rough[1]), _beyond(more, zeros),
        _beyond(base, smooth), held,
    ]  # fmt: skip
    own_levels = np.stack([_level(each) for each in found], axis=1).reshape(*shape, -1)
    around = np.stack([box(own_levels[:, :, i], 1) for i in range(own_levels.shape[2])], axis=2)
    context = np.stack([_level(low), _level(middle), light * 4 - 2, clipped * 4], axis=1)
    whole = np.concatenate([own_levels, around, context.reshape(*shape, -1)], axis=2)
    levels: Floats = whole.astype(np.float32)
    return levels


def _roughness(values: Floats) -> NDArray[np.float64]:
    steep = np.abs(values[:, :, :-2] - 2 * values[:, :, 1:-1] + values[:, :, 2:])
    mean: NDArray[np.float64] = np.minimum(steep, 12).mean(axis=(1, 2)).astype(np.float64)
    return mean


def _grids(flat: Floats, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """How clear the picture's own grid is in a tile and its surroundings, and the clearest other
    grid, both against what the whole picture shows at that place."""
    found = []
    for values in (flat, flat.transpose(0, 2, 1)):
        steep = np.abs(
            values[:, :, :-3] - 3 * values[:, :, 1:-2] + 3 * values[:, :, 2:-1] - values[:, :, 3:]
        )
        line = np.minimum(steep, 30).mean(axis=1)
        place = (np.arange(line.shape[1]) + 2) % 8
        by = np.stack([line[:, place == p].mean(axis=1) for p in range(8)], axis=1)
        pooled = np.stack(
            [box(by[:, p].reshape(shape).astype(np.float32), 1).ravel() for p in range(8)], axis=1
        )
        share = np.log(pooled + 0.1) - np.log(pooled.mean(axis=1, keepdims=True) + 0.1)
        found.append(share - np.median(share, axis=0))
    own = found[0][:, 0] + found[1][:, 0]
    other = found[0][:, 1:].max(axis=1) + found[1][:, 1:].max(axis=1)
    return own, other


def _beyond(base: NDArray[Any], level: NDArray[Any]) -> Floats:
    """What is left of a trace when texture and light have explained what they can (robustly)."""
    weight = np.ones(len(level))
    square = np.eye(base.shape[1]) * 1e-3 * len(level)
    rest = level - np.median(level)
    for _ in range(4):
        held = base * weight[:, None]
        solved = np.linalg.solve(held.T @ base + square, held.T @ level)
        rest = level - base @ solved
        limit = 1.5 * float(np.median(np.abs(rest))) + 1e-4
        weight = 1 / np.maximum(1.0, np.abs(rest) / limit) ** 2
    found: Floats = rest
    return found


def _level(values: NDArray[Any]) -> Floats:
    """Robust deviations from the middle, held within bounds."""
    middle = np.median(values)
    spread = 1.4826 * float(np.median(np.abs(values - middle))) + 0.25 * float(values.std()) + 1e-3
    found: Floats = np.clip((values - middle) / spread, -FARTHEST, FARTHEST)
    return found
