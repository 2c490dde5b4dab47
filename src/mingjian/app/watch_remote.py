"""Sources on other machines: a mailbox over IMAP, and a Redis or Valkey stream."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence

from mingjian.app.watch_config import ImapSource, QueueSource, secret
from mingjian.app.watch_sources import (
    Json,
    Listing,
    Loaded,
    Source,
    Unobtainable,
    Unreachable,
    event_time,
    region_code,
    tag,
)
from mingjian.domain.message import Message
from mingjian.exchange.imap import Mailbox, MailboxProblem
from mingjian.exchange.queue import Queue, QueueMissing, QueueProblem
from mingjian.store.watch import Listed, Watched

HELD = 10_000
"""Entries of a queue whose content stays in memory; others are asked for again."""


class Imap(Source):
    """Messages of a folder by UID. Where the server gave all of them new UIDs, those that were
    examined before are known again by their bytes."""

    def __init__(self, settings: ImapSource) -> None:
        self.settings = settings
        self._mailbox: Mailbox | None = None

    def _opened(self) -> Mailbox:
        if self._mailbox is None:
            of = self.settings
            password = secret(of.password_env, of.password_file, of.name)
            try:
                self._mailbox = Mailbox(of.host, of.port, of.user, password, of.folder, tls=of.tls)
            except MailboxProblem as problem:
                raise self._unreachable(problem) from None
        return self._mailbox

    def _unreachable(self, problem: MailboxProblem) -> Unreachable:
        self.close()
        host = self.settings.host
        return Unreachable(
            Message(
                f"邮箱服务器 {host} 无法读取（{problem}）",
                f"the mailbox at {host} cannot be read ({problem})",
            )
        )

    def look(self, position: Json, room: int) -> Listing:
        mailbox = self._opened()
        before, uid = position.get("validity"), int(position.get("uid", 0))
        renumbered = before not in (None, mailbox.validity) or bool(position.get("renumbered"))
        if before != mailbox.validity:
            uid = 0
        try:
            uids = mailbox.uids_after(uid)
        except MailboxProblem as problem:
            raise self._unreachable(problem) from None
        items = []
        for one in uids[:room]:
            locator: Json = {"validity": mailbox.validity, "uid": one}
            if renumbered:
                locator["same"] = ""
            items.append(Listed(f"{mailbox.validity}:{one}", locator))
        reached = uids[:room][-1] if items else uid
        return Listing(
            items=items,
            position={"validity": mailbox.validity, "uid": reached, "renumbered": renumbered},
            more=len(uids) > room,
        )

    def load(self, item: Watched) -> Loaded:
        mailbox = self._opened()
        if mailbox.validity != item.locator["validity"]:
            why = Message(
                "服务器已重新编号，这封邮件将按新编号检验。",
                "The server has numbered its messages anew; this one is examined under its new "
                "number.",
            )
            raise Unobtainable(why, lasting=True)
        uid = item.locator["uid"]
        try:
            about = mailbox.size_and_date(uid)
            if about is not None and about[0] > self.settings.largest:
                why = Message(
                    f"邮件有 {about[0]} 字节，超出上限。",
                    f"The message has {about[0]} bytes, more than the limit.",
                )
                raise Unobtainable(why, lasting=True)
            data = mailbox.message(uid) if about is not None else None
        except MailboxProblem as problem:
            raise self._unreachable(problem) from None
        if about is None or data is None:
            why = Message("邮件已不在服务器上。", "The message is no longer on the server.")
            raise Unobtainable(why, lasting=True)
        return Loaded(name=f"{self.settings.folder}/{uid}.eml", data=data, event=about[1])

    def close(self) -> None:
        if self._mailbox is not None:
            self._mailbox.close()
            self._mailbox = None


class Stream(Source):
    """Entries of a stream by their ids, acknowledged once what became of them is kept."""

    def __init__(self, settings: QueueSource) -> None:
        self.settings = settings
        self._queue: Queue | None = None
        self._after = "0"
        """Our own unacknowledged entries are read again after a start, up to here."""
        self._held: dict[str, Mapping[bytes, bytes]] = {}

    def _opened(self) -> Queue:
        if self._queue is None:
            of = self.settings
            password = secret(of.password_env, None, of.name) if of.password_env else None
            consumer = f"{socket.gethostname()[:40]}-{of.name}"
            try:
                self._queue = Queue(of.url, of.stream, of.group, consumer, password)
            except QueueMissing:
                raise Unreachable(
                    Message(
                        "队列来源需要软件包 redis：请安装 mingjian[queue]",
                        "a queue needs the package redis: install mingjian[queue]",
                    )
                ) from None
            except QueueProblem as problem:
                raise self._unreachable(problem) from None
        return self._queue

    def _unreachable(self, problem: QueueProblem) -> Unreachable:
        self.close()
        name = self.settings.stream
        return Unreachable(
            Message(
                f"队列 {name} 无法读取（{problem}）", f"the queue {name} cannot be read ({problem})"
            )
        )

    def look(self, position: Json, room: int) -> Listing:
        queue = self._opened()
        found: list[tuple[str, Mapping[bytes, bytes]]] = []
        try:
            while self._after != ">" and len(found) < room:
                again = queue.own(room - len(found), self._after)
                found += again
                self._after = again[-1][0] if again else ">"
            if len(found) < room:
                found += queue.left_behind(room - len(found), self.settings.idle)
            if len(found) < room:
                found += queue.fresh(room - len(found))
        except QueueProblem as problem:
            raise self._unreachable(problem) from None
        if len(self._held) < HELD:
            self._held |= dict(found)
        return Listing(
            items=[Listed(name, {"id": name}) for name, _ in found],
            position=position,
            more=len(found) >= room,
        )

    def load(self, item: Watched) -> Loaded:
        fields = self._held.get(item.key)
        if fields is None:
            try:
                fields = self._opened().entry(item.key)
            except QueueProblem as problem:
                raise self._unreachable(problem) from None
        of = self.settings
        if not fields:
            why = Message("队列中已没有这一条。", "The stream no longer holds this entry.")
            raise Unobtainable(why, lasting=True)
        if of.text.encode() not in fields:
            why = Message(f"记录中没有字段“{of.text}”。", f"The record has no field “{of.text}”.")
            raise Unobtainable(why, lasting=True)
        said = {name: _said(fields.get(name.encode())) for name in ("region", "channel", "service")}
        event = event_time(_said(fields.get(of.time.encode()))) if of.time else None
        written, _, _ = item.key.partition("-")
        return Loaded(
            name=f"{of.stream}/{item.key}",
            data=bytes(fields[of.text.encode()]),
            # An entry's id is the moment at which it was added, in milliseconds.
            event=event if event is not None else event_time(int(written)),
            region=region_code(said["region"]),
            channel=tag(said["channel"]),
            service=tag(said["service"]),
        )

    def settled(self, keys: Sequence[str], oldest: Watched | None) -> None:
        for key in keys:
            self._held.pop(key, None)
        try:
            self._opened().acknowledge(keys)
        except QueueProblem as problem:
            # They are given out again, and known as done by their ids.
            raise self._unreachable(problem) from None

    def close(self) -> None:
        if self._queue is not None:
            self._queue.close()
            self._queue = None
            self._after = "0"


def _said(value: bytes | None) -> str:
    return "" if value is None else value.decode("utf-8", "replace")
