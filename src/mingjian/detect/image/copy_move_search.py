"""All copies in a picture: candidates, each made exact and checked, what says the same left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image

from mingjian.detect.image.copy_move_field import groups, stretches
from mingjian.detect.image.copy_move_filters import Grey, Mask
from mingjian.detect.image.copy_move_keypoints import keypoints_of
from mingjian.detect.image.copy_move_pairs import (
    NEAREST,
    Agreement,
    agreement_of,
    shifts,
    transforms,
)
from mingjian.detect.image.copy_move_verify import (
    Bands,
    Copy,
    joined,
    second_of,
    verified_shift,
    verified_transform,
)

CLEAR: Final = 0.0
"""Weight from which a match is reported; see the card for how often untouched photos reach it."""
_NEW_SHARE: Final = 0.5
_SAME_PLACE: Final = 0.5
"""Share of the smaller of two places from which they are one place."""
_COARSE: Final = 8
"""For that, every so many pixels are looked at, both ways."""
_WORTH_HALVING: Final = 320
_WORTH_CHECKING: Final = 100
_SMALL: Final = 600_000
SHIFT, PLACES, SHADING = "shift", "places", "shading"
_WEIGHTS: Final = {
    SHIFT: (-4.43, 0.26, 0.43, -0.75, -0.41, 1.03, 0.0, -0.37, 0.0, 0.0, -0.76, 0.0, 0.0),
    PLACES: (-1.34, 0.26, 0.56, -0.47, -0.57, 1.02, -0.32, 0.24, 0.43, -0.86, -1.08, 0.0, -0.67),
    SHADING: (3.51, 0.38, -0.33, -0.63, -0.97, 0.37, -0.28, 0.53, -0.42, -1.45, -1.4, -0.96, -0.87),
}
"""By what led to a match: a start, then a weight for each of its features. The starts lie 2.3
below the fitted ones: where untouched photographs were rarely reported (see the card)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One checked copy."""

    copy: Copy
    way: str
    """What led to it: a shift, places that stand out, or shading."""
    features: tuple[float, ...]
    """See `features_of`."""

    @property
    def weight(self) -> float:
        """How much more like a copy than like two things of one kind: the features weighed as on
        forged and untouched photographs (training/image_edited.py)."""
        start, *weights = _WEIGHTS[self.way]
        return start + float(np.dot(weights, self.features))


def checked(grey: Grey) -> list[Found]:
    """All candidates that hold.

    The picture is looked at in half its size too: noisy, blurred and strongly compressed parts
    have their detail there; and by its shading.
    """
    found = _candidates(Bands(grey))
    if min(grey.shape) >= _WORTH_HALVING:
        found += [_doubled(one) for one in _candidates(Bands(halved(grey)))]
    return found + _by_shading(grey)


def distinct(
    found: list[Found],
    shape: tuple[int, ...],
    weigh: Callable[[Found], float] = lambda one: one.weight,
) -> list[Found]:
    """The clearest first, what covers the same parts only once."""
    kept: list[Found] = []
    covered = np.zeros(shape, dtype=bool)
    for one in sorted(found, key=lambda one: -weigh(one)):
        own = parts_of(one.copy, shape)
        if (own & ~covered).sum() > _NEW_SHARE * own.sum():
            kept.append(one)
            covered |= own
        elif weigh(one) >= CLEAR:
            covered |= _added(kept, one, shape)
    return kept


def different_parts(found: list[Found], shape: tuple[int, ...]) -> int:
    """How many different parts these matches are of: a part that lies in several places is
    one, whichever two of them a match joins."""
    places = [
        place[::_COARSE, ::_COARSE].ravel() for one in found for place in both_of(one.copy, shape)
    ]
    if not places:
        return 0
    covers = np.array(places, dtype=np.float32)
    areas = covers.sum(axis=1)
    near = covers @ covers.T > _SAME_PLACE * np.minimum.outer(areas, areas)
    near[::2, 1::2] |= np.eye(len(places) // 2, dtype=bool)
    return len(np.unique(groups(len(places), *np.nonzero(near))))


def halved(grey: Grey) -> Grey:
    height, width = (side // 2 * 2 for side in grey.shape)
    quarters = grey[:height, :width].reshape(height // 2, 2, width // 2, 2)
    half: Grey = quarters.mean(axis=(1, 3))
    return half


def _added(kept: list[Found], one: Found, shape: tuple[int, ...]) -> Mask:
    """The parts of `one` added to the match of the same map: at one size of the picture more of
    a part may be seen than at the other."""
    for at, other in enumerate(kept):
        copy = joined(other.copy, one.copy, shape)
        if copy is not None:
            kept[at] = replace(other, copy=copy)
            return parts_of(copy, shape)
    return np.zeros(shape, dtype=bool)


def _candidates(bands: Bands) -> list[Found]:
    grey = bands.grey
    found: list[Found] = []
    for affine, peak in shifts(grey):
        copy = verified_shift(bands, affine)
        if copy is not None:
            found.append(Found(copy, SHIFT, features_of(copy, peak, None, grey.shape)))
    keypoints = keypoints_of(grey)
    for affine, pairs in transforms(keypoints):
        points = np.column_stack((keypoints.x[pairs[:, 0]], keypoints.y[pairs[:, 0]]))
        copy = verified_transform(bands, affine, points)
        if copy is not None:
            agreement = agreement_of(keypoints, pairs, affine)
            features = features_of(copy, len(pairs), agreement, grey.shape)
            found.append(Found(copy, PLACES, features))
    return found


def _by_shading(grey: Grey) -> list[Found]:
    """Stretches of like shading, checked where noise and compression have left most: in half and
    in a quarter of the size, a small picture also as it is."""
    left = list(stretches(grey))
    found: list[Found] = []
    times, work = 1, grey
    while left and min(work.shape) >= _WORTH_CHECKING and times <= 4:
        if work.size <= _SMALL:
            bands = Bands(work)
            for one in left:
                affine, points = one.made_smaller(times)
                copy = verified_transform(bands, affine, points)
                if copy is not None:
                    support = one.covered / (copy.area * times**2)
                    features = features_of(copy, support, one.agreement, work.shape)
                    own = Found(copy, SHADING, features)
                    for _ in range(times.bit_length() - 1):
                        own = _doubled(own)
                    found.append(own)
        times, work = 2 * times, halved(work)
    return found


def features_of(
    copy: Copy, support: float, agreement: Agreement | None, shape: tuple[int, ...]
) -> tuple[float, ...]:
    """What tells a copy from two things of one kind, each growing with no bound but slowly.

    Odds of the likeness of the finest detail and of the strongest; what likeness a small move
    leaves (edges slide along themselves); how far the part lies over its own copy (a pattern
    does, a pasted part does not); how far away the copy lies; area; support (how many pairs of
    places, or what peak, led to it, or on what share of it the shading agreed); how alike the
    pairs are and by how much they miss; by how much the parts differ in tone; whether mirrored;
    how much more one side grows than the other.
    """
    rows, columns = np.nonzero(copy.mask)
    middle = np.array([copy.left + columns.mean(), copy.top + rows.mean(), 1.0])
    moved = float(np.hypot(*(copy.affine @ middle - middle[:2])))
    sizes = np.linalg.svd(copy.affine[:, :2], compute_uv=False)
    grown = float(sizes[0] * sizes[1])
    both = int(parts_of(copy, shape).sum())
    overlap = max(0.0, 1.0 - both / max(1.0, copy.area * (1.0 + grown)))
    return (
        _odds(copy.finest),
        _odds(copy.strong),
        float(np.log((1.001 - copy.strong) / (1.001 - max(copy.loose, 0.0)))),
        min(overlap, 0.5) * 10.0,
        float(np.log(max(moved, 1.0) / NEAREST)),
        float(np.log(copy.area)),
        float(np.log(support)),
        -2.5 - float(np.log(1.004 - min(agreement.likeness, 1.0))) if agreement else 0.0,
        float(np.log(0.3 + agreement.missed)) if agreement else 0.0,
        float(np.log(0.3 + copy.apart)),
        float(copy.mirrored),
        min(float(np.log(sizes[0] / sizes[1])), 0.3) * 10.0,
    )


def _odds(share: float) -> float:
    share = min(max(share, 0.02), 0.98)
    return float(np.log(share / (1.0 - share)))


def _doubled(one: Found) -> Found:
    """A copy found in the picture at half its size, in the picture itself."""
    copy = one.copy
    linear = copy.affine[:, :2]
    # Pixel i of the half is the middle of pixels 2i and 2i + 1.
    shift = 2 * copy.affine[:, 2] + 0.5 - 0.5 * linear.sum(axis=1)
    doubled = replace(
        copy,
        affine=np.column_stack((linear, shift)),
        left=2 * copy.left,
        top=2 * copy.top,
        mask=copy.mask.repeat(2, axis=0).repeat(2, axis=1),
    )
    return replace(one, copy=doubled)


def parts_of(copy: Copy, shape: tuple[int, ...]) -> Mask:
    """Both parts, in a mask of the whole picture."""
    one, other = both_of(copy, shape)
    return one | other


def both_of(copy: Copy, shape: tuple[int, ...]) -> tuple[Mask, Mask]:
    """Each part, in a mask of the whole picture."""
    left, top, second = second_of(copy, shape)
    return _whole(copy.left, copy.top, copy.mask, shape), _whole(left, top, second, shape)


def _whole(left: int, top: int, mask: Mask, shape: tuple[int, ...]) -> Mask:
    whole = np.zeros(shape, dtype=bool)
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return whole


def grey_of(rgb: np.ndarray, most: int) -> tuple[Grey, float]:
    """Luminance at no more than `most` pixels, and by how much it was made smaller."""
    height, width = rgb.shape[:2]
    factor = min(1.0, (most / (width * height)) ** 0.5)
    image = Image.fromarray(rgb).convert("L")
    if factor < 1.0:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    return np.asarray(image, dtype=np.float32), factor
