"""Ways to pay or to be reached that a message gives: links, numbers, accounts, wallets, codes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingjian.domain.message import Message

MOST = 40
"""Handles taken from one evidence."""

_PATTERNS = {
    "link": r"(?:(?:https?|hxxps?)\W{1,5}|www\.)[^\s\u3000-\u9fff<>\"']{1,300}",
    "crypto": r"\b0x[0-9a-fA-F]{40}\b|\bbc1[0-9a-z]{20,60}\b|\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b"
    r"|\bT[1-9A-HJ-NP-Za-km-z]{33}\b",
    "address": r"\b[\w.+\-]{1,40}@[A-Za-z0-9\-]{1,40}(?:\.[A-Za-z]{2,10}){0,3}",
    "card": r"(?<!\d)(?:\d{15,19}|\d{4} \d{4} \d{4} \d{3,7}(?: \d{1,3})?)(?!\d)",
    "account": r"(?:微信号?|QQ号?|扣扣|支付宝|wechat|weixin|[VvWw][Xx信]|telegram|whatsapp)"
    r"[^\w\n]{0,3}(?P<id>[A-Za-z0-9][\w\-]{4,24})",
    "cashtag": r"(?<![\w$])\$[A-Za-z][A-Za-z0-9]{2,20}\b",
    "code": r"(?:验证码|校验码|动态码|动态密码|取件码|code(?: is)?|OTP(?: is)?|passcode(?: is)?)"
    r"[^\w\n]{0,4}(?P<digits>\d{4,8})(?!\d)",
    "phone": r"(?<![\dA-Za-z])(?:\+\d{1,3}[ \-]?)?(?:1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}"
    r"|400[ \-]?\d{3,4}[ \-]?\d{3,4}|\(?0\d{2,3}\)?[ \-]\d{7,8}"
    r"|\(?\d{3}\)?[ \-]\d{3}[ \-]\d{4}|\d{5} \d{6})(?!\d)",
}
_ANY = re.compile(
    r"(?=[0-9A-Za-z+($微扣支验校动取])(?:"
    + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items())
    + ")",
    re.I,
)
# The class in front lets the search run past all other characters.
_WORTH = re.compile(
    r"[\d:WwVv@$微Qq](?:(?<=\d)\d{3}|(?<=0)[Xx]|(?<=:)//|(?<=[Ww])[Ww]{2}\.|(?<=@)"
    r"|(?<=\$)(?i:[a-z])|(?<=[VvWw])[Xx信]|(?<=微)信|(?<=[Qq])[Qq])"
)
KINDS = {
    "link": Message("链接", "link"),
    "crypto": Message("虚拟货币地址", "crypto address"),
    "address": Message("电子邮箱或收款地址", "e-mail or payment address"),
    "card": Message("银行卡号", "bank card number"),
    "account": Message("社交或支付账号", "chat or payment account"),
    "cashtag": Message("收款标签", "cash tag"),
    "code": Message("验证码", "code"),
    "phone": Message("电话号码", "telephone number"),
}


@dataclass(frozen=True, slots=True)
class Handle:
    """One handle: its kind, its span in the text, and how it may be shown."""

    kind: str
    start: int
    end: int
    masked: str


def handles(text: str) -> list[Handle]:
    """The handles of `text` in order, at most `MOST`; values are masked, links defanged."""
    if not _WORTH.search(text):
        return []
    found = []
    for match in _ANY.finditer(text):
        kind = match.lastgroup or ""
        kind = {"id": "account", "digits": "code"}.get(kind, kind)
        value = match["id"] or match["digits"] or match[0]
        start = match.start("id") if match["id"] else match.start("digits")
        start = match.start() if start < 0 else start
        found.append(Handle(kind, start, start + len(value), _masked(kind, value)))
        if len(found) >= MOST:
            break
    return found


def _masked(kind: str, value: str) -> str:
    if kind == "link":
        host = re.sub(r"^\w+\W{1,5}", "", value) if "://" in value[:12] else value
        return re.split(r"[/?#]", host, maxsplit=1)[0].replace(".", "[.]")[:80] + "/…"
    if kind == "code":
        return "*" * len(value)
    keep = 2 if len(value) < 12 else 4
    return (
        value[:keep]
        + "*" * min(12, len(value) - 2 * keep if len(value) > 2 * keep else 3)
        + (value[-2:] if len(value) > 6 else "")
    )


_LONG_NUMBER = re.compile(r"\d[\d \-]{3,}\d")


def without_numbers(passage: str) -> str:
    """A passage as it may be shown: long numbers masked, links defanged."""
    passage = _LONG_NUMBER.sub(lambda match: match[0][0] + "*" * (len(match[0]) - 1), passage)
    return re.sub(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z]{2})", "[.]", passage).replace("\n", " ")
