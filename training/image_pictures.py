"""Pictures to learn and to measure from: which set each is of, and the forms it is tried in.

Sets are held out whole. AI pictures and others pass through the same forms (as found, neutral,
made smaller, compressed again), so that a form tells nothing of the class.

Debian packages with pictures are unpacked (dpkg-deb -x, not installed) under one folder:
plasma-workspace-wallpapers mate-backgrounds gnome-backgrounds ukui-wallpapers
lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 python3-skimage opencv-doc wesnoth-1.16-data
gimp-help-en tuxpaint-stamps-default openclipart-png gcompris-qt-data; screenshots lie in a folder
beside it.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import image_fresh as fresh
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

MEDIA = Path(__file__).parents[2] / "shared/data/media/images"
REALLY_MADE = {"aigc-fake-abd210de60.png", "aigc-fake-c8e5e55057.png"}
"""Of the 14 rows of `comfyui_sd15_sdxl_sd3` only these two are generated pictures; the others
are screenshots of the program's window and are used as such."""
LARGEST = 1200
FORMS = ("raw", "neutral", "smaller", "again", "web")


@dataclass(frozen=True, slots=True)
class Row:
    """One picture: its set, the fold it is held out with, and how to open it."""

    name: str
    source: str
    fold: str
    synthetic: bool
    licence: str
    open: Callable[[], Image.Image]


def media() -> Iterator[Row]:
    """Rows of the development set."""
    fold = {
        "gpt4o_songguoxs": "gpt4o",
        "mei_canon_nikon_sony": "canon_nikon_sony",
        "camera_canon_nikon_sony": "canon_nikon_sony",
        "exif_samples": "exif_samples",
        "stylegan_ffhq_256": "stylegan",
    }
    with (MEDIA / "index.csv").open() as file:
        for row in csv.DictReader(file):
            group, name = row["group"], row["file"]
            if group in ("dfdc_crops", "mesonet_df", "mesonet_real"):
                continue
            synthetic = row["label"] == "synthetic"
            source, kept = group, fold.get(group, group)
            if group.startswith("comfyui") and name not in REALLY_MADE:
                synthetic, source, kept = False, "screens_comfyui", "screens_comfyui"
            licence = "PolyU own terms" if group.startswith("polyu") else "not stated"
            if group in ("ffhq_256", "stylegan_ffhq_256"):
                licence = "CC BY-NC-SA 4.0 (non-commercial)"
            yield Row(name, source, kept, synthetic, licence, partial(Image.open, MEDIA / name))


_PACKAGES = (
    # set, folders, at least bytes, at most pictures, licence
    ("wallpapers_plasma", ("plasma-workspace-wallpapers",), 40_000, 40, "CC BY-SA / LGPL-3"),
    ("wallpapers_mate", ("mate-backgrounds",), 40_000, 40, "CC BY-SA / GPL-2+"),
    ("wallpapers_gnome", ("gnome-backgrounds", "ukui-wallpapers"), 40_000, 40, "CC BY-SA 3.0"),
    (
        "wallpapers_lomiri",
        ("lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04"),
        40_000,
        40,
        "CC BY-SA 3.0 / 4.0",
    ),
    (
        "samples",
        ("python3-skimage", "opencv-doc/usr/share/doc/opencv-doc/examples/data"),
        40_000,
        60,
        "BSD / Apache-2.0, mixed",
    ),
    ("painted_wesnoth", ("wesnoth-1.16-data",), 40_000, 90, "GPL-2+ / CC BY-SA 4.0"),
    ("manual_gimp", ("gimp-help-en",), 15_000, 60, "GFDL-1.2+"),
    ("stamps_tuxpaint", ("tuxpaint-stamps-default",), 30_000, 50, "GPL-2+ / public domain"),
    ("drawn_openclipart", ("openclipart-png",), 25_000, 50, "CC0"),
)


def packages(folder: Path) -> Iterator[Row]:
    """Pictures of Debian packages, made by people."""
    for source, folders, least, most, licence in _PACKAGES:
        found = sorted(
            path
            for name in folders
            for path in (folder / name).rglob("*")
            if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp")
            and path.stat().st_size >= least
            and not path.is_symlink()
            and "screenshot" not in path.name
        )
        random.Random(source).shuffle(found)
        kept = 0
        for path in found:
            with Image.open(path) as image:
                if min(image.size) < 160 or kept >= most:
                    continue
            kept += 1
            name = str(path.relative_to(folder))
            yield Row(name, source, source, False, licence, partial(Image.open, path))


def web_photographs(folder: Path) -> Iterator[Row]:
    """Photographs as they go round in the web: made smaller and saved again, often as WebP. Those
    of living things are held out by themselves, and those of monuments and of music."""
    for name, held in fresh.photographs(folder):
        made = name.startswith(("explore_monuments", "explore_world_music"))
        source = "web_photos_made" if made else "web_photos_nature"
        licence = "CC BY-SA / GFDL / public domain, mixed"
        yield Row(name, source, source, False, licence, partial(Image.open, io.BytesIO(held)))


def screens(folder: Path) -> Iterator[Row]:
    """Screenshots of web pages taken by us (pages of Debian's manuals, in Chromium)."""
    for path in sorted(folder.glob("*.png")):
        yield Row(
            path.name, "screens_web", "screens_web", False, "Apache-2.0", partial(Image.open, path)
        )


# ---- pictures made here ----------------------------------------------------------------

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
)
_ZH = "关于 本次 会议 的 通知 各 部门 请 于 周五 前 提交 材料 并 核对 名单 附件 一 所列 项目"
_EN = "the of report page total order number date amount signature received by office section"
_WORDS = (_ZH + " " + _EN).split()


def made(count: int = 48) -> Iterator[Row]:
    """Scanned-like pages and hand-drawn-like pictures, rendered here."""
    for i in range(count):
        yield Row(f"scan {i}", "scans", "scans", False, "Apache-2.0", partial(_scan, i))
        yield Row(f"drawing {i}", "drawings", "drawings", False, "Apache-2.0", partial(_drawing, i))


def _scan(i: int) -> Image.Image:
    """Text and rules on paper, turned, blurred, with sensor noise."""
    rng = random.Random(f"scan {i}")
    nrng = np.random.default_rng(i)
    size = (rng.randint(700, 1300), rng.randint(700, 1300))
    paper = rng.randint(225, 255)
    page = Image.new("RGB", size, (paper, paper - rng.randint(0, 8), paper - rng.randint(0, 22)))
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(rng.choice(_FONTS), rng.randint(16, 34))
    y = rng.randint(20, 80)
    while y < size[1] - 40:
        line = " ".join(rng.choice(_WORDS) for _ in range(14))
        draw.text((rng.randint(30, 60), y), line, fill=(rng.randint(0, 60),) * 3, font=font)
        if rng.random() < 0.1:
            draw.line((20, y - 4, size[0] - 20, y - 4), fill=(60, 60, 60), width=2)
        y += rng.randint(30, 60)
    if rng.random() < 0.4:
        box = (rng.randint(100, 400), rng.randint(100, 400))
        draw.ellipse((*box, box[0] + 160, box[1] + 160), outline=(200, 30, 30), width=6)
    page = page.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    values = np.asarray(page, dtype=np.float64)
    shade = np.linspace(rng.uniform(0.85, 1), 1, size[0])[None, :, None]
    grain = nrng.normal(0, rng.uniform(1, 5), (size[1], size[0], 1))
    values = values * shade + grain + nrng.normal(0, rng.uniform(0.3, 2), values.shape)
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        image = image.convert("L").convert("RGB")
    return image


def _drawing(i: int) -> Image.Image:
    """Strokes with a soft brush over washes of colour."""
    rng = random.Random(f"drawing {i}")
    nrng = np.random.default_rng(1000 + i)
    size = (rng.randint(500, 1000), rng.randint(500, 1000))
    hue = [rng.randint(90, 250) for _ in range(3)]
    image = Image.new("RGB", size, tuple(hue))
    for _ in range(rng.randint(10, 60)):
        wash = Image.new("L", size, 0)
        points = [(rng.randint(0, size[0]), rng.randint(0, size[1])) for _ in range(5)]
        ImageDraw.Draw(wash).polygon(points, fill=rng.randint(60, 220))
        wash = wash.filter(ImageFilter.GaussianBlur(rng.choice((0.6, 2, 8, 20))))
        colour = tuple(rng.randint(0, 255) for _ in range(3))
        image.paste(Image.new("RGB", size, colour), (0, 0), wash)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(20, 120)):
        x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1])
        path = [(x, y)]
        dx, dy = rng.uniform(-8, 8), rng.uniform(-8, 8)
        for _ in range(rng.randint(5, 60)):
            dx, dy = dx + rng.uniform(-2, 2), dy + rng.uniform(-2, 2)
            path.append((path[-1][0] + dx, path[-1][1] + dy))
        ink = tuple(rng.randint(0, 120) for _ in range(3))
        draw.line(path, fill=ink, width=rng.randint(1, 9), joint="curve")
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1)))
    if rng.random() < 0.5:
        paper = nrng.normal(0, rng.uniform(1, 7), (size[1], size[0], 1))
        grain = Image.fromarray(np.clip(128 + paper[..., 0], 0, 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(rng.uniform(0, 0.8))
        )
        values = np.asarray(image, dtype=np.int16) + np.asarray(grain, dtype=np.int16)[..., None]
        image = Image.fromarray(np.clip(values - 128, 0, 255).astype(np.uint8))
    return image


def phone_like(rows: list[Row]) -> Iterator[Row]:
    """Camera photos put through what a telephone does: noise taken out, tones pressed together,
    edges sharpened, made smaller. Held out together with the photo they are made of."""
    for row in rows:
        source = "phone_like_" + row.fold
        yield Row(f"phone {row.name}", source, row.fold, False, row.licence, partial(_phone, row))


def _phone(row: Row) -> Image.Image:
    rng = random.Random(f"phone {row.name}")
    image = row.open().convert("RGB")
    if rng.random() < 0.5 and min(image.size) >= 500:
        factor = rng.uniform(0.5, 0.8)
        image = image.resize((int(image.width * factor), int(image.height * factor)))
    for _ in range(rng.randint(1, 2)):
        smooth = image.filter(ImageFilter.MedianFilter(3))
        image = Image.blend(image, smooth, rng.uniform(0.5, 1))
    tone = ImageOps.autocontrast(image, cutoff=1)
    image = Image.blend(image, tone, 0.6)
    wide = image.filter(ImageFilter.GaussianBlur(20))
    lifted = ImageChops.add(image, ImageChops.subtract(image, wide), scale=1)
    image = Image.blend(image, lifted, 0.4)
    return image.filter(
        ImageFilter.UnsharpMask(rng.uniform(0.8, 2), rng.randint(40, 160), rng.randint(0, 3))
    )


def profile_like(rows: list[Row]) -> Iterator[Row]:
    """Photos made into small sharp squares, as sites keep portraits and previews. Nothing of
    faces in them is needed: it is the making smaller that looks like a generator's work. Held
    out together with the photo they are made of."""
    for row in rows:
        source = "profile_like_" + row.fold
        yield Row(
            f"profile {row.name}", source, row.fold, False, row.licence, partial(_square, row)
        )


def _square(row: Row) -> Image.Image:
    rng = random.Random(f"profile {row.name}")
    image = upright(row.open())
    whole = min(image.size)
    kept = int(whole * rng.uniform(0.5, 1)) if whole > 1200 else whole
    left, top = rng.randint(0, image.width - kept), rng.randint(0, image.height - kept)
    side = min(kept, rng.choice((256, 256, 288, 320, 400)))
    how = rng.choice((Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX))
    image = image.crop((left, top, left + kept, top + kept)).resize((side, side), how)
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.UnsharpMask(0.6, rng.randint(30, 90), 0))
    return through(image, "JPEG", rng.randint(88, 97), "4:4:4") if rng.random() < 0.5 else image


# ---- forms -----------------------------------------------------------------------------


def upright(image: Image.Image) -> Image.Image:
    """8-bit RGB on white."""
    if "A" in image.getbands() or "transparency" in image.info:
        above = image.convert("RGBA")
        image = Image.new("RGBA", above.size, "white")
        image.alpha_composite(above)
    return image.convert("RGB")


def middle(image: Image.Image) -> Image.Image:
    """At most `LARGEST` pixels a side, at its own resolution: enough to learn from."""
    left, top = max(0, image.width - LARGEST) // 2, max(0, image.height - LARGEST) // 2
    right, bottom = min(image.width, left + LARGEST), min(image.height, top + LARGEST)
    return image.crop((left, top, right, bottom))


def through(image: Image.Image, format_name: str, quality: int, sampling: str) -> Image.Image:
    """The picture after one more lossy coding."""
    buffer = io.BytesIO()
    more = {"subsampling": sampling} if format_name == "JPEG" else {}
    image.save(buffer, format_name, quality=quality, **more)
    return Image.open(buffer).convert("RGB")


def formed(image: Image.Image, form: str, name: str) -> NDArray[np.uint8] | None:
    """The picture in one of `FORMS`; None where it would be too small."""
    rng = random.Random(sha256(f"{form} {name}".encode()).digest())
    sampling = rng.choice(("4:2:0", "4:2:0", "4:4:4", "4:2:2"))
    if form not in ("smaller", "web"):
        image = middle(image)
    if form == "neutral":
        width, height = min(512, image.width), min(512, image.height)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        image = through(image.crop((left, top, left + width, top + height)), "JPEG", 90, "4:2:0")
    elif form == "smaller":
        least = max(0.2, 200 / min(image.size))
        if least > 0.95:
            return None
        factor = least * (0.95 / least) ** rng.random()
        size = (int(image.width * factor), int(image.height * factor))
        how = rng.choice(
            (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BILINEAR)
        )
        image = middle(image.resize(size, how))
        if rng.random() < 0.8:
            image = through(image, "JPEG", rng.randint(75, 95), sampling)
    elif form == "web":
        factor = max(0.25, 320 / min(image.size)) ** rng.random()
        if factor < 0.95:
            size = (int(image.width * factor), int(image.height * factor))
            image = image.resize(
                size, rng.choice((Image.Resampling.LANCZOS, Image.Resampling.BICUBIC))
            )
        if rng.random() < 0.75:
            image = through(middle(image), "WEBP", rng.randint(55, 92), sampling)
        else:
            image = through(middle(image), "JPEG", rng.randint(65, 92), sampling)
    elif form == "again":
        if rng.random() < 0.3:
            image = through(image, "WEBP", rng.randint(70, 95), sampling)
        else:
            image = through(image, "JPEG", rng.randint(65, 95), sampling)
    return np.asarray(image)
