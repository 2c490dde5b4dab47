"""Markers of protected records: health, biometrics, whereabouts, credit, property and the like.

A word alone (指纹解锁, "cancer research") marks nothing. It counts where it labels a value
or states a finding, and personal information of somebody stands near it in the same record.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.gates import LONG
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.phrases import Phrases

_REACH = 160
_ANCHORS = frozenset(
    (
        "name",
        "resident_id",
        "mobile",
        "bank_card",
        "passport",
        "ssn",
        "email",
        "phone",
        "plate",
        "iban",
        "account",
    )
)
_BEGINS = "[:：=为是iw]"
_SEPARATOR = re.compile(
    _BEGINS + r"(?:(?<=[:：=为是])|(?<=\bi)s\b|(?<=\bw)ith\b)[ \t]*[\"'“]?"
    r"(?=[^\s\"'*,，。;；}\]])"
)
_STATED = re.compile(
    "确诊(?:为)?|HIV阳性|患有|diagnosed with|HIV[ -]positive|allergic to|was prescribed|is pregnant"
)
"""Findings about a person that need no separator."""


@cache
def _phrases() -> Phrases:
    markers = read_list("kinds")["markers"]
    return Phrases({phrase: kind for kind, phrases in markers.items() for phrase in phrases})


def find_markers(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Markers near the person-bound `hits` (in order of place)."""
    anchors = [hit for hit in hits if hit.kind in _ANCHORS]
    if not anchors:
        return
    starts = [hit.start for hit in anchors]
    phrases = _phrases()
    found: list[tuple[int, int, str] | None] = []
    places = phrases.followed_by(_BEGINS, text) if len(text) >= LONG else None
    for low, high in _reaches(anchors):
        if places is None:
            separators = [match.start() for match in _SEPARATOR.finditer(text, low, high)]
        else:
            within = places[bisect_left(places, low) : bisect_left(places, high)]
            separators = [at for at in within if _SEPARATOR.match(text, at, high)]
        found += [phrases.before(text, at) for at in separators]
        found += [(*match.span(), "health") for match in _STATED.finditer(text, low, high)]
    for place in found:
        if place is None:
            continue
        start, end, kind = place
        at = bisect_left(starts, start)
        near = min(
            (anchors[i] for i in (at - 1, at) if 0 <= i < len(anchors)),
            key=lambda hit: max(hit.start - end, start - hit.end),
        )
        if max(near.start - end, start - near.end) <= _REACH:
            yield Hit(kind, start, end, near.value)


def _reaches(anchors: list[Hit]) -> Iterator[tuple[int, int]]:
    """The stretches of text near the anchors, joined where they touch."""
    low = high = 0
    for _, start, end, _ in anchors:
        if start - 2 * _REACH > high:
            yield low, high
            low = start - 2 * _REACH
        high = end + 2 * _REACH
    yield low, high
