"""Does a picture carry a camera's fingerprint? The peak of their correlation, over all places.

peak = match(grey, fingerprint)
peak.energy      # peak-to-correlation energy (Goljan and Fridrich, 2008)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.image.camera_fingerprint import answering, cleaned
from mingjian.detect.image.camera_noise import Grey, residual

CLEAR: Final = 60.0
"""Peak-to-correlation energy from which the literature speaks of a match; see the card."""
AROUND: Final = 5
"""Pixels around the peak that are left out of the energy it is compared with."""
SHOWN: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The highest correlation, and where it lies."""

    energy: float
    """Peak squared over the mean square of the rest; negative for a negative peak."""
    left: int = 0
    top: int = 0
    turned: int = 0
    """Degrees, anticlockwise, by which the picture had to be turned."""
    places: int = 1
    """How many places were looked at."""
    across: Grey
    """Correlation along the row of the peak, from `SHOWN` pixels before it to as many behind, in
    standard deviations of the rest."""
    down: Grey
    """The same along its column."""


def match(grey: Grey, fingerprint: Grey) -> Peak:
    """The best peak of a picture as `grey_of` gives it: at its own place where the sizes agree;
    anywhere, where it is smaller; turned by quarters where so it fits."""
    signal = cleaned(residual(grey) * answering(grey))
    best: Peak | None = None
    for quarters in range(4):
        turned = np.rot90(signal, quarters)
        high, wide = (a - b for a, b in zip(fingerprint.shape, turned.shape, strict=True))
        if min(high, wide) < 0:
            continue
        peak = replace(peak_of(turned, fingerprint), turned=90 * quarters)
        if best is None or peak.energy > best.energy:
            best = peak
        if best.energy >= CLEAR:
            break
    if best is None:
        raise ValueError("the picture is larger than the fingerprint")
    return best


def fits(shape: tuple[int, ...], fingerprint: tuple[int, ...]) -> bool:
    """Whether a picture of this shape can be laid into the fingerprint, turned or not."""
    return any(
        high <= fingerprint[0] and wide <= fingerprint[1]
        for high, wide in (shape[:2], shape[1::-1])
    )


def peak_of(signal: Grey, fingerprint: Grey) -> Peak:
    """The highest correlation of a signal with the fingerprint at each place it can lie."""
    height, width = fingerprint.shape
    wide = np.zeros_like(fingerprint)
    wide[: signal.shape[0], : signal.shape[1]] = signal
    spectrum = np.fft.rfft2(fingerprint) * np.conj(np.fft.rfft2(wide))
    plane: Grey = np.fft.irfft2(spectrum, s=(height, width)).astype(np.float32)
    possible = plane[: height - signal.shape[0] + 1, : width - signal.shape[1] + 1]
    top, left = (int(at) for at in np.unravel_index(int(possible.argmax()), possible.shape))
    peak = float(plane[top, left])
    rows, columns = _near(top, AROUND, height), _near(left, AROUND, width)
    around = plane[np.ix_(rows, columns)]
    total = float(np.vdot(plane, plane)) - float(np.vdot(around, around))
    mean = max(total / max(1, plane.size - around.size), 1e-30)
    return Peak(
        energy=peak * abs(peak) / mean,
        left=left,
        top=top,
        places=int(possible.size),
        across=plane[top, _near(left, SHOWN, width)] / np.float32(mean**0.5),
        down=plane[_near(top, SHOWN, height), left] / np.float32(mean**0.5),
    )


def _near(at: int, reach: int, size: int) -> NDArray[np.int64]:
    """Places around one, counted round the edge."""
    return np.arange(at - reach, at + reach + 1) % size
