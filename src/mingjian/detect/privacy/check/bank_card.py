"""Payment card numbers: issuer range (ISO/IEC 7812-1) and Luhn digit."""

from __future__ import annotations

import re
from functools import cache

from mingjian.detect.privacy.lists import read_list

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn_holds(number: str) -> bool:
    """The last digit of `number` is its Luhn digit (ISO/IEC 7812-1, annex B)."""
    digits = [ord(c) - 48 for c in reversed(number)]
    return (sum(digits[0::2]) + sum(_DOUBLED[d] for d in digits[1::2])) % 10 == 0


@cache
def _ranges() -> tuple[tuple[str, re.Pattern[str], frozenset[int]], ...]:
    classes = read_list("cards")["classes"]
    return tuple(
        (item["issuer"], re.compile(item["prefix"]), frozenset(item["lengths"])) for item in classes
    )


def card_issuer(number: str) -> str | None:
    """The issuer class of a valid card number, None where range, length or Luhn do not hold."""
    if not 12 <= len(number) <= 19 or not luhn_holds(number) or len(set(number)) < 2:
        return None
    for issuer, prefix, lengths in _ranges():
        if len(number) in lengths and prefix.match(number):
            return issuer
    return None
