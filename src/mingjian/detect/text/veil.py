"""A text with its topic veiled: function words and punctuation stay, other words lose all but
their shape. What is left says how something is put, and little of what it is about.

Each token (English) or character (Chinese) becomes one character of a string, so that n-grams
of tokens are n-grams of that string.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from mingjian.detect.text.traits import WORD

_FIRST = 0x4E00
"""Kept words are numbered from here; veiled ones are shown by a Latin letter."""
_SUFFIXES = (
    ("ing", "G"), ("ly", "Y"), ("ed", "D"), ("tions", "N"), ("tion", "N"), ("sion", "N"),
    ("ments", "M"), ("ment", "M"), ("ness", "E"), ("ity", "E"), ("ous", "O"), ("ive", "V"),
    ("ful", "F"), ("less", "L"), ("able", "B"), ("ible", "B"), ("al", "A"), ("ic", "A"),
    ("er", "R"), ("est", "T"), ("s", "S"),
)  # fmt: skip


def numbered(kept: Sequence[str]) -> dict[str, str]:
    """The character that stands for each kept word."""
    return {word: chr(_FIRST + at) for at, word in enumerate(kept)}


@lru_cache(maxsize=1 << 16)
def _shape(token: str) -> str:
    """The letter that stands for a veiled token."""
    if token[0].isdigit():
        return "0"
    if not token[0].isalpha():
        return "?"
    if token[0].isupper():
        return "C"
    for suffix, mark in _SUFFIXES:
        if len(token) > len(suffix) + 2 and token.endswith(suffix):
            return mark
    return "w" if len(token) < 7 else "W"


def veil_english(clean: str, kept: Mapping[str, str]) -> str:
    """Words that are not kept show capital, ending or length; numbers and signs their kind."""
    return "".join([kept.get(token.lower()) or _shape(token) for token in WORD.findall(clean)])


class _Veil(dict[int, str]):
    """A table for `str.translate` that veils whatever it does not hold."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        return "0" if char.isdigit() else "a" if char.isascii() and char.isalpha() else "□"


@lru_cache(maxsize=4)
def _table(kept: frozenset[str]) -> _Veil:
    return _Veil({ord(char): char for char in kept})


def veil_chinese(clean: str, kept: Mapping[str, str]) -> str:
    """Characters that are not kept become □, digits 0, other letters a."""
    return clean.translate(_table(frozenset(kept)))
