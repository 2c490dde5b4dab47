"""Chat exports: which of the known forms a text is in, and its turns in order.

Forms: `wechat-text` (a line with time and sender, then the message), `wechat-csv`,
`telegram-json` (Telegram Desktop's result.json), `whatsapp-text` (bracket and dash forms)
and `generic-dialogue` (`speaker: words`, one turn a line). Senders stay as the export names
them; nothing here says who they are.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MAX_TURNS = 100_000
"""Turns read out of one export; later ones are left out."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: its time as written ("" where none), the sender's alias, the words."""

    time: str
    sender: str
    text: str
    start: int | None = None
    """Offset of the words in the decoded text; None for exports inside CSV or JSON."""


_DAY = r"\d{4}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.|年\d{1,2}月)\d{1,2}日?"
_ANY_DAY = rf"(?:{_DAY}|\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]\d{{2,4}})"
_CLOCK = (
    r"(?:[上下]午|凌晨|清晨|早上|中午|晚上)?\s?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
    r"(?:\s?[AaPp]\.?[Mm]\.?)?"
)
_TIME_THEN_SENDER = re.compile(rf"({_DAY}[ T\t]+{_CLOCK})[ \t]+(\S.{{0,39}})\Z")
_SENDER_THEN_TIME = re.compile(rf"(\S.{{0,39}}?)[ \t]+({_DAY}[ \t]+{_CLOCK})\s?\Z")
_WHATSAPP = re.compile(
    rf"[\u200e\u200f]?(?:\[({_ANY_DAY},?\s+{_CLOCK})\]|({_ANY_DAY},?\s+{_CLOCK})\s[-–])\s+(.*)\Z"
)
_TIMED_LINE = re.compile(
    rf"[\[(（]?({_DAY}\s+{_CLOCK})[\])）]?\s+([^:：\n]{{1,30}})(?:：|:\s)\s*(.*)\Z"
)
_SPEAKER_LINE = re.compile(r"([^\s:：\"'{}<>|=][^:：\n\"{}<>|=]{0,19})[:：](?!//)\s*(.*)\Z")
_LOG_LEVELS = frozenset(
    ["debug", "info", "warn", "warning", "error", "fatal", "trace", "notice", "critical", "note"]
)
_KNOWN_PAIRS = tuple(
    frozenset(pair.split("/"))
    for pair in [
        "l/r",
        "left/right",
        "a/b",
        "甲/乙",
        "客服/用户",
        "客服/客户",
        "主叫/被叫",
        "caller/callee",
        "agent/customer",
        "user/assistant",
        "human/ai",
        "human/assistant",
        "用户/助手",
        "骗子/受害人",
        "坐席/客户",
        "问/答",
        "sys/usr",
    ]
)

# ---- which form ------------------------------------------------------------------------


def chat_format(lines: Sequence[str]) -> str | None:
    """The textual chat form of `lines` (the first lines of a text), or None.

    Needs at least two messages, so that a dated note or a log file is not taken for one.
    """
    if len(lines) < 2:
        return None
    filled = [line.strip() for line in lines if line.strip()]
    if any(line[:1].isdigit() or line[:1] in "[\u200e" for line in filled[:10]):
        matches = [_WHATSAPP.match(line) for line in filled]
        named = [match for match in matches if match and re.match(r"[^:：]{1,60}: ?", match[3])]
        if len(named) >= 2 and any(matches[:3]):
            return "whatsapp-text"
    if _is_wechat(filled):
        return "wechat-text"
    return "generic-dialogue" if _is_spoken(filled) else None


def _wechat_head(line: str) -> tuple[str, str] | None:
    """(time, sender) when `line` announces a message, else None."""
    if len(line) > 90 or ":" not in line.replace("：", ":"):
        return None
    if match := _TIME_THEN_SENDER.match(line):
        return match[1], match[2].strip().rstrip(":：")
    if (match := _SENDER_THEN_TIME.match(line)) and match[1][-1] not in ":：":
        return match[2], match[1].strip()
    return None


def _is_wechat(lines: Sequence[str]) -> bool:
    heads = [_wechat_head(line) for line in lines]
    senders = [head[1] for head in heads if head]
    if len(senders) < 2 or not any(heads[:10]):
        return False
    words = [sender.split() for sender in senders]
    if any(word[0].strip("[]").lower() in _LOG_LEVELS or len(word) > 4 for word in words):
        return False
    followed = sum(
        1 for head, after in zip(heads, [*heads[1:], None], strict=True) if head and not after
    )
    if heads[-1]:
        followed -= 1
    return followed * 10 >= (len(senders) - bool(heads[-1])) * 6 and followed >= 1


def _is_spoken(lines: Sequence[str]) -> bool:
    timed = [_TIMED_LINE.match(line) for line in lines]
    matches = [match for match in timed if match]
    if len(matches) >= 2 and len(matches) * 10 >= len(lines) * 6:
        names = Counter(match[2].strip() for match in matches)
        chinese = any("\u4e00" <= char <= "\u9fff" for name in names for char in name)
        levels = any(name.lower().strip("[]") in _LOG_LEVELS for name in names)
        return chinese and not levels and len(names) <= max(2, len(matches) // 2)
    spoken = [match for match in map(_SPEAKER_LINE.match, lines) if match]
    names = Counter(match[1].strip().lower() for match in spoken)
    if len(spoken) * 10 < len(lines) * 8:
        return _is_known_pair(lines, spoken, names)
    if len(spoken) < 2:
        return False
    if any(name in _LOG_LEVELS for name in names):
        return False
    if frozenset(names) in _KNOWN_PAIRS:
        return True
    twice = [name for name, count in names.items() if count >= 2]
    return len(spoken) >= 4 and len(twice) >= 2 and len(names) <= 6


def _is_known_pair(
    lines: Sequence[str], spoken: Sequence[re.Match[str]], names: Counter[str]
) -> bool:
    """Turns of several lines, told by speakers whose names only ever mean a conversation."""
    if not spoken or spoken[0].string is not lines[0]:
        return False
    first = spoken[0][1].strip().lower()
    for pair in _KNOWN_PAIRS:
        if first in pair and pair <= names.keys() and pair.isdisjoint(("a", "答")):
            turned = sum(names[name] for name in pair)
            return turned >= 3 and turned * 10 >= len(lines) * 2
    return False


# ---- turns ------------------------------------------------------------------------------


def turns(text: str, format: str) -> list[Turn]:
    """The turns of an export in `format` (see the module), in order, at most `MAX_TURNS`.

    Text in another form, or damaged, gives the turns that can be read, perhaps none.
    """
    if format == "wechat-text":
        found = _headed(text)
    elif format == "whatsapp-text":
        found = _lined(text, whatsapp=True)
    elif format == "generic-dialogue":
        found = _lined(text, whatsapp=False)
    elif format == "wechat-csv":
        found = _tabled(text)
    elif format == "telegram-json":
        found = _telegram(text)
    else:
        found = iter(())
    kept = []
    for turn in found:
        kept.append(turn)
        if len(kept) >= MAX_TURNS:
            break
    return kept


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for line in text.splitlines(keepends=True):
        yield position, line
        position += len(line)


def _closed(text: str, time: str, sender: str, start: int, end: int) -> Turn:
    words = text[start:end]
    lead = len(words) - len(words.lstrip())
    return Turn(time, sender, words.strip(), start + lead)


def _headed(text: str) -> Iterator[Turn]:
    head: tuple[str, str] | None = None
    start = 0
    for position, line in _numbered(text):
        found = _wechat_head(line.strip())
        if found:
            if head:
                yield _closed(text, *head, start, position)
            head, start = found, position + len(line)
    if head:
        yield _closed(text, *head, start, len(text))


def _lined(text: str, *, whatsapp: bool) -> Iterator[Turn]:
    read = _whatsapp_head if whatsapp else _spoken_head
    head: tuple[str, str] | None = None
    start = 0
    for position, line in _numbered(text):
        found = read(line.rstrip())
        if found:
            if head:
                yield _closed(text, *head, start, position)
            time, sender, words = found
            head = (time, sender)
            start = position + len(line.rstrip()) - len(words)
    if head:
        yield _closed(text, *head, start, len(text))


def _whatsapp_head(line: str) -> tuple[str, str, str] | None:
    match = _WHATSAPP.match(line)
    if not match:
        return None
    time, rest = match[1] or match[2], match[3]
    sender, colon, words = rest.partition(":")
    if not colon or len(sender) > 60:
        return time, "", rest
    return time, sender.strip(), words


def _spoken_head(line: str) -> tuple[str, str, str] | None:
    if match := _TIMED_LINE.match(line):
        return match[1], match[2].strip(), match[3]
    if match := _SPEAKER_LINE.match(line):
        return "", match[1].strip(), match[2]
    return None


# ---- CSV and JSON exports ----------------------------------------------------------------

_CONTENT_COLUMNS = [
    "strcontent",
    "content",
    "message",
    "msg",
    "text",
    "body",
    "消息内容",
    "聊天内容",
    "内容",
    "消息",
    "正文",
]
_TIME_COLUMNS = [
    "strtime",
    "time",
    "datetime",
    "date",
    "timestamp",
    "createtime",
    "sent_at",
    "发送时间",
    "消息时间",
    "时间",
    "日期时间",
    "日期",
]
_SENDER_COLUMNS = [
    "sender",
    "nickname",
    "from_name",
    "from",
    "sender_name",
    "talker",
    "remark",
    "talkerid",
    "issender",
    "is_sender",
    "发送者",
    "发送人",
    "发信人",
    "发言人",
    "昵称",
    "联系人",
    "备注",
    "对方",
]


def chat_columns(header: Iterable[str]) -> tuple[int, int, int] | None:
    """Positions of (time, sender, words) in a CSV header, None unless all three are there."""
    names = [name.strip().lower().lstrip("\ufeff") for name in header]

    def position(candidates: Sequence[str]) -> int | None:
        return next((names.index(name) for name in candidates if name in names), None)

    time, sender = position(_TIME_COLUMNS), position(_SENDER_COLUMNS)
    words = position(_CONTENT_COLUMNS)
    if time is None or sender is None or words is None:
        return None
    return time, sender, words


def _tabled(text: str) -> Iterator[Turn]:
    sample = text[:4096].partition("\n")[0]
    delimiter = max(",\t;", key=sample.count)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    columns: tuple[int, int, int] | None = None
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        if columns is None:
            columns = chat_columns(row)
            if columns is None:
                return
            continue
        if len(row) > max(columns):
            time, sender, words = (row[column] for column in columns)
            yield Turn(time, sender, words)


def _telegram(text: str) -> Iterator[Turn]:
    try:
        export = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(export, dict):
        return
    chats: list[object] = [export]
    listing = export.get("chats")
    if isinstance(listing, dict) and isinstance(listing.get("list"), list):
        chats.extend(listing["list"])
    for chat in chats:
        messages = chat.get("messages") if isinstance(chat, dict) else None
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict) and message.get("type", "message") == "message":
                sender = message.get("from") or message.get("from_id") or ""
                words = _telegram_text(message.get("text"))
                yield Turn(str(message.get("date", "")), str(sender), words)


def _telegram_text(text: object) -> str:
    """Telegram writes plain text as a string and formatted text as a list of runs."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    runs = (run.get("text", "") if isinstance(run, dict) else run for run in text)
    return "".join(run for run in runs if isinstance(run, str))
