"""Word, Excel and PowerPoint files (docx, xlsx, pptx): text, pictures, embedded files, links.

Read straight from the zip and its XML; nothing is opened, updated or run. Macros and
automatic fields are named and not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Refused
from mingjian.intake.unpack.archive_zip import chunks
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.links import LINKS_TAKEN, LinkParts
from mingjian.intake.unpack.office_text import Flow, SharedStrings, Sheet
from mingjian.intake.unpack.xml_scan import scan
from mingjian.intake.zip_listing import Entry, listing

_MOST_REFUSALS = 20
_FLOWING = {
    "docx": re.compile(r"word/(?:document|header|footer|footnotes|endnotes|comments)\d*+\.xml"),
    "pptx": re.compile(r"ppt/(?:(?:slides/slide|notesSlides/notesSlide)\d*+|comments/[^/]*)\.xml"),
}
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_STEPS = (
    (re.compile(r"[^/]+/media/[^/]+"), "inline-image"),
    (
        re.compile(r"[^/]+/(?:embeddings|activeX|model3d)/[^/]+\.(?!xml\b|rels\b)\w+"),
        "embedded-file",
    ),
    (re.compile(r"(?:.+/)?vbaProject\.bin"), "embedded-file"),
    (re.compile(r"docProps/thumbnail\.\w+"), "thumbnail"),
)
_NUMBER = re.compile(r"\d+")
_DDE = re.compile(r"\bDDE(?:AUTO)?\b|\|'", re.I)
_MACROS = Message(
    "文件含有宏（vbaProject.bin）；宏从不运行，其行为未检验。",
    "The file holds macros (vbaProject.bin); macros are never run, so what they do was not "
    "examined.",
)
_FIELDS = Message(
    "文件含有可启动其他程序的动态数据交换（DDE）字段或公式；从不执行。",
    "The file holds dynamic data exchange (DDE) fields or formulas that can start other "
    "programs; they are never carried out.",
)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Text first, then links, then pictures and embedded files in the order of the zip."""
    view = evidence.content.view()
    members: dict[str, Entry] = {}
    for entry in listing(view).entries:
        members.setdefault(entry.text_name.replace("\\", "/").lstrip("/"), entry)
    document = _Document(view, members, budget, evidence.format)
    yield from document.text()
    yield from document.external_links()
    yield from document.files()
    yield from document.refusals[:_MOST_REFUSALS]
    if len(document.refusals) > _MOST_REFUSALS:
        count = len(document.refusals) - _MOST_REFUSALS
        yield Refusal(
            what="other members",
            why=Message(
                f"另有 {count} 个成员无法读取。", f"{count} more members could not be read."
            ),
        )


class _Document:
    def __init__(
        self, view: memoryview, members: Mapping[str, Entry], budget: Budget, format: str
    ) -> None:
        self.refusals: list[Refusal] = []
        self._view = view
        self._members = members
        self._budget = budget
        self._format = format
        self._links = LinkParts(budget)

    def _bytes(self, name: str) -> Iterator[bytes]:
        for chunk in chunks(self._view, self._members[name]):
            self._budget.expand(len(chunk))
            yield chunk

    def _read(self, part: Flow | SharedStrings | Sheet, name: str) -> None:
        """Reads one XML member; what breaks is noted and what came before is kept."""
        try:
            part.read(self._bytes(name), name)
        except Refused as refused:
            self.refusals.append(Refusal(what=name, why=refused.why))
        if part.cut:
            self.refusals.append(
                Refusal(
                    what=name,
                    why=Message(
                        "文字超过文本大小上限，其余部分未读取。",
                        "There is more text than the limit; the rest was not read.",
                    ),
                )
            )

    def text(self) -> Iterator[RawPart | Refusal]:
        limit = self._budget.limits.text_bytes
        codes: list[str] = []
        if self._format == "xlsx":
            shared = SharedStrings(limit)
            if "xl/sharedStrings.xml" in self._members:
                self._read(shared, "xl/sharedStrings.xml")
            for name in sorted(filter(_SHEET.fullmatch, self._members), key=_in_order):
                sheet = Sheet(shared, limit)
                self._read(sheet, name)
                codes.extend(sheet.formulas)
                yield from self._text_part(sheet.text, name)
        else:
            flow = Flow(limit)
            names = filter(_FLOWING[self._format].fullmatch, self._members)
            for name in sorted(names, key=_in_order):
                self._read(flow, name)
            codes = flow.codes
            yield from self._text_part(flow.text, "document")
        for code in codes:
            yield from self._links.from_text(code, where="field, character")
        if any(_DDE.search(code) for code in codes):
            yield Refusal(what="DDE", why=_FIELDS)

    def _text_part(self, text: str, where: str) -> Iterator[RawPart | Refusal]:
        if not text:
            return
        data = text.encode("utf-8", "replace")
        self._budget.member()
        self._budget.expand(len(data))
        yield RawPart(
            content=BytesContent(data),
            name=f"{where.rpartition('/')[2].removesuffix('.xml')}.txt",
            derivation=Derivation(step="text-layer", detail=where),
            attributes={LINKS_TAKEN: "taken"},
        )
        yield from self._links.from_text(text, where=f"{where}, character")

    def external_links(self) -> Iterator[RawPart | Refusal]:
        """Targets outside the file, such as hyperlinks and templates loaded on opening."""
        for name in sorted(self._members):
            if not name.endswith(".rels"):
                continue
            found: list[tuple[str, str]] = []

            def start(
                tag: str, attributes: Mapping[str, str], found: list[tuple[str, str]] = found
            ) -> None:
                outside = attributes.get("TargetMode", "").lower() == "external"
                if tag == "Relationship" and outside and len(found) < 10_000:
                    kind = attributes.get("Type", "").rpartition("/")[2]
                    found.append((kind, attributes.get("Target", "")))

            try:
                scan(self._bytes(name), start, _nothing, _nothing, name)
            except Refused as refused:
                self.refusals.append(Refusal(what=name, why=refused.why))
            for kind, target in found:
                if not target.lower().startswith(("mailto:", "tel:", "#")):
                    yield from self._links.take(target, f"{name}, {kind}")

    def files(self) -> Iterator[RawPart | Refusal]:
        for name, entry in self._members.items():
            step = next((step for form, step in _STEPS if form.fullmatch(name)), None)
            if step is None:
                continue
            macros = name.endswith("vbaProject.bin")
            if macros:
                yield Refusal(what=name, why=_MACROS)
            self._budget.member()
            yield RawPart(
                content=chunks(self._view, entry),
                name=name.rpartition("/")[2],
                derivation=Derivation(step=step, detail=name),
                notes=(_MACROS,) if macros else (),
            )


def _nothing(_: str) -> None:
    return None


def _in_order(name: str) -> tuple[int, int, str]:
    """The document before its notes, and slide 2 before slide 10."""
    number = _NUMBER.search(name)
    main = name in ("word/document.xml",) or "/slides/" in name
    return (0 if main else 1, int(number[0][:9]) if number else 0, name)
