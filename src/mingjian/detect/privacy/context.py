"""What stands around a number: the label before it, and whether it is an organisation's contact."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import LONG, Beginnings
from mingjian.detect.privacy.lists import labels, one_of, words
from mingjian.detect.privacy.phrases import Phrases

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BUSINESS_REACH = 90
_PRODUCT_REACH = 20


@cache
def _phrases(kind: str) -> Phrases:
    return Phrases.of(labels(kind))


class Vicinity:
    """Words looked for around a place, in whichever case.

    They are searched for in lower-cased slices: without IGNORECASE that is much faster. In a long
    text it is looked up first whether any of them can begin there.
    """

    def __init__(self, alternation: str, beginnings: Beginnings) -> None:
        self._pattern = re.compile(alternation)
        self._beginnings = beginnings

    def between(self, text: str, start: int, end: int) -> bool:
        """One of the words stands whole between `start` and `end`."""
        part = text[start:end]
        low = part.lower()
        if len(text) < LONG or len(low) > len(part):  # one capital becomes two small letters
            return self._pattern.search(low) is not None
        places = self._beginnings.begun(text)
        begun = places[bisect_left(places, start) : bisect_left(places, end)]
        return any(self._pattern.match(low, place - start) for place in begun)

    def before(self, text: str, place: int, reach: int) -> bool:
        """One stands at most `reach` characters before `place`, on the same line."""
        low = max(0, place - reach)
        return self._beginnings.within(text, low, place) and self.between(
            text, text.rfind("\n", low, place) + 1 or low, place
        )

    def may_be_before(self, text: str, places: NDArray[Any], reach: int) -> NDArray[Any]:
        """`before` for many places of a long text, whatever their lines: False is certain."""
        return begun_before(self._beginnings, text, places, reach)


def begun_before(
    beginnings: Beginnings, text: str, places: NDArray[Any], reach: int
) -> NDArray[Any]:
    """At which of many places of a long text one of the words may begin so shortly before."""
    import numpy as np

    if not len(places):
        return np.zeros(0, bool)
    begun = np.array(beginnings.begun(text), np.int64)
    near: NDArray[Any] = np.searchsorted(begun, places) > np.searchsorted(begun, places - reach)
    return near


@cache
def _mentions(kind: str) -> Vicinity:
    known = labels(kind)
    return Vicinity(rf"(?<![a-z])(?:{one_of(known)})(?![a-z])", Beginnings(known))


@cache
def _words(name: str) -> Vicinity:
    return Vicinity(words(name), Beginnings.of_alternation(words(name)))


def labelled(text: str, start: int, kind: str) -> bool:
    """A label of `kind` stands directly before `start` (on the same line)."""
    return _phrases(kind).before(text, start) is not None


@cache
def number_phrases() -> Phrases:
    """The labels of telephones, cards and identity numbers."""
    kinds = ("phone", "bank_card", "resident_id")
    return Phrases.of(phrase for kind in kinds for phrase in labels(kind))


def mentioned(text: str, start: int, end: int, kind: str, reach: int = 40) -> bool:
    """A label of `kind` stands somewhere near, on the same line."""
    known = _mentions(kind)
    if known.before(text, start, reach):
        return True
    line = text.find("\n", end, end + 16)
    return known.between(text, end, end + 16 if line < 0 else line)


def not_a_card(text: str, start: int) -> bool:
    """The word before says that this is an order, serial or product number, and no person's."""
    return _words("not_card").before(text, start, _PRODUCT_REACH)


def may_not_be_cards(text: str, places: NDArray[Any]) -> NDArray[Any]:
    """`not_a_card` for many places of a long text: False is certain."""
    return _words("not_card").may_be_before(text, places, _PRODUCT_REACH)


def of_business(text: str, start: int, end: int) -> bool:
    """The surroundings name an organisation or a service line, and no person."""
    known = _words("business")
    return (
        known.between(text, max(0, start - _BUSINESS_REACH), start)
        or known.between(text, end, end + _BUSINESS_REACH)
    ) and not _words("personal").before(text, start, 40)
