"""Numbers made of digits: identity numbers, cards and telephones, however they are spaced.

Runs of neighbouring digit groups are tried as numbers. A run must use groupings people write
(138 0013 8000; 6222 0212 3456 7890 123), unless its label or its check digits speak for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.detect.privacy.check.bank_card import card_issuer
from mingjian.detect.privacy.check.phone import is_cn_mobile
from mingjian.detect.privacy.check.resident_id import is_old_resident_id, is_resident_id
from mingjian.detect.privacy.context import mentioned, not_a_card
from mingjian.detect.privacy.digits import Stretch, open_right, stretches
from mingjian.detect.privacy.groupings import CARD_GROUPS, DOTTED_GROUPS
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.telephones import (
    international,
    mobile,
    prefixed_mobile,
    telephone,
)


def find_numbers(text: str) -> list[Hit]:
    """Every identity number, card and telephone number in `text`."""
    hits: list[Hit] = []
    for stretch in stretches(text):
        found = _lone(stretch) if stretch.lone else _read(stretch)
        hits += [_with_bracket(stretch, hit) for hit in found]
    return hits


def _lone(stretch: Stretch) -> list[Hit]:
    """The number that the only group of digits is."""
    digits = stretch.groups[0]
    hit = international(stretch, 0)[0] if _after_plus(stretch) else None
    if hit is None:
        hit = _classify(stretch, 0, 0, digits, (len(digits),))
    return [] if hit is None else [hit]


def _read(stretch: Stretch) -> Iterator[Hit]:
    free = 0
    if _after_plus(stretch):
        hit, last = international(stretch, 0)
        if hit is not None:
            yield hit
            free = last + 1
    for first, ends in stretch.runs:
        if first < free:
            continue
        best: Hit | None = None
        for last, shape in ends:
            digits = "".join(stretch.groups[first : last + 1])
            hit = _classify(stretch, first, last, digits, shape)
            if hit is not None and (best is None or _stronger(hit, best)):
                best, free = hit, last + 1
        if best is not None:
            yield best


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
        if shape not in DOTTED_GROUPS or set(inner) != {"."}:
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
    usual = len(shape) == 1 or set(shape[:-1]) in ({4}, {1}) or shape in CARD_GROUPS
    if shape in CARD_GROUPS and not stretch.alone(first, last):
        usual = False
    if first and not usual:
        return None  # only a label, which stands before the first group, allows other groupings
    issuer = card_issuer(digits)
    if issuer is not None and stretch.free(first, last) and stretch.one_gap(first, last):
        sure = size >= 16 or issuer in ("American Express", "JCB, early")
        if (
            usual
            and not not_a_card(text, start)
            and not (size == 18 and stretch.label(first, "resident_id"))
            and (sure or mentioned(text, start, end, "bank_card"))
        ) or stretch.label(first, "bank_card"):
            return Hit("bank_card", start, end, digits)
    old = size == 15 and len(shape) == 1 and is_old_resident_id(digits)
    if old and stretch.free(first, last) and mentioned(text, start, end, "resident_id"):
        return Hit("resident_id", start, end, digits)
    return None
