"""The network that judges Chinese names in running text (`running_names.py`; see the card).

It sees the name, seven characters on either side, each pair of neighbours, and how common the
words are that the name would be, be part of or tear apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.store import load
from mingjian.detect.privacy.gates import EDGE, codes_of
from mingjian.detect.privacy.lexicon import STEP, Lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL = "running_names"
AROUND = 7
"""Characters on either side that the network sees."""
PLACES = 2 * AROUND + 3
"""They, the surname and the two characters of the given name."""
ABSENT, COMPOUND = "∅", "«"
_WORD, _TORN = 1.3, 3.0
"""What a stretch loses that would tear two common words apart (支付|流水)."""
_FAMILY = 1
BUCKETS, PAIR_SCALE = 65_536, 127.0
LEVELS = 32
"""Steps in which a word's level is stored for each power of ten of its count."""
_BATCH = 512
SAME = {
    **dict.fromkeys("0123456789", "0"),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "a"),
    "\r": "\n",
    "\t": " ",
    "\u3000": " ",
    ",": "，",
    ":": "：",
    ";": "；",
    "!": "！",
    "?": "？",
    "|": "/",
    "／": "/",
    "．": ".",
    "－": "-",
    "—": "-",
    **dict.fromkeys("([［【〔", "（"),
    **dict.fromkeys(")]］】〕", "）"),
    **dict.fromkeys("\"'”＂", "“"),
}
"""Characters that say the same to the network."""

Candidate = tuple[int, int, int]
"""Start, characters of the surname, characters of the given name."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The network's number of each character, by its code, and of each surname of two."""

    number: NDArray[Any]
    compound: dict[str, int]
    absent: int


@dataclass(frozen=True, slots=True)
class Model:
    begins: frozenset[str]
    """First characters of surnames."""
    goes_on: frozenset[str]
    """What may stand behind one: a character of given names, or the second of a surname."""
    candidate: re.Pattern[str]
    """One of the former before one of the latter."""
    first: tuple[dict[str, float], ...]
    """What the characters left, surname, first, second and right add to the first sum."""
    unknown: tuple[float, ...]
    compound: frozenset[str]
    never: frozenset[str]
    alphabet: Alphabet
    words: Lexicon
    embedding: NDArray[Any]
    pair: NDArray[Any]
    """What two characters together say, by their hash."""
    hidden: NDArray[Any]
    """From all that is seen to the hidden layer, and its constant."""
    bias: NDArray[Any]
    out: NDArray[Any]
    constant: float


@cache
def model() -> Model:
    import numpy as np

    data = load(__package__, MODEL)
    text = {name: bytes(data[name]).decode("utf-8") for name in ("vocabulary", "lists")}
    vocabulary = text["vocabulary"].split("\x01")
    surnames, given, never, compound = text["lists"].split("\x01")
    place = {entry: at for at, entry in enumerate(vocabulary)}
    same = {**{c: c for c in vocabulary if len(c) == 1}, **SAME}
    first = []
    weights = data["first"].astype(np.float64)
    for number_of_row, row in enumerate(weights):
        table = {c: float(row[place.get(s, 1)]) for c, s in same.items()}
        table.update({entry: float(row[at]) for entry, at in place.items() if len(entry) > 1})
        table[ABSENT] = float(row[place[ABSENT]])
        if number_of_row == _FAMILY:
            table = {c: v for c, v in table.items() if c in surnames or c[0] == COMPOUND}
        first.append(table)
    pairs = frozenset(compound.split())
    begins, goes_on = (
        frozenset(alone).union(pair[at] for pair in pairs)
        for at, alone in enumerate((surnames, given))
    )
    return Model(
        begins=begins,
        goes_on=goes_on,
        candidate=re.compile(f"[{''.join(sorted(begins))}](?=[{''.join(sorted(goes_on))}])"),
        first=tuple(first),
        unknown=tuple(float(row[1]) for row in weights),
        compound=pairs,
        never=frozenset(never),
        alphabet=alphabet(vocabulary),
        words=Lexicon.of(
            np.cumsum(data["words"], dtype=np.uint32),
            data["common"].astype(np.float32) / LEVELS,
            data["sent"],
        ),
        embedding=data["embedding"].astype(np.float32),
        pair=data["pair"].astype(np.float32) / PAIR_SCALE,
        hidden=data["hidden"].astype(np.float32),
        bias=data["bias"].astype(np.float32),
        out=data["out"].astype(np.float32),
        constant=float(data["scalars"][1]),
    )


def alphabet(vocabulary: Sequence[str]) -> Alphabet:
    """The numbers of characters and compound surnames (« before them) in `vocabulary`."""
    import numpy as np

    place = {entry: at for at, entry in enumerate(vocabulary)}
    number = np.ones(0x10000, np.int32)
    for entry, at in place.items():
        if len(entry) == 1 and ord(entry) < len(number):
            number[ord(entry)] = at
    for character, same in SAME.items():
        number[ord(character)] = place.get(same, 1)
    compound = {entry[1:]: at for entry, at in place.items() if entry[0] == COMPOUND}
    return Alphabet(number, compound, place[ABSENT])


SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2))
"""Characters of the surname and of the given name."""


@cache
def _seen_from() -> NDArray[Any]:
    """For each shape how far from its beginning the places are that the network sees."""
    import numpy as np

    around = range(AROUND)
    return np.array(
        [
            [
                *(at - AROUND for at in around),
                *(0, width, width + 1),
                *(width + more + at for at in around),
            ]
            for width, more in SHAPES
        ]
    )


def seen(
    known: Alphabet, codes: NDArray[Any], start: NDArray[Any], shape: NDArray[Any]
) -> NDArray[Any]:
    """The network's numbers of what surrounds and makes each candidate, place by place.

    `shape`: which of `SHAPES` each has.
    """
    import numpy as np

    rows: NDArray[Any] = known.number.take(codes.take(start[:, None] + _seen_from().take(shape, 0)))
    rows[shape & 1 == 0, AROUND + 2] = known.absent
    for at in np.flatnonzero(shape >= 2).tolist():
        first = int(start[at])
        rows[at, AROUND] = known.compound[chr(codes[first]) + chr(codes[first + 1])]
    return rows


FACTS = 15
_BEFORE, _WIDE = 3, 10
"""Characters before a candidate that words begin with, and all that words are made of."""
_TWO, _THREE = _WIDE - 1, _WIDE - 2
"""So many words of two and of three characters."""


@cache
def _words_from() -> tuple[NDArray[Any], NDArray[Any]]:
    """For each shape which of the words around it are looked up, and which of them count.

    The first two do not beside a surname of two characters, nor the third without a given name of
    two.
    """
    import numpy as np

    counts = np.ones((len(SHAPES), FACTS - 1), np.float32)
    counts[2:, :2] = 0
    counts[::2, 2] = 0
    which = np.array(
        [
            [
                *(_BEFORE + at for at in (-1, 0, one, end - 1, -2, end)),
                *(_BEFORE + _TWO + at for at in (0, -1, end - 1, end - 2, -2, -3, end)),
                _TWO + _THREE,
            ]
            for one, end in ((width, width + more) for width, more in SHAPES)
        ]
    )
    return which, counts


def facts(
    words: Lexicon, codes: NDArray[Any], start: NDArray[Any], shape: NDArray[Any]
) -> NDArray[Any]:
    """How common the words are that the characters make, and whether the given name is short.

    First the word that ends with the surname, the one that begins with it, and the given name.
    """
    import numpy as np

    step = np.uint32(STEP)
    around = codes.take(start[:, None] + np.arange(-_BEFORE, _WIDE - _BEFORE))
    two = around[:, :-1] * step + around[:, 1:]
    three = two[:, :-1] * step + around[:, 2:]
    four = three[:, _BEFORE : _BEFORE + 1] * step + around[:, _BEFORE + 3 : _BEFORE + 4]
    keys = np.concatenate([two, three, four], axis=1)
    which, counts = _words_from()
    chosen = keys[np.arange(len(keys))[:, None], which.take(shape, 0)]
    made = np.empty((len(start), FACTS), np.float32)
    np.multiply(words.common(chosen), counts.take(shape, 0), out=made[:, :-1])
    made[:, -1] = shape & 1 == 0
    return made


def pairs(rows: NDArray[Any]) -> NDArray[Any]:
    """Hashes of neighbouring characters, given the network's numbers of all places (32 bits)."""
    mixed = rows[:, :-1] * 40_503 + rows[:, 1:] * 2_477
    hashed: NDArray[Any] = (mixed ^ (mixed >> 9)) & (BUCKETS - 1)
    return hashed


def sums(text: str, found: list[Candidate]) -> list[float]:
    """The network's logarithm of the odds for each candidate.

    Logs, tables and pages repeat themselves: what looks alike is judged once.
    """
    import numpy as np

    if not found:
        return []
    alike: dict[tuple[str, int, int, int], Candidate] = {}
    looks = []
    for one in found:
        start, width, more = one
        first = max(0, start - AROUND)
        look = (text[first : start + width + more + AROUND], start - first, width, more)
        looks.append(look)
        alike[look] = one
    values: list[float] = []
    codes = codes_of(text).astype(np.uint32)
    distinct = list(alike.values())
    for at in range(0, len(distinct), _BATCH):
        values += _judged(codes, np.array(distinct[at : at + _BATCH]))
    valued = dict(zip(alike, values, strict=True))
    return [valued[look] for look in looks]


def _judged(codes: NDArray[Any], found: NDArray[Any]) -> list[float]:
    """The network itself."""
    import numpy as np

    known = model()
    start, shape = found[:, 0] + EDGE, 2 * found[:, 1] + found[:, 2] - 3
    rows = seen(known.alphabet, codes, start, shape)
    told = facts(known.words, codes, start, shape)
    inputs = np.concatenate(
        [
            known.embedding.take(rows, axis=0).reshape(len(rows), -1),
            known.pair.take(pairs(rows), axis=0).reshape(len(rows), -1),
            told,
        ],
        axis=1,
    )
    layer = inputs @ known.hidden
    layer += known.bias
    np.maximum(layer, 0.0, out=layer)
    value = layer @ known.out + known.constant
    value -= _TORN * ((told[:, 0] > _WORD) & (told[:, 2] > _WORD))
    values: list[float] = value.tolist()
    return values
