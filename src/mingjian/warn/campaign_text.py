"""Texts as sets of short runs of characters, many texts at once.

Links, mail addresses and whatever holds a digit become one sign each, so that texts that differ
only in such fill are one skeleton. White space, punctuation and case are dropped, so that they
cannot be used to make copies look different. What is left is cut into overlapping runs: three
characters where Han characters are among them, else seven.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from mingjian.intake.links import find_links
from mingjian.warn.campaign_tables import Numbers, gathered

LONGEST = 1_000
"""Characters of one text that are compared."""
_FILL = re.compile(
    r"(?P<mail>(?<![\w.+\-])[\w.+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,62}){0,4})"
    r"|(?P<number>(?<![a-z0-9])[a-z]{0,4}[0-9](?:[.,:/+\-]{0,3}[0-9a-z*%])*)",
    re.ASCII,
)
SIGNS = {"link": "\ue001", "mail": "\ue002", "number": "\ue003"}
EIGHTHS = 8
SHORT, LONG = 3, 5
"""Characters of a run with Han characters and without: both are about two words."""
_DROPPED, _LETTER, _HAN = 0, 1, 2
_END = 0x0A


@dataclass(frozen=True, slots=True)
class Runs:
    """The distinct runs of each text as 32-bit hashes, in rising order within a text."""

    codes: NDArray[np.uint32]
    eighths: NDArray[np.uint8]
    """In which eighth of its text, 0 to 7, each run begins (for the first time)."""
    starts: NDArray[np.int64]
    """Where each text begins in `codes`, and behind the last one its length."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def whole(self) -> NDArray[np.uint64]:
        """One number for the whole set of runs of each text: equal sets, equal numbers."""
        mixed = self.codes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed)))
        found: NDArray[np.uint64] = sums[self.starts[1:]] - sums[self.starts[:-1]]
        return found


def gathered_runs(runs: Runs, texts: Numbers) -> Runs:
    """The runs of the given texts, in their order."""
    codes, starts = gathered(runs.codes, runs.starts, texts)
    return Runs(codes, gathered(runs.eighths, runs.starts, texts)[0], starts)


def masked(text: str) -> str:
    """A text in small letters and usual forms, its fill as signs."""
    text = normalize("NFKC", text).lower()
    pieces, last = [], 0
    for link in find_links(text):
        pieces += [text[last : link.start], SIGNS["link"]]
        last = link.end
    pieces.append(text[last:])
    return _FILL.sub(_sign, "".join(pieces))


def _sign(match: re.Match[str]) -> str:
    return SIGNS[match.lastgroup or "number"]


def runs_of_texts(texts: Sequence[str]) -> Runs:
    """The runs of every text, of which at most `LONGEST` characters are read."""
    joined = "\n".join(text[:LONGEST].replace("\n", " ") for text in texts)
    codes = np.frombuffer(masked(joined).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds()[np.minimum(codes, 0xFFFF)]
    owner = np.cumsum(codes == _END, dtype=np.int64)
    kept = kinds != _DROPPED
    codes, kinds, owner = codes[kept], kinds[kept], owner[kept]
    last = np.cumsum(np.bincount(owner, minlength=len(texts)))
    left = last[owner] - np.arange(codes.size)
    padded = np.concatenate((codes, np.zeros(LONG, np.uint32)))
    han = np.concatenate((kinds == _HAN, np.zeros(2, bool)))
    short = han[:-2] | han[1:-1] | han[2:]
    rolled = codes.copy()
    size = codes.size
    for ahead in range(1, SHORT):
        rolled = _joined(rolled, padded[ahead : size + ahead])
    longer = rolled
    for ahead in range(SHORT, LONG):
        longer = _joined(longer, padded[ahead : size + ahead])
    hashed = spread(np.where(short, rolled, longer))
    whole = left >= np.where(short, SHORT, LONG)
    length = np.bincount(owner, minlength=len(texts))[owner]
    eighth = (length - left) * EIGHTHS // np.maximum(length, 1)
    keys = owner << 35 | hashed.astype(np.int64) << 3 | eighth
    keys = keys[whole]
    keys.sort()
    if keys.size:
        keys = keys[np.concatenate(([True], keys[1:] >> 3 != keys[:-1] >> 3))]
    sizes = np.bincount(keys >> 35, minlength=len(texts))
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    return Runs((keys >> 3).astype(np.uint32), (keys & 7).astype(np.uint8), starts)


def _joined(codes: NDArray[np.uint32], following: NDArray[np.uint32]) -> NDArray[np.uint32]:
    mixed = codes * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(15)
    mixed += following
    return mixed


def spread(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each number as one that looks drawn at random, the same for the same."""
    mixed = codes ^ (codes >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


@cache
def _kinds() -> NDArray[np.uint8]:
    """For each of the first 65,536 characters whether it is dropped, a letter or Han; what lies
    beyond counts as the last one does: dropped."""
    kinds = np.zeros(1 << 16, dtype=np.uint8)
    letters = [code for code in range(1 << 16) if chr(code).isalpha()]
    kinds[letters] = _LETTER
    kinds[0x3400:0xA000] = _HAN
    for sign in SIGNS.values():
        kinds[ord(sign)] = _LETTER
    return kinds
