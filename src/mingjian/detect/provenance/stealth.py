"""Text hidden in the lowest bit of an image's alpha channel ("stealth PNG info", NovelAI).

Layout, column by column from the top left: 15 ASCII bytes of magic, a 32-bit big-endian
count of bits, then that many bits of UTF-8 text, gzip-compressed under `stealth_pngcomp`.
The magic is from memory and from third-party readers, not from a file of the tool.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

_MAGICS = {b"stealth_pngcomp": True, b"stealth_pnginfo": False}
MAX_PIXELS = 40_000_000
_MAX_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the alpha channel hides; `text` is empty where the payload is damaged."""

    magic: str
    text: str


class TooLarge(Exception):
    """The image has more pixels than are decoded for this check."""


def _size(head: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG that has an 8-bit alpha channel; None for any other file."""
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR" or len(head) < 26:
        return None
    if head[24] != 8 or head[25] not in (4, 6):
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def hidden_text(view: memoryview) -> Hidden | None:
    """The hidden text of a PNG, or None. Raises `TooLarge` above `MAX_PIXELS`."""
    size = _size(bytes(view[:32]))
    if size is None:
        return None
    if size[0] * size[1] > MAX_PIXELS:
        raise TooLarge
    return _read(view)


def _read(view: memoryview) -> Hidden | None:
    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(view), formats=("PNG",)) as image:
            alpha = np.asarray(image.getchannel("A"))
    except Exception:
        # Pillow's decoders raise whatever they trip over; a picture that does not decode
        # hides nothing that could be read.
        return None
    bits = (alpha & 1).T.reshape(-1)
    raw = np.packbits(bits[: (15 + 4) * 8]).tobytes()
    if len(raw) < 19 or raw[:15] not in _MAGICS:
        return None
    magic = raw[:15]
    count = int.from_bytes(raw[15:19], "big")
    start = 19 * 8
    stop = min(start + count, len(bits), start + _MAX_TEXT * 8)
    payload = np.packbits(bits[start:stop]).tobytes()
    if _MAGICS[magic]:
        worker = zlib.decompressobj(31)
        try:
            payload = worker.decompress(payload, _MAX_TEXT)
        except zlib.error:
            payload = b""
    return Hidden(magic.decode("ascii"), payload.decode("utf-8", "replace"))
