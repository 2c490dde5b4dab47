"""Numbers made of digits: identity numbers, cards and telephones, however they are spaced.

Runs of neighbouring digit groups are tried as numbers. A run must use groupings people write
(138 0013 8000; 6222 0212 3456 7890 123), unless its label or its check digits speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from mingjian.detect.privacy.check.bank_card import card_issuer
from mingjian.detect.privacy.check.phone import is_cn_mobile
from mingjian.detect.privacy.check.resident_id import is_old_resident_id, is_resident_id
from mingjian.detect.privacy.context import mentioned, not_a_card
from mingjian.detect.privacy.digits import MOST_GROUPS, Stretch, open_right, stretches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.telephones import (
    KNOWN_GROUPS,
    international,
    mobile,
    prefixed_mobile,
    telephone,
)

_CARD_GROUPS = frozenset({(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (8, 8), (4, 4, 5), (3, 4, 4, 4)})
_DOTTED_GROUPS = frozenset({(3, 4, 4), (3, 3, 4), (1, 3, 3, 4), (2, 2, 2, 2, 2)})
_LONG_GROUPS = {
    *_CARD_GROUPS,
    *((4,) * count + (rest,) for count in (3, 4) for rest in (1, 2, 3, 4)),
    *((1,) * count for count in (15, 16, 17, 18, 19)),
    *((count,) for count in range(7, 20)),
    *(
        (*shape[:-1], shape[-1] - less)
        for shape in ((6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 12), (14, 4), (6, 4, 2, 2, 4))
        for less in (0, 1)
    ),
    (6, 6, 3),
}
"""How people group the digits of cards and identity numbers (without a final X)."""
_BEGINNINGS = frozenset(
    shape[:size] for shape in _LONG_GROUPS | KNOWN_GROUPS for size in range(1, len(shape) + 1)
)
"""What a number that does not begin its stretch, where no label can stand, may begin with."""


def find_numbers(text: str) -> Iterator[Hit]:
    """Every identity number, card and telephone number in `text`."""
    for stretch in stretches(text, _may_hold_one):
        yield from _read(stretch)


_TOKEN = re.compile(r"[0-9]+|[.+(]")
_LETTERS = {token: token for token in ".+("}
_ANY_DIGIT = dict.fromkeys(map(ord, "123456789"), "0")


def _may_hold_one(whole: str) -> bool:
    """Some of the digit groups of `whole` stand as people group numbers (labels aside)."""
    if len(whole) > _LONGEST_FORM:
        return _form_may_hold_one.__wrapped__(whole)
    return _form_may_hold_one(whole.translate(_ANY_DIGIT))


_LONGEST_FORM = 60
"""Longer forms hardly come twice, and are not remembered."""


@lru_cache(maxsize=4096)
def _form_may_hold_one(whole: str) -> bool:
    shape = "".join(
        [_LETTERS.get(token) or chr(48 + len(token)) for token in _TOKEN.findall(whole)]
    )
    return _shapes().search(shape) is not None


@cache
def _shapes() -> re.Pattern[str]:
    """Shapes as `_may_hold_one` writes them; shorter ones that begin another are enough."""
    known = {
        "".join(chr(48 + count) for count in shape)
        for shape in (_LONG_GROUPS | KNOWN_GROUPS) - {(count,) for count in range(7)}
        if sum(shape) >= 7
    }
    known |= {".".join(str(count) for count in shape) for shape in _DOTTED_GROUPS}
    known |= {".".join(str(c) for c in shape).replace(".", "", 1) for shape in _DOTTED_GROUPS}
    known |= {"+", "("}
    shortest = {k for k in known if not any(k != o and k.startswith(o) for o in known)}
    return re.compile("|".join(re.escape(k) for k in sorted(shortest)))


def _read(stretch: Stretch) -> Iterator[Hit]:
    free = 0
    sizes = tuple(map(len, stretch.groups))
    gaps = tuple(map(len, stretch.gaps))
    if len(sizes) > MOST_GROUPS:
        runs: Iterable[_Runs] = _runs(sizes, gaps)
    else:
        runs = _known_runs(sizes, gaps)
    if _after_plus(stretch):
        hit, last = international(stretch, 0)
        if hit is not None:
            yield _with_bracket(stretch, hit)
            free = last + 1
    for first, ends in runs:
        if first < free:
            continue
        best: Hit | None = None
        for last, shape in ends:
            digits = "".join(stretch.groups[first : last + 1])
            hit = _classify(stretch, first, last, digits, shape)
            if hit is not None and (best is None or _stronger(hit, best)):
                best, free = hit, last + 1
        if best is not None:
            yield _with_bracket(stretch, best)


def _after_plus(stretch: Stretch) -> bool:
    """A plus sign stands before the first group: no other can follow one."""
    text, start = stretch.text, stretch.starts[0]
    return start > 0 and (
        text[start - 1] in "+＋"
        or (start > 1 and text[start - 1] == "(" and text[start - 2] == "+")
    )


def _with_bracket(stretch: Stretch, hit: Hit) -> Hit:
    bracket = hit.start - 1
    if bracket >= 0 and stretch.text[bracket] == "(" and ")" in stretch.text[hit.start : hit.end]:
        return hit._replace(start=bracket)
    return hit


_Runs = tuple[int, tuple[tuple[int, tuple[int, ...]], ...]]
"""A first group, and each last group that it may make a number with, with the groups' sizes."""


@lru_cache(maxsize=4096)
def _known_runs(sizes: tuple[int, ...], gaps: tuple[int, ...]) -> tuple[_Runs, ...]:
    return tuple(_runs(sizes, gaps))


def _runs(sizes: tuple[int, ...], gaps: tuple[int, ...]) -> Iterator[_Runs]:
    """The runs of groups to look at, by their sizes alone: the same forms come again and again."""
    count, first = len(sizes), 0
    while first < count:
        if sizes[first] == 1:
            after = first + 1
            while after < count and sizes[after] == 1:
                after += 1
            if after - first > MOST_GROUPS:  # a row of figures, and no number
                first = after - 1
        ends = tuple(_ends(sizes, gaps, first))
        if ends:
            yield first, ends
        first += 1


def _ends(
    sizes: tuple[int, ...], gaps: tuple[int, ...], first: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    size = 0
    for last in range(first, min(len(sizes), first + MOST_GROUPS)):
        size += sizes[last]
        if size > 19 or (last > first and gaps[last - 1] > 3):
            break
        shape = sizes[first : last + 1]
        if first and shape not in _BEGINNINGS:
            break
        if size < 7 or (first and size < 15 and shape not in KNOWN_GROUPS):
            continue  # a label, which allows any grouping, can only stand before the first group
        yield last, shape


def _stronger(new: Hit, old: Hit) -> bool:
    order = {"resident_id": 3, "bank_card": 2, "mobile": 1}
    return order.get(new.kind, 0) >= order.get(old.kind, 0)


def _classify(
    stretch: Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    size = len(digits)
    start, end = stretch.starts[first], stretch.ends[last]
    if last > first and "." in stretch.gaps[first:last]:
        inner = stretch.gaps[first + (len(stretch.groups[first]) == 1) : last]
        if shape not in _DOTTED_GROUPS or set(inner) != {"."}:
            return None  # IPv4, versions, decimals
    if size >= 15:
        return _long_number(stretch, first, last, digits, shape)
    if size in (12, 13, 14):
        hit = prefixed_mobile(stretch, first, last, digits, shape)
        if hit is not None:
            return hit
        if (
            size in (13, 14)
            and card_issuer(digits)
            and stretch.one_gap(first, last)
            and mentioned(stretch.text, start, end, "bank_card")
            and not not_a_card(stretch.text, start)
            and stretch.free(first, last)
        ):
            return Hit("bank_card", start, end, digits)
        if size == 12 and card_issuer(digits) and stretch.label(first, "bank_card"):
            return Hit("bank_card", start, end, digits) if stretch.free(first, last) else None
    if size == 11 and digits[0] == "1" and is_cn_mobile(digits) and shape != (1, 3, 3, 4):
        return mobile(stretch, first, last, digits, shape)
    return telephone(stretch, first, last, digits, shape)


def _long_number(
    stretch: Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    size, text = len(digits), stretch.text
    start, end = stretch.starts[first], stretch.ends[last]
    if size == 15 and digits.startswith("0086"):
        return prefixed_mobile(stretch, first, last, digits, shape)
    if size == 17 and stretch.x_end and last == len(stretch.groups) - 1:
        end = stretch.x_end
        if is_resident_id(digits + "X") and open_right(text, end):
            return Hit("resident_id", start, end, digits + "X")
        return None
    if size == 18 and is_resident_id(digits) and stretch.one_gap(first, last):
        return Hit("resident_id", start, end, digits) if stretch.free(first, last) else None
    usual = len(shape) == 1 or set(shape[:-1]) in ({4}, {1}) or shape in _CARD_GROUPS
    if shape in _CARD_GROUPS and not stretch.alone(first, last):
        usual = False
    if first and not usual:
        return None  # only a label, which stands before the first group, allows other groupings
    issuer = card_issuer(digits)
    if issuer is not None and stretch.free(first, last) and stretch.one_gap(first, last):
        named = stretch.label(first, "bank_card")
        sure = size >= 16 or issuer in ("American Express", "JCB, early")
        if named or (
            usual
            and not not_a_card(text, start)
            and not (size == 18 and stretch.label(first, "resident_id"))
            and (sure or mentioned(text, start, end, "bank_card"))
        ):
            return Hit("bank_card", start, end, digits)
    old = size == 15 and len(shape) == 1 and is_old_resident_id(digits)
    if old and stretch.free(first, last) and mentioned(text, start, end, "resident_id"):
        return Hit("resident_id", start, end, digits)
    return None
