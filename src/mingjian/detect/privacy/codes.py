"""Codes of letters and digits: plates, passports and permits, IBAN, credit codes, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.privacy.check.credit_code import is_credit_code
from mingjian.detect.privacy.check.iban import iban_length, is_iban
from mingjian.detect.privacy.check.plate import PLATE_PROVINCES, is_plate
from mingjian.detect.privacy.check.resident_id import is_resident_id
from mingjian.detect.privacy.gates import Gate, matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import labels, one_of

_PLATE = re.compile(
    rf"[{PLATE_PROVINCES}][ ]?[A-HJ-Za-hj-z][ \-·•.・]?[ ]?"
    r"(?:[0-9A-HJ-NP-Za-hj-np-z]{5}[0-9A-HJ-NP-Za-hj-np-z挂学警港澳领使试超]?"
    r"|[0-9A-HJ-NP-Za-hj-np-z]{4}[挂学警港澳领使试超])"
    r"(?![0-9A-Za-z])"
)
_PLATE_GATE = Gate((0, f"[{PLATE_PROVINCES}]"), (1, "[ A-HJ-Za-hj-z]"))
_COUNTRY = re.compile("[0-9](?<=[A-Za-z]{2}.)[0-9]")
_COUNTRY_GATE = Gate((0, "[0-9]"), (-1, "[A-Za-z]"), (-2, "[A-Za-z]"), (1, "[0-9]"))
_IBANS = (
    re.compile(r"[0-9](?<=[A-Z]{2}.)(?<![A-Za-z0-9].{3})[0-9](?:[ \-]?[A-Z0-9]){11,30}"),
    re.compile(r"[0-9](?<=[a-z]{2}.)(?<![A-Za-z0-9].{3})[0-9][a-z0-9]{11,30}"),
)
_CREDIT_CODE = re.compile(
    r"[1-9ANY](?<![A-Za-z0-9][1-9ANY])[1-9A][0-9]{6}[0-9A-HJ-NP-RTUW-Ya-hj-np-rtuw-y]{10}"
    r"(?![A-Za-z0-9])"
)
_CREDIT_GATE = Gate(
    (0, "[1-9ANY]"),
    (-1, "[^A-Za-z0-9]"),
    (7, "[0-9]"),
    (17, "[0-9A-Za-z]"),
    (18, "[^A-Za-z0-9]"),
)


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
_SSN_SHAPE = re.compile(
    r"-(?<=[0-9]{3}-)(?<![0-9A-Za-z.\-/][0-9]{3}-)[0-9]{2}-[0-9]{4}(?![0-9A-Za-z\-/])"
)
_SSN_GATE = Gate((0, "-"), (-1, "[0-9]"), (3, "-"), (-3, "[0-9]"))

_APART = re.compile("[:：=是为]|\\bis\\b")
_CREDIT_LABEL = re.compile("信用代码|税号|纳税人识别号|机构代码|[Cc]redit [Cc]ode|USCC")


def find_codes(text: str) -> Iterator[Hit]:
    """Codes that hold letters, and numbers that only their label makes personal."""
    if not text.isascii():
        for match in matches(_PLATE, text, _PLATE_GATE):
            bare = re.sub(r"[^0-9A-Za-z\u4e00-\u9fff]", "", match[0])
            if is_plate(bare):
                yield Hit("plate", match.start(), match.end(), bare.upper())
    yield from _ibans(text)
    for match in matches(_CREDIT_CODE, text, _CREDIT_GATE):
        code = match[0].upper()
        if code.isdecimal() and not _CREDIT_LABEL.search(
            text, max(0, match.start() - 24), match.start()
        ):
            continue  # eighteen digits alone pass the check one time in 31
        if is_credit_code(code) and not is_resident_id(_digits(code)):
            yield Hit("organisation_code", match.start(), match.end(), code)
    for match in matches(_SSN_SHAPE, text, _SSN_GATE):
        start, end = match.start() - 3, match.end()
        if _is_ssn(text[start:end]):
            yield Hit("ssn", start, end, text[start:end].replace("-", ""))
    low = text.lower()
    if len(low) == len(text):
        yield from _labelled(text, low)


def _digits(code: str) -> str:
    return code if code[:17].isdecimal() else ""


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
        code, end = "", start
        for character in text[start : match.end()]:
            if len(code) == length:
                break
            end += 1
            if character not in " -":
                code += character
        after = text[end : end + 1]
        if is_iban(code) and not (after.isascii() and after.isalnum()):
            yield Hit("iban", start, end, code.upper())


def _is_ssn(value: str) -> bool:
    digits = value.replace("-", "").replace(" ", "")
    return digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def _label_matches(text: str, low: str) -> Iterator[re.Match[str]]:
    """Plain search for the words labels begin with is many times faster than the pattern."""
    for word in _TRIGGERS:
        at = low.find(word)
        while at >= 0:
            match = _LABELLED.match(text, at)
            if match is not None:
                yield match
            at = low.find(word, at + len(word))


def _labelled(text: str, low: str) -> Iterator[Hit]:
    for match in _label_matches(text, low):
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
