"""SVG pictures: the words, links and inline data in them; never rendered, no script is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget, Refused
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.data_uri import data_part
from mingjian.intake.unpack.links import LINKS_TAKEN, LinkParts
from mingjian.intake.unpack.xml_scan import scan

_SILENT = frozenset({"style", "script", "metadata"})
_SCRIPT = Refusal(
    what="script",
    why=Message(
        "该 SVG 含有脚本，脚本从不运行，其行为未检验。",
        "This SVG holds script; script is never run, so what it does was not examined.",
    ),
)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Text, then links, then data: payloads; a broken end is shown after what came before."""
    words: list[str] = []
    addresses: list[str] = []
    depth: list[str] = []
    script = False

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal script
        depth.append(name)
        script = script or name == "script" or any(key[:2] == "on" for key in attributes)
        for key in ("href", "xlink:href", "src"):
            if address := attributes.get(key):
                addresses.append(address.strip())

    def end(name: str) -> None:
        depth.pop()
        words.append("\n" if name in ("text", "title", "desc", "p", "div") else " ")

    def said(text: str) -> None:
        if not _SILENT.intersection(depth[-2:]):
            words.append(text)

    view = evidence.content.view()
    chunks = (bytes(view[at : at + MIB]) for at in range(0, len(view), MIB))
    refused: Refused | None = None
    try:
        scan(chunks, start, end, said, "SVG", allow_doctype=True)
    except Refused as broken:
        refused = broken
    lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
    text = "\n".join(line for line in lines if line)
    links = LinkParts(budget)
    if text:
        data = text.encode("utf-8", "replace")
        budget.member()
        budget.expand(len(data))
        yield RawPart(
            content=BytesContent(data),
            name="text.txt",
            derivation=Derivation(step="visible-text", detail="SVG"),
            attributes={LINKS_TAKEN: "taken"},
        )
    for number, address in enumerate(addresses, 1):
        if address[:5].lower() == "data:":
            part = data_part(address, "href", number, budget)
            if part is not None:
                yield part
        elif address[:8].lower().startswith(("http://", "https://", "//")):
            yield from links.take(address, "href")
    yield from links.from_text(text, where="text, character")
    if script:
        yield _SCRIPT
    if refused is not None:
        raise refused
