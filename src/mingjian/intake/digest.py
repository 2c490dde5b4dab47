"""The two names of evidence: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016)."""

from __future__ import annotations

import hashlib
from typing import Protocol

from mingjian.domain.evidence import Content

CHUNK = 1 << 20


class _Hash(Protocol):
    def update(self, data: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...
    def copy(self) -> _Hash: ...


class _CryptographySM3:
    """SM3 where Python's OpenSSL was built without it."""

    def __init__(self, state: object = None) -> None:
        from cryptography.hazmat.primitives import hashes

        self._hash = state if isinstance(state, hashes.Hash) else hashes.Hash(hashes.SM3())

    def update(self, data: memoryview, /) -> None:
        self._hash.update(data)

    def copy(self) -> _CryptographySM3:
        return _CryptographySM3(self._hash.copy())

    def hexdigest(self) -> str:
        return self._hash.copy().finalize().hex()


def _new_sm3() -> _Hash:
    try:
        return hashlib.new("sm3")
    except ValueError:
        return _CryptographySM3()


_SM3: _Hash = _new_sm3()


def digests(content: Content) -> tuple[str, str]:
    """SHA-256 and SM3 of the bytes, in lower-case hex, in one pass of 1 MiB steps."""
    view = content.view()
    sm3 = _SM3.copy()  # copying an empty state is cheaper than looking the algorithm up
    if len(view) <= CHUNK:
        sm3.update(view)
        return hashlib.sha256(view).hexdigest(), sm3.hexdigest()
    sha256 = hashlib.sha256()
    for start in range(0, len(view), CHUNK):
        piece = view[start : start + CHUNK]
        sha256.update(piece)
        sm3.update(piece)
    return sha256.hexdigest(), sm3.hexdigest()
