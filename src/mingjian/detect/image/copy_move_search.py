"""All copies in a picture: candidates, each made exact and checked, what says the same left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image

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
_WORTH_HALVING: Final = 320
_WEIGHTS: Final = (0.55, 0.51, -0.67, -0.84, 0.69, -0.19, 0.29, 1.05, 0.11, -0.79, -0.94)
_START: Final = -1.4


@dataclass(frozen=True, slots=True)
class Found:
    """One checked copy."""

    copy: Copy
    features: tuple[float, ...]
    """See `features_of`."""

    @property
    def weight(self) -> float:
        """How much more like a copy than like two things of one kind: the features weighed as on
        forged and untouched photographs (training/image_edited.py)."""
        return float(np.dot(_WEIGHTS, self.features) + _START)


def search(grey: Grey) -> list[Found]:
    """Copies in a grey picture, the clearest first; what covers the same parts only once.

    It is looked at in half its size too: noisy, blurred and strongly compressed parts have their
    detail there.
    """
    found = _candidates(grey)
    if min(grey.shape) >= _WORTH_HALVING:
        height, width = (side // 2 * 2 for side in grey.shape)
        quarter = grey[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        found += [_doubled(one) for one in _candidates(quarter)]
    found.sort(key=lambda one: -one.weight)
    kept: list[Found] = []
    covered = np.zeros(grey.shape, dtype=bool)
    for one in found:
        own = parts_of(one.copy, grey.shape)
        if (own & ~covered).sum() > _NEW_SHARE * own.sum():
            kept.append(one)
            covered |= own
        elif one.weight >= CLEAR:
            covered |= _added(kept, one, grey.shape)
    return kept


def _added(kept: list[Found], one: Found, shape: tuple[int, ...]) -> Mask:
    """The parts of `one` added to the match of the same map: at one size of the picture more of
    a part may be seen than at the other."""
    for at, other in enumerate(kept):
        copy = joined(other.copy, one.copy, shape)
        if copy is not None:
            kept[at] = replace(other, copy=copy)
            return parts_of(copy, shape)
    return np.zeros(shape, dtype=bool)


def _candidates(grey: Grey) -> list[Found]:
    bands = Bands(grey)
    found: list[Found] = []
    for affine, peak in shifts(grey):
        copy = verified_shift(bands, affine)
        if copy is not None:
            found.append(Found(copy, features_of(copy, peak, None, grey.shape)))
    keypoints = keypoints_of(grey)
    for affine, pairs in transforms(keypoints):
        points = np.column_stack((keypoints.x[pairs[:, 0]], keypoints.y[pairs[:, 0]]))
        copy = verified_transform(bands, affine, points)
        if copy is not None:
            agreement = agreement_of(keypoints, pairs, affine)
            found.append(Found(copy, features_of(copy, len(pairs), agreement, grey.shape)))
    return found


def features_of(
    copy: Copy, support: float, agreement: Agreement | None, shape: tuple[int, ...]
) -> tuple[float, ...]:
    """What tells a copy from two things of one kind, each growing with no bound but slowly.

    Odds of the likeness of the finest detail and of the strongest; what likeness a small move
    leaves (edges slide along themselves); how far the part lies over its own copy (a pattern
    does, a pasted part does not); how far away the copy lies; area; support (how many pairs of
    places, or what peak, led to it); how alike the pairs are, that there are none (it was found
    by a shift), and by how much they miss; by how much the parts differ in tone.
    """
    height, width = shape
    middle = np.array([width / 2, height / 2, 1.0])
    moved = float(np.hypot(*(copy.affine @ middle - middle[:2])))
    grown = abs(float(np.linalg.det(copy.affine[:, :2])))
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
        0.0 if agreement else 1.0,
        float(np.log(0.3 + agreement.missed)) if agreement else 0.0,
        float(np.log(0.3 + copy.apart)),
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
    mask = np.zeros(shape, dtype=bool)
    height, width = copy.mask.shape
    mask[copy.top : copy.top + height, copy.left : copy.left + width] |= copy.mask
    left, top, second = second_of(copy, shape)
    mask[top : top + second.shape[0], left : left + second.shape[1]] |= second
    return mask


def grey_of(rgb: np.ndarray, most: int) -> tuple[Grey, float]:
    """Luminance at no more than `most` pixels, and by how much it was made smaller."""
    height, width = rgb.shape[:2]
    factor = min(1.0, (most / (width * height)) ** 0.5)
    image = Image.fromarray(rgb).convert("L")
    if factor < 1.0:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    return np.asarray(image, dtype=np.float32), factor
