"""What the texts of a cluster share, as a person would mark it: the skeleton and its slots.

The text that is most like the others is laid beside each of them; what at least `KEPT` of them
have in its place is skeleton, the rest a slot. Where copies say their sentences in several ways
the skeleton is short: then the phrases that most copies share are what to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from mingjian.warn.campaign_text import LONGEST, SIGNS, masked

SLOT = "〔…〕"
"""Where copies differ."""
FILLS = {SIGNS["link"]: "〔link〕", SIGNS["mail"]: "〔mail〕", SIGNS["number"]: "〔number〕"}
KEPT = 0.6
SKELETON = 0.5
"""Share of the text from which the skeleton says more than the phrases do."""
SAMPLE = 12
"""Texts compared: the alignment of more would show the same."""
SHOWN = 300
"""Characters of a skeleton that are shown."""
_UNIT = re.compile(r"[a-z']+|[\ue001-\ue003]|\s+|.", re.S)
_CLAUSE = re.compile(r"[^,.!?;:，。！？；：、【】\n]{1,80}")
_FEWEST_IN_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and the share of the texts looked at that have it."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Wording:
    """What the texts of a cluster have in common."""

    skeleton: str
    """Small letters; `SLOT` where copies differ, 〔link〕, 〔mail〕, 〔number〕 for such fill."""
    kept: float
    """Share of the text that is skeleton."""
    phrases: tuple[Phrase, ...]
    """Phrases that several copies have, the commonest first."""


def wording(texts: Sequence[str]) -> Wording:
    """The common wording of at least one text, of which `SAMPLE` are looked at."""
    units = [_UNIT.findall(masked(text[:LONGEST])) for text in texts[:SAMPLE]]
    middle = _middle(units)
    kept = [0] * len(middle)
    others = [one for one in units if one is not middle]
    for other in others:
        matcher = SequenceMatcher(None, middle, other, autojunk=False)
        for block in matcher.get_matching_blocks():
            for at in range(block.a, block.a + block.size):
                kept[at] += 1
    skeleton = [count >= KEPT * len(others) for count in kept]
    visible = [at for at, unit in enumerate(middle) if not unit.isspace()]
    share = sum(skeleton[at] for at in visible) / max(1, len(visible))
    return Wording(_written(middle, skeleton), round(share, 2), _phrases(units))


def _middle(units: Sequence[list[str]]) -> list[str]:
    """The text whose units the others have most often, by counts of units."""
    often = Counter(unit for one in units for unit in set(one))
    return max(units, key=lambda one: sum(often[unit] for unit in one) / max(1, len(one)))


def _written(units: Sequence[str], skeleton: Sequence[bool]) -> str:
    pieces: list[str] = []
    for at, unit in enumerate(units):
        # One unit between two slots is there by chance.
        alone = not any(skeleton[max(0, at - 1) : at]) and not any(skeleton[at + 1 : at + 2])
        if skeleton[at] and not (alone and unit not in FILLS and len(units) > 1):
            pieces.append(FILLS.get(unit, unit))
        elif not pieces or pieces[-1] != SLOT:
            pieces.append(SLOT)
    text = " ".join("".join(pieces).split())
    return text if len(text) <= SHOWN else text[:SHOWN] + " …"


def _phrases(units: Sequence[list[str]]) -> tuple[Phrase, ...]:
    counted: Counter[str] = Counter()
    for one in units:
        clauses = _CLAUSE.findall("".join(one))
        counted.update({clause.strip() for clause in clauses})
    worth = [
        (clause, number)
        for clause, number in counted.items()
        if number > 1 and len(_UNIT.findall(clause)) >= _FEWEST_IN_PHRASE
    ]
    worth.sort(key=lambda found: (-found[1], -len(found[0]), found[0]))
    return tuple(
        Phrase("".join(FILLS.get(char, char) for char in clause), round(number / len(units), 2))
        for clause, number in worth[:5]
    )
