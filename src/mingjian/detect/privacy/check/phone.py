"""Telephone numbers: mainland China, E.164 by country code, North American and UK national."""

from __future__ import annotations

import re
from functools import cache

from mingjian.detect.privacy.lists import read_list


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    data = read_list("phones")
    return (
        re.compile(f"(?:{data['cn_mobile']})[0-9]{{8}}"),
        re.compile(f"({data['cn_area']})([2-8][0-9]{{6,7}})"),
        frozenset(data["nanp_service_areas"]),
    )


@cache
def _country_lengths() -> dict[str, tuple[int, int]]:
    return {
        code: (low, high) for code, (low, high) in read_list("phones")["country_lengths"].items()
    }


def is_cn_mobile(digits: str) -> bool:
    """Eleven digits of a mobile segment of mainland China."""
    return _patterns()[0].fullmatch(digits) is not None


def is_cn_landline(digits: str) -> bool:
    """Area code with its trunk 0, then seven or eight digits not starting with 0, 1 or 9."""
    match = _patterns()[1].fullmatch(digits)
    if match is None:
        return False
    return len(match[2]) == 8 or len(match[1]) == 4


def is_nanp(digits: str) -> bool:
    """Ten digits of the North American plan that are not a service or toll-free number."""
    return (
        len(digits) == 10
        and digits[0] in "23456789"
        and digits[3] in "23456789"
        and digits[1:3] != "11"
        and digits[4:6] != "11"
        and digits[:3] not in _patterns()[2]
    )


def is_uk_national(digits: str) -> bool:
    """Eleven digits (ten for a few areas) after the UK trunk 0: geographic, mobile or personal."""
    return (
        len(digits) in (10, 11)
        and digits[0] == "0"
        and digits[1] in "1237"
        and not digits.startswith("00")
    )


def e164_country(digits: str) -> str | None:
    """The country code of `digits` (no plus sign), None where the length is implausible."""
    for size in (1, 2, 3):
        bounds = _country_lengths().get(digits[:size])
        if bounds is not None:
            return digits[:size] if bounds[0] <= len(digits) - size <= bounds[1] else None
    return None
