"""`model.tensorflow`: operations of a SavedModel graph that reach files, network or Python."""

from __future__ import annotations

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

_WRITES = Message("会写入文件", "writes files")
_READS = Message("会读取文件", "reads files")
_PYTHON = Message("会运行 Python 代码", "runs Python code")
_NETWORK = Message("会向网络发送数据", "sends data over the network")

OPERATIONS: Final[Mapping[str, tuple[float, Message]]] = {
    **dict.fromkeys(
        ("WriteFile", "SaveDataset", "SaveDatasetV2", "DatasetToTFRecord"),
        (9.0, _WRITES),
    ),
    **dict.fromkeys(
        (
            "CreateSummaryFileWriter",
            "WriteSummary",
            "WriteRawProtoSummary",
            "SnapshotDataset",
            "SnapshotDatasetV2",
            "LMDBDataset",
            "DebugNumericSummary",
        ),
        (7.0, _WRITES),
    ),
    **dict.fromkeys(("ReadFile", "ImmutableConst", "SqlDataset"), (8.0, _READS)),
    **dict.fromkeys(
        (
            "MatchingFiles",
            "MatchingFilesDataset",
            "WholeFileReader",
            "WholeFileReaderV2",
            "TextLineReader",
            "TextLineReaderV2",
            "TFRecordReader",
            "TFRecordReaderV2",
            "FixedLengthRecordReaderV2",
            "TextLineDataset",
            "TFRecordDataset",
            "TFRecordDatasetV2",
            "FixedLengthRecordDatasetV2",
            "LoadDataset",
            "LoadDatasetV2",
        ),
        (7.0, _READS),
    ),
    **dict.fromkeys(
        ("PyFunc", "PyFuncStateless", "EagerPyFunc", "NumpyFunction", "GeneratorDataset"),
        (8.0, _PYTHON),
    ),
    **dict.fromkeys(
        ("RpcCall", "RpcClient", "RpcServer", "TryRpc", "Rpc", "DataServiceDataset"),
        (8.0, _NETWORK),
    ),
    **dict.fromkeys(
        ("DebugIdentity", "DebugIdentityV2", "DebugIdentityV3", "DebugNanCount"),
        (7.0, _NETWORK),
    ),
}
"""Operations that ordinary saved models do not need, with severity and effect. Saving and
restoring weights (SaveV2, RestoreV2) and vocabulary tables belong to every SavedModel."""


class TensorflowGraph:
    """Reads SavedModel, MetaGraphDef, GraphDef and NodeDef (tensorflow/core/*) field by field."""

    name: ClassVar[str] = "model.tensorflow"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (MALICIOUS,)

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.format != "tf-savedmodel":
            raise NotApplicable(
                Message("不是 TensorFlow SavedModel。", "This is not a TensorFlow SavedModel.")
            )
        read = Reader(evidence.content.view())
        nodes = 0
        seen: dict[str, Trait] = {}
        try:
            for operation, offset in _operations(read):
                nodes += 1
                if operation in OPERATIONS and operation not in seen:
                    severity, effect = OPERATIONS[operation]
                    seen[operation] = Trait(
                        severity,
                        Message(
                            f"该模型的计算图含有运算 {operation}，运行时{effect.zh}。",
                            f"The graph of the model has the operation {operation}, which "
                            f"{effect.en} when it runs.",
                        ),
                        redacted(operation),
                        offset,
                    )
        except Damaged:
            if not nodes:
                raise NotExaminable(
                    Message("SavedModel 已损坏，未能读取。", "The SavedModel is damaged.")
                ) from None
            seen["damaged"] = broken_off(read.position)
        yield measurement(
            evidence.format,
            list(seen.values()),
            Message(
                f"该模型计算图的 {nodes} 个运算都不涉及文件、网络或 Python 代码。",
                f"None of the {nodes} operations of the graph reaches files, the network or "
                "Python code.",
            ),
        )


def _operations(read: Reader) -> Iterator[tuple[str, int]]:
    """(operation, offset) of each node: in the graph, and in the functions of its library."""
    for meta, wire, start, end in read.fields():
        if meta != 2 or wire != 2:
            continue
        for graph, kind, begin, stop in read.fields(start, end):
            if graph != 2 or kind != 2:
                continue
            for number, inner, first, last in read.fields(begin, stop):
                if inner != 2:
                    continue
                if number == 1:
                    yield from _node(read, first, last)
                elif number == 2:  # library: functions (1), each with node_def (3)
                    for _, body in _messages(read, first, last, 1):
                        for _, node in _messages(read, *body, 3):
                            yield from _node(read, *node)


def _messages(
    read: Reader, start: int, end: int, wanted: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    for number, wire, begin, stop in read.fields(start, end):
        if number == wanted and wire == 2:
            yield number, (begin, stop)


def _node(read: Reader, start: int, end: int) -> Iterator[tuple[str, int]]:
    for number, wire, begin, stop in read.fields(start, end):
        if number == 2 and wire == 2:
            yield read.text(begin, stop, 128), begin
