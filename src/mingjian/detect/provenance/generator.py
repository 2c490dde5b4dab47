"""Traces that image and video generators leave in metadata, or hide in the alpha channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from mingjian.detect.provenance.excerpt import excerpt
from mingjian.detect.provenance.generator_rules import Rule, rules
from mingjian.detect.provenance.metadata_fields import Field, fields
from mingjian.detect.provenance.stealth import MAX_PIXELS, TooLarge, hidden_text
from mingjian.detect.provenance.vocabulary import AI_GENERATED
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, Member, TableExhibit, TextExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

_STRENGTH = {
    "hard": Message(
        "强度：强（该工具特有的写法），但没有签名，可以伪造或移植",
        "strength: hard (specific to the tool), yet unsigned: it can be forged or planted",
    ),
    "medium": Message(
        "强度：中（指向 AI 工具或其平台），没有签名，可以伪造",
        "strength: medium (it points to AI tooling or its host), unsigned and forgeable",
    ),
    "weak": Message(
        "强度：弱（只是名称或设置项，单独不说明内容由 AI 生成）",
        "strength: weak (a name or a setting only, which alone does not say that the content "
        "is AI-generated)",
    ),
}
_UNVERIFIED = Message(
    "；该写法待核验（尚未用该工具的真实文件核对）",
    "; this form is still to be verified (not yet held against a genuine file of the tool)",
)


class Generator:
    """`provenance.generator`."""

    name: ClassVar[str] = "provenance.generator"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE, EvidenceKind.VIDEO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (AI_GENERATED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        found = [_finding(rule, used) for rule, used in traces(fields(evidence))]
        found.extend(_stealth(evidence))
        if any(not finding.quiet for finding in found):
            return found
        return [
            *found,
            Finding(
                signal="provenance.generator.absent",
                because=Message(
                    "未发现已知生成工具的痕迹；没有痕迹不能证明内容出自人手（平台会清除元数据）",
                    "no trace of a known generator was found; that is never evidence of human "
                    "origin (platforms strip metadata)",
                ),
                quiet=True,
            ),
        ]


def traces(found: list[Field]) -> Iterator[tuple[Rule, tuple[Field, ...]]]:
    """Each rule that holds, with its fields; a field already explained by a stronger rule of
    the same file is not reported again as a weak one."""
    explained: set[Field] = set()
    tools: set[str] = set()
    for rule in rules():
        used = rule.fields(found)
        if used is None or rule.tool in tools:
            continue
        if rule.strength == "weak" and (explained & set(used) or tools):
            continue
        explained.update(used)
        tools.add(rule.tool)
        yield rule, used


def _finding(rule: Rule, used: tuple[Field, ...]) -> Finding:
    names = "、".join(field.key or field.carrier for field in used)
    strength = _STRENGTH[rule.strength]
    caution = Message("", "") if rule.verified else _UNVERIFIED
    named = ", ".join(field.key or field.carrier for field in used)
    return Finding(
        signal=f"provenance.generator.{rule.strength}",
        because=Message(
            f"元数据（{names}）带有 {rule.tool} 的写法。{strength.zh}{caution.zh}",
            f"the metadata ({named}) follows the form written by {rule.tool}. "
            f"{strength.en[0].upper()}{strength.en[1:]}{caution.en}",
        ),
        proposition=None if rule.strength == "weak" else AI_GENERATED.id,
        where=tuple(ByteRange(field.start, field.end) for field in used),
        exhibits=(
            TableExhibit(
                title=Message("痕迹所在字段（摘录，已遮盖）", "the fields (excerpts, masked)"),
                columns=(
                    Message("位置", "place"),
                    Message("字段", "field"),
                    Message("字节范围", "bytes"),
                    Message("摘录", "excerpt"),
                ),
                rows=tuple(
                    (f.carrier, f.key or "-", f"{f.start}-{f.end}", excerpt(f.text)) for f in used
                ),
            ),
        ),
        details={"tool": rule.tool, "strength": rule.strength, "verified": rule.verified},
    )


def _stealth(evidence: Evidence) -> Iterator[Finding]:
    if evidence.format != "png":
        return
    try:
        hidden = hidden_text(evidence.content.view())
    except TooLarge:
        yield Finding(
            signal="provenance.generator.stealth_not_checked",
            because=Message(
                f"图像超过 {MAX_PIXELS // 1_000_000} 百万像素，未检查透明通道中的隐藏信息",
                f"the image has more than {MAX_PIXELS // 1_000_000} million pixels, so its alpha "
                "channel was not checked for hidden text",
            ),
            quiet=True,
        )
        return
    if hidden is None:
        return
    strength = _STRENGTH["hard"]
    yield Finding(
        signal="provenance.generator.stealth",
        because=Message(
            f"透明通道最低位藏有 {hidden.magic} 格式的生成参数（NovelAI 等工具的写法）。"
            f"{strength.zh}{_UNVERIFIED.zh}",
            f"the lowest bits of the alpha channel hide generation settings in the form "
            f"{hidden.magic} (as written by NovelAI and others). "
            f"{strength.en[0].upper()}{strength.en[1:]}{_UNVERIFIED.en}",
        ),
        proposition=AI_GENERATED.id,
        where=(Member("alpha channel"),),
        exhibits=(
            TextExhibit(
                title=Message("隐藏的文字（摘录，已遮盖）", "the hidden text (excerpt, masked)"),
                text=excerpt(hidden.text, 400),
            ),
        ),
        details={"tool": "NovelAI", "strength": "hard", "verified": False, "magic": hidden.magic},
    )
