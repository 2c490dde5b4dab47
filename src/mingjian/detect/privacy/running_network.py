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
_BATCH = 2_048
PAD = AROUND + 2
EDGE = "\n" * PAD
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
class Lexicon:
    """Words of two to four characters by a hash of them, and how common each is."""

    keys: NDArray[Any]
    """In order."""
    levels: NDArray[Any]

    def of(self, keys: NDArray[Any]) -> NDArray[Any]:
        """How common the words of these keys are; 0 for what is no word."""
        import numpy as np

        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found: NDArray[Any] = np.where(self.keys[at] == keys, self.levels[at], 0.0)
        return found


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The network's number of each character, by its code, and of each surname of two."""

    number: NDArray[Any]
    compounds: Lexicon
    absent: int


@dataclass(frozen=True, slots=True)
class Model:
    candidate: re.Pattern[str]
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
    beginnings, seconds = ("".join(sorted({pair[i] for pair in pairs})) for i in (0, 1))
    return Model(
        candidate=re.compile(f"[{surnames}{beginnings}](?=[{given}{seconds}])"),
        first=tuple(first),
        unknown=tuple(float(row[1]) for row in weights),
        compound=pairs,
        never=frozenset(never),
        alphabet=alphabet(vocabulary),
        words=Lexicon(
            np.cumsum(data["words"].astype(np.int64)),
            np.append(data["common"].astype(np.float32) / LEVELS, np.float32(0)),
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
    number = np.ones(0x10000, np.int64)
    for entry, at in place.items():
        if len(entry) == 1 and ord(entry) < len(number):
            number[ord(entry)] = at
    for character, same in SAME.items():
        number[ord(character)] = place.get(same, 1)
    compounds = sorted(
        (key_of(entry[1:]), at) for entry, at in place.items() if entry[0] == COMPOUND
    )
    keys, places = (np.array(column, np.int64) for column in zip(*compounds, strict=True))
    return Alphabet(number, Lexicon(keys, places), place[ABSENT])


def key_of(word: str) -> int:
    """The key of a word, as `keys` makes them."""
    key = 0
    for character in word:
        key = (key * 65_599 + ord(character)) & 0xFFFFFFFF
    return key


def keys(codes: NDArray[Any], starts: NDArray[Any], size: int) -> NDArray[Any]:
    """Keys of the words of `size` characters that begin at `starts`."""
    key: NDArray[Any] = codes[starts]
    for more in range(1, size):
        key = (key * 65_599 + codes[starts + more]) & 0xFFFFFFFF
    return key


def codes_of(padded: str) -> NDArray[Any]:
    """The codes of a text's characters; those beyond the first plane count as one."""
    import numpy as np

    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(codes, 0xFFFF).astype(np.int64)


def seen(
    known: Alphabet, codes: NDArray[Any], start: NDArray[Any], ends: tuple[NDArray[Any], ...]
) -> NDArray[Any]:
    """The network's numbers of what surrounds and makes each candidate, place by place.

    `ends`: where the surname and where the name ends.
    """
    import numpy as np

    one, end = ends
    around = np.arange(AROUND)
    rows = np.empty((len(start), PLACES), np.int64)
    rows[:, :AROUND] = known.number[codes[start[:, None] + (around - AROUND)]]
    rows[:, AROUND] = known.number[codes[start]]
    rows[:, AROUND + 1] = known.number[codes[one]]
    second = known.number[codes[one + 1]]
    rows[:, AROUND + 2] = np.where(end - one == 1, known.absent, second)
    rows[:, AROUND + 3 :] = known.number[codes[end[:, None] + around]]
    double = np.nonzero(one - start == 2)[0]
    if len(double):
        rows[double, AROUND] = known.compounds.of(keys(codes, start[double], 2))
    return rows


FACTS = 15


def facts(
    words: Lexicon, codes: NDArray[Any], start: NDArray[Any], ends: tuple[NDArray[Any], ...]
) -> NDArray[Any]:
    """How common the words are that the characters make, and whether the given name is short.

    First the word that ends with the surname, the one that begins with it, and the given name.
    """
    import numpy as np

    one, end = ends
    single, short = one - start == 1, end - one == 1
    two = np.stack([start - 1, start, one, end - 1, start - 2, end], axis=1)
    three = np.stack([start, start - 1, end - 1, end - 2, start - 2, start - 3, end], axis=1)
    found = words.of(
        np.concatenate(
            [keys(codes, two, 2), keys(codes, three, 3), keys(codes, start[:, None], 4)], axis=1
        )
    )
    made = np.empty((len(start), FACTS), np.float32)
    made[:, :-1] = found
    made[:, :2] *= single[:, None]
    made[:, 2] *= ~short
    made[:, -1] = short
    return made


def pairs(rows: NDArray[Any]) -> NDArray[Any]:
    """Hashes of neighbouring characters, given the network's numbers of all places."""
    import numpy as np

    rows = np.asarray(rows, np.int64)
    mixed = rows[:, :-1] * 40_503 + rows[:, 1:] * 2_477
    hashed: NDArray[Any] = (mixed ^ (mixed >> 9)) & (BUCKETS - 1)
    return hashed


def sums(text: str, found: list[Candidate]) -> list[float]:
    """The network's logarithm of the odds for each candidate."""
    import numpy as np

    codes = codes_of(EDGE + text + EDGE)
    values: list[float] = []
    for at in range(0, len(found), _BATCH):
        shape = np.array(found[at : at + _BATCH], np.int64)
        start = shape[:, 0] + PAD
        one = start + shape[:, 1]
        values += _judged(codes, start, (one, one + shape[:, 2]))
    return values


def _judged(
    codes: NDArray[Any], start: NDArray[Any], ends: tuple[NDArray[Any], ...]
) -> list[float]:
    """The network itself."""
    import numpy as np

    known = model()
    rows = seen(known.alphabet, codes, start, ends)
    told = facts(known.words, codes, start, ends)
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
