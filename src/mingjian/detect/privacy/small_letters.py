"""Names and streets written in small letters (jerome baptiste, 22 brunswick rd), as in chats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.english import lists_en
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.names_en import PINYIN

_SMALL = 5_000
"""Names in small letters are looked for in texts up to this length: chats, notes, records."""
_SMALL_WORDS = re.compile(r"(?<![\w.@/\-#&])([a-z]{3,14})[ ]([a-z]{2,14})(?![\w@/\-]|\.[a-z])")
_SMALL_STREET = re.compile(
    r"[0-9](?<![\w$.,/#\-].)[0-9]{0,3}[a-z]? (?!(?:min|minutes?|mins|hours?|hrs?|days?|miles?|km|"
    r"of|the|way|lane|"
    r"more|other|star|wheel|tb|gb|second|new|old)\b)[a-z'’]{3,16}(?: [a-z'’]{3,16})? "
    r"(?:street|road|rd|avenue|ave|terrace|crescent|blvd|boulevard|(?:lane|close|court|"
    r"drive|st)(?=[,.;:)?!\n]|\Z))"
    r"(?![a-z])(?:,? (?:apt|unit|flat|#) ?[0-9a-z]{1,5})?"
)
_SMALL_FLAT = re.compile(r"(?:flat|apt|apartment|unit|room) ?[0-9a-z]{1,4},? \Z", re.IGNORECASE)
_SMALL_INTRO = re.compile(
    r"(?:my name is|name's|name is|i'm|i am|this is|it's|its|call me|called|named|ask for|"
    r"speak to|meet|met|with|from|tell|text|call|and|by|,|:)[ ]\Z",
    re.IGNORECASE,
)


@cache
def _small() -> tuple[frozenset[str], ...]:
    """Given names, surnames and romanised Chinese surnames that are no words, and any first."""
    known = lists_en()
    words = set(read_list("names_en_more")["words"].split())
    plain = known.ambiguous | known.stop
    given = {name.lower() for name in known.given | known.rarer_given if name not in plain}
    families = {name.lower() for name in known.families if name not in known.stop}
    pinyin = {name.lower() for name in known.pinyin}
    given, families = given - words, families - words - pinyin
    return frozenset(given), frozenset(families), frozenset(pinyin), frozenset(given | pinyin)


def find_small_letters(text: str) -> Iterator[Hit]:
    """jerome baptiste, zhang wei: a known given name and surname, or one announced.

    Only texts up to 5,000 characters are read, and pairs of words that are nothing else.
    """
    if len(text) > _SMALL:
        return
    for street in _SMALL_STREET.finditer(text):
        flat = _SMALL_FLAT.search(text, max(0, street.start() - 18), street.start())
        start = street.start() if flat is None else flat.start()
        yield Hit("address", start, street.end(), " ".join(text[start : street.end()].split()))
    if _small()[3].isdisjoint(text.split()):
        return
    words = read_list("names_en")["pinyin_words"].split()
    given, families, pinyin, _ = _small()
    at = 0
    while (match := _SMALL_WORDS.search(text, at)) is not None:
        at = match.start(2)
        first, second = match[1], match[2]
        announced = _SMALL_INTRO.search(text, max(0, match.start() - 12), match.start())
        if (
            (first in given and second in families)
            or (
                announced is not None
                and first in given
                and (second in given or second.capitalize() in lists_en().families)
            )
            or (
                announced is not None
                and first in pinyin
                and len(first) + len(second) > 5
                and second not in words
                and PINYIN.fullmatch(second)
            )
        ):
            yield Hit("name", match.start(), match.end(), match[0])
            at = match.end()
