"""Custody entries: what was done to which evidence, chained by hash and signed.

An entry's hash is SHA-256 over the canonical JSON of everything in it but hash and
signature; that includes the hash of the entry before it, so no entry can be altered, put
elsewhere or taken out without breaking the chain. Each case has a chain of its own, so that
one case can be handed over whole without showing another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

Json = dict[str, object]


class Action(StrEnum):
    """What an entry says was done."""

    CASE_OPENED = "case_opened"
    RUN_STARTED = "run_started"
    TAKEN_IN = "taken_in"
    EXAMINED = "examined"
    REFUSED = "refused"
    TABLE_TAKEN_IN = "table_taken_in"
    TABLE_EXAMINED = "table_examined"
    EXPORTED = "exported"
    REPORTED = "reported"
    VERIFIED = "verified"
    TIME_STAMPED = "time_stamped"
    CASE_EVENT = "case_event"
    ALERT_EVENT = "alert_event"
    FORGOTTEN = "forgotten"


class Signer(Protocol):
    """Whoever holds the private key, see `custody.key`."""

    @property
    def id(self) -> str:
        """First 16 hex digits of SHA-256 of the public key."""

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032), 64 bytes."""


class NotAnEntry(ValueError):
    """The line is not the canonical form of an entry; says what is wrong with it."""


_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical(value: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8, no NaN.

    Lone surrogates (from file names that are no valid text) are written as JSON escapes, so
    that any Python string survives and the bytes are always valid UTF-8.
    """
    return _encode(value).encode("utf-8", "backslashreplace")


def digest(value: object) -> str:
    """SHA-256, as hex, of the canonical JSON of `value`."""
    return hashlib.sha256(canonical(value)).hexdigest()


def now() -> str:
    """The time in UTC, RFC 3339, to the millisecond: ``2026-01-31T08:00:00.000Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def this_second() -> str:
    """The time in UTC, to the second: ``2026-01-31T08:00:00Z``, as documents state it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_prev(case: str) -> str:
    """What the first entry of a case has as `prev`: it ties the chain to the case's name."""
    return hashlib.sha256(b"mingjian custody 1\n" + canonical(case)).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has a place in the chain."""

    action: Action
    subject: str | None = None
    """SHA-256 of the evidence it is about."""
    details: Mapping[str, object] = field(default_factory=dict)
    """JSON values only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One link of the chain."""

    case: str
    seq: int
    """From 1, without gaps."""
    time: str
    actor: str
    action: str
    subject: str | None
    details: Mapping[str, object]
    prev: str
    key: str
    hash: str
    signature: str

    def body(self) -> bytes:
        """The canonical bytes that are hashed."""
        return _body(
            self.case,
            self.seq,
            self.time,
            self.actor,
            self.action,
            self.subject,
            self.details,
            self.prev,
            self.key,
        )

    def line(self) -> bytes:
        """The entry as one canonical JSON line, without the line end."""
        return canonical({**_members(self), "hash": self.hash, "signature": self.signature})

    @classmethod
    def parse(cls, line: bytes) -> Entry:
        """Read a line; raise `NotAnEntry` unless it is canonical to the byte."""
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            raise NotAnEntry("not JSON") from None
        if not isinstance(value, dict) or {key: type(value[key]) for key in value} not in _SHAPES:
            raise NotAnEntry("not the members of an entry")
        try:
            entry = cls(**value)
            same = entry.line() == line
        except (ValueError, RecursionError):
            raise NotAnEntry("values that JSON does not have") from None
        if not same:
            raise NotAnEntry("not written in canonical form")
        return entry


_TYPES = {
    "case": str,
    "seq": int,
    "time": str,
    "actor": str,
    "action": str,
    "subject": str,
    "details": dict,
    "prev": str,
    "key": str,
    "hash": str,
    "signature": str,
}
_SHAPES = (_TYPES, {**_TYPES, "subject": type(None)})


def _members(entry: Entry) -> Json:
    return {name: getattr(entry, name) for name in _TYPES if name not in ("hash", "signature")}


def _body(
    case: str,
    seq: int,
    time: str,
    actor: str,
    action: str,
    subject: str | None,
    details: Mapping[str, object],
    prev: str,
    key: str,
) -> bytes:
    return canonical(
        {
            "case": case,
            "seq": seq,
            "time": time,
            "actor": actor,
            "action": action,
            "subject": subject,
            "details": details,
            "prev": prev,
            "key": key,
        }
    )


@dataclass(frozen=True, slots=True)
class Head:
    """Where a case's chain ends: the last entry's number and hash."""

    seq: int
    hash: str

    @classmethod
    def of_new(cls, case: str) -> Head:
        return cls(0, first_prev(case))


def append(
    case: str, head: Head, drafts: Iterable[Draft], signer: Signer, actor: str, time: str
) -> list[Entry]:
    """The entries that follow `head`, numbered, chained and signed, in order."""
    entries = []
    seq, prev, key = head.seq, head.hash, signer.id
    for draft in drafts:
        seq += 1
        body = _body(
            case, seq, time, actor, draft.action.value, draft.subject, draft.details, prev, key
        )
        hashed = hashlib.sha256(body)
        entry = Entry(
            case=case,
            seq=seq,
            time=time,
            actor=actor,
            action=draft.action.value,
            subject=draft.subject,
            details=draft.details,
            prev=prev,
            key=key,
            hash=hashed.hexdigest(),
            signature=signer.sign(hashed.digest()).hex(),
        )
        entries.append(entry)
        prev = entry.hash
    return entries
