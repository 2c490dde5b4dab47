"""Chinese names in running text that nothing announces, judged by their characters and neighbours.

Every stretch that begins with a surname is a candidate. A sum over five characters (a table of
weights) drops most; a small network over the name and four characters on either side judges the
rest (`training/privacy_names.py`; see the card). Where the text holds other personal information
less is asked of a name, and of one accepted elsewhere still less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.store import load
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import characters

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALONE, BESIDE_OTHERS = 0.2, -0.6
"""The least sum in a text without, and with, other personal information."""
_REPEATED = -3.0
"""The least sum for a string accepted as a name elsewhere in the same text."""
MODEL = "running_names"
AROUND = 4
"""Characters on either side that the network sees."""
_ABSENT, _COMPOUND = "∅", "«"
_WORD, _TORN = 1.3, 3.0
"""What a stretch loses that would tear two common words apart (支付|流水)."""
_WORDLIKE = 2.5
"""What a name loses that is an everyday word too (高峰, 汪洋)."""
_LEAST = -4.0
"""First sum below which a candidate is dropped (in training -4.6: one name in 1,400 is lost)."""
_LED = -7.0
"""The same for a candidate behind a word for an office or a relative (患者, 记者)."""
_SIGHTS = frozenset("殿宫寺庙陵坛塔店证案馆")
"""Last characters of sights and shops (武英殿), which begin with surnames often."""
_FAMILY = 1
_PLACES = 2 * AROUND + 3
JOINED = (0, 1, 2, 3, 4, 5, 6, 7, 8)
"""Places whose character is judged together with the one behind it (left to right)."""
BUCKETS, PAIR_SCALE = 16_384, 127.0
_BATCH, _PAD = 2_048, AROUND + 2
_SAME = {
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
class _Model:
    candidate: re.Pattern[str]
    first: tuple[dict[str, float], ...]
    """What the characters left, surname, first, second and right add to the first sum."""
    unknown: tuple[float, ...]
    least: float
    compound: frozenset[str]
    never: frozenset[str]
    number: NDArray[Any]
    """The network's number of each character, by its code."""
    compounds: dict[str, int]
    absent: int
    keys: NDArray[Any]
    """Words of two characters, as two codes, in order."""
    levels: NDArray[Any]
    """How common each of them is."""
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
def _model() -> _Model:
    import numpy as np

    data = load(__package__, MODEL)
    text = {name: bytes(data[name]).decode("utf-8") for name in ("vocabulary", "lists")}
    vocabulary = text["vocabulary"].split("\x01")
    surnames, given, never, compound = text["lists"].split("\x01")
    place = {entry: at for at, entry in enumerate(vocabulary)}
    same = {**{c: c for c in vocabulary if len(c) == 1}, **_SAME}
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
        table[_ABSENT] = float(row[place[_ABSENT]])
        if number_of_row == _FAMILY:
            table = {c: v for c, v in table.items() if c in surnames or c[0] == _COMPOUND}
        first.append(table)
    pairs = frozenset(compound.split())
    beginnings, seconds = ("".join(sorted({pair[i] for pair in pairs})) for i in (0, 1))
    return _Model(
        candidate=re.compile(f"[{surnames}{beginnings}](?=[{given}{seconds}])"),
        first=tuple(first),
        unknown=tuple(float(row[1]) for row in weights),
        least=_LEAST,
        compound=pairs,
        never=frozenset(never),
        number=codes,
        compounds={entry[1:]: at for entry, at in place.items() if entry[0] == _COMPOUND},
        absent=place[_ABSENT],
        keys=np.cumsum(data["words"].astype(np.int64)),
        levels=data["common"].astype(np.float32) / 32,
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


def find_running_names(text: str, least: float, accepted: Iterable[str] = ()) -> Iterator[Hit]:
    """Names whose sum reaches `least`, and those that repeat one of them or of `accepted`."""
    sure = set(accepted)
    survivors, starts = candidates(text)
    taken: list[tuple[float, int, int]] = []
    if survivors:
        known = characters()
        for value, (start, size, more) in zip(sums(text, survivors), survivors, strict=True):
            end = start + size + more
            name = text[start:end]
            if name in known.not_names:
                value -= _WORDLIKE
            if name in known.famous or name[-1] in _SIGHTS or "某" in name:
                continue
            if name[size:] in known.follow_words:
                continue
            if value >= least:
                taken.append((-value, start, end))
            elif value >= _REPEATED:
                taken.append((100.0 - value, start, end))  # after all that stand on their own
    for start in starts if sure else ():
        for end in (start + 4, start + 3):
            if text[start:end] in sure:
                taken.append((-100.0, start, end))
    taken.sort()
    used: set[int] = set()
    for rank, start, end in taken:
        name = text[start:end]
        if (rank < 50 or name in sure) and used.isdisjoint(range(start, end)):
            used.update(range(start, end))
            sure.add(name)
            yield Hit("name", start, end, name)


def candidates(text: str) -> tuple[list[Candidate], list[int]]:
    """What the first sum lets through, and every place where a surname stands."""
    known = _model()
    if known.candidate.search(text) is None:
        return [], []
    left, family, one, two, right = known.first
    no_left, no_family, no_one, no_two, no_right = known.unknown
    never, size, alone = known.never, len(text), two[_ABSENT]
    usual = known.least
    survivors: list[Candidate] = []
    starts: list[int] = []
    for match in known.candidate.finditer(text):
        start = match.start()
        pair = text[start : start + 2]
        starts.append(start)
        families = [(2, _COMPOUND + pair)] if pair in known.compound else []
        if match[0] in family:
            families.append((1, match[0]))
        for width, surname in families:
            stop = start + width
            first = text[stop : stop + 1]
            if not "\u4e00" <= first <= "\u9fff" or first in never:
                continue
            base = (
                left.get(text[start - 1] if start else "\n", no_left)
                + family.get(surname, no_family)
                + one.get(first, no_one)
            )
            second = text[stop + 1] if stop + 1 < size else "\n"
            total = base + alone + right.get(second, no_right)
            if total > usual or (total > _LED and _led(text, start)):
                survivors.append((start, width, 1))
            if "\u4e00" <= second <= "\u9fff" and second not in never:
                total = base + two.get(second, no_two)
                total += right.get(text[stop + 2] if stop + 2 < size else "\n", no_right)
                if total > usual or (total > _LED and _led(text, start)):
                    survivors.append((start, width, 2))
    return survivors, starts


def _led(text: str, start: int) -> bool:
    """A word for an office, a relative or what is done to somebody stands directly before."""
    roles, around = characters().roles, text[max(0, start - AROUND) : start]
    return around[-2:] in roles or around[-3:] in roles or around[-4:] in roles


def pairs(rows: NDArray[Any]) -> NDArray[Any]:
    """Hashes of neighbouring characters, given the network's numbers of the eleven."""
    import numpy as np

    places = np.array(JOINED)
    mixed = rows[:, places].astype(np.int64) * 40_503 + rows[:, places + 1] * 2_477
    hashed: NDArray[Any] = (mixed ^ (mixed >> 7)) % BUCKETS
    return hashed


def sums(text: str, found: list[Candidate]) -> list[float]:
    """The network's logarithm of the odds for each candidate."""
    import numpy as np

    padded = "\n" * _PAD + text + "\n" * _PAD
    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.minimum(codes, 0xFFFF).astype(np.int64)
    values: list[float] = []
    for at in range(0, len(found), _BATCH):
        values += _network(text, codes, found[at : at + _BATCH])
    return values


def _network(text: str, codes: NDArray[Any], found: list[Candidate]) -> list[float]:
    import numpy as np

    known = _model()
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
    layer = known.layer[rows + known.offsets].sum(axis=1, dtype=np.float32)
    layer += known.pair[pairs(rows)].reshape(len(rows), -1) @ known.joined
    layer += facts @ known.facts
    layer += known.bias
    np.maximum(layer, 0.0, out=layer)
    values = layer @ known.out + known.constant
    values -= _TORN * ((torn > _WORD) & (whole > _WORD))
    result: list[float] = values.tolist()
    return result
