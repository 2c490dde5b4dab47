"""Where may one part of a picture be a copy of another? Shifts, turns and scales worth a look.

Two ways that complement one another: places that look alike although they lie apart (finds turned
and scaled copies, needs detail), and the picture's own correlation with itself, made white (finds
plain shifts down to the noise of a clear sky, needs area).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.copy_move_filters import Grey, box, gaussian
from mingjian.detect.image.copy_move_keypoints import Keypoints

Floats = NDArray[np.float64]
Affine = Floats
"""2 x 3: where a pixel (x, y, 1) of the picture is found again."""

NEAREST: Final = 28
"""Pixels that a copy lies away at least: nearer, everything is like its neighbourhood."""
_ALIKE: Final = 0.80
_RATIO: Final = 0.85
_NEIGHBOURS: Final = 4
_LOOKED_AT: Final = 10
_MOST_PAIRS: Final = 2000
_REACH: Final = 4.0
_DIFFERENT: Final = 1.02
"""A pair of places counts by the inverse of how far its likeness lies below this."""
_FEWEST: Final = 4
_MOST_TRANSFORMS: Final = 10
_MOST_SHIFTS: Final = 8
_CLEAR_PEAK: Final = 7.0


def transforms(keypoints: Keypoints) -> Iterator[tuple[Affine, NDArray[np.int64]]]:
    """Affine maps that many pairs of alike places agree on, with these pairs.

    The most and most alike first: of a copy, few places may be found again, but as they were.
    """
    first, second = _pairs(keypoints)
    if len(first) < _FEWEST:
        return
    a = np.stack((keypoints.x[first], keypoints.y[first]), axis=1)
    b = np.stack((keypoints.x[second], keypoints.y[second]), axis=1)
    ratio = keypoints.scale[second] / keypoints.scale[first]
    turn = keypoints.angle[second] - keypoints.angle[first]
    cos, sin = ratio * np.cos(turn), ratio * np.sin(turn)
    counts = 1.0 / (_DIFFERENT - np.minimum(_likeness(keypoints, first, second), 1.0))
    left = np.ones(len(a), dtype=bool)
    for _ in range(_MOST_TRANSFORMS):
        index = np.nonzero(left)[0]
        if len(index) < _FEWEST:
            return
        agree = _agreement(a[index], b[index], cos[index], sin[index])
        votes = np.where(agree.sum(axis=1) >= _FEWEST, agree @ counts[index], 0.0)
        best = int(np.argmax(votes))
        if not votes[best]:
            return
        inliers = index[agree[best]]
        affine = fitted(a[inliers], b[inliers])
        if affine is not None:
            # Fitted to its pairs, a map reaches further than one pair's angle and scale did.
            apart = np.hypot(*(a[index] @ affine[:, :2].T + affine[:, 2] - b[index]).T)
            inliers = np.union1d(inliers, index[apart < _REACH])
            affine = fitted(a[inliers], b[inliers])
        left[inliers] = False
        spots = {(int(x) // 4, int(y) // 4) for x, y in a[inliers]}
        if affine is None or len(spots) < _FEWEST or not plausible(affine):
            continue
        if np.linalg.det(affine[:, :2]) > 0:  # the angles of places say nothing of mirrors
            yield affine, np.stack((first[inliers], second[inliers]), axis=1)


def _pairs(keypoints: Keypoints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of places apart from one another whose descriptions stand out as alike.

    A place may have several copies: its neighbours in order of likeness are taken as long as the
    next is much less alike (I. Amerini and others, 2011). Of repeated things no neighbour stands
    out.
    """
    x, y = keypoints.x, keypoints.y
    count = len(keypoints)
    if count <= _LOOKED_AT:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing
    best = np.empty((count, _LOOKED_AT), dtype=np.int64)
    alike = np.empty((count, _LOOKED_AT), dtype=np.float32)
    for start in range(0, count, 256):
        rows = slice(start, min(start + 256, count))
        likeness = keypoints.descriptors[rows] @ keypoints.descriptors.T
        top = np.argpartition(likeness, count - _LOOKED_AT, axis=1)[:, -_LOOKED_AT:]
        likes = np.take_along_axis(likeness, top, axis=1)
        order = np.argsort(-likes, axis=1, kind="stable")
        best[rows] = np.take_along_axis(top, order, axis=1)
        alike[rows] = np.take_along_axis(likes, order, axis=1)
    bx, by = x[best], y[best]
    out = (np.abs(bx - x[:, None]) < NEAREST) & (np.abs(by - y[:, None]) < NEAREST)
    for rank in range(1, _LOOKED_AT):
        # A place with two angles or found at two scales is two rows: a twin is no neighbour.
        twin = np.abs(bx[:, :rank] - bx[:, [rank]]) + np.abs(by[:, :rank] - by[:, [rank]])
        out[:, rank] |= ((twin < 6) & ~out[:, :rank]).any(axis=1)
    order = np.argsort(out, axis=1, kind="stable")[:, :_NEIGHBOURS]
    best, alike = np.take_along_axis(best, order, axis=1), np.take_along_axis(alike, order, axis=1)
    alike[np.take_along_axis(out, order, axis=1)] = -1.0
    apart = np.sqrt(np.maximum(2 - 2 * alike, 1e-6))
    stands_out = apart[:, :-1] < _RATIO * apart[:, 1:]
    taken = np.logical_or.accumulate(stands_out[:, ::-1], axis=1)[:, ::-1]
    taken &= alike[:, :-1] > _ALIKE
    first, column = np.nonzero(taken)
    second = best[first, column]
    order = np.argsort(-alike[first, column], kind="stable")[:_MOST_PAIRS]
    first, second = first[order], second[order]
    keys = np.unique(np.minimum(first, second) * count + np.maximum(first, second))
    return keys // count, keys % count


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the pairs that led to a map bear it out, each the median over them."""

    likeness: float
    """Correlation of their two descriptions, up to 1."""
    missed: float
    """Pixels by which the map misses the second place."""


def agreement_of(keypoints: Keypoints, pairs: NDArray[np.int64], affine: Affine) -> Agreement:
    first, second = pairs.T
    x, y = keypoints.x[first], keypoints.y[first]
    tx = affine[0, 0] * x + affine[0, 1] * y + affine[0, 2] - keypoints.x[second]
    ty = affine[1, 0] * x + affine[1, 1] * y + affine[1, 2] - keypoints.y[second]
    return Agreement(
        likeness=float(np.median(_likeness(keypoints, first, second))),
        missed=float(np.median(np.hypot(tx, ty))),
    )


def _likeness(
    keypoints: Keypoints, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Correlation of the two descriptions of each pair, up to 1."""
    likeness: NDArray[np.float32] = np.einsum(
        "ij,ij->i", keypoints.descriptors[first], keypoints.descriptors[second]
    )
    return likeness


def _agreement(a: Floats, b: Floats, cos: Floats, sin: Floats) -> NDArray[np.bool_]:
    """Row i: pairs that fit the turn, scale and shift of pair i, within reach of it."""
    dx, dy = a[None, :, 0] - a[:, 0, None], a[None, :, 1] - a[:, 1, None]
    ex = cos[:, None] * dx - sin[:, None] * dy - (b[None, :, 0] - b[:, 0, None])
    ey = sin[:, None] * dx + cos[:, None] * dy - (b[None, :, 1] - b[:, 1, None])
    # The angle of one pair is uncertain: what lies further off may miss by more.
    allowed = _REACH + 0.06 * np.hypot(dx, dy)
    agree: NDArray[np.bool_] = (ex**2 + ey**2 < allowed**2) & (np.hypot(dx, dy) < 400)
    return agree


def fitted(a: Floats, b: Floats) -> Affine | None:
    """Least squares; a similarity where there are too few pairs for more; outliers left out."""
    for _ in range(3):
        if len(a) < 3:
            return None
        affine = _affine(a, b) if len(a) >= 6 else _similarity(a, b)
        if affine is None:
            return None
        error = np.hypot(*(a @ affine[:, :2].T + affine[:, 2] - b).T)
        kept = error < max(2.0, 2.5 * float(np.median(error)))
        if kept.all():
            break
        a, b = a[kept], b[kept]
    return affine


def _affine(a: Floats, b: Floats) -> Affine | None:
    rows = np.column_stack((a, np.ones(len(a))))
    found, _, rank, _ = np.linalg.lstsq(rows, b, rcond=1e-6)
    if rank < 3:
        return _similarity(a, b)
    affine: Affine = np.asarray(found.T, dtype=np.float64)
    return affine


def _similarity(a: Floats, b: Floats) -> Affine | None:
    """Turn, scale and shift (complex numbers: b = m a + t)."""
    from_, to = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
    start, end = from_.mean(), to.mean()
    size = float((np.abs(from_ - start) ** 2).sum())
    if size < 1e-9:
        return None
    m = (np.conj(from_ - start) * (to - end)).sum() / size
    t = end - m * start
    return np.array([[m.real, -m.imag, t.real], [m.imag, m.real, t.imag]])


def plausible(affine: Affine) -> bool:
    """Scales from a third to three, little shear."""
    sizes = np.linalg.svd(affine[:, :2], compute_uv=False)
    return bool(sizes[0] < 3.2 and sizes[1] > 0.31 and sizes[0] / sizes[1] < 1.6)


def shifts(grey: Grey) -> Iterator[tuple[Affine, float]]:
    """Shifts at which the whitened picture is like itself, with how far each stands out."""
    height, width = grey.shape
    rest = grey - gaussian(grey, 1.2)
    strength = np.sqrt(box(rest**2, 8)) + np.float32(0.25)
    rest = np.clip(rest / strength, -2.5, 2.5)
    shape = (_smooth_size(height), _smooth_size(width))
    wave = np.fft.rfft2(rest, s=shape)
    power = (wave.real**2 + wave.imag**2).astype(np.float32)
    # Divided by its own smoothed self the spectrum is white: edges and textures, which make it
    # rise broadly, go; a copy, which makes it rise and fall quickly, stays.
    own = np.fft.irfft2(power / (box(power, 32) + 1e-6), s=shape)
    own = np.roll(own, (shape[0] // 2, shape[1] // 2), (0, 1))
    down = np.arange(shape[0]) - shape[0] // 2
    across = np.arange(shape[1]) - shape[1] // 2
    # Half of the plane is enough: the other is the same turned by 180 degrees.
    own = own[: shape[0] // 2 + 1]
    down = down[: shape[0] // 2 + 1]
    # Fewer pixels overlap at far shifts, and JPEG is like itself at every eighth pixel: each
    # value is compared with those of its kind.
    overlap = np.maximum(height - np.abs(down), 1)[:, None] * np.maximum(width - np.abs(across), 1)
    own = own / np.sqrt(np.maximum(overlap, height * width / 16))
    for row in range(8):
        for column in range(8):
            kind = own[row::8, column::8]
            middle = np.median(kind)
            spread = np.median(np.abs(kind - middle)) * 1.4826 + 1e-9
            own[row::8, column::8] = (kind - middle) / spread
    own[(np.abs(down) < NEAREST)[:, None] & (np.abs(across) < NEAREST)] = 0.0
    for _ in range(_MOST_SHIFTS):
        at = np.unravel_index(int(np.argmax(own)), own.shape)
        peak = float(own[at])
        if peak < _CLEAR_PEAK:
            return
        dy, dx = int(down[at[0]]), int(across[at[1]])
        yield np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]]), peak
        own[max(0, at[0] - 3) : at[0] + 4, max(0, at[1] - 3) : at[1] + 4] = 0.0


def _smooth_size(length: int) -> int:
    """The next length that a fast Fourier transform likes (2, 3 and 5 only)."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1
