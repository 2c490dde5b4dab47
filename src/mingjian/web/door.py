"""Who may come in: one link, used once, gives a session; all else stays outside.

The session is a random value in a cookie that no script can read and no other site can send.
Only hashes are kept, and only in memory: stopping the server ends every session.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address

SESSION_SECONDS = 12 * 3600


def is_loopback(host: str) -> bool:
    """Whether `host` can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_names(host: str, port: int, name: str | None = None) -> frozenset[str]:
    """What a browser may call us in its Host header; another name is a rebinding attack.

    `name` is the public one where a reverse proxy stands in front.
    """
    bare = {"localhost", "127.0.0.1", "[::1]", f"[{host}]" if ":" in host else host}
    names = {f"{one}:{port}" for one in bare} | (bare if port == 80 else set())
    return frozenset(one.lower() for one in names | ({name} if name else set()))


def _hash(value: str) -> bytes:
    return sha256(value.encode("utf-8", "surrogatepass")).digest()


@dataclass(slots=True)
class Door:
    """The one-time token and the sessions it opened."""

    hosts: frozenset[str]
    cookie: str
    secure: bool = False
    """Whether TLS stands in front, so that the cookie may only travel through it."""
    _token: bytes | None = None
    _sessions: dict[bytes, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def new_token(self) -> str:
        """A fresh token; an older one no longer opens."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._token = _hash(token)
        return token

    def enter(self, token: str) -> str | None:
        """The session a token opens; None where it is wrong or was used before."""
        with self._lock:
            if self._token is None or not secrets.compare_digest(self._token, _hash(token)):
                return None
            self._token = None
            session = secrets.token_urlsafe(32)
            self._sessions[_hash(session)] = time.monotonic() + SESSION_SECONDS
            return session

    def knows(self, session: str) -> bool:
        """Whether this session is open and not too old."""
        if not session:
            return False
        with self._lock:
            until = self._sessions.get(_hash(session))
            return until is not None and time.monotonic() < until
