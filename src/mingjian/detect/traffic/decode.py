"""Undoing the encodings an attack hides in: bounded rounds, with a note of what was undone."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

ROUNDS = 4
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_UNICODE = re.compile(r"%u([0-9A-Fa-f]{4})|\\u\{?([0-9A-Fa-f]{4})\}?|\\x([0-9A-Fa-f]{2})")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});?")
_COMMENT = re.compile(r"/\*[^*]{0,200}\*/")
_WIDE = re.compile("[\uff21-\uff3a\uff41-\uff5a\uff1c\uff1e\uff07\uff02]")
"""Full-width letters and the signs <>'\", which Chinese text has no use for."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_OVERLONG = re.compile(rb"\xc0[\x80-\xbf]|\xe0\x80[\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text, lower case, and how it had been hidden."""

    text: str
    rounds: int
    """How often percent encoding had to be undone; 2 and more is hiding."""
    overlong: bool
    """UTF-8 sequences that are longer than need be: always hiding."""
    escapes: int
    """%uXXXX, \\xNN and entities that were undone."""


def decode(raw: str) -> Decoded:
    """Undo percent encoding (up to `ROUNDS` times), %u, \\x, entities and SQL comments."""
    text, rounds, overlong, escapes = raw, 0, False, 0
    for _ in range(ROUNDS):
        before = text
        if "%" in text and _PERCENT.search(text):
            data = unquote_to_bytes(text)
            if _OVERLONG.search(data):
                overlong = True
                data = _OVERLONG.sub(lambda m: bytes([m[0][-1] & 0x3F | (m[0][-2] & 3) << 6]), data)
            text = data.decode("utf-8", "replace")
            rounds += 1
        if ("%u" in text or "\\" in text) and _UNICODE.search(text):
            text, count = _UNICODE.subn(lambda m: chr(int(m[1] or m[2] or m[3], 16)), text)
            escapes += count
        if "&" in text and _ENTITY.search(text):
            plain = html.unescape(text)
            escapes += plain != text
            text = plain
        if text == before:
            break
    if _WIDE.search(text):
        # Full-width letters and signs: the server folds them into the ordinary ones.
        text = text.translate(_NARROW)
        escapes += 1
    text = text.lower()
    if "/*" in text:
        text = _COMMENT.sub(" ", text)
    return Decoded(text, rounds, overlong, escapes)


def spaced(text: str) -> str:
    """`text` as a query means it: a plus sign is a blank."""
    return text.replace("+", " ")
