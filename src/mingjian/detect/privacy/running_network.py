"""The network that judges Chinese names in running text (`running_names.py`; see the card).

It sees the name, four characters on either side, each pair of neighbours, and how common the
words are that the name would tear apart or be. A handful of candidates, as short messages hold,
is read from dictionaries; many at once are read as arrays. Both give the same numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.store import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = "running_names"
AROUND = 4
"""Characters on either side that the network sees."""
ABSENT, COMPOUND = "∅", "«"
_WORD, _TORN = 1.3, 3.0
"""What a stretch loses that would tear two common words apart (支付|流水)."""
_FAMILY = 1
_PLACES = 2 * AROUND + 3
JOINED = (0, 1, 2, 3, 4, 5, 6, 7, 8)
"""Places whose character is judged together with the one behind it (left to right)."""
BUCKETS, PAIR_SCALE = 16_384, 127.0
_BATCH, _PAD = 2_048, AROUND + 2
_EDGE = "\n" * _PAD
_FEW = 24
"""Candidates up to which dictionaries are quicker than arrays."""
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


@dataclass(frozen=True, slots=True)
class Model:
    candidate: re.Pattern[str]
    first: tuple[dict[str, float], ...]
    """What the characters left, surname, first, second and right add to the first sum."""
    unknown: tuple[float, ...]
    compound: frozenset[str]
    never: frozenset[str]
    number: NDArray[Any]
    """The network's number of each character, by its code."""
    numbers: dict[str, int]
    """The same as a dictionary."""
    compounds: dict[str, int]
    absent: int
    keys: NDArray[Any]
    """Words of two characters, as two codes, in order."""
    levels: NDArray[Any]
    """How common each of them is."""
    words: dict[str, float]
    """The same as a dictionary."""
    layer: NDArray[Any]
    """What each character adds to the hidden layer, for each of the eleven places in turn."""
    offsets: NDArray[Any]
    """Where the rows of each place begin in `layer`."""
    pair: NDArray[Any]
    """What two characters together say, by their hash."""
    joined: NDArray[Any]
    facts: NDArray[Any]
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
    number = {c: place.get(stands_for, 1) for c, stands_for in same.items()}
    embedding = data["embedding"].astype(np.float32)
    count, wide = embedding.shape
    hidden = data["hidden"].astype(np.float32)
    begin = _PLACES * wide + len(JOINED) * data["pair"].shape[1]
    layer = np.concatenate(
        [embedding @ hidden[at : at + wide] for at in range(0, _PLACES * wide, wide)]
    ).astype(np.float16)
    layer = layer.astype(np.float32)  # adding half floats is many times slower
    codes = np.ones(0x10000, np.intp)
    for character, at in number.items():
        codes[ord(character)] = at
    weights = data["first"].astype(np.float64)
    first = []
    for number_of_row, row in enumerate(weights):
        table = {c: float(row[place.get(s, 1)]) for c, s in same.items()}
        table.update({entry: float(row[at]) for entry, at in place.items() if len(entry) > 1})
        table[ABSENT] = float(row[place[ABSENT]])
        if number_of_row == _FAMILY:
            table = {c: v for c, v in table.items() if c in surnames or c[0] == COMPOUND}
        first.append(table)
    keys = np.cumsum(data["words"].astype(np.int64))
    levels = data["common"].astype(np.float32) / 32
    spelt = keys.astype(">u4").tobytes().decode("utf-16-be")
    pairs = frozenset(compound.split())
    beginnings, seconds = ("".join(sorted({pair[i] for pair in pairs})) for i in (0, 1))
    return Model(
        candidate=re.compile(f"[{surnames}{beginnings}](?=[{given}{seconds}])"),
        first=tuple(first),
        unknown=tuple(float(row[1]) for row in weights),
        compound=pairs,
        never=frozenset(never),
        number=codes,
        numbers=number,
        compounds={entry[1:]: at for entry, at in place.items() if entry[0] == COMPOUND},
        absent=place[ABSENT],
        keys=keys,
        levels=levels,
        words=dict(
            zip(
                map("".join, zip(spelt[::2], spelt[1::2], strict=True)),
                levels.tolist(),
                strict=True,
            )
        ),
        layer=layer,
        offsets=np.arange(_PLACES) * count,
        pair=data["pair"].astype(np.float32) / PAIR_SCALE,
        joined=hidden[_PLACES * wide : begin],
        facts=hidden[begin:],
        bias=data["bias"].astype(np.float32),
        out=data["out"].astype(np.float32),
        constant=float(data["scalars"][1]),
    )


Candidate = tuple[int, int, int]
"""Start, characters of the surname, characters of the given name."""


def pairs(rows: NDArray[Any]) -> NDArray[Any]:
    """Hashes of neighbouring characters, given the network's numbers of the eleven."""
    import numpy as np

    rows = np.asarray(rows, np.int64)
    first, last = JOINED[0], JOINED[-1]
    mixed = rows[:, first : last + 1] * 40_503 + rows[:, first + 1 : last + 2] * 2_477
    hashed: NDArray[Any] = (mixed ^ (mixed >> 7)) & (BUCKETS - 1)
    return hashed


def sums(text: str, found: list[Candidate]) -> list[float]:
    """The network's logarithm of the odds for each candidate."""
    padded = _EDGE + text + _EDGE
    if len(found) <= _FEW:
        return _judged(*_one_by_one(padded, found))
    import numpy as np

    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.minimum(codes, 0xFFFF).astype(np.int64)
    values: list[float] = []
    for at in range(0, len(found), _BATCH):
        values += _judged(*_together(text, codes, found[at : at + _BATCH]))
    return values


def _one_by_one(padded: str, found: list[Candidate]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The network's numbers of each candidate's characters, and the facts of its words."""
    import numpy as np

    known = model()
    number, compounds = known.numbers.get, known.compounds
    common = known.words.get
    rows, facts = [], []
    for place, family, given in found:
        start = place + _PAD
        one = start + family
        end = one + given
        row = [number(c, 1) for c in padded[start - AROUND : start + 1]]
        if family == 2:
            row[AROUND] = compounds.get(padded[start:one], 1)
        row.append(number(padded[one], 1))
        row.append(known.absent if given == 1 else number(padded[one + 1], 1))
        row += [number(c, 1) for c in padded[end : end + AROUND]]
        rows.append(row)
        alone = family == 1
        facts.append(
            (
                common(padded[start - 1 : one], 0.0) if alone else 0.0,
                common(padded[start : start + 2], 0.0) if alone else 0.0,
                common(padded[one:end], 0.0) if given == 2 else 0.0,
                common(padded[end - 1 : end + 1], 0.0),
                common(padded[start - 2 : start], 0.0),
                common(padded[end : end + 2], 0.0),
                given == 1,
            )
        )
    return np.array(rows, np.int64), np.array(facts, np.float32)


def _together(
    text: str, codes: NDArray[Any], found: list[Candidate]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The same as `_one_by_one`, as arrays."""
    import numpy as np

    known = model()
    shape = np.array(found, np.int64)
    start, family, given = shape[:, 0] + _PAD, shape[:, 1], shape[:, 2]
    one, end = start + family, start + family + given
    single, short = family == 1, given == 1
    number = known.number[codes]
    rows = np.concatenate(
        [
            number[start[:, None] + np.arange(-AROUND, 0)],
            number[start][:, None],
            number[one][:, None],
            np.where(short, known.absent, number[one + 1])[:, None],
            number[end[:, None] + np.arange(AROUND)],
        ],
        axis=1,
    )
    for at in np.nonzero(~single)[0].tolist():
        place = found[at][0]
        rows[at, AROUND] = known.compounds.get(text[place : place + 2], 1)

    def common(left: NDArray[Any]) -> NDArray[Any]:
        """How common the words are that begin at `left`."""
        keys = codes[left] << 16 | codes[left + 1]
        at = np.minimum(np.searchsorted(known.keys, keys), len(known.keys) - 1)
        return np.where(known.keys[at] == keys, known.levels[at], 0.0)

    torn = common(start - 1) * single
    whole = common(one) * ~short
    facts = np.stack(
        [
            torn,
            common(start) * single,
            whole,
            common(end - 1),
            common(start - 2),
            common(end),
            short,
        ],
        axis=1,
    ).astype(np.float32)
    return rows, facts


def _judged(rows: NDArray[Any], facts: NDArray[Any]) -> list[float]:
    """The network itself."""
    import numpy as np

    known = model()
    layer = np.add.reduce(known.layer.take(rows + known.offsets, axis=0), axis=1)
    layer += known.pair.take(pairs(rows), axis=0).reshape(len(rows), -1) @ known.joined
    layer += facts @ known.facts
    layer += known.bias
    np.maximum(layer, 0.0, out=layer)
    values: list[float] = (layer @ known.out + known.constant).tolist()
    torn: list[list[float]] = facts[:, :3].tolist()
    return [
        value - _TORN if left > _WORD and right > _WORD else value
        for value, (left, _, right) in zip(values, torn, strict=True)
    ]
