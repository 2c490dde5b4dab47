"""C2PA manifest stores found by structure, where the validation library finds or reads none.

Four letters alone turn up by chance in compressed pixels, so a whole frame is asked for: a
JUMBF superbox (``jumb``) that opens with a description box (``jumd``) carrying the 16-byte
type of a C2PA manifest store (ISO/IEC 19566-5; C2PA 2.2, section 11).
"""

from __future__ import annotations

import re

_STORE_TYPE = bytes.fromhex("63327061 0011 0010 8000 00aa00389b71")
_FRAME = re.compile(rb"(....)jumb(....)jumd" + re.escape(_STORE_TYPE), re.DOTALL)


def find_store(view: memoryview) -> tuple[int, int] | None:
    """Start and end of the first manifest store frame in the bytes, or None.

    The end is what the frame states, capped by the bytes that remain: segments of a JPEG
    interrupt it, so it marks where to look rather than an exact extent.
    """
    match = _FRAME.search(view)
    if match is None:
        return None
    stated = int.from_bytes(match.group(1), "big")
    inner = int.from_bytes(match.group(2), "big")
    if inner < 25 or (stated and stated < inner):
        return None
    end = match.start() + stated if stated else len(view)
    return match.start(), min(end, len(view))


def is_opening_segment(view: memoryview) -> bool:
    """A BMFF file with a movie header for fragments (``mvex``) and no media of its own."""
    seen: set[bytes] = set()
    at = 0
    moov = b""
    for _ in range(256):
        if at + 8 > len(view):
            break
        size = int.from_bytes(view[at : at + 4], "big")
        kind = bytes(view[at + 4 : at + 8])
        seen.add(kind)
        if kind == b"moov":
            moov = bytes(view[at : at + min(size, 1 << 20)])
        if size < 8:
            break
        at += size
    return b"moov" in seen and b"mvex" in moov and not seen & {b"mdat", b"moof"}
