"""Exhibits drawn as SVG: pictures with marks, maps (heatmaps, spectrograms) and curves.

One drawing serves the report, the pages and the command line. Pixels come out of the record,
which anyone may have written, so sizes are checked before they are unpacked, and what is
embedded is a PNG written here, never bytes of the evidence.
"""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from mingjian.domain.finding import Raster
from mingjian.domain.message import Language

WIDTH = 640
"""Width of every drawing, in SVG units; the page scales it."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 8, 40
_INK, _SOFT, _LINE, _HOT = "var(--ink)", "var(--soft)", "var(--line)", "var(--hot)"
_STROKES = ("var(--accent)", "var(--hot)", "var(--contra)", "#8a6d00", "#7a4fa3", "var(--soft)")
_RAMP = ((250, 250, 247), (158, 202, 225), (49, 130, 189), (8, 48, 107), (20, 12, 40))
"""Weak to strong, light to dark: it prints on paper and reads without colour vision."""

Json = Mapping[str, Any]


def draw(exhibit: Json, language: Language) -> Markup:
    """The SVG of a picture, map or curve exhibit in its JSON form.

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


def png(width: int, height: int, channels: int, pixels: bytes) -> bytes:
    """A PNG file of 8-bit rows: 1 grey, 3 RGB or 4 RGBA bytes a pixel."""
    colour = {1: 0, 3: 2, 4: 6}[channels]
    step = width * channels
    rows = b"".join(b"\0" + pixels[row * step : (row + 1) * step] for row in range(height))

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def _image(box: tuple[float, float, float, float], file: bytes, *, smooth: bool = True) -> Markup:
    x, y, width, height = box
    style = "" if smooth else ' style="image-rendering:pixelated"'
    return Markup(
        f'<image x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        f' preserveAspectRatio="none"{style} href="data:image/png;base64,'
        f'{b64encode(file).decode("ascii")}"/>'
    )


def _svg(height: float, parts: Sequence[Markup], label: str = "") -> Markup:
    return Markup(
        '<svg class="drawing" viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, height, label, Markup("").join(parts))


def _rect(x: float, y: float, width: float, height: float, style: str) -> Markup:
    return Markup(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {style}/>'
    )


_FRAME = f'fill="none" stroke="{_HOT}" stroke-width="2"'


def _file(raster: Raster) -> bytes:
    return png(raster.width, raster.height, raster.channels, raster.pixels)


def _picture(exhibit: Json) -> Markup:
    wide, high = max(int(exhibit["width"]), 1), max(int(exhibit["height"]), 1)
    scale = min(WIDTH / wide, 480 / high)
    parts = [_image((0, 0, wide * scale, high * scale), _file(unpack(exhibit["picture"])))]
    for line in exhibit["lines"][:200]:
        x1, y1, x2, y2 = (float(line[key]) * scale for key in ("x1", "y1", "x2", "y2"))
        parts.append(
            Markup(
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
                f' stroke="{_HOT}" stroke-width="1.2"/>'
            )
        )
    for mark in exhibit["marks"][:200]:
        x, y, width, height = (
            float(mark[key]) * scale for key in ("left", "top", "width", "height")
        )
        parts.append(_rect(x, y, width, height, _FRAME))
    return _svg(high * scale, parts)


def _coloured(values: Raster) -> bytes:
    table = []
    for value in range(256):
        at = value / 255 * (len(_RAMP) - 1)
        low, high = _RAMP[int(at)], _RAMP[min(int(at) + 1, len(_RAMP) - 1)]
        table.append(bytes(round(a + (b - a) * (at % 1)) for a, b in zip(low, high, strict=True)))
    return png(values.width, values.height, 3, b"".join(table[v] for v in values.pixels))


def _veil(values: Raster) -> bytes:
    """A red veil, the denser the stronger: what lies under it stays to be seen."""
    table = [bytes((200, 30, 20, round(value * 0.72))) for value in range(256)]
    return png(values.width, values.height, 4, b"".join(table[v] for v in values.pixels))


def _map(exhibit: Json, language: Language) -> Markup:
    values, under = unpack(exhibit["values"]), exhibit["under"]
    across, down = exhibit["across"], exhibit["down"]
    wide = WIDTH - _LEFT - _RIGHT
    if under is None:
        high = 220.0
    else:  # a map over a picture keeps the picture's shape
        ground = unpack(under)
        high = min(wide * _span(down) / max(_span(across), 1e-9), 460.0)
        wide = round(min(wide, high * _span(across) / max(_span(down), 1e-9)))
    box = (_LEFT, _TOP, wide, high)
    if under is None:
        parts = [_image(box, _coloured(values), smooth=False)]
    else:
        parts = [_image(box, _file(ground)), _image(box, _veil(values), smooth=False)]
    for mark in exhibit["marks"][:200]:
        x1, x2 = sorted(_LEFT + wide * _at(across, mark[key]) for key in ("left", "right"))
        y1, y2 = sorted(_TOP + high * _at(down, mark[key]) for key in ("top", "bottom"))
        parts.append(_rect(x1, y1, x2 - x1, y2 - y1, _FRAME))
    parts += _axes(box, across, down, language)
    return _svg(_TOP + high + _BOTTOM, parts)


def _curves(exhibit: Json, language: Language) -> Markup:
    across, up = exhibit["across"], exhibit["up"]
    upright = {**up, "first": up["last"], "last": up["first"]}  # pages count from the top
    wide, high = WIDTH - _LEFT - _RIGHT, 190.0
    box = (_LEFT, _TOP, wide, high)
    parts: list[Markup] = []
    for mark in exhibit["marks"][:200]:
        x1, x2 = sorted(_LEFT + wide * _at(across, mark[key]) for key in ("start", "end"))
        parts.append(_rect(x1, _TOP, x2 - x1, high, 'fill="var(--mark)" opacity="0.8"'))
    parts += _axes(box, across, upright, language)
    for number, curve in enumerate(exhibit["curves"][:8]):
        stroke = _STROKES[number % len(_STROKES)]
        path = " ".join(
            f"{_LEFT + wide * _at(across, x):.1f},{_TOP + high * _at(upright, y):.1f}"
            for x, y in curve["points"][:2_000]
        )
        parts.append(
            Markup(f'<polyline fill="none" stroke="{stroke}" stroke-width="1.6" points="{path}"/>')
        )
        name = curve["name"][language]
        place = (_LEFT + 8 + 190 * (number % 3), _TOP + high + _BOTTOM + 12 + 16 * (number // 3))
        parts.append(_rect(place[0], place[1] - 5, 16, 3, f'fill="{stroke}"'))
        parts.append(_text(place[0] + 22, place[1], name))
    rows = (min(len(exhibit["curves"]), 8) + 2) // 3
    return _svg(_TOP + high + _BOTTOM + 16 * rows + 4, parts)


def _span(axis: Json) -> float:
    return abs(float(axis["last"]) - float(axis["first"]))


def _at(axis: Json, value: float) -> float:
    """Where `value` lies between the axis' ends, 0 to 1; beyond them, at the end."""
    first, last = float(axis["first"]), float(axis["last"])
    value = float(value)
    if first == last or not math.isfinite(value):
        return 0.0
    return min(max((value - first) / (last - first), 0.0), 1.0)


def ticks(first: float, last: float) -> list[float]:
    """Round numbers between the ends, three to seven of them."""
    low, high = sorted((first, last))
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return [low] if math.isfinite(low) else []
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(step for step in (size, 2 * size, 5 * size, 10 * size) if step >= rough)
    count = int(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1
    return [(math.ceil(low / step - 1e-9) + number) * step for number in range(count)]


def _text(x: float, y: float, words: str, anchor: str = "start", turn: bool = False) -> Markup:
    turned = f' transform="rotate(-90 {x:.0f} {y:.0f})"' if turn else ""
    return Markup(
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="{_SOFT}" text-anchor="{anchor}"'
        f"{turned}>{escape(words)}</text>"
    )


def _axes(
    box: tuple[float, float, float, float], across: Json, down: Json, language: Language
) -> list[Markup]:
    x, y, wide, high = box
    parts = [_rect(x, y, wide, high, f'fill="none" stroke="{_LINE}"')]
    for value in ticks(float(across["first"]), float(across["last"])):
        parts.append(_text(x + wide * _at(across, value), y + high + 14, f"{value:g}", "middle"))
    for value in ticks(float(down["first"]), float(down["last"])):
        parts.append(_text(x - 5, y + high * _at(down, value) + 4, f"{value:g}", "end"))
    parts.append(_text(x + wide / 2, y + high + 30, _named(across, language), "middle"))
    parts.append(_text(12, y + high / 2, _named(down, language), "middle", turn=True))
    return parts


def _named(axis: Json, language: Language) -> str:
    name, unit = axis["name"][language], axis["unit"]
    if not unit:
        return str(name)
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"
