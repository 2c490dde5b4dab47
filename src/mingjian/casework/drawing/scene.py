"""What an exhibit looks like: images, rectangles, lines and words on a plane.

One scene serves the report, the pages, PDF and DOCX, so that they show the same picture.
Pixels come out of the record, which anyone may have written: sizes are checked before they
are unpacked, and no byte of the evidence itself is ever shown.
"""

from __future__ import annotations

import math
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mingjian.domain.finding import Raster
from mingjian.domain.message import Language

WIDTH = 640.0
"""Width of every scene, in its own units."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 12.0, 8.0, 40.0
EDGES = (_LEFT, WIDTH - _RIGHT)
"""Where the plane of a map or of curves begins and ends, from left to right."""
_RAMP = ((250, 250, 247), (158, 202, 225), (49, 130, 189), (8, 48, 107), (20, 12, 40))
"""Weak to strong, light to dark: it prints on paper and reads without colour vision."""

Json = Mapping[str, Any]
Ink = Literal["ink", "soft", "line", "hot", "accent", "contra", "ochre", "violet", "mark"]
_STROKES: tuple[Ink, ...] = ("accent", "hot", "contra", "ochre", "violet", "soft")


@dataclass(frozen=True, slots=True)
class Pixels:
    """An image at (x, y), `width` x `height`; `channels` 1 grey, 3 RGB, 4 RGBA."""

    x: float
    y: float
    width: float
    height: float
    columns: int
    rows: int
    channels: Literal[1, 3, 4]
    data: bytes
    smooth: bool = True


@dataclass(frozen=True, slots=True)
class Rectangle:
    x: float
    y: float
    width: float
    height: float
    fill: Ink | None = None
    stroke: Ink | None = None
    thickness: float = 1.0


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: Ink
    thickness: float


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    turned: bool = False
    """Written upwards, turned a quarter to the left about (x, y)."""


Shape = Pixels | Rectangle | Path | Words


@dataclass(slots=True)
class Scene:
    height: float
    shapes: list[Shape] = field(default_factory=list)
    width: float = WIDTH
    ground: int = 0
    """The first so many shapes show the evidence's own picture; the others are laid over it."""


def scene_of(exhibit: Json, language: Language) -> Scene:
    """The scene of a picture, map or curve exhibit in its JSON form.

    Raises:
        ValueError: the exhibit is none of these, or its pixels do not fit its size.
    """
    match exhibit["type"]:
        case "picture":
            return _picture(exhibit)
        case "map":
            return _map(exhibit, language)
        case "curve":
            return _curves(exhibit, language)
    raise ValueError(f"no drawing for an exhibit of type {exhibit['type']!r}")


def unpack(raster: Json) -> Raster:
    """The pixels of a raster in its JSON form; refuses one that unpacks to another size."""
    width, height, channels = (int(raster[key]) for key in ("width", "height", "channels"))
    if not (0 < width <= Raster.LARGEST_SIDE and 0 < height <= Raster.LARGEST_SIDE):
        raise ValueError(f"a raster of {width} x {height} pixels")
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(b64decode(raster["pixels"]), width * height * channels + 1)
    except zlib.error as error:
        raise ValueError(f"pixels that do not unpack: {error}") from error
    return Raster(width=width, height=height, channels=1 if channels == 1 else 3, pixels=pixels)


def _shown(raster: Raster, x: float, y: float, width: float, height: float) -> Pixels:
    return Pixels(x, y, width, height, raster.width, raster.height, raster.channels, raster.pixels)


def _framed(x: float, y: float, width: float, height: float) -> Rectangle:
    return Rectangle(x, y, width, height, stroke="hot", thickness=2.0)


def _picture(exhibit: Json) -> Scene:
    wide, high = max(int(exhibit["width"]), 1), max(int(exhibit["height"]), 1)
    scale = min(WIDTH / wide, 480 / high)
    ground = unpack(exhibit["picture"])
    scene = Scene(high * scale, [_shown(ground, 0, 0, wide * scale, high * scale)], ground=1)
    for line in exhibit["lines"][:200]:
        x1, y1, x2, y2 = (float(line[key]) * scale for key in ("x1", "y1", "x2", "y2"))
        scene.shapes.append(Path(((x1, y1), (x2, y2)), "hot", 1.2))
    for mark in exhibit["marks"][:200]:
        x, y, width, height = (
            float(mark[key]) * scale for key in ("left", "top", "width", "height")
        )
        scene.shapes.append(_framed(x, y, width, height))
    return scene


def _coloured(values: Raster) -> bytes:
    table = []
    for value in range(256):
        at = value / 255 * (len(_RAMP) - 1)
        low, high = _RAMP[int(at)], _RAMP[min(int(at) + 1, len(_RAMP) - 1)]
        table.append(bytes(round(a + (b - a) * (at % 1)) for a, b in zip(low, high, strict=True)))
    return b"".join(table[value] for value in values.pixels)


def _veil(values: Raster) -> bytes:
    """A red veil, the denser the stronger: what lies under it stays to be seen."""
    table = [bytes((200, 30, 20, round(value * 0.72))) for value in range(256)]
    return b"".join(table[value] for value in values.pixels)


def _map(exhibit: Json, language: Language) -> Scene:
    values, under = unpack(exhibit["values"]), exhibit["under"]
    if values.channels != 1:
        raise ValueError("a map whose values are not one byte a cell")
    across, down = exhibit["across"], exhibit["down"]
    wide, high = WIDTH - _LEFT - _RIGHT, 220.0
    if under is not None:  # a map over a picture keeps the picture's shape
        high = min(wide * _span(down) / max(_span(across), 1e-9), 460.0)
        wide = min(wide, high * _span(across) / max(_span(down), 1e-9))
    scene = Scene(_TOP + high + _BOTTOM)
    cells = (_LEFT, _TOP, wide, high, values.width, values.height)
    axes = _axes((_LEFT, _TOP, wide, high), across, down, language)
    if under is None:
        scene.shapes += [Pixels(*cells, 3, _coloured(values), smooth=False), *axes]
    else:
        scene.shapes += [_shown(unpack(under), _LEFT, _TOP, wide, high), *axes]
        scene.ground = len(scene.shapes)
        scene.shapes.append(Pixels(*cells, 4, _veil(values), smooth=False))
    for mark in exhibit["marks"][:200]:
        x1, x2 = sorted(_LEFT + wide * _at(across, mark[key]) for key in ("left", "right"))
        y1, y2 = sorted(_TOP + high * _at(down, mark[key]) for key in ("top", "bottom"))
        scene.shapes.append(_framed(x1, y1, x2 - x1, y2 - y1))
    return scene


def _curves(exhibit: Json, language: Language) -> Scene:
    across, up = exhibit["across"], exhibit["up"]
    down = {**up, "first": up["last"], "last": up["first"]}  # pages count from the top
    wide, high = WIDTH - _LEFT - _RIGHT, 190.0
    curves = exhibit["curves"][: len(_STROKES) + 2]
    scene = Scene(_TOP + high + _BOTTOM + 16 * ((len(curves) + 2) // 3) + 4)
    for mark in exhibit["marks"][:200]:
        x1, x2 = sorted(_LEFT + wide * _at(across, mark[key]) for key in ("start", "end"))
        scene.shapes.append(Rectangle(x1, _TOP, x2 - x1, high, fill="mark"))
    scene.shapes += _axes((_LEFT, _TOP, wide, high), across, down, language)
    for number, curve in enumerate(curves):
        stroke = _STROKES[number % len(_STROKES)]
        points = tuple(
            (_LEFT + wide * _at(across, x), _TOP + high * _at(down, y))
            for x, y in curve["points"][:2_000]
        )
        x = _LEFT + 8 + 190 * (number % 3)
        y = _TOP + high + _BOTTOM + 12 + 16 * (number // 3)
        scene.shapes += [
            Path(points, stroke, 1.6),
            Rectangle(x, y - 5, 16, 3, fill=stroke),
            Words(x + 22, y, curve["name"][language]),
        ]
    return scene


def across_of(exhibit: Json, value: float) -> float:
    """Where a value of a map's or curve's axis `across` stands in its scene."""
    return EDGES[0] + (EDGES[1] - EDGES[0]) * _at(exhibit["across"], value)


def _span(axis: Json) -> float:
    return abs(float(axis["last"]) - float(axis["first"]))


def _at(axis: Json, value: float) -> float:
    """Where `value` lies between the axis' ends, 0 to 1; beyond them, at the end."""
    first, last = float(axis["first"]), float(axis["last"])
    value = float(value)
    if first == last or not math.isfinite(value):
        return 0.0
    return min(max((value - first) / (last - first), 0.0), 1.0)


NARROWEST = 1e-300
"""Ends nearer than this are one: a fifth of the way between could be no number but nought."""


def ticks(first: float, last: float) -> list[float]:
    """Round numbers between the ends, three to seven of them."""
    low, high = sorted((first, last))
    if not (math.isfinite(low) and math.isfinite(high)) or high - low < NARROWEST:
        return [low] if math.isfinite(low) else []
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(step for step in (size, 2 * size, 5 * size, 10 * size) if step >= rough)
    count = math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1
    return [(math.ceil(low / step - 1e-9) + number) * step for number in range(count)]


def _axes(
    box: tuple[float, float, float, float], across: Json, down: Json, language: Language
) -> list[Shape]:
    x, y, wide, high = box
    shapes: list[Shape] = [Rectangle(x, y, wide, high, stroke="line")]
    for value in ticks(float(across["first"]), float(across["last"])):
        shapes.append(Words(x + wide * _at(across, value), y + high + 14, f"{value:g}", "middle"))
    for value in ticks(float(down["first"]), float(down["last"])):
        shapes.append(Words(x - 5, y + high * _at(down, value) + 4, f"{value:g}", "end"))
    shapes.append(Words(x + wide / 2, y + high + 30, _named(across, language), "middle"))
    shapes.append(Words(12, y + high / 2, _named(down, language), "middle", turned=True))
    return shapes


def _named(axis: Json, language: Language) -> str:
    name, unit = axis["name"][language], axis["unit"]
    if not unit:
        return str(name)
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"
