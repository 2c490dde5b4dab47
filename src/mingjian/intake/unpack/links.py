"""Web addresses as parts of the text they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget
from mingjian.intake.links import find_links
from mingjian.intake.text import blocks
from mingjian.intake.unpack.contract import RawPart

LINKS_TAKEN = "links"
"""Attribute of a text part whose links were already given as parts of its parent."""


class LinkParts:
    """Gives each address once, and one refusal when there are more than the limit."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._seen: set[str] = set()
        self._refused = False

    def take(
        self, url: str, where: str, attributes: Mapping[str, str] | None = None
    ) -> Iterator[RawPart | Refusal]:
        """The part for `url`, found at `where`, unless it was given before."""
        url = url.strip()[:8192]
        if not url or url in self._seen or self._refused:
            return
        limit = self._budget.limits.links
        if len(self._seen) >= limit:
            self._refused = True
            yield Refusal(
                what="links",
                why=Message(
                    f"链接超过 {limit} 个，其余链接未作为派生材料提取。",
                    f"There are more than {limit} links; the others were not taken out.",
                ),
            )
            return
        self._seen.add(url)
        self._budget.member()
        data = url.encode("utf-8", "replace")
        self._budget.expand(len(data))
        yield RawPart(
            content=BytesContent(data),
            name=f"link {len(self._seen)}",
            derivation=Derivation(step="link", detail=where),
            declared=EvidenceKind.LINK,
            attributes=dict(attributes or {}),
        )

    def from_text(
        self, text: str, offset: int = 0, where: str = "character"
    ) -> Iterator[RawPart | Refusal]:
        """The addresses in `text`; `offset` is where the text begins in the whole."""
        for link in find_links(text):
            if self._refused:
                return
            attributes = {"defanged": "yes"} if link.defanged else {}
            yield from self.take(link.url, f"{where} {offset + link.start}", attributes)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The addresses in readable text, each once, at most `limits.links`."""
    if evidence.attributes.get(LINKS_TAKEN) == "taken":
        return
    parts = LinkParts(budget)
    if evidence.text is not None:
        yield from parts.from_text(evidence.text)
        return
    for block in blocks(evidence):
        yield from parts.from_text(block.text, block.offset_chars)


_ESCAPES = re.compile(r"\\(?:[nrtbf\"\\]|u[0-9A-Fa-f]{4})")


def unpack_json(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The addresses in JSON, whose escapes would else run on into them."""
    parts = LinkParts(budget)
    if evidence.text is not None:
        yield from parts.from_text(_unescaped(evidence.text))
        return
    for block in blocks(evidence):
        yield from parts.from_text(_unescaped(block.text), block.offset_chars)


def _unescaped(text: str) -> str:
    """JSON text with escapes blanked at equal length, but for the optional one of the slash."""
    if "\\" not in text:
        return text
    return _ESCAPES.sub(lambda match: " " * len(match[0]), text).replace("\\/", "/")
