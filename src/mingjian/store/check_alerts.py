"""Events and states of alerts against the chain that binds them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from mingjian.casework.custody.entry import Entry, NotAnEntry
from mingjian.casework.custody.key import PublicKeys
from mingjian.casework.custody.verify import ChainCheck, Problem
from mingjian.domain.message import Message
from mingjian.store.alerts import CHAIN, alert, head_of, stored_rows
from mingjian.store.database import Database


def alert_problems(database: Database, keys: PublicKeys) -> Iterator[Problem]:
    """What was altered, added or removed among the alerts; none means all is as it was signed."""
    check = ChainCheck(CHAIN, keys)
    after: dict[int, tuple[object, object]] = {}
    for row in stored_rows(database):
        where = f"alerts #{row.seq}"
        try:
            entry = Entry.parse(bytes(row.line))
        except NotAnEntry:
            check.unread()
            yield _problem(where, "该条目已被改动。", "This entry was altered.")
            continue
        yield from check.check(entry, where)
        details: Any = entry.details
        bound = (entry.seq, details.get("alert"), details.get("body_sha256"))
        if bound != (row.seq, row.alert_id, sha256(bytes(row.body)).hexdigest()):
            yield _problem(
                where,
                "预警事项的内容已被改动：与条目所载的散列值不符。",
                "What was done about the alert was altered: it does not match its entry.",
            )
        if "state_sha256" in details:
            after[row.alert_id] = (details["revision"], details["state_sha256"])
    if check.head != head_of(database):
        yield _problem(
            f"alerts #{check.head.seq}",
            "预警的保管链末尾不符：有条目被删除、添加或改动。",
            "The chain of alerts does not end where it should: entries were removed, added or "
            "altered.",
        )
    with database.read() as connection:
        rows = connection.execute(sa.select(alert)).all()
    stored = {row.id: (row.revision, sha256(bytes(row.body)).hexdigest()) for row in rows}
    for number in sorted({*stored, *after}):
        if stored.get(number) != after.get(number):
            yield _problem(
                f"alert {number}",
                "预警的当前状态与最后一次变更所载的不符：已被改动。",
                "The alert does not stand as its last change left it: it was altered.",
            )


def _problem(where: str, zh: str, en: str) -> Problem:
    return Problem(where, Message(zh, en))
