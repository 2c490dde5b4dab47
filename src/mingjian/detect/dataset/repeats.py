"""Rows that repeat one another but for a few words: floods and templates."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from zlib import crc32

from mingjian.detect.dataset.rows import Labelled

FEWEST = 5
_UNIT = re.compile(r"[^\W_\u4e00-\u9fff]+|[\u4e00-\u9fff]")
_NUMBER = re.compile(r"\d+")
_ODD = (1, 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)
_RUN = 4
"""Words (or Han characters) of a shingle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Groups of near-duplicates, largest first, and the share of all rows in any group."""

    groups: tuple[tuple[int, ...], ...]
    share: float


def _sketch(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Four min-hashes of the text's shingles in two pairs; texts that share a pair are alike
    (of texts that agree in nine shingles of ten, 96 % do)."""
    units = _UNIT.findall(_NUMBER.sub("0", text.lower()))[:400]
    count = max(1, len(units) - _RUN + 1)
    hashes = [crc32(" ".join(units[i : i + _RUN]).encode()) for i in range(count)]
    # Multiplying by an odd number mixes the order anew: another hash function for each.
    first, second, third, fourth = (min(h * odd & 0xFFFFFFFF for h in hashes) for odd in _ODD)
    return (first, second), (third, fourth)


def repeats(data: Labelled) -> Repeats:
    """Group rows that share a pair of min-hashes; groups of fewer than `FEWEST` are not shown."""
    parent = list(range(len(data.texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first_with: dict[tuple[int, int, int], int] = {}
    for i, text in enumerate(data.texts):
        for band, pair in enumerate(_sketch(text)):
            other = first_with.setdefault((band, *pair), i)
            parent[root(i)] = root(other)
    together: dict[int, list[int]] = defaultdict(list)
    for i in range(len(data.texts)):
        together[root(i)].append(i)
    repeated = sum(len(rows) for rows in together.values() if len(rows) > 1)
    groups = sorted(
        (tuple(rows) for rows in together.values() if len(rows) >= FEWEST),
        key=lambda rows: (-len(rows), rows[0]),
    )
    return Repeats(groups=tuple(groups), share=repeated / max(1, len(data.texts)))
