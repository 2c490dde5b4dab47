"""Texts without their fill: places, dates, numbers and names blanked, the rest compared.

Texts that share most runs of what is left are of one skeleton (MinHash in bands, then the
estimated share of runs in common).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.detect.claim.named import places_in, times_in
from mingjian.detect.claim.words import Speech
from mingjian.detect.learned.language import language_of
from mingjian.detect.learned.min_hash import alike_groups, fingerprints, runs_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALIKE = 0.5
"""Share of runs in common (Jaccard, estimated from 64 hashes)."""
FEWEST_UNITS = 12
"""Words or Han characters a skeleton must have; shorter texts are not compared."""
_BAND, _RUN = 4, 3
_UNIT = re.compile(r"[a-z']{1,30}|[\u4e00-\u9fff]|〔.〕")
_NUMBER = re.compile(r"[0-9０-９]+(?:[.,:：．][0-9０-９]+){0,4}")
_HAN_NUMBER = re.compile(
    r"[一二两三四五六七八九十百千万]{1,6}(?=[余多]?(?:名|人|例|户|间|栋|辆|个|岁|死|伤|天|点|月|日|号))"
)
_CALLED = re.compile(
    r"(?<=名叫)[\u4e00-\u9fff]{2,3}|(?<=叫做)[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff]某(?:某|(?=[，,（(男女]))"
    r"|(?<=\bnamed )[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20})?"
)
_ADDRESS = re.compile(r"https?://[^\s\u4e00-\u9fff]{1,300}|@[\w\-]{1,40}")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A text's skeleton, its units, and what was blanked out of it, by kind."""

    text: str
    units: tuple[str, ...]
    fill: tuple[tuple[str, str], ...]
    """(place | time | number | name, what stood there), in order."""


def skeleton(text: str) -> Skeleton:
    """Blank the fill of a text; addresses and mentions go without being counted as fill."""
    text = _ADDRESS.sub(" ", text)
    speech: Speech = "zh" if language_of(text) != "en" else "en"
    taken: list[tuple[int, int, str]] = []
    for kind, spans in (
        ("name", [match.span() for match in _CALLED.finditer(text)]),
        ("time", times_in(text, speech)),
        ("place", places_in(text, speech)),
        ("number", [match.span() for match in _NUMBER.finditer(text)]),
        ("number", [match.span() for match in _HAN_NUMBER.finditer(text)]),
    ):
        taken += [(start, end, kind) for start, end in spans]
    taken.sort(key=lambda item: (item[0], -item[1]))
    pieces, fill, last = [], [], 0
    for start, end, kind in taken:
        if start < last:
            continue
        pieces += [text[last:start], _SIGN[kind]]
        fill.append((kind, text[start:end]))
        last = end
    bare = "".join([*pieces, text[last:]])
    return Skeleton(bare, tuple(_UNIT.findall(bare.lower())), tuple(fill))


_SIGN = {"place": "〔地〕", "time": "〔时〕", "number": "〔数〕", "name": "〔名〕"}


def fingerprint(units: Sequence[str]) -> NDArray[np.uint32] | None:
    """The MinHash of the runs of three units; None for a skeleton too short to compare."""
    if len(units) < FEWEST_UNITS:
        return None
    found: NDArray[np.uint32] = fingerprints([runs_of(units, _RUN)])[0]
    return found


def groups(prints: Sequence[NDArray[np.uint32] | None]) -> list[list[int]]:
    """Indexes of alike fingerprints, groups of two and more, the largest first."""
    return alike_groups(prints, band=_BAND, alike=ALIKE)
