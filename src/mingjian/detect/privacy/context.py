"""What stands around a number: the label before it, and whether it is an organisation's contact."""

from __future__ import annotations

import re
from functools import cache

from mingjian.detect.privacy.lists import labels, one_of, words
from mingjian.detect.privacy.phrases import Phrases

_BUSINESS_REACH = 90


@cache
def _phrases(kind: str) -> Phrases:
    return Phrases.of(labels(kind))


@cache
def _mention_pattern(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{one_of(labels(kind))})(?![a-z])")


@cache
def _word_pattern(name: str) -> re.Pattern[str]:
    """Searched in lower-cased slices: without IGNORECASE the search skips ahead much faster."""
    return re.compile(words(name))


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
    left = text[max(0, start - reach) : start].rpartition("\n")[2]
    right = text[end : end + 16].partition("\n")[0]
    pattern = _mention_pattern(kind)
    return pattern.search(left.lower()) is not None or pattern.search(right.lower()) is not None


def not_a_card(text: str, start: int) -> bool:
    """The word before says that this is an order, serial or product number."""
    left = text[max(0, start - 20) : start].rpartition("\n")[2]
    return _word_pattern("not_card").search(left.lower()) is not None


def of_business(text: str, start: int, end: int) -> bool:
    """The surroundings name an organisation or a service line, and no person."""
    left = text[max(0, start - _BUSINESS_REACH) : start].lower()
    pattern = _word_pattern("business")
    if pattern.search(left) is None:
        right = text[end : end + _BUSINESS_REACH].lower()
        if pattern.search(right) is None:
            return False
    near = left.rpartition("\n")[2][-40:]
    return _word_pattern("personal").search(near) is None
