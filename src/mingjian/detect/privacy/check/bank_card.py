"""Payment card numbers: issuer range (ISO/IEC 7812-1) and Luhn digit."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from mingjian.detect.privacy.lists import read_list

_DOUBLED = bytes(48 + d for d in (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)).rjust(58, b"0").ljust(256, b"0")
"""The digit sum of twice a digit, for `bytes.translate`."""
_PREFIX = 6
"""Digits that say whose number it is."""


def luhn_holds(number: str) -> bool:
    """The last digit of `number` is its Luhn digit (ISO/IEC 7812-1, annex B)."""
    digits = number.encode()
    total = sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED)) - 48 * len(digits)
    return total % 10 == 0


@cache
def _ranges() -> tuple[tuple[str, re.Pattern[str], frozenset[int]], ...]:
    classes = read_list("cards")["classes"]
    return tuple(
        (item["issuer"], re.compile(item["prefix"]), frozenset(item["lengths"])) for item in classes
    )


def card_issuer(number: str) -> str | None:
    """The issuer class of a valid card number, None where range, length or Luhn do not hold."""
    if not 12 <= len(number) <= 19 or not luhn_holds(number):
        return None
    return issuer_of(number)


def issuer_of(number: str) -> str | None:
    """The issuer class of a number with a Luhn digit, None where range or length do not hold."""
    size = len(number)
    return None if number == number[0] * size else _issuer(number[:_PREFIX], size)


@lru_cache(maxsize=4096)
def _issuer(beginning: str, size: int) -> str | None:
    for issuer, prefix, lengths in _ranges():
        if size in lengths and prefix.match(beginning):
            return issuer
    return None
