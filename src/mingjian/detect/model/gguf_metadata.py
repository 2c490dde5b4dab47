"""`model.gguf`: sizes that do not fit the file, and chat templates that reach further."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable
from mingjian.detect.model.chat_template import Way, reaches
from mingjian.detect.model.explain import redacted
from mingjian.detect.model.propositions import MALICIOUS
from mingjian.detect.model.severity import Trait, measurement
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MAX_ENTRIES: Final = 1_000_000
MAX_TEXT: Final = 4 << 20
_WIDTHS: Final = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f\u200b-\u200f\u2060-\u2064\u202a-\u202e]{3,}"
    r"|\bignore (?:(?:all|any|the|your|these) ){0,3}(?:previous|prior|above|earlier) instructions"
    r"|\bdo not (?:tell|reveal|mention|inform)\b.{0,40}\buser\b"
    r"|\b(?:curl|wget|powershell|bash) (?:-|http)|<script\b|\bexfiltrat"
    r"|不要告诉用户|忽略(?:之前|以上|先前)的(?:所有)?(?:指令|指示)",
    re.IGNORECASE,
)


class _Ended(Exception):
    """The metadata runs past the file."""


class GgufMetadata:
    """Reads the header and key-value metadata (ggml/docs/gguf.md, versions 1 to 3)."""

    name: ClassVar[str] = "model.gguf"
    version: ClassVar[str] = "2"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (MALICIOUS,)

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.format != "gguf":
            raise NotApplicable(Message("不是 GGUF 文件。", "This is not a GGUF file."))
        read = _Read(evidence.content.view())
        read.all()
        templates = [entry for entry in read.texts if "chat_template" in entry[0]]
        traits = [trait for key, text, at in templates for trait in _template(key, text, at)]
        yield measurement(
            "gguf",
            traits,
            Message(
                f"该 GGUF 文件有 {len(templates)} 个对话模板，都只用到普通的模板语法。",
                f"The GGUF file has {len(templates)} chat templates, all in ordinary template "
                "language.",
            ),
        )
        yield _header(read)


_WAYS: Final[Mapping[Way, Message]] = {
    "internal": Message(
        "触及模板之外的程序内部；未隔离的程序会因此运行代码",
        "reaches into the program itself; a program that does not sandbox templates would run code",
    ),
    "spelled": Message(
        "用拼接、转义等方式写出一个名称，使人和工具看不出它指什么",
        "spells a name in a roundabout way (pieces, escapes), so that it cannot be read off",
    ),
    "template": Message("要求载入另外的模板文件", "asks for another template file"),
    "unusual": Message(
        "用到普通对话模板不用的功能，请查明使用它的程序如何提供该功能",
        "uses something that ordinary chat templates do not use; find out what the program that "
        "loads it puts there",
    ),
    "long": Message("过长，只检验了前一部分", "is so long that only its first part was examined"),
}


def _template(key: str, text: str, at: int) -> Iterator[Trait]:
    shown = redacted(key, 60)
    for reach in islice(reaches(text), 64):
        passage = redacted(text[max(0, reach.start - 20) : reach.end + 40], 90)
        way = _WAYS[reach.way]
        yield Trait(
            reach.severity,
            Message(
                f"对话模板{way.zh}：“{passage}”。",
                f'A chat template {way.en}: "{passage}".',
            ),
            f"{shown}: {passage}",
            at,
        )
    hidden = _HIDDEN.search(text)
    if hidden:
        passage = redacted(text[max(0, hidden.start() - 20) : hidden.end() + 40], 90)
        yield Trait(
            6.0,
            Message(
                f"对话模板中夹带给模型的隐藏指示：“{passage}”。",
                f'A chat template carries instructions out of the user\'s sight: "{passage}".',
            ),
            f"{shown}: {passage}",
            at,
        )


class _Read:
    """One pass over header, metadata and tensor list; stops where the file lies."""

    def __init__(self, view: memoryview) -> None:
        self.view = view
        self.order = "<"
        self.wide = True
        self.position = 4
        self.lies: list[tuple[str, str, str]] = []
        self.texts: list[tuple[str, str, int]] = []
        self.entries = self.tensors = 0

    def all(self) -> None:
        try:
            version = self._number("I")
            if version & 0xFFFF == 0:
                self.order = ">"
                version = version >> 24
            self.wide = version >= 2
            if version not in (1, 2, 3):
                self._lie(str(version), "版本未知", "unknown version")
            tensors, entries = self._count(), self._count()
            if entries > MAX_ENTRIES or entries * 13 > len(self.view):
                self._lie(str(entries), "元数据条目数超出文件", "more metadata entries than fit")
                return
            if tensors > MAX_ENTRIES or tensors * 24 > len(self.view):
                self._lie(str(tensors), "张量数超出文件", "more tensors than fit")
                tensors = 0
            self._metadata(entries)
            self._tensors(tensors)
        except _Ended:
            self._lie(f"byte {self.position}", "长度超出文件", "a length runs past the file")

    def _lie(self, what: str, zh: str, en: str) -> None:
        if len(self.lies) < 64:
            self.lies.append((redacted(what), zh, en))

    def _take(self, count: int) -> int:
        at = self.position
        if count < 0 or count > len(self.view) - at:
            raise _Ended
        self.position = at + count
        return at

    def _number(self, code: str) -> int:
        at = self._take(struct.calcsize(code))
        return int(struct.unpack_from(self.order + code, self.view, at)[0])

    def _count(self) -> int:
        return self._number("Q" if self.wide else "I")

    def _text(self) -> tuple[str, int]:
        length = self._count()
        at = self._take(length)
        return bytes(self.view[at : at + min(length, MAX_TEXT)]).decode("utf-8", "replace"), at

    def _metadata(self, entries: int) -> None:
        keys: set[str] = set()
        for _ in range(entries):
            key, _at = self._text()
            self.entries += 1
            if key in keys:
                self._lie(key, "键重复", "key given twice")
            keys.add(key[:256])
            self._value(key, self._number("I"), 0)

    def _value(self, key: str, kind: int, depth: int) -> None:
        if kind == _STRING:
            text, at = self._text()
            if len(self.texts) < 4096:
                self.texts.append((key[:256], text, at))
        elif kind == _ARRAY and depth < 4:
            inner, count = self._number("I"), self._count()
            if inner in _WIDTHS:
                self._take(count * _WIDTHS[inner])
            else:
                if count > len(self.view) - self.position:
                    raise _Ended
                for _ in range(count):
                    if inner == _STRING:
                        self._take(self._count())
                    else:
                        self._value(key, inner, depth + 1)
        elif kind in _WIDTHS:
            self._take(_WIDTHS[kind])
        else:
            self._lie(key, "值类型未知", "unknown value type")
            raise _Ended

    def _tensors(self, tensors: int) -> None:
        names: set[str] = set()
        last = 0
        for _ in range(tensors):
            name, _at = self._text()
            axes = self._number("I")
            if axes > 8:
                self._lie(name, "维数过多", "too many dimensions")
                return
            for _ in range(axes):
                self._count()
            self._number("I")
            last = max(last, self._number("Q"))
            self.tensors += 1
            if name in names:
                self._lie(name, "张量名重复", "tensor name given twice")
            names.add(name[:256])
        if last > max(0, len(self.view) - self.position):
            self._lie(str(last), "张量位置超出文件", "a tensor lies outside the file")


def _header(read: _Read) -> Finding:
    lies = read.lies
    return Finding(
        signal="model.header",
        because=Message(
            f"GGUF 头部与文件不符，共 {len(lies)} 处。",
            f"The GGUF header does not agree with the file in {len(lies)} places.",
        )
        if lies
        else Message(
            f"GGUF 头部与文件内容一致（{read.entries} 条元数据、{read.tensors} 个张量）。",
            f"The GGUF header agrees with the file ({read.entries} metadata entries, "
            f"{read.tensors} tensors).",
        ),
        quiet=not lies,
        exhibits=(
            TableExhibit(
                title=Message("头部中的不实之处", "What the header gets wrong"),
                columns=(Message("条目", "Entry"), Message("问题", "Problem")),
                rows=tuple((what, f"{zh} / {en}") for what, zh, en in lies),
            ),
        )
        if lies
        else (),
        details={
            "entries": read.entries,
            "tensors": read.tensors,
            "lies": [en for _, _, en in lies],
        },
    )
