"""E-mail (RFC 5322 with MIME): bodies, inline images, attachments and enclosed messages.

Broken mail is read as far as it goes and says so. The body is handed on as UTF-8; its part
says which charset it was read from, so that the step can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.mime import (
    Entity,
    charset_text,
    decoded_words,
    parameters,
    read_entity,
    transfer_decoded,
)

MAX_NESTING = 20
"""Levels of multipart in one message; a whole message inside is a part of its own."""
_ENTITY_BYTES = 256 * MIB
_GUESS = re.compile(rb"(?m)^--([^\s][^\r\n]{0,200}?)[ \t]*\r?\n(?=[Cc]ontent-)")
_HEADERS_KEPT = (
    "from to cc reply-to return-path sender date message-id authentication-results received-spf "
    "x-mailer x-originating-ip list-unsubscribe"
)
_BROKEN_MIME = Message(
    "邮件的 MIME 结构有缺陷（缺少或找不到分隔标记），已按能够辨认的部分读取。",
    "The mail's MIME structure is broken (a boundary is missing); what could be told apart "
    "was read.",
)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The parts of a message; of a bare body, the body alone with headers "none"."""
    view = evidence.content.view()
    if evidence.format == "bare-body":
        yield from _bare(evidence, bytes(view), budget)
        return
    entity = read_entity(view, 0, len(view))
    facts = header_facts(entity)
    if entity.cut:
        yield Refusal(
            what="header",
            why=Message(
                "邮件头超出长度上限，超出部分未读取。",
                "The mail header is longer than the limit; what lies beyond was not read.",
            ),
        )
    yield from _Walk(view, budget, facts).entity(entity, "1", 0)


def header_facts(entity: Entity) -> dict[str, str]:
    """What the header says, decoded, for the parts: subject, sender, date, relays."""
    facts = {"headers": "present", "subject": decoded_words(entity.first("subject"))[:1000]}
    for name in _HEADERS_KEPT.split():
        if value := entity.first(name):
            facts[name] = decoded_words(value)[:2000]
    relays = sum(1 for name, _ in entity.fields if name == "received")
    facts["received-count"] = str(relays)
    return facts


def body_part(
    text: str, *, html: bool, number: str, read_as: str, facts: dict[str, str], right: bool = True
) -> RawPart:
    """A body as evidence of its own, in UTF-8."""
    note = Message(
        "正文声明的字符集与实际内容不符，已按内容判断字符集。",
        "The declared charset does not fit the body; the charset was judged from the bytes.",
    )
    return RawPart(
        content=BytesContent(text.encode("utf-8", "replace")),
        name=f"body {number}.{'html' if html else 'txt'}",
        derivation=Derivation(step="body", detail=f"part {number}, {read_as} to utf-8"),
        declared=EvidenceKind.HTML if html else EvidenceKind.MESSAGE,
        attributes=facts,
        notes=() if right else (note,),
    )


def _bare(evidence: Evidence, data: bytes, budget: Budget) -> Iterator[RawPart | Refusal]:
    if evidence.text is not None:
        text, read_as = evidence.text, evidence.identity.encoding or "utf-8"
    else:
        text, read_as, _ = charset_text(data, evidence.identity.encoding or "")
    budget.member()
    budget.expand(len(data))
    html = text.lstrip()[:1] == "<" and bool(
        re.match(r"\s*<(!doctype|html|[a-z]+[ >])", text, re.I)
    )
    facts = {**evidence.attributes, "headers": "none"}
    yield body_part(text, html=html, number="1", read_as=read_as, facts=facts)


class _Walk:
    def __init__(self, view: memoryview, budget: Budget, facts: dict[str, str]) -> None:
        self._view = view
        self._budget = budget
        self._facts = facts

    def entity(self, entity: Entity, number: str, level: int) -> Iterator[RawPart | Refusal]:
        kind, options = parameters(entity.first("content-type") or "text/plain")
        if kind.startswith("multipart/"):
            yield from self._multipart(entity, number, level, options.get("boundary", ""))
        else:
            yield from self._leaf(entity, number, kind, options)

    def _multipart(
        self, entity: Entity, number: str, level: int, boundary: str
    ) -> Iterator[RawPart | Refusal]:
        if level >= MAX_NESTING:
            yield Refusal(
                what=f"part {number}",
                why=Message(
                    f"邮件多部分结构嵌套超过 {MAX_NESTING} 层，更深的部分未读取。",
                    f"Multiparts are nested more than {MAX_NESTING} deep; what lies deeper was "
                    "not read.",
                ),
            )
            return
        ranges = _split(self._view, entity, boundary.encode("utf-8", "replace")[:1000])
        if not ranges and (guess := _GUESS.search(self._view, entity.start, entity.end)):
            ranges = _split(self._view, entity, guess[1])
        if not ranges:
            yield from self._leaf(entity, number, "text/plain", {}, note=_BROKEN_MIME)
            return
        for index, (start, end) in enumerate(ranges, 1):
            child = read_entity(self._view, start, end)
            yield from self.entity(child, f"{number}.{index}", level + 1)

    def _leaf(
        self,
        entity: Entity,
        number: str,
        kind: str,
        options: dict[str, str],
        note: Message | None = None,
    ) -> Iterator[RawPart | Refusal]:
        disposition, extra = parameters(entity.first("content-disposition"))
        name = extra.get("filename") or options.get("name") or ""
        if entity.end - entity.start > _ENTITY_BYTES:
            yield Refusal(
                what=f"part {number} {name}".strip(),
                why=Message(
                    f"邮件的这一部分超过 {_ENTITY_BYTES // MIB} MiB，未读取。",
                    f"This part of the mail is larger than {_ENTITY_BYTES // MIB} MiB and was "
                    "not read.",
                ),
            )
            return
        self._budget.member()
        self._budget.expand(entity.end - entity.start)
        raw = bytes(self._view[entity.start : entity.end])
        data = transfer_decoded(raw, entity.first("content-transfer-encoding"))
        notes = (note,) if note else ()
        is_text = kind in ("text/plain", "text/html") or (kind == "" and not name)
        if is_text and not name and disposition != "attachment":
            if not data.strip() and number != "1":
                return
            text, read_as, right = charset_text(data, options.get("charset", ""))
            part = body_part(
                text,
                html=kind == "text/html",
                number=number,
                read_as=read_as,
                facts=self._facts,
                right=right,
            )
            yield RawPart(
                content=part.content,
                name=part.name,
                derivation=part.derivation,
                declared=part.declared,
                attributes=part.attributes,
                notes=(*part.notes, *notes),
            )
            return
        step, declared = "attachment", None
        if kind == "message/rfc822" or kind == "message/global":
            step, declared = "message", EvidenceKind.MAIL
        elif kind.startswith("image/") and (entity.first("content-id") or disposition == "inline"):
            step = "inline-image"
        yield RawPart(
            content=BytesContent(data),
            name=name or f"{step} {number}",
            derivation=Derivation(step=step, detail=f"part {number}, {kind or 'no type'}"),
            declared=declared,
            attributes={"declared-type": kind} if kind else {},
            notes=notes,
        )


def _split(view: memoryview, entity: Entity, boundary: bytes) -> list[tuple[int, int]]:
    """Where the parts of a multipart lie; the closing mark may be missing."""
    if not boundary.strip():
        return []
    mark = re.compile(rb"(?m)^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    ranges: list[tuple[int, int]] = []
    start: int | None = None
    for match in mark.finditer(view, entity.start, entity.end):
        if start is not None:
            ranges.append((start, max(start, _before_line_end(view, match.start()))))
        start = None if match[1] else match.end()
        if match[1]:
            break
    if start is not None:
        ranges.append((start, entity.end))
    return ranges


def _before_line_end(view: memoryview, position: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046, section 5.1.1)."""
    if position and view[position - 1] == 0x0A:
        position -= 1
        if position and view[position - 1] == 0x0D:
            position -= 1
    return position
