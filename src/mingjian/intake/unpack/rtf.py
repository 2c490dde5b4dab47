"""RTF documents: text, links, pictures and embedded objects."""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.links import LINKS_TAKEN, LinkParts
from mingjian.intake.unpack.rtf_reader import read_rtf

_MOST_BYTES = 32 * MIB
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The words, the addresses in them and in field codes, then what is embedded."""
    view = evidence.content.view()
    if len(view) > _MOST_BYTES:
        yield Refusal(
            what="document",
            why=Message(
                f"RTF 文件超过 {_MOST_BYTES // MIB} MiB，只读取了开头部分。",
                f"The RTF file is larger than {_MOST_BYTES // MIB} MiB; only its beginning was "
                "read.",
            ),
        )
    found = read_rtf(view[:_MOST_BYTES])
    links = LinkParts(budget)
    if found.text.strip():
        yield _part(found.text.encode("utf-8", "replace"), "text.txt", "text-layer", budget)
        yield from links.from_text(found.text, where="text layer, character")
    for code in found.codes:
        yield from links.from_text(code, where="field, character")
    for number, data in enumerate(found.pictures, 1):
        yield _part(data, f"picture {number}", "inline-image", budget)
    for number, data in enumerate(found.objects, 1):
        start = max(data.find(_COMPOUND), 0)
        yield _part(data[start:], f"object {number}", "embedded-file", budget)


def _part(data: bytes, name: str, step: str, budget: Budget) -> RawPart:
    budget.member()
    budget.expand(len(data))
    return RawPart(
        content=BytesContent(data),
        name=name,
        derivation=Derivation(step=step, detail=name),
        attributes={LINKS_TAKEN: "taken"} if step == "text-layer" else {},
    )
