"""Words of English names, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.words import Known


@dataclass(frozen=True, slots=True)
class Lists:
    """Words of English names, from `data/names_en.json`."""

    given: frozenset[str]
    surnames: frozenset[str]
    pinyin: frozenset[str]
    """Chinese surnames as they are romanised."""
    stop: frozenset[str]
    """Capitalised words that no name holds."""
    famous: frozenset[str]
    """Historical and invented persons, and firms named after somebody."""
    ambiguous: frozenset[str]
    """Given names that are words, places or firms too: they need a known surname after them."""
    before_places: frozenset[str]
    """What stands before a given name in the names of places, storms and rulers."""
    of_places: frozenset[str]
    """What stands behind a person's name in the name of something called after a person."""
    rarer_given: frozenset[str]
    """Given names of many countries (`data/names_en_more.json`): they need a known surname too."""
    families: frozenset[str]
    """All surnames known, rarer ones too."""


@cache
def lists_en() -> Lists:
    data, more = read_list("names_en"), read_list("names_en_more")
    surnames = frozenset(data["surnames"].split())
    return Lists(
        before_places=frozenset(data["before_places"].split()),
        of_places=frozenset(data["of_places"].split()),
        rarer_given=frozenset(more["given"].split()),
        families=surnames.union(more["surnames"].split(), data["pinyin_surnames"].split()),
        given=frozenset(data["given"].split()),
        surnames=surnames,
        pinyin=frozenset(data["pinyin_surnames"].split()),
        stop=frozenset(data["stop"].split()) | frozenset(data["places"].split()),
        famous=frozenset(data["famous"].split("|")),
        ambiguous=frozenset(data["ambiguous"].split()),
    )


@cache
def sure_given() -> Known:
    """Given names that are nothing else."""
    return Known(lists_en().given - lists_en().ambiguous)


@cache
def in_names() -> Known:
    """Given names, and surnames of one syllable, that a name can be told by."""
    known = lists_en()
    return Known(known.given | known.rarer_given | (known.pinyin - known.ambiguous))
