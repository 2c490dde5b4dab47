"""One signed POST to one receiver: no redirects, no proxies, no private addresses unless allowed.

The address a name stands for is looked up once, checked, and connected to, so that a name cannot
point elsewhere between check and use. The signature is HMAC-SHA256 over
``timestamp.key.body`` (see `signature`); a receiver refuses old timestamps and takes a message in
once for each ``Idempotency-Key``, which is the same at every try.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same message may be tried again."""
_MOST_WAIT = 3600.0
_EMBEDDED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))
"""IPv6 ranges that carry an IPv4 address inside, public or not: never taken as public."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went. `said` is short and holds nothing of the message or of the answer."""

    delivered: bool
    said: str
    again: bool = False
    """Whether another try makes sense."""
    wait: float | None = None
    """Seconds the receiver asked to wait before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A receiver of signed messages."""

    url: str
    secret: bytes
    private: bool = False
    """Whether it may lie at a private address, and be reached without TLS."""
    seconds: float = 10.0
    """For a whole try."""


class AddressRefused(Exception):
    """The message must not be sent there; its text says why, without the address."""


def signature(secret: bytes, timestamp: str, key: str, body: bytes) -> str:
    """What the header `X-Mingjian-Signature` holds."""
    signed = f"{timestamp}.{key}.".encode() + body
    return "v1=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()


def post(
    hook: Webhook, body: bytes, media: str, key: str, extra: Mapping[str, str] | None = None
) -> Outcome:
    """Try once. Only an answer of 200 to 299 counts as delivered."""
    try:
        secure, host, port, path = _target(hook)
        address = _address(host, port, private=hook.private)
    except AddressRefused as refused:
        return Outcome(False, str(refused))
    except OSError:
        return Outcome(False, "name not found", again=True)
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": media,
        "User-Agent": "mingjian",
        "Idempotency-Key": key,
        "X-Mingjian-Timestamp": timestamp,
        "X-Mingjian-Signature": signature(hook.secret, timestamp, key, body),
        "Connection": "close",
        **(extra or {}),
    }
    connection = _Pinned(host, port, address, secure, hook.seconds)
    late = threading.Timer(hook.seconds, connection.cut)
    late.start()
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        if connection.was_cut:
            raise TimeoutError
        return _answered(answer.status, answer.getheader("Retry-After"))
    except ssl.SSLCertVerificationError:
        return Outcome(False, "certificate refused", again=True)
    except TimeoutError:
        return Outcome(False, "timeout", again=True)
    except (OSError, http.client.HTTPException, ValueError) as error:
        said = "timeout" if connection.was_cut else f"connection failed ({type(error).__name__})"
        return Outcome(False, said, again=True)
    finally:
        late.cancel()
        connection.close()


def _answered(status: int, retry_after: str | None) -> Outcome:
    if 200 <= status < 300:
        return Outcome(True, f"HTTP {status}")
    if 300 <= status < 400:
        return Outcome(False, f"HTTP {status}: redirects are not followed")
    wait = None
    if retry_after and retry_after.isascii() and retry_after.isdigit():
        wait = min(float(retry_after[:6]), _MOST_WAIT)
    return Outcome(False, f"HTTP {status}", again=status in _AGAIN or status >= 500, wait=wait)


def _target(hook: Webhook) -> tuple[bool, str, int, str]:
    """TLS or not, host, port, path with query."""
    try:
        parts = urlsplit(hook.url)
        port = parts.port
    except ValueError:
        raise AddressRefused("not an address of a web server") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise AddressRefused("not an address of a web server")
    secure = parts.scheme == "https"
    if not secure and not hook.private:
        raise AddressRefused("without TLS: only https leaves")
    path = parts.path or "/"
    if parts.query:
        path += "?" + parts.query
    return secure, parts.hostname, port or (443 if secure else 80), path


def _address(host: str, port: int, *, private: bool) -> str:
    """The address to connect to. Every address of the name must be allowed, or none is used."""
    found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    listed = sorted(map(str, found))
    if not private and not all(map(_public, listed)):
        raise AddressRefused("private address: not allowed for this channel")
    return listed[0]


def _public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif any(address in network for network in _EMBEDDED):
            return False
    return address.is_global and not address.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name it was asked for by."""

    def __init__(self, host: str, port: int, address: str, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if secure else 80
        self.address = address
        self.secure = secure
        self.was_cut = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End a try that has taken too long, however slowly bytes keep coming."""
        self.was_cut = True
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
