"""Names in Latin letters: labelled, introduced, with a title, or a known given name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list, words

_CAP = r"[A-Z\u00c0-\u00de\u0100-\u017d](?:['’][A-Z])?[a-z\u00df-\u017e'’A-Z]+(?:-[A-Z\u00c0-\u00de][a-z\u00df-\u017e]+)?"
_MORE = rf"(?: (?:[A-Z]\.|[A-Z](?= [A-Z])|(?:van|von|de|da|del|der|den|di|la|le|bin|al|dos|ter)(?= )|{_CAP}))"
_FULL = re.compile(rf"(?<![A-Za-z.@/\-]){_CAP}{_MORE}{{1,4}}(?![A-Za-z@])")
_VALUE = re.compile(rf"{_CAP}{_MORE}{{0,4}}(?![A-Za-z@/.]*[@/])")
_TITLE = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor)\.? (?={_CAP})")
_INTRO = re.compile(
    r"(?:\b[Mm]y (?:full )?name is|\b[Nn]ame's|\bnamed|\b[Cc]all me|\bI am|\bI'm|\b[Tt]his is|\b[Ss]peaking with|"
    r"\b[Ss]incerely,|\b[Rr]egards,|\b[Dd]ear|\b[Hh]i,?|\b[Hh]ello,?|\b[Cc]heers,|\b[Tt]hanks,|\bspeak (?:to|with)|"
    r"\bcontact|\bpatient|\b[Aa]ttn:?|\bsigned by|\b[Nn]ame of)[ \n]{1,3}"
)
_AMBIGUOUS = frozenset(
    ["April", "May", "June", "Will", "Mark", "Grace", "Hope", "Faith", "Dawn", "Rose", "Holly", "Crystal", "Jordan", "Chase", "Hunter", "Austin", "Georgia", "Virginia", "Madison", "Carter", "Jackson", "Jack", "Summer", "Autumn", "Amber", "Ruby", "Poppy", "Daisy", "Lily", "Pat", "Art", "Rob", "Bill", "Chad", "Dean", "Grant", "Miles", "Max", "Ray", "Rich", "Drew", "Glenn", "Dale", "Brook", "Brooke", "Sierra", "Savannah", "Sydney", "Charlotte", "Florence", "Lee", "King", "Mason", "Victoria", "Chelsea", "Brooklyn", "Preston", "Alma", "Noor", "Mercedes", "Robin", "Raven", "Christian", "Santiago", "Paris", "San", "Alexandria", "Melody", "Misty", "Sandy", "Angel", "Star", "Patty", "Destiny", "Joy", "Penny", "Ace", "Roman", "Bailey", "Parker", "Taylor", "Morgan", "Long", "Song", "Fan", "Tang", "Fang", "Ma", "He", "Sun", "Lei", "Ye", "An", "Wan", "Ding", "Bai", "Hao", "You", "Man", "Shan", "Gold", "Ho", "Pan", "Bin", "Mai", "Dan"]
)
_PLACES = frozenset(
    ["Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado", "Connecticut", "Delaware", "Florida", "Hawaii", "Idaho", "Illinois", "Indiana", "Iowa", "Kansas", "Kentucky", "Louisiana", "Maine", "Maryland", "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri", "Montana", "Nebraska", "Nevada", "Ohio", "Oklahoma", "Oregon", "Pennsylvania", "Tennessee", "Texas", "Utah", "Vermont", "Wisconsin", "Wyoming", "England", "Scotland", "Wales", "Ireland", "Britain", "Germany", "France", "Spain", "Italy", "Canada", "Australia", "China", "Japan", "India", "Russia", "America", "London", "York", "Paris", "Berlin", "Beijing", "Shanghai", "Tokyo", "Boston", "Chicago", "Houston", "Dallas", "Seattle", "Denver", "Atlanta", "Miami"]
)
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsrwy])?(?:iang|iong|uang|ang|eng|ong|ian|iao|ing|uai|uan|ai|ei|ao|ou|an|en|"
    r"ia|ie|iu|in|ua|uo|ui|un|ue|er|a|o|e|i|u|v)"
)
_PINYIN = re.compile(rf"{_SYLLABLE}(?:[-'’]?{_SYLLABLE})?", re.IGNORECASE)
_NOT_A_PERSON = re.compile(
    r"(?:product|file|host|company|domain|class|package|brand|project|server|bank|hotel|school|course|event|item|"
    r"department|team|city|street|book|module|function|variable|branch|field|display|group|model|app|service|"
    r"store|shop|trade|business|organi[sz]ation|program|role|table|column|key|device|game|song|album|job|query|"
    r"path|image|icon|tag|theme|state|country|method|attribute|parameter|resource|bucket|instance|network)\Z"
)


@cache
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data = read_list("names_en")
    return (
        frozenset(data["given"].split()),
        frozenset(data["surnames"].split()),
        frozenset(data["pinyin_surnames"].split()),
        frozenset(data["stop"].split()) | _PLACES,
    )


_SEPARATOR = re.compile(r"[:=|\t][ \t]*[\"']?(?=[^\W\d_a-z])")
_LABEL_REACH = 44


@cache
def _labels() -> tuple[str, ...]:
    return tuple(words("name_labels_en").split())


def _label_before(text: str, end: int) -> str | None:
    """The label of a person's name that ends at `end`, in lower case."""
    before = text[max(0, end - _LABEL_REACH) : end].rstrip(" \t\"'*")
    if before.endswith(")"):
        before = before[: before.rfind("(")].rstrip(" \t\"'")
    low = before.lower()
    if not low.endswith(_labels()):
        return None
    label = re.split(r"[^a-z _\-/]", low)[-1].strip()
    word = re.split(r"[ _\-/]", label)[-1]
    if word in ("to", "from") and label not in (
        "to",
        "from",
        "ship to",
        "bill to",
        "deliver to",
        "sold to",
    ):
        return None
    if word not in _labels() and not word.endswith("name"):
        return None
    return None if _NOT_A_PERSON.search(label.removesuffix("name").rstrip(" _-/")) else label


def find_names_en(text: str) -> Iterator[Hit]:
    """Names of persons in Latin letters."""
    given, surnames, pinyin, stop = _lists()
    for match in _SEPARATOR.finditer(text):
        label = _label_before(text, match.start())
        value = _VALUE.match(text, match.end()) if label is not None else None
        if label is None or value is None:
            continue
        end = _trim(text, match.end(), value.end(), stop)
        tokens = text[match.end() : end].split()
        known = any(_plain(t) in given or _plain(t) in surnames or t in pinyin for t in tokens)
        partial = any(
            w in label for w in ("first", "last", "given", "family", "surname", "patient")
        )
        if tokens and (known or partial or (label.endswith("name") and 2 <= len(tokens) <= 4)):
            yield Hit("name", match.end(), end, text[match.end() : end])
    for match in _TITLE.finditer(text):
        yield from _value_hit(text, match.end(), stop)
    for match in _INTRO.finditer(text):
        value = _VALUE.match(text, match.end())
        if value is None:
            continue
        first = value[0].split()[0]
        sure = "name" in match[0].lower() or "call me" in match[0].lower()
        if sure or (first in given and first not in _AMBIGUOUS):
            yield from _value_hit(text, match.end(), stop)
    for match in _FULL.finditer(text):
        yield from _run(text, match.start(), match.end())


def _plain(token: str) -> str:
    """`SMITH` and `smith` are written `Smith` in the lists."""
    return token.capitalize() if token.isupper() else token


def _trim(text: str, start: int, end: int, stop: frozenset[str]) -> int:
    """Cut a run of capitalised words before the first that no name holds."""
    at = start
    for word in text[start:end].split(" "):
        if word in stop:
            return max(start, at - 1)
        at += len(word) + 1
    return end


def _value_hit(text: str, start: int, stop: frozenset[str]) -> Iterator[Hit]:
    value = _VALUE.match(text, start)
    if value is None:
        return
    end = _trim(text, start, value.end(), stop)
    if end > start:
        yield Hit("name", start, end, text[start:end])


def _run(text: str, start: int, end: int) -> Iterator[Hit]:
    """A known given name with the capitalised words after it, inside a run of such words."""
    given, surnames, pinyin, stop = _lists()
    tokens: list[tuple[int, int, str]] = []
    at = start
    for word in text[start:end].split(" "):
        tokens.append((at, at + len(word), word))
        at += len(word) + 1
    i = 0
    while i < len(tokens) - 1:
        word = _plain(tokens[i][2])
        last = i + 1
        while last < len(tokens) - 1 and (
            len(tokens[last][2].rstrip(".")) == 1 or tokens[last][2].islower()
        ):
            last += 1
        family = _plain(tokens[last][2])
        if family in stop or len(family) < 2 or word in stop:
            i += 1
            continue
        by_list = word in given and (word not in _AMBIGUOUS or family in surnames)
        if by_list or _is_pinyin(word, family, pinyin):
            if last + 1 < len(tokens) and by_list and _plain(tokens[last + 1][2]) in surnames:
                last += 1
            yield Hit("name", tokens[i][0], tokens[last][1], text[tokens[i][0] : tokens[last][1]])
            i = last
        i += 1


def _is_pinyin(first: str, second: str, pinyin: frozenset[str]) -> bool:
    for family, given in ((first, second), (second, first)):
        if (
            family in pinyin
            and family not in _AMBIGUOUS
            and given not in _AMBIGUOUS
            and _PINYIN.fullmatch(given)
        ):
            return True
    return False


def latin_name(text: str) -> bool:
    """The whole of `text` (a table cell) reads as one name in Latin letters."""
    value = _VALUE.fullmatch(text)
    if value is None:
        return False
    given, surnames, pinyin, stop = _lists()
    tokens = [_plain(token) for token in text.split()]
    return (
        2 <= len(tokens) <= 4
        and not stop.intersection(tokens)
        and (tokens[0] in given or tokens[-1] in surnames or tokens[0] in pinyin)
    )
