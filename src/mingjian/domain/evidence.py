"""Evidence: bytes taken in, named by their SHA-256, with how they were obtained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from mingjian.domain.message import Message


class EvidenceKind(StrEnum):
    """What a piece of evidence is; a person may state those of `STATED_KINDS` beforehand."""

    TEXT = "text"
    MESSAGE = "message"
    DIALOGUE = "dialogue"
    PROMPT = "prompt"
    LINK = "link"
    HTML = "html"
    MAIL = "mail"
    AGENT_TRACE = "agent-trace"
    WEB_LOG = "web-log"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    MODEL = "model"
    DATASET = "dataset"
    UNKNOWN = "unknown"


READABLE_KINDS = frozenset(
    {
        EvidenceKind.TEXT,
        EvidenceKind.MESSAGE,
        EvidenceKind.DIALOGUE,
        EvidenceKind.PROMPT,
    }
)
"""Kinds whose bytes are, once decoded, what a person reads (see `Evidence.text`)."""


STATED_KINDS = (
    EvidenceKind.MESSAGE,
    EvidenceKind.MAIL,
    EvidenceKind.DIALOGUE,
    EvidenceKind.TEXT,
    EvidenceKind.LINK,
    EvidenceKind.PROMPT,
    EvidenceKind.AGENT_TRACE,
    EvidenceKind.WEB_LOG,
)
"""Kinds that bytes alone do not tell apart: all of them are text."""


class Content(Protocol):
    """The bytes of one piece of evidence, read without copying where possible."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    def view(self) -> memoryview:
        """All bytes, read-only; a memory map where they lie on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How a part came out of its parent.

    `step` is one of: attachment, member, inline-image, embedded-file, qr-payload,
    picture-words, link, body, visible-text, hidden-text, text-layer, message, thumbnail,
    frame, audio-track, decompressed, decoded.
    `detail` names where (member path, part number, page, seconds, decoding chain).
    """

    step: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What intake found the bytes to be, from the bytes and not from the name."""

    kind: EvidenceKind
    format: str
    """Short format name: png, pdf, pickle, pytorch-zip, rfc5322, wechat-text, csv …"""
    encoding: str | None = None
    """Character encoding of textual evidence, as a Python codec name."""
    notes: tuple[Message, ...] = ()
    """What an examiner should know: a misleading extension, a second format (polyglot) …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence as a detector receives it."""

    sha256: str
    sm3: str
    size: int
    path: str
    """Where it came from, for display: `mail.eml/attachment 1/a.zip/model.pkl`."""
    identity: Identity
    content: Content
    parent: str | None = None
    """SHA-256 of the evidence this is a part of."""
    derivation: Derivation | None = None
    text: str | None = None
    """Decoded text, for textual kinds no larger than the text limit; else None."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Facts intake read on the way, such as a record's id or a mail part's headers state."""

    @property
    def kind(self) -> EvidenceKind:
        return self.identity.kind

    @property
    def format(self) -> str:
        return self.identity.format
