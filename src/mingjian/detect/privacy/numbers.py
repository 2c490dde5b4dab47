"""Numbers made of digits: identity numbers, cards and telephones, however they are spaced.

One regular expression finds stretches of digits and separators; each stretch is cut into
digit groups, and runs of neighbouring groups are tried as numbers. A run must use groupings
people write (138 0013 8000; 6222 0212 3456 7890 123), unless its label or its check digits
speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.privacy.check.bank_card import card_issuer
from mingjian.detect.privacy.check.phone import (
    e164_country,
    is_cn_landline,
    is_cn_mobile,
    is_nanp,
    is_uk_national,
)
from mingjian.detect.privacy.check.resident_id import is_old_resident_id, is_resident_id
from mingjian.detect.privacy.context import labelled, mentioned, not_a_card, of_business
from mingjian.detect.privacy.hit import Hit

_STRETCH = re.compile(r"[0-9][0-9 \-.()\u00a0\u2009\u3000·•–—（）]{4,}[0-9][0-9 \-.]*[Xx]?")
_GROUP = re.compile(r"[0-9]+")
_MOST_GROUPS = 20
_MOBILE_GROUPS = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 4, 3), (5, 6), (3, 3, 3, 2), (1,) * 11}
)
_UK_GROUPS = frozenset({(5, 6), (3, 4, 4), (4, 3, 4), (5, 3, 3), (4, 7), (5, 5), (3, 8), (4, 6)})
_CARD_GROUPS = frozenset({(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (8, 8), (4, 4, 5), (3, 4, 4, 4)})
_LANDLINE_GROUPS = frozenset(
    {
        (3, 8),
        (4, 7),
        (4, 8),
        (3, 4, 4),
        (4, 4, 4),
        (4, 3, 4),
        (2, 3, 8),
        (2, 2, 8),
        (2, 3, 7),
        (12,),
    }
)
_KNOWN_GROUPS = (
    _MOBILE_GROUPS
    | _UK_GROUPS
    | _LANDLINE_GROUPS
    | {(2, *shape) for shape in _MOBILE_GROUPS}
    | {(3, 3, 4), (1, 3, 3, 4), (13,), (14,), (10,)}
)
_DOTTED_GROUPS = frozenset({(3, 4, 4), (3, 3, 4), (1, 3, 3, 4), (2, 2, 2, 2, 2)})
_CN_LANDLINE_GROUPS = frozenset({(3, 8), (4, 7), (4, 8), (3, 4, 4), (4, 4, 4)})
_UK_SERVICE = ("0800", "0808", "0843", "0844", "0845", "087", "09")
_ADDRESS_OR_DATE = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}[ \-.]*|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?: [0-9]{2})?"
)
"""Stretches that are common in logs and never a number of a person: IPv4 and dates."""
_MONEY = "$¥￥€£"
_AMOUNT = re.compile(r"[ ]?(?:元|万|亿|美元|块|%|％|px|ms|MB|KB|GB|kg|km|USD|RMB|CNY)")


class _Stretch:
    """One stretch of the text, cut into digit groups."""

    __slots__ = ("_labels", "ends", "gaps", "groups", "starts", "tail", "text", "x_end")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.groups: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _GROUP.finditer(text, start, end):
            self.groups.append(match[0])
            self.starts.append(match.start())
            self.ends.append(match.end())
        self.gaps = [text[a:b] for a, b in zip(self.ends, self.starts[1:], strict=False)]
        self.x_end = end if text[end - 1] in "Xx" else 0
        self._labels: dict[str, bool] = {}

    def label(self, first: int, kind: str) -> bool:
        """A label of `kind` stands before group `first`, or one of telephones behind the last."""
        if first:
            return False
        if kind == "phone" and _LABEL_AFTER.match(self.text, self.ends[-1]):
            return True
        known = self._labels.get(kind)
        if known is None:
            known = self._labels[kind] = labelled(self.text, self.starts[0], kind)
        return known

    def free(self, first: int, last: int) -> bool:
        """The run is not the inside of a longer number or word."""
        text = self.text
        if first:
            gap = self.gaps[first - 1]
            if gap in ("-", ".", "–", "—", "·") and len(self.groups[first - 1]) != 11:
                return False
        elif not _open_left(text, self.starts[0]):
            return False
        if last + 1 < len(self.groups):
            gap = self.gaps[last]
            return gap not in (".", "–", "·") and (gap != "-" or len(self.groups[last + 1]) >= 11)
        end = self.ends[last]
        return _open_right(text, end)


def _open_left(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before.isascii() and (before.isalnum() or before == "_"):
        return _LETTER_LABEL.search(text, max(0, start - 12), start) is not None
    if before in "-./" and start > 1:
        far = text[start - 2]
        if before == "/":
            return True
        return not (far.isascii() and far.isalnum())
    return before not in _MONEY


_LETTER_LABEL = re.compile(
    r"(?<![A-Za-z])(?:tel|phone|mobile|cell|fax|id|card|cc|no|sfz|ph|account|acc|ssn)\Z",
    re.IGNORECASE,
)


def _open_right(text: str, end: int) -> bool:
    if end >= len(text):
        return True
    after = text[end]
    if after.isascii() and (after.isalnum() or after in "_-"):
        return _EXTENSION.match(text, end) is not None or (
            after == "-"
            and not (text[end + 1 : end + 2].isascii() and text[end + 1 : end + 2].isalnum())
        )
    return True


_EXTENSION = re.compile(
    r" ?-?(?:x|ext\.? ?)[0-9]{1,6}(?![0-9A-Za-z])|-(?:office|fax|mobile|home|work|cell)\b",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(
    r"[ -]?[(\[]?(?:office|fax|mobile|home|work|cell|手机|座机|办公|家)\b", re.IGNORECASE
)


def find_numbers(text: str) -> Iterator[Hit]:
    """Every identity number, card and telephone number in `text`."""
    for match in _STRETCH.finditer(text):
        if _ADDRESS_OR_DATE.fullmatch(match[0]) is not None:
            continue
        yield from _read(_Stretch(text, match.start(), match.end()))


def _read(stretch: _Stretch) -> Iterator[Hit]:
    first, count = 0, len(stretch.groups)
    while first < count:
        hit, last = _number_at(stretch, first)
        if hit is None:
            first += 1
        else:
            bracket = hit.start - 1
            if (
                bracket >= 0
                and stretch.text[bracket] == "("
                and ")" in stretch.text[hit.start : hit.end]
            ):
                hit = hit._replace(start=bracket)
            yield hit
            first = last + 1


def _number_at(stretch: _Stretch, first: int) -> tuple[Hit | None, int]:
    """The number that begins at group `first`, and its last group."""
    text, groups = stretch.text, stretch.groups
    start = stretch.starts[first]
    plus = start > 0 and text[start - 1] in "+＋"
    if not plus and start > 1 and text[start - 1] == "(" and text[start - 2] == "+":
        plus = True
    if plus:
        hit, last = _international(stretch, first)
        if hit is not None:
            return hit, last
    digits = ""
    shape: tuple[int, ...] = ()
    best: tuple[Hit | None, int] = (None, first)
    for last in range(first, min(len(groups), first + _MOST_GROUPS)):
        if last > first and len(stretch.gaps[last - 1]) > 3:
            break
        digits += groups[last]
        size = len(digits)
        if size > 19:
            break
        shape = (*shape, len(groups[last]))
        if size < 7 or (first and size < 15 and shape not in _KNOWN_GROUPS):
            continue  # a label, which allows any grouping, can only stand before the first group
        hit = _classify(stretch, first, last, digits, shape)
        if hit is not None and (best[0] is None or _stronger(hit, best[0])):
            best = (hit, last)
    return best


def _stronger(new: Hit, old: Hit) -> bool:
    order = {"resident_id": 3, "bank_card": 2, "mobile": 1}
    return order.get(new.kind, 0) >= order.get(old.kind, 0)


def _classify(
    stretch: _Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    size = len(digits)
    start, end = stretch.starts[first], stretch.ends[last]
    if last > first and "." in stretch.gaps[first:last] and shape not in _DOTTED_GROUPS:
        return None  # IPv4, versions, decimals
    if size >= 15:
        return _long_number(stretch, first, last, digits, shape)
    if size in (12, 13, 14):
        hit = _prefixed_mobile(stretch, first, last, digits, shape)
        if hit is not None:
            return hit
        if (
            size in (13, 14)
            and card_issuer(digits)
            and _one_gap(stretch, first, last)
            and mentioned(stretch.text, start, end, "bank_card")
            and not not_a_card(stretch.text, start)
            and stretch.free(first, last)
        ):
            return Hit("bank_card", start, end, digits)
        if size == 12 and card_issuer(digits) and stretch.label(first, "bank_card"):
            return Hit("bank_card", start, end, digits) if stretch.free(first, last) else None
    if size == 11 and digits[0] == "1" and is_cn_mobile(digits) and shape != (1, 3, 3, 4):
        return _mobile(stretch, first, last, digits, shape)
    return _telephone(stretch, first, last, digits, shape)


def _long_number(
    stretch: _Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    size, text = len(digits), stretch.text
    start, end = stretch.starts[first], stretch.ends[last]
    if size == 15 and digits.startswith("0086"):
        return _prefixed_mobile(stretch, first, last, digits, shape)
    if size == 17 and stretch.x_end and last == len(stretch.groups) - 1:
        end = stretch.x_end
        if is_resident_id(digits + "X") and _open_right(text, end):
            return Hit("resident_id", start, end, digits + "X")
        return None
    if size == 18 and is_resident_id(digits) and _one_gap(stretch, first, last):
        return Hit("resident_id", start, end, digits) if stretch.free(first, last) else None
    usual = len(shape) == 1 or set(shape[:-1]) in ({4}, {1}) or shape in _CARD_GROUPS
    if first and not usual:
        return None  # only a label, which stands before the first group, allows other groupings
    issuer = card_issuer(digits)
    if issuer is not None and stretch.free(first, last) and _one_gap(stretch, first, last):
        named = stretch.label(first, "bank_card")
        sure = size >= 16 or issuer in ("American Express", "JCB, early")
        if named or (
            usual
            and not not_a_card(text, start)
            and not (size == 18 and stretch.label(first, "resident_id"))
            and (sure or mentioned(text, start, end, "bank_card"))
        ):
            return Hit("bank_card", start, end, digits)
    if size == 15 and is_old_resident_id(digits) and stretch.free(first, last):
        if len(shape) == 1 and mentioned(text, start, end, "resident_id"):
            return Hit("resident_id", start, end, digits)
    return None


def _one_gap(stretch: _Stretch, first: int, last: int) -> bool:
    return len(set(stretch.gaps[first:last])) <= 1


def _prefixed_mobile(
    stretch: _Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
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
            return _mobile(stretch, first, last, digits[len(prefix) :], shape)
    return None


def _mobile(
    stretch: _Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    text, start, end = stretch.text, stretch.starts[first], stretch.ends[last]
    if not stretch.free(first, last) or len(set(digits)) < 2:
        return None
    named = stretch.label(first, "phone")
    if not named:
        if shape not in _MOBILE_GROUPS or _AMOUNT.match(text, end):
            return None
        if not_a_card(text, start) and not mentioned(text, start, end, "phone", 12):
            return None
    return Hit("mobile", start, end, digits)


def _telephone(
    stretch: _Stretch, first: int, last: int, digits: str, shape: tuple[int, ...]
) -> Hit | None:
    """Landlines of mainland China, North American and UK numbers, and labelled others."""
    text, start, end, size = stretch.text, stretch.starts[first], stretch.ends[last], len(digits)
    gaps = stretch.gaps[first:last]
    if size > 14 or (not stretch.free(first, last) and not _extension(stretch, last)):
        return None
    bare = digits[2:] if digits.startswith("86") and size >= 11 else digits
    if bare is not digits:
        bare = "0" + bare.lstrip("0")
    if is_cn_landline(bare) and _written_as_landline(stretch, first, shape, bare is not digits):
        return _contact("landline", text, start, end, bare)
    if is_nanp(digits) and shape == (3, 3, 4):
        hyphened = all(gap.strip() in ("-", ".", ")", ") -", ")-") for gap in gaps)
        if (hyphened and gaps[0] and gaps[1]) or stretch.label(first, "phone"):
            return _contact("phone", text, start, end, digits)
    if size == 11 and digits[0] == "1" and shape == (1, 3, 3, 4):
        if is_nanp(digits[1:]):
            return _contact("phone", text, start, end, digits)
        return Hit("business_contact", start, end, digits) if digits[1] == "8" else None
    if is_uk_national(digits) and shape in _UK_GROUPS and gaps and set(gaps) <= {" ", ") ", "-"}:
        if stretch.label(first, "phone") or " " in "".join(gaps):
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
    stretch: _Stretch, first: int, shape: tuple[int, ...], prefixed: bool
) -> bool:
    """Grouped as Chinese landlines are; in one piece, or in a text without Chinese, less is so."""
    if stretch.text.isascii() and stretch.groups[first][:2] in ("07", "08", "09"):
        return False
    if prefixed or shape in _CN_LANDLINE_GROUPS:
        return all(len(gap) <= 2 for gap in stretch.gaps[first : first + len(shape) - 1])
    return stretch.label(first, "phone") and (len(shape) == 1 or shape == (4, 3, 4))


def _extension(stretch: _Stretch, last: int) -> bool:
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


def _international(stretch: _Stretch, first: int) -> tuple[Hit | None, int]:
    """A number after a plus sign: the longest run of groups with a plausible national length."""
    groups = stretch.groups
    digits, best, value = "", None, ""
    for last in range(first, min(len(groups), first + _MOST_GROUPS)):
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
    if not _open_right(text, end) or (
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
