"""Domain names in mail: owner's part, known brands, and names made to look like another's."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal
from urllib.parse import unquote, urlsplit

_SECOND_LEVEL = frozenset(
    [
        "com",
        "co",
        "org",
        "net",
        "gov",
        "edu",
        "ac",
        "or",
        "ne",
        "go",
        "gob",
        "gub",
        "nom",
        "mil",
        "govt",
        "school",
    ]
)
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z|\[?[0-9a-f]*:[0-9a-f:]+\]?\Z|0x[0-9a-f]+\Z|\d{8,10}\Z")
# Letters that are drawn like an ASCII letter (Unicode confusables, the most used, by hand).
_DRAWN = (
    "aаάαɑ bЬƄ cсϲ dԁ eеҽ gɡց hһհ iіιíìı jјϳ kкκ lӏⅼǀḷ mмṃ nпղṇ oоοօόöóò pрρ qԛզ sѕʂ tтτ uυսúü "
    "vνѵ wԝɯ xхχ yуүý zᴢʐ"
)
_LOOKS = str.maketrans({other: group[0] for group in _DRAWN.split() for other in group[1:].lower()})
_DIGIT_LOOKS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"), ("3", "e"))

Look = Literal["homoglyph", "typosquat", "brand-in-name"]


@dataclass(frozen=True, slots=True)
class Brand:
    """A name people trust, how it is written in words, and the domains its owner uses."""

    name: str
    words: tuple[str, ...]
    domains: frozenset[str]
    plain: bool
    """The name is also an ordinary word, so that words alone name nobody."""


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    data = files(__package__).joinpath("hosts.json").read_text("utf-8")
    return dict(json.loads(data))


@lru_cache(maxsize=1)
def brands() -> tuple[Brand, ...]:
    """The brands of `brands.json`: those most often imitated, Chinese and others."""
    rows = json.loads(files(__package__).joinpath("brands.json").read_text("utf-8"))["brands"]
    return tuple(
        Brand(r["name"], tuple(r["words"]), frozenset(r["domains"]), bool(r.get("plain")))
        for r in rows
    )


@lru_cache(maxsize=16)
def listed(kind: str) -> frozenset[str]:
    """One of the lists of `hosts.json`: free_hosting, shorteners, senders, free_mail."""
    return frozenset(_lists()[kind])


def host_of(target: str) -> str:
    """The host a web or mail address leads to, lower case, punycode decoded; "" for none."""
    target = target.strip()[:4096]
    if target[:7].lower() == "mailto:":
        return unquote(target[7:].partition("?")[0]).rpartition("@")[2].strip().lower()
    if target[:2] == "//":
        target = "http:" + target
    try:
        host = urlsplit(target.replace("\\", "/")).hostname or ""
    except ValueError:
        return ""
    return unicode_host(host)


def unicode_host(host: str) -> str:
    """A host with its xn-- labels as people see them."""
    labels = []
    for label in host.lower().rstrip(".").split(".")[:20]:
        if label.startswith("xn--"):
            with contextlib.suppress(UnicodeError, ValueError):
                label = label[4:64].encode("ascii").decode("punycode")
        labels.append(label)
    return ".".join(labels)


def registrable(host: str) -> str:
    """The part of a host that its owner registered: example.co.uk of mail.example.co.uk.

    An approximation of the public suffix list: a country code under which com, co, org …
    stand keeps three labels.
    """
    if is_number(host):
        return host
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def is_number(host: str) -> bool:
    """Whether the host is an IP address."""
    return bool(_IP.match(host))


def in_list(host: str, kind: str) -> bool:
    """Whether the host or a domain above it is in the list."""
    known = listed(kind)
    labels = host.split(".")
    return any(".".join(labels[i:]) in known for i in range(len(labels) - 1))


def belongs(host: str, brand: Brand) -> bool:
    """Whether the host is the brand's own or below a domain of it."""
    labels = host.split(".")
    return any(".".join(labels[i:]) in brand.domains for i in range(len(labels)))


def plain_letters(label: str) -> str:
    """A label with look-alike letters as the ASCII letters they imitate."""
    return label.translate(_LOOKS)


@lru_cache(maxsize=4096)
def imitates(host: str) -> tuple[Brand, Look] | None:
    """The brand a host is made to look like, and how; None for an own or unrelated host."""
    if not host or is_number(host) or any(belongs(host, brand) for brand in brands()):
        return None
    labels = host.split(".")
    if in_list(host, "free_mail") or in_list(host, "senders"):
        return None
    owned = registrable(host).partition(".")[0]
    drawn = plain_letters(owned)
    for brand in brands():
        name = brand.name
        if drawn != owned and drawn == name:
            return brand, "homoglyph"
        if len(name) >= 5 and owned != name and _near(owned, name):
            return brand, "typosquat"
    pieces = {piece for label in labels[:-1] for piece in re.split(r"[-_]", plain_letters(label))}
    pieces |= {_undigited(piece) for piece in pieces}
    for brand in brands():
        named = brand.name in pieces and not (brand.plain or len(brand.name) < 4)
        joined = (
            len(brand.name) >= 6
            and not brand.plain
            and any(
                brand.name in plain_letters(label) and brand.name != label for label in labels[:-1]
            )
        )
        # A country domain of the brand itself (amazon.se) is left alone.
        if (named or joined) and owned != brand.name:
            return brand, "brand-in-name"
    return None


def _undigited(label: str) -> str:
    for signs, letter in _DIGIT_LOOKS:
        label = label.replace(signs, letter)
    return label


def _near(owned: str, name: str) -> bool:
    """Whether `owned` is `name` but for one slip of the pen, or letters drawn like others."""
    if _undigited(owned) == name:
        return True
    if abs(len(owned) - len(name)) > 1 or len(name) < 6 or owned[0] != name[0]:
        return False
    if len(owned) == len(name):
        differing = [i for i in range(len(name)) if owned[i] != name[i]]
        if len(differing) == 2 and differing[1] == differing[0] + 1:
            i = differing[0]
            return owned[i] == name[i + 1] and owned[i + 1] == name[i]
        return len(differing) == 1
    shorter, longer = sorted((owned, name), key=len)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
