"""How far names are words of languages in Latin letters, brands, or pinyin syllables.

A name drawn at random has letters that follow one another in no language, and hardly a word in
it. The table comes from `training/link_names.py` and is read once. Signs other than a-z part a
name; figures are measured elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from mingjian.detect.learned import store
from mingjian.detect.link.address import SITES

PACKAGE, NAME = "mingjian.detect.link", "link_names"
LONGEST = 60
"""Letters of a name that are looked at: a label has at most 63."""
SHORTEST_SAID = 5
"""Letters a name must have before it can be called no word: fewer are as often initials."""
_LETTERS = re.compile(r"[a-z]+")
_WINDOW = 4
"""Letters in a row over which the oddest place is looked for."""
ALPHABET = " abcdefghijklmnopqrstuvwxyz"
"""The letters of the table of triples; the blank is where a run of letters begins or ends."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of words."""

    words: frozenset[str]
    lengths: Mapping[str, tuple[int, ...]]
    """The first three letters of words -> the lengths of the words that begin so."""
    syllables: frozenset[str]
    sizes: Mapping[str, tuple[int, ...]]
    """Two letters (or the last one) -> the lengths of the syllables that may stand there."""
    triples: Mapping[tuple[str, str, str], float]
    """Three letters -> the natural logarithm of how often the third follows the two."""


class Wordlike(NamedTuple):
    """What is said of one name."""

    letters: int
    covered: int
    """Letters that lie in words, where the words are laid out so that most do."""
    pinyin: bool
    """Whether all of it (four letters or more) reads as pinyin syllables."""
    usual: float
    """How usual each letter is after the two before it: mean logarithm, 0 without letters."""
    oddest: float
    """The same over the four letters in a row where it is lowest."""

    @property
    def share(self) -> float:
        """The share of its letters that lie in words; 1 where it has none."""
        return self.covered / self.letters if self.letters else 1.0

    @property
    def no_word(self) -> bool:
        """Whether most of it is neither words nor pinyin."""
        return self.letters >= SHORTEST_SAID and self.share < 0.5 and not self.pinyin


@cache
def table() -> Table:
    """Raises `Unavailable` where the table is missing or altered."""
    arrays = store.load(PACKAGE, NAME)
    words = arrays["words"].tobytes().decode().split()
    lengths: dict[str, set[int]] = {}
    for head, length in {(word[:3], len(word)) for word in words}:
        lengths.setdefault(head, set()).add(length)
    syllables = frozenset(arrays["syllables"].tobytes().decode().split())
    sizes: dict[str, set[int]] = {}
    for syllable in syllables:
        heads = [syllable[:2]] if len(syllable) > 1 else [syllable + after for after in ALPHABET]
        for head in heads:
            sizes.setdefault(head.rstrip(), set()).add(len(syllable))
    rows = (arrays["triples"] * -float(arrays["step"][0])).tolist()
    return Table(
        words=frozenset(words),
        lengths={head: tuple(sorted(found)) for head, found in lengths.items()},
        syllables=syllables,
        sizes={head: tuple(found) for head, found in sizes.items()},
        triples={
            (one, two, three): value
            for one, row in zip(ALPHABET, rows, strict=True)
            for two, values in zip(ALPHABET[1:], row, strict=True)
            for three, value in zip(ALPHABET, values, strict=True)
        },
    )


def wordlike(name: str) -> Wordlike:
    """How far a name in lower case is words; bounded by `LONGEST`."""
    return _of_runs(" ".join(_LETTERS.findall(name[:LONGEST])))


@lru_cache(maxsize=SITES)
def _of_runs(runs: str) -> Wordlike:
    letters = runs.replace(" ", "")
    if not letters:
        return Wordlike(0, 0, False, 0.0, 0.0)
    spelt = f" {runs} "
    # A blank in the middle is in no triple of the table: one run says nothing of the next.
    places = zip(spelt, spelt[1:], spelt[2:], strict=False)
    values = [*filter(None, map(table().triples.get, places))]
    total = [*accumulate(values, initial=0.0)]
    return Wordlike(
        letters=len(letters),
        covered=_covered(letters),
        pinyin=len(letters) >= 4 and _is_pinyin(letters),
        usual=total[-1] / len(values),
        oddest=min(map(sub, total[_WINDOW:] or total[-1:], total)) / _WINDOW,
    )


def _covered(letters: str) -> int:
    """The most letters that words laid side by side can cover."""
    words, lengths = table().words, table().lengths.get
    size = len(letters)
    best = [0] * (size + 1)
    so_far = 0
    for at in range(size - 2):
        if best[at] > so_far:
            so_far = best[at]
        for length in lengths(letters[at : at + 3], ()):
            end = at + length
            if end > size:
                break
            if so_far + length > best[end] and letters[at:end] in words:
                best[end] = so_far + length
    return max(so_far, *best[-3:])


def _is_pinyin(letters: str) -> bool:
    """Whether syllables laid side by side make up all of it."""
    syllables, sizes = table().syllables, table().sizes.get
    reached = 1  # the bits are places where a syllable may begin
    for at in range(len(letters)):
        if reached >> at & 1:
            for size in sizes(letters[at : at + 2], ()):
                if letters[at : at + size] in syllables:
                    reached |= 1 << at + size
        elif not reached >> at:
            return False
    return bool(reached >> len(letters) & 1)
