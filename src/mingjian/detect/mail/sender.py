"""Who a mail says it is from, and whether its header fields agree with one another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mingjian.detect.mail.domains import (
    Brand,
    belongs,
    brands,
    imitates,
    in_list,
    registrable,
    unicode_host,
)
from mingjian.detect.mail.letter import Letter

_ADDRESS = re.compile(
    r"[^\s<>\"',;:()\[\]@]{1,128}@((?:[^\s<>\"',;:()\[\]@.]{1,63}\.){1,8}[^\s<>\"',;:()\[\]@.]{2,63})"
)
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{3,12})", re.I)
_SIGNED_BY = re.compile(r"header\.(?:d|i)\s*=\s*@?([^\s;]{1,255})", re.I)
_MAIL_FROM = re.compile(r"smtp\.mailfrom\s*=\s*([^\s;]{1,255})", re.I)
_SPF_RECEIVED = re.compile(r"\s*([a-z]{3,12})", re.I)


@dataclass(frozen=True, slots=True)
class Address:
    """The first address of a field: shown name and domain; empty where there is none."""

    name: str
    domain: str


@dataclass(slots=True)
class Sender:
    """Relations between header fields. Empty strings and None: the mail does not say."""

    domain: str = ""
    name: str = ""
    reply_domain: str = ""
    return_domain: str = ""
    results: dict[str, str] = field(default_factory=dict)
    """spf, dkim, dmarc as the receiving server wrote them, from the topmost field alone."""
    stated_by: str = ""
    signed_domains: tuple[str, ...] = ()
    spf_aligned: bool | None = None
    dkim_aligned: bool | None = None
    imitated: tuple[Brand, str] | None = None
    named_brand: Brand | None = None
    named_address: str = ""
    several_from: bool = False


def address_of(value: str) -> Address:
    """Name and domain of the first address in a field's value, decoded."""
    value = value[:2000]
    inner = re.search(r"<([^<>]{1,400})>\s*\Z", value) or re.search(r"<([^<>]{1,400})>", value)
    match = _ADDRESS.search(inner[1]) if inner else None
    name = value[: inner.start()] if inner and match else ""
    match = match or _ADDRESS.search(value)
    domain = unicode_host(match[1].strip(".").lower()) if match else ""
    return Address(name.strip().strip("\"'").strip(), domain)


def brand_named(words: str) -> Brand | None:
    """The brand that a display name or a text names, if its name is no ordinary word."""
    lowered = words[:20_000].lower()
    for brand in brands():
        for word in brand.words:
            if word in lowered and (
                not word.isascii()
                or re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", lowered)
            ):
                return brand
    return None


def aligned(one: str, other: str) -> bool:
    """Relaxed alignment (RFC 7489, section 3.1): the same registered domain."""
    return bool(one and other) and registrable(one.lower()) == registrable(other.lower())


def read_sender(letter: Letter) -> Sender:
    """The relations of a letter with headers."""
    said = Sender(several_from=len(letter.all("from")) > 1)
    author = address_of(letter.first("from"))
    said.domain, said.name = author.domain, author.name
    said.reply_domain = address_of(letter.first("reply-to")).domain
    said.return_domain = address_of(letter.first("return-path")).domain
    _read_results(letter, said)
    if said.domain:
        said.imitated = imitates(said.domain)
        inner = _ADDRESS.search(said.name)
        if inner and not aligned(inner[1], said.domain):
            said.named_address = inner[1].lower()
        brand = brand_named(said.name)
        if brand and not belongs(said.domain, brand) and not in_list(said.domain, "senders"):
            said.named_brand = brand
    return said


def _read_results(letter: Letter, said: Sender) -> None:
    value = letter.first("authentication-results")[:8000]
    if value:
        said.stated_by = value.partition(";")[0].strip()[:120]
        for name, result in _RESULT.findall(value):
            said.results.setdefault(name.lower(), result.lower())
    elif spf := _SPF_RECEIVED.match(letter.first("received-spf")):
        said.results["spf"] = spf[1].lower()
    signed = [unicode_host(match.lower().rpartition("@")[2]) for match in _SIGNED_BY.findall(value)]
    said.signed_domains = tuple(dict.fromkeys(signed))[:10]
    if said.domain and said.results.get("dkim") == "pass" and signed:
        said.dkim_aligned = any(aligned(domain, said.domain) for domain in signed)
    mail_from = _MAIL_FROM.search(value)
    envelope = mail_from[1].rpartition("@")[2].lower() if mail_from else said.return_domain
    if said.domain and said.results.get("spf") == "pass" and envelope:
        said.spf_aligned = aligned(envelope, said.domain)
