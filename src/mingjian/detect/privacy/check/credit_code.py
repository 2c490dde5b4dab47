"""Unified social credit codes of organisations (GB 32100-2015)."""

from __future__ import annotations

import re
from operator import mul

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_FORM = re.compile(f"[1-9ANY][{_ALPHABET}][0-9]{{6}}[{_ALPHABET}]{{10}}")


def check_character(first17: str) -> str:
    """The 18th character (modulus 31, weights 3^i)."""
    total = sum(map(mul, map(_VALUE.__getitem__, first17), _WEIGHTS))
    return _ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """18 characters of the code's alphabet, a registering department, six region digits, check."""
    code = code.upper()
    return _FORM.fullmatch(code) is not None and check_character(code[:17]) == code[17]
