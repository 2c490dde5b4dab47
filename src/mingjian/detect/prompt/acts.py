"""Words that carry the acts of a takeover: dropping rules, asking for secrets, lifting limits.

Each word of `acts.json` (written by hand: Chinese, English, stems of a dozen other languages)
belongs to one or more acts. A passage is described by which acts occur in it, and which occur
close together: 忽略 … 之前 … 指令 and "disregard … earlier … guidelines" look alike here, so
what was learnt in one wording, or one language, helps in another.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import combinations, repeat

from mingjian.detect.learned.meaning import meaning

NEAR = 7
"""Words of acts that count as close together."""
_PIECE = re.compile(
    r"[a-z\u00df-\u024f][a-z\u00df-\u024f\u1ea0-\u1eff'’]*(?:00)?|[\u4e00-\u9fff]+|"
    r"[\u0400-\u04ff]+|[\u0600-\u06ff]+|[\u0900-\u097f]+|[\uac00-\ud7af]+|[\u3041-\u30ff]+"
)
"""Words; the 00 is that of base64 and rot13, whose digits `normalise` made 0."""
_STEM = 2
"""Characters by which a stem (`ignorier*`) is looked for first."""
_TURNABLE = ("drop", "rules", "reveal", "prior", "system", "secret")
"""Acts whose words are recognised in rot13 and written backwards."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Bits of acts by word; bit i stands for `names[i]`."""

    names: tuple[str, ...]
    latin: dict[str, int]
    han: dict[str, int]
    han_lengths: dict[str, tuple[int, ...]]
    """By first character: the lengths of words, the longest first."""
    turned: dict[str, str]
    """English words of acts in rot13 or backwards: the way they were turned."""
    double_first: frozenset[str]
    """First words of expressions of two."""
    stems: dict[str, tuple[tuple[str, int], ...]]
    """By their first characters: stems with their acts, the longest first."""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The word list, read once per process."""
    told = json.loads(files(__package__).joinpath("acts.json").read_text("utf-8"))
    latin: dict[str, int] = {}
    han: dict[str, int] = {}
    turned: dict[str, str] = {}
    stems: dict[str, int] = {}
    for i, (name, words) in enumerate(told.items()):
        for word in words["en"].split():
            word = word.replace("64", "00").replace("13", "00")
            latin[word] = latin.get(word, 0) | 1 << i
            if name in _TURNABLE and len(word) > 5 and "|" not in word:
                turned[codecs.encode(word, "rot13")] = "rot13"
                turned[word[::-1]] = "backwards"
        for word in words.get("other", "").split():
            if word.endswith("*"):
                stems[word[:-1]] = stems.get(word[:-1], 0) | 1 << i
            else:
                table = han if "\u4e00" <= word[0] <= "\u9fff" else latin
                table[word] = table.get(word, 0) | 1 << i
        for word in words["zh"].split():
            table = latin if word.isascii() else han
            table[word] = table.get(word, 0) | 1 << i
    lengths: dict[str, set[int]] = {}
    for word in han:
        lengths.setdefault(word[0], set()).add(len(word))
    falling = {char: tuple(sorted(some)[::-1]) for char, some in lengths.items()}
    doubles = frozenset(word.split("|")[0] for word in latin if "|" in word)
    heads: dict[str, tuple[tuple[str, int], ...]] = {}
    for stem in sorted(stems, key=lambda stem: -len(stem)):
        heads[stem[:_STEM]] = (*heads.get(stem[:_STEM], ()), (stem, stems[stem]))
    return Lexicon(tuple(told), latin, han, falling, turned, doubles, heads)


def _stemmed(word: str, stems: dict[str, tuple[tuple[str, int], ...]]) -> int:
    """The acts of the longest stem that a word begins with."""
    for stem, bits in stems.get(word[:_STEM], ()):
        if word.startswith(stem):
            return bits
    return 0


@dataclass(frozen=True, slots=True)
class Told:
    """The words of acts in a text, in order: where each begins and ends, and its acts; and the
    words whose meaning is known: where each begins, and its row in `learned.meaning`."""

    start: list[int]
    end: list[int]
    acts: list[int]
    place: list[int]
    row: list[int]


_REMEMBERED = 60_000
"""Pieces looked up once and kept."""
_Known = tuple[int, int, bool]


class _Words(dict[str, _Known]):
    """What is known of a word in letters: its acts, its row of meaning (-1), whether it begins
    an expression of two. Looked up once: most words of a text have been seen before."""

    def __missing__(self, piece: str) -> _Known:
        words = lexicon()
        bits = words.latin.get(piece, 0) or _stemmed(piece, words.stems)
        row = meaning().row(piece)
        known = (bits, -1 if row is None else row, piece in words.double_first)
        if len(self) < _REMEMBERED and len(piece) < 40:
            self[piece] = known
        return known


@lru_cache(maxsize=1)
def _known() -> _Words:
    return _Words()


def acts_in(text: str) -> Told:
    """The act words (the longest wins) and words of meaning of a normalised text."""
    words, known, runs = lexicon(), _known(), _runs()
    starts: list[int] = []
    ends: list[int] = []
    acts: list[int] = []
    places: list[int] = []
    rows: list[int] = []
    last, last_end, last_start = "", -1, 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        start = match.start()
        if "\u4e00" <= piece[0] <= "\u9fff":
            orders, meant = runs[piece]
            for begin, end, bits in orders:
                starts.append(start + begin)
                ends.append(start + end)
                acts.append(bits)
            for row, place in meant:
                rows.append(row)
                places.append(start + place)
            continue
        bits, row, double = known[piece]
        begin = start
        if last_end + 1 == start:
            both = words.latin.get(f"{last}|{piece}", 0)
            if both:
                bits, begin = both, last_start
                if starts and starts[-1] == last_start:
                    starts.pop(), ends.pop(), acts.pop()
        if double:
            last, last_start, last_end = piece, start, start + len(piece)
        else:
            last_end = -1
        if bits:
            starts.append(begin)
            ends.append(start + len(piece))
            acts.append(bits)
        if row >= 0:
            places.append(start)
            rows.append(row)
    return Told(starts, ends, acts, places, rows)


_SHORT_RUN = 4
"""Characters of a run of Han characters that is looked up once and kept."""
_Run = tuple[list[tuple[int, int, int]], list[tuple[int, int]]]


class _Runs(dict[str, _Run]):
    """(start, end, acts) of the act words in a run of Han characters; (row, start) of words."""

    def __missing__(self, run: str) -> _Run:
        found = (_han_acts(run, lexicon()), meaning().han_words(run))
        if len(run) <= _SHORT_RUN and len(self) < _REMEMBERED:
            self[run] = found
        return found


@lru_cache(maxsize=1)
def _runs() -> _Runs:
    return _Runs()


def _han_acts(run: str, words: Lexicon) -> list[tuple[int, int, int]]:
    lengths, han = words.han_lengths, words.han
    found: list[tuple[int, int, int]] = []
    behind = 0
    for at, char in enumerate(run):
        if char not in lengths or at < behind:
            continue
        for size in lengths[char]:
            bits = han.get(run[at : at + size])
            if bits:
                behind = min(at + size, len(run))
                found.append((at, behind, bits))
                break
    return found


@lru_cache(maxsize=1)
def pair_columns() -> dict[int, int]:
    """Column of each unordered pair of acts (as two bits, or one twice), in a fixed order."""
    count = len(lexicon().names)
    pairs = [(i, j) for i in range(count) for j in range(i, count)]
    return {1 << i | 1 << j if i != j else 1 << i: k for k, (i, j) in enumerate(pairs)}


class _Pairs(dict[tuple[int, int], tuple[int, ...]]):
    """Columns of every act of one word with every act of another; of one word, its acts."""

    def __missing__(self, pair: tuple[int, int]) -> tuple[int, ...]:
        columns = pair_columns()
        bits = [[1 << i for i in range(acts.bit_length()) if acts >> i & 1] for acts in pair]
        if pair[1]:
            found = tuple({columns[a | b] for a in bits[0] for b in bits[1] if a != b})
        else:
            found = tuple(columns[bit] for bit in bits[0])
        if len(self) < _REMEMBERED:
            self[pair] = found
        return found


@lru_cache(maxsize=1)
def _pairs() -> _Pairs:
    return _Pairs()


FEW = 12
"""Act words up to which a row of them is remembered with its columns."""


def act_columns(acts: Sequence[int]) -> frozenset[int]:
    """Which columns are set: each act present, each two and three near one another."""
    near = set(zip(acts, repeat(0)))
    masks = list(acts)
    for step in range(1, min(NEAR, len(acts))):
        behind = acts[step:]
        near.update(zip(acts, behind, strict=False))
        masks = [one | other for one, other in zip(masks, [*behind, *[0] * step], strict=True)]
    found = map(_pairs().__getitem__, near)
    return frozenset().union(*found, *map(_triples().__getitem__, set(masks)))


TRIPLED = """
drop prior rules system reveal secret persona free model only refuse now conceal handed yours
task ask told about machine coded
"""
"""Acts of which every three have a column: "ignore the error above" drops and "the earlier
rules" are named in harmless texts; "ignore the rules above" is what a takeover says."""


@lru_cache(maxsize=1)
def triple_columns() -> dict[tuple[int, ...], int]:
    """Column of each three acts (as their bits), behind those of the pairs."""
    first = len(pair_columns())
    return {three: first + k for k, three in enumerate(combinations(_tripled(), 3))}


@lru_cache(maxsize=1)
def _tripled() -> tuple[int, ...]:
    names = lexicon().names
    return tuple(1 << names.index(name) for name in TRIPLED.split())


class _Triples(dict[int, tuple[int, ...]]):
    """By the acts of neighbouring words: the columns of every three among them."""

    def __missing__(self, acts: int) -> tuple[int, ...]:
        there = [bit for bit in _tripled() if acts & bit]
        found = tuple(map(triple_columns().__getitem__, combinations(there, 3)))
        if len(self) < _REMEMBERED:
            self[acts] = found
        return found


@lru_cache(maxsize=1)
def _triples() -> _Triples:
    return _Triples()
