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
    Run,
)
from mingjian.detect.privacy.hit import Hit

_UK_SERVICE = ("0800", "0808", "0843", "0844", "0845", "087", "09")
UNITS = (
    *("元", "万", "亿", "美元", "块", "%", "％", "px", "ms", "次", "个", "人", "字节", "bytes"),
    *("MB", "KB", "GB", "kg", "km", "USD", "RMB", "CNY"),
)
"""What follows an amount."""
_AMOUNT = re.compile(f"[ ]?(?:{'|'.join(UNITS)})")


def prefixed_mobile(stretch: Stretch, run: Run, digits: str) -> Hit | None:
    """A mobile behind 86, 0086 or a trunk 0."""
    if digits[0] not in "08":
        return None
    for prefix in ("0086", "086", "86", "0"):
        if digits.startswith(prefix) and is_cn_mobile(digits[len(prefix) :]):
            if prefix == "0" and not stretch.label(run, "phone"):
                return None
            first, *others = run.shape
            first -= len(prefix)
            shape = (first, *others) if first else tuple(others)
            return mobile(stretch, run, digits[len(prefix) :], shape)
    return None


def mobile(stretch: Stretch, run: Run, digits: str, shape: tuple[int, ...]) -> Hit | None:
    """Eleven `digits` of a mobile: labelled, or grouped as mobiles are and no amount or order."""
    if not stretch.free(run) or digits == digits[0] * 11:
        return None
    text, (start, end) = stretch.text, stretch.span(run)
    usual = (
        shape in MOBILE_GROUPS
        and _AMOUNT.match(text, end) is None
        and (len(shape) == 1 or shape == (3, 4, 4) or run.alone)
        and (not not_a_card(text, start) or mentioned(text, start, end, "phone", 12))
    )
    return Hit("mobile", start, end, digits) if usual or stretch.label(run, "phone") else None


def telephone(stretch: Stretch, run: Run, digits: str) -> Hit | None:
    """Landlines of mainland China, North American and UK numbers, and labelled others."""
    size, shape, gaps = run.size, run.shape, run.gaps
    if stretch.unlabelled and shape not in UNLABELLED and not digits.startswith("86"):
        return None
    if not stretch.free(run) and not run.extended:
        return None
    text, (start, end) = stretch.text, stretch.span(run)
    bare = digits[2:] if digits.startswith("86") and size >= 11 else digits
    if bare is not digits:
        bare = "0" + bare.lstrip("0")
    if is_cn_landline(bare) and _written_as_landline(stretch, run, digits, bare):
        return _contact("landline", text, start, end, bare)
    if len(shape) > 1 and run.spaced and not run.alone:
        return None
    if is_nanp(digits) and shape == (3, 3, 4):
        hyphened = all(gap.strip() in ("-", ".", ")", ") -", ")-") for gap in gaps)
        if (hyphened and gaps[0] and gaps[1]) or stretch.label(run, "phone"):
            return _contact("phone", text, start, end, digits)
    if size == 11 and digits[0] == "1" and shape == (1, 3, 3, 4):
        if is_nanp(digits[1:]):
            return _contact("phone", text, start, end, digits)
        return Hit("business_contact", start, end, digits) if digits[1] == "8" else None
    as_uk = is_uk_national(digits) and shape in UK_GROUPS and set(gaps) <= {" ", ") ", "-"}
    if as_uk and gaps and (run.spaced or stretch.label(run, "phone")):
        return _contact("phone", text, start, end, digits)
    if stretch.label(run, "phone"):
        if size in (7, 8) and len(shape) == 1 and not text.isascii():
            if digits[0] in "2345678":
                return _contact("landline", text, start, end, digits)
            return None
        if _is_clock(shape, digits):
            return None
        if not (size == 11 and digits[0] == "1" and len(shape) == 1):
            return _contact("phone", text, start, end, digits)
    return None


def _written_as_landline(stretch: Stretch, run: Run, digits: str, bare: str) -> bool:
    """Grouped as Chinese landlines are; in one piece, or in a text without Chinese, less is so."""
    shape = run.shape
    if digits.startswith(("07", "08", "09")) and shape[0] > 1 and stretch.text.isascii():
        return False
    if (bare is not digits and len(shape) > 1) or shape in CN_LANDLINE_GROUPS:
        if " " in run.gaps and not run.alone and not stretch.label(run, "phone"):
            return False
        return all(len(gap) <= 2 for gap in run.gaps)
    return stretch.label(run, "phone") and (len(shape) == 1 or shape == (4, 3, 4))


def _is_clock(shape: tuple[int, ...], digits: str) -> bool:
    return shape[:3] == (4, 2, 2) and digits[:2] in ("19", "20")


def _contact(kind: str, text: str, start: int, end: int, digits: str) -> Hit:
    """A telephone number, set apart where it is an organisation's."""
    served = digits.startswith(("400", "800")) and len(digits) == 10
    premium = len(digits) == 11 and digits.startswith(_UK_SERVICE) and kind == "phone"
    if served or premium or of_business(text, start, end):
        kind = "business_contact"
    return Hit(kind, start, end, digits)


def international(stretch: Stretch) -> tuple[Hit | None, int]:
    """A number after a plus sign: the longest run of groups with a plausible national length.

    And which group is its last.
    """
    gaps = stretch.form.gaps
    digits, best, value = "", None, ""
    for last, group in enumerate(stretch.groups()[:MOST_GROUPS]):
        if last and len(gaps[last - 1]) > 2:
            break
        if last and group == "0" and "(" in gaps[last - 1]:
            continue
        digits += group
        if len(digits) > 15:
            break
        if len(digits) >= 8 and e164_country(digits):
            best, value = last, digits
    if best is None:
        return None, 0
    text, end = stretch.text, stretch.start + stretch.form.ends[best]
    start = stretch.start - 1
    if start and text[start] == "(":
        start -= 1
    if not open_right(text, end) or (
        start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()
    ):
        return None, 0
    national = value[2:].removeprefix("0")
    if value.startswith("86"):
        if is_cn_mobile(national):
            return Hit("mobile", start, end, national), best
        if is_cn_landline("0" + national):
            return _contact("landline", text, start, end, "0" + national), best
        return None, 0
    if value[0] == "1" and not is_nanp(value[1:]):
        return None, 0
    return _contact("phone", text, start, end, value), best
