"""What happened and what was done, on one line of time, with the gaps named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal

from mingjian.domain.message import Message

Source = Literal["stated", "file", "handled", "gap"]
SOURCES: dict[Source, Message] = {
    "stated": Message("陈述", "stated"),
    "file": Message("文件时间", "file time"),
    "handled": Message("办理", "handled"),
    "gap": Message("空档", "gap"),
}
FILE_TIME = Message(
    "文件系统所记修改时间，可被更改，仅供参考",
    "time of change as the file system has it; it can be altered",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry. `at` and `until` are UTC, RFC 3339; `until` is the end of a gap."""

    at: str
    source: Source
    what: Message
    who: str | None = None
    until: str | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "at": self.at,
            "until": self.until,
            "source": self.source,
            "source_words": SOURCES[self.source].as_json(),
            "who": self.who,
            "what": self.what.as_json(),
        }


def read_time(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def timeline(moments: Iterable[Moment], longest: timedelta, now: str | None) -> list[Moment]:
    """Moments in order, with gaps longer than `longest` between what was handled, and between
    what is stated to have happened. `now`: for a case still in work, the gap up to this day."""
    listed = sorted(moments, key=lambda item: (read_time(item.at), item.source))
    gaps = [
        *_gaps([item for item in listed if item.source == "handled"], longest, now),
        *_gaps([item for item in listed if item.source == "stated"], longest, None),
    ]
    return sorted([*listed, *gaps], key=lambda item: read_time(item.at))


def _gaps(listed: Sequence[Moment], longest: timedelta, now: str | None) -> list[Moment]:
    times = [item.at for item in listed] + ([now] if now and listed else [])
    handled = bool(listed) and listed[0].source == "handled"
    gaps = []
    for before, after in pairwise(times):
        length = read_time(after) - read_time(before)
        if length > longest:
            gaps.append(Moment(at=before, until=after, source="gap", what=_gap(length, handled)))
    return gaps


def _gap(length: timedelta, handled: bool) -> Message:
    hours = length / timedelta(hours=1)
    zh, en = (f"{hours / 24:.0f} 天", f"{hours / 24:.0f} days")
    if hours < 72:
        zh, en = f"{hours:.0f} 小时", f"{hours:.0f} hours"
    if handled:
        return Message(f"其间 {zh}没有办理记录", f"{en} in which nothing was done")
    return Message(f"其间 {zh}没有关于所发生之事的陈述", f"{en} about which nothing is stated")
