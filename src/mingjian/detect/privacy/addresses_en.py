"""English addresses by street grammar, and labelled ones in other Latin-letter languages.

Only what holds a house number or a box counts. An organisation's address is reported apart
(`business_contact`). Every repetition is bounded: the text is hostile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.privacy.address_gates import HouseNumbers
from mingjian.detect.privacy.addresses_post import behind_person, from_postcodes, widened
from mingjian.detect.privacy.context import of_business
from mingjian.detect.privacy.gates import LONG, Gate, matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.words import CapitalGate, Known, WordGate, may_hold, standing

_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|"
    "Ter|Square|Sq|Close|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Row|Mews|"
    "Gardens|Grove|Gate|Alley|Plaza|Loop|Path|Walk|Rise|Green|Ridge|Crossing|Hollow|Run|Turnpike|"
    "Pike|Expressway|Freeway|Broadway|Quay|Wharf"
)
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,9}[ .,]"
_SIDE = "(?:NE|NW|SE|SW|North|South|East|West|N|S|E|W)"
_NEXT = r",?[ ]{0,2}\n?[ >]{0,6}"
"""From one part of an address to the next, on the same line or at the start of the next."""
_UNIT = (
    rf"(?:{_NEXT}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|Building|Bldg|#)"
    r"\.? ?#?[0-9A-Za-z\-]{1,6})"
)
_CITY = rf"(?:{_NEXT}[A-Z][\w'.\-]{{1,30}}(?: [A-Z][\w'.\-]{{1,30}}){{0,2}})"
_ZIP = (
    r"(?:,?[ ]{0,2}\n{0,2}[ >]{0,6}(?:[A-Z]{2}|[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20})?)"
    r",?[ ]{0,2}\n?[ ]{0,6}[0-9]{4,5}(?:-[0-9]{4})?"
    r"|,? ?\n?[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})"
)
# The search jumps to the next digit: what may not stand before it is looked at behind it.
_FIRST_DIGIT = r"[0-9](?<![0-9A-Za-z$.][0-9])(?<![0-9],[0-9])"
_NUMBERED = re.compile(
    rf"{_FIRST_DIGIT}"
    r"[0-9]{0,5}[A-Za-z]?(?:-[0-9]{1,4})?,? "
    rf"(?!{_MONTH})(?:{_SIDE}\.? )?(?:[A-Z0-9][\w'’\-]{{0,30}} |[A-Z][a-z]{{0,2}}\. ){{1,4}}?"
    rf"(?:{_STREET})(?![a-z])\.?"
    rf"(?: {_SIDE}\b)?{_UNIT}?(?:{_CITY}{_UNIT}?{_ZIP}|{_ZIP})?"
)
_POSTED = re.compile(
    rf"{_FIRST_DIGIT}"
    r"[0-9]{0,4}[A-Za-z]?(?:-[0-9]{1,4})?,? "
    rf"(?!{_MONTH})(?:[A-Z][\w'’\-]{{0,30}} ){{0,2}}[A-Z][\w'’\-]{{0,30}}{_UNIT}?{_CITY}{_ZIP}"
    r"(?![A-Za-z0-9])"
)
"""Any street, by the place and the postcode behind it: 180 Kingsway, Manchester M20 3RE."""
_ABROAD = re.compile(
    rf"{_FIRST_DIGIT}[0-9]{{0,4}} "
    rf"(?!{_MONTH}[0-9 ])(?:[^\W\d_a-z][\w'’\-]{{0,30}} ){{1,3}}"
    rf"[0-9]{{1,4}}(?:{_UNIT}|,? ?\n ?[A-Z]|, [A-Z])"
    rf"(?:[\w'.\-]{{0,30}}(?: [A-Z][\w'.\-]{{0,30}}){{0,2}}{_ZIP})?"
)
"""Street before number, as in much of Europe: 28245 Puruntie 82, Apt. 5."""
_STAGE = (
    r"(?: (?:shows?|musicals?|plays?|hits?|productions?|theat(?:re|er)s?|stars?|tickets?|actors?|"
    r"debuts?|runs?|revivals?|casts?)\b)"
)
_PARKS = (
    "Park|Hill|Brae|Vale|Mount|View|Parade|Croft|Wynd|Cottages|Villas|Heights|Meadow|Meadows|Fields"
)
_BROADWAY = re.compile(
    rf"{_FIRST_DIGIT}[0-9]{{0,5}} (?:{_SIDE}\.? )?Broadway(?![a-z]|{_STAGE}){_UNIT}?"
    rf"|{_FIRST_DIGIT}[0-9]{{0,2}} [A-Z][a-z]{{2,14}} (?:{_PARKS})(?=, [A-Z])"
    r"(?:, [A-Z][a-z]{2,14})?"
)
_HOUSES = (
    *("Cottage", "Farm", "Farmhouse", "Lodge", "Villa", "Barn", "Croft"),
    *("Rectory", "Vicarage", "Bungalow"),
)
_COTTAGE = re.compile(
    r"[A-Z](?<![\w.&-].)[\w'’]{1,20}(?: [A-Z][\w'’]{1,20})?(?<! of) "
    rf"(?:{'|'.join(_HOUSES)})"
    rf"(?:,[ \n]{{1,2}}(?:[A-Z][\w'’\-]{{1,20}} ){{1,3}}(?:{_STREET})(?![a-z]))"
    r"(?:,[ \n]{1,2}[A-Z][\w'’\-]{2,20}(?: [A-Z][\w'’\-]{2,20})?){1,2}"
)
"""A house with a name and no number: Rose Cottage, Mill Lane, Westport."""
_HOUSE_NAME_GATE = WordGate(lambda: Known(_HOUSES), (-1, " "))
_BOX = re.compile(
    r"[PU](?<![A-Za-z].)(?:(?<=P)\.? ?O\.? Box [0-9]{1,6}|(?<=P)SC [0-9]{2,5},? Box [0-9]{2,5}"
    r"|(?<=U)nit [0-9]{3,5},? Box [0-9]{2,5})"
    rf"(?:{_ZIP}|,?[ \n](?:APO|FPO|DPO) A[AEP] [0-9]{{5}}|{_CITY}{_ZIP})?"
)
_BOX_WORD, _BOX_GATE = re.compile("Box (?<= Box )"), WordGate(lambda: Known(["Box"]), (-1, " "))
_BEFORE_BOX = re.compile(r"(?:P\.? ?O\.?|PSC [0-9]{2,5},?|Unit [0-9]{3,5},?) \Z")
_LABEL = re.compile(
    r"[Aa](?:ddr(?:ess)?|(?<=A)DDR(?:ESS)?)(?:[ _]?(?:[Ll]ine)?[ _]?1)?(?: of [\w .']{2,40})?"
    r"[\"']?(?>[ \t]*+(?:[:=|]|is(?: now)?|to)|[ ]*+\t)[ \t\n]*+[\"']?(?=[^\W_])"
)
_TO = re.compile(r" (?:at|to) (?=[0-9]|(?:House|Flat|Apt|Apartment|Unit|Room|Villa|Plot|No)\b)")
_TO_GATE = Gate((0, " "), (1, "[at]"), (2, "[to]"), (3, " "), (4, "[0-9HFAURVPN]"))
_DWELLING = re.compile(
    r"\b(?:lives?|living|resid(?:es?|ing)|located|based|moved|ship(?:ped)? it|send (?:it|one)|"
    r"new one)\Z"
)
_AFTER_LABEL = re.compile(
    r"(?:[0-9]{1,6}[A-Za-z]?,? [^\W_][^\n;|\"<>{}]{3,70}"
    r"|[^\W\d_][^\n;|\"<>{}]{2,60} [0-9]{1,5}[A-Za-z]?(?![0-9:])[^\n;|\"<>{}]{0,40})"
    r"(?:\n[ ]{0,6}(?:[A-Z\u00c0-\u017f][^\n:|@=]{1,40}|[0-9]{4,6}[^\n:|@=]{0,24})"
    r"(?![:|@=])(?=\n|\Z|[.;,])){0,4}"
)
_OFFICE = re.compile(
    r"(?:clinic|office|offices|school|store|company|hospital|museum|library|restaurant|shop|hotel|"
    r"headquarters|branch|gallery|gym|salon|cafe|theatre|theater|church|bakery|showroom)"
    r"(?:,? (?:is|are|was|has|now|located|moved|based|opened|open))* (?:at|to|on) \Z",
    re.IGNORECASE,
)
_AT = ("at ", "to ", "on ")
"""What `_OFFICE` ends with."""
_PLOT = re.compile(
    r"[HPVDFN](?<![A-Za-z].)(?:(?<=H)ouse|(?<=P)lot|(?<=V)illa|(?<=D)oor|(?<=F)lat"
    r"|(?<=H)(?=\.? ?No)|(?<=N)o\.?(?= ?[0-9]))(?:\.? ?No\.?)? ?#?[0-9][0-9A-Za-z/\-]{0,7}"
    r"(?:,[ \n]{1,2}[A-Z0-9][\w'’.\-]{0,24}(?: [A-Z0-9][\w'’.\-]{0,24}){0,4}){2,5}"
    r"(?: ?[-–,]? ?[0-9]{3} ?[0-9]{3}(?![0-9])| [0-9]{5}(?![0-9]))?(?<!\.)"
)
"""House, plot or door before its parts, as in India and Nigeria: Plot 14, Admiralty Way, Lekki."""
_PLOT_GATE = CapitalGate((0, "[HPVDFN]"), (1, "[oliuv. ]"), (2, "[ a-zN.]"))
_OF_FIRM = re.compile(
    r"[DTIBRSCH](?<!\w.)(?:(?<=D)ept|(?<=D)epartment|(?<=T)rading Estate"
    r"|(?<=I)ndustrial (?:Estate|Park)|(?:(?<=B)usiness|(?<=R)etail|(?<=S)cience) Park"
    r"|(?<=C)ustomer Returns|(?<=H)ead Office)\b"
)
_OF_PERSON = re.compile(r"[a-z] (?:[A-Z]\. )?[A-Z][\w'’\-]{1,20},? of \Z")
_FIRM_ENDS = re.compile(r"(?:Ltd|Limited|LLP|LLC|Inc|Co|Company|plc|PLC|Trust|Bank),?\.? of \Z")
_SENTENCE = re.compile(r"[.?!](?: [A-Z]| ?$)|, (?:and|but|so|please|my|the|tel|phone)\b|\)")
_SHORT_WORDS = re.compile(r"(?:St|Rd|Ave|Dr|Apt|Ste|Blvd|Ln|Ct|No|[A-Z])\Z")


_FROM_NUMBERS = (_NUMBERED, _POSTED, _BROADWAY, _ABROAD)
_CHOSEN = [tuple(at for at in range(4) if bits >> at & 1) for bits in range(16)]
"""Which of `_FROM_NUMBERS` may match, by the bits of `HouseNumbers`, whose order is the same."""
_HOUSE_NUMBERS = HouseNumbers(_STREET.split("|"), ("Broadway", *_PARKS.split("|")))
_BEHIND_NUMBER = re.compile(
    r" (?=(?:[0-9][\w'’\-]{0,30}+ ){0,3}+[^\W\d_a-z])"
    r"(?:(?<=[0-9] )|(?<=[0-9][A-Za-z,] )|(?<=[0-9][A-Za-z], ))"
)
_NUMBER_BEFORE = re.compile(r"(?<![0-9A-Za-z$.])(?<![0-9],)[0-9]{1,6}[A-Za-z]?(?:-[0-9]{1,4})?,?\Z")


def _blanks(text: str) -> Iterator[tuple[int, int]]:
    """The blanks behind numbers that a capital follows, and which of `_FROM_NUMBERS` to try.

    In tables of figures blanks are rarer than digits.
    """
    if len(text) < LONG:
        return ((blank.start(), 15) for blank in _BEHIND_NUMBER.finditer(text))
    return (
        (place, bits)
        for place, bits in _HOUSE_NUMBERS.blanks(text)
        if _BEHIND_NUMBER.match(text, place) is not None
    )


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where each of `_FROM_NUMBERS` may begin, and which of them to try."""
    for end, bits in _blanks(text):
        number = _NUMBER_BEFORE.search(text, max(0, end - 13), end)
        if number is not None:
            yield number.start(), bits
            dash = text.find("-", number.start(), end)
            if dash > 0:
                yield dash + 1, bits


def find_addresses_en(text: str) -> Iterator[Hit]:
    """Addresses in Latin letters."""
    for start, end in dict.fromkeys(_spans(text)):
        yield _hit(text, start, end)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    yield from _streets(text)
    yield from from_postcodes(text)
    for match in matches(_PLOT, text, _PLOT_GATE):
        yield match.span()
    for match in _COTTAGE.finditer(text) if _names_a_house(text) else ():
        yield match.span()
    for match in _boxes(text) if may_hold(text, " Box ") else ():
        yield match.span()
    for label in _labels(text) if may_hold(text, "ddr", "DDR") else ():
        yield from _labelled(text, label)
    for match in matches(_TO, text, _TO_GATE):
        if _DWELLING.search(text, max(0, match.start() - 12), match.start()):
            yield from _labelled(text, match.end())


def _streets(text: str) -> Iterator[tuple[int, int]]:
    free = [0] * len(_FROM_NUMBERS)
    last = (0, 0)
    for number, bits in _numbers(text):
        for at in _CHOSEN[bits]:
            pattern = _FROM_NUMBERS[at]
            if number < free[at] or (match := pattern.match(text, number)) is None:
                continue
            free[at] = match.end()
            if match.span() != last:
                last = match.span()
                yield last if pattern is _ABROAD else widened(text, *last)


def _names_a_house(text: str) -> bool:
    if len(text) < LONG:
        return any(f" {house}," in text for house in _HOUSES)
    names = (text[place : place + 12].partition(",") for place in _HOUSE_NAME_GATE.places(text))
    return any(comma and name in _HOUSES for name, comma, _ in names)


def _boxes(text: str) -> Iterator[re.Match[str]]:
    free = 0
    for word in matches(_BOX_WORD, text, _BOX_GATE):
        low = max(free, word.start() - 13)
        before = _BEFORE_BOX.search(text, low, max(low, word.start()))
        box = None if before is None else _BOX.match(text, before.start())
        if box is not None:
            free = box.end()
            yield box


def _labels(text: str) -> Iterator[int]:
    """What is behind each label of an address."""
    free = 0
    for place in sorted([*standing("ddr", text), *standing("DDR", text)]):
        label = _LABEL.match(text, place - 1) if place > free else None
        if label is not None:
            free = label.end()
            yield free


def _labelled(text: str, start: int) -> Iterator[tuple[int, int]]:
    start = behind_person(text, start)
    value = _AFTER_LABEL.match(text, start)
    if value is not None:
        end = _sentence_end(text, start + 6, value.end())
        if any(c.isdigit() for c in text[start:end]):
            yield start, end


def _sentence_end(text: str, start: int, end: int) -> int:
    for cut in _SENTENCE.finditer(text, start, end):
        if not _SHORT_WORDS.search(text, cut.start() - 4, cut.start()):
            return cut.start()
    return end


def _hit(text: str, start: int, end: int) -> Hit:
    while end > start and text[end - 1] in " ,\n\t":
        end -= 1
    before = max(0, start - 44)
    owned = (
        text.startswith(" of ", start - 4)
        and _OF_PERSON.search(text, before, start)
        and not _FIRM_ENDS.search(text, before, start)
    )
    business = not owned and (
        of_business(text, start, end)
        or (text[max(0, start - 3) : start].lower() in _AT and _OFFICE.search(text, before, start))
        or _OF_FIRM.search(text, start, end)
    )
    kind = "business_contact" if business else "address"
    return Hit(kind, start, end, " ".join(text[start:end].lower().replace(",", " ").split()))
