"""English names in other written forms: initials, capitals, the surname first, a nickname between.

J. Marchetti; TERRENCE BYRD; ODUYA, BRENDA A; HALVORSEN/INGRID MS; Winifred "Winnie" Tuttle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.english import lists_en, sure_given
from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.name_gates import CapitalsGate, TicketGate
from mingjian.detect.privacy.neighbours_en import could_be_a_name
from mingjian.detect.privacy.words import CapitalGate, Known, WordGate

_WORD = (
    r"[A-Z](?:['’][A-Z]|c(?=[A-Z])[A-Z])?[a-z\u00df-\u017e]{1,20}"
    r"(?:-[A-Z][a-z\u00df-\u017e]{1,20})?"
)
_INITIALS = re.compile(
    r"[A-Z](?<![\w.&'’\-@/].)(?<!& .)\.(?: ?[A-Z]\.){0,2} ?"
    rf"({_WORD})(?![\w@/\-]|\.[A-Za-z]|(?: [A-Z][a-z]+)* (?:&|Inc|Ltd|Co)\b)"
)
_INITIALS_GATE = CapitalGate((0, "[A-Z]"), (1, r"\."), (2, "[ A-Z]"))
_CAPITALS = re.compile(
    r"[A-Z](?<![\w./@#&-].)[A-Z'’\-]{2,15}(,)?(?: [A-Z]\.?(?![A-Za-z]))?"
    r"(?: [A-Z][A-Z'’\-]{1,15})(?: [A-Z][A-Z'’\-]{1,15})?(?: [A-Z](?![A-Za-z.]))?(?![\w/@-])"
)
_CAPITALS_GATE = CapitalsGate(sure_given, (-1, r"[^\w./@#&-]"), (1, "[A-Z]"), (2, "[A-Z'’-]"))
_TICKET = re.compile(
    r"[A-Z](?<![\w/.-].)[A-Z'\-]{1,24}/[A-Z][A-Z ]{1,24}? ?(?:MR|MS|MRS|MISS|MSTR|DR)(?![A-Z])"
)
_TICKET_GATE = TicketGate((-1, r"[^\w/.-]"), (1, "[A-Z]"))
_NICKNAMED = re.compile(
    r"[A-Z](?<![\w.'’-].)[a-z\u00df-\u017e]{1,16}(?: [A-Z]\.)? [\"“(‘'][A-Z][a-z]{1,14}[\"”)’'] "
    rf"(?:{_WORD} )?{_WORD}(?![\w@/])"
)
_NICKNAME = re.compile("[A-Z](?<= [\"“(‘'].)(?=[a-z]+[\"”)’'] [A-Z])")
_NICKNAME_GATE = CapitalGate((-1, "[\"“(‘']"), (-2, " "), (1, "[a-z]"))
_NICKNAME_REACH, _ANNOUNCED_REACH = 22, 32
_PLACE_SURNAME = re.compile(
    r"[PLDCHBF](?<= .)(?:(?<=P)ark|(?<=L)ane|(?<=D)ay|(?<=C)hurch|(?<=H)[ai]ll|(?<=B)anks|"
    r"(?<=F)ield)(?=[.,;:)\n]|\Z)"
)
_PLACE_GATE = WordGate(
    lambda: Known(["Park", "Lane", "Day", "Church", "Hall", "Hill", "Banks", "Field"]),
    (-1, " "),
)
_ANNOUNCED = re.compile(
    r"(?:by|mother|father|sister|brother|wife|husband|son|daughter|with|and|Dr\.?|Mrs?\.?|Ms\.?),? "
    r"([A-Z][a-z]{2,12}(?:-[a-z]{2,8})?) \Z"
)
"""A surname that streets and parks end with, behind what announces a person."""


@cache
def _authors() -> frozenset[str]:
    """Surnames of those known by their initials: firms and writers."""
    return frozenset(read_list("names_en")["by_initials"].split())


def find_forms_en(text: str) -> Iterator[Hit]:
    known = lists_en()
    for match in matches(_INITIALS, text, _INITIALS_GATE):
        family = match[1]
        several = match[0].count(".") > 1
        sure = family in known.families and family not in known.ambiguous
        if (several or sure) and could_be_a_name(family) and family not in _authors():
            yield _hit(text, match.start(), match.end())
    tickets = list(matches(_TICKET, text, _TICKET_GATE))
    for match in tickets if tickets and any(word in text for word in _TITLES) else ():
        yield _hit(text, match.start(), match.end())
    for match in matches(_CAPITALS, text, _CAPITALS_GATE):
        if _of_a_person(match):
            yield _hit(text, match.start(), match.end())
    for between in matches(_NICKNAME, text, _NICKNAME_GATE):
        quote = between.start() - 1
        low = max(0, quote - _NICKNAME_REACH)
        start = text.rfind(" ", low, quote - 1) + 1 or low
        for begin in (max(0, text.rfind(" ", low, max(low, start - 1)) + 1), start):
            named = _NICKNAMED.match(text, begin)
            if named is not None and _known(named[0].split()[0], named[0].split()[-1]):
                yield _hit(text, begin, named.end())
                break
    for match in matches(_PLACE_SURNAME, text, _PLACE_GATE):
        low = max(0, match.start() - _ANNOUNCED_REACH)
        before = _ANNOUNCED.search(text, low, match.start())
        if before is not None and (before[1] in known.given or "-" in before[1]):
            yield _hit(text, before.start(1), match.end())


_TITLES = (" MR", " MS", " MRS", " MISS", " MSTR", "MR\n", "MS\n")


def _known(first: str, last: str) -> bool:
    known = lists_en()
    return first in known.given or first in known.rarer_given or last in known.families


def _of_a_person(match: re.Match[str]) -> bool:
    """All in capitals: a known given name with a known surname, in either order if told apart."""
    known = lists_en()
    words = [word.strip(",.").capitalize() for word in match[0].split()]
    words = [word for word in words if len(word) > 1]
    if len(words) < 2 or not known.stop.isdisjoint(words):
        return False
    if match[1]:
        given = words[1] in known.given or words[1] in known.rarer_given
        return given and words[0] not in known.ambiguous
    given = words[0] in known.given and words[0] not in known.ambiguous
    return given and words[-1] in known.families and words[-1] not in known.of_places


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit("name", start, end, text[start:end])
