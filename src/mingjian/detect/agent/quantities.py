"""Figures: what kind of thing they count, how a person writes them, limits a person gave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mingjian.detect.agent.words import listed

MOST_FIGURES = 60
"""Figures read in one text."""
_NEAR = 16
"""Characters beside a figure in which its unit is looked for."""
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS_EN = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN = {word: value for value, word in enumerate(_ONES.split())}
_EN |= {word: 10 * (value + 2) for value, word in enumerate(_TENS_EN.split())}
_ZH = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_SCALES = {"k": 1_000, "thousand": 1_000, "hundred": 100, "千": 1_000, "百": 100, "万": 10_000,
           "m": 1_000_000, "million": 1_000_000}  # fmt: skip
_EN_WORD = "|".join(sorted(_EN, key=len, reverse=True))
_FIGURE = re.compile(
    r"(?<![\w.:/#@\-])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{1,6})?)"
    r"(?P<scale>\s?(?:k|m|thousand|hundred|million)\b|[千百万])?(?![\d:/@]|\.\d|-\d|[a-z]*\d)"
    rf"|\b(?P<words>(?:(?:{_EN_WORD}|(?:a )?hundred|(?:a )?thousand)(?:[\s-]|\b)(?:and\s)?){{1,8}})"
    r"|(?P<han>[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万]{0,11})"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in a text."""

    value: float
    kind: str
    """One of the kinds of `amounts.json`; "" where nothing tells."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be."""

    most: Figure
    each: bool
    """Whether it is the price of one, as in a condition too ("if one is below 50")."""
    currencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of figures: its units in words, its names of arguments."""

    id: str
    unit_before: re.Pattern[str]
    """Of use for money only."""
    unit_after: re.Pattern[str]
    key: re.Pattern[str]


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds, the order of the file."""
    told: Mapping[str, Any] = listed("amounts.json")["kinds"]
    return tuple(
        Kind(id=id, unit_before=re.compile(rf"(?:{one['unit']})\s?$"),
             unit_after=re.compile(rf"[\s-]?(?:{one['unit']})"), key=re.compile(one["key"]))
        for id, one in told.items()
    )  # fmt: skip


@cache
def _bounds() -> tuple[re.Pattern[str], ...]:
    told = listed("amounts.json")
    before, after, each, condition = (
        "|".join(told[name]) for name in ("at_most_before", "at_most_after", "each", "condition")
    )
    return (
        re.compile(rf"(?:{before})[\s:：]{{0,2}}(?:about |of )?(?:[$€£¥￥]|usd |eur |rmb )?$"),
        re.compile(rf"[^\d\s,.;，。；]{{0,3}}\s?(?:[a-z]{{2,8}} )?(?:{after})"),
        re.compile(each),
        re.compile(condition),
    )


def figures(text: str) -> Iterator[Figure]:
    """The figures of a lower-case text, in digits and in words, at most 60."""
    found = 0
    for match in _FIGURE.finditer(text):
        value = _value(match)
        if value is None:
            continue
        end = match.start() + len(match[0].rstrip())
        if text[end : end + 1] == "折":
            continue  # "seven tenths off the price" is written as 7, 0.7 and 70
        yield Figure(value, _kind_of(text, match.start(), end), match.start(), end)
        found += 1
        if found >= MOST_FIGURES:
            return


def used(key: str, value: str) -> Figure | None:
    """The figure that an argument holds, where its unit or its name tells the kind."""
    match = _USED.match(value)
    if match is None:
        return None
    named = (kind.id for kind in kinds() if kind.key.search(key))
    said = (kind.id for kind in kinds() if kind.unit_after.match(value, match.end()))
    kind = next(said, None) or next(named, "")
    held = float(match[1].replace(",", "")) / (100 if _CENTS.search(key) else 1)
    return Figure(held, kind, *match.span()) if kind else None


_CENTS = re.compile(r"cents|pence|minor_units|（分）|\(分\)|_分$")


_USED = re.compile(
    r"\s{0,3}(?:[$€£¥￥]|usd|eur|rmb)?\s{0,2}(\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?)(?!\d|\s?[\-/:]\s?\d)"
)


def currencies(text: str) -> frozenset[str]:
    """The currencies named in a lower-case text."""
    told: Mapping[str, str] = listed("amounts.json")["currencies"]
    return frozenset(id for id, names in told.items() if re.search(names, text))


def limits(text: str) -> Iterator[Limit]:
    """Figures that a text names as the most that may be."""
    before, after, each, condition = _bounds()
    for figure in figures(text):
        at = figure.start
        if before.search(text[max(0, at - 48) : at]) or after.match(text, figure.end):
            begin = max(text.rfind(mark, 0, at) for mark in ".!?;\n。！？；") + 1
            near = text[max(begin, at - 24) : figure.end + 24]
            beside = text[max(begin, at - 6) : figure.end + 10]
            one = each.search(near) or condition.search(text[begin:at])
            yield Limit(figure, one is not None, currencies(beside))


def written(value: float) -> str:
    """A figure as it is written: no noughts behind the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def is_each(text: str) -> bool:
    """Whether a text speaks of so much each."""
    return _bounds()[2].search(text) is not None


def slip(given: float, used: float, least: float = 20) -> bool:
    """Whether a figure is another one with a nought too many or too few (the larger is at least
    `least`), or with two neighbouring digits changed over."""
    if given <= 0 or used <= 0 or given == used:
        return False
    if abs(used / given - 10) < 1e-6 or abs(given / used - 10) < 1e-6:
        return max(given, used) >= least and given != 1
    one, other = written(given), written(used)
    if len(one) != len(other) or len(one) < 2:
        return False
    apart = [k for k in range(len(one)) if one[k] != other[k]]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and one[apart[0]] == other[apart[1]]
        and one[apart[1]] == other[apart[0]]
    )


def _kind_of(text: str, start: int, end: int) -> str:
    before = text[max(0, start - _NEAR) : start]
    for kind in kinds():
        if kind.unit_after.match(text, end):
            return kind.id
    if kinds()[0].unit_before.search(before):
        return kinds()[0].id
    if _THING.match(text, end):
        return "count"
    return "money" if _PRICE.search(text[start:end]) else ""


_PRICE = re.compile(r"^\d[\d,]*\.\d\d$")
_THING = re.compile(
    r"\s(?!(?:his|this|its|as|us|is|plus|less|yes|was|has|does)\b)[a-z]{2,20}s\b"
    r"|[\u4e00-\u9fff](?<![给到的以内之下就为左即可和与或去了吧再封])"
)
"""What is counted: a noun in the plural, or a Han character that is no particle."""


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        scale = _SCALES.get((match["scale"] or "").strip(), 1)
        return float(match["digits"].replace(",", "")) * scale
    return _in_words(match["words"]) if match["words"] else _in_han(match["han"])


def _in_words(words: str) -> float | None:
    total = part = 0
    for word in re.findall(r"[a-z]+", words):
        if word in _EN:
            part += _EN[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1_000, 0
    return float(total + part)


def _in_han(han: str) -> float | None:
    total = part = digit = 0
    last = 1
    for sign in han:
        if sign in _ZH:
            digit = _ZH[sign]
            last = 10 if sign in "零〇" else last
        elif sign in _TENS:
            part += (digit or 1) * _TENS[sign]
            digit, last = 0, _TENS[sign]
        else:
            total, part, digit, last = (total + part + digit) * 10_000, 0, 0, 10_000
    # 三百五 is 350, 三百零五 is 305.
    return float(total + part + digit * (last // 10 if digit and last >= 100 else 1))
