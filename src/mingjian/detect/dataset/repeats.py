"""Rows that repeat one another but for a few words: floods and templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.detect.learned.min_hash import alike_groups, fingerprints, runs_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 5
_UNIT = re.compile(r"[^\W_\u4e00-\u9fff]+|[\u4e00-\u9fff]")
_NUMBER = re.compile(r"\d+")
_HASHES, _PAIR = 4, 2
_RUN = 4
"""Words (or Han characters) of a shingle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Groups of near-duplicates, largest first, and the share of all rows in any group."""

    groups: tuple[tuple[int, ...], ...]
    share: float


def _shingles(text: str) -> NDArray[np.uint32]:
    return runs_of(_UNIT.findall(_NUMBER.sub("0", text.lower()))[:400], _RUN)


def repeats(texts: Sequence[str]) -> Repeats:
    """Group rows that share one of two pairs of min-hashes of their shingles (of texts that agree
    in nine shingles of ten, 96 % do); groups of fewer than `FEWEST` are not shown."""
    prints = fingerprints([_shingles(text) for text in texts], _HASHES) if texts else ()
    alike = alike_groups(list(prints), band=_PAIR)
    repeated = sum(map(len, alike))
    groups = [tuple(rows) for rows in alike if len(rows) >= FEWEST]
    return Repeats(groups=tuple(groups), share=repeated / max(1, len(texts)))
