"""What a file says of a picture's size, dates and small copy, against the picture itself."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from mingjian.domain.message import Message
from mingjian.intake.unpack.image import thumbnail_of

if TYPE_CHECKING:
    from PIL import Image

_MOST_BYTES: Final = 1 << 20
_EXIF, _WIDTH, _HEIGHT = 0x8769, 0xA002, 0xA003
_CHANGED, _TAKEN = 0x0132, 0x9003
_DATE: Final = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})")
DISAGREES: Final = 0.8
"""Correlation below which the small copy shows something else; 46 that were whole had 0.95."""
_CLOSE: Final = 0.08


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """The small copy in a file against its picture."""

    likeness: float
    """Correlation of grey levels, the better of the whole copy and the copy without bars."""
    shape: float
    """Width through height of the copy without bars, over that of the picture."""
    size: tuple[int, int]
    rgb: NDArray[np.uint8]

    @property
    def same_shape(self) -> bool:
        return bool(abs(np.log(self.shape)) <= _CLOSE)

    @property
    def agrees(self) -> bool:
        return self.likeness >= DISAGREES and self.same_shape


def exif_of(image: Image.Image) -> bytes:
    """The file's EXIF block, at most 1 MiB; empty where there is none."""
    raw = image.info.get("exif")
    if not isinstance(raw, bytes) or len(raw) > _MOST_BYTES:
        return b""
    return raw.removeprefix(b"Exif\0\0")


def thumbnail(exif: bytes, rgb: NDArray[np.uint8]) -> Thumbnail | None:
    """The JPEG copy in an EXIF block compared with the picture as stored."""
    from PIL import Image

    data = thumbnail_of(exif)
    if not data.startswith(b"\xff\xd8"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            copy = Image.open(io.BytesIO(data), formats=["JPEG"])
            if not min(copy.size) >= 32 or max(copy.size) > 1024:
                return None
            small = copy.convert("RGB")
    except Exception:  # any damage in a thumbnail; the picture itself can still be examined
        return None
    shown = np.asarray(small)
    inner = _without_bars(shown)
    best = _alike(shown, rgb), _shape(shown, rgb)
    for part in (shown, inner):
        for turned in range(4):
            one = np.rot90(part, turned)
            shape = _shape(one, rgb)
            if turned % 2 and abs(np.log(shape)) > _CLOSE:
                continue
            likeness = _alike(one, rgb)
            # A copy of the right shape is the better reading of bars.
            if (abs(np.log(shape)) <= _CLOSE, likeness) > (abs(np.log(best[1])) <= _CLOSE, best[0]):
                best = likeness, shape
    return Thumbnail(best[0], best[1], small.size, shown)


def _shape(small: NDArray[np.uint8], rgb: NDArray[np.uint8]) -> float:
    return float(small.shape[1] / small.shape[0]) / float(rgb.shape[1] / rgb.shape[0])


def _without_bars(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cameras fill up a copy of another shape with black above and below (or beside)."""
    dark = rgb.max(axis=2) < 40
    rows, columns = ~(dark.mean(axis=1) > 0.97), ~(dark.mean(axis=0) > 0.97)
    if not (rows.any() and columns.any()):
        return rgb
    (top, bottom), (left, right) = (np.nonzero(kept)[0][[0, -1]] for kept in (rows, columns))
    inner = rgb[top : bottom + 1, left : right + 1]
    return inner if min(inner.shape[:2]) >= 24 else rgb


def _alike(small: NDArray[np.uint8], rgb: NDArray[np.uint8]) -> float:
    from PIL import Image

    size = 48, 48
    one, two = (
        np.asarray(
            Image.fromarray(np.ascontiguousarray(part))
            .convert("L")
            .resize(size, Image.Resampling.BOX, reducing_gap=2.0),
            dtype=np.float64,
        )
        for part in (small, rgb)
    )
    one, two = one - one.mean(), two - two.mean()
    weight = float(np.sqrt((one**2).sum() * (two**2).sum()))
    return float((one * two).sum()) / weight if weight > 48 * 48 else 1.0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something the metadata says that cannot be so of this file."""

    name: str
    sentence: Message


def disagreements(image: Image.Image) -> Iterator[Disagreement]:
    """Pixel size and order of dates in EXIF against the file; damage counts as silence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exif = image.getexif()
            inner: Any = exif.get_ifd(_EXIF)
            said = int(inner.get(_WIDTH, 0)), int(inner.get(_HEIGHT, 0))
            taken, changed = str(inner.get(_TAKEN, ""))[:40], str(exif.get(_CHANGED, ""))[:40]
    except Exception:  # any damage in metadata
        return
    if min(said) > 0 and sorted(said) != sorted(image.size):
        yield Disagreement("size", _size(said, image.size))
    first, last = _DATE.match(taken), _DATE.match(changed)
    if first and last and first.groups() > last.groups() and last[1] > "1980":
        yield Disagreement("dates", _dates(first[0], last[0]))


def _size(said: tuple[int, int], real: tuple[int, int]) -> Message:
    return Message(
        f"EXIF 记载的像素尺寸为 {said[0]}×{said[1]}，文件实际为 {real[0]}×{real[1]}："
        "拍摄之后图像被缩放或裁剪，而元数据未更新。通讯软件和网站缩小图片时也常如此，不等于内容被改动。",
        f"EXIF says the picture has {said[0]} x {said[1]} pixels; the file has {real[0]} x "
        f"{real[1]}: it was resized or cropped after it was taken and the metadata was left as it "
        "was. Messengers and sites do this when they make pictures smaller; it does not mean that "
        "the content was altered.",
    )


def _dates(taken: str, changed: str) -> Message:
    return Message(
        f"EXIF 的修改时间（{changed}）早于拍摄时间（{taken}），两者不可能都对："
        "时钟曾被调整、时区不同，或其中一个字段被改写。单凭此点不能断定图像内容被改动。",
        f"EXIF says the file was changed ({changed}) before the picture was taken ({taken}); both "
        "cannot be right: a clock was set, time zones differ, or one field was rewritten. This "
        "alone does not say that what the picture shows was altered.",
    )
