"""Telephone numbers in a stretch of digits: Chinese mobiles and landlines, E.164, US, UK."""

from __future__ import annotations

import re

from mingjian.detect.privacy.check.phone import (
    e164_country,
    is_cn_landline,
    is_cn_mobile,
    is_nanp,
    is_uk_national,
)
from mingjian.detect.privacy.context import mentioned, not_a_card, of_business
from mingjian.detect.privacy.digits import Stretch, open_right
from mingjian.detect.privacy.groupings import (
    CN_LANDLINE_GROUPS,
    MOBILE_GROUPS,
    MOST_GROUPS,
    UK_GROUPS,
    UNLABELLED,
)
from mingjian.detect.privacy.hit import Hit

_UK_SERVICE = ("0800", "0808", "0843", "0844", "0845", "087", "09")
_AMOUNT = re.compile(
    r"[ ]?(?:元|万|亿|美元|块|%|％|px|ms|次|个|人|字节|bytes|MB|KB|GB|kg|km|USD|RMB|CNY)"
)


def prefixed_mobile(
    stretch: Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    """A mobile behind 86, 0086 or a trunk 0."""
    for prefix in ("0086", "086", "86", "0"):
        if digits.startswith(prefix) and is_cn_mobile(digits[len(prefix) :]):
            if prefix == "0" and not stretch.label(first, "phone"):
                return None
            if len(shape) > 1 and len(stretch.groups[first]) == len(prefix):
                shape = shape[1:]
            elif len(shape) > 1:
                shape = (shape[0] - len(prefix), *shape[1:])
            else:
                shape = (11,)
            return mobile(stretch, first, last, digits[len(prefix) :], shape)
    return None


def mobile(
    stretch: Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    """Eleven `digits` of a mobile: labelled, or grouped as mobiles are and no amount or order."""
    text, start, end = stretch.text, stretch.starts[first], stretch.ends[last]
    if not stretch.free(first, last) or len(set(digits)) < 2:
        return None
    usual = (
        shape in MOBILE_GROUPS
        and _AMOUNT.match(text, end) is None
        and (len(shape) == 1 or shape == (3, 4, 4) or stretch.alone(first, last))
        and (not not_a_card(text, start) or mentioned(text, start, end, "phone", 12))
    )
    return Hit("mobile", start, end, digits) if usual or stretch.label(first, "phone") else None


def telephone(
    stretch: Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    """Landlines of mainland China, North American and UK numbers, and labelled others."""
    text, start, end, size = stretch.text, stretch.starts[first], stretch.ends[last], len(digits)
    gaps = stretch.gaps[first:last]
    if stretch.unlabelled and shape not in UNLABELLED and not digits.startswith("86"):
        return None
    if size > 14 or (not stretch.free(first, last) and not _extension(stretch, last)):
        return None
    bare = digits[2:] if digits.startswith("86") and size >= 11 else digits
    if bare is not digits:
        bare = "0" + bare.lstrip("0")
    if is_cn_landline(bare) and _written_as_landline(stretch, first, shape, bare is not digits):
        return _contact("landline", text, start, end, bare)
    if len(shape) > 1 and not stretch.alone(first, last) and " " in "".join(gaps):
        return None
    if is_nanp(digits) and shape == (3, 3, 4):
        hyphened = all(gap.strip() in ("-", ".", ")", ") -", ")-") for gap in gaps)
        if (hyphened and gaps[0] and gaps[1]) or stretch.label(first, "phone"):
            return _contact("phone", text, start, end, digits)
    if size == 11 and digits[0] == "1" and shape == (1, 3, 3, 4):
        if is_nanp(digits[1:]):
            return _contact("phone", text, start, end, digits)
        return Hit("business_contact", start, end, digits) if digits[1] == "8" else None
    as_uk = is_uk_national(digits) and shape in UK_GROUPS and set(gaps) <= {" ", ") ", "-"}
    if as_uk and gaps and (stretch.label(first, "phone") or " " in "".join(gaps)):
        return _contact("phone", text, start, end, digits)
    if 7 <= size <= 14 and stretch.label(first, "phone"):
        if size in (7, 8) and len(shape) == 1 and not text.isascii():
            if digits[0] in "2345678":
                return _contact("landline", text, start, end, digits)
            return None
        if _is_clock(shape, digits):
            return None
        if not (size == 11 and digits[0] == "1" and len(shape) == 1):
            return _contact("phone", text, start, end, digits)
    return None


def _written_as_landline(
    stretch: Stretch, first: int, shape: tuple[int, ...], prefixed: bool
) -> bool:
    """Grouped as Chinese landlines are; in one piece, or in a text without Chinese, less is so."""
    if stretch.text.isascii() and stretch.groups[first][:2] in ("07", "08", "09"):
        return False
    run = (first, first + len(shape) - 1)
    if (prefixed and len(shape) > 1) or shape in CN_LANDLINE_GROUPS:
        spaces = any(gap == " " for gap in stretch.gaps[run[0] : run[1]])
        if spaces and not stretch.alone(*run) and not stretch.label(first, "phone"):
            return False
        return all(len(gap) <= 2 for gap in stretch.gaps[first : first + len(shape) - 1])
    return stretch.label(first, "phone") and (len(shape) == 1 or shape == (4, 3, 4))


def _extension(stretch: Stretch, last: int) -> bool:
    """What follows is a short extension: 010-62345678-801."""
    return (
        last + 1 < len(stretch.groups)
        and stretch.gaps[last] in ("-", " - ", "–", "—")
        and 1 <= len(stretch.groups[last + 1]) <= 5
    )


def _is_clock(shape: tuple[int, ...], digits: str) -> bool:
    return shape[:3] == (4, 2, 2) and digits[:2] in ("19", "20")


def _contact(kind: str, text: str, start: int, end: int, digits: str) -> Hit:
    """A telephone number, set apart where it is an organisation's."""
    served = digits.startswith(("400", "800")) and len(digits) == 10
    premium = len(digits) == 11 and digits.startswith(_UK_SERVICE) and kind == "phone"
    if served or premium or of_business(text, start, end):
        kind = "business_contact"
    return Hit(kind, start, end, digits)


def international(stretch: Stretch, first: int) -> tuple[Hit | None, int]:
    """A number after a plus sign: the longest run of groups with a plausible national length."""
    groups = stretch.groups
    digits, best, value = "", None, ""
    for last in range(first, min(len(groups), first + MOST_GROUPS)):
        if last > first and len(stretch.gaps[last - 1]) > 2:
            break
        if last > first and groups[last] == "0" and "(" in stretch.gaps[last - 1]:
            continue
        digits += groups[last]
        if len(digits) > 15:
            break
        if len(digits) >= 8 and e164_country(digits):
            best, value = last, digits
    if best is None:
        return None, first
    text, end = stretch.text, stretch.ends[best]
    start = stretch.starts[first] - 1
    if start and text[start] == "(":
        start -= 1
    if not open_right(text, end) or (
        start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()
    ):
        return None, first
    national = value[2:].removeprefix("0")
    if value.startswith("86"):
        if is_cn_mobile(national):
            return Hit("mobile", start, end, national), best
        if is_cn_landline("0" + national):
            return _contact("landline", text, start, end, "0" + national), best
        return None, first
    if value[0] == "1" and not is_nanp(value[1:]):
        return None, first
    return _contact("phone", text, start, end, value), best
