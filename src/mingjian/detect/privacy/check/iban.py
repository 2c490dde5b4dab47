"""International bank account numbers (ISO 13616): country length and remainder 1 mod 97."""

from __future__ import annotations

from functools import cache

from mingjian.detect.privacy.lists import read_list


@cache
def _lengths() -> dict[str, int]:
    return {str(k): int(v) for k, v in read_list("iban")["lengths"].items()}


def iban_length(country: str) -> int | None:
    """Total length of an IBAN of this country, None where the country issues none."""
    return _lengths().get(country.upper())


def is_iban(code: str) -> bool:
    """`code` without spaces has its country's length and leaves remainder 1 modulo 97."""
    code = code.upper()
    if len(code) != iban_length(code[:2]) or not code.isascii() or not code.isalnum():
        return False
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1
