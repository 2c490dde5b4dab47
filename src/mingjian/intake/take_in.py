"""Taking in: bytes become evidence, and what lies inside them becomes parts, all bounded.

identify -> hash -> unpack, for the item and then for each of its parts. Nothing that the
bytes do may raise: what cannot be unpacked is a refusal, shown beside what could.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mingjian.domain.evidence import READABLE_KINDS, Content, Evidence, EvidenceKind, Identity
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.digest import digests
from mingjian.intake.identify import identify, identify_plain
from mingjian.intake.limits import Budget, Limits, Refused
from mingjian.intake.spool import Spool
from mingjian.intake.text import decode
from mingjian.intake.unpack import unpackers
from mingjian.intake.unpack.contract import RawPart, Unpacker
from mingjian.intake.unpack.embedded import unpack as unpack_embedded

_WITH_TEXT = READABLE_KINDS | {
    EvidenceKind.LINK,
    EvidenceKind.HTML,
    EvidenceKind.AGENT_TRACE,
    EvidenceKind.WEB_LOG,
}
_NO_ATTRIBUTES: Mapping[str, str] = {}
_LONGEST_NAME = 160
_UNPACKING_SHARE = 0.5
"""Part of the time for one item that unpacking may take; the rest is for the detectors."""
Unpacking = Callable[[Evidence], Message | None]
"""Told before evidence is unpacked; it answers with a reason to leave that out."""
_MOST_REFUSALS = 1_000
"""Refusals kept for one piece of evidence; a hostile one could make millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """Evidence with its direct parts and with what of it was not unpacked."""

    evidence: Evidence
    parts: tuple[Evidence, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def take_in(
    content: Content,
    path: str,
    limits: Limits,
    declared: EvidenceKind | None = None,
    attributes: Mapping[str, str] | None = None,
    spool: Path | None = None,
    unpacking: Unpacking | None = None,
) -> list[TakenIn]:
    """The item at `path` first, then its parts, each before its own parts.

    `declared` is what `--as` says; it decides where the bytes are text. Large parts are
    written below `spool`, which the caller removes; without it they stay in memory.
    """
    budget = Budget(limits, content.size)
    taking = _Taking(budget, Spool(spool), _deadline(limits), unpacking)
    evidence = _evidence(content, path, limits, declared, attributes or _NO_ATTRIBUTES)
    taking.open(evidence, 0)
    return taking.taken


def _deadline(limits: Limits) -> float:
    return time.monotonic() + limits.item_seconds * _UNPACKING_SHARE


def _evidence(
    content: Content,
    path: str,
    limits: Limits,
    declared: EvidenceKind | None,
    attributes: Mapping[str, str],
    part: RawPart | None = None,
    parent: str | None = None,
) -> Evidence:
    identity: Identity | None = None
    if declared is not None and isinstance(content, BytesContent) and content.size <= 65_536:
        identity = identify_plain(content.data, declared)
    if identity is None:
        identity = identify(content, path, declared)
    if part is not None and part.notes:
        identity = replace(identity, notes=identity.notes + part.notes)
    if identity.format == "bare-body" and "headers" not in attributes:
        attributes = {**attributes, "headers": "none"}
    text = None
    if identity.kind in _WITH_TEXT and identity.encoding and content.size <= limits.text_bytes:
        text = decode(content, limits.text_bytes, identity.encoding)[0]
    sha256, sm3 = digests(content)
    return Evidence(
        sha256=sha256,
        sm3=sm3,
        size=content.size,
        path=path,
        identity=identity,
        content=content,
        parent=parent,
        derivation=part.derivation if part is not None else None,
        text=text,
        attributes=attributes,
    )


@dataclass(slots=True)
class _Found:
    """What one piece of evidence gives up while it is unpacked."""

    parts: list[tuple[Evidence, bool]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    unsaid: int = 0

    def refuse(self, what: str, why: Message) -> None:
        if len(self.refusals) < _MOST_REFUSALS:
            self.refusals.append(Refusal(what=safe_name(what), why=why))
        else:
            self.unsaid += 1

    def free_name(self, name: str) -> str:
        """`name`, numbered if an earlier part has it: paths of parts differ."""
        free = name
        while free in self.names:
            self.names[name] += 1
            free = f"{name} ({self.names[name]})"
        self.names[free] = 1
        return free

    def all_refusals(self) -> tuple[Refusal, ...]:
        if self.unsaid:
            why = Message(
                f"另有 {self.unsaid} 处未能解包，不再逐一列出。",
                f"{self.unsaid} more could not be unpacked and are not listed one by one.",
            )
            self.refusals.append(Refusal(what="…", why=why))
            self.unsaid = 0
        return tuple(self.refusals)


class _Taking:
    """One item on its way in."""

    def __init__(
        self, budget: Budget, spool: Spool, until: float, unpacking: Unpacking | None
    ) -> None:
        self.taken: list[TakenIn] = []
        self._budget = budget
        self._spool = spool
        self._until = until
        self._unpacking = unpacking
        self._returned = 0

    def open(self, evidence: Evidence, depth: int) -> None:
        """Add `evidence` to what was taken, and after it its parts, theirs, and so on."""
        opening = self._unpackers(evidence)
        if not opening:
            self.taken.append(TakenIn(evidence=evidence))
            return
        found = _Found()
        place = len(self.taken)
        self.taken.append(TakenIn(evidence=evidence))
        why = self._unpacking(evidence) if self._unpacking is not None else None
        if why is not None:
            found.refuse(evidence.path, why)
            opening = ()
        for unpacker in opening:
            self._run(unpacker, evidence, depth, found)
        if not found.parts and not found.refusals:
            return
        self.taken[place] = TakenIn(
            evidence=evidence,
            parts=tuple(part for part, _ in found.parts),
            refusals=found.all_refusals(),
        )
        for part, leaf in found.parts:
            if leaf:
                self.taken.append(TakenIn(evidence=part))
            else:
                self.open(part, depth + 1)

    def _unpackers(self, evidence: Evidence) -> tuple[Unpacker, ...]:
        own = unpackers(evidence.identity.format)
        # Every polyglot carries a note, so evidence without notes need not be looked at again.
        return (*own, unpack_embedded) if evidence.identity.notes else own

    def _run(self, unpacker: Unpacker, evidence: Evidence, depth: int, found: _Found) -> None:
        """Everything one unpacker finds; whatever it raises becomes a refusal."""
        try:
            for item in unpacker(evidence, self._budget):
                if isinstance(item, Refusal):
                    found.refuse(item.what, item.why)
                elif depth >= self._budget.limits.depth:
                    found.refuse(item.name, _too_deep(self._budget.limits.depth))
                    return
                else:
                    self._add(item, evidence, found)
                if time.monotonic() > self._until:
                    found.refuse(evidence.path, _TOO_SLOW)
                    return
        except Refused as refused:
            found.refuse(evidence.path, refused.why)
        except Exception as error:  # hostile bytes in other people's parsers
            found.refuse(evidence.path, _unexpected(error))

    def _add(self, raw: RawPart, parent: Evidence, found: _Found) -> None:
        name = safe_name(raw.name)
        content = self._content(raw, name, found)
        if content is None:
            return
        part = _evidence(
            content,
            f"{parent.path}/{found.free_name(name)}",
            self._budget.limits,
            raw.declared,
            raw.attributes,
            raw,
            parent.sha256,
        )
        found.parts.append((part, not self._unpackers(part)))

    def _content(self, raw: RawPart, name: str, found: _Found) -> Content | None:
        """The part's bytes, counted and spooled; None if they were refused."""
        if not isinstance(raw.content, Iterator):
            return self._spool.keep(raw.content)
        before = self._budget.expanded
        try:
            content, damage = self._spool.collect(raw.content, self._expand)
        except Refused as refused:
            found.refuse(name, refused.why)
            self._give_back(before)
            return None
        except Exception as error:  # the decompressor's own errors
            found.refuse(name, _unexpected(error))
            self._give_back(before)
            return None
        if damage is not None:
            found.refuse(name, damage.why)
            if content.size == 0:
                return None
        return content

    def _expand(self, count: int) -> None:
        self._budget.expand(count)
        if time.monotonic() > self._until:
            raise Refused(_TOO_SLOW)

    def _give_back(self, before: int) -> None:
        """Return what a refused part had used, so that its neighbours can still be read.

        Not without end: bytes given back were decompressed all the same.
        """
        used = self._budget.expanded - before
        if self._returned + used <= self._budget.limits.expanded_bytes:
            self._returned += used
            self._budget.expanded = before


def safe_name(name: str) -> str:
    """A name fit to show and to put in a path: never a way out, no control or bidi characters."""
    pieces = []
    for piece in name.replace("\\", "/").split("/"):
        shown = "".join(map(_visible, piece[: 4 * _LONGEST_NAME])).strip()
        if shown and shown.strip(".") and not (len(shown) == 2 and shown[1] == ":"):
            pieces.append(shown)
    safe = "/".join(pieces)
    if len(safe) > _LONGEST_NAME:
        safe = safe[: _LONGEST_NAME - 41] + "…" + safe[-40:]
    return safe or "unnamed"


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if unicodedata.category(character) == "Zs" else "\ufffd"


_TOO_SLOW = Message(
    "解包耗时过长，其余部分未解包。",
    "Unpacking took too long; the rest was not unpacked.",
)


def _too_deep(depth: int) -> Message:
    return Message(
        f"嵌套超过 {depth} 层，未继续解包。",
        f"Nested more than {depth} levels deep; not unpacked further.",
    )


def _unexpected(error: Exception) -> Message:
    # The type alone: the error's text could quote the evidence.
    kind = type(error).__name__
    return Message(f"无法解包：{kind}。", f"Could not be unpacked: {kind}.")
