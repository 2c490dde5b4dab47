"""Which stretches of running text may be names at all: the first sum, over five characters.

A table of weights says what the character before, the surname, the two behind it and the one
behind the name add. Short texts are read character by character, long ones in arrays: the sums
are the same to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy import gates
from mingjian.detect.privacy.gates import BEYOND, EDGE, codes_of
from mingjian.detect.privacy.names_zh import characters
from mingjian.detect.privacy.openings import Opening, one_of
from mingjian.detect.privacy.running_network import ABSENT, COMPOUND, Candidate, model

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = -3.5
"""First sum below which a candidate is dropped (in training -4.8)."""
_LED = -6.5
"""The same for a candidate behind a word for an office or a relative (患者, 记者)."""
_BEFORE, _BEHIND = 4, 5
"""Characters before the surname, and from it on, that the first sum looks at."""
_ASIDE = (-1, 2, 3, 4)
"""Where around the surname an emoji may stand: those are beyond the arrays' codes."""
_SURNAME_OPEN = Opening(lambda: (one_of(model().begins), one_of(model().goes_on)))


def candidates(text: str) -> tuple[list[Candidate], list[int]]:
    """What the first sum lets through, and every place where a surname stands."""
    if len(text) >= gates.LONG:
        return _in_arrays(text)
    survivors: list[Candidate] = []
    starts: list[int] = []
    last = len(text) - _BEHIND
    for match in model().candidate.finditer(text):
        start = match.start()
        starts.append(start)
        if _BEFORE <= start <= last:
            through = _usual(text[start - _BEFORE : start + _BEHIND])
        else:
            through = _through(text, start)
        for width, more in through:
            survivors.append((start, width, more))
    return survivors, starts


@lru_cache(maxsize=16_384)
def _usual(around: str) -> tuple[tuple[int, int], ...]:
    """Logs, tables and pages repeat themselves."""
    return _through(around, _BEFORE)


def _through(text: str, start: int) -> tuple[tuple[int, int], ...]:
    """The sizes of surname and given name from `start` that the first sum lets through."""
    known = model()
    left, _, _, two, right = known.first
    no_left, _, _, no_two, no_right = known.unknown
    before = left.get(text[start - 1] if start else "\n", no_left)
    pair, size = text[start : start + 2], len(text)
    led: bool | None = None
    through = []
    for width, begun in _begun(text[start : start + 3] if pair in known.compound else pair):
        base, stop = before + begun, start + width
        second = text[stop + 1] if stop + 1 < size else "\n"
        totals = [base + two[ABSENT] + right.get(second, no_right)]
        if "\u4e00" <= second <= "\u9fff" and second not in known.never:
            after = text[stop + 2] if stop + 2 < size else "\n"
            totals.append(base + two.get(second, no_two) + right.get(after, no_right))
        for more, total in enumerate(totals, 1):
            if _LED < total <= _LEAST and led is None:
                led = _led(text, start)
            if total > _LEAST or (led and total > _LED):
                through.append((width, more))
    return tuple(through)


@lru_cache(maxsize=32_768)
def _begun(beginning: str) -> tuple[tuple[int, float], ...]:
    """Characters of each surname that may begin so, and what it and the next add to the sum."""
    known = model()
    _, family, one, _, _ = known.first
    no_one = known.unknown[2]
    found = []
    for width, surname in ((2, COMPOUND + beginning[:2]), (1, beginning[0])):
        if width == 2 and beginning[:2] not in known.compound:
            continue
        if width == 1 and surname not in family:
            continue
        first = beginning[width : width + 1]
        if "\u4e00" <= first <= "\u9fff" and first not in known.never:
            value = family.get(surname, known.unknown[1]) + one.get(first, no_one)
            found.append((width, value))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Weights:
    """What `_through` reads of the model, by the codes of characters."""

    given: NDArray[Any]
    """Characters that a given name may hold."""
    added: tuple[NDArray[Any], ...]
    """By the network's number of a character: left, surname, first, second and right."""
    compounds: NDArray[Any]
    """Both codes of each surname of two characters as one number, in order, and what it adds."""
    compounds_add: NDArray[Any]


@cache
def _weights() -> _Weights:
    import numpy as np

    known = model()
    given = np.zeros(0x10000, bool)
    given[0x4E00:0xA000] = True
    given[[ord(c) for c in known.never]] = False
    number = known.alphabet.number
    added = []
    for table, unknown in zip(known.first, known.unknown, strict=True):
        by_number = np.full(int(number.max()) + 1, unknown)
        for character, value in table.items():
            if len(character) == 1 and character <= "\uffff":
                by_number[number[ord(character)]] = value
        added.append(by_number)
    no_surname = np.full(len(added[1]), -np.inf)
    alone = [number[ord(c)] for c in known.first[1] if len(c) == 1]
    no_surname[alone] = added[1][alone]
    added[1] = no_surname
    compounds = sorted((ord(c[0]) << 16 | ord(c[1]), c) for c in known.compound)
    return _Weights(
        given,
        tuple(added),
        np.array([key for key, _ in compounds]),
        np.array([known.first[1].get(COMPOUND + c, known.unknown[1]) for _, c in compounds]),
    )


def _in_arrays(text: str) -> tuple[list[Candidate], list[int]]:
    """The same as reading every surname by itself."""
    import numpy as np

    known, codes = _weights(), codes_of(text)
    at = _SURNAME_OPEN.at(text)
    at = at[(codes.take(at) != BEYOND) & (codes.take(at + 1) != BEYOND)]
    starts: list[int] = (at - EDGE).tolist()
    survivors: list[Candidate] = []
    beyond = codes.take(at[:, None] + _ASIDE).max(axis=1) == BEYOND
    for place in (at[beyond] - EDGE).tolist():
        survivors += [(place, width, more) for width, more in _through(text, place)]
    at = at[~beyond]
    found = [(1, at, known.added[1].take(model().alphabet.number.take(codes.take(at))))]
    pairs = codes.take(at).astype(np.int64) << 16 | codes.take(at + 1)
    place = np.minimum(np.searchsorted(known.compounds, pairs), len(known.compounds) - 1)
    double = known.compounds.take(place) == pairs
    found.append((2, at[double], known.compounds_add.take(place[double])))
    for width, start, family in found:
        for more, chosen in _let_through(text, start, width, family):
            survivors += [(place, width, more) for place in (chosen - EDGE).tolist()]
    return survivors, starts


def _let_through(
    text: str, start: NDArray[Any], width: int, family: NDArray[Any]
) -> list[tuple[int, NDArray[Any]]]:
    """Of the surnames at `start`: where a given name of one and of two characters may follow."""
    import numpy as np

    known, codes = _weights(), codes_of(text)
    left, _, one, two, right = known.added
    good = known.given.take(codes.take(start + width)) & (family > -np.inf)
    start, family = start[good], family[good]
    number = model().alphabet.number
    numbers = [number.take(codes.take(start + at)) for at in (-1, width, width + 1, width + 2)]
    base = left.take(numbers[0]) + (family + one.take(numbers[1]))
    absent = model().first[3][ABSENT]
    short = base + absent + right.take(numbers[2])
    wide = base + two.take(numbers[2]) + right.take(numbers[3])
    wide[~known.given.take(codes.take(start + width + 1))] = -np.inf
    return [(1, start[_good(text, start, short)]), (2, start[_good(text, start, wide)])]


def _good(text: str, start: NDArray[Any], total: NDArray[Any]) -> NDArray[Any]:
    """Which sums are high enough, or are behind a word for an office or a relative."""
    import numpy as np

    good: NDArray[Any] = total > _LEAST
    ends = gates.class_table(f"[{''.join(sorted(_role_ends()))}]")
    doubtful = (total > _LED) & ~good & ends.take(codes_of(text).take(start - 1))
    for at in np.flatnonzero(doubtful).tolist():
        good[at] = _led(text, int(start[at]) - EDGE)
    return good


def _led(text: str, start: int) -> bool:
    """A word for an office, a relative or what is done to somebody stands directly before."""
    if text[max(0, start - 1) : start] not in _role_ends():
        return False
    roles, around = characters().roles, text[max(0, start - _BEFORE) : start]
    return around[-2:] in roles or around[-3:] in roles or around[-4:] in roles


@cache
def _role_ends() -> frozenset[str]:
    """The last characters of these words."""
    return frozenset(word[-1] for word in characters().roles)
