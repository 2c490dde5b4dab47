"""Where a pattern may match at all, found in arrays for a whole text at once.

A pattern tries every character of the text; most of them it leaves at the first or second look. In
a long text a gate says where the characters around a place are of the right classes, in one go,
and only there the pattern itself is asked: what is found is the same. Short texts need no gate.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache, reduce
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONG = 2_000
"""Characters from which looking in arrays is quicker."""
EDGE = 32
"""Lines added at either end, so that looking around a place needs no bounds."""
BEYOND = 0xFFFF
"""Stands for all characters beyond the first plane: a gate is open to each of them."""
_FEW_RANGES = 4
_HEAD = 3
_ALTERNATIVE = re.compile(r"(?:[^|()]++|\([^()]*+\))+")
_PLAIN = re.compile(r"(?:[^\\\[\](){}?*+.^$|](?![?*]))+")

_KEPT: list[Callable[[], None]] = []
Made = TypeVar("Made")


def of_text(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """Keeps what `make` makes of the text that was read last, until `forget`."""
    kept = lru_cache(maxsize=1)(make)
    _KEPT.append(kept.cache_clear)
    return kept


class Gate:
    """Classes of characters that must stand at places around the one where a pattern begins."""

    def __init__(self, *around: tuple[int | range, str]) -> None:
        """`around`: distance and class, as `(-1, "[0-9]")`; a range: at any of these places.

        The first is looked for in the whole text, the others only where it holds.
        """
        self._around = around

    def places(self, text: str) -> list[int]:
        """Where all of the classes hold, in order."""
        import numpy as np

        codes = codes_of(text)
        distance, kind = self._around[0]
        assert isinstance(distance, int)
        shifted = codes[EDGE + distance : len(codes) - EDGE + distance]
        at = np.flatnonzero(is_open(kind, shifted)) + EDGE
        return as_places(narrowed(codes, at, *self._around[1:]))


def matches(
    pattern: re.Pattern[str], text: str, gate: Gate | Beginnings
) -> Iterator[re.Match[str]]:
    """What `pattern.finditer(text)` gives, if a match can only begin where `gate` is open."""
    return pattern.finditer(text) if len(text) < LONG else _through(pattern, text, gate)


def _through(
    pattern: re.Pattern[str], text: str, gate: Gate | Beginnings
) -> Iterator[re.Match[str]]:
    free = 0
    for place in gate.places(text):
        if place >= free and (match := pattern.match(text, place)) is not None:
            free = match.end()
            yield match


class Beginnings:
    """The first characters, three at most, of words to look for in whichever case: a `Gate` too."""

    def __init__(self, words: Iterable[str]) -> None:
        self.heads = frozenset(word[:_HEAD].lower() for word in words)

    @classmethod
    def of_alternation(cls, alternation: str) -> Beginnings:
        """Of a regular expression whose alternatives begin with plain characters."""
        heads = [_PLAIN.match(one) for one in _ALTERNATIVE.findall(alternation)]
        if None in heads:
            raise ValueError("an alternative begins with no plain character")
        return cls(head[0] for head in heads if head is not None)

    def within(self, text: str, start: int, end: int) -> bool:
        """False is certain: none of the words begins between `start` and `end`.

        Of short texts nothing is said.
        """
        if len(text) < LONG:
            return True
        places = self.begun(text)
        at = bisect_left(places, start)
        return at < len(places) and places[at] < end

    def begun(self, text: str) -> list[int]:
        """`places`, remembered for the text that is being read."""
        return _begun(self, text)

    def places(self, text: str) -> list[int]:
        """Where one of the words may begin, in order."""
        import numpy as np

        codes = small_letters(text)
        first, second, open_ = self._pairs
        pairs = first.take(codes[:-1])
        pairs += second.take(codes[1:])
        at = np.flatnonzero(open_.take(pairs))
        found: list[int] = (at[self.begin_at(codes, at)] - EDGE).tolist()
        return found

    def begin_at(self, small: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
        """At which places of a text, given as `small_letters`, one of the words may begin."""
        import numpy as np

        whole = _key([small[at + one].astype(np.int64) for one in range(_HEAD)])
        open_ = np.zeros(len(at), bool)
        for left_out, known in self._keys:
            open_ |= among(whole >> left_out, known)
        return open_

    @cached_property
    def _pairs(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Numbers of the first characters and of the second: the sum of two says which they are.

        And of which pairs one of the words begins.
        """
        import numpy as np

        firsts, seconds = sorted({h[0] for h in self.heads}), sorted({h[1:2] for h in self.heads})
        width = len(seconds) + 1
        first, second = np.zeros((2, BEYOND + 1), np.uint16)
        first[[ord(one) for one in firsts]] = np.arange(width, width * (len(firsts) + 1), width)
        open_ = np.zeros((len(firsts) + 1, width), bool)
        assert open_.size <= BEYOND, "more heads than the numbers are made for"
        for number, one in enumerate(seconds, 1):
            if one:
                second[ord(one)] = number
        for head in self.heads:
            column = seconds.index(head[1:2]) + 1 if len(head) > 1 else slice(None)
            open_[firsts.index(head[0]) + 1, column] = True
        return first, second, open_.ravel()

    @cached_property
    def _keys(self) -> list[tuple[int, NDArray[Any]]]:
        """The heads of each length as numbers, and how many bits of the longest they leave out."""
        import numpy as np

        keys = []
        for size in {len(head) for head in self.heads}:
            known = sorted(_key(list(map(ord, h))) for h in self.heads if len(h) == size)
            keys.append((16 * (_HEAD - size), np.array(known)))
        return keys


def _key(codes: Sequence[Any]) -> Any:
    """Up to three characters, or arrays of them, as one number."""
    return reduce(lambda before, code: before << 16 | code, codes)


def among(values: NDArray[Any], known: NDArray[Any]) -> NDArray[Any]:
    """Which of `values` are in `known`, which is in order."""
    import numpy as np

    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    among: NDArray[Any] = known[at] == values
    return among


@lru_cache(maxsize=8)
def _begun(beginnings: Beginnings, text: str) -> list[int]:
    return beginnings.places(text)


@of_text
def small_letters(text: str) -> NDArray[Any]:
    """`codes_of` with the small letter of every character, its first where there are several."""
    import numpy as np

    small: NDArray[Any] = np.take(_small(), codes_of(text))
    return small


@cache
def _small() -> NDArray[Any]:
    import numpy as np

    # The one capital with a longer small letter is left out: every character keeps its place.
    small = _as_codes(_characters().replace("\u0130", "i").lower()).astype(np.uint16)
    return np.append(small, np.uint16(BEYOND))


@of_text
def codes_of(text: str) -> NDArray[Any]:
    """The characters of `text` as numbers, with `EDGE` line ends before and behind."""
    import numpy as np

    padding = "\n" * EDGE
    codes: NDArray[Any] = np.minimum(_as_codes(padding + text + padding), BEYOND)
    return codes.astype(np.uint16)


def _as_codes(text: str) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def forget() -> None:
    """Let go of the text that was read last."""
    _begun.cache_clear()
    for clear in _KEPT:
        clear()


@cache
def class_table(kind: str) -> NDArray[Any]:
    """Which characters a class of a regular expression holds."""
    import numpy as np

    table = np.zeros(BEYOND + 1, bool)
    for first, last in _ranges(kind):
        table[first : last + 1] = True
    return table


@cache
def _characters() -> str:
    return "".join(map(chr, range(BEYOND)))


@cache
def _ranges(kind: str) -> tuple[tuple[int, int], ...]:
    """First and last code of each run of characters in a class."""
    return tuple((run.start(), run.end() - 1) for run in re.finditer(f"{kind}+", _characters()))


def narrowed(
    codes: NDArray[Any], at: NDArray[Any], *around: tuple[int | range, str]
) -> NDArray[Any]:
    """Those of `at` where the classes stand around (see `Gate`)."""
    import numpy as np

    for distance, kind in around:
        several = distance if isinstance(distance, range) else (distance,)
        at = at[np.logical_or.reduce([is_open(kind, codes.take(at + one)) for one in several])]
    return at


def as_places(at: NDArray[Any]) -> list[int]:
    """Places in the text of places in `codes_of`."""
    places: list[int] = (at - EDGE).tolist()
    return places


def is_open(kind: str, codes: NDArray[Any]) -> NDArray[Any]:
    """Which of `codes` are of the class, or beyond the first plane."""
    known: NDArray[Any] = held(kind, codes) | (codes == BEYOND)
    return known


def held(kind: str, codes: NDArray[Any]) -> NDArray[Any]:
    """Which of `codes` are of the class."""
    import numpy as np

    ranges = _ranges(kind)
    if len(ranges) > _FEW_RANGES:
        known: NDArray[Any] = np.take(class_table(kind), codes)  # half the time of indexing
        return known
    within = np.zeros(len(codes), bool)
    for first, last in ranges:
        within |= codes - np.uint16(first) <= np.uint16(last - first)
    return within
