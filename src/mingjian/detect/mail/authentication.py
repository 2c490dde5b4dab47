"""Facts of a mail's origin and make-up: authentication, agreement of its header, odd parts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from mingjian.detect.contract import Unavailable
from mingjian.detect.mail.acts import found_acts, made_alike
from mingjian.detect.mail.dkim import Signature, check
from mingjian.detect.mail.letter import Letter, read_letter
from mingjian.detect.mail.links import defanged, link_signs
from mingjian.detect.mail.sender import Sender, aligned, read_sender
from mingjian.detect.mail.signs import Sign, link_weights, part_signs, sender_signs
from mingjian.detect.mail.tongue import tongue_of
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

LARGEST = 64 << 20
"""Bytes; a larger mail's signatures are not checked."""
_COLUMNS = (Message("项目", "item"), Message("邮件所载", "as the mail states it"))
_STATES: Mapping[str, Message] = {
    "verified": Message(
        "签名有效：签名字段与正文未被改动", "valid: the signed fields and the body are unchanged"
    ),
    "failed": Message(
        "签名无效：与所提供的公钥不符或签名字段被改动",
        "not valid: it does not fit the key supplied, or a signed field was changed",
    ),
    "altered": Message(
        "正文与签名时不同（正文散列不符）",
        "the body is not the one that was signed (its hash differs)",
    ),
    "no-key": Message(
        "正文散列相符；未提供公钥，签名未核验",
        "the body's hash is right; no public key was supplied, so the signature was not checked",
    ),
    "unreadable": Message(
        "签名字段残缺或算法不受支持",
        "the signature field is damaged or its algorithm is not supported",
    ),
}


class Authentication:
    """States what can be checked. The option `dkim_keys` names a file of key records, a line
    each: ``selector._domainkey.domain`` and, after white space, the record's text."""

    name: ClassVar[str] = "mail.authentication"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MAIL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        self._keys = read_keys(options["dkim_keys"]) if options.get("dkim_keys") else {}

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        letter = read_letter(evidence)
        signs = link_weights(link_signs(letter.links, letter.forms, letter.asks_password))
        normal = made_alike(letter.text)
        signs += part_signs(letter, found_acts(normal, tongue_of(normal.text)))
        if letter.has_headers:
            said = read_sender(letter)
            yield _results(letter, said)
            if evidence.format == "rfc5322" and evidence.size <= LARGEST:
                for signature in check(bytes(evidence.content.view()), self._keys):
                    yield _signature(signature, said)
            yield from _relations(sender_signs(said))
            yield from _relays(letter, said)
        else:
            yield _NO_HEADERS
        yield from _parts(letter, signs)


def read_keys(path: str) -> dict[str, str]:
    """Key records by name; raises `Unavailable` where the file cannot be read."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeError):
        raise Unavailable(
            Message(f"读不到 DKIM 公钥文件 {path}", f"the DKIM key file {path} cannot be read")
        ) from None
    keys = {}
    for line in lines[:10_000]:
        name, _, record = line.strip().partition(" ")
        if record and not name.startswith("#"):
            keys[name.lower().rstrip(".")] = record.strip().strip('"')
    return keys


_NO_HEADERS = Finding(
    signal="mail.no_headers",
    because=Message(
        "只有正文，没有邮件头；对来源不作任何推断。",
        "There is a body only and no headers; nothing is inferred about the origin.",
    ),
    quiet=True,
)


def _results(letter: Letter, said: Sender) -> Finding:
    named = ("spf", "dkim", "dmarc")
    stated = [f"{name}={said.results[name]}" for name in named if name in said.results]
    shown = defanged(said.domain) or "?"
    rows = [
        (Message("发件人域名", "sender's domain"), shown),
        (Message("回复地址域名", "reply-to domain"), defanged(said.reply_domain)),
        (Message("退信地址域名", "return-path domain"), defanged(said.return_domain)),
        (Message("认证结果", "results"), " ".join(stated)),
        (Message("签名域名", "signing domains"), " ".join(map(defanged, said.signed_domains))),
    ]
    details = {
        "results": dict(said.results),
        "stated_by": said.stated_by,
        "spf_aligned": said.spf_aligned,
        "dkim_aligned": said.dkim_aligned,
        "from": said.domain,
    }
    if not stated:
        because = Message(
            f"发件人域名为 {shown}；邮件中没有收件服务器写入的认证结果，不作推断。",
            f"The sender's domain is {shown}. The mail holds no results of a receiving server, and "
            "nothing is inferred from that.",
        )
    else:
        by = said.stated_by or "?"
        fit = said.dkim_aligned or said.spf_aligned
        because = Message(
            f"服务器 {by} 写明 {'、'.join(stated)}；通过认证的域名与发件人域名 {shown} "
            f"{'一致' if fit else '不一致或未通过'}。该字段可被伪造，须确认由收件方服务器写入。",
            f"Server {by} wrote {', '.join(stated)}; an authenticated domain "
            f"{'agrees' if fit else 'does not agree'} with the sender's domain {shown}. The field "
            "can be forged: make sure that the recipient's own server wrote it.",
        )
    table = TableExhibit(
        title=Message("来源字段", "Fields of origin"),
        columns=_COLUMNS,
        rows=tuple(row for row in rows if row[1]),
    )
    bad = said.results.get("dmarc") == "fail" or said.results.get("spf") == "fail"
    return Finding(
        signal="mail.authentication_results",
        because=because,
        quiet=not bad,
        exhibits=(table,),
        details=details,
    )


def _signature(signature: Signature, said: Sender) -> Finding:
    state = _STATES[signature.state]
    shown = defanged(signature.domain) or "?"
    same = aligned(signature.domain, said.domain)
    zh = "与发件人域名一致" if same else "与发件人域名不同"
    en = "the sender's domain" if same else "not the sender's domain"
    partial = ("；签名只覆盖正文开头", "; it covers only the beginning of the body")
    more = partial if signature.partial else ("", "")
    return Finding(
        signal="mail.dkim_signature",
        because=Message(
            f"{shown}（{zh}）的 DKIM 签名：{state.zh}{more[0]}。",
            f"DKIM signature of {shown} ({en}): {state.en}{more[1]}.",
        ),
        quiet=signature.state in ("verified", "no-key", "unreadable") and not signature.partial,
        details={
            "domain": signature.domain,
            "selector": signature.selector,
            "state": signature.state,
            "aligned": same,
            "signs_from": signature.signs_from,
            "partial": signature.partial,
        },
    )


def _relations(signs: list[Sign]) -> Iterable[Finding]:
    told = ("dmarc_fail", "spf_fail", "authenticated")
    for sign in signs:
        if sign.id not in told:
            yield _of_sign("mail.sender", sign)


def _of_sign(signal: str, sign: Sign) -> Finding:
    shown = "; ".join(sign.shown)
    tail = (f"：{shown}", f": {shown}") if shown else ("", "")
    english = sign.name.en[0].upper() + sign.name.en[1:]
    return Finding(
        signal=f"{signal}.{sign.id}",
        because=Message(f"{sign.name.zh}{tail[0]}。", f"{english}{tail[1]}."),
        # Common in ordinary mail too: a help desk's reply address, a shortened link.
        quiet=sign.weight < 0.5,
        details={"shown": list(sign.shown)},
    )


_FROM_BY = re.compile(r"from\s+(\S{1,200})[\s\S]{0,600}?\bby\s+(\S{1,200})", re.I)


def _relays(letter: Letter, said: Sender) -> Iterable[Finding]:
    """Received fields that do not join: each hop's `from` should be the hop's `by` below it."""
    hops = [
        match for value in letter.all("received")[:50] if (match := _FROM_BY.match(value[:2000]))
    ]
    if not hops:
        return
    breaks = 0
    for upper, lower in itertools.pairwise(hops):
        if not aligned(upper[1].strip("[]();,"), lower[2].strip("[]();,")):
            breaks += 1
    yield Finding(
        signal="mail.relays",
        because=Message(
            f"邮件头记有 {len(hops)} 次转发，其中 {breaks} 处前后主机名不相衔接"
            "（内部转发也会如此，仅供核对）。",
            f"The header records {len(hops)} relays; at {breaks} places the host names do not join "
            "(internal relays do that too: for checking only).",
        ),
        quiet=True,
        details={"relays": len(hops), "breaks": breaks},
    )


def _parts(letter: Letter, signs: list[Sign]) -> Iterable[Finding]:
    for sign in signs:
        yield _of_sign("mail.part", sign)
    words = len(letter.hidden.split()) if letter.hidden.isascii() else len(letter.hidden)
    if words > 30:
        yield Finding(
            signal="mail.part.hidden_text",
            because=Message(
                f"网页正文含读者看不见的文字约 {words} 个词或字（营销邮件的预览文字也会如此）。",
                f"The HTML holds about {words} words that a reader cannot see (preview texts of "
                "marketing mail do so too).",
            ),
            quiet=words < 200,
            details={"words": words},
        )
