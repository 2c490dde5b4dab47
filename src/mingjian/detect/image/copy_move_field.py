"""Stretches of a picture whose shading is found again elsewhere, turned, scaled or mirrored.

Plain and blurred parts have no places that stand out, and noise and compression spoil those that
there are; what is left of a copy is its shading, over squares of twenty pixels and more. That one
place is like another says nothing; that its neighbours go the same way does.

After D. Cozzolino, G. Poggi, L. Verdoliva, "Efficient dense-field copy-move forgery detection",
IEEE TIFS 2015, who describe each place whatever its turn and ask the field of shifts to be
linear. They search by chance and by neighbours; here like is compared with like, so that the same
picture gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from mingjian.detect.image.copy_move_filters import Grey
from mingjian.detect.image.copy_move_pairs import Affine, Agreement, Floats, fitted, plausible
from mingjian.detect.image.copy_move_shading import (
    STEP,
    Bools,
    Finder,
    Singles,
    Whole,
    shading_of,
)

_PIXELS: Final = 260_000
"""A larger picture is made this small, and then once more half as wide and high."""
_ASKED: Final = 2
"""Every second place each way is looked for among all."""
_SCALES: Final = (1.0, 1.26, 1.59)
_ALIKE: Final = 0.8
_MATCHES: Final = 4
_AROUND: Final = 2
_REACH: Final = 4.0
"""Pixels (of the smaller picture) by which neighbours may miss one another."""
_SUPPORT: Final = 5
_FEWEST: Final = 12
_MISSED: Final = 3.0
_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """Places that are found again by one map."""

    affine: Affine
    points: Floats
    """The places (x, y), in pixels of the picture."""
    agreement: Agreement
    covered: float
    """Pixels of the picture that the places stand for."""

    def made_smaller(self, times: int) -> tuple[Affine, Floats]:
        """The map and the places in a picture made smaller by a whole number."""
        # Its pixel i is the middle of pixels from i x times on.
        middle = (times - 1) / 2
        linear, shift = self.affine[:, :2], self.affine[:, 2]
        shift = (shift + middle * (linear.sum(axis=1) - 1)) / times
        return np.column_stack((linear, shift)), (self.points - middle) / times


def stretches(grey: Grey) -> Iterator[Stretch]:
    """The largest first, at most `_MOST` at each of two sizes: grain goes at the smaller one."""
    height, width = grey.shape
    whole = min(1.0, (_PIXELS / grey.size) ** 0.5)
    for factor in (whole, whole / 2):
        size = max(1, round(width * factor)), max(1, round(height * factor))
        work = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
        # Pixel i of the smaller picture is the middle of 1 / factor pixels.
        yield from _stretches(work, np.array([width / size[0], height / size[1]]))


def _stretches(work: Grey, back: Floats) -> Iterator[Stretch]:
    matches = _matches(work)
    if matches is None:
        return
    one, other = _joined(matches)
    support = np.bincount(one, minlength=matches.good.size)
    support += np.bincount(other, minlength=matches.good.size)
    borne_out = support >= _SUPPORT
    kept = borne_out[one] & borne_out[other]
    name = groups(len(support), one[kept], other[kept])
    members = np.nonzero(borne_out)[0]
    members = members[np.argsort(name[members], kind="stable")]
    _, start, count = np.unique(name[members], return_index=True, return_counts=True)
    left = _MOST
    for group in np.argsort(-count, kind="stable").tolist():
        if count[group] < _FEWEST or not left:
            return
        own = members[start[group] : start[group] + count[group]]
        a, b = ((places[own] + 0.5) * back - 0.5 for places in (matches.here, matches.there))
        affine = fitted(a, b)
        if affine is None or not plausible(affine):
            continue
        missed = np.hypot(*(a @ affine[:, :2].T + affine[:, 2] - b).T)
        if float(np.median(missed)) < _MISSED * back[0]:
            left -= 1
            likeness = float(np.median(matches.alike.ravel()[own]))
            agreement = Agreement(likeness, float(np.median(missed / back[0])))
            cell = (STEP * _ASKED) ** 2 * float(back[0] * back[1])
            yield Stretch(affine, a, agreement, len(a) * cell)


@dataclass(frozen=True, slots=True)
class _Matches:
    """What each place that was looked for is found again as: rows x columns x matches."""

    here: Floats
    there: Floats
    """x and y, in pixels, of one match after the other."""
    alike: Singles
    cos: Singles
    sin: Singles
    """Turn and growth in one."""
    sign: Singles
    """-1 where mirrored."""
    good: Bools


def _matches(work: Grey) -> _Matches | None:
    shadings = [shading_of(work, scale) for scale in _SCALES]
    own = shadings[0]
    number = np.arange(own.rows * own.columns).reshape(own.rows, own.columns)
    asked = number[::_ASKED, ::_ASKED]
    rough = np.nonzero(own.rough[asked.ravel()])[0]
    if len(rough) < _FEWEST:
        return None
    finder = Finder(own, asked.ravel()[rough])
    found = [finder.found_in(own, 2)]
    # Larger rings see less fine: half of the places do.
    found += [finder.found_in(shading, 1, sparse=True) for shading in shadings[1:]]
    alike = np.concatenate([one.alike for one in found], axis=1)
    best = np.argsort(-alike, axis=1, kind="stable")[:, :_MATCHES]

    def chosen(parts: list[np.ndarray], nothing: float) -> np.ndarray:
        values = np.take_along_axis(np.concatenate(parts, axis=1), best, axis=1)
        whole = np.full((asked.size, _MATCHES), nothing, dtype=values.dtype)
        whole[rough] = values
        return whole.reshape(*asked.shape, _MATCHES)

    place = chosen([one.place for one in found], 0)
    turn = chosen([one.turn for one in found], 0)
    growth = chosen(
        [np.full_like(one.turn, scale) for one, scale in zip(found, _SCALES, strict=True)], 1
    )
    likeness = chosen([one.alike for one in found], -1)
    start = np.broadcast_to(asked[..., None], place.shape)
    return _Matches(
        here=_at(start, own.columns),
        there=_at(place, own.columns),
        alike=likeness,
        cos=growth * np.cos(turn),
        sin=growth * np.sin(turn),
        sign=np.where(chosen([one.mirrored for one in found], 0), -1, 1).astype(np.float32),
        good=likeness > _ALIKE,
    )


def _at(place: Whole, columns: int) -> Floats:
    flat = place.ravel()
    return np.column_stack((flat % columns, flat // columns)).astype(np.float64) * STEP


def _joined(matches: _Matches) -> tuple[Whole, Whole]:
    """Pairs of matches (their numbers) of neighbours, of which each is found again where the
    other says that it would be."""
    rows, columns, kept = matches.good.shape
    number = np.arange(matches.good.size).reshape(matches.good.shape)
    tx, ty = (matches.there[:, i].reshape(number.shape).astype(np.float32) for i in (0, 1))
    good, sign = matches.good, matches.sign
    ends: list[tuple[Whole, Whole]] = []
    for down in range(_AROUND + 1):
        for across in range(-_AROUND if down else 1, _AROUND + 1):
            own = np.s_[: rows - down, max(0, -across) : columns - max(0, across)]
            next_ = np.s_[down:, max(0, across) : columns + min(0, across)]
            dx, dy = sign * np.float32(across * STEP * _ASKED), np.float32(down * STEP * _ASKED)
            mx, my = matches.cos * dx - matches.sin * dy, matches.sin * dx + matches.cos * dy
            for rank in range(kept):
                one = np.s_[next_[0], next_[1], rank, None]
                ex, ey = tx[one] - tx[own], ty[one] - ty[own]
                agree = good[own] & good[one] & (sign[own] == sign[one])
                for said in (own, one):
                    agree &= np.abs(ex - mx[said]) < _REACH
                    agree &= np.abs(ey - my[said]) < _REACH
                ends.append((number[own][agree], np.broadcast_to(number[one], agree.shape)[agree]))
    return (
        np.concatenate([one for one, _ in ends]),
        np.concatenate([other for _, other in ends]),
    )


def groups(count: int, one: Whole, other: Whole) -> Whole:
    """For each of `count` things the smallest number among those that pairs join it with."""
    name = np.arange(count)
    while len(one):
        least = np.minimum(name[one], name[other])
        np.minimum.at(name, name[one], least)
        np.minimum.at(name, name[other], least)
        name = _ends(name)
        apart = name[one] != name[other]
        one, other = one[apart], other[apart]
    return _ends(name)


def _ends(name: Whole) -> Whole:
    while True:
        next_ = name[name]
        if (next_ == name).all():
            return name
        name = next_
