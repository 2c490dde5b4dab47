"""What is handed over by HTTP or by a program: on disk before it is answered, then watched.

`push` appends one line to the newest segment of the source's spool and returns once that is on
disk. The watch reads the segments as it reads any growing file, and removes those it has done
with. A full spool refuses: who pushes comes back later, and nothing is lost unseen.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mingjian.app.errors import MingjianError, UsageError
from mingjian.app.settings import Settings
from mingjian.app.watch_config import DropSource, PushSource
from mingjian.app.watch_drop import Drop
from mingjian.app.watch_sources import (
    Json,
    Listing,
    Loaded,
    Unobtainable,
    event_time,
    region_code,
    tag,
)
from mingjian.domain.message import Message
from mingjian.store.watch import Listed, Watched

RETRY_SECONDS = 10
SEGMENTS = 8
"""A spool is filled in so many segments, and gives room back segment by segment."""
LARGEST = 8 << 20
"""Bytes of one push."""
_ENDING = ".jsonl"
_KEY = 200


class SpoolFull(MingjianError):
    """The spool holds as much as it may; `retry_after` is in seconds (HTTP 429)."""

    def __init__(self) -> None:
        super().__init__(
            Message("待检内容已满，请稍后再交", "as much waits as may wait: come back later"),
            Message(f"请在 {RETRY_SECONDS} 秒后再试", f"try again in {RETRY_SECONDS} seconds"),
        )
        self.retry_after = RETRY_SECONDS


def spool_folder(settings: Settings, watch: str, source: str) -> Path:
    """Where what is pushed to a source waits."""
    return settings.home / "watch" / watch / source


def push(
    content: bytes | str,
    *,
    settings: Settings,
    watch: str,
    source: str,
    id: str | None = None,
    event: object = None,
    region: str = "",
    channel: str = "",
    service: str = "",
) -> str:
    """Hand one item to a push source of a watch; its key there, once it is safely on disk.

    `id` names the item for who pushes it: the same one pushed again is examined once. `event` is
    when it happened (ISO 8601 or seconds since 1970). Raises `SpoolFull`, or `UsageError` where
    there is no such source or the item is too large.
    """
    folder = _known_spool(settings, watch, source)
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(data) > LARGEST or len(id or "") > _KEY:
        raise UsageError(
            Message(
                f"一次最多提交 {LARGEST >> 20} MiB，编号最多 {_KEY} 字",
                f"at most {LARGEST >> 20} MiB at a time, and an id of {_KEY} characters",
            )
        )
    if event is not None and event_time(event) is None:
        raise UsageError(
            Message(
                "发生时间应写作 2026-01-31T08:00:00+08:00，或自 1970 年起的秒数",
                "the time is written 2026-01-31T08:00:00+08:00, or in seconds since 1970",
            )
        )
    body: Json = {
        "id": id,
        "event": event_time(event),
        "region": region_code(region),
        "channel": tag(channel),
        "service": tag(service),
        "pushed": f"{time.time_ns()}-{secrets.token_hex(4)}",
        "data": base64.b64encode(data).decode("ascii"),
    }
    line = json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
    with _locked(folder):
        _append(folder, line)
    return _key(body)


def new_token(settings: Settings, watch: str, source: str) -> str:
    """A secret by which a program may push to this source over HTTP; it ends the one before.

    Only its SHA-256 is kept.
    """
    folder, token = _known_spool(settings, watch, source), secrets.token_urlsafe(32)
    fresh = folder / f"token-{os.getpid()}"
    fresh.write_text(_digest(token))
    fresh.replace(folder / "token")
    return token


def token_opens(settings: Settings, watch: str, source: str, token: str) -> bool:
    """Whether a program with this token may push there; False as well where there is no such
    source, so that nobody learns which there are."""
    try:
        kept = (_known_spool(settings, watch, source) / "token").read_text()
    except (OSError, UsageError):
        kept = ""
    return secrets.compare_digest(kept.encode(), _digest(token).encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _key(record: Mapping[str, Any]) -> str:
    """Who pushes may name an item; otherwise the moment it came names it."""
    return f"id:{record['id']}" if record.get("id") else f"at:{record['pushed']}"


def _known_spool(settings: Settings, watch: str, source: str) -> Path:
    folder = spool_folder(settings, watch, source)
    plain = all(
        name and not set(name) & set("/\\\0") and name[0] != "." for name in (watch, source)
    )
    if not plain or not (folder / "bytes").is_file():
        raise UsageError(
            Message(
                f"监测“{watch}”没有名为“{source}”的推送来源",
                f"the watch “{watch}” has no push source “{source}”",
            ),
            Message(
                "先以含该来源的文件运行 mingjian watch run",
                "run mingjian watch run with a file that names it first",
            ),
        )
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _segments(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_ENDING}"))


def _append(folder: Path, line: bytes) -> None:
    room = int((folder / "bytes").read_text())
    segments = _segments(folder)
    if sum(one.stat().st_size for one in segments) + len(line) > room:
        raise SpoolFull
    newest = segments[-1] if segments else None
    if newest is not None:
        _mend(newest)
    fresh = newest is None or newest.stat().st_size >= room // SEGMENTS
    if newest is None or fresh:
        newest = folder / f"{time.time_ns():020}{_ENDING}"
    with newest.open("ab") as file:
        end = file.tell()
        try:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            # Half a line that nobody was told of must not tear the next one.
            with contextlib.suppress(OSError):
                os.truncate(newest, end)
            raise
    if fresh:
        _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Push(Drop):
    """The watch's side of a spool: a folder of growing files that it may remove."""

    def __init__(self, settings: PushSource, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Renamed into place: somebody may push at this very moment.
        fresh = folder / f"bytes-{os.getpid()}"
        fresh.write_text(str(settings.spool_bytes))
        fresh.replace(folder / "bytes")
        super().__init__(
            DropSource(
                type="drop", name=settings.name, path=folder, files=f"*{_ENDING}", text="data"
            )
        )

    def look(self, position: Json, room: int) -> Listing:
        """As any growing file, but each item is named by who pushed it."""
        found = super().look(position, room)
        items = [Listed(self._named(one), one.locator) for one in found.items]
        return Listing(items=items, position=found.position, more=found.more)

    def _named(self, listed: Listed) -> str:
        try:
            return _key(json.loads(self._bytes(listed.locator)))
        except (ValueError, KeyError, TypeError):
            return listed.key  # not written by `push`; loading it will say so

    def loaded(self, record: Mapping[str, object], name: str) -> Loaded:
        data = record.get("data")
        try:
            content = base64.b64decode(str(data), validate=True) if data is not None else None
        except ValueError:
            content = None
        if content is None:
            why = Message("这一行不是完整的记录。", "This line is not a complete record.")
            raise Unobtainable(why, lasting=True)
        return Loaded(
            name=name,
            data=content,
            event=event_time(record.get("event")),
            region=region_code(record.get("region")),
            channel=tag(record.get("channel")),
            service=tag(record.get("service")),
        )

    def settled(self, keys: Sequence[str], oldest: Watched | None) -> None:
        """Remove segments that were read to their end and of which nothing waits."""
        self.close()
        needed = oldest.locator["name"] if oldest is not None else None
        with _locked(self.root):
            for segment in _segments(self.root):
                if segment.name == needed or segment.stat().st_size != self.reached.get(
                    segment.name
                ):
                    break
                segment.unlink()


def _mend(segment: Path) -> None:
    """Cut off a torn line that a kill or power cut has left: it was never answered, and what
    comes next must not be joined to it."""
    with segment.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read() != b"\n":
                file.seek(0)
                file.truncate(file.read().rfind(b"\n") + 1)
