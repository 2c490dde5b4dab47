"""Artefacts: links, hosts, accounts, numbers, wallets, hashes and file names found in a case.

They tell which cases share *things*. Nothing here describes a person: identity numbers and
names are never taken, and no artefact carries a weight. Values are shown redacted unless a
person asks to see them, which is an event of the case.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.detect.message.handles import handles
from mingjian.domain.message import Message

TEXT = 1 << 20
"""Bytes of one text that are looked at."""
LENGTH = 300
"""Longest value kept; a longer one is no good for comparing."""
KINDS: Mapping[str, Message] = {
    "link": Message("链接", "link"),
    "host": Message("主机名", "host"),
    "domain": Message("域名", "domain"),
    "phone": Message("电话号码", "telephone number"),
    "card": Message("银行卡号", "bank card number"),
    "account": Message("社交或支付账号", "chat or payment account"),
    "address": Message("邮箱或收款地址", "e-mail or payment address"),
    "wallet": Message("虚拟货币地址", "crypto wallet"),
    "content": Message("内容散列值", "hash of content"),
    "picture": Message("图像感知散列值", "perceptual hash of a picture"),
    "sound": Message("声音指纹散列值", "hash of a fingerprint of sound"),
    "file": Message("文件名", "file name"),
}
_FROM_HANDLES = {
    "link": "link",
    "crypto": "wallet",
    "address": "address",
    "card": "card",
    "account": "account",
    "phone": "phone",
}
_IN_CLEAR = frozenset({"content", "picture", "sound", "domain"})
"""Kinds that name content or a registered domain, and are shown as they are."""
_CARD_LENGTHS = (16, 19)
"""Identity numbers have 15 or 18 characters and are not taken, so neither are cards that do."""
_PART_STEPS = frozenset({"link", "qr-payload"})


@dataclass(frozen=True, slots=True, order=True)
class Artefact:
    """One thing, in the form in which it is compared."""

    kind: str
    value: str

    @property
    def redacted(self) -> str:
        """How it may be shown to everybody."""
        value = self.value
        if self.kind in _IN_CLEAR:
            return value.replace(".", "[.]") if self.kind == "domain" else value
        if self.kind in ("link", "host"):
            host, slash, _ = value.partition("/")
            first, dot, rest = host.partition(".")
            shown = first[:2] + "…" + (dot + rest).replace(".", "[.]")
            return shown + ("/…" if slash else "")
        if self.kind == "file":
            stem, dot, ending = value.rpartition(".")
            return (stem or ending)[:2] + "…" + (dot + ending if stem else "")
        keep = 2 if len(value) < 12 else 3
        return value[:keep] + "*" * 6 + value[-2:] if len(value) > 6 else "*" * 6


def artefacts(record: Mapping[str, Any], text: str | None) -> Iterator[Artefact]:
    """The artefacts of one record; `text` is what its evidence says, where it is readable."""
    if record["sha256"] is not None:
        yield Artefact("content", record["sha256"])
    if record["step"] in (None, "attachment", "member"):
        yield from _made("file", record["path"].replace("\\", "/").rpartition("/")[2].casefold())
    for finding in (f for e in record["examinations"] for f in e["findings"]):
        details = finding["details"]
        if finding["signal"] == "claim.image_hash":
            yield from _made("picture", details.get("hash"))
        if finding["signal"] == "audio.content_fingerprint":
            yield from _sound(details.get("hash"))
        if finding["signal"].startswith("link."):
            yield from _made("host", details.get("host"))
            yield from _made("domain", details.get("domain"))
    if text is None:
        return
    if record["kind"] == "link" and record["step"] in _PART_STEPS:
        yield from _made("link", _address(text))
        return
    yield from mentioned(text)


def mentioned(text: str) -> Iterator[Artefact]:
    """The artefacts a text gives to pay or to be reached by."""
    for handle in handles(text):
        kind = _FROM_HANDLES.get(handle.kind)
        value = _plain(kind, text[handle.start : handle.end]) if kind else ""
        if kind and (kind != "card" or len(value) in _CARD_LENGTHS):
            yield from _made(kind, value)


def _plain(kind: str, value: str) -> str:
    if kind == "link":
        return _address(value)
    if kind in ("phone", "card"):
        return "".join(char for char in value if char.isdigit())
    return value if kind == "wallet" else value.casefold()


def _address(link: str) -> str:
    """A link without its scheme, query and last slash, the host in small letters."""
    rest = link.strip().rpartition("://")[2].split("?", 1)[0].split("#", 1)[0]
    host, slash, path = rest.partition("/")
    return (host.casefold() + slash + path).rstrip("/")


def _sound(fingerprint: object) -> Iterator[Artefact]:
    """The same for one recording in other files: a WAV, a FLAC, the sound of a video."""
    if isinstance(fingerprint, str) and fingerprint:
        yield Artefact("sound", hashlib.sha256(fingerprint.encode()).hexdigest()[:32])


def _made(kind: str, value: object) -> Iterator[Artefact]:
    if isinstance(value, str) and 2 < len(value) <= LENGTH and value.isprintable():
        yield Artefact(kind, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """An artefact that two cases share."""

    artefact: Artefact
    cases: int
    """How many cases hold it."""
    bits: float
    """How rare that is: log2 of all cases over those that hold it. 0: every case holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another case with what it shares, the rarest first."""

    case: str
    shared: tuple[Shared, ...]

    @property
    def rarest(self) -> float:
        return self.shared[0].bits


def related(
    shared: Iterable[tuple[str, Artefact]], held_by: Mapping[Artefact, int], cases: int
) -> list[Related]:
    """Cases by what they share, those with the rarest first.

    `shared`: other case and artefact; `held_by`: in how many cases each is; `cases`: of how
    many. An artefact that all hold says nothing and is left out.
    """
    by_case: dict[str, list[Shared]] = {}
    for case, artefact in shared:
        number = held_by[artefact]
        bits = math.log2(cases / number)
        # With two cases in all, what both hold is all there is to go by.
        if bits > 0 or cases == 2:
            found = Shared(artefact=artefact, cases=number, bits=round(bits, 2))
            by_case.setdefault(case, []).append(found)
    made = [
        Related(
            case=case, shared=tuple(sorted(listed, key=lambda item: (-item.bits, item.artefact)))
        )
        for case, listed in by_case.items()
    ]
    return sorted(made, key=lambda item: (-item.rarest, -len(item.shared), item.case))


def text_of(data: bytes, encoding: str | None) -> str | None:
    """What evidence says, decoded as intake decoded it; None where it is not text."""
    if encoding is None:
        return None
    try:
        return data[:TEXT].decode(encoding, "replace").removeprefix("\ufeff")
    except LookupError:
        return None


def counted(found: Sequence[Artefact]) -> dict[Artefact, int]:
    """Each artefact with how often it was found."""
    times: dict[Artefact, int] = {}
    for artefact in found:
        times[artefact] = times.get(artefact, 0) + 1
    return times
