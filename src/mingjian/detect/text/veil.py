"""A text with its topic veiled: function words and punctuation stay, other words lose all but
their shape. What is left says how something is put, and little of what it is about.

Each word becomes one character of a string, so that n-grams of words are n-grams of that string.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache

from mingjian.detect.learned.meaning import meaning
from mingjian.detect.text.flow import rows_of
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


_CHINESE = re.compile(r"(?P<run>[\u4e00-\u9fff]+)|(?P<digits>\d+)|(?P<letters>[a-z]+)|\S")
FREQUENT = 800
"""Chinese words that stay: the most frequent of all, whatever is written about."""
_RARER = (1_000, 4_000, 12_000)
"""By frequency: where the next rarer kind of veiled word begins."""


@lru_cache(maxsize=1)
def _signs() -> tuple[str, ...]:
    """By its row in the table of words, what stands for a Chinese word: itself as a number, or a
    letter for its length and rarity."""
    return tuple(
        chr(_FIRST + row)
        if row < FREQUENT
        else chr(ord("A") + 4 * min(len(word), 4) + bisect_right(_RARER, row))
        for row, word in enumerate(meaning().vocabulary)
    )


BARE = 200
"""Chinese words that still show in the second line."""
_BARED = {
    **dict.fromkeys(range(_FIRST + BARE, _FIRST + FREQUENT), "X"),
    **dict.fromkeys(range(ord("A"), ord("Z") + 1), "X"),
}
_HIDDEN = re.compile("X+")


def veil_chinese(clean: str) -> str:
    """Two lines. In the first, words that are not frequent show their length and how rare they
    are; a run of digits is 0, one of other letters a, and signs stay. Words are the longest of
    `learned.meaning`. In the second, all but the most frequent words are hidden, and a run of
    hidden ones shows only how long it is, so that n-grams reach from one small word to the next.
    """
    signs = _signs()
    made: list[str] = []
    for match in _CHINESE.finditer(clean):
        kind = match.lastgroup
        if kind == "run":
            made += [signs[row] for row in rows_of(match[0])]
        else:
            made.append("0" if kind == "digits" else "a" if kind == "letters" else match[0])
    veiled = "".join(made)
    bare = _HIDDEN.sub(lambda run: "XYZW"[min(len(run[0]), 4) - 1], veiled.translate(_BARED))
    return f"{veiled}\n{bare}"
