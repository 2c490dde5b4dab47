"""Chinese names in running text that nothing announces, judged by their characters and neighbours.

A weighted sum of what speaks for a name; the weights were fitted by logistic regression on the
tuning half of CLUENER (see the card) and rounded. Where the text holds other personal
information, less is asked of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import BEFORE, characters, is_cjk

_BASE = -3.4
_WORDLIKE = -1.8
_THREE = 1.5
_COMMON = -0.65
_LEFT_OPEN = 1.3
_LEFT_BEFORE = 1.0
_LEFT_ROLE = 2.8
_LEFT_SURNAME = -1.2
_RIGHT_OPEN = 1.7
_RIGHT_VERB = 0.4
_RIGHT_FOLLOW = 1.2
_RIGHT_GIVEN = -1.2
_RIGHT_WORD = 1.5
ALONE, BESIDE_OTHERS = 1.4, 0.0
"""The least sum in a text without, and with, other personal information."""

_VERBS = frozenset(
    "说称是在的和与及从曾为被将也就、对向告表示认指透介领率带担任兼回接则又还都到出已未能可以会当把让等因于去来"
)
_ROLES = frozenset("者人师长授员理任士官生家手星裁席记帅练导演事")


@cache
def _candidate() -> re.Pattern[str]:
    known = characters()
    return re.compile(f"[{''.join(sorted(known.surnames))}](?=[{''.join(sorted(known.given))}])")


def find_running_names(text: str, least: float) -> Iterator[Hit]:
    """Names of two or three characters whose sum reaches `least`."""
    known = characters()
    at = 0
    pattern = _candidate()
    while (match := pattern.search(text, at)) is not None:
        start = match.start()
        at = start + 1
        best, end = least, 0
        for size in (3, 2):
            stop = start + size
            if size == 3 and text[start + 2 : stop] not in known.given:
                continue
            if text[start : start + 2] in known.not_names or text[start:stop] in known.not_names:
                continue
            value = _sum(text, start, stop)
            if value > best:
                best, end = value, stop
        if end:
            yield Hit("name", start, end, text[start:end])
            at = end


def _sum(text: str, start: int, end: int) -> float:
    known = characters()
    three = end - start == 3
    value = _BASE + (_THREE if three else 0.0)
    if text[start] in known.wordlike:
        value += _WORDLIKE
    if three:
        value += _COMMON * ((text[start + 1] in known.common) + (text[start + 2] in known.common))
    left = text[start - 1] if start else ""
    if not left or not is_cjk(left):
        value += _LEFT_OPEN
    elif left in _ROLES:
        value += _LEFT_ROLE
    elif left in known.surnames and left not in known.wordlike:
        value += _LEFT_SURNAME
    if left in BEFORE:
        value += _LEFT_BEFORE
    right = text[end : end + 1]
    if not right or not is_cjk(right):
        return value + _RIGHT_OPEN
    value += _RIGHT_VERB if right in _VERBS else 0.0
    value += _RIGHT_FOLLOW if right in known.follow else 0.0
    value += _RIGHT_GIVEN if right in known.given else 0.0
    return value + (_RIGHT_WORD if text[end : end + 2] in known.follow_words else 0.0)
