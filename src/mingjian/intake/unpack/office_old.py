"""Office files from before 2007 and other compound files: Word text, embedded files, macros."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Refused
from mingjian.intake.unpack.compound import Compound, compound, packaged_file
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.damage import damaged
from mingjian.intake.unpack.links import LINKS_TAKEN, LinkParts

_ENCRYPTED = Message(
    "文件已加密，需要口令才能打开，内容未检验。",
    "The file is encrypted and needs a password; its content was not examined.",
)
_MACROS = Message(
    "文件含有宏；宏从不运行，其行为未检验。",
    "The file holds macros; macros are never run, so what they do was not examined.",
)
_NO_TEXT = Message(
    "旧版 Excel 与 PowerPoint 文件的文字不在读取范围内，文字内容未检验。",
    "The words of Excel and PowerPoint files from before 2007 are not read; they were not "
    "examined.",
)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Word's text with its links, packaged files. Raises `Refused` when encrypted or broken."""
    with compound(evidence.content) as file:
        names = {path.rpartition("/")[2] for path in file.paths}
        if "EncryptedPackage" in names:
            raise Refused(_ENCRYPTED)
        if "_VBA_PROJECT" in names:
            yield Refusal(what="macros", why=_MACROS)
        if "WordDocument" in file.paths:
            yield from _word(file, budget)
        elif names & {"Workbook", "Book", "PowerPoint Document"}:
            yield Refusal(what="text", why=_NO_TEXT)
        for path in file.paths:
            name = path.rpartition("/")[2]
            if name not in ("\x01Ole10Native", "Package"):
                continue
            data = file.read(path) or b""
            title, body = "package", data
            if name == "\x01Ole10Native":
                title, body = packaged_file(data) or ("object", data)
            budget.member()
            budget.expand(len(body))
            yield RawPart(
                content=BytesContent(body),
                name=title,
                derivation=Derivation(step="embedded-file", detail=path.replace("\x01", "")),
            )


def _word(file: Compound, budget: Budget) -> Iterator[RawPart | Refusal]:
    try:
        text = word_text(file, budget.limits.text_bytes)
    except Refused as refused:
        yield Refusal(what="text", why=refused.why)
        return
    if not text.strip():
        return
    data = text.encode("utf-8", "replace")
    budget.member()
    budget.expand(len(data))
    yield RawPart(
        content=BytesContent(data),
        name="text.txt",
        derivation=Derivation(step="text-layer", detail="WordDocument"),
        attributes={LINKS_TAKEN: "taken"},
    )
    yield from LinkParts(budget).from_text(text, where="text layer, character")


def word_text(file: Compound, limit: int) -> str:
    """The text of a Word 97 to 2003 file through its piece table ([MS-DOC], 2.4.1)."""
    main = file.read("WordDocument") or b""
    try:
        (flags,) = struct.unpack_from("<H", main, 0x0A)
        if flags & 0x0100:
            raise Refused(_ENCRYPTED)
        start, size = struct.unpack_from("<II", main, 0x01A2)
        table = file.read("1Table" if flags & 0x0200 else "0Table") or b""
        pieces = _piece_table(table[start : start + size])
        count = (len(pieces) - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}I", pieces)
        out: list[str] = []
        length = 0
        for index in range(count):
            (place,) = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * index + 2)
            characters = min(max(ends[index + 1] - ends[index], 0), limit - length)
            if place & 0x4000_0000:
                at = (place & 0x3FFF_FFFF) // 2
                words = main[at : at + characters].decode("cp1252", "replace")
            else:
                words = main[place : place + 2 * characters].decode("utf-16-le", "replace")
            out.append(words)
            length += len(words)
            if length >= limit:
                break
    except struct.error as error:
        raise damaged("Word", error) from error
    text = "".join(out).replace("\r", "\n").replace("\x07", "\t").replace("\x0b", "\n")
    return text.replace("\x13", " ").replace("\x14", " ").replace("\x15", " ")


def _piece_table(clx: bytes) -> bytes:
    """The piece table behind the property runs that may stand before it."""
    position = 0
    while position < len(clx) and clx[position] == 1:
        (size,) = struct.unpack_from("<H", clx, position + 1)
        position += 3 + size
    if position >= len(clx) or clx[position] != 2:
        raise damaged("Word")
    (size,) = struct.unpack_from("<I", clx, position + 1)
    return clx[position + 5 : position + 5 + size]
