"""Detector `label.implicit`: the AIGC labels in a file's metadata, stated as facts.

Source: GB 45438-2025 section 6 and annex E; TC260 practice guides 20257A to 202511A.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from mingjian.detect.contract import NotApplicable
from mingjian.detect.label.check import VERDICTS, Problem
from mingjian.detect.label.facts import clause, measures_state, named, state
from mingjian.detect.label.label import FIELDS, FoundLabel
from mingjian.detect.label.proposition import LABEL_AIGC
from mingjian.detect.label.report import (
    Reading,
    providers,
    read_and_check,
    shown_fields,
)
from mingjian.detect.label.security import Security
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.container.metadata import formats

_SIGNATURES = {
    "unsigned": Message("没有签名", "it is unsigned"),
    "opaque": Message(
        "填有厂商自定义的内容，无法验签", "it holds a vendor's own string, which cannot be checked"
    ),
    "unsupported": Message(
        "含有安全数据，但其算法或签名对象不在可核验之列",
        "it holds security data whose algorithm or signed part we cannot check",
    ),
    "altered": Message(
        "验签不通过：标识在签名后被改动，或签名的对象不是指南规定的内容",
        "the label fails this signature: it was altered after signing, or the signer did not "
        "sign what the guide prescribes",
    ),
    "valid": Message(
        "验签通过，但公钥就在文件里、未经事先确认，只能说明标识未被改动，不能说明是谁签的",
        "the signature is valid, but its key comes from the file itself and is not pinned: the "
        "label was not altered since, but who signed it is not shown",
    ),
    "pinned": Message(
        "验签通过，公钥属于已确认的签名者", "the signature is valid and its key is a pinned one"
    ),
}


class Implicit:
    """Reads every implicit label, checks it, and states what it declares."""

    name: ClassVar[str] = "label.implicit"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {
            EvidenceKind.IMAGE,
            EvidenceKind.AUDIO,
            EvidenceKind.VIDEO,
            EvidenceKind.DOCUMENT,
            EvidenceKind.HTML,
            EvidenceKind.TEXT,
        }
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (LABEL_AIGC,)

    def __init__(self, options: Mapping[str, str]) -> None:
        """Option `pinned_keys`: ``fingerprint=signer`` pairs separated by commas."""
        pairs = (pair.partition("=") for pair in options.get("pinned_keys", "").split(","))
        self._pinned = {key.strip().lower(): name.strip() for key, _, name in pairs if key.strip()}

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per label, provider code and signature, and one on conformity."""
        if evidence.format not in formats():
            raise NotApplicable(
                Message(
                    "这种格式没有规定隐式标识的位置",
                    "this format has no place for an implicit label",
                )
            )
        reading = read_and_check(evidence.content, evidence.format, self._pinned)
        if not reading.labels:
            yield _absent(reading)
            return
        for label, codes in zip(reading.labels, reading.securities, strict=True):
            yield _declared(label)
            yield from _providers(label)
            yield from (_signature(label, code) for code in codes if code.state != "unsigned")
        yield from _states(reading)
        yield _conformity(reading)


def _absent(reading: Reading) -> Finding:
    damaged_zh = damaged_en = ""
    if reading.damage:
        at = reading.damage[0][0]
        damaged_zh = f"文件在第 {at} 字节处有损坏，其后的元数据可能没有读到。"
        damaged_en = f" The file is damaged at byte {at}; metadata after it may not have been read."
    return Finding(
        signal="label.absent",
        proposition=LABEL_AIGC.id,
        quiet=True,
        because=Message(
            f"没有发现隐式标识。{damaged_zh}没有标识什么也不能证明：标识可能从未写入，也可能被清除。",
            f"No implicit label was found.{damaged_en} Its absence proves nothing: it may never "
            "have been written, or it may have been removed.",
        ),
    )


def _declared(label: FoundLabel) -> Finding:
    place = (ByteRange(label.start, label.end),)
    if label.label is None:
        what = label.defect.message if label.defect else Message("内容为空", "it is empty")
        return Finding(
            signal="label.unreadable" if label.defect else "label.wiped",
            proposition=LABEL_AIGC.id,
            where=place,
            because=Message(
                f"{label.carrier} 处有隐式标识，但读不出内容：{what.zh}。",
                f"{label.carrier} holds an implicit label that cannot be read: {what.en}.",
            ),
            details={"carrier": label.carrier, "form": label.form},
        )
    fields = shown_fields(label)
    stated = fields.get("Label", "")
    meaning = state(stated) or Message("含义不明", "of unknown meaning")
    maker = fields.get("ContentProducer", "") or "—"
    return Finding(
        signal="label.declared",
        proposition=LABEL_AIGC.id,
        where=place,
        because=Message(
            f"{label.carrier} 处的隐式标识声明：Label={stated or '（无）'}，{meaning.zh}；"
            f"生成服务提供者为 {maker}。标识是一种声明，没有测量过误差率，不计权重。",
            f"The implicit label in {label.carrier} declares Label={stated or 'none'}, "
            f"{meaning.en}; content producer {maker}. A label is a declaration; no error rate was "
            "measured, so it carries no weight.",
        ),
        exhibits=(
            TableExhibit(
                title=Message("隐式标识的字段", "Fields of the implicit label"),
                columns=(Message("字段", "field"), Message("内容", "value")),
                rows=tuple((name, value[:120]) for name, value in fields.items()),
            ),
        ),
        details={"carrier": label.carrier, "form": label.form, "fields": fields},
    )


def _providers(label: FoundLabel) -> Iterator[Finding]:
    for field, code in providers(label).items():
        faults = code.faults()
        kind = named("subject_types", code.subject_type)
        vendor = code.vendor
        seen_zh = f"该代码在公开样本中见于{vendor.zh}（待核验）；" if vendor else ""
        seen_en = (
            f"Public samples show this code with {vendor.en} (not verified). " if vendor else ""
        )
        check_zh = "；".join(fault.zh for fault in faults) or "格式与校验码相符"
        check_en = "; ".join(fault.en for fault in faults) or "its form and check character fit"
        yield Finding(
            signal="label.provider_code",
            where=(ByteRange(label.start, label.end),),
            because=Message(
                f"{field} 的编码 {code.shown}（主体类型：{kind.zh}）：{check_zh}。{seen_zh}"
                "代码指向一个法律主体，不指向某个产品，并且由标识自己声称。",
                f"The code {code.shown} in {field} (subject: {kind.en}): {check_en}. {seen_en}"
                "A code names a legal entity, not a product; the label asserts it about itself.",
            ),
            details={
                "field": field,
                "code": code.shown,
                "faults": [fault.en for fault in faults],
                "vendor": vendor.en if vendor else None,
            },
        )


def _signature(label: FoundLabel, code: Security) -> Finding:
    said = _SIGNATURES[code.state]
    signer = f"（{code.signer}）" if code.signer else ""
    rule = clause("signature")
    return Finding(
        signal="label.signature",
        where=(ByteRange(label.start, label.end),),
        quiet=code.state == "opaque",
        because=Message(
            f"{code.field}：{said.zh}{signer}。依据：{rule.zh}。",
            f"{code.field}: {said.en}{f' ({code.signer})' if code.signer else ''}. "
            f"Basis: {rule.en}.",
        ),
        details={
            "field": code.field,
            "state": code.state,
            "algorithm": code.algorithm,
            "key_sha256": code.key,
            "signer": code.signer,
        },
    )


def _states(reading: Reading) -> Iterator[Finding]:
    """The state under the Labelling Measures; labels of one file may contradict each other."""
    stated = {label.fields.get("Label", "") for label in reading.labels if label.label}
    known = sorted(value for value in stated if measures_state(value))
    words = [m for m in map(measures_state, known) if m is not None]
    places = tuple(ByteRange(label.start, label.end) for label in reading.labels)
    if len(known) > 1:
        yield Finding(
            signal="label.states_differ",
            where=places,
            because=Message(
                "同一文件中的标识给出不同的状态：" + "、".join(m.zh for m in words) + "。",
                "The labels of one file state different things: "
                + "; ".join(m.en for m in words)
                + ".",
            ),
            details={"labels": known},
        )
    elif known and known[0] != "1":
        rule = clause("propagator")
        yield Finding(
            signal="label.state",
            where=places,
            because=Message(
                f"标识的状态是“{words[0].zh}”，由传播平台认定，不是生成者的确认。依据：{rule.zh}。",
                f"The label's state is “{words[0].en}”: a propagating platform's judgement, not "
                f"the producer's confirmation. Basis: {rule.en}.",
            ),
            details={"label": known[0]},
        )


def _conformity(reading: Reading) -> Finding:
    listed: list[Problem] = [problem for each in reading.problems for problem in each]
    listed += reading.together
    words = VERDICTS[reading.verdict]
    first = listed[0] if listed else None
    reason_zh = f"，首要原因：{first.message.zh}（{clause(first.clause).zh}）" if first else ""
    reason_en = f"; first reason: {first.message.en} ({clause(first.clause).en})" if first else ""
    rows = tuple(
        (problem.message, clause(problem.clause), str(problem.start)) for problem in listed
    )
    columns = (
        Message("问题", "problem"),
        Message("条款", "clause"),
        Message("字节位置", "byte"),
    )
    return Finding(
        signal="label.conformity",
        quiet=reading.verdict == "conformant",
        where=tuple(ByteRange(problem.start, problem.end) for problem in listed),
        because=Message(
            f"按 GB 45438-2025 检查隐式标识，结论：{words.zh}{reason_zh}。",
            f"Checked against GB 45438-2025, the implicit label is {words.en}{reason_en}.",
        ),
        exhibits=(
            (TableExhibit(title=Message("标识的问题", "Problems"), columns=columns, rows=rows),)
            if rows
            else ()
        ),
        details={
            "verdict": reading.verdict,
            "problems": [problem.code for problem in listed],
            "fields_expected": list(FIELDS),
        },
    )
