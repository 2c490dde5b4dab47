"""A still picture as pixels: decoded once, bounded, and told what its file was.

    picture = decode(evidence)        # raises Refused with the reason
    picture.rgb                       # uint8, height x width x 3, as a viewer shows it

Detectors of pictures start here. What a file says besides its pixels (metadata, credentials) is
read elsewhere.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingjian.domain.evidence import Evidence
from mingjian.domain.finding import Raster
from mingjian.domain.message import Message
from mingjian.intake.limits import Limits, Refused
from mingjian.intake.unpack.damage import reading
from mingjian.intake.unpack.image import open_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_PIXELS = 50_000_000
"""A larger JPEG is read at a half, a quarter or an eighth of its size; others are refused."""
SMALL_SIDE = 256
NEUTRAL_SIDE = 512
NEUTRAL_QUALITY = 90
_ORIENTATION = 0x0112
_LOSSY = {"jpeg": True, "png": False, "gif": True, "bmp": False, "heif": True, "avif": True}
"""Of GIF the colours are lost, not the detail. WebP is read from its chunks; others unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The pixels of a picture's first frame, and what its file is."""

    rgb: NDArray[np.uint8]
    """Height x width x 3, turned as EXIF says, transparency laid on white. Read-only."""
    format: str
    lossy: bool | None
    """Whether the file's compression loses detail; None where the format does not tell."""
    tables: tuple[tuple[int, ...], ...] = ()
    """JPEG quantisation tables in the order of their numbers, 64 steps each, row by row."""
    sampling: str | None = None
    """JPEG chroma sub-sampling, such as 4:2:0; None for other formats."""
    orientation: int = 1
    """EXIF orientation that was applied (1: none). The JPEG grid starts at the top left of the
    picture before it was turned."""
    reduced: int = 1
    """The picture was read at one over this size because it is very large."""
    animated: bool = False
    """There are more frames than the one read."""
    notes: tuple[Message, ...] = ()
    """What was changed to make plain 8-bit RGB of it."""

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])


def decode(evidence: Evidence) -> Picture:
    """The picture in `evidence`; raises `Refused` (with the reason) where there is none.

    At most `MOST_PIXELS` pixels are decoded; of an animation, the first frame.
    """
    opened = open_image(evidence, Limits().image_pixels)
    return _decode(opened, evidence.format, _is_lossy(evidence))


def _decode(opened: Any, format_name: str, lossy: bool | None) -> Picture:
    import numpy as np

    with reading("image"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables, sampling = _jpeg(opened)
        reduced = _reduce(opened)
        orientation = _orientation(opened)
        animated = bool(getattr(opened, "is_animated", False))
        if animated:
            opened.seek(0)
        opened.load()
        plain, notes = _plain(opened)
        if orientation != 1:
            plain = _turned(plain, orientation)
        rgb = np.array(plain, dtype=np.uint8)
    rgb.flags.writeable = False
    if animated:
        notes.append(
            Message("动画只检验第一帧。", "Of the animation only the first frame is examined.")
        )
    if reduced > 1:
        notes.append(
            Message(
                f"图像很大，按 1/{reduced} 尺寸读取。",
                f"The picture is very large and was read at 1/{reduced} of its size.",
            )
        )
    return Picture(
        rgb=rgb,
        format=format_name,
        lossy=lossy,
        tables=tables,
        sampling=sampling,
        orientation=orientation,
        reduced=reduced,
        animated=animated,
        notes=tuple(notes),
    )


def small(picture: Picture, side: int = SMALL_SIDE) -> Raster:
    """The picture at most `side` pixels wide and high, for exhibits; never made larger."""
    from PIL import Image

    factor = min(1.0, side / max(picture.width, picture.height))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    shown = Image.fromarray(picture.rgb)
    if size != shown.size:
        shown = shown.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return Raster(width=size[0], height=size[1], channels=3, pixels=shown.tobytes())


def neutral(picture: Picture, side: int = NEUTRAL_SIDE) -> Picture:
    """The picture's middle, at most `side` pixels a side, once more through one same JPEG.

    Quality 90 and 4:2:0, no metadata: pictures of any format then differ by content alone, and
    by what traces of their making survive. For measuring how much a detector owes to formats.
    """
    from PIL import Image

    width, height = min(side, picture.width), min(side, picture.height)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    middle = Image.fromarray(picture.rgb[top : top + height, left : left + width])
    buffer = io.BytesIO()
    middle.save(buffer, "JPEG", quality=NEUTRAL_QUALITY, subsampling="4:2:0")
    buffer.seek(0)
    with Image.open(buffer, formats=["JPEG"]) as opened:
        return _decode(opened, "jpeg", True)


# ---- one step each --------------------------------------------------------------------


def _is_lossy(evidence: Evidence) -> bool | None:
    if evidence.format == "webp":
        head = bytes(evidence.content.view()[:4096])
        return False if b"VP8L" in head else True if b"VP8 " in head else None
    return _LOSSY.get(evidence.format)


def _jpeg(opened: Any) -> tuple[tuple[tuple[int, ...], ...], str | None]:
    """Quantisation tables and chroma sub-sampling of a JPEG whose header was read."""
    if opened.format not in ("JPEG", "MPO"):
        return (), None
    tables = tuple(tuple(steps) for _, steps in sorted(opened.quantization.items()))
    layers = opened.layer
    if len(layers) < 3:
        return tables, "4:0:0" if len(layers) == 1 else None
    (_, wide, high, _), (_, blue_wide, blue_high, _) = layers[0], layers[1]
    across, down = wide // max(1, blue_wide), high // max(1, blue_high)
    names = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1"}
    return tables, names.get((across, down))


def _reduce(opened: Any) -> int:
    """Ask the JPEG decoder for a smaller picture where it is too large; the factor."""
    before = opened.width * opened.height
    if before <= MOST_PIXELS:
        return 1
    for factor in (2, 4, 8):
        if before / factor**2 > MOST_PIXELS:
            continue
        full = int(opened.width)
        if opened.draft(opened.mode, (opened.width // factor, opened.height // factor)) is None:
            break
        if opened.width * opened.height <= MOST_PIXELS:
            return max(1, round(full / int(opened.width)))
        break
    limit = MOST_PIXELS // 1_000_000
    raise Refused(
        Message(
            f"图像超过 {limit} 百万像素，且其格式不能缩小读取，未解码。",
            f"The picture has more than {limit} million pixels and its format cannot be read "
            "at a smaller size; it was not decoded.",
        )
    )


def _orientation(opened: Any) -> int:
    """EXIF orientation, 1 to 8; a damaged block counts as none."""
    try:
        found = int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # any damage in metadata; the pixels can still be examined
        return 1
    return found if 1 <= found <= 8 else 1


def _turned(plain: Any, orientation: int) -> Any:
    from PIL.Image import Transpose

    methods = (
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    )
    return plain.transpose(methods[orientation - 2])


def _plain(opened: Any) -> tuple[Any, list[Message]]:
    """8-bit RGB of any mode Pillow reads, and what was changed."""
    from PIL import Image

    notes: list[Message] = []
    if "A" in opened.getbands() or "a" in opened.getbands() or "transparency" in opened.info:
        above = opened.convert("RGBA")
        plain = Image.new("RGBA", above.size, "white")
        plain.alpha_composite(above)
        if above.getchannel("A").getextrema()[0] < 255:
            notes.append(
                Message(
                    "图像有透明部分，铺在白底上检验。",
                    "The picture is partly transparent; it was examined laid on white.",
                )
            )
        return plain.convert("RGB"), notes
    if opened.mode == "CMYK":
        notes.append(
            Message(
                "图像为印刷四色（CMYK），近似换算为 RGB。",
                "The picture is in printing colours (CMYK) and was converted to RGB approximately.",
            )
        )
    if opened.mode.startswith(("I", "F")):
        notes.append(
            Message("图像每通道多于 8 位，已换算为 8 位。", "More than 8 bits a channel: made 8.")
        )
        return Image.fromarray(_eight_bits(opened)).convert("RGB"), notes
    return opened.convert("RGB"), notes


def _eight_bits(opened: Any) -> NDArray[np.uint8]:
    """Grey of more than 8 bits: 16-bit values by their upper byte, others by their range."""
    import numpy as np

    values = np.nan_to_num(np.asarray(opened, dtype=np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if opened.mode.startswith("I") and low >= 0 and high < 65536:
        scaled = values / 257.0 if high > 255 else values
    else:
        scaled = (values - low) * (255.0 / (high - low)) if high > low else values * 0.0
    eight: NDArray[np.uint8] = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return eight
