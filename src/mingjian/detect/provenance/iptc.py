"""IPTC digital source type and the AI fields of IPTC 2025.1, as written in XMP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from mingjian.detect.provenance.excerpt import excerpt, masked_name
from mingjian.detect.provenance.metadata_fields import Field, fields
from mingjian.detect.provenance.vocabulary import AI_GENERATED, source_type
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"
_OLD_SOURCE_TYPE = "Iptc4xmpExt:DigitalSourcefileType"
_AI_FIELDS = {
    "Iptc4xmpExt:AISystemUsed": Message("所用 AI 系统", "AI system used"),
    "Iptc4xmpExt:AISystemVersionUsed": Message("AI 系统版本", "AI system version"),
    "Iptc4xmpExt:AIPromptInformation": Message("提示词信息", "AI prompt information"),
    "Iptc4xmpExt:AIPromptWriterName": Message("提示词作者", "AI prompt writer"),
}
_UNSIGNED = Message(
    "该字段没有签名，任何人都能写入或删除",
    "the field is not signed: anyone can write or remove it",
)


def declared_types(found: Iterable[Field]) -> Iterator[Field]:
    """The fields that state a digital source type."""
    return (f for f in found if f.key in (SOURCE_TYPE, _OLD_SOURCE_TYPE) and f.text.strip())


class Iptc:
    """`provenance.iptc`."""

    name: ClassVar[str] = "provenance.iptc"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.IMAGE, EvidenceKind.AUDIO, EvidenceKind.VIDEO, EvidenceKind.DOCUMENT}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (AI_GENERATED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        found = fields(evidence)
        report = [*_source_types(found), *_ai_fields(found)]
        return report or [
            Finding(
                signal="provenance.iptc.absent",
                because=Message(
                    "未发现 IPTC 数字来源类型或 AI 字段；没有这些字段不能证明任何事",
                    "no IPTC digital source type or AI field was found; their absence proves "
                    "nothing",
                ),
                quiet=True,
            )
        ]


def _source_types(found: list[Field]) -> Iterator[Finding]:
    seen: set[str] = set()
    for field in declared_types(found):
        kind = source_type(field.text)
        if kind.term in seen or len(seen) >= 20:
            continue
        seen.add(kind.term)
        yield Finding(
            signal="provenance.iptc.source_type",
            because=Message(
                f"IPTC 数字来源类型为 {kind.term}：{kind.meaning.zh}；{_UNSIGNED.zh}",
                f"the IPTC digital source type is {kind.term}: {kind.meaning.en}; {_UNSIGNED.en}",
            ),
            proposition=AI_GENERATED.id if kind.group in {"ai", "non_ai"} else None,
            quiet=kind.group not in {"ai", "maybe", "unknown"},
            where=(ByteRange(field.start, field.end),),
            exhibits=(
                TableExhibit(
                    title=Message("字段原文", "the field as written"),
                    columns=(
                        Message("位置", "place"),
                        Message("字段", "field"),
                        Message("值", "value"),
                    ),
                    rows=((field.carrier, field.key, excerpt(field.text)),),
                ),
            ),
            details={"term": kind.term, "group": kind.group},
        )


def _ai_fields(found: list[Field]) -> Iterator[Finding]:
    rows: list[tuple[Message, str, str]] = []
    places = []
    for field in found:
        title = _AI_FIELDS.get(field.key)
        if title is None or not field.text.strip() or len(rows) >= 40:
            continue
        # A prompt writer is a person: the name stays out of the report.
        personal = field.key.endswith("WriterName")
        shown = masked_name(field.text) if personal else excerpt(field.text)
        rows.append((title, field.key, shown))
        places.append(ByteRange(field.start, field.end))
    if not rows:
        return
    names = sorted({row[1].partition(":")[2] for row in rows})
    yield Finding(
        signal="provenance.iptc.ai_fields",
        because=Message(
            f"元数据含 IPTC 2025.1 的 AI 字段（{'、'.join(names)}），即制作者自述使用了 AI；"
            f"{_UNSIGNED.zh}",
            f"the metadata holds AI fields of IPTC 2025.1 ({', '.join(names)}): its maker states "
            f"that AI was used; {_UNSIGNED.en}",
        ),
        proposition=AI_GENERATED.id,
        where=tuple(dict.fromkeys(places)),
        exhibits=(
            TableExhibit(
                title=Message("AI 字段", "AI fields"),
                columns=(
                    Message("含义", "meaning"),
                    Message("字段", "field"),
                    Message("值", "value"),
                ),
                rows=tuple(rows),
            ),
        ),
        details={"fields": names},
    )
