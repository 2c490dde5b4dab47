"""A scene as a PNG file, for documents that hold no SVG (PDF, DOCX) and for the command line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from mingjian.casework.drawing.fonts import chinese_font
from mingjian.casework.drawing.scene import Path, Pixels, Rectangle, Scene, Shape, Words

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_COLOUR = {
    "ink": (28, 36, 48),
    "soft": (90, 102, 117),
    "line": (190, 198, 208),
    "hot": (163, 52, 31),
    "accent": (11, 92, 138),
    "contra": (47, 111, 87),
    "ochre": (138, 109, 0),
    "violet": (122, 79, 163),
    "mark": (255, 240, 184),
}
"""The report's own colours on white paper."""


def paint(scene: Scene, scale: float = 2.0) -> bytes:
    """A PNG of the scene, `scale` pixels a unit. Without a Chinese font of this machine, words
    beyond Latin come out as boxes; the pictures are the same."""
    from PIL import Image, ImageDraw

    size = (round(scene.width * scale), max(1, round(scene.height * scale)))
    page = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(page)
    font = _font(round(11 * scale))
    for shape in scene.shapes:
        _put(page, pen, shape, scale, font)
    file = io.BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    font = chinese_font()
    if font is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(font.path), size, index=font.face)


def _put(
    page: Image, pen: ImageDraw, shape: Shape, scale: float, font: FreeTypeFont | ImageFont
) -> None:
    from PIL import Image

    match shape:
        case Pixels():
            mode = {1: "L", 3: "RGB", 4: "RGBA"}[shape.channels]
            way = Image.Resampling.BILINEAR if shape.smooth else Image.Resampling.NEAREST
            size = (max(1, round(shape.width * scale)), max(1, round(shape.height * scale)))
            image = Image.frombytes(mode, (shape.columns, shape.rows), shape.data)
            image = image.resize(size, way)
            place = (round(shape.x * scale), round(shape.y * scale))
            page.paste(image, place, image if mode == "RGBA" else None)
        case Rectangle():
            corners = [
                (shape.x * scale, shape.y * scale),
                ((shape.x + shape.width) * scale, (shape.y + shape.height) * scale),
            ]
            fill = None if shape.fill is None else _COLOUR[shape.fill]
            stroke = None if shape.stroke is None else _COLOUR[shape.stroke]
            pen.rectangle(corners, fill, stroke, round(shape.thickness * scale))
        case Path():
            points = [(x * scale, y * scale) for x, y in shape.points]
            if len(points) > 1:
                pen.line(points, _COLOUR[shape.stroke], round(shape.thickness * scale), "curve")
        case Words():
            _write(page, pen, shape, scale, font)


def _write(
    page: Image, pen: ImageDraw, words: Words, scale: float, font: FreeTypeFont | ImageFont
) -> None:
    from PIL import Image, ImageDraw

    left, top, right, bottom = (round(edge) for edge in pen.textbbox((0, 0), words.text, font))
    width, height = right - left, bottom - top
    if width < 1 or height < 1:
        return
    back = {"start": 0.0, "middle": width / 2, "end": float(width)}[words.anchor]
    x, y = words.x * scale, words.y * scale
    colour = _COLOUR["soft"]
    if not words.turned:
        pen.text((x - back - left, y - height - top), words.text, colour, font)
        return
    ink = Image.new("L", (width, height), 0)
    ImageDraw.Draw(ink).text((-left, -top), words.text, 255, font)
    upright = ink.transpose(Image.Transpose.ROTATE_90)
    place = (round(x - height), round(y - width + back))
    page.paste(Image.new("RGB", upright.size, colour), place, upright)
