"""The posts of a data set: its text column and, where there are such, time and author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.detect.claim.moments import moment
from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.records import Record, record_error
from mingjian.intake.table import rows

MOST_POSTS = 20_000
MOST_CHARACTERS = 1_500_000
LONGEST_POST = 2_000
"""Characters of one post that are read."""
_SAMPLE = 200
_WORDED = re.compile(r"[\u4e00-\u9fff]{2}|\S \S{1,40} \S")
"""What tells a text from a name or a code."""
_TEXT = (
    "text", "content", "post", "message", "body", "tweet", "weibo", "正文", "内容", "文本",
    "微博正文", "微博内容", "帖子内容", "消息", "标题", "title",
)  # fmt: skip
_TIME = (
    "time", "timestamp", "created_at", "date", "datetime", "posted_at", "publish_time", "created",
    "发布时间", "时间", "日期", "发帖时间",
)  # fmt: skip
_AUTHOR = (
    "author", "author_hash", "author_id", "user", "user_id", "user_hash", "uid", "account",
    "screen_name", "作者", "用户", "发布者", "账号", "用户id",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One row. `author` is only ever counted, never shown."""

    row: int
    """Counted from 1, as the rows of the table are."""
    text: str
    time: float | None
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The posts that were read, and what was not."""

    posts: tuple[Post, ...]
    text_column: str
    time_column: str
    author_column: str
    broken: int
    cut: bool
    """The data set goes on behind what was read."""


def _named(columns: Sequence[str], names: Sequence[str]) -> str:
    lower = {column.strip().lower(): column for column in columns}
    return next((lower[name] for name in names if name in lower), "")


def _text_column(sample: Sequence[Record]) -> str:
    """The column with a usual name, else the one with the longest texts; "" for none."""
    columns = [str(column) for column in sample[0]]

    def length(column: str) -> float:
        values = [row.get(column) for row in sample]
        texts = [len(value) for value in values if isinstance(value, str)]
        return sum(texts) / len(sample)

    usual = _named(columns, _TEXT)
    if usual and length(usual) >= 4:
        return usual
    longest = max(columns, key=length, default="")
    if not longest or length(longest) < 12:
        return ""
    worded = sum(_WORDED.search(str(row.get(longest) or "")) is not None for row in sample)
    return longest if 2 * worded >= len(sample) else ""


def read_posts(evidence: Evidence) -> Posts:
    """The first `MOST_POSTS` posts of a data set, within `MOST_CHARACTERS`.

    Raises `NotApplicable` where no column holds texts, `NotExaminable` where it is no table.
    """
    sample: list[tuple[int, Record]] = []
    posts: list[Post] = []
    names: tuple[str, str, str] | None = None
    total = characters = broken = 0
    cut = False

    def take(number: int, record: Record) -> None:
        nonlocal characters
        assert names is not None
        value = record.get(names[0])
        text = value[:LONGEST_POST] if isinstance(value, str) else ""
        characters += len(text)
        posts.append(
            Post(
                row=number,
                text=text,
                time=moment(record.get(names[1])) if names[1] else None,
                author=str(record.get(names[2]) or "")[:200] if names[2] else "",
            )
        )

    try:
        for record in rows(evidence):
            total += 1
            if record_error(record) is not None:
                broken += 1
            elif names is not None:
                take(total, record)
            else:
                sample.append((total, record))
                if len(sample) == _SAMPLE:
                    names = _columns([kept for _, kept in sample])
                    for number, kept in sample:
                        take(number, kept)
            if total >= MOST_POSTS or characters >= MOST_CHARACTERS:
                cut = True
                break
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    if names is None:
        if not sample:
            raise NotApplicable(Message("数据表没有行。", "The table has no rows."))
        names = _columns([kept for _, kept in sample])
        for number, kept in sample:
            take(number, kept)
    return Posts(
        posts=tuple(posts),
        text_column=names[0],
        time_column=names[1],
        author_column=names[2],
        broken=broken,
        cut=cut,
    )


def _columns(sample: Sequence[Record]) -> tuple[str, str, str]:
    columns = [str(column) for column in sample[0]]
    text = _text_column(sample)
    if not text:
        raise NotApplicable(
            Message(
                "数据表没有文字栏，不是帖子的数据。",
                "No column of the table holds texts; it is no data set of posts.",
            )
        )
    return text, _named(columns, _TIME), _named(columns, _AUTHOR)
