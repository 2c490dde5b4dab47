"""A scene as SVG, in the page's own colours."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode

from markupsafe import Markup, escape

from mingjian.casework.drawing.scene import Path, Pixels, Rectangle, Scene, Shape, Words

_COLOUR = {"ochre": "#8a6d00", "violet": "#7a4fa3"}
"""Inks the style sheet has no name for; the others are its variables."""


def svg(scene: Scene, label: str = "", name: str = "") -> Markup:
    """One self-contained `<svg>` element: pictures within it are data, nothing is fetched.

    Where something is laid over a picture of the evidence, both are groups: the picture of the
    id `name`, so that a page can show it a second time, and what lies over it of class `over`.
    """
    ground, over = (
        Markup("").join(map(_shape, shapes))
        for shapes in (scene.shapes[: scene.ground], scene.shapes[scene.ground :])
    )
    body = ground + over
    if name and ground and over:
        body = Markup('<g id="{}">{}</g><g class="over">{}</g>').format(name, ground, over)
    return _framed(scene, label, body)


def svg_again(scene: Scene, label: str, name: str) -> Markup:
    """The picture of the evidence alone, as it stands on the same page in the group `name`."""
    return _framed(scene, label, Markup('<use href="#{}"/>').format(name))


def _framed(scene: Scene, label: str, body: Markup) -> Markup:
    head = (
        f'<svg class="drawing" viewBox="0 0 {scene.width:.0f} {scene.height:.0f}" role="img" '
        f'aria-label="{escape(label)}">'
    )
    return Markup(head) + body + Markup("</svg>")


def png(width: int, height: int, channels: int, pixels: bytes) -> bytes:
    """A PNG file of 8-bit rows: 1 grey, 3 RGB or 4 RGBA bytes a pixel."""
    colour = {1: 0, 3: 2, 4: 6}[channels]
    step = width * channels
    rows = b"".join(b"\0" + pixels[row * step : (row + 1) * step] for row in range(height))

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    packed = zlib.compress(rows, 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _ink(name: str | None) -> str:
    return "none" if name is None else _COLOUR.get(name, f"var(--{name})")


def _shape(shape: Shape) -> Markup:
    match shape:
        case Pixels():
            file = b64encode(png(shape.columns, shape.rows, shape.channels, shape.data)).decode()
            style = "" if shape.smooth else ' image-rendering="pixelated"'
            return Markup(
                f'<image x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}"'
                f' height="{shape.height:.1f}" preserveAspectRatio="none"{style}'
                f' href="data:image/png;base64,{file}"/>'
            )
        case Rectangle():
            return Markup(
                f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}"'
                f' height="{shape.height:.1f}" fill="{_ink(shape.fill)}"'
                f' stroke="{_ink(shape.stroke)}" stroke-width="{shape.thickness:g}"/>'
            )
        case Path():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            return Markup(
                f'<polyline fill="none" stroke="{_ink(shape.stroke)}"'
                f' stroke-width="{shape.thickness:g}" points="{points}"/>'
            )
        case Words():
            turn = f' transform="rotate(-90 {shape.x:.0f} {shape.y:.0f})"' if shape.turned else ""
            return Markup(
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="11"'
                f' fill="var(--soft)" text-anchor="{shape.anchor}"{turn}>'
                f"{escape(shape.text)}</text>"
            )
