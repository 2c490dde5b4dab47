"""What is odd about the links of a mail, each as a sign a person can check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mingjian.detect.mail.domains import (
    host_of,
    imitates,
    in_list,
    is_number,
    registrable,
    unicode_host,
)
from mingjian.detect.mail.page import Link
from mingjian.domain.message import Message
from mingjian.intake.links import find_links

_ACTION = re.compile(
    r"log[io]n|signin|verif|secur|account|update|confirm|unlock|claim|refund|reward|prize|wallet|"
    r"support|billing|webmail|password|recover|suspend|validat|bonus|airdrop|alert"
)
_ODD_TLD = frozenset(
    [
        "top",
        "xyz",
        "icu",
        "buzz",
        "click",
        "link",
        "live",
        "rest",
        "cfd",
        "sbs",
        "cyou",
        "quest",
        "monster",
        "fun",
        "work",
        "zip",
        "mov",
        "tk",
        "ml",
        "ga",
        "cf",
        "gq",
        "ru",
        "vip",
        "club",
        "shop",
        "online",
        "site",
    ]
)
_SHOWN_HOST = re.compile(
    r"(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,18})(?:[/:?]\S*)?", re.I
)

NAMES: dict[str, Message] = {
    "number_host": Message(
        "链接指向 IP 地址而不是域名", "a link leads to an IP address, not a name"
    ),
    "script_link": Message(
        "链接内含 data: 或脚本", "a link carries a data: page or a script instead of an address"
    ),
    "userinfo": Message("链接在真实主机前写有 @", "a link puts an @ before its true host"),
    "imitated": Message(
        "链接域名仿冒知名机构", "a link's domain is made to look like a known brand's"
    ),
    "mismatch": Message(
        "链接显示的网址与实际去向不同", "a link shows one address and leads to another"
    ),
    "free_hosting": Message(
        "链接指向任何人都可建页的免费托管站",
        "a link leads to free hosting, where anyone may put up a page",
    ),
    "shortener": Message("链接经短网址隐藏去向", "a shortened link hides where it leads"),
    "deep_host": Message("链接主机名层级过多", "a link's host has many levels"),
    "action_host": Message(
        "链接域名由“验证、登录、安全”一类词拼成",
        "a link's domain is put together from words like verify, login, secure",
    ),
    "odd_ending": Message(
        "链接使用常被滥用的域名后缀", "a link's domain has an ending that is often abused"
    ),
    "carries_address": Message(
        "链接带着收件人的邮箱地址", "a link carries the recipient's mail address along"
    ),
    "form_out": Message(
        "邮件内含表单，内容发往外部", "the mail holds a form that sends to another site"
    ),
    "password_field": Message("邮件内含密码输入框", "the mail holds a password field"),
}


@dataclass(frozen=True, slots=True)
class LinkSign:
    """One sign and the hosts that show it, defanged."""

    id: str
    hosts: tuple[str, ...]


def defanged(host: str) -> str:
    """A host that no reader or program will open by mistake."""
    return host[:100].replace(".", "[.]")


def link_signs(
    links: Iterable[Link], forms: Iterable[str] = (), asks_password: bool = False
) -> dict[str, LinkSign]:
    """Signs by id. Two mail-sending services between shown and true address are no mismatch."""
    found: dict[str, list[str]] = {}

    def note(sign: str, host: str) -> None:
        shown = found.setdefault(sign, [])
        if defanged(host) not in shown and len(shown) < 5:
            shown.append(defanged(host))

    for link in links:
        lowered = link.target[:300].lower().strip()
        if lowered.startswith(("data:", "javascript:", "vbscript:")):
            note("script_link", lowered.partition(":")[0])
            continue
        if lowered.startswith(("mailto:", "tel:", "cid:", "#", "sms:")):
            continue
        host = host_of(link.target)
        if not host:
            continue
        for sign in _of_host(host):
            note(sign, host)
        rest = link.target[:2000].partition("://")[2]
        if "@" in rest.partition("/")[0]:
            note("userinfo", host)
        if re.search(r"[?&#/=][\w.+-]{1,64}(?:@|%40)[\w.-]{3,100}", rest[:2000]):
            note("carries_address", host)
        if _differs(link.shown, host):
            note("mismatch", host)
    for form in forms:
        host = host_of(form)
        if host:
            note("form_out", host)
    if asks_password:
        note("password_field", "input")
    return {sign: LinkSign(sign, tuple(hosts)) for sign, hosts in found.items()}


def _of_host(host: str) -> list[str]:
    signs = []
    if is_number(host):
        return ["number_host"]
    owned = registrable(host)
    if imitates(host):
        signs.append("imitated")
    if in_list(host, "free_hosting"):
        signs.append("free_hosting")
    elif in_list(host, "shorteners"):
        signs.append("shortener")
    elif not in_list(host, "senders") and "-" in owned and _ACTION.search(owned):
        signs.append("action_host")
    if host.count(".") >= 4 and not in_list(host, "senders"):
        signs.append("deep_host")
    if host.rpartition(".")[2] in _ODD_TLD:
        signs.append("odd_ending")
    return signs


def _differs(shown: str, host: str) -> bool:
    """Whether the words on a link are an address of another owner than the link's target."""
    match = _SHOWN_HOST.fullmatch(shown.strip()[:300]) if "." in shown[:300] else None
    if match is None or in_list(host, "senders") or in_list(host, "shorteners"):
        return False
    told = unicode_host(match[1])
    return registrable(told) != registrable(host)


def links_of_text(text: str) -> list[Link]:
    """The addresses written in plain words."""
    found: dict[str, None] = {}
    for link in find_links(text):
        found.setdefault(link.url)
        if len(found) >= 200:
            break
    return [Link(url, "") for url in found]
