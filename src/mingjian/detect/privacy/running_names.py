"""Chinese names in running text that nothing announces, judged by their characters and neighbours.

Every stretch that begins with a surname is a candidate. A sum over five characters (a table of
weights) drops most; a small network (`running_network.py`) over the name and seven characters on
either side judges the rest (`training/privacy_names.py`; see the card). Where the text holds other
personal information less is asked of a name, and of one accepted elsewhere still less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import Characters, characters
from mingjian.detect.privacy.running_network import (
    ABSENT,
    COMPOUND,
    Candidate,
    model,
    sums,
)

ALONE, BESIDE_OTHERS = 0.2, -0.6
"""The least sum in a text without, and with, other personal information."""
_REPEATED = -3.0
"""The least sum for a string accepted as a name elsewhere in the same text."""
_WORDLIKE = 2.5
"""What a name loses that is an everyday word too (高峰, 汪洋)."""
_LEAST = -3.5
"""First sum below which a candidate is dropped (in training -4.8)."""
_LED = -6.5
"""The same for a candidate behind a word for an office or a relative (患者, 记者)."""
_BEFORE, _BEHIND = 4, 5
"""Characters before the surname, and from it on, that the first sum looks at."""
_SIGHTS = frozenset("殿宫寺庙陵坛塔店证案馆")
"""Last characters of sights and shops (武英殿), which begin with surnames often."""


def find_running_names(text: str, least: float, accepted: Sequence[Hit] = ()) -> Iterator[Hit]:
    """Names whose sum reaches `least`, and those that repeat one of them or of `accepted`.

    Where one of `accepted` stands, and nothing longer may, nothing is judged again.
    """
    sure = {hit.value for hit in accepted}
    survivors, starts = candidates(text)
    settled = _settled(survivors, accepted)
    survivors = [one for one in survivors if one[0] not in settled]
    taken: list[tuple[float, int, int]] = []
    if survivors:
        known = characters()
        survivors = [one for one in survivors if not _nobody(text, one, known)]
    if survivors:
        for value, (start, width, more) in zip(sums(text, survivors), survivors, strict=True):
            end = start + width + more
            if text[start:end] in known.not_names:
                value -= _WORDLIKE
            if value >= least:
                taken.append((-value, start, end))
            elif value >= _REPEATED:
                taken.append((100.0 - value, start, end))  # after all that stand on their own
    for start in starts if sure else ():
        for end in (start + 4, start + 3):
            if end <= len(text) and text[start:end] in sure:
                taken.append((-100.0, start, end))
    taken.sort()
    used = {place for start, end in settled.items() for place in range(start, end)}
    for rank, start, end in taken:
        name = text[start:end]
        if (rank < 50 or name in sure) and used.isdisjoint(range(start, end)):
            used.update(range(start, end))
            sure.add(name)
            yield Hit("name", start, end, name)


def _settled(survivors: list[Candidate], accepted: Sequence[Hit]) -> dict[int, int]:
    """Start and end of the names of `accepted` that no candidate is longer than."""
    ends = {hit.start: hit.end for hit in accepted}
    for start, width, more in survivors if ends else ():
        if start in ends and start + width + more > ends[start]:
            del ends[start]
    return ends


def _nobody(text: str, candidate: Candidate, known: Characters) -> bool:
    """A person of history, a sight, 王某, or a surname with its form of address."""
    start, size, more = candidate
    name = text[start : start + size + more]
    return (
        name in known.famous
        or name[-1] in _SIGHTS
        or "某" in name
        or name[size:] in known.follow_words
    )


def candidates(text: str) -> tuple[list[Candidate], list[int]]:
    """What the first sum lets through, and every place where a surname stands."""
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
