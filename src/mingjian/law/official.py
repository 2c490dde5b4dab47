"""Official texts, read from a folder of JSON files and shown beside our wording.

The folder comes from outside and is read as such: bounded in files, bytes, articles and
characters; strings only; nothing in it is executed or rendered.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.domain.message import Message

FILES = 500
FILE_BYTES = 8 << 20
ARTICLES = 5_000
TEXT_CHARACTERS = 200_000
_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,99}")


class TextRefused(ValueError):
    """Not a text in the format of the law folder."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialText:
    """One statute's text as published: article numbers to their wording."""

    id: str
    title: str
    source: str
    note: str
    digest: str
    """SHA-256 of the file's bytes: this is the version."""
    articles: Mapping[str, str]

    def article(self, no: str) -> str | None:
        return self.articles.get(no)


def _text(value: object, limit: int) -> str:
    return value[:limit] if isinstance(value, str) else ""


def parse_official(data: bytes) -> OfficialText:
    """One file of the folder; TextRefused says what is wrong with it."""
    if len(data) > FILE_BYTES:
        size = FILE_BYTES >> 20
        raise TextRefused(Message(f"文件超过 {size} MiB", f"over {size} MiB"))
    try:
        value = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise TextRefused(Message("不是 UTF-8 的 JSON", "not JSON in UTF-8")) from None
    if not isinstance(value, dict) or not isinstance(value.get("articles"), list):
        raise TextRefused(Message("没有条文列表 articles", "there is no list `articles`"))
    name = value.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise TextRefused(Message("编号 id 缺失或不合规", "`id` is missing or malformed"))
    listed = value["articles"]
    if len(listed) > ARTICLES:
        raise TextRefused(Message(f"条文超过 {ARTICLES} 条", f"more than {ARTICLES} articles"))
    articles: dict[str, str] = {}
    for item in listed:
        if not isinstance(item, dict):
            raise TextRefused(Message("条文应为对象", "an article must be an object"))
        no, text = item.get("no"), item.get("text")
        if not isinstance(no, str) or not isinstance(text, str) or len(no) > 60:
            raise TextRefused(
                Message("条文须有字符串 no 与 text", "an article needs strings `no` and `text`")
            )
        if len(text) > TEXT_CHARACTERS:
            raise TextRefused(
                Message(f"第 {no} 条过长", f"article {no} is longer than {TEXT_CHARACTERS}")
            )
        # A number that occurs twice (a law printed in two parts) keeps both texts.
        articles[no] = f"{articles[no]}\n{text}" if no in articles else text
    return OfficialText(
        id=name,
        title=_text(value.get("title"), 500),
        source=_text(value.get("source"), 1_000),
        note=_text(value.get("note"), 1_000) or _text(value.get("status"), 1_000),
        digest=hashlib.sha256(data).hexdigest(),
        articles=articles,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """What changed between two versions of one official text."""

    id: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(old: OfficialText | None, new: OfficialText) -> TextChange:
    """Articles added, removed and reworded; white space does not count."""
    before = old.articles if old else {}
    plain = {no: re.sub(r"\s+", "", text) for no, text in before.items()}
    return TextChange(
        id=new.id,
        added=tuple(no for no in new.articles if no not in before),
        removed=tuple(no for no in before if no not in new.articles),
        changed=tuple(
            no
            for no, text in new.articles.items()
            if no in plain and plain[no] != re.sub(r"\s+", "", text)
        ),
    )
