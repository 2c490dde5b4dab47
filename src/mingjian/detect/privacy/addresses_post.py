"""Addresses in Latin letters found from what stands at their end, and what belongs to either side.

A postcode (YO25 9XJ; AZ 85301; 2609 Lillehammer) makes the parts before it an address, a street in
capitals or small letters too. `widened` adds the flat, tower and town around a street. Every
repetition is bounded: the text is hostile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.address_gates import PostcodeGate
from mingjian.detect.privacy.english import lists_en
from mingjian.detect.privacy.gates import Gate, matches
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.words import Known, WordGate, may_hold

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
_CODE = re.compile(
    r"[ \n](?<=[\w,][ \n])"
    r"([0-9](?:[0-9]{3,5}(?:-[0-9]{4})?|[A-Z]{2}|[a-z]{2}|[A-Z][0-9]))(?![0-9A-Za-z])"
)
"""The last part of a postcode; what stands before it tells which. The search skips to blanks."""
_OUTWARD = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{1,2}[0-9][0-9A-Z]?|[a-z]{1,2}[0-9][0-9a-z]?) \Z")
_CANADA = re.compile(
    r"(?:(?<![A-Za-z])(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT),? )?"
    r"(?<![0-9A-Za-z])[A-Z][0-9][A-Z] \Z"
)
_STATE = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(_STATES.split())}|{'|'.join(_STATES.lower().split())}),?[ \n]\Z"
)
_AUSTRALIAN = "NSW|VIC|QLD|TAS|SA|WA|ACT|NT"
_AUSTRALIA = re.compile(rf"(?<![A-Za-z])(?:{_AUSTRALIAN}),? \Z")
_CITIES = (
    "Seoul|Busan|Tokyo|Singapore|Bangkok|Taipei|Beijing|Shanghai|Guangzhou|Shenzhen|Hangzhou|"
    "Nanjing|Wuhan|Chengdu|Tianjin|Chongqing|Suzhou|Mumbai|Delhi|Pune|Bangalore|Bengaluru|"
    "Chennai|Kolkata|Hyderabad|Ahmedabad|Jaipur|Kochi|Colombo|Nairobi"
)
_CITY = re.compile(rf"(?:{_CITIES}),? \Z")
_CODE_GATE = PostcodeGate(_STATES.split(), (*_AUSTRALIAN.split("|"), *_CITIES.split("|")))
_NAMED = re.compile(
    r"(?:Hong Kong|Kowloon|New Territories)(?![,A-Za-z ]{0,3}(?:Hong Kong|[A-Z]))"
    r"|Dublin [0-9]{1,2}(?![0-9])"
)
"""Towns that end an address without a postcode, or with a short one."""
_TOWNS = ("Hong Kong", "Kowloon", "New Territories", "Dublin ")
_NAMED_GATE = WordGate(lambda: Known(town.split()[0] for town in _TOWNS))
_KINDS = (
    r"street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|terrace|"
    r"ter|square|sq|close|crescent|cres|parkway|pkwy|highway|hwy|circle|cir|trail|trl|row|mews|"
    r"gardens|grove|gate|alley|loop|path|walk|rise|green|ridge|crossing|run|pike|broadway|quay|"
    r"delivery|wharf|ro|daero|gil|hill|park|brae|parade|view|vale|avenida|calle|camino|"
    r"rue|via|route|"
    r"rt|lot|box|jalan|jln|lorong|marg|nagar|colony|layout|salai"
)
_KIND_WORDS = frozenset(_KINDS.split("|"))
_WORD = re.compile("[A-Za-z]+")
_BEGIN = re.compile(
    r"(?<![\w$.,/#\-])(?:#? ?)(?=[0-9]{1,6}[A-Za-z]?(?:-[0-9]{1,4})?,? [A-Za-z0-9#])"
)
_BOX = re.compile(
    r"(?:P\.? ?O\.? Box|RR [0-9]{1,3},? Box|HC [0-9]{1,3},? Box|General Delivery)[^\n]{0,50}\Z",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?:(?:Flat|Apt|Apartment|Unit|Room|Suite) [0-9A-Za-z]{1,5},? )?"
    r"(?:The )?(?:[0-9]{1,4}[A-Za-z]?,? )?[A-Z][\w'’.\-]{0,24}(?: [A-Z0-9][\w'’.\-]{0,24}){0,4}"
    r"(?:,[ \n]{1,2}[A-Z0-9][\w'’.\-]{0,24}(?: (?:[A-Z0-9][\w'’.\-]{0,24}|on|upon|le|the|"
    r"of)){0,4}){1,5}"
    r",?[ \n]{1,2}\Z"
)
_PARTS = re.compile(
    r"(?<![\w/])(?:[A-Z0-9][\w'’.\-/]{0,24}(?: [A-Z0-9][\w'’.\-]{0,24}){0,4},[ \n]{1,2}){2,6}\Z"
)
_SMALL_HOUSE = re.compile(
    r"(?:(?:flat|apt|unit|room) [0-9a-z]{1,5},? )?[0-9]{1,4}[a-z]? [a-z'’\-]{2,20}(?:"
    r" [a-z'’\-]{2,20}){0,3}"
    r"(?:, [a-z'’\- ]{2,30}){0,3},? \Z"
)
_ABROAD = re.compile(
    r"[ \n\-]([0-9])[0-9]{1,4}(?:-[0-9]{3})?(?: [A-Z]{2})? "
    r"[A-Z\u00c0-\u017d][\w'’.\-]{2,24}"
    r"(?: [A-Z\u00c0-\u017d][\w'’.\-]{2,24}){0,2}(?:, [A-Z][a-z]{3,14})?"
)
_ABROAD_GATE = Gate((0, r"[ \n\-]"), (1, "[0-9]"), (2, "[0-9]"), (range(-5, 0), ","))
_ABROAD_KINDS = (
    *("straße", "strasse", "gasse", "weg", "platz", "allee", "gata", "gate", "gade", "vænget"),
    *("stræde", "plads", "vej", "vei", "vägen", "katu", "tie", "laan", "straat", "gracht", "utca"),
    *("körút", "daero", "dori", "ul.", "al.", "ulica", "rue", "av", "via", "corso", "piazza"),
    *("calle", "plaza", "paseo", "rua", "praça", "jalan", "jl.", "jln.", "lorong"),
)
_ABROAD_STREET = re.compile(
    r"(?:(?:No\. ?)?[0-9]{1,4}[a-zA-Z]?,? )?(?:[A-Z\u00c0-\u017d][\w'’.\-]{0,23}"
    r" ){0,3}?(?:[\w'’\-]{0,20}(?:stra(?:ß|"
    r"ss)e|gasse|weg|platz|"
    r"allee|gata|gatan|gate|gade|vænget|stræde|plads|vej|veien|vägen|katu|tie|laan|straat|gracht|utca|körút|daero|dori)|"
    r"ul\.|al\.|[Uu]lica|[Rr]ue|[Aa]venue|[Aa]v\.|[Vv]ia|[Vv]iale|[Cc]orso|[Pp]iazza|"
    r"[Cc]alle|[Aa]venida|"
    r"[Pp]laza|[Pp]aseo|[Rr]ua|[Pp]raça|[Jj]alan|[Jj]l\.|[Jj]ln\.|[Ll]orong)(?:"
    r" [\w'’.\-/]{1,24}){0,5}"
    r"(?:, [^,\n]{1,28}){0,2}\Z"
)
_BLOCK = re.compile(
    r"(?:#[0-9]{2}-[0-9]{1,4},? )?(?:Blk|Block) [0-9]{1,4}[A-Z]?,? [A-Z][\w']{1,20}(?:"
    r" [A-Z0-9][\w']{0,20}){0,5}"
    r"(?:,? #?[0-9]{2,3}-[0-9]{1,4})?(?:,? Singapore(?: [0-9]{6})?)?"
)
_BLOCK_WORD = re.compile("Bl(?:k|ock) ")
_BLOCK_GATE = WordGate(lambda: Known(["Blk", "Block"]))
_BLOCK_FLAT = re.compile("#[0-9]{2}-[0-9]{1,4},? \\Z")
_PART = (
    r"(?:(?:Flat|Apt|Apartment|Unit|Suite|Room|Rm|Floor|Tower|Block|Blk|Building|Bldg|House|"
    r"Villa|No|"
    r"Lot|Level|Lane|Alley|Entrance|Staircase)\.? ?#?[0-9A-Z][0-9A-Za-z\-/]{0,6}|[0-9A-Z]{1,4}/F|"
    r"[0-9]{1,2}(?:st|nd|rd|th) Floor|#[0-9]{2}-[0-9]{1,4}|"
    r"(?:[A-Z][\w'’]{1,20} ){1,3}(?:House|Court|Tower|Towers|Mansions?|Building|Gardens?|"
    r"Estate|Centre|"
    r"Lodge|Cottage|Mill|Heights|Villas|Apartments|Plaza|Park|Residences?))"
)
_LEFT = re.compile(rf"(?<![\w])(?:{_PART},? ?\n?){{1,5}}\Z")
_RIGHT = re.compile(
    rf"(?:,? (?:{_PART}))?(?:,[ \n]{{1,2}}[A-Z][\w'’.\-]{{1,20}}(?:"
    rf" [A-Z0-9][\w'’.\-]{{0,20}}){{0,3}}){{0,3}}"
    r"(?:,?[ \n]{1,2}[0-9]{4,6}(?![0-9])(?:,? [A-Z][a-z]{2,14}(?: [A-Z][a-z]{2,14})?)?)?"
)
_PERSON = re.compile(
    r"([A-Z][\w'’\-]{1,20})(?: [A-Z]\.| [A-Z][\w'’\-]{1,20})?? ([A-Z][\w'’\-]{1,20}),[ \n]{1,2}"
    r"(?=([0-9]|(?:Flat|Apt|Apartment|Unit|Room|No|Plot|Block|Blk)\b)?)"
)
"""Two or three words of a first part, and what shows that the second begins with a number."""
_PLACES = (
    "House Court Hall Park Lodge Cottage Farm Villa Villas Street Road Lane Avenue Gardens Mill "
    "Building Tower Towers Mansions Estate Centre Hill Green Close Place Square Terrace Mews"
)
_OF_PLACES = frozenset(_PLACES.split())
_APART_BEFORE = re.compile("[;；—|\u3400-\u9fff]")
"""What ends whatever stands before an address."""
_LINES = re.compile(
    r"(?:(?:Flat|Apt|Apartment|Unit|Room) [0-9A-Za-z]{1,5},?[ \n]{1,2})?"
    r"(?<![\w.,/])[0-9]{1,4}[A-Za-z]? [A-Z][\w'’.\-]{0,24}(?: [A-Z][\w'’.\-]{0,24}){0,3}"
    r"(?:(?:,[ ]?|,?\n)[A-Z][\w'’.\-]{0,24}(?: [A-Za-z][\w'’.\-]{0,24}){0,3}){1,4},?[ \n]{1,2}\Z"
)
"""The lines of a label above a postcode: 37 Elm Grove, Southsea, Portsmouth."""
_REACH = 110
_APART = 30
"""Characters between two postcodes that are both looked at: the text is hostile."""


@cache
def _towns() -> frozenset[str]:
    return frozenset(read_list("regions")["towns_en"].split())


def from_postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what reads as an address before a postcode."""
    tried = -_APART
    for match in matches(_CODE, text, _CODE_GATE):
        place = match.start(1)
        if place - tried < _APART:
            continue
        if match[0][-1].isalpha():
            kinds: tuple[re.Pattern[str], ...] = (_OUTWARD,)
        elif match[0][-2].isalpha():
            kinds = (_CANADA,)
        elif text[max(0, place - 3) : place - 1].rstrip(",")[-1:].isalpha():
            kinds = (_STATE, _AUSTRALIA, _CITY)
        else:
            continue  # a row of figures
        for kind in kinds:
            town = kind.search(text, max(0, place - 14), place)
            if town is not None:
                tried = place
                start = _begin(text, town.start(), kind)
                if start is not None:
                    yield behind_person(text, start), match.end()
                break
    for match in matches(_NAMED, text, _NAMED_GATE) if may_hold(text, *_TOWNS) else ():
        start = _parts_before(text, match.start())
        if start is not None:
            yield behind_person(text, start), match.end()
    free, tried = 0, -_APART
    for match in matches(_ABROAD, text, _ABROAD_GATE):
        place = match.start(1)
        low = max(place - 70, 0)
        left = max(text.rfind("\n", low, place - 2) + 1, low)
        comma = text.rfind(",", place - 6, place)
        if comma < 0 or place - tried < _APART or not _street_abroad(text[left:comma]):
            continue
        tried = place
        before = _ABROAD_STREET.search(text, left, comma)
        if before is not None and any(c.isdigit() for c in before[0]):
            yield before.start(), match.end()
    for start in _blocks(text) if may_hold(text, "Blk ", "Block ") else ():
        block = _BLOCK.match(text, start) if start >= free else None
        if block is not None:
            free = block.end()
            yield block.span()


def _street_abroad(part: str) -> bool:
    low = part.lower()
    return any(kind in low for kind in _ABROAD_KINDS)


def _blocks(text: str) -> Iterator[int]:
    """Where a flat in a block begins, with its number before it."""
    for word in matches(_BLOCK_WORD, text, _BLOCK_GATE):
        flat = _BLOCK_FLAT.search(text, max(0, word.start() - 11), word.start())
        yield word.start() if flat is None else flat.start()


def _begin(text: str, end: int, kind: re.Pattern[str]) -> int | None:
    """Where the address before the postcode or state at `end` begins."""
    if kind is _OUTWARD:
        low = max(0, end - _REACH)
        if text[end].isupper():
            house = _LINES.search(text, low, end) or _HOUSE.search(text, low, end)
        else:
            house = _SMALL_HOUSE.search(text, low, end)
        return None if house is None else house.start()
    start = _street_before(text, end)
    return _parts_before(text, end) if start is None and kind is _CITY else start


def behind_person(text: str, start: int) -> int:
    """Where the address begins if its first part is a person's name."""
    first = _PERSON.match(text, start)
    if first is None or first[2] in _OF_PLACES:
        return start
    known = lists_en()
    given = first[1] in known.given or first[1] in known.rarer_given
    family = first[2] in known.families
    sure = given and family
    return first.end() if sure or ((given or family) and first[3]) else start


def _street_before(text: str, end: int) -> int | None:
    window = _APART_BEFORE.split(text[_paragraph(text, end) : end])[-1]
    kind = _last_kind(window)
    if kind < 0:
        return None
    left = end - len(window)
    box = _BOX.search(window) if _may_hold_a_box(window) else None
    if box is not None:
        return left + box.start()
    lines = window.rsplit("\n", 3)
    low = max(window.rfind(":") + 1, len(window) - len("\n".join(lines[-3:])))
    number = _BEGIN.search(window, low)
    return left + number.start() if number is not None and number.start() + 2 < kind else None


def _may_hold_a_box(window: str) -> bool:
    low = window.lower()
    return "box" in low or "delivery" in low or not low.isascii()


def _last_kind(window: str) -> int:
    """Where the last word for a street begins, -1 if there is none."""
    place = len(window)
    for word in reversed(window.split()):
        place = window.rfind(word, 0, place)
        bare = word.rstrip(",.").lower()
        if bare in _KIND_WORDS:
            return place
        if not (bare.isascii() and bare.isalpha()):
            kinds = [one.start() for one in _WORD.finditer(word) if one[0].lower() in _KIND_WORDS]
            if kinds:
                return place + kinds[-1]
    return -1


def _paragraph(text: str, end: int) -> int:
    """Where the paragraph that holds `end` begins, or how far back is looked."""
    low = max(end - _REACH, 0)
    blank = text.rfind("\n\n", max(low - 2, 0), end)
    return low if blank < 0 else max(blank + 2, low)


def _parts_before(text: str, end: int) -> int | None:
    """Capitalised parts between commas, one of them with a number."""
    left = _paragraph(text, end)
    before = _PARTS.search(text, left, end)
    return before.start() if before and any(c.isdigit() for c in before[0]) else None


def _part_ends(text: str, place: int) -> bool:
    """Whether the word before `place` may end a `_PART`: it begins with no small letter."""
    end = place
    for mark in ("\n", " ", ","):
        end -= text[end - 1 : end] == mark
    start, least = end, max(0, end - 24)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in "-/'’#_"):
        start -= 1
    return start < end and (text[start] == "#" or not text[start].islower())


def widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A street with the flat and tower before it, and the town behind it if it is known."""
    if text[start - 1 : start] == "/" and text[start - 2 : start - 1].isdigit():
        start -= 2  # 1/23 Beach Road
    left = _LEFT.search(text, max(0, start - 90), start) if _part_ends(text, start) else None
    if left is not None:
        start = left.start()
    right = _RIGHT.match(text, end)
    if right is not None and right.end() > end:
        last = right[0].rstrip(" ,\n")
        word = last.rpartition(" ")[2].strip(".,")
        if word in _towns() or word.isdigit() or last.endswith("Hong Kong"):
            end += len(last)
    return start, end
