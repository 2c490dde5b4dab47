"""Every place of a picture described by the shading around it, and found again by that.

Rings around each place are taken apart into waves: turning the picture moves their phase only, so
that their sizes, and the phases of neighbouring rings against one another, find a place again
however it was turned or mirrored. The waves themselves then tell how alike two places are, and by
what turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.copy_move_filters import Grey, gaussian

Singles = NDArray[np.float32]
Waves = NDArray[np.complex64]
Whole = NDArray[np.int64]
Bools = NDArray[np.bool_]

STEP: Final = 2
"""Pixels from one place to the next."""
_RINGS: Final = np.array([2.5, 5.0, 7.5, 10.0])
_ANGLES: Final = 16
_ORDERS: Final = 6
_SMOOTH: Final = 1.5
_FLAT: Final = 0.12
"""Variance of shading (grey levels squared) that counts for nothing: noise and compression."""
_NUMBERS: Final = 14
_BINS: Final = 20
_AT_ONCE: Final = 256
_NEAREST: Final = 20
"""Pixels that a place lies away at least from where it is found again."""
_TURNS: Final = 32
_ORDINARY: Final = 0.02
"""By how much a mirrored likeness must be the better one."""


@dataclass(frozen=True, slots=True)
class Shading:
    """Places of a grid, row by row, described at one scale."""

    rows: int
    columns: int
    waves: Waves
    """Place x ring x order. Mean and even slope, which all plain shading has, are left out."""
    power: Singles
    """Variance of what is left, grey levels squared."""
    numbers: Singles
    """What stays the same however the picture is turned or mirrored."""

    @property
    def rough(self) -> Bools:
        """Places with more to them than noise."""
        rough: Bools = self.power > 2 * _FLAT
        return rough


@dataclass(frozen=True, slots=True)
class Alike:
    """Where places are found again (numbers of places), how alike, and turned by how much."""

    place: Whole
    alike: Singles
    turn: Singles
    """Radians, from x to y."""
    mirrored: Bools


def shading_of(grey: Grey, scale: float) -> Shading:
    """The picture described with rings `scale` times as large."""
    rings = _sampled(gaussian(grey, _SMOOTH * scale), _RINGS * scale)
    count = rings.shape[2]
    order, angle = np.arange(_ORDERS), np.arange(_ANGLES) / _ANGLES
    apart = np.exp(-2j * np.pi * np.outer(order, angle)) / _ANGLES
    waves = apart.astype(np.complex64) @ rings
    area = (_RINGS / _RINGS.sum()).astype(np.float32)
    waves[:, 0] -= np.tensordot(area, waves[:, 0], 1)
    lever = (area * _RINGS).astype(np.float32)
    slope = np.tensordot(lever, waves[:, 1], 1) / np.float32((lever * _RINGS).sum())
    waves[:, 1] -= _RINGS.astype(np.float32)[:, None] * slope
    waves *= np.sqrt(area)[:, None, None]
    waves[:, 1:] *= np.float32(np.sqrt(2))
    size = np.abs(waves)
    power = (size**2).sum(axis=(0, 1))
    against = (waves[:-1, 1:] * waves[1:, 1:].conj()).real
    against /= np.sqrt(size[:-1, 1:] * size[1:, 1:] + np.float32(1e-3))
    same = (waves[:, 0].real, size[:, 1:].reshape(-1, count), against.reshape(-1, count))
    numbers = np.concatenate(same) / np.sqrt(power + _FLAT)
    strength = 0.15 * np.log(power + _FLAT)
    return Shading(
        rows=len(range(0, grey.shape[0], STEP)),
        columns=len(range(0, grey.shape[1], STEP)),
        waves=np.ascontiguousarray(waves.transpose(2, 0, 1)),
        power=power,
        numbers=np.vstack((numbers, strength)).T.astype(np.float32),
    )


def _sampled(smooth: Grey, radii: NDArray[np.float64]) -> Singles:
    """Ring x angle x place."""
    height, width = smooth.shape
    margin = int(radii[-1]) + 2
    wide = np.pad(smooth, margin, mode="edge")

    def at(dx: int, dy: int) -> Grey:
        left, top = margin + dx, margin + dy
        part: Grey = wide[top : top + height : STEP, left : left + width : STEP]
        return part

    values = np.empty((len(radii), _ANGLES, at(0, 0).size), dtype=np.float32)
    for ring, radius in enumerate(radii.tolist()):
        for number in range(_ANGLES):
            angle = 2 * np.pi * number / _ANGLES
            x, y = radius * np.cos(angle), radius * np.sin(angle)
            dx, dy = int(np.floor(x)), int(np.floor(y))
            u, v = np.float32(x - dx), np.float32(y - dy)
            above = at(dx, dy) * (1 - u) + at(dx + 1, dy) * u
            below = at(dx, dy + 1) * (1 - u) + at(dx + 1, dy + 1) * u
            values[ring, number] = (above * (1 - v) + below * v).ravel()
    return values


class Finder:
    """Finds places again that are described alike, some for each; none that is near it.

    Places are sorted by the two directions in which the descriptions differ most; each is
    compared with those that fall into the same of 400 fields or the fields around it.
    """

    def __init__(self, own: Shading, asked: Whole) -> None:
        self._own, self._asked = own, asked
        numbers = own.numbers[asked]
        self._middle = numbers.mean(axis=0)
        spread = np.cov((numbers - self._middle).T.astype(np.float64))
        values, vectors = np.linalg.eigh(spread)
        values, vectors = values[::-1][:_NUMBERS], vectors[:, ::-1][:, :_NUMBERS]
        # In between plain distance, which the main directions rule, and each counting alike.
        self._main = (vectors / (np.maximum(values, 0) + 1e-6) ** 0.25).astype(np.float32)

    def found_in(self, other: Shading, most: int, sparse: bool = False) -> Alike:
        """For each place asked for, up to `most` of `other`; likeness -1 where there are fewer.

        `sparse`: only every second place of `other` is looked at, as on the black of a chessboard.
        """
        place = np.zeros((len(self._asked), most), dtype=np.int64)
        found = np.zeros(place.shape, dtype=bool)
        members = np.nonzero(other.rough)[0]
        if sparse:
            members = members[(members // other.columns + members % other.columns) % 2 == 0]
        query = (self._own.numbers[self._asked] - self._middle) @ self._main
        target = (other.numbers[members] - self._middle) @ self._main
        half = 0.5 * (target**2).sum(axis=1)
        asked_at, at = _places(self._asked, self._own.columns), _places(members, other.columns)
        for rows, pool in _fields(query, target):
            like = query[rows] @ target[pool].T - half[pool]
            out, reach = asked_at[:, rows], _NEAREST
            for rank in range(most):
                np.copyto(like, -np.inf, where=_near(out, at[:, pool], reach))
                best = like.argmax(axis=1)
                place[rows, rank] = members[pool[best]]
                found[rows, rank] = np.isfinite(like[np.arange(len(rows)), best])
                out, reach = at[:, pool[best]], _NEAREST // 2
        return self._compared(other, place, found)

    def _compared(self, other: Shading, place: Whole, found: Bools) -> Alike:
        """The shading itself, at the turn, and mirrored or not, where it is most alike."""
        query, rank = np.nonzero(found)
        one, two = self._asked[query], place[query, rank]
        here, there = self._own.waves[one], other.waves[two]
        size = np.sqrt((self._own.power[one] + _FLAT) * (other.power[two] + _FLAT))
        order = np.arange(_ORDERS)
        wave = np.exp(2j * np.pi * np.outer(order, np.arange(_TURNS)) / _TURNS)
        # Mirrored left to right, what lay at an angle lies at half a turn less that angle.
        sign = ((-1.0) ** order).astype(np.float32)
        products = ((here.conj() * there).sum(axis=1), (here * there).sum(axis=1) * sign)
        (plain, turn), (mirror, mirror_turn) = (
            _turned((product @ wave.astype(np.complex64)).real) for product in products
        )
        flip = mirror > plain + _ORDINARY * size
        alike = np.full(place.shape, -1.0, dtype=np.float32)
        turns = np.zeros(place.shape, dtype=np.float32)
        mirrored = np.zeros(place.shape, dtype=bool)
        alike[query, rank] = np.where(flip, mirror, plain) / size
        turns[query, rank] = np.where(flip, mirror_turn, turn)
        mirrored[query, rank] = flip
        return Alike(place, alike, turns, mirrored)


def _turned(like: Singles) -> tuple[Singles, Singles]:
    """The largest likeness of each row, and at what turn, between those tried."""
    top, rows = like.argmax(axis=1), np.arange(len(like))
    before, most, after = (like[rows, (top + step) % _TURNS] for step in (-1, 0, 1))
    between = 0.5 * (before - after) / np.minimum(before - 2 * most + after, -1e-9)
    turn = (top + np.clip(between, -0.5, 0.5)) * (2 * np.pi / _TURNS)
    return most, turn.astype(np.float32)


def _fields(query: Singles, target: Singles) -> Iterator[tuple[Whole, Whole]]:
    """Rows of `query`, some hundred at once, each with the rows of `target` to compare."""
    bins, own = [], []
    for axis in (0, 1):
        edges = np.quantile(target[:, axis], np.linspace(0, 1, _BINS + 1)[1:-1])
        bins.append(np.searchsorted(edges, target[:, axis]))
        own.append(np.searchsorted(edges, query[:, axis]))
    field, own_field = bins[0] * _BINS + bins[1], own[0] * _BINS + own[1]
    order, own_order = np.argsort(field, kind="stable"), np.argsort(own_field, kind="stable")
    start = np.searchsorted(field[order], np.arange(_BINS**2 + 1))
    own_start = np.searchsorted(own_field[own_order], np.arange(_BINS**2 + 1))
    for number in range(_BINS**2):
        rows = own_order[own_start[number] : own_start[number + 1]]
        across, down = divmod(number, _BINS)
        low, high = max(0, down - 1), min(_BINS, down + 2)
        around = range(max(0, across - 1), min(_BINS, across + 2))
        pool = np.concatenate(
            [order[start[i * _BINS + low] : start[i * _BINS + high]] for i in around]
        )
        if len(pool):
            for first in range(0, len(rows), _AT_ONCE):
                yield rows[first : first + _AT_ONCE], pool


def _places(numbers: Whole, columns: int) -> NDArray[np.int16]:
    """x and y in pixels."""
    places: NDArray[np.int16] = (np.stack((numbers % columns, numbers // columns)) * STEP).astype(
        np.int16
    )
    return places


def _near(one: NDArray[np.int16], other: NDArray[np.int16], reach: int) -> Bools:
    near: Bools = (np.abs(one[0][:, None] - other[0]) < reach) & (
        np.abs(one[1][:, None] - other[1]) < reach
    )
    return near
