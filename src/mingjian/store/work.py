"""What the store and the workers hand each other: items, leases, results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingjian.domain.message import Message

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to examine, as the examiner pointed at it."""

    path: str
    """Where its bytes are read from."""
    name: str
    """How it is shown, relative to what the examiner named."""
    size: int
    mtime: float
    declared: str | None = None
    """`--as`: what the examiner says it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One examination of a list of items under one set of settings."""

    id: int
    case: str
    items: int
    resumed: bool = False
    state: str = "open"
    """open, done, or left (another run with other versions took its place)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """An item one worker has for a while. `attempt` tells its lease from any later one."""

    ordinal: int
    item: Item
    attempt: int
    owner: str
    blamed: int = 0
    """How often a worker died while this was the first item it had not finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """What became of a leased item.

    `records` are in the published record form (`domain.record.record_json`): the item's own
    first, then its parts. With `failure`, the item could not be examined; then one record
    says so, and its `sha256` may be None where the bytes could not even be read.
    """

    leased: Leased
    records: Sequence[Mapping[str, object]]
    vaulted: frozenset[str] = frozenset()
    """SHA-256 of those whose bytes are in the vault."""
    skip: Sequence[Mapping[str, object]] = ()
    """Steps that were given up to get this far, with state and reason."""
    failure: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    items: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        return self.items - self.done - self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """What the store knows of one piece of evidence itself."""

    sha256: str
    sm3: str
    size: int
    kind: str
    format: str
    vaulted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One stored record and where it belongs."""

    run: int
    ordinal: int
    number: int
    """0 is the item itself, then its parts in order."""
    record: Json
