"""Marks that contradict one another within one file.

Each mark is read for what it says about how the content was made. A statement that it is
wholly generated and a statement that it was captured cannot both be true of one file; which
of them is false is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from mingjian.detect.contract import NotApplicable
from mingjian.detect.provenance.c2pa_claim import read_claim
from mingjian.detect.provenance.c2pa_reading import (
    MAX_BYTES,
    MEDIA_TYPES,
    Store,
    TrustList,
    read_store,
)
from mingjian.detect.provenance.generator import traces
from mingjian.detect.provenance.iptc import declared_types
from mingjian.detect.provenance.metadata_fields import Field, fields
from mingjian.detect.provenance.vocabulary import SourceType, source_type
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

Says = Literal["generated", "partly", "captured", "camera"]
"""Wholly AI-generated; AI took part; made without generative AI; a camera's fields (weak)."""

_CAMERAS = re.compile(
    r"(?i)^(canon|nikon|sony|fujifilm|panasonic|olympus|om digital|leica|pentax|ricoh|"
    r"hasselblad|sigma|apple|samsung|huawei|honor|xiaomi|oppo|vivo|oneplus|google|dji|gopro)\b"
)
_LABEL = re.compile(r'"Label"\s{0,8}:\s{0,8}"?([123])(?!\d)')
_WORDS: Mapping[Says, Message] = {
    "generated": Message("内容由 AI 生成", "the content is AI-generated"),
    "partly": Message("有 AI 参与生成或合成", "AI took part in making the content"),
    "captured": Message("内容为拍摄或非生成式制作", "the content was made without generative AI"),
    "camera": Message("带有相机拍摄字段", "the fields of a camera are there"),
}
_CONFLICTS = frozenset(
    {
        frozenset({"generated", "captured"}),
        frozenset({"partly", "captured"}),
        # A photograph edited with AI rightly keeps its camera fields.
        frozenset({"generated", "camera"}),
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What one mark says, and where it stands."""

    source: Message
    says: Says
    value: str
    where: ByteRange | None = None


def conflicts(marks: Iterable[Mark]) -> list[tuple[Mark, Mark]]:
    """Pairs of marks that cannot both be true, at most one for each pair of sources."""
    listed = list(marks)
    found: dict[tuple[Message, Message], tuple[Mark, Mark]] = {}
    for index, first in enumerate(listed):
        for second in listed[index + 1 :]:
            if first.source != second.source and {first.says, second.says} in _CONFLICTS:
                found.setdefault((first.source, second.source), (first, second))
    return list(found.values())


class Agreement:
    """`provenance.agreement`."""

    name: ClassVar[str] = "provenance.agreement"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.IMAGE, EvidenceKind.AUDIO, EvidenceKind.VIDEO, EvidenceKind.DOCUMENT}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        try:
            found = fields(evidence)
        except NotApplicable:
            if evidence.format not in MEDIA_TYPES:
                raise
            found = []
        marks = [*_c2pa_marks(evidence), *_field_marks(found)]
        pairs = conflicts(marks)
        if not pairs:
            return [_no_conflict(marks)]
        return [_disagree(first, second) for first, second in pairs]


def _c2pa_marks(evidence: Evidence) -> Iterator[Mark]:
    media_type = MEDIA_TYPES.get(evidence.format)
    if media_type is None or evidence.size > MAX_BYTES:
        return
    store = read_store(evidence.content.view(), media_type, TrustList())
    if not isinstance(store, Store):
        return
    source = Message("C2PA 声明", "the C2PA claim")
    kinds = [kind for label in store.manifests for kind in read_claim(store, label).source_types]
    ai = [kind for kind in kinds if kind.group == "ai"]
    # One history may hold a captured parent and a generated change: it is not a conflict.
    plain = [kind for kind in kinds if kind.group == "non_ai"]
    if ai:
        whole = _says(ai[0]) if not plain else "partly"
        yield Mark(source, whole or "partly", ai[0].term)
    elif plain:
        yield Mark(source, "captured", plain[0].term)


def _says(kind: SourceType) -> Says | None:
    if kind.group == "non_ai":
        return "captured"
    if kind.group != "ai":
        return None
    return "generated" if kind.term.startswith("trainedAlgorithmic") else "partly"


def _field_marks(found: list[Field]) -> Iterator[Mark]:
    for field in declared_types(found):
        said = _says(source_type(field.text))
        if said:
            term = source_type(field.text).term
            source = Message("IPTC 数字来源类型", "the IPTC digital source type")
            yield Mark(source, said, term, ByteRange(field.start, field.end))
    for field in found:
        value = _label_value(field)
        if value:
            source = Message("AIGC 隐式标识", "the AIGC label")
            yield Mark(source, "partly", f"Label={value}", ByteRange(field.start, field.end))
            break
    for rule, used in traces(found):
        if rule.strength == "hard":
            source = Message(f"{rule.tool} 的生成痕迹", f"the trace of {rule.tool}")
            place = ByteRange(used[0].start, used[0].end)
            yield Mark(source, "generated", used[0].key or used[0].carrier, place)
    yield from _camera(found)


def _label_value(field: Field) -> str:
    """The Label of a GB 45438 label, read just far enough to compare; empty if there is none."""
    named = field.key.rpartition(":")[2] == "AIGC"
    if not named and not field.text.lstrip().startswith(('{"AIGC"', "AIGC{")):
        return ""
    match = _LABEL.search(field.text[:4096])
    return match.group(1) if match else ""


def _camera(found: list[Field]) -> Iterator[Mark]:
    exif = {f.key: f for f in found if f.place == "exif"}
    make, model = exif.get("Make"), exif.get("Model")
    if make is None or model is None or "DateTimeOriginal" not in exif:
        return
    if _CAMERAS.search(make.text.strip()) and model.text.strip():
        source = Message("EXIF 相机字段", "the EXIF camera fields")
        value = f"{make.text.strip()[:40]} {model.text.strip()[:40]}"
        yield Mark(source, "camera", value, ByteRange(make.start, make.end))


def _disagree(first: Mark, second: Mark) -> Finding:
    one, two = _WORDS[first.says], _WORDS[second.says]
    return Finding(
        signal="provenance.agreement.disagree",
        because=Message(
            f"同一文件内的标记相互矛盾：{first.source.zh}（{first.value}）表示{one.zh}，"
            f"而{second.source.zh}（{second.value}）表示{two.zh}；其中至少一个不实或被移植，"
            "此处不判断是哪一个",
            f"marks in this file disagree: {first.source.en} ({first.value}) says that {one.en}, "
            f"while {second.source.en} ({second.value}) says that {two.en}; at least one of them "
            "is untrue or was planted, and which one is not decided here",
        ),
        where=tuple(mark.where for mark in (first, second) if mark.where is not None),
        exhibits=(
            TableExhibit(
                title=Message("相互矛盾的标记", "the marks that disagree"),
                columns=(
                    Message("标记", "mark"),
                    Message("值", "value"),
                    Message("含义", "meaning"),
                ),
                rows=tuple(
                    (
                        mark.source,
                        mark.value,
                        _WORDS[mark.says],
                    )
                    for mark in (first, second)
                ),
            ),
        ),
        details={
            "first": {"mark": first.source.en, "says": first.says, "value": first.value},
            "second": {"mark": second.source.en, "says": second.says, "value": second.value},
        },
    )


def _no_conflict(marks: list[Mark]) -> Finding:
    count = len({mark.source for mark in marks})
    because = (
        Message(
            f"文件内 {count} 种来源标记之间未见矛盾；一致不等于真实",
            f"{count} kinds of provenance marks in the file do not contradict one another; "
            "agreement is not truth",
        )
        if count > 1
        else Message(
            "文件内的来源标记不足两种，无从比对",
            "the file holds fewer than two kinds of provenance marks, so there is nothing to "
            "compare",
        )
    )
    return Finding(
        signal="provenance.agreement.none",
        because=because,
        quiet=True,
        details={"marks": [mark.source.en for mark in marks][:20]},
    )
