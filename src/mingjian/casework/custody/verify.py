"""Checking a chain: every entry that is altered, missing, out of place or wrongly signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mingjian.casework.custody.entry import Action, Entry, Head
from mingjian.casework.custody.key import PublicKeys, signature_holds
from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as custody says it was."""

    where: str
    """Which entry, line, evidence, record or scale: ``case A, entry 12``."""
    what: Message


@dataclass(slots=True)
class ChainCheck:
    """Checks entries one after another; constant memory, so a chain may be of any length."""

    case: str
    keys: PublicKeys
    head: Head = field(init=False)
    used: set[str] = field(init=False, default_factory=set)
    """Ids of the keys that signed."""
    _follows: frozenset[str] = field(init=False)
    """What the next entry may have as `prev`. An altered entry has two hashes, the stated one
    and that of its content; either is fine, as the entry itself has been reported already."""
    _unread: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.head = Head.of_new(self.case)
        self._follows = frozenset({self.head.hash})

    def unread(self) -> None:
        """An entry stood here that could not be read: judge the next one without it."""
        self._unread += 1

    def check(self, entry: Entry, where: str | None = None) -> Iterator[Problem]:
        """Problems of the next entry; `where` names it, if not by case and number."""
        where = where or f"{self.case} #{entry.seq}"
        body_hash = hashlib.sha256(entry.body())
        if body_hash.hexdigest() != entry.hash:
            yield Problem(
                where,
                Message(
                    "该条目的内容已被改动，与其散列值不符。",
                    "This entry was altered: its content does not match its hash.",
                ),
            )
        if entry.case != self.case:
            yield Problem(
                where,
                Message("该条目属于另一案件。", "This entry belongs to another case."),
            )
        yield from self._order(entry, where)
        yield from self._signature(entry, where)
        if entry.action == Action.TIME_STAMPED:
            yield from self._stamp(entry, where)
        self.head = Head(entry.seq, entry.hash)
        self._follows = frozenset({entry.hash, body_hash.hexdigest()})
        self._unread = 0

    def _order(self, entry: Entry, where: str) -> Iterator[Problem]:
        expected = self.head.seq + 1
        if self._unread and expected <= entry.seq <= expected + self._unread:
            return
        if entry.seq > expected:
            missing = str(expected) if entry.seq == expected + 1 else f"{expected}-{entry.seq - 1}"
            yield Problem(
                where,
                Message(
                    f"此条目之前缺失条目 {missing}。",
                    f"Entry {missing} is missing before this one.",
                ),
            )
        elif entry.seq < expected:
            yield Problem(
                where,
                Message(
                    f"条目次序被打乱或重复：此处应为第 {expected} 条。",
                    f"Entries are out of order or repeated: number {expected} should stand here.",
                ),
            )
        elif entry.prev not in self._follows:
            yield Problem(
                where,
                Message(
                    "该条目与前一条目不衔接：其中之一已被改动或替换。",
                    "This entry does not follow from the one before it: "
                    "one of the two was altered or replaced.",
                ),
            )

    def _signature(self, entry: Entry, where: str) -> Iterator[Problem]:
        self.used.add(entry.key)
        public = self.keys.get(entry.key)
        if public is None:
            yield Problem(
                where,
                Message(
                    f"该条目由未知密钥 {entry.key} 签名。",
                    f"This entry was signed by another key, {entry.key}, which is not known.",
                ),
            )
            return
        try:
            hashed = bytes.fromhex(entry.hash)
        except ValueError:
            hashed = b""
        if not signature_holds(public, entry.signature, hashed):
            yield Problem(
                where,
                Message(
                    "该条目的签名无效。",
                    f"The signature of this entry is not valid for key {entry.key}.",
                ),
            )

    def _stamp(self, entry: Entry, where: str) -> Iterator[Problem]:
        from mingjian.casework.custody.stamp import imprint_of

        if imprint_of(entry) != entry.details.get("hash"):
            yield Problem(
                where,
                Message(
                    "可信时间戳所盖的散列值与条目记载不符。",
                    "The time stamp was given for another hash than this entry states.",
                ),
            )


def verify_entries(
    entries: Iterable[Entry], keys: PublicKeys, case: str | None = None
) -> list[Problem]:
    """Problems of a case's chain from its first entry on; none means it is whole.

    That the *end* of the chain was not cut off can only be known against a head kept
    elsewhere: the case row of the store, the last line of an export, or a time stamp.
    """
    check: ChainCheck | None = None
    problems: list[Problem] = []
    for entry in entries:
        if check is None:
            check = ChainCheck(case if case is not None else entry.case, keys)
        problems += check.check(entry)
    return problems
