"""Rows for the mail models: public collections by source, and mails written for Mingjian.

The written mails lie in `training/mail_written/`: subject, body, and slots that are filled at
random in the same way for both classes, so that no name, amount or host tells them apart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mingjian.detect.mail.acts import made_alike
from mingjian.detect.mail.tongue import EUROPE, tongue_of
from mingjian.intake.unpack.mime import decoded_words

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared" / "data" / "text"

LICENCES = {
    "phishing_pot": "CC BY-NC 4.0 (non-commercial)",
    "spamassassin": "PDDL-1.0",
    "kaggle-list": "not stated",
    "kaggle-llm": "not stated",
    "nazario": "not stated",
    "ephishLLM": "not stated",
    "malla": "not stated",
    "BIPIA": "MIT",
    "postmark-mailgun": "MIT",
    "mjml": "not stated",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One mail: its words, whether it is phishing, where it came from, and its language."""

    text: str
    phishing: bool
    source: str
    language: str
    category: str = ""
    year: str = ""
    template: str = ""
    """Of a written mail: what its fillings have in common."""
    headers: tuple[tuple[str, str], ...] = ()


_JUNK = re.compile(r"[\ufffd]{2,}")
_FORWARD = re.compile(
    r"_{10,}\s*(?:De|From): .{0,200}?\n"
    r"(?:(?:Enviado|Sent|Para|To|Cc|Assunto|Subject): .{0,300}\n){1,5}"
)
_CSS = re.compile(r"(?:[.#@]?[\w-]+(?: [\w.#-]+)* )?\{[^{}]{0,400}\}")


def _clean(text: str) -> str:
    """Without what the collectors' own tools left: forwarding blocks, style sheets."""
    text = _FORWARD.sub("", _JUNK.sub(" ", text))
    return decoded_words(_CSS.sub(" ", text))


def public() -> Iterator[Row]:
    """The rows of the public collections in a language of the scales; both classes of kaggle by
    who wrote them."""
    mails = pd.read_parquet(SHARED / "email.parquet")
    for row in mails.itertuples():
        text = _clean(row.text)
        language = tongue_of(made_alike(text).text)
        if language not in ("en", *EUROPE) or len(text.split()) < 12 or row.label == "spam":
            continue
        if language != "en" and row.label != "phish":
            continue  # a dozen of old mails
        name = "phishing_pot" if row.label == "phish" else "spamassassin"
        headers: list[tuple[str, str]] = []
        for key, value in (
            ("From", row.sender),
            ("Reply-To", row.reply_to),
            ("Authentication-Results", row.auth),
        ):
            if isinstance(value, str) and value.strip():
                if key.startswith("Auth"):
                    value = "mx.receiver.example; " + value
                headers.append((key, " ".join(value.split())))
        yield Row(
            text, row.label == "phish", name, language, year=row.ym[:4], headers=tuple(headers)
        )
    for row in pd.read_parquet(SHARED / "email_llm_phish.parquet").itertuples():
        if tongue_of(made_alike(row.text).text) != "en" or len(row.text) < 40:
            continue
        source = row.source.removeprefix("ssc:")
        if source == "kaggle":
            source = {"HW-B": "kaggle-list", "HW-P": "nazario"}.get(row.kind, "kaggle-llm")
        if source == "malla" and "subject" not in row.text[:900].lower():
            continue  # talk about writing a mail, or code: no mail
        yield Row(_clean(row.text), row.label == "phish", source, "en")
    for row in pd.read_parquet(SHARED / "email_modern_benign.parquet").itertuples():
        source = row.source.split("-")[0].split("/")[0]
        name = {"BIPIA": "BIPIA", "mjmlio": "mjml"}.get(source, "postmark-mailgun")
        yield Row(_clean(row.text), False, name, "en")


# ---- written mails ---------------------------------------------------------------------------

_FILL: dict[str, dict[str, list[str]]] = {
    "en": {
        "name": [
            "Sarah",
            "James",
            "Priya",
            "Tom",
            "Wei",
            "Olivia",
            "Ahmed",
            "Maria",
            "Ben",
            "Chloe",
            "Mr Novak",
            "Ms Ito",
        ],
        "person": [
            "Laura Finch",
            "D. Okafor",
            "Michael Chen",
            "Ana Souza",
            "Peter Lang",
            "Ruth Adler",
            "Kim Lee",
        ],
        "brand": [
            "Netflix",
            "Dropbox",
            "Northwind",
            "PayPal",
            "Amazon",
            "Spotify",
            "Outlook",
            "Lumen",
            "Airbnb",
            "Trello",
            "Coinbase",
            "Apple",
            "Tidewell",
            "Adobe",
            "DHL",
            "Microsoft",
        ],
        "company": [
            "Brightwater Ltd",
            "Orchard & Sons",
            "Helix Labs",
            "Marlow College",
            "Kestrel Foods",
            "Anders GmbH",
        ],
        "item": [
            "headphones",
            "garden chair",
            "solar pump",
            "keyboard",
            "tea set",
            "heat exchanger",
            "rain jacket",
        ],
        "city": ["Leeds", "Austin", "Lyon", "Osaka", "Toronto", "Lagos", "Warsaw"],
        "month": ["January", "March", "June", "September", "November"],
        "amount": ["$49.00", "€120", "£18.50", "$1,250.00", "USD 4,800", "$9.99", "$500", "€2,300"],
        "repo": ["acme/parser", "core-api", "docs-site", "PAY", "shop/web"],
    },
    "zh": {
        "name": ["王芳", "李强", "张伟老师", "陈静", "刘洋", "赵敏", "孙经理", "周女士"],
        "surname": ["王", "李", "张", "陈"],
        "person": ["林涛", "何敏", "高洁", "罗军", "谢晓", "郭老师"],
        "brand": [
            "支付宝",
            "京东",
            "腾讯视频",
            "网易云音乐",
            "清风云",
            "微信",
            "滴滴",
            "淘宝",
            "知行",
        ],
        "company": ["晨光科技", "海川物流", "青禾食品", "远景建材", "蓝桥软件"],
        "item": ["耳机", "保温杯", "水泵", "键盘", "换热器", "冲锋衣"],
        "city": ["杭州", "成都", "沈阳", "广州", "西安"],
        "month": ["一月", "三月", "六月", "九月", "十一月"],
        "amount": ["49元", "1200元", "3860元", "18.5元", "5000元", "26800元", "9.9元"],
        "repo": ["acme/parser", "core-api", "docs-site"],
    },
}
_GOOD = (
    "https://www.{d}.com/orders/8842",
    "https://{d}.com/account",
    "https://u1842.ct.sendgrid.net/ls/click?upn=u001",
    "https://{d}.us7.list-manage.com/track/click?u=7f",
    "https://app.{d}.io/t/3391",
    "https://click.e.{d}.com/?qs=ab31",
    "https://{d}.cn/u/1",
    "https://mail.{d}.com.cn/t",
    "[View]",
    "https://link.{d}.co/x9",
    "https://docs.google.com/document/d/1a2b",
    "https://bit.ly/3kd9",
)
_BAD = (
    "https://{d}-secure-login.com/verify",
    "http://185.22.14.9/{d}/index.html",
    "https://{d}.weebly.com/",
    "https://bit.ly/3kd9",
    "https://{d}.verify-account.top/a",
    "https://storage.googleapis.com/x81/{d}.html",
    "[Click here]",
    "https://www.{d}.com/account",
    "https://u1842.ct.sendgrid.net/ls/click?upn=u001",
    "https://forms.gle/8sK1",
    "https://{d}.web.app/#a@b.com",
    "https://{d}.cn.update-info.xyz/",
    "https://docs.google.com/document/d/1a2b",
    "https://link.{d}.co/x9",
)
_DOMAINS = [
    "northwind",
    "lumen",
    "paypal",
    "tidewell",
    "kestrel",
    "microsoft",
    "helixlabs",
    "orchard",
    "brightwater",
    "taobao",
    "mailcenter",
]
_SLOT = re.compile(r"\{(\w+)\}")


def filled(template: str, language: str, draw: random.Random) -> str:
    """A written mail with its slots filled; the same slot has one value in one mail."""
    chosen: dict[str, str] = {}
    lists = _FILL.get(language, _FILL["en"])

    def fill(match: re.Match[str]) -> str:
        slot = match[1]
        if slot in chosen:
            return chosen[slot]
        n = draw.randint
        if slot in lists:
            value = draw.choice(lists[slot])
        elif slot in ("link", "badlink"):
            value = draw.choice(_GOOD if slot == "link" else _BAD).replace(
                "{d}", draw.choice(_DOMAINS)
            )
        elif slot == "date":
            en = f"{draw.choice(_FILL['en']['month'])} {n(1, 28)}"
            value = {"en": en, "zh": f"{n(1, 12)}月{n(1, 28)}日"}.get(
                language, f"{n(1, 28)}.{n(1, 12)}."
            )
        elif slot == "addr":
            value = draw.choice(["info@orchard.com", "j.lee@helix.org", "liming@lanqiao.cn"])
        elif slot == "domain":
            value = draw.choice(_DOMAINS) + ".org"
        else:
            value = {
                "num": str(n(10_000, 9_999_999)),
                "last4": f"{n(0, 9999):04d}",
                "code": str(n(100_000, 999_999)),
                "time": f"{n(8, 18)}:{draw.choice(['00', '30', '15'])}",
                "year": "2025",
                "q": str(n(1, 4)),
            }[slot]
        chosen[slot] = value
        return value

    return _SLOT.sub(fill, template)


def templates(name: str) -> Iterator[tuple[str, str]]:
    """(category, text) of one file of written mails; the first line of a text is its subject."""
    text = (HERE / "mail_written" / f"{name}.txt").read_text("utf-8")
    for block in text.split("\n%% "):
        head, _, body = block.removeprefix("%% ").partition("\n")
        if body.strip():
            yield head.strip(), body.strip()


def written(variants: int = 1, seed: int = 5) -> Iterator[Row]:
    """The written mails, `variants` fillings of each."""
    for path in sorted((HERE / "mail_written").glob("*.txt")):
        language, phishing = path.stem[-2:], path.stem.startswith("phish")
        for number, (category, template) in enumerate(templates(path.stem)):
            for variant in range(variants):
                draw = random.Random(f"{seed}.{path.stem}.{number}.{variant}")
                yield Row(
                    filled(template, language, draw),
                    phishing,
                    f"written-{path.stem}",
                    language,
                    category,
                    template=f"{path.stem}.{number}",
                )


def others() -> Iterator[Row]:
    """The mails that other writers wrote, who knew nothing of ours: nothing in them is filled in.
    Blocks of `=== TRUTH LANGUAGE CATEGORY`, subject, empty line, body."""
    for path in sorted((HERE / "mail_written" / "others").glob("*.txt")):
        for block in path.read_text("utf-8").removeprefix("=== ").split("\n=== "):
            head, _, text = block.partition("\n")
            truth, language, category = head.split(maxsplit=2)
            yield Row(text.strip(), truth == "H1", f"others-{path.stem}", language, category)


# ---- raw mails -------------------------------------------------------------------------------

_BRAND_DOMAINS = {
    "Netflix": "netflix.com",
    "Dropbox": "dropbox.com",
    "PayPal": "paypal.com",
    "Amazon": "amazon.com",
    "Microsoft": "microsoft.com",
    "Spotify": "spotify.com",
    "DHL": "dhl.com",
    "Coinbase": "coinbase.com",
    "支付宝": "alipay.com",
    "京东": "jd.com",
    "淘宝": "taobao.com",
}
_PRIVATE = ["gmail.com", "outlook.com", "qq.com", "163.com", "icloud.com"]


def as_raw(row: Row) -> bytes:
    """The row as a raw mail. Real relations where the collection kept them, else invented ones:
    sending services, free mail, passing and missing results are drawn alike for both classes."""
    subject, _, body = row.text.partition("\n")
    headers = list(row.headers) or _invented(row)
    lines = [f"{key}: {' '.join(value.split())}" for key, value in headers]
    lines += [f"Subject: {' '.join(subject.split())[:300]}", "MIME-Version: 1.0"]
    lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", ""]
    return "\r\n".join([*lines, body or subject]).encode("utf-8", "replace")


def _invented(row: Row) -> list[tuple[str, str]]:
    draw = random.Random(row.text)
    domain = draw.choice(_DOMAINS[:2] + _DOMAINS[3:5] + _DOMAINS[6:9]) + draw.choice(
        [".com", ".org", ".cn", ".net"]
    )
    if draw.random() < 0.2:
        domain = draw.choice(_PRIVATE)
    name = draw.choice(["", "Laura Finch", "Customer Care", "通知中心", "Team", "王芳"])
    brand = next((b for b in _BRAND_DOMAINS if b in row.text), None)
    if brand and not row.phishing:
        name, domain = brand, _BRAND_DOMAINS[brand]
    elif brand and draw.random() < 0.6:
        name = brand
    envelope = (
        domain
        if draw.random() < 0.5
        else draw.choice(["u1.sendgrid.net", "mail.mcsv.net", "amazonses.com"])
    )
    signed = domain if draw.random() < 0.6 else envelope
    passed = draw.random() < 0.75
    results = (
        f"mx.receiver.example; spf={'pass' if passed else 'none'} smtp.mailfrom=b@{envelope}; "
        f"dkim={'pass' if passed else 'none'} header.d={signed}"
    )
    headers = [("Return-Path", f"<b@{envelope}>"), ("From", f"{name} <info@{domain}>")]
    if draw.random() < 0.8:
        headers.insert(1, ("Authentication-Results", results))
    if draw.random() < 0.25:
        headers.append(
            (
                "Reply-To",
                f"<reply@{draw.choice([domain, 'helpdesk.example', draw.choice(_PRIVATE)])}>",
            )
        )
    return headers
