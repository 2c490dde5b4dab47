"""Unified social credit codes of organisations (GB 32100-2015)."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def check_character(first17: str) -> str:
    """The 18th character (modulus 31, weights 3^i)."""
    total = sum(_VALUE[c] * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """18 characters of the code's alphabet, a registering department, six region digits, check."""
    code = code.upper()
    if len(code) != 18 or code[0] not in "123456789ANY" or not code[2:8].isdecimal():
        return False
    if any(c not in _VALUE for c in code):
        return False
    return check_character(code[:17]) == code[17]
