"""Traces of how a picture was made, as numbers of each window: what the pixels' fine detail does.

None of them looks at what is shown. In groups (`NAMES` names each column):

- waves: strength of each 8 x 8 cosine wave, and how much of it stands in few blocks;
- pairs: how neighbouring values of three high-pass residuals go together;
- spectrum: power of the residual by frequency, its directions, and its peaks at the periods 2,
  4 and 8 that up-sampling leaves;
- colour: fine detail of the two colour channels, and how it goes with that of brightness;
- noise: how even the noise is, and how it grows with brightness (shot noise of a sensor).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mingjian.detect.image.windows import SIDE, Windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_PAIRS = [(u, v) for u in range(8) for v in range(u, 8) if u + v > 0]
_CHROMA = [(u, v) for u, v in _PAIRS if u + v <= 4]
_PAIRED = (
    ("pairs", (1.0, 3.0)),
    ("colour.pairs.blue", (1.0,)),
    ("colour.pairs.red", (1.0,)),
)
_CELLS = [(a, b) for a in range(-2, 3) for b in range(-2, 3)]
_ORBITS = sorted({min((a, b), (b, a), (-a, -b), (-b, -a)) for a, b in _CELLS})
_RINGS = 16
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def _names() -> tuple[str, ...]:
    found = [f"waves.{u}{v}" for u, v in _PAIRS] + [f"waves.few.{u}{v}" for u, v in _PAIRS]
    for channel in ("blue", "red"):
        found += [f"colour.{channel}.{u}{v}" for u, v in _CHROMA]
    for what, steps in _PAIRED:
        for filtered in ("along", "second", "cross"):
            for step in steps:
                found += [f"{what}.{filtered}.{step:g}.{a}.{b}" for a, b in _ORBITS]
    found += [f"spectrum.ring.{i}" for i in range(_RINGS)]
    found += [f"spectrum.{name}" for name in ("upright", "slanted", "peak2", "peak4", "peak8")]
    found += [
        f"colour.{n}" for n in ("with_blue", "with_red", "blue_red", "blue_share", "red_share")
    ]
    found += [f"noise.{q:g}" for q in _QUANTILES]
    found += ["noise.spread", "noise.brightness", "noise.flat", "noise.lattice", "noise.tails"]
    return tuple(found)


NAMES = _names()


def traces(found: Windows) -> Floats:
    """Windows x `NAMES`."""
    import numpy as np

    if not found.places:
        return np.zeros((0, len(NAMES)), dtype=np.float32)
    blue, red = _half(found.blue), _half(found.red)
    columns = [
        *_waves(found.luma, _PAIRS, few=True),
        *_waves(blue, _CHROMA, few=False),
        *_waves(red, _CHROMA, few=False),
    ]
    for channel, (_, steps) in zip((found.luma, blue, red), _PAIRED, strict=True):
        columns += _neighbours(channel, steps)
    columns += [
        *_spectrum(found.luma),
        *_colour(found),
        *_noise(found.luma),
    ]
    stacked: Floats = np.stack(columns, axis=1).astype(np.float32)
    return np.nan_to_num(stacked)


def _half(channel: Floats) -> Floats:
    """At half its size, the size that chroma was stored in."""
    n = len(channel)
    halves: Floats = channel.reshape(n, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4))
    return halves


@cache
def _cosines() -> Floats:
    import numpy as np

    k = np.arange(8)
    waves = np.cos(np.pi * np.outer(k, 2 * k + 1) / 16) * 0.5
    waves[0] /= np.sqrt(2)
    return waves.astype(np.float32)


def _blocks(channel: Floats) -> Floats:
    """Windows x blocks x 8 x 8."""
    n, side, _ = channel.shape
    cut = channel.reshape(n, side // 8, 8, side // 8, 8).transpose(0, 1, 3, 2, 4)
    return cut.reshape(n, -1, 8, 8)


def _waves(channel: Floats, wanted: list[tuple[int, int]], *, few: bool) -> list[Floats]:
    import numpy as np

    cosines = _cosines()
    size = np.abs(cosines @ _blocks(channel) @ cosines.T)
    mean = size.mean(axis=1)
    mean = mean + mean.transpose(0, 2, 1)
    columns = [np.log(mean[:, u, v] + 0.05) for u, v in wanted]
    if few:
        power = (size**2).mean(axis=1)
        power = power + power.transpose(0, 2, 1)
        columns += [np.log((power[:, u, v] + 0.05) / (mean[:, u, v] ** 2 + 0.1)) for u, v in wanted]
    return columns


def _residuals(luma: Floats) -> tuple[tuple[Floats, Floats], ...]:
    """Three high-pass residuals, each along and down."""
    import numpy as np

    half = np.float32(0.5)
    along: Floats = luma[:, :, 1:] - luma[:, :, :-1]
    down: Floats = luma[:, 1:] - luma[:, :-1]
    second = (along[:, :, 1:] - along[:, :, :-1]) * half
    second_down = (down[:, 1:] - down[:, :-1]) * half
    cross: Floats = along[:, 1:] - along[:, :-1]
    return (
        (along, down.transpose(0, 2, 1)),
        (second, second_down.transpose(0, 2, 1)),
        (cross, cross.transpose(0, 2, 1)),
    )


def _neighbours(channel: Floats, steps: tuple[float, ...]) -> list[Floats]:
    import numpy as np

    columns: list[Floats] = []
    n = len(channel)
    index = [[i for i, cell in enumerate(_CELLS) if _orbit(cell) == orbit] for orbit in _ORBITS]
    for pair in _residuals(channel):
        for step in steps:
            counts = np.zeros((n, 25))
            for residual in pair:
                level = np.rint(np.clip(residual / np.float32(step), -2, 2)).astype(np.int8) + 2
                cells = level[:, :, :-1] * np.int8(5) + level[:, :, 1:]
                for i in range(n):
                    counts[i] += np.bincount(cells[i].ravel(), minlength=25)
            share = counts / counts.sum(axis=1, keepdims=True)
            columns += [np.sqrt(share[:, where].sum(axis=1)) for where in index]
    return columns


def _orbit(cell: tuple[int, int]) -> tuple[int, int]:
    a, b = cell
    return min((a, b), (b, a), (-a, -b), (-b, -a))


@cache
def _rings() -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_], Floats]:
    import numpy as np

    f = np.fft.fftfreq(SIDE) * SIDE
    g = np.fft.rfftfreq(SIDE) * SIDE
    radius = np.hypot(f[:, None], g[None, :])
    ring = np.clip((radius / (SIDE / 2) * _RINGS).astype(int), 0, _RINGS)
    member = np.stack([(ring == i) for i in range(_RINGS)]).reshape(_RINGS, -1).astype(np.float32)
    angle = np.arctan2(np.abs(f[:, None]), np.abs(g[None, :]) + 1e-9)
    high = (radius > SIDE / 4) & (radius < SIDE / 2)
    off = np.minimum(np.abs(angle), np.abs(np.pi / 2 - angle))
    hann = np.hanning(SIDE)
    taper = np.outer(hann, hann).astype(np.float32)
    return member / member.sum(axis=1, keepdims=True), high & (off < 0.2), high & (off > 0.6), taper


def residual_power(luma: Floats) -> Floats:
    """Power spectrum (128 x 65 a window) of the tapered window less its local mean."""
    import numpy as np

    *_, taper = _rings()
    level = luma - luma.mean(axis=(1, 2), keepdims=True)
    power: Floats = np.abs(np.fft.rfft2(level * taper)).astype(np.float32) ** 2
    return power + np.float32(SIDE * SIDE * 0.01)


def ring_levels(power: Floats) -> Floats:
    """Windows x rings: log10 of the mean power at each distance from frequency 0."""
    import numpy as np

    member, *_ = _rings()
    levels: Floats = np.log10(power.reshape(len(power), -1) @ member.T)
    return levels


def _spectrum(luma: Floats) -> list[Floats]:
    import numpy as np

    _, upright, slanted, _ = _rings()
    power = residual_power(luma)
    levels = ring_levels(power)
    columns = [levels[:, i] for i in range(_RINGS)]
    log = np.log10(power)
    columns.append(log[:, upright].mean(axis=1) - levels[:, 8:].mean(axis=1))
    columns.append(log[:, slanted].mean(axis=1) - levels[:, 8:].mean(axis=1))
    sharp = log - _around(log)
    columns += [sharp[:, _lattice(period)].mean(axis=1) for period in (2, 4, 8)]
    return columns


def _around(log: Floats) -> Floats:
    """Mean of 16 neighbours three and four places off."""
    import numpy as np

    wide = np.concatenate([log[:, :, 4:0:-1], log, log[:, :, -2:-6:-1]], axis=2)
    last = log.shape[2]
    total = np.zeros_like(log)
    for d in (-4, -3, 3, 4):
        rows = np.roll(wide, d, axis=1)
        for e in (-4, -3, 3, 4):
            total += rows[:, :, 4 + e : 4 + e + last]
    return total / np.float32(16)


@cache
def _lattice(period: int) -> NDArray[np.bool_]:
    """Frequencies that are multiples of 1 / `period`, without the lowest."""
    import numpy as np

    at = SIDE // period
    f = np.abs(np.fft.fftfreq(SIDE) * SIDE)[:, None]
    g = (np.fft.rfftfreq(SIDE) * SIDE)[None, :]
    lattice: NDArray[np.bool_] = (f % at == 0) & (g % at == 0) & (f + g >= SIDE // 4)
    return lattice


def _high(channel: Floats) -> Floats:
    """Residual of the eight neighbours' mean, weighted 1 2 1."""
    smooth: NDArray[np.floating] = (channel[:, :-2] + 2 * channel[:, 1:-1] + channel[:, 2:]) / 4
    smooth = (smooth[:, :, :-2] + 2 * smooth[:, :, 1:-1] + smooth[:, :, 2:]) / 4
    residual: Floats = channel[:, 1:-1, 1:-1] - smooth
    return residual


def _colour(found: Windows) -> list[Floats]:
    import numpy as np

    luma, blue, red = (_high(_half(c)) for c in (found.luma, found.blue, found.red))

    def together(a: Floats, b: Floats) -> Floats:
        product = (a * b).mean(axis=(1, 2))
        size = np.sqrt((a**2).mean(axis=(1, 2)) * (b**2).mean(axis=(1, 2))) + 0.05
        ratio: Floats = product / size
        return ratio

    def share(a: Floats) -> Floats:
        ratio: Floats = np.log(
            (np.abs(a).mean(axis=(1, 2)) + 0.02) / (np.abs(luma).mean(axis=(1, 2)) + 0.05)
        )
        return ratio

    return [together(luma, blue), together(luma, red), together(blue, red), share(blue), share(red)]


def _noise(luma: Floats) -> list[Floats]:
    import numpy as np

    cross = luma[:, 1:, 1:] - luma[:, 1:, :-1] - luma[:, :-1, 1:] + luma[:, :-1, :-1]
    cross = cross[:, : SIDE - 8, : SIDE - 8] / 2
    n, side = len(luma), (SIDE - 8) // 8
    cells = cross.reshape(n, side, 8, side, 8)
    level = np.log(np.sqrt((cells**2).mean(axis=(2, 4))) + 0.05).reshape(n, -1)
    bright = luma[:, : SIDE - 8, : SIDE - 8].reshape(n, side, 8, side, 8).mean(axis=(2, 4))
    bright = bright.reshape(n, -1) / 255
    columns = list(np.quantile(level, _QUANTILES, axis=1).astype(np.float32))
    columns.append(level.std(axis=1))
    columns.append(_slope(bright, level))
    flat = level <= np.quantile(level, 0.3, axis=1, keepdims=True)
    columns.append(_slope(bright, level, flat))
    phases = [(cross[:, y::2, x::2] ** 2).mean(axis=(1, 2)) + 0.05 for y in (0, 1) for x in (0, 1)]
    columns.append(np.abs(np.log(phases[0] * phases[3] / (phases[1] * phases[2]))))
    fourth = (cross**4).mean(axis=(1, 2))
    columns.append(np.log((fourth + 0.1) / ((cross**2).mean(axis=(1, 2)) ** 2 + 0.1)))
    return columns


def _slope(x: Floats, y: Floats, kept: NDArray[np.bool_] | None = None) -> Floats:
    """Change of `y` over the range of `x`, by least squares, shrunk where x hardly varies."""
    import numpy as np

    weight = np.ones_like(x) if kept is None else kept.astype(np.float32)
    total = weight.sum(axis=1, keepdims=True)
    dx = x - (x * weight).sum(axis=1, keepdims=True) / total
    dy = y - (y * weight).sum(axis=1, keepdims=True) / total
    slope: Floats = (dx * dy * weight).sum(axis=1) / (
        (dx**2 * weight).sum(axis=1) + 0.01 * total[:, 0]
    )
    return slope
