"""Under which names the desk answers, and what a browser keeps: a cookie no script can read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

from mingjian.app.accounts import SESSION_SECONDS, Accounts

FORM_SECONDS = 3600


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


def form_token(secret: str) -> str:
    """What a form must carry: only who can read the page knows it, and it opens no session."""
    return sha256(b"form\n" + secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Door:
    """The names, the cookies and the accounts of one running desk."""

    hosts: frozenset[str]
    cookie: str
    accounts: Accounts
    secure: bool = False
    """Whether TLS stands in front, so that cookies may only travel through it."""

    @property
    def form_cookie(self) -> str:
        """Before signing in there is no session for a form to belong to: this stands in."""
        return f"{self.cookie}-form"

    @property
    def origins(self) -> frozenset[str]:
        """Where a form of ours may come from."""
        scheme = "https" if self.secure else "http"
        return frozenset(f"{scheme}://{host}" for host in self.hosts)

    def session_cookie(self, secret: str) -> str:
        """The Set-Cookie header that signs a browser in; an empty secret signs it out."""
        return self._cookie(self.cookie, secret, int(SESSION_SECONDS) if secret else 0)

    def new_form_cookie(self, secret: str) -> str:
        return self._cookie(self.form_cookie, secret, FORM_SECONDS)

    def _cookie(self, name: str, value: str, seconds: int) -> str:
        return f"{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}" + (
            "; Secure" if self.secure else ""
        )
