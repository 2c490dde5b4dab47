"""EXIF's orientation: the picture as shown, and as the sensor and the JPEG grid lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingjian.domain.finding import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mingjian.intake.picture import Picture


def as_stored(picture: Picture) -> NDArray[np.uint8]:
    """The pixels as they lie in the file, before `decode` turned them."""
    return turned(picture.rgb, {6: 8, 8: 6}.get(picture.orientation, picture.orientation))


def turned(values: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Rows and columns laid as EXIF's orientation asks."""
    import numpy as np

    if orientation == 2:
        return values[:, ::-1]
    if orientation == 3:
        return values[::-1, ::-1]
    if orientation == 4:
        return values[::-1]
    if orientation == 5:
        return np.swapaxes(values, 0, 1)
    if orientation == 6:
        return np.swapaxes(values[::-1], 0, 1)
    if orientation == 7:
        return np.swapaxes(values[::-1, ::-1], 0, 1)
    if orientation == 8:
        return np.swapaxes(values, 0, 1)[::-1]
    return values


def turned_box(box: Box, width: int, height: int, orientation: int) -> Box:
    """A box of a stored picture of this size, in the picture as shown."""
    left, top, w, h = box.left, box.top, box.width, box.height
    right, bottom = width - left - w, height - top - h
    return {
        2: Box(right, top, w, h),
        3: Box(right, bottom, w, h),
        4: Box(left, bottom, w, h),
        5: Box(top, left, h, w),
        6: Box(bottom, left, h, w),
        7: Box(bottom, right, h, w),
        8: Box(top, right, h, w),
    }.get(orientation, box)
