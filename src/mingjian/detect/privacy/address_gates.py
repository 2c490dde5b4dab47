"""Where in a long text an address in Latin letters can be at all, found in arrays.

Most numbers are in no address: behind a house number a street, a postcode or a second number must
stand within reach, and before a postcode a state or city. Without that no pattern is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import Gate, as_places, codes_of, held, narrowed, of_text
from mingjian.detect.privacy.words import Known, Pairs, behind, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BEHIND_NUMBER = ((1, r"[^\W_a-z]"), (-1, "[0-9A-Za-z,]"))
_BEFORE_CAPITAL, _BEFORE_FIGURE, _BEFORE_OTHERS = 15, 1, 8
"""What may go on behind a blank, as bits of `HouseNumbers`: 42nd Street, Ünal 7."""
_SECOND_HALF = ((1, "[A-Za-z]"), (2, "[0-9A-Za-z]"), (-1, " "), (-2, "[0-9A-Za-z]"))
"""9XJ or 1A1, behind what may be a first half."""
_STREET_REACH, _PARK_REACH, _HOUSE_REACH, _POSTCODE_REACH = 140, 20, 100, 310
"""Characters from the blank behind a house number to what must follow, at most."""
_APART = r"[^\w'’\-. ]"
_PARTS = r"[^\w'’\-. ,\n>#]"
"""What stands between no words of a street, and between no parts of an address."""


class HouseNumbers:
    """The blanks behind numbers that may be of houses, and what of an address is within reach."""

    def __init__(self, streets: Iterable[str], parks: Iterable[str]) -> None:
        """The last words of streets, and of what is a street if a town follows."""
        self._lists = streets, parks

    @cached_property
    def _known(self) -> tuple[Known, Known]:
        return Known(self._lists[0]), Known(self._lists[1])

    def blanks(self, text: str) -> Iterator[tuple[int, int]]:
        """Places in order, each with a bit for a street, a postcode, a park, a house abroad."""
        import numpy as np

        codes = codes_of(text)
        at = narrowed(codes, np.flatnonzero(codes == ord(" ")), *_BEHIND_NUMBER)
        at = at[_number_ends(codes, at)]
        following = self._following(text)
        at = at[np.logical_or.reduce([_before(at, places, reach) for places, reach in following])]
        apart = np.flatnonzero(held(_APART, codes))
        ends = [_next(apart, at)] * len(following)
        ends[1] = _next(apart[held(_PARTS, codes[apart])], at)
        bits = np.zeros(len(at), np.int64)
        for bit, (end, (places, reach)) in enumerate(zip(ends, following, strict=True)):
            bits |= (_next(places, at) < np.minimum(end, at + reach)).astype(np.int64) << bit
        begins = codes[at + 1]
        bits &= np.where(
            held("[A-Z]", begins),
            _BEFORE_CAPITAL,
            np.where(held("[0-9]", begins), _BEFORE_FIGURE, _BEFORE_OTHERS),
        )
        open_ = np.flatnonzero(bits)
        return zip(as_places(at[open_]), bits[open_].tolist(), strict=True)

    def _following(self, text: str) -> list[tuple[NDArray[Any], int]]:
        """Where streets, postcodes, parks and houses abroad are, and how far behind a number."""
        codes, words = codes_of(text), words_of(text)
        words = words.only((codes[words.at - 1] == ord(" ")) & held("[a-z]", codes[words.at + 1]))
        streets, parks = (words.at[known.among(words)] for known in self._known)
        return [
            (streets, _STREET_REACH),
            (_postcodes(text), _POSTCODE_REACH),
            (parks, _PARK_REACH),
            (_houses_abroad(text), _HOUSE_REACH),
        ]


def _number_ends(codes: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """Whether directly before stands a figure, one with a letter, or either with a comma."""
    last, before = codes[at - 1], codes[at - 2]
    letter = (last == ord(",")) & held("[A-Za-z]", before)
    ends: NDArray[Any] = letter | held("[0-9]", last) | held("[0-9]", before)
    return ends


def _before(at: NDArray[Any], places: NDArray[Any], reach: int) -> NDArray[Any]:
    """Which of `at` stand less than `reach` before one of `places`."""
    import numpy as np

    size = len(at) + 1
    first, behind = np.searchsorted(at, places - reach, "right"), np.searchsorted(at, places)
    opened = np.bincount(first, minlength=size) - np.bincount(behind, minlength=size)
    before: NDArray[Any] = np.cumsum(opened)[:-1] > 0
    return before


def _next(places: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """The first of `places` behind each of `at`; one beyond all if there is none."""
    import numpy as np

    beyond = np.append(places, np.iinfo(np.int64).max)
    following: NDArray[Any] = beyond[np.searchsorted(places, at, "right")]
    return following


@of_text
def _figures(text: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where figures begin, and how many stand together."""
    import numpy as np

    digit = held("[0-9]", codes_of(text))
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    return edges[::2], edges[1::2] - edges[::2]


def _houses_abroad(text: str) -> NDArray[Any]:
    """Up to four figures behind a blank, and behind them a comma, a new line or a flat."""
    codes = codes_of(text)
    at, size = _figures(text)
    which = (size <= 4) & (codes[at - 1] == ord(" "))
    at, end = at[which], (at + size)[which]
    open_ = (codes[end] == ord(",")) | held("[AFSURB#]", codes[behind(codes, end, "[ >]", 8)])
    for distance in range(3):
        open_ |= codes[end + distance] == ord("\n")
    found: NDArray[Any] = at[open_]
    return found


def _postcodes(text: str) -> NDArray[Any]:
    """Four or five figures behind a word, or the second half of a British postcode."""
    import numpy as np

    codes = codes_of(text)
    at, size = _figures(text)
    american = at[(size == 4) | (size == 5)]
    word = behind(codes, american - 1, r"[ ,\n]", 12, -1)
    american = american[held("[A-Za-z]", codes[word])]
    british = narrowed(
        codes, at[size == 1], (1, "[A-Z]"), (2, "[A-Z]"), (-1, " "), (-2, "[0-9A-Z]")
    )
    return np.sort(np.concatenate((american, british)))


class PostcodeGate(Gate):
    """Before the blank before the last part of a postcode, or all of it."""

    def __init__(self, states: Iterable[str], longer: Iterable[str]) -> None:
        """Names of two letters, whichever the case, and longer ones that a number may follow."""
        super().__init__((-1, r"[ \n]"), (-2, r"[\w,]"))
        self._states, self._longer = Pairs(states), longer

    @cached_property
    def _known(self) -> Known:
        return Known(self._longer)

    def places(self, text: str) -> list[int]:
        import numpy as np

        codes = codes_of(text)
        at, size = _figures(text)
        whole = narrowed(codes, at[(size >= 4) & (size <= 6)], *self._around)
        halves = narrowed(codes, at[size == 1], *_SECOND_HALF, *self._around)
        open_ = np.concatenate((halves, whole[self._behind_place(text, whole)]))
        return as_places(np.sort(open_) - 1)

    def _behind_place(self, text: str, at: NDArray[Any]) -> NDArray[Any]:
        """Which stand behind a state or city."""
        import numpy as np

        codes = codes_of(text)
        end = np.where(codes[at - 2] == ord(","), at - 3, at - 2)
        state = self._states.hold(codes, end) & ~held("[A-Za-z]", codes[end - 2])
        words = words_of(text)
        ends = words.only(self._known.among(words)).end
        found: NDArray[Any] = state | np.isin(end + 1, ends)
        return found
