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
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

NEAR = 7
"""Words of acts that count as close together."""
_LONGEST_HAN = 8
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
    han_first: dict[str, int]
    """Longest word by first character."""
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
    first: dict[str, int] = {}
    for word in han:
        first[word[0]] = max(first.get(word[0], 0), min(len(word), _LONGEST_HAN))
    doubles = frozenset(word.split("|")[0] for word in latin if "|" in word)
    heads: dict[str, tuple[tuple[str, int], ...]] = {}
    for stem in sorted(stems, key=lambda stem: -len(stem)):
        heads[stem[:_STEM]] = (*heads.get(stem[:_STEM], ()), (stem, stems[stem]))
    return Lexicon(tuple(told), latin, han, first, turned, doubles, heads)


def _stemmed(word: str, stems: dict[str, tuple[tuple[str, int], ...]]) -> int:
    """The acts of the longest stem that a word begins with."""
    for stem, bits in stems.get(word[:_STEM], ()):
        if word.startswith(stem):
            return bits
    return 0


@dataclass(frozen=True, slots=True)
class Told:
    """The words of acts in a text, in order: where each begins and ends, and its acts."""

    start: list[int]
    end: list[int]
    acts: list[int]


def acts_in(text: str) -> Told:
    """The act words of a normalised (lower-case) text; the longest word wins."""
    words = lexicon()
    latin, han, han_first, stems = words.latin, words.han, words.han_first, words.stems
    starts: list[int] = []
    ends: list[int] = []
    acts: list[int] = []
    last, last_start = "", 0
    for match in _PIECE.finditer(text):
        piece, start = match[0], match.start()
        if not "\u4e00" <= piece[0] <= "\u9fff":
            bits = latin.get(piece, 0)
            if not bits and piece[:_STEM] in stems:
                bits = _stemmed(piece, stems)
            begin = start
            if last and last_start + len(last) + 1 == start:
                both = latin.get(f"{last}|{piece}", 0)
                if both:
                    bits, begin = both, last_start
                    if starts and starts[-1] == last_start:
                        starts.pop(), ends.pop(), acts.pop()
            last, last_start = (piece, start) if piece in words.double_first else ("", 0)
            if bits:
                starts.append(begin)
                ends.append(start + len(piece))
                acts.append(bits)
            continue
        at, length = 0, len(piece)
        while at < length:
            longest = han_first.get(piece[at], 0)
            for size in range(min(longest, length - at), 0, -1):
                bits = han.get(piece[at : at + size], 0)
                if bits:
                    starts.append(start + at)
                    ends.append(start + at + size)
                    acts.append(bits)
                    at += size
                    break
            else:
                at += 1
    return Told(starts, ends, acts)


@lru_cache(maxsize=1)
def pair_columns() -> dict[int, int]:
    """Column of each unordered pair of acts (as two bits, or one twice), in a fixed order."""
    count = len(lexicon().names)
    pairs = [(i, j) for i in range(count) for j in range(i, count)]
    return {1 << i | 1 << j if i != j else 1 << i: k for k, (i, j) in enumerate(pairs)}


@lru_cache(maxsize=20_000)
def _columns_of(one: int, other: int) -> tuple[int, ...]:
    """Columns of every act of one word with every act of another; of one word, its acts."""
    columns = pair_columns()
    bits = [[1 << i for i in range(acts.bit_length()) if acts >> i & 1] for acts in (one, other)]
    if not other:
        return tuple(columns[bit] for bit in bits[0])
    return tuple({columns[a | b] for a in bits[0] for b in bits[1] if a != b})


def act_columns(acts: list[int]) -> set[int]:
    """Which columns of `pair_columns` are set: each act present, each two near one another."""
    found: set[int] = set()
    for one in set(acts):
        found.update(_columns_of(one, 0))
    near: set[tuple[int, int]] = set()
    for step in range(1, NEAR):
        near.update(zip(acts, acts[step:], strict=False))
    for one, other in near:
        found.update(_columns_of(one, other))
    return found
