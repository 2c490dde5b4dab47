"""`model.onnx`: files an ONNX model would read outside its folder, and operators of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.model.explain import redacted
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
_PYTHON_DOMAINS = ("ai.onnx.contrib", "ai.onnxruntime.python", "com.microsoft.python")
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|^\w+://|\x00|^~|^\$|^%")


class OnnxGraph:
    """Reads ModelProto, GraphProto and TensorProto (onnx/onnx.proto) field by field."""

    name: ClassVar[str] = "model.onnx"
    version: ClassVar[str] = "1"
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
            evidence.format,
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
            elif number == 15:  # sparse: values and indices are tensors
                for inner, kind, first, last in self.read.fields(begin, stop):
                    if inner in (1, 2) and kind == 2:
                        self._tensor(first, last)

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
        if _KNOWN_DOMAINS.fullmatch(domain) or key in self._domains or len(self._domains) > 256:
            return
        self._domains.add(key)
        python = domain in _PYTHON_DOMAINS and operator.lower().startswith("py")
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
        self.traits.append(Trait(8.0 if python else 2.0, because, shown, start))

    def _attribute(self, start: int, end: int, depth: int) -> None:
        for number, wire, begin, stop in self.read.fields(start, end):
            if wire != 2:
                continue
            if number in (5, 10):
                self._tensor(begin, stop)
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
            if key == "location" and _OUTSIDE.search(value) and len(self.traits) < 256:
                shown = redacted(value)
                self.traits.append(
                    Trait(
                        9.0,
                        Message(
                            f"载入该模型会读取所在文件夹之外的文件：“{shown}”。",
                            f'Loading the model reads a file outside its folder: "{shown}".',
                        ),
                        f"external_data location = {shown}",
                        at,
                    )
                )
