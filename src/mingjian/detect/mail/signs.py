"""Signs of a mail that its protocol and parts give, with a weight set by hand.

No public collection of modern benign mail with headers exists to learn these weights from, so
they are judgements (in units of the measurement, natural log) and never large enough to stand
alone: their sum is held between -0.5 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.detect.mail.domains import belongs, host_of, in_list
from mingjian.detect.mail.letter import Letter
from mingjian.detect.mail.links import NAMES, LinkSign, defanged
from mingjian.detect.mail.sender import Sender, aligned, brand_named
from mingjian.domain.message import Message

_RISKY = re.compile(
    r"\.(?:s?html?|xht|svg|iso|img|vhdx?|lnk|url|js|jse|vbs|wsf|hta|exe|scr|com|pif|bat|cmd|ps1|jar|"
    r"msi|one|docm|xlsm|pptm|xlam|dotm|chm|cpl|ace)\s*\Z",
    re.I,
)
_DOUBLE = re.compile(r"\.(?:pdf|docx?|xlsx?|jpe?g|png|txt)\.[a-z0-9]{2,5}\s*\Z", re.I)
_LINK_WEIGHTS: Mapping[str, float] = {
    "number_host": 2.0,
    "script_link": 2.0,
    "userinfo": 1.5,
    "imitated": 2.0,
    "mismatch": 1.0,
    "free_hosting": 0.8,
    "shortener": 0.4,
    "deep_host": 0.3,
    "action_host": 0.5,
    "odd_ending": 0.4,
    "carries_address": 0.8,
    "form_out": 1.0,
    "password_field": 2.0,
}
LOWEST, HIGHEST = -0.5, 4.0


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: what it is, its weight, and hosts or names that show it."""

    id: str
    weight: float
    name: Message
    shown: tuple[str, ...] = ()


def _sign(id: str, weight: float, zh: str, en: str, *shown: str) -> Sign:
    return Sign(id, weight, Message(zh, en), tuple(item[:120] for item in shown))


def link_weights(found: Mapping[str, LinkSign]) -> list[Sign]:
    """The link signs with their weights."""
    return [Sign(s.id, _LINK_WEIGHTS[s.id], NAMES[s.id], s.hosts) for s in found.values()]


def sender_signs(said: Sender) -> list[Sign]:
    """Signs of the header. Nothing is made of a result that the mail does not state."""
    signs: list[Sign] = []
    shown = defanged(said.domain)
    if said.imitated:
        brand, how = said.imitated
        signs.append(
            _sign(
                "sender_imitates",
                2.0,
                "发件人域名仿冒知名机构",
                "the sender's domain is made to look like a known brand's",
                shown,
                brand.name,
                how,
            )
        )
    if said.named_brand:
        signs.append(
            _sign(
                "name_claims_brand",
                1.5,
                "显示名自称某机构，但发件域名不属于它",
                "the display name claims a brand whose domain the sender does not use",
                said.named_brand.name,
                shown,
            )
        )
    if said.named_address:
        signs.append(
            _sign(
                "name_holds_address",
                1.5,
                "显示名中写着另一域名的邮箱地址",
                "the display name holds an address of another domain",
                defanged(said.named_address),
                shown,
            )
        )
    if said.several_from:
        signs.append(
            _sign("several_from", 1.0, "有多个 From 字段", "there are several From fields")
        )
    if said.reply_domain and said.domain and not aligned(said.reply_domain, said.domain):
        free = in_list(said.reply_domain, "free_mail") and not in_list(said.domain, "free_mail")
        signs.append(
            _sign(
                "reply_elsewhere",
                1.2 if free else 0.2,
                "回复地址与发件人属不同域名",
                "replies go to another domain than the sender's",
                defanged(said.reply_domain),
                shown,
            )
        )
    signs += _result_signs(said)
    return signs


def _result_signs(said: Sender) -> list[Sign]:
    results = said.results
    if results.get("dmarc") == "fail":
        return [
            _sign(
                "dmarc_fail",
                1.2,
                "收件服务器记录 DMARC 未通过",
                "the receiving server noted that DMARC failed",
            )
        ]
    if said.dkim_aligned or (results.get("dmarc") == "pass" and said.domain):
        return [
            _sign(
                "authenticated",
                -0.3,
                "收件服务器记录该域名通过认证",
                "the receiving server noted that the sender's domain was authenticated",
                defanged(said.domain),
            )
        ]
    if results.get("spf") in ("fail", "softfail") and results.get("dkim") != "pass":
        return [
            _sign(
                "spf_fail",
                0.8,
                "收件服务器记录 SPF 未通过，且无有效 DKIM",
                "the receiving server noted that SPF failed, and no DKIM signature was good",
            )
        ]
    return []


def part_signs(letter: Letter, acts: Mapping[str, object]) -> list[Sign]:
    """Signs of attachments, pictures to scan, and a brand named whose links lead elsewhere."""
    signs: list[Sign] = []
    risky = [a.name for a in letter.attachments if _RISKY.search(a.name[-80:])]
    double = [a.name for a in letter.attachments if _DOUBLE.search(a.name[-80:])]
    if risky:
        signs.append(
            _sign(
                "risky_attachment",
                1.5,
                "附件属于能执行或能冒充网页的类型",
                "an attachment is of a kind that can run or pose as a web page",
                *risky[:5],
            )
        )
    elif double:
        signs.append(
            _sign(
                "double_ending",
                1.0,
                "附件有双重扩展名",
                "an attachment has a double ending",
                *double[:5],
            )
        )
    pictures = any(a.type.startswith("image/") for a in letter.attachments)
    if pictures and "scan_code" in acts:
        signs.append(
            _sign(
                "picture_to_scan",
                1.0,
                "正文要求扫码，邮件带有图片",
                "the words ask to scan a code, and the mail carries a picture",
            )
        )
    signs += _brand_elsewhere(letter, acts)
    return signs


def _brand_elsewhere(letter: Letter, acts: Mapping[str, object]) -> list[Sign]:
    if not {"sign_in", "verify", "address_check", "credentials"} & set(acts):
        return []
    hosts = [host for link in letter.links if (host := host_of(link.target))]
    brand = brand_named(letter.text[:4000]) if hosts else None
    if brand is None or any(belongs(host, brand) or in_list(host, "senders") for host in hosts):
        return []
    return [
        _sign(
            "brand_elsewhere",
            0.6,
            "正文提到某机构并要求登录或核实，而链接均不属于它",
            "the words name a brand and ask to sign in or verify, and no link leads to it",
            brand.name,
            defanged(hosts[0]),
        )
    ]


def total(signs: list[Sign]) -> float:
    """The sum of the weights within its bounds."""
    return max(LOWEST, min(HIGHEST, sum(sign.weight for sign in signs)))
