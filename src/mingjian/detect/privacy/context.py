"""What stands around a number: the label before it, and whether it is an organisation's contact."""

from __future__ import annotations

import re
from functools import cache

from mingjian.detect.privacy.lists import labels, words

_LABEL_REACH = 36
_BUSINESS_REACH = 90
_GAP = r"[ \t\u3000]*(?:[(（\[][^()（）\[\]\n]{0,12}[)）\]])?[ \t\u3000]*"
_JOIN = r"(?:[\"'”’*_]{0,3}[ \t]*(?:[:：=|,，#>\-]|是|为|\bis\b|\bwas\b)?[ \t]*[\"'“‘]?)"


@cache
def _label_pattern(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{labels(kind)}){_GAP}{_JOIN}{_GAP}[(（+＋]?$", re.IGNORECASE)


@cache
def _mention_pattern(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{labels(kind)})(?![a-z])", re.IGNORECASE)


@cache
def _word_pattern(name: str) -> re.Pattern[str]:
    return re.compile(words(name), re.IGNORECASE)


def labelled(text: str, start: int, kind: str) -> bool:
    """A label of `kind` stands directly before `start` (on the same line)."""
    before = text[max(0, start - _LABEL_REACH) : start]
    line = before.rfind("\n", 0, -1 if before.endswith("\n") else None)
    before = before[line + 1 :]
    return _label_pattern(kind).search(before) is not None


def mentioned(text: str, start: int, end: int, kind: str, reach: int = 40) -> bool:
    """A label of `kind` stands somewhere near, on the same line."""
    left = max(text.rfind("\n", max(0, start - reach), start) + 1, start - reach, 0)
    stop = text.find("\n", end, end + 16)
    right = end + 16 if stop < 0 else stop
    pattern = _mention_pattern(kind)
    return (
        pattern.search(text, left, start) is not None
        or pattern.search(text, end, min(right, len(text))) is not None
    )


def not_a_card(text: str, start: int) -> bool:
    """The word before says that this is an order, serial or product number."""
    line = text.rfind("\n", max(0, start - 20), start) + 1
    return _word_pattern("not_card").search(text, max(line, start - 20, 0), start) is not None


def of_business(text: str, start: int, end: int) -> bool:
    """The surroundings name an organisation or a service line, and no person."""
    left, right = max(0, start - _BUSINESS_REACH), min(len(text), end + _BUSINESS_REACH)
    if _word_pattern("business").search(text, left, right) is None:
        return False
    near = max(text.rfind("\n", 0, start) + 1, start - 40)
    return _word_pattern("personal").search(text, near, start) is None
