"""`model.tensorflow`: operations of a SavedModel graph that reach files, network or Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.model.explain import redacted
from mingjian.detect.model.places import leads_out
from mingjian.detect.model.propositions import MALICIOUS
from mingjian.detect.model.protobuf import Damaged, Reader
from mingjian.detect.model.severity import Trait, broken_off, measurement
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

_WRITES = Message("会写入文件", "writes files")
_READS = Message("会读取文件", "reads files")
_PYTHON = Message("会运行 Python 代码", "runs Python code")
_NETWORK = Message("会向网络发送数据", "sends data over the network")

_CUSTOM = Message("需要另外的本机程序库", "needs a native library of its own")
_KINDS: Final[tuple[tuple[re.Pattern[str], float, Message], ...]] = tuple(
    (re.compile(pattern), severity, effect)
    for pattern, severity, effect in (
        (r"(?:Eager)?Py(?:thon)?(?:Func|Op|Call)\w*|NumpyFunction|GeneratorDataset", 8.0, _PYTHON),
        (
            r"\w*(?:Rpc|Grpc|DataService|RegisterDataset|SummaryDb|Kafka|Kinesis|Http|Pubsub|Mongo"
            r"|BigQuery|Bigtable|Socket)\w*",
            8.0,
            _NETWORK,
        ),
        (r"Debug(?:Identity|NanCount|NumericSummary)(?:V\d)?", 7.0, _NETWORK),
        (r"WriteFile|SaveDataset(?:V\d)?|DatasetToTFRecord", 9.0, _WRITES),
        (r"DistributedSave|Snapshot\w*Dataset\w*|LoadLibrary\w*", 8.0, _WRITES),
        (r"CreateSummary\w*Writer|Write\w*Summary|\w*ProfilerServer\w*", 7.0, _WRITES),
        (r"ReadFile|ImmutableConst|SqlDataset\w*", 8.0, _READS),
        (
            r"MatchingFiles\w*|\w*(?:File|LMDB|Line|Record|CSV)(?:Reader|Dataset)(?:V\d)?",
            7.0,
            _READS,
        ),
        (r"(?:Load|CSV|LMDB|TextLine|TFRecord|FixedLengthRecord)Dataset(?:V\d)?", 7.0, _READS),
        (r"\w*Readable(?:Init|Read|Open)\w*|\w*(?:Avro|Parquet|Arrow|HDF5)Dataset\w*", 7.0, _READS),
    )
)
"""What operations are called that ordinary saved models do not need, with severity and effect.
Saving and restoring weights (SaveV2, RestoreV2, MergeV2Checkpoints) and vocabulary tables belong
to every SavedModel. Names of a library of its own ("IO>ReadableInit") stand behind a ">"."""


_LONGEST = 400
"""Characters of an operation's name that are read; TensorFlow's own stay under eighty."""


@lru_cache(maxsize=4096)
def judged(operation: str) -> tuple[float, Message] | None:
    """Severity and effect of an operation by its name; None for an ordinary one."""
    library, mark, bare = operation.rpartition(">")
    for pattern, severity, effect in _KINDS:
        if pattern.fullmatch(bare[:_LONGEST]):
            return severity, effect
    return (2.0, _CUSTOM) if mark and library else None


class TensorflowGraph:
    """Reads SavedModel, MetaGraphDef, GraphDef and NodeDef (tensorflow/core/*) field by field."""

    name: ClassVar[str] = "model.tensorflow"
    version: ClassVar[str] = "2"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (MALICIOUS,)

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.format not in ("tf-savedmodel", "tf-graphdef"):
            raise NotApplicable(
                Message("不是 TensorFlow SavedModel。", "This is not a TensorFlow SavedModel.")
            )
        read = Reader(evidence.content.view())
        nodes = 0
        seen: dict[tuple[str, str], Trait] = {}
        try:
            for item, text, offset in _items(read, evidence.format == "tf-graphdef"):
                nodes += item == "operation"
                if (item, text) in seen or len(seen) > 256:
                    continue
                trait = _trait(item, text, offset)
                if trait is not None:
                    seen[item, text] = trait
        except Damaged:
            if not nodes:
                raise NotExaminable(
                    Message("SavedModel 已损坏，未能读取。", "The SavedModel is damaged.")
                ) from None
            seen["damage", ""] = broken_off(read.position)
        yield measurement(
            "tensorflow",
            list(seen.values()),
            Message(
                f"该模型计算图的 {nodes} 个运算都不涉及文件、网络或 Python 代码。",
                f"None of the {nodes} operations of the graph reaches files, the network or "
                "Python code.",
            ),
        )


def _trait(item: str, text: str, offset: int) -> Trait | None:
    """What one operation, asset or address is; None if ordinary."""
    shown = redacted(text)
    if item == "operation":
        found = judged(text)
        if found is None:
            return None
        severity, effect = found
        because = Message(
            f"该模型的计算图含有运算 {shown}，运行时{effect.zh}。",
            f"The graph of the model has the operation {shown}, which {effect.en} when it runs.",
        )
        return Trait(severity, because, shown, offset)
    if item == "asset" and leads_out(text):
        because = Message(
            f"载入该模型会读取所在文件夹之外的文件：“{shown}”。",
            f'Loading the model reads a file outside its folder: "{shown}".',
        )
        return Trait(9.0, because, f"asset {shown}", offset)
    if item == "stream" and text.startswith("file:"):
        because = Message(
            f"该模型的计算图会把文字写入文件“{shown}”。",
            f'The graph of the model writes text to the file "{shown}".',
        )
        return Trait(8.0, because, f"output_stream {shown}", offset)
    return None


_Item = tuple[str, str, int]


def _items(read: Reader, bare: bool) -> Iterator[_Item]:
    """("operation" | "asset" | "stream", text, offset) of all graphs; `bare`: of a GraphDef."""
    if bare:
        yield from _graph(read, 0, len(read.data))
        return
    for meta, wire, start, end in read.fields():
        if meta != 2 or wire != 2:
            continue
        for number, kind, begin, stop in read.fields(start, end):
            if kind != 2:
                continue
            if number == 2:
                yield from _graph(read, begin, stop)
            elif number == 6:  # asset_file_def: filename (2)
                for first, last in _messages(read, begin, stop, 2):
                    yield "asset", read.text(first, last), first


def _graph(read: Reader, start: int, end: int) -> Iterator[_Item]:
    """Nodes of a graph, and of the functions of its library."""
    for number, wire, first, last in read.fields(start, end):
        if wire != 2:
            continue
        if number == 1:
            yield from _node(read, first, last)
        elif number == 2:  # library: functions (1), each with node_def (3)
            for body in _messages(read, first, last, 1):
                for node in _messages(read, *body, 3):
                    yield from _node(read, *node)


def _messages(read: Reader, start: int, end: int, wanted: int) -> Iterator[tuple[int, int]]:
    for number, wire, begin, stop in read.fields(start, end):
        if number == wanted and wire == 2:
            yield begin, stop


def _node(read: Reader, start: int, end: int) -> Iterator[_Item]:
    """The operation (2) of a node, and where it prints (attr 5, a map)."""
    for number, wire, begin, stop in read.fields(start, end):
        if wire != 2:
            continue
        if number == 2:
            yield "operation", read.text(begin, stop, 128), begin
        elif number == 5 and stop - begin < 4096:
            if bytes(read.data[begin:stop]).find(b"output_stream") < 0:
                continue
            for value in _messages(read, begin, stop, 2):
                for first, last in _messages(read, *value, 2):
                    yield "stream", read.text(first, last), first
