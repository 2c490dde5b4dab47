"""What stands around a number: the label before it, and whether it is an organisation's contact."""

from __future__ import annotations

import re
from functools import cache

from mingjian.detect.privacy.gates import Beginnings
from mingjian.detect.privacy.lists import labels, one_of, words
from mingjian.detect.privacy.phrases import Phrases

_BUSINESS_REACH = 90


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

    def holds(self, text: str, start: int, end: int) -> bool:
        """One of the words stands whole between `start` and `end`."""
        return (
            self._beginnings.within(text, start, end)
            and self._pattern.search(text[start:end].lower()) is not None
        )


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
    if known.holds(text, _line_before(text, start, reach), start):
        return True
    line = text.find("\n", end, end + 16)
    return known.holds(text, end, end + 16 if line < 0 else line)


def not_a_card(text: str, start: int) -> bool:
    """The word before says that this is an order, serial or product number."""
    return _words("not_card").holds(text, _line_before(text, start, 20), start)


def of_business(text: str, start: int, end: int) -> bool:
    """The surroundings name an organisation or a service line, and no person."""
    left = max(0, start - _BUSINESS_REACH)
    known = _words("business")
    if not known.holds(text, left, start) and not known.holds(text, end, end + _BUSINESS_REACH):
        return False
    return not _words("personal").holds(text, _line_before(text, start, 40), start)


def _line_before(text: str, place: int, reach: int) -> int:
    """Where the line of `place` begins, `reach` characters before it at most."""
    low = max(0, place - reach)
    return text.rfind("\n", low, place) + 1 or low
