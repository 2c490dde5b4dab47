"""Where each of many patterns may begin in a long text, worked out for all of them in one go.

Every pattern has a bit. Two tables give for each character the bits of the patterns that may begin
with it, and of those that may go on with it: both looked up for the whole text and laid over one
another leave the few places at which a pattern need be asked at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import (
    BEYOND,
    EDGE,
    Beginnings,
    Gate,
    among,
    class_table,
    codes_of,
    held,
    is_open,
    narrowed,
    of_text,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANY = "[^\\uffff]"
_ALL: list[Opening] = []


class Opening(Gate):
    """A gate of two characters, and classes around them, that is read together with all others."""

    def __init__(
        self, begins: Callable[[], tuple[str, str]], *around: tuple[int | range, str]
    ) -> None:
        """`begins`: classes of the first character and of the second, made when first needed."""
        super().__init__(*around)
        self._begins = begins
        self._bit = len(_ALL)
        _ALL.append(self)

    def begins(self) -> tuple[str, str]:
        """The classes of the first character and of the second."""
        return self._begins()

    def places(self, text: str) -> list[int]:
        """Where the pattern may begin, in order."""
        found: list[int] = (self.at(text) - EDGE).tolist()
        return found

    def at(self, text: str) -> NDArray[Any]:
        """The same in the padded text (`gates.codes_of`)."""
        import numpy as np

        codes = codes_of(text)
        at, bits = _opened(text)
        return narrowed(codes, at[bits & np.uint32(1 << self._bit) != 0], *self._around)


class OpeningWords(Opening):
    """The same for words, of which the first two characters are known."""

    def __init__(
        self, heads: Callable[[], Iterable[str]], *around: tuple[int | range, str], then: str = ANY
    ) -> None:
        """`heads`: how the words begin; `then`: what stands behind a head of one character."""
        super().__init__(self._classes, *around)
        self._made = heads
        self._then = then

    @cached_property
    def _heads(self) -> frozenset[str]:
        return frozenset(head[:2] for head in self._made())

    def _classes(self) -> tuple[str, str]:
        first = one_of(head[0] for head in self._heads)
        second = one_of(head[1] for head in self._heads if len(head) == 2)
        alone = any(len(head) == 1 for head in self._heads)
        return first, f"(?:{second}|{self._then})" if alone else second

    @cached_property
    def _keys(self) -> tuple[NDArray[Any], str]:
        """The heads of two characters as numbers in order, and the class of the others."""
        import numpy as np

        pairs = sorted(ord(h[0]) << 16 | ord(h[1]) for h in self._heads if len(h) == 2)
        return np.array(pairs), one_of(h for h in self._heads if len(h) == 1)

    def at(self, text: str) -> NDArray[Any]:
        at, codes = super().at(text), codes_of(text)
        pairs, alone = self._keys
        first, second = codes.take(at), codes.take(at + 1)
        good: NDArray[Any] = among(first.astype(pairs.dtype) << 16 | second, pairs)
        if alone:
            good |= held(alone, first) & is_open(self._then, second)
        found: NDArray[Any] = at[good]
        return found


class OpeningBehind(OpeningWords):
    """The same for words that count only behind certain characters.

    A match that does not count may cover the beginning of one that would: of words that may cover
    one another all stay if one of them counts.
    """

    def __init__(
        self,
        heads: Callable[[], Iterable[str]],
        behind: Callable[[], Iterable[tuple[int | range, str]]],
        longest: int,
    ) -> None:
        """`behind`: classes around a word that counts; `longest`: characters of one at most."""
        super().__init__(heads)
        self._behind = behind
        self._longest = longest

    def at(self, text: str) -> NDArray[Any]:
        import numpy as np

        at = super().at(text)
        counts = narrowed(codes_of(text), at, *self._behind())
        rows = np.cumsum(np.diff(at, prepend=at[:1]) > self._longest)
        found: NDArray[Any] = at[np.bincount(rows, np.isin(at, counts))[rows] > 0]
        return found


@of_text
def _opened(text: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Every place where some pattern may begin, and the bits of those that may."""
    import numpy as np

    first, second = _tables()
    codes = codes_of(text)[EDGE : 1 - EDGE]
    bits = first.take(codes[:-1])
    bits &= second.take(codes[1:])
    at = np.flatnonzero(bits)
    return at + EDGE, bits.take(at)


@cache
def _tables() -> tuple[NDArray[Any], NDArray[Any]]:
    """For each character the patterns that may begin with it, and those that go on with it."""
    import numpy as np

    tables = np.zeros((2, BEYOND + 1), np.uint32)
    for number, opening in enumerate(_ALL):
        for table, kind in zip(tables, opening.begins(), strict=True):
            table |= class_table(kind).astype(np.uint32) << np.uint32(number)
    tables[:, BEYOND] = (1 << len(_ALL)) - 1
    return tables[0], tables[1]


def one_of(characters: Iterable[str]) -> str:
    """The class of these characters; nothing for none."""
    listed = "".join(f"\\u{ord(one):04x}" for one in sorted(set(characters)))
    return f"[{listed}]" if listed else ""


def heads(*alternations: str) -> frozenset[str]:
    """How the words begin of which a regular expression consists."""
    return frozenset().union(*(Beginnings.of_alternation(one).heads for one in alternations))
