"""Texts made alike before they are measured, with the way back to the original offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import is_normalized, normalize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGIT = re.compile(r"[1-9]")
_SPACES = re.compile(r"\s+")
_WIDE = {**{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}, "\u3000": " "}
"""Full-width forms, one character for one: what keeps most Chinese texts from being NFKC."""
_WIDE_FORM = re.compile("[\uff01-\uff5e\u3000]")


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised text; `origin[i]` is where its character i came from.

    `origin` None means that every character kept its place.
    """

    text: str
    origin: NDArray[np.int64] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that normalised characters `start` to `end` came from."""
        if self.origin is None or start >= end:
            return start, end
        return int(self.origin[start]), int(self.origin[end - 1]) + 1


def normalise(text: str, *, digits: bool = True) -> Normal:
    """NFKC, lower case, white space as one blank and (where `digits`) every digit as 0.

    Full-width forms, ligatures and compatibility characters lose their difference here, so that
    a model cannot learn how a collection was typed.
    """
    origin: NDArray[np.int64] | None = None
    usual = text.isascii() or is_normalized("NFKC", text)
    if not usual:
        text = _WIDE_FORM.sub(lambda match: _WIDE[match[0]], text)
        usual = is_normalized("NFKC", text)
    plain = text.lower() if usual else ""
    if len(plain) != len(text):
        plain, origin = _one_by_one(text)
    if digits:
        plain = _DIGIT.sub("0", plain)
    if " ".join(plain.split()) == plain:
        return Normal(plain, origin)
    return replace_all(Normal(plain, origin), _SPACES, " ")


def _one_by_one(text: str) -> tuple[str, NDArray[np.int64]]:
    import numpy as np

    # Longer results than 4 characters (Arabic ligatures) are cut: they are no one's evidence.
    forms = [normalize("NFKC", char).lower()[:4] for char in text]
    lengths = np.fromiter(map(len, forms), dtype=np.int64, count=len(forms))
    return "".join(forms), np.repeat(np.arange(len(text), dtype=np.int64), lengths)


def replace_all(normal: Normal, pattern: re.Pattern[str], by: str) -> Normal:
    """Every match of `pattern` as the text `by` (at most as long as the match), offsets kept."""
    matches = [match.span() for match in pattern.finditer(normal.text)]
    if all(normal.text[start:end] == by for start, end in matches):
        return normal
    import numpy as np

    kept = np.ones(len(normal.text), dtype=bool)
    pieces, last = [], 0
    for start, end in matches:
        shown = by[: end - start]
        pieces += [normal.text[last:start], shown]
        kept[start + len(shown) : end] = False
        last = end
    pieces.append(normal.text[last:])
    origin = normal.origin
    before = np.arange(len(normal.text), dtype=np.int64) if origin is None else origin
    return Normal("".join(pieces), before[kept])
