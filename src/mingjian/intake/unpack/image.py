"""Images: QR codes and barcodes, and the thumbnail hidden in the metadata.

The picture is decoded only after its size was checked against the limit. Of an animation
the first frame is read.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from typing import Any

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.identify_text import is_address
from mingjian.intake.limits import MIB, Budget, Refused
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.damage import ViewFile, reading

MAX_CODES = 32
_LONGEST_SIDE = 3000
"""Larger pictures are made smaller before codes are looked for."""
_PILLOW_FORMATS = {
    "png": "PNG",
    "jpeg": "JPEG",
    "webp": "WEBP",
    "gif": "GIF",
    "tiff": "TIFF",
    "bmp": "BMP",
    "jp2": "JPEG2000",
    "avif": "AVIF",
    "heif": "HEIF",
}
_THUMBNAIL_START, _THUMBNAIL_LENGTH = 0x0201, 0x0202


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Code payloads, then the EXIF thumbnail. Raises `Refused` where it cannot be decoded."""
    picture = open_image(evidence, budget.limits.image_pixels)
    yield from _thumbnail(picture, budget)
    with reading("image"):
        grey = _grey(picture)
    yield from _codes(grey, budget)


def open_image(evidence: Evidence, pixels: int) -> Any:
    """The picture with its header read and its pixels not yet decoded.

    Raises `Refused` for more than `pixels` pixels and for what is no readable picture.
    """
    from PIL import Image

    name = _PILLOW_FORMATS.get(evidence.format)
    if name is None:
        raise Refused(
            Message(
                f"图像格式“{evidence.format}”无法解码。",
                f"The image format “{evidence.format}” cannot be decoded.",
            )
        )
    if name == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    file: Any = io.BufferedReader(ViewFile(evidence.content.view()))
    with reading("image"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(file, formats=[name])
        except Image.DecompressionBombError as bomb:
            raise _too_large(pixels) from bomb
    if picture.width * picture.height > pixels:
        raise _too_large(pixels)
    return picture


def _too_large(pixels: int) -> Refused:
    limit = pixels // 1_000_000
    return Refused(
        Message(
            f"图像像素超过上限（{limit} 百万像素），未解码，疑似解压炸弹。",
            f"The image has more than {limit} million pixels, like a decompression bomb; it was "
            "not decoded.",
        )
    )


def _grey(picture: Any) -> Any:
    """One grey channel no larger than is useful for reading codes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture.draft("L", (_LONGEST_SIDE, _LONGEST_SIDE))
        factor = max(picture.size) // _LONGEST_SIDE
        picture.load()
        if "A" in picture.getbands() or "transparency" in picture.info:
            from PIL import Image

            above = picture.convert("RGBA")
            picture = Image.new("RGBA", above.size, "white")
            picture.alpha_composite(above)
        grey = picture.convert("L")
    return grey.reduce(factor + 1) if factor else grey


def _codes(grey: Any, budget: Budget) -> Iterator[RawPart | Refusal]:
    import numpy as np
    import zxingcpp

    with reading("barcode"):
        found = zxingcpp.read_barcodes(np.asarray(grey))
        read = [(str(code.text), str(code.format), bytes(code.bytes)) for code in found[:MAX_CODES]]
    seen: set[bytes] = set()
    for text, form, raw in read:
        data = text.encode("utf-8", "replace") or raw
        if not data or data in seen:
            continue
        seen.add(data)
        budget.member()
        budget.expand(len(data))
        yield RawPart(
            content=BytesContent(data),
            name=f"code {len(seen)}",
            derivation=Derivation(step="qr-payload", detail=form.rpartition(".")[2]),
            declared=EvidenceKind.LINK if is_address(text.strip()) else EvidenceKind.TEXT,
        )
    if len(found) > MAX_CODES:
        yield Refusal(
            what="codes",
            why=Message(
                f"图像中的二维码或条码超过 {MAX_CODES} 个，其余未提取。",
                f"The image holds more than {MAX_CODES} codes; the others were not taken out.",
            ),
        )


def _thumbnail(picture: Any, budget: Budget) -> Iterator[RawPart]:
    """The JPEG that EXIF's second directory points to, if there is one."""
    raw = picture.info.get("exif")
    if not isinstance(raw, bytes) or len(raw) > MIB:
        return
    data = thumbnail_of(raw.removeprefix(b"Exif\0\0"))
    if not data.startswith(b"\xff\xd8"):
        return
    budget.member()
    budget.expand(len(data))
    yield RawPart(
        content=BytesContent(data),
        name="thumbnail.jpg",
        derivation=Derivation(step="thumbnail", detail="EXIF"),
    )


def thumbnail_of(tiff: bytes) -> bytes:
    """The thumbnail in an EXIF block (CIPA DC-008, 4.5.5: the TIFF's directory 1), or b""."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return b""
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        (second,) = struct.unpack_from(f"{order}I", tiff, first + 2 + 12 * count)
        (count,) = struct.unpack_from(f"{order}H", tiff, second)
        if not second:
            return b""
        entries = struct.iter_unpack(
            f"{order}HHII", tiff[second + 2 : second + 2 + 12 * min(count, 1000)]
        )
        values = {tag: value for tag, _, _, value in entries}
    except struct.error:
        return b""
    start, length = values.get(_THUMBNAIL_START, 0), values.get(_THUMBNAIL_LENGTH, 0)
    return tiff[start : start + length]
