"""`model.safetensors`: does the header tell the truth about the file?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from math import prod
from typing import ClassVar, Final, TypeGuard

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.model.explain import redacted
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MAX_HEADER: Final = 100_000_000
"""The format's own limit on the header, in bytes."""
_BITS: Final = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6,
    "F6_E3M2": 6, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "I64": 64, "U64": 64, "F64": 64, "C64": 64,
}  # fmt: skip


class SafetensorsHeader:
    """Checks the rules of https://github.com/huggingface/safetensors (format section)."""

    name: ClassVar[str] = "model.safetensors"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.format != "safetensors":
            raise NotApplicable(Message("不是 safetensors 文件。", "This is not safetensors."))
        view = evidence.content.view()
        length = int.from_bytes(bytes(view[:8]), "little")
        lies: list[tuple[str, str, str]] = []
        tensors = 0
        if length > min(MAX_HEADER, len(view) - 8):
            lies.append((str(length), "头部长度超出文件或格式上限", "header longer than allowed"))
        else:
            header = _parse(bytes(view[8 : 8 + length]), lies)
            tensors = sum(key != "__metadata__" for key in header)
            _check(header, len(view) - 8 - length, lies)
        yield _finding(lies, tensors, min(8 + length, evidence.size))


def _parse(raw: bytes, lies: list[tuple[str, str, str]]) -> dict[str, object]:
    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in items:
            if key in found and len(lies) < 64:
                lies.append((redacted(key), "名称重复", "name given twice"))
            found[key] = value
        return found

    try:
        header = json.loads(raw, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        raise NotExaminable(
            Message("safetensors 头部不是有效的 JSON。", "The safetensors header is not JSON.")
        ) from None
    if not isinstance(header, dict):
        raise NotExaminable(
            Message("safetensors 头部不是对象。", "The safetensors header is no object.")
        )
    return header


def _check(header: dict[str, object], room: int, lies: list[tuple[str, str, str]]) -> None:
    """Offsets within the file, in order, without gap or overlap, as long as shape and type say."""
    spans: list[tuple[int, int, str]] = []
    for name, entry in header.items():
        if name == "__metadata__" or len(lies) > 64:
            continue
        shown = redacted(name)
        offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not (_naturals(offsets) and len(offsets) == 2 and _naturals(shape)):
            lies.append((shown, "条目不完整", "incomplete entry"))
            continue
        start, end = offsets
        if not start <= end <= room:
            lies.append((shown, "数据位置超出文件", "data outside the file"))
            continue
        bits = (
            _BITS.get(str(entry["dtype"])) if isinstance(entry, dict) and "dtype" in entry else None
        )
        if bits is None:
            lies.append((shown, "数据类型未知", "unknown data type"))
        elif len(shape) > 64 or -(-prod(shape) * bits // 8) != end - start:
            lies.append((shown, "数据长度与形状不符", "length does not match the shape"))
        spans.append((start, end, shown))
    expected = 0
    for start, end, shown in sorted(spans):
        if start < expected:
            lies.append((shown, "与另一张量的数据重叠", "overlaps another tensor"))
        elif start > expected:
            lies.append((shown, "之前有未说明的字节", "undeclared bytes before it"))
        expected = max(expected, end)
        if len(lies) > 64:
            return
    if expected < room and not any("outside" in lie[2] for lie in lies):
        lies.append(
            (f"{room - expected} bytes", "末尾有未说明的字节", "undeclared bytes at the end")
        )


def _naturals(value: object) -> TypeGuard[list[int]]:
    return (
        isinstance(value, list)
        and len(value) <= 1024
        and all(type(item) is int and 0 <= item < 1 << 63 for item in value)
    )


def _finding(lies: list[tuple[str, str, str]], tensors: int, end: int) -> Finding:
    if not lies:
        because = Message(
            f"safetensors 头部与文件内容一致（{tensors} 个张量）；此格式不含可执行内容。",
            f"The safetensors header agrees with the file ({tensors} tensors); the format holds "
            "nothing that runs.",
        )
    else:
        because = Message(
            f"safetensors 头部与文件不符，共 {len(lies)} 处。",
            f"The safetensors header does not agree with the file in {len(lies)} places.",
        )
    rows = tuple((what, f"{zh} / {en}") for what, zh, en in lies)
    return Finding(
        signal="model.header",
        because=because,
        quiet=not lies,
        where=(ByteRange(0, end),),
        exhibits=(
            TableExhibit(
                title=Message("头部中的不实之处", "What the header gets wrong"),
                columns=(Message("条目", "Entry"), Message("问题", "Problem")),
                rows=rows,
            ),
        )
        if rows
        else (),
        details={"tensors": tensors, "lies": [en for _, _, en in lies]},
    )
