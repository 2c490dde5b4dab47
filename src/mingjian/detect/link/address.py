"""A web address taken apart as a browser would, whatever was done to hide what it says.

Nothing is resolved or opened. Offsets point into the text as it was written, as far as the
parts are found there again; a part that was written in an encoded form has no place of its own.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from mingjian.detect.link.lists import Lists, lists

LONGEST = 4096
"""Characters of an address that are looked at; browsers and servers take little more."""
SITES = 4096
"""Sites remembered, and what was measured of them: links of one mail, one campaign or one day
lead to few hosts."""

_SCHEME = re.compile(r"([a-z][a-z0-9+\-]{0,19}):", re.I)
_DOTS = re.compile(r"\s?[\[({]\s?(?:\.|dot|点)\s?[\])}]\s?|[。．｡]", re.I)
_COLONS = re.compile(r"\[(?::|://)\]|：")
_AUTHORITY_END = re.compile(r"[/?#\\]")
_HIDDEN_SCHEME = re.compile(r"^(?:h[xt*]{2}p|meow)(s?)(?=:)", re.I)
_STRIPPED = re.compile(r"[\t\r\n\u200b-\u200f\u2060\ufeff\u00ad]")
_NUMBER = re.compile(r"0x[0-9a-f]{1,16}|[0-9]{1,16}")
_LABEL = re.compile(r"[a-z0-9][a-z0-9_\-]{0,62}")
_LOCAL = frozenset(
    ["localhost", "local", "lan", "internal", "intranet", "localdomain", "corp", "home", "private"]
)
_LOCAL_NETS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/32",
    "::1/128", "fe80::/10", "fc00::/7",
)  # fmt: skip
WEB = frozenset({"http", "https", "ftp", "ws", "wss"})
SCRIPT = frozenset({"data", "javascript", "vbscript", "blob"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """Whose page an address leads to. `host` is lower case, decoded from punycode, without a
    last dot. Of one host there is one: see `site_of`."""

    host: str
    ip: str | None
    """The IPv4 or IPv6 address the host is, in whatever notation, as it is usually written."""
    odd_ip: bool
    """An IPv4 address in hexadecimal, octal, as one number or shortened."""
    puny: bool
    """Some label is international: written in punycode or with letters beyond ASCII."""
    labels: tuple[str, ...]
    suffix: str
    """The ending under which anybody may register: cn, com.cn, github.io."""
    domain: str
    """The registrable domain: what somebody registered or signed up for."""
    name: str
    """The label of `domain` before the suffix."""
    sub: tuple[str, ...]
    """Labels before the registrable domain, without a first www."""
    hosting: str | None
    """Kind of host where anybody may put pages, by `data/hosts.json`."""
    service: str
    """The host or domain of that hosting, else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address."""

    written: str
    scheme: str
    userinfo: str
    site: Site
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def bare(self) -> bool:
        """Whether nothing but a host is given."""
        return not self.query and not self.fragment and self.path in ("", "/")

    def place(self, part: str) -> tuple[int, int] | None:
        """Where `part` stands in the written address, if it stands there as it is."""
        at = self.written.lower().find(part.lower()) if part else -1
        return (at, at + len(part)) if at >= 0 else None


def scheme_of(text: str) -> str:
    """The scheme as it takes effect, lower case; empty where there is none (`host:8080/a`)."""
    match = _SCHEME.match(text)
    if match is None:
        return ""
    found = match[1].lower()
    after = text[match.end() : match.end() + 6]
    if after[:1].isdigit() and found not in SCRIPT and "//" not in after:
        return ""
    return found


def refanged(written: str) -> str:
    """The address without the marks people put in to keep it from being opened."""
    text = written.strip()[:LONGEST].strip("<>\"'“”‘’ ")
    if not (text.isascii() and text.isprintable()):
        text = _STRIPPED.sub("", text)
    head = text[:300]
    if "：" in head or "[:" in head:
        text = _COLONS.sub(lambda m: "://" if "//" in m[0] else ":", text, count=1)
    if "[" in head or "(" in head or "{" in head or not head.isascii():
        cut = text.find("/", 9)
        cut = len(text) if cut < 0 else cut
        # An IPv6 address keeps its brackets: it holds colons, not dots.
        text = _DOTS.sub(".", text[:cut]) + text[cut:]
    if text[:1] in "hHm" and text[:4] != "http":
        text = _HIDDEN_SCHEME.sub(r"http\1", text, count=1)
    return text


def _split(written: str) -> tuple[str, str, str, str] | None:
    """Scheme, user information, host with port, and the rest; None of another scheme."""
    text = refanged(written)
    scheme = scheme_of(text)
    if scheme and scheme not in WEB:
        return None
    rest = text[len(scheme) + 1 :] if scheme else text
    rest = rest.lstrip("/\\")
    match = _AUTHORITY_END.search(rest)
    authority, tail = (
        (rest, "") if match is None else (rest[: match.start()], rest[match.start() :])
    )
    userinfo, _, place = authority.rpartition("@")
    return scheme, userinfo, place, tail


def read_address(written: str) -> Address | None:
    """The address taken apart; None where it is not one of the web (no host, other scheme)."""
    parts = _split(written)
    if parts is None:
        return None
    scheme, userinfo, place, tail = parts
    host, port = _host_and_port(place)
    site = site_of(host)
    if site is None:
        return None
    tail, _, fragment = tail.partition("#")
    path, _, query = tail.partition("?")
    return Address(
        written=written,
        scheme=scheme,
        userinfo=userinfo,
        site=site,
        port=port,
        path=path.replace("\\", "/"),
        query=query,
        fragment=fragment,
    )


def one_label(written: str) -> bool:
    """Whether this is a web address whose host is one name without a dot (``http://nas/``)."""
    parts = _split(written)
    if parts is None or not parts[0]:
        return False
    return _LABEL.fullmatch(_host_and_port(parts[2])[0]) is not None


def local(site: Site) -> bool:
    """Whether the site lies inside a network, where nobody outside can be led: a private, loopback
    or link-local IP address, or an ending that is never given out."""
    if site.ip is not None:
        return _local_ip(site.ip)
    return site.labels[-1] in _LOCAL or site.labels[-2:] == ("home", "arpa")


def _local_ip(ip: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        found = ip_address(ip)
    except ValueError:
        return False
    return any(found in ip_network(net) for net in _LOCAL_NETS)


@lru_cache(maxsize=SITES)
def site_of(host: str) -> Site | None:
    """The site of a host in lower case; None where it can be none of the web."""
    ip, odd = _ip_of(host)
    puny = not host.isascii() or "xn--" in host
    if puny:
        host = _decoded(host)
    labels = tuple(label for label in host.split(".") if label) if ip is None else ()
    if ip is None and ((len(labels) < 2 and host != "localhost") or " " in host or len(host) > 300):
        return None
    suffix, hosting, service = _suffix(labels, lists()) if labels else ("", None, "")
    depth = suffix.count(".") + 1 if suffix else 0
    kept = labels[: len(labels) - depth] if labels else ()
    name = kept[-1] if kept else ""
    sub = kept[:-1]
    return Site(
        host=host,
        ip=ip,
        odd_ip=odd,
        puny=puny,
        labels=labels,
        suffix=suffix,
        domain=f"{name}.{suffix}" if name else (suffix or host),
        name=name,
        sub=sub[1:] if sub[:1] == ("www",) else sub,
        hosting=hosting,
        service=service,
    )


def _host_and_port(place: str) -> tuple[str, int | None]:
    if place.startswith("["):
        host, _, after = place[1:].partition("]")
        port = after[1:] if after.startswith(":") else ""
        return host.lower()[:60], int(port) if port.isdecimal() and len(port) < 6 else None
    host, mark, port = place.partition(":")
    if "%" in host:
        host = _unquoted(host)
    if not host.isascii():
        host = normalize("NFKC", host)
    number = int(port) if mark and port.isascii() and port.isdigit() and len(port) < 6 else None
    return host.lower().strip().rstrip("."), number


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def _decoded(host: str) -> str:
    labels = []
    for label in host.split("."):
        if label.startswith("xn--") and len(label) <= 63:
            with suppress(UnicodeError, ValueError, OverflowError):
                label = label[4:].encode("ascii").decode("punycode")
        labels.append(label)
    return ".".join(labels).lower()


def _ip_of(host: str) -> tuple[str | None, bool]:
    """The IP address a host is by the rules of `inet_aton`, and whether it is written oddly."""
    if ":" in host:
        return (host, False) if re.fullmatch(r"[0-9a-f:.%]{2,60}", host) else (None, False)
    if not host or not (host[-1].isdigit() or host[:2] == "0x" or ".0x" in host):
        return None, False
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None, False
    try:
        numbers = [
            int(p, 16) if p[:2] == "0x" else int(p, 8) if p[0] == "0" and len(p) > 1 else int(p)
            for p in parts
        ]
    except ValueError:
        return None, False
    *first, last = numbers
    if any(n > 255 for n in first) or last >= 256 ** (5 - len(parts)):
        return None, False
    value = sum(n << (8 * (3 - i)) for i, n in enumerate(first)) + last
    plain = ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))
    return plain, plain != host


def _suffix(labels: tuple[str, ...], found: Lists) -> tuple[str, str | None, str]:
    """(suffix, hosting kind, hosting service) of a host."""
    if "blogspot" in labels[-3:]:
        at = len(labels) - 1 - labels[::-1].index("blogspot")
        service = ".".join(labels[at:])
        return service, "builder", service
    for start in range(max(0, len(labels) - 5), len(labels) - 1):
        service = ".".join(labels[start:])
        kind = found.hosting.get(service)
        if kind is not None:
            if start == 0 or (start == 1 and labels[0] == "www") or kind in ("form", "shortener"):
                # The service itself: the page is told by the path, not by a tenant's label.
                return _ending(labels, found), kind, service
            return service, kind, service
    return _ending(labels, found), None, ""


def _ending(labels: tuple[str, ...], found: Lists) -> str:
    last = labels[-1]
    if len(labels) > 2:
        two = f"{labels[-2]}.{last}"
        if two in found.endings or (
            len(last) == 2 and last not in found.flat and labels[-2] in found.second
        ):
            return two
    elif len(labels) == 2 and f"{labels[0]}.{last}" in found.endings:
        return f"{labels[0]}.{last}"
    return last
