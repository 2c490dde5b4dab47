"""Passwords: what is asked of one, and its hash (Argon2id, as RFC 9106 recommends for 64 MiB)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from mingjian.app.errors import UsageError
from mingjian.domain.message import Message

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 12
LONGEST = 256
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB for a moment, and many may sign in at a time."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that is compared where there is no account, so that both take the same time."""
    return hashed("nobody's password")


def _plain(password: str) -> bytes:
    """One form, whatever keyboard typed it."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def check(password: str, name: str) -> None:
    """Refuse a password that is short, endless, of one sign only, or the person's own name."""
    if len(password) < SHORTEST:
        raise UsageError(
            Message(f"密码至少 {SHORTEST} 个字符", f"at least {SHORTEST} characters, please"),
            Message("几个不相干的词连起来就好记又够长", "a few unrelated words make a good one"),
        )
    if len(password) > LONGEST:
        raise UsageError(
            Message(f"密码最多 {LONGEST} 个字符", f"a password has at most {LONGEST} characters")
        )
    rest = password.casefold().replace(name.casefold(), "") if name else password
    if len(set(rest)) < 4:
        raise UsageError(
            Message("这个密码太容易猜到", "this password is too easy to guess"),
            Message(
                "不要只用自己的名字，或重复几个字符",
                "use more than your own name or a few signs over and over",
            ),
        )


def hashed(password: str) -> str:
    with _AT_ONCE:
        return _hasher().hash(_plain(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that was hashed; takes its time where there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    known = kept or _nobody()
    with _AT_ONCE:
        try:
            return _hasher().verify(known, _plain(password[:LONGEST])) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
