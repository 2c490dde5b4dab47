"""Codes of letters and digits: plates, passports and permits, IBAN, credit codes, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.privacy.check.credit_code import is_credit_code
from mingjian.detect.privacy.check.iban import iban_length, is_iban
from mingjian.detect.privacy.check.plate import PLATE_PROVINCES, is_plate
from mingjian.detect.privacy.check.resident_id import is_resident_id
from mingjian.detect.privacy.context import begun_before, not_a_card
from mingjian.detect.privacy.digit_groups import DigitGate
from mingjian.detect.privacy.gates import LONG, Beginnings, matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import labels, one_of
from mingjian.detect.privacy.openings import Opening

_PLATE = re.compile(
    rf"[{PLATE_PROVINCES}][ ]?[A-HJ-Za-hj-z][ \-·•.・]?[ ]?"
    r"(?:[0-9A-HJ-NP-Za-hj-np-z]{5}[0-9A-HJ-NP-Za-hj-np-z挂学警港澳领使试超]?"
    r"|[0-9A-HJ-NP-Za-hj-np-z]{4}[挂学警港澳领使试超])"
    r"(?![0-9A-Za-z])"
)
_PLATE_GATE = Opening(lambda: (f"[{PLATE_PROVINCES}]", "[ A-HJ-Za-hj-z]"))
_PLATE_SEPARATORS = dict.fromkeys(map(ord, " -·•.・"))
_COUNTRY = re.compile(r"[0-9](?<=[A-Za-z]{2}.)(?<![A-Za-z0-9].{3})[0-9](?=[A-Za-z0-9 \-]{11})")
_IN_IBAN = "[A-Za-z0-9 \\-]"
_COUNTRY_GATE = DigitGate(
    2,
    *((-1, "[A-Za-z]"), (-2, "[A-Za-z]"), (-3, "[^A-Za-z0-9]")),
    *((2, _IN_IBAN), (12, _IN_IBAN), (7, _IN_IBAN)),
)
_IBANS = (
    re.compile(r"[0-9](?<=[A-Z]{2}.)[0-9](?:[ \-]?[A-Z0-9]){11,30}"),
    re.compile(r"[0-9](?<=[a-z]{2}.)[0-9][a-z0-9]{11,30}"),
)
_CREDIT_CODE = re.compile(
    r"[1-9ANY](?<![A-Za-z0-9].)(?!(?<=[0-9])[0-9]{17})[1-9A][0-9]{6}"
    r"[0-9A-HJ-NP-RTUW-Ya-hj-np-rtuw-y]{10}(?![A-Za-z0-9])"
)
_CREDIT_GATE = DigitGate(
    6,
    *((-1, "[^A-Za-z0-9]"), (18, "[^A-Za-z0-9]"), (0, "[1-9ANY]"), (1, "[1-9A]"), (7, "[0-9]")),
    (range(18), "[A-Za-z]"),
    before=(0, 1, 2),
)
_SIX_DIGITS = re.compile("[0-9]{6}")
"""Every credit code has the digits of a region."""
_EIGHTEEN = re.compile("[1-9](?<![A-Za-z0-9].)[0-9]{17}(?![A-Za-z0-9])")
_CREDIT_LABEL = re.compile("信用代码|税号|纳税人识别号|机构代码|[Cc]redit [Cc]ode|USCC")
_CREDIT_REACH = 24
"""Characters before eighteen digits in which that label stands."""


class _LabelledGate(DigitGate):
    """Eighteen digits behind what may be the label of a credit code."""

    _labels = Beginnings(("信用代码", "税号", "纳税人", "机构代码", "credit", "uscc"))

    def places(self, text: str) -> list[int]:
        import numpy as np

        places = np.array(super().places(text), np.int64)
        labelled = begun_before(self._labels, text, places, _CREDIT_REACH)
        found: list[int] = places[labelled].tolist()
        return found


_EIGHTEEN_GATE = _LabelledGate(18, (-1, "[^A-Za-z0-9]"), (18, "[^A-Za-z0-9]"))


def _any(kind: str) -> str:
    return one_of(labels(kind))


_SPLIT = (
    r"[\"'”]?[ \t]*+(?:[（(][^()（）\n]{0,10}[)）][ \t]*+)?"
    r"(?:(?:[:：=#|,，]|是|为|\bis\b)[ \t]*+)?(?:[\"'“][ \t]*+)?"
)
_LABELLED = re.compile(
    rf"(?P<passport>{_any('passport')}){_SPLIT}(?P<passport_value>(?<![A-Za-z])[A-Za-z]{{0,2}}[ "
    rf"]?[0-9]{{6,9}}[A-Za-z]?)(?![A-Za-z0-9])"
    rf"|"
    rf"(?P<permit>{_any('permit')}){_SPLIT}(?P<permit_value>[A-Za-z]{{0,2}}[0-9]{{8,10}})(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z])(?P<ssn>{_any('ssn')}){_SPLIT}(?P<ssn_value>[0-9]{{3}}[- ]?[0-9]{{2}}[- "
    rf"]?[0-9]{{4}})(?![0-9A-Za-z])"
    rf"|"
    rf"(?<![A-Za-z])(?P<account>{_any('account')}){_SPLIT}(?P<account_value>[0-9]{{5,11}}(?![0-9])|"
    rf"[A-Za-z][A-Za-z0-9_-]{{5,19}}(?![A-Za-z0-9]))"
    rf"|(?<![A-Za-z_])(?P<credential>{_any('credential')}){_SPLIT}(?P<credential_value>(?=[^\s,，"
    rf"。;；]{{0,30}}[0-9])[^\s,，。;；\"'<>&*（）()]{{6,32}})",
    re.IGNORECASE,
)
_TRIGGERS = (
    *("护照", "通行证", "台胞证", "回乡证", "微信", "支付宝", "密码", "口令", "社会安全号"),
    *("qq", "passport", "passw", "travel", "ssn", "social", "wechat", "wxid", "alipay", "pwd"),
)
"""What the labels begin with, in lower case."""
_LABELS_BEGIN = Beginnings(_TRIGGERS)
_SSN_SHAPE = re.compile(
    r"[0-9](?<=[0-9]{3}-.)(?<![0-9A-Za-z.\-/][0-9]{3}-.)[0-9]-[0-9]{4}(?![0-9A-Za-z\-/])"
)
_SSN_GATE = DigitGate(2, (-1, "-"), (2, "-"), (-5, "[^0-9A-Za-z.\\-/]"), (7, "[^0-9A-Za-z\\-/]"))
_APART = re.compile("[:：=是为]|\\bis\\b")


def find_codes(text: str) -> Iterator[Hit]:
    """Codes that hold letters, and numbers that only their label makes personal."""
    if not text.isascii():
        for match in matches(_PLATE, text, _PLATE_GATE):
            bare = match[0].translate(_PLATE_SEPARATORS).upper()
            if is_plate(bare):
                yield Hit("plate", match.start(), match.end(), bare)
    yield from _ibans(text)
    if _SIX_DIGITS.search(text) is not None:
        yield from _credit_codes(text)
    if text.count("-") > 1:
        for match in matches(_SSN_SHAPE, text, _SSN_GATE):
            start, end = match.start() - 4, match.end()
            if _is_ssn(text[start:end]) and not not_a_card(text, start):
                yield Hit("ssn", start, end, text[start:end].replace("-", ""))
    if "İ" not in text:  # whose small letter is two characters
        yield from _labelled(text)


def _credit_codes(text: str) -> Iterator[Hit]:
    for match in matches(_CREDIT_CODE, text, _CREDIT_GATE):
        yield from _credit_code(match)
    for match in matches(_EIGHTEEN, text, _EIGHTEEN_GATE):
        start = match.start()
        # Eighteen digits alone pass the check one time in 31.
        if _CREDIT_LABEL.search(text, max(0, start - _CREDIT_REACH), start):
            yield from _credit_code(match)


def _credit_code(match: re.Match[str]) -> Iterator[Hit]:
    code = match[0].upper()
    if is_credit_code(code) and not (code[:17].isdecimal() and is_resident_id(code)):
        yield Hit("organisation_code", match.start(), match.end(), code)


def _ibans(text: str) -> Iterator[Hit]:
    free = [0, 0]
    for check in matches(_COUNTRY, text, _COUNTRY_GATE):
        start = check.start() - 2
        at = 0 if text[start].isupper() else 1
        match = _IBANS[at].match(text, start + 2) if start + 2 >= free[at] else None
        if match is None:
            continue
        free[at] = match.end()
        length = iban_length(text[start : start + 2])
        if length is None:
            continue
        end = _behind_letters(text, start, match.end(), length)
        code = text[start:end].replace(" ", "").replace("-", "")
        after = text[end : end + 1]
        if is_iban(code) and not (after.isascii() and after.isalnum()):
            yield Hit("iban", start, end, code.upper())


def _behind_letters(text: str, start: int, end: int, length: int) -> int:
    """Behind so many letters and digits from `start` on, or `end` if there are not so many."""
    at, missing = start, length
    while missing and at < end:
        behind = min(at + missing, end)
        part = text[at:behind]
        missing -= len(part) - part.count(" ") - part.count("-")
        at = behind
    return at


def _is_ssn(value: str) -> bool:
    digits = value.replace("-", "").replace(" ", "")
    return digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def _label_matches(text: str) -> Iterator[re.Match[str]]:
    """Looking for what labels begin with is many times faster than the pattern."""
    places = _LABELS_BEGIN.places(text) if len(text) >= LONG else _begun(text.lower())
    return filter(None, (_LABELLED.match(text, place) for place in places))


def _begun(low: str) -> Iterator[int]:
    for word in _TRIGGERS:
        at = low.find(word)
        while at >= 0:
            yield at
            at = low.find(word, at + len(word))


def _labelled(text: str) -> Iterator[Hit]:
    for match in _label_matches(text):
        group = match.lastgroup or ""
        kind = group.removesuffix("_value")
        value = match[group]
        start, end = match.span(group)
        if kind == "ssn" and not _is_ssn(value):
            continue
        if kind == "account" and not any(c.isdigit() for c in value):
            continue
        apart = _APART.search(text, match.end(kind), start) is not None
        if kind == "credential" and (
            not apart or not value.isascii() or value.count("*") > 2 or "://" in value
        ):
            continue
        if kind == "account" and not apart and not value.isdecimal():
            continue
        yield Hit("passport" if kind == "permit" else kind, start, end, value.replace(" ", ""))
