"""Pictures with marks drawn by us: several grounds, sizes, colours, places and codings.

.venv/bin/python -m tests... is not how this runs; see test_pixels.py and the card.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = [
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
]
"""Those of them that a system has are used."""


def fonts() -> list[Path]:
    return [path for path in FONTS if path.is_file()]


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # In Noto's collections face 2 is simplified Chinese.
    return ImageFont.truetype(str(path), size, index=2 if "Noto" in path.name else 0)


def glyphs(text: str, high: int, path: Path) -> tuple[ImageFont.FreeTypeFont, tuple[int, ...]]:
    """The font in which the drawn text is `high` pixels from top to bottom, and its box."""
    size = high
    for _ in range(6):
        box = _font(path, size).getbbox(text)
        size = max(6, round(size * high / (box[3] - box[1])))
    font = _font(path, size)
    return font, tuple(int(v) for v in font.getbbox(text))


def ground(kind: str, width: int, height: int, seed: int) -> Image.Image:
    """A picture to write on: plain, gradient, noise, leaves (many small edges) or scene."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    if kind == "plain":
        pixels = np.broadcast_to(chance.integers(40, 216, 3), (height, width, 3))
    elif kind == "gradient":
        a, b = chance.integers(0, 256, 3), chance.integers(0, 256, 3)
        pixels = a + (b - a) * ((x / width + y / height) / 2)[:, :, None]
    elif kind == "noise":
        pixels = chance.integers(30, 226, 3) + chance.normal(0, 22, (height, width, 3))
    elif kind == "leaves":
        coarse = chance.integers(0, 256, (height // 6 + 1, width // 6 + 1, 3)).astype(np.uint8)
        picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        pixels = np.asarray(picture) * 0.6 + np.array([20, 60, 20])
    else:
        coarse = chance.integers(0, 256, (5, 7, 3)).astype(np.uint8)
        picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        draw = ImageDraw.Draw(picture)
        for _ in range(12):
            left, top = chance.integers(0, width), chance.integers(0, height)
            size = chance.integers(width // 20, width // 4, 2)
            colour = tuple(int(v) for v in chance.integers(0, 256, 3))
            draw.ellipse((left, top, left + size[0], top + size[1]), fill=colour)
        pixels = np.asarray(picture) + chance.normal(0, 5, (height, width, 3))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def marked(
    text: str,
    *,
    width: int = 1000,
    height: int = 750,
    share: float = 0.05,
    kind: str = "scene",
    place: str = "bottom right",
    style: str = "white",
    font: int = 0,
    seed: int = 0,
) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """A picture with `text` written into it, and the box of what was drawn.

    `share`: height of the drawn text by the shorter side. `style`: white, black, faint (white,
    60 % opaque), outlined (white with a dark edge) or plate (white on a dark half-open plate).
    """
    picture = ground(kind, width, height, seed)
    high = round(share * min(width, height))
    available = fonts()
    face, (x0, y0, x1, y1) = glyphs(text, high, available[font % len(available)])
    gap = round(0.025 * min(width, height))
    wide = x1 - x0
    left = {"left": gap, "right": width - gap - wide}.get(place.split()[-1], (width - wide) // 2)
    top = {"top": gap, "bottom": height - gap - (y1 - y0)}.get(place.split()[0], height // 2)
    over = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    if style == "plate":
        pad = high // 3
        box = (left - pad, top - pad, left + wide + pad, top + (y1 - y0) + pad)
        draw.rounded_rectangle(box, pad, fill=(0, 0, 0, 130))
    fill = (0, 0, 0, 255) if style == "black" else (255, 255, 255, 153 if style == "faint" else 255)
    edge = max(1, high // 14) if style == "outlined" else 0
    draw.text(
        (left - x0, top - y0), text, font=face, fill=fill, stroke_width=edge,
        stroke_fill=(40, 40, 40, 255) if edge else None,
    )  # fmt: skip
    picture = Image.alpha_composite(picture.convert("RGBA"), over).convert("RGB")
    return picture, (left, top, wide, y1 - y0)


def page(lines: list[str], *, width: int = 900, size: int = 34, font: int = 0) -> Image.Image:
    """A screenshot-like page of dark text on white."""
    face = _font(fonts()[font % len(fonts())], size)
    picture = Image.new("RGB", (width, size * 2 * (len(lines) + 1)), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((size, size * (2 * number + 1)), line, font=face, fill=(30, 30, 30))
    return picture


def saved(picture: Image.Image, format: str = "JPEG", quality: int = 85) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **({"quality": quality} if format in ("JPEG", "WEBP") else {}))
    return out.getvalue()


def samples(marks: list[str], count: int, seed: int = 1) -> list[dict[str, object]]:
    """`count` ways to draw: every mark, ground, style, place and size comes up."""
    chance = random.Random(seed)
    sizes = [(1024, 1024), (1280, 720), (720, 1280), (1000, 750), (1920, 1080), (640, 640)]
    drawn = []
    for number in range(count):
        width, height = sizes[number % len(sizes)]
        drawn.append(
            {
                "text": marks[number % len(marks)],
                "width": width,
                "height": height,
                "share": chance.choice([0.02, 0.03, 0.04, 0.05, 0.06, 0.08]),
                "kind": chance.choice(["plain", "gradient", "noise", "leaves", "scene"]),
                "place": chance.choice(
                    ["bottom right", "bottom left", "top left", "top right", "bottom middle"]
                ),
                "style": chance.choice(["white", "black", "faint", "outlined", "plate"]),
                "font": chance.randrange(8),
                "seed": number,
            }
        )
    return drawn


MARKS = [
    "AI生成", "内容由AI生成", "豆包AI生成", "即梦AI", "人工智能生成", "由人工智能合成", "可灵AI",
    "AI作画", "海螺AI", "千问AI生成", "文小言AI生成", "智谱清言", "腾讯元宝AI生成",
    "作者声明：内容由AI生成", "笔记含AI合成内容", "疑似使用了AI生成技术，请谨慎甄别",
]  # fmt: skip


def main(count: int, seed: int = 7) -> None:
    """How many of `count` drawn marks are found, by height, ground and style; and how the
    height is judged, apart from heights that are the limit itself."""
    from mingjian.detect.label.pixels import Visible
    from mingjian.testing.evidence import evidence_from

    detector, spent, found, asked = Visible({}), 0.0, Counter[str](), Counter[str]()
    judged: Counter[tuple[float, str]] = Counter()
    for sample in samples(MARKS, count, seed):
        picture, box = marked(**sample)  # type: ignore[arg-type]
        data = saved(picture)
        start = time.process_time()
        evidence = evidence_from(data, "drawn.jpg")[0]
        (finding,) = detector.examine(evidence)
        spent += time.process_time() - start
        groups = ["all", *(f"{key} {sample[key]}" for key in ("share", "kind", "style"))]
        asked.update(groups)
        if finding.quiet:
            continue
        found.update(groups)
        (first, *_) = finding.details["marks"]  # type: ignore[misc]
        true = box[3] / min(picture.size)
        judged[float(sample["share"]), str(first["height"])] += 1  # type: ignore[arg-type]
        if first["height"] != "cannot tell" and (first["height"] == "met") != (true >= 0.05):
            judged[float(sample["share"]), "WRONG"] += 1  # type: ignore[arg-type]
    for group in sorted(asked):
        print(f"{group:16} {found[group]:4} of {asked[group]:4}")
    for (share, state), number in sorted(judged.items()):
        print(f"height {share:.2f} {state:12} {number}")
    print(f"{spent / count:.2f} s of one core a picture (taking in and label.visible)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
