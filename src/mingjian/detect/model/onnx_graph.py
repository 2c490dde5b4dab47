"""`model.onnx`: files an ONNX model would read outside its folder, and operators of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.model.allow_list import allow_list
from mingjian.detect.model.explain import redacted
from mingjian.detect.model.places import leads_out
from mingjian.detect.model.propositions import MALICIOUS
from mingjian.detect.model.protobuf import Damaged, Reader
from mingjian.detect.model.severity import Trait, broken_off, measurement
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MAX_DEPTH: Final = 12
_KNOWN_DOMAINS = re.compile(
    r"|ai\.onnx(?:\.ml|\.preview(?:\.training)?|\.training)?|com\.microsoft(?:\.\w+)*"
    r"|com\.ms\.\w+(?:\.\w+)*|org\.pytorch\.\w+|pkg\.(?:onnxscript|torch)[\w.]*|this"
)
_PYTHON = re.compile(r"py(?:thon)?(?:custom)?(?:op|func)\w*", re.IGNORECASE)
"""Operators of any domain but ONNX's own that are carried out by Python code."""
_PATHS = re.compile(r"(?:^|_)(?:path|file|filename|location|context|library|url)(?:$|_)")
"""Attributes of operators that name a file (`ep_cache_context` of EPContext)."""


class OnnxGraph:
    """Reads ModelProto, GraphProto and TensorProto (onnx/onnx.proto) field by field."""

    name: ClassVar[str] = "model.onnx"
    version: ClassVar[str] = "3"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (MALICIOUS,)

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.format != "onnx":
            raise NotApplicable(Message("不是 ONNX 文件。", "This is not an ONNX file."))
        walk = _Walk(evidence.content.view())
        whole = walk.model()
        if not whole and not walk.nodes and not walk.traits:
            raise NotExaminable(
                Message("ONNX 文件已损坏，未能读取。", "The ONNX file is damaged and unreadable.")
            )
        if not whole:
            walk.traits.append(broken_off(walk.read.position))
        yield measurement(
            "onnx",
            walk.traits,
            Message(
                f"该 ONNX 模型的 {walk.nodes} 个运算均属公开的运算集，未引用所在文件夹之外的文件。",
                f"All {walk.nodes} operations of the ONNX model belong to published operator sets, "
                "and it refers to no file outside its folder.",
            ),
        )


class _Walk:
    def __init__(self, view: memoryview) -> None:
        self.read = Reader(view)
        self.traits: list[Trait] = []
        self.nodes = 0
        self._domains: set[str] = set()

    def model(self) -> bool:
        """Walk the whole file; False if it broke off."""
        try:
            for number, wire, start, end in self.read.fields():
                if wire != 2:
                    continue
                if number == 7:
                    self._graph(start, end, 0)
                elif number == 20:  # training: graphs that initialise (1) and that step (2)
                    for inner, kind, begin, stop in self.read.fields(start, end):
                        if inner in (1, 2) and kind == 2:
                            self._graph(begin, stop, 0)
                elif number == 25:  # a function of the model's own, made of nodes (field 7)
                    for inner, kind, begin, stop in self.read.fields(start, end):
                        if inner == 7 and kind == 2:
                            self._node(begin, stop, 0)
        except Damaged:
            return False
        return True

    def _graph(self, start: int, end: int, depth: int) -> None:
        if depth > MAX_DEPTH:
            return
        for number, wire, begin, stop in self.read.fields(start, end):
            if wire != 2:
                continue
            if number == 1:
                self._node(begin, stop, depth)
            elif number == 5:
                self._tensor(begin, stop)
            elif number == 15:
                self._sparse(begin, stop)

    def _node(self, start: int, end: int, depth: int) -> None:
        self.nodes += 1
        operator = domain = ""
        for number, wire, begin, stop in self.read.fields(start, end):
            if wire != 2:
                continue
            if number == 4:
                operator = self.read.text(begin, stop, 256)
            elif number == 7:
                domain = self.read.text(begin, stop, 256)
            elif number == 5:
                self._attribute(begin, stop, depth)
        key = f"{domain}::{operator}"
        python = domain != "" and _PYTHON.fullmatch(operator) is not None
        if not python and _KNOWN_DOMAINS.fullmatch(domain):
            return
        if key in self._domains or len(self._domains) > 256:
            return
        self._domains.add(key)
        shown = redacted(key, 100)
        because = (
            Message(
                f"该模型含有由 Python 代码实现的运算 {shown}。",
                f"The model has an operation that Python code carries out: {shown}.",
            )
            if python
            else Message(
                f"该模型用到自定义运算 {shown}，运行它需要另外的本机程序库。",
                f"The model uses a custom operation, {shown}, which needs a native library "
                "of its own.",
            )
        )
        acts = not python and allow_list().acts(operator)
        severity = 8.0 if python else 6.0 if acts else 2.0
        self.traits.append(Trait(severity, because, shown, start))

    def _sparse(self, start: int, end: int) -> None:
        """Values (1) and indices (2) of a sparse tensor are tensors."""
        for number, wire, begin, stop in self.read.fields(start, end):
            if number in (1, 2) and wire == 2:
                self._tensor(begin, stop)

    def _attribute(self, start: int, end: int, depth: int) -> None:
        name = ""
        for number, wire, begin, stop in self.read.fields(start, end):
            if wire != 2:
                continue
            if number in (5, 10):
                self._tensor(begin, stop)
            elif number in (22, 23):
                self._sparse(begin, stop)
            elif number == 1:
                name = self.read.text(begin, stop, 128)
            elif number == 4 and _PATHS.search(name):
                self._place(name, self.read.text(begin, stop), begin)
            elif number in (6, 11):
                self._graph(begin, stop, depth + 1)

    def _tensor(self, start: int, end: int) -> None:
        for number, wire, begin, stop in self.read.fields(start, end):
            if number != 13 or wire != 2:
                continue
            entry = {
                inner: (self.read.text(first, last), first)
                for inner, kind, first, last in self.read.fields(begin, stop)
                if kind == 2 and inner in (1, 2)
            }
            key, (value, at) = entry.get(1, ("", 0))[0], entry.get(2, ("", begin))
            if key == "location":
                self._place("external_data location", value, at)

    def _place(self, name: str, place: str, at: int) -> None:
        if not leads_out(place) or len(self.traits) >= 256:
            return
        shown = redacted(place)
        self.traits.append(
            Trait(
                9.0,
                Message(
                    f"载入该模型会读取所在文件夹之外的文件：“{shown}”。",
                    f'Loading the model reads a file outside its folder: "{shown}".',
                ),
                f"{redacted(name, 60)} = {shown}",
                at,
            )
        )
