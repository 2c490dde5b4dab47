"""Outlook messages (.msg): bodies, attachments and enclosed messages from the MAPI properties.

Own reading of the property streams after [MS-OXMSG] and [MS-OXPROPS]; the compressed RTF
body after [MS-OXRTFCP].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget, Refused
from mingjian.intake.unpack.compound import Compound, compound
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.lzfu import decompress
from mingjian.intake.unpack.mail import body_part, header_facts
from mingjian.intake.unpack.mime import charset_text, read_entity
from mingjian.intake.unpack.rtf_reader import read_rtf

MAX_ENCLOSED = 5
"""Levels of messages enclosed in messages."""
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP, _TO = "0C1A", "0C1F", "5D01", "0E04"
_DATA, _LONG_NAME, _SHORT_NAME, _TYPE, _CONTENT_ID = "3701", "3707", "3704", "370E", "3712"
_CODEPAGES = (0x3FDE0003, 0x3FFD0003)
_LINE_LIMIT = 2000


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Bodies first, then attachments. Raises `Refused` where the file cannot be read."""
    with compound(evidence.content) as file:
        yield from _Letter(file, "", "1", 0, budget).parts()


class _Letter:
    """One message at `prefix` inside the compound file."""

    def __init__(
        self, file: Compound, prefix: str, number: str, level: int, budget: Budget
    ) -> None:
        self._file = file
        self._prefix = prefix
        self._number = number
        self._level = level
        self._budget = budget
        self._codepage = self._declared_codepage()

    def parts(self) -> Iterator[RawPart | Refusal]:
        facts = self._facts()
        yield from self._bodies(facts)
        for number, storage in enumerate(self._attachments(), 1):
            yield from self._attachment(storage, f"{self._number}.{number}")

    # ---- properties

    def _stream(
        self, prefix: str, tag: str, kinds: str, most: int = 512 * MIB
    ) -> tuple[str, bytes] | None:
        for kind in kinds.split():
            data = self._file.read(f"{prefix}__substg1.0_{tag}{kind}", most)
            if data is not None:
                return kind, data
        return None

    def _text(self, tag: str, prefix: str | None = None) -> str:
        """A string property; 001F is UTF-16, 001E is in the message's code page."""
        most = 64 * MIB if tag == _BODY else MIB
        found = self._stream(self._prefix if prefix is None else prefix, tag, "001F 001E", most)
        if found is None:
            return ""
        kind, data = found
        if kind == "001F":
            return data.decode("utf-16-le", "replace").rstrip("\0")
        return charset_text(data, self._codepage)[0].rstrip("\0")

    def _declared_codepage(self) -> str:
        data = self._file.read(f"{self._prefix}__properties_version1.0") or b""
        header = 24 if self._prefix else 32
        for position in range(header, min(len(data) - 15, 16 * 2000), 16):
            tag, _, value = struct.unpack_from("<III", data, position)
            if tag in _CODEPAGES and value not in (0, 1200):
                return "utf-8" if value == 65001 else f"cp{value}"
        return ""

    def _facts(self) -> dict[str, str]:
        headers = self._text(_HEADERS)
        facts: dict[str, str] = {"headers": "none"}
        if headers.strip():
            raw = memoryview(headers.encode("utf-8", "replace") + b"\r\n\r\n")
            facts = header_facts(read_entity(raw, 0, len(raw)))
        if subject := self._text(_SUBJECT):
            facts["subject"] = subject[:1000]
        address = self._text(_SENDER_SMTP) or self._text(_SENDER_ADDRESS)
        if not facts.get("from") and (address or self._text(_SENDER_NAME)):
            facts["from"] = f"{self._text(_SENDER_NAME)} <{address}>"[:_LINE_LIMIT]
        if not facts.get("to") and (to := self._text(_TO)):
            facts["to"] = to[:_LINE_LIMIT]
        return facts

    # ---- bodies

    def _bodies(self, facts: dict[str, str]) -> Iterator[RawPart | Refusal]:
        plain = self._text(_BODY)
        if plain.strip():
            yield self._body(plain, False, "body", facts)
        page = self._stream(self._prefix, _HTML, "0102 001F 001E")
        if page is not None:
            kind, data = page
            if kind == "001F":
                html, read_as = data.decode("utf-16-le", "replace"), "utf-16-le"
            else:
                html, read_as, _ = charset_text(data, self._codepage)
            yield self._body(html, True, read_as, facts)
        packed = self._stream(self._prefix, _RTF, "0102")
        if packed is None or (page is not None and plain.strip()):
            return
        try:
            data = decompress(packed[1], self._budget)
        except Refused as refused:
            yield Refusal(what=f"RTF body {self._number}", why=refused.why)
            return
        rtf = read_rtf(data)
        wanted = (rtf.html and page is None) or (not rtf.html and not plain.strip())
        if rtf.text.strip() and wanted:
            yield self._body(rtf.text, rtf.html, "compressed RTF", facts)

    def _body(self, text: str, html: bool, read_as: str, facts: dict[str, str]) -> RawPart:
        self._budget.member()
        self._budget.expand(len(text))
        return body_part(text, html=html, number=self._number, read_as=read_as, facts=facts)

    # ---- attachments

    def _attachments(self) -> list[str]:
        mark = f"{self._prefix}__attach_version1.0_"
        found: dict[str, None] = {}
        for path in self._file.paths:
            if path.startswith(mark):
                storage, slash, _ = path[len(mark) :].partition("/")
                if slash:
                    found.setdefault(f"{mark}{storage}/")
        return list(found)

    def _attachment(self, storage: str, number: str) -> Iterator[RawPart | Refusal]:
        enclosed = f"{storage}__substg1.0_{_DATA}000D/"
        if any(path.startswith(enclosed) for path in self._file.paths):
            if self._level >= MAX_ENCLOSED:
                yield Refusal(
                    what=f"message {number}",
                    why=Message(
                        f"邮件相互嵌套超过 {MAX_ENCLOSED} 层，更深的邮件未读取。",
                        f"Messages are enclosed more than {MAX_ENCLOSED} deep; the deeper ones "
                        "were not read.",
                    ),
                )
                return
            letter = _Letter(self._file, enclosed, number, self._level + 1, self._budget)
            yield from letter.parts()
            return
        found = self._stream(storage, _DATA, "0102")
        if found is None:
            return
        name = self._text(_LONG_NAME, storage) or self._text(_SHORT_NAME, storage)
        kind = self._text(_TYPE, storage).lower()
        inline = kind.startswith("image/") and bool(self._text(_CONTENT_ID, storage))
        step = "inline-image" if inline else "attachment"
        self._budget.member()
        self._budget.expand(len(found[1]))
        yield RawPart(
            content=BytesContent(found[1]),
            name=name or f"{step} {number}",
            derivation=Derivation(step=step, detail=f"attachment {number}, {kind or 'no type'}"),
            attributes={"declared-type": kind} if kind else {},
        )
