"""The capitalised words of a long text in arrays, and lists of words to look them up in.

A word is read once: its first letters of one case make one number, whichever the case. A list is
a table of such numbers. What is not in the table is not in the list; what is, may be: the pattern
that is tried there decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from mingjian.detect.privacy.gates import (
    BEYOND,
    LONG,
    Gate,
    as_places,
    codes_of,
    held,
    narrowed,
    of_text,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAPITAL = r"[A-Z\u00c0-\u00de\u0100-\u017d]"
_LETTERS = 12
"""Letters read of a word: of five bits each they fit one number."""
_FIVE_BITS = 31
_UPPER = 32
_FOREIGN = 27
"""Stands for a first letter beyond A to Z."""
_SPREAD = 0x9E3779B97F4A7C15 - (1 << 64)
_TABLE_BITS = 18


class Words(NamedTuple):
    """Words of a text: where each begins, what is behind its letters of one case, its number."""

    at: NDArray[Any]
    end: NDArray[Any]
    key: NDArray[Any]

    def only(self, which: NDArray[Any]) -> Words:
        return Words(self.at[which], self.end[which], self.key[which])

    def cut(self) -> NDArray[Any]:
        """Which are longer than what was read of them, so that `end` says nothing."""
        cut: NDArray[Any] = self.end - self.at == _LETTERS
        return cut

    def foreign(self) -> NDArray[Any]:
        """Which begin with a letter beyond A to Z."""
        import numpy as np

        letters = np.abs(self.end - self.at)
        foreign: NDArray[Any] = self.key >> 5 * (letters - 1) == _FOREIGN
        return foreign


class Known:
    """A list of words as a table of their numbers."""

    def __init__(self, words: Iterable[str]) -> None:
        import numpy as np

        self._table = np.zeros(1 << _TABLE_BITS, bool)
        self._table[_spread(_keys(list(words)))] = True

    def among(self, words: Words) -> NDArray[Any]:
        """Which of the words may be in the list; the others are not."""
        import numpy as np

        return np.take(self._table, _spread(words.key))


class Pairs:
    """Pairs of characters of ASCII, each in whichever case."""

    def __init__(self, pairs: Iterable[str]) -> None:
        self._pairs = pairs

    def hold(self, codes: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
        """Where one of the pairs stands, the second character at `at`."""
        first, second = codes[at - 1], codes[at]
        ascii_ = (first < 1 << 7) & (second < 1 << 7)
        found: NDArray[Any] = ascii_ & self._table[first * ascii_, second * ascii_]
        return found

    @cached_property
    def _table(self) -> NDArray[Any]:
        import numpy as np

        table = np.zeros((1 << 7, 1 << 7), bool)
        for first, second in map(tuple, self._pairs):
            for one in (first, first.swapcase()):
                table[ord(one), [ord(second), ord(second.swapcase())]] = True
        return table


class CapitalGate(Gate):
    """A `Gate` whose first class are capitals: they are looked for once in a text."""

    def places(self, text: str) -> list[int]:
        return as_places(narrowed(codes_of(text), capitals_of(text), *self._around))


class WordGate(Gate):
    """A `Gate` before the words of a list; `known` makes the list when it is needed first."""

    def __init__(self, known: Callable[[], Known], *around: tuple[int | range, str]) -> None:
        super().__init__(*around)
        self._make = known

    @cached_property
    def known(self) -> Known:
        return self._make()

    def places(self, text: str) -> list[int]:
        words = words_of(text)
        at = words.at[self.known.among(words)]
        return as_places(narrowed(codes_of(text), at, *self._around))


def may_hold(text: str, *words: str) -> bool:
    """Whether one of the words stands in a short text; long ones are asked through gates."""
    return len(text) >= LONG or any(word in text for word in words)


def standing(word: str, text: str) -> Iterator[int]:
    """Where the word stands, in order."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


@of_text
def capitals_of(text: str) -> NDArray[Any]:
    """Where Latin capitals stand in `codes_of`."""
    import numpy as np

    codes = codes_of(text)
    return np.flatnonzero(np.take(_capitals(), codes))


@of_text
def words_of(text: str) -> Words:
    """What begins with a capital: behind no letter, or before a small one."""
    import numpy as np

    codes, at = codes_of(text), capitals_of(text)
    fold = _fold()
    behind = np.take(fold, codes[at + 1])
    at = at[(np.take(fold, codes[at - 1]) == 0) | ((behind > 0) & (behind < _UPPER))]
    return _read(codes, at)


def last_words(codes: NDArray[Any], at: NDArray[Any]) -> Words:
    """The words that end at `at`, read from their ends; `end` is what is before each."""
    return _read(codes, at, -1)


def _read(codes: NDArray[Any], at: NDArray[Any], step: int = 1) -> Words:
    import numpy as np

    fold = _fold()
    first = np.take(fold, codes[at]) & _FIVE_BITS
    key = np.where(first > 0, first, _FOREIGN).astype(np.int64)
    end = at + step
    going = np.arange(len(at))
    letters = np.take(fold, codes[end])
    case = letters & _UPPER
    for _ in range(_LETTERS - 1):
        on = (letters > 0) & ((letters & _UPPER == case) if step > 0 else True)
        going, case = going[on], case[on]
        key[going] = key[going] << 5 | letters[on] & _FIVE_BITS
        end[going] += step
        letters = np.take(fold, codes[end[going]])
    return Words(at, end, key)


def behind(
    codes: NDArray[Any], at: NDArray[Any], kind: str, most: int, step: int = 1
) -> NDArray[Any]:
    """The first place from `at` on, in steps, that is not of the class, or `most` steps on."""
    import numpy as np

    behind = at.copy()
    going = np.arange(len(at))
    for _ in range(most):
        going = going[held(kind, codes[behind[going]])]
        if not len(going):
            break
        behind[going] += step
    return behind


def _keys(words: list[str]) -> NDArray[Any]:
    import numpy as np

    text = "\n".join(["", *words, "\n" * _LETTERS])
    sizes = np.fromiter(map(len, words), np.int64) + 1
    starts = np.cumsum(sizes) - sizes + 1
    return _read(np.frombuffer(text.encode("utf-32-le"), np.uint32), starts).key


def _spread(keys: NDArray[Any]) -> NDArray[Any]:
    """Numbers of words as places in a table."""
    import numpy as np

    spread: NDArray[Any] = (keys * np.int64(_SPREAD)).view(np.uint64) >> np.uint64(64 - _TABLE_BITS)
    return spread.view(np.int64)


@cache
def _capitals() -> NDArray[Any]:
    import numpy as np

    return held(CAPITAL, np.arange(BEYOND + 1, dtype=np.uint16))


@cache
def _fold() -> NDArray[Any]:
    """Small letters as 1 to 26, capitals with a mark, 0 for all else."""
    import numpy as np

    fold = np.zeros(BEYOND + 1, np.uint8)
    numbers = np.arange(1, 27)
    fold[ord("a") : ord("z") + 1] = numbers
    fold[ord("A") : ord("Z") + 1] = numbers | _UPPER
    return fold
