"""Resident identity numbers of mainland China (GB 11643-1999; older cards had 15 digits)."""

from __future__ import annotations

from operator import mul

from mingjian.detect.privacy.lists import regions

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OF_NOUGHTS = ord("0") * sum(WEIGHTS)
_CHECK = "10X98765432"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FIRST_YEAR, LAST_YEAR = 1880, 2040


def check_character(first17: str) -> str:
    """The 18th character for 17 digits (ISO 7064, MOD 11-2)."""
    return _CHECK[(sum(map(mul, first17.encode(), WEIGHTS)) - _OF_NOUGHTS) % 11]


def is_date(year: int, month: int, day: int) -> bool:
    """A calendar date between 1880 and 2040."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return False
    if month == 2 and day == 29:
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= _DAYS[month - 1]


def is_resident_id(number: str) -> bool:
    """18 characters (last may be X): province, date of birth and check character all hold."""
    if len(number) != 18 or number[:2] not in regions().province_codes or number[2:4] == "00":
        return False
    if not is_date(int(number[6:10]), int(number[10:12]), int(number[12:14])):
        return False
    return check_character(number[:17]) == number[17].upper()


def is_old_resident_id(number: str) -> bool:
    """15 digits: province and date hold. There is no check digit, so context must support it."""
    return (
        len(number) == 15
        and number[:2] in regions().province_codes
        and number[2:4] != "00"
        and is_date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    )
