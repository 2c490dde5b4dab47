"""Markers of protected records: health, biometrics, whereabouts, credit, property and the like.

A word alone (指纹解锁, "cancer research") marks nothing. It counts where it labels a value
or states a finding, and personal information of somebody stands near it in the same record.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list

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
_VALUE = re.compile(
    r"[\"'”]?[ \t]*(?:[（(][^()（）\n]{0,12}[)）])?[ \t]*(?:[:：=]|为|是|\bis\b|\bwith\b)[ \t]*[\"'“]?(?=[^\s\"'*,，。;；}\]])"
)
_STATED = re.compile(
    r"确诊|HIV阳性|艾滋|diagnosed with|HIV[ -]positive|allergic to|prescribed|患有|pregnant",
    re.IGNORECASE,
)


@cache
def _pattern() -> re.Pattern[str]:
    alternatives = "|".join(
        f"(?P<{kind}>{pattern})" for kind, pattern in read_list("kinds")["markers"].items()
    )
    return re.compile(rf"(?<![A-Za-z])(?:{alternatives})", re.IGNORECASE)


def find_markers(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Markers near the person-bound `hits` (in order of place)."""
    anchors = [hit for hit in hits if hit.kind in _ANCHORS]
    if not anchors:
        return
    starts = [hit.start for hit in anchors]
    for match in _pattern().finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        at = bisect_left(starts, match.start())
        near = min(
            (anchors[i] for i in (at - 1, at) if 0 <= i < len(anchors)),
            key=lambda hit: max(hit.start - match.end(), match.start() - hit.end),
        )
        if max(near.start - match.end(), match.start() - near.end) > _REACH:
            continue
        if _VALUE.match(text, match.end()) or _STATED.fullmatch(match[0]):
            yield Hit(kind, match.start(), match.end(), near.value)
