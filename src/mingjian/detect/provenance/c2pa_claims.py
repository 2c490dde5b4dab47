"""C2PA content credentials: four answers kept apart, and what the claim says.

Whatever a claim says is its signer's statement. Absence of a manifest proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.provenance import embedded
from mingjian.detect.provenance.c2pa_claim import Claim, read_claim
from mingjian.detect.provenance.c2pa_reading import (
    MAX_BYTES,
    MEDIA_TYPES,
    MIB,
    Absent,
    Remote,
    Store,
    TrustList,
    Unreadable,
    read_store,
)
from mingjian.detect.provenance.status import States, failures, meaning, states, words
from mingjian.detect.provenance.vocabulary import AI_GENERATED, ai_service, soft_binding_kind
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Exhibit, Finding, Member, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

_MAX_FINDINGS = 500
_MAX_FAILURES = 30
_ASPECTS = {
    "binding": Message("内容绑定", "asset binding"),
    "signature": Message("声明签名", "claim signature"),
    "trust": Message("签名者信任", "signer trust"),
    "validity": Message("有效期", "validity period"),
    "revocation": Message("吊销", "revocation"),
    "level": Message("校验等级", "validation state"),
}


def _trust_list(listing: str) -> TrustList:
    """Read the PEM files named in the option (separated by ``;`` or new lines)."""
    texts = []
    for name in filter(None, (part.strip() for part in re.split(r"[;\n]", listing))):
        try:
            text = Path(name).expanduser().read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(
                Message(
                    f"无法读取信任列表文件 {name}（{type(error).__name__}），请检查设置",
                    f"the trust list file {name} cannot be read ({type(error).__name__}); "
                    "check the settings",
                )
            ) from error
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise Unavailable(
                Message(
                    f"信任列表文件 {name} 不含 PEM 证书",
                    f"the trust list file {name} holds no PEM certificate",
                )
            )
        texts.append(text)
    return TrustList("\n".join(texts))


class C2paClaims:
    """`provenance.c2pa`. Option: `trust_anchors`, paths of PEM files of trusted authorities.

    A list of single trusted signing certificates is not offered: c2pa-python 0.38.1 takes
    the setting (`allowed_list`) and ignores it.
    """

    name: ClassVar[str] = "provenance.c2pa"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.IMAGE, EvidenceKind.AUDIO, EvidenceKind.VIDEO, EvidenceKind.DOCUMENT}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (AI_GENERATED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        try:
            import c2pa  # noqa: F401
        except (ImportError, OSError) as error:
            raise Unavailable(
                Message(
                    "缺少 c2pa-python，无法检验 C2PA 来源信息；请执行 pip install c2pa-python",
                    "c2pa-python is missing, so C2PA cannot be checked; pip install c2pa-python",
                )
            ) from error
        self._trust = _trust_list(options.get("trust_anchors", ""))

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        if evidence.size > MAX_BYTES:
            raise NotExaminable(
                Message(
                    f"文件大于 {MAX_BYTES // MIB} MiB，未检验 C2PA 来源信息",
                    f"the file is larger than {MAX_BYTES // MIB} MiB; C2PA was not checked",
                )
            )
        view = evidence.content.view()
        media_type = MEDIA_TYPES.get(evidence.format)
        if media_type is None:
            return [self._unsupported(view, evidence.format)]
        outcome = read_store(view, media_type, self._trust)
        if isinstance(outcome, Unreadable):
            raise NotExaminable(outcome.why)
        if isinstance(outcome, Remote):
            return [_remote(outcome)]
        if isinstance(outcome, Absent):
            return [_absent(view)]
        opening = evidence.kind is EvidenceKind.VIDEO and embedded.is_opening_segment(view)
        report = list(islice(self._report(outcome, view, opening), _MAX_FINDINGS + 1))
        return report if len(report) <= _MAX_FINDINGS else [*report[:-1], _truncated(outcome)]

    def _unsupported(self, view: memoryview, format: str) -> Finding:
        if embedded.find_store(view) is not None:
            raise NotExaminable(
                Message(
                    f"文件内嵌有 C2PA 清单，但校验库不支持 {format} 格式，未能校验",
                    f"the file holds a C2PA manifest store, but the validation library does not "
                    f"read the format {format}; it was not checked",
                )
            )
        raise NotApplicable(
            Message(
                f"C2PA 未为 {format} 格式规定存放位置，文件中也没有清单的结构",
                f"C2PA has no place for a manifest in {format} files, and none was found by "
                "its structure",
            )
        )

    def _report(self, store: Store, view: memoryview, opening: bool) -> Iterator[Finding]:
        trust_list = self._trust.configured
        found = embedded.find_store(view)
        where = (ByteRange(*found),) if found else ()
        four = states(store, store.active, trust_list=trust_list, opening_segment=opening)
        claim = read_claim(store, store.active)
        yield _manifest(store, claim, four, where)
        yield from _failures(store, store.active, trust_list, opening)
        yield from _statements(claim, four, "")
        others = [label for label in store.manifests if label != store.active]
        for number, label in enumerate(others, 1):
            inner = states(store, label, trust_list=trust_list)
            inner_claim = read_claim(store, label)
            yield _ingredient(store, inner_claim, inner, number)
            yield from _failures(store, label, trust_list, False)
            yield from _statements(inner_claim, inner, f"{number}")


def _truncated(store: Store) -> Finding:
    count = len(store.manifests)
    return Finding(
        signal="provenance.c2pa.truncated",
        because=Message(
            f"清单链含 {count} 个清单，发现过多，只列出前 {_MAX_FINDINGS} 项",
            f"the chain holds {count} manifests and too many findings; only the first "
            f"{_MAX_FINDINGS} are listed",
        ),
    )


def _remote(outcome: Remote) -> Finding:
    scheme, _, rest = outcome.url.partition("://")
    defanged = f"{scheme.replace('http', 'hxxp')}://{rest.replace('.', '[.]', 1)}"[:200]
    return Finding(
        signal="provenance.c2pa.remote",
        because=Message(
            "文件只含指向外部 C2PA 清单的链接；检验不联网，未取回该清单，因此四项结论均未得出",
            "the file only links to a C2PA manifest kept elsewhere; examination is offline, so it "
            "was not fetched and none of the four answers could be reached",
        ),
        exhibits=(
            TableExhibit(
                title=Message("外部清单（未取回，离线）", "remote manifest (not fetched, offline)"),
                columns=(Message("地址（已去活）", "address (defanged)"),),
                rows=((defanged,),),
            ),
        ),
        details={"remote": defanged, "fetched": False},
    )


def _absent(view: memoryview) -> Finding:
    found = embedded.find_store(view)
    if found is not None:
        return Finding(
            signal="provenance.c2pa.misplaced",
            because=Message(
                f"文件第 {found[0]} 字节处有 C2PA 清单的结构，但不在该格式规定的位置，"
                "可能属于文件内嵌的图片，也可能是残留；未作校验",
                f"at byte {found[0]} stands the structure of a C2PA manifest store, but not where "
                "this format keeps one: it may belong to an embedded picture or be a remnant; "
                "it was not checked",
            ),
            where=(ByteRange(*found),),
        )
    return Finding(
        signal="provenance.c2pa.absent",
        because=Message(
            "未发现 C2PA 清单；没有清单不能证明任何事（转发、截图和重新保存都会去掉它）",
            "no C2PA manifest was found; its absence proves nothing (forwarding, screenshots and "
            "re-saving remove it)",
        ),
        quiet=True,
    )


def _states_table(four: States) -> TableExhibit:
    rows = tuple(
        (name, words(aspect, value), value)
        for aspect, name in _ASPECTS.items()
        for value in (getattr(four, aspect),)
    )
    return TableExhibit(
        title=Message("四项结论，分别给出", "the four answers, kept apart"),
        columns=(
            Message("事项", "aspect"),
            Message("结论", "answer"),
            Message("状态代码", "state"),
        ),
        rows=rows,
    )


def _sentence(four: States) -> Message:
    parts = [words(a, getattr(four, a)) for a in ("binding", "signature", "trust", "validity")]
    revoked = words("revocation", four.revocation)
    return Message(
        "；".join(part.zh for part in parts) + f"；{revoked.zh}",
        "; ".join(part.en for part in parts) + f"; {revoked.en}",
    )


def _manifest(store: Store, claim: Claim, four: States, where: tuple[ByteRange, ...]) -> Finding:
    said = _sentence(four)
    level = words("level", four.level)
    kind = Message("更新清单", "update manifest") if claim.update else Message("清单", "manifest")
    exhibits: list[Exhibit] = [_states_table(four), claim.table()]
    if claim.actions:
        exhibits.append(claim.history())
    return Finding(
        signal="provenance.c2pa.manifest",
        because=Message(
            f"文件带有 C2PA {kind.zh}（{level.zh}）：{said.zh}",
            f"the file carries a C2PA {kind.en} ({level.en}): {said.en}",
        ),
        where=where,
        exhibits=tuple(exhibits),
        details={
            **four.as_details(),
            "update_manifest": claim.update,
            "generator": claim.generator,
            "signer": claim.signer,
            "signed_at": claim.signed_at,
            "manifests": len(store.manifests),
            "ingredients_without_manifest": store.bare_ingredients,
            "digital_source_types": [kind.term for kind in claim.source_types],
        },
    )


def _ingredient(store: Store, claim: Claim, four: States, number: int) -> Finding:
    said = _sentence(four)
    bad = four.signature != "validated" or four.level in {"well-formed", "not-well-formed"}
    return Finding(
        signal="provenance.c2pa.ingredient",
        because=Message(
            f"素材清单 {number}：{said.zh}",
            f"ingredient manifest {number}: {said.en}",
        ),
        quiet=not bad,
        where=(Member(claim.label[:120]),),
        exhibits=(_states_table(four), claim.table()),
        details={
            **four.as_details(),
            "relationship": store.relations.get(claim.label, ""),
            "generator": claim.generator,
            "signer": claim.signer,
            "digital_source_types": [kind.term for kind in claim.source_types],
        },
    )


def _failures(store: Store, label: str, trust_list: bool, opening: bool) -> Iterator[Finding]:
    whose = (
        Message("文件清单", "the file's manifest")
        if label == store.active
        else Message("素材清单", "an ingredient's manifest")
    )
    for code in failures(store, label, trust_list=trust_list)[:_MAX_FAILURES]:
        if opening and code == "assertion.bmffHash.mismatch":
            continue
        plain = meaning(code)
        yield Finding(
            signal="provenance.c2pa.failure",
            because=Message(
                f"{whose.zh}校验未通过（{code}）：{plain.zh}",
                f"validation of {whose.en} failed ({code}): {plain.en}",
            ),
            where=(Member(label[:120]),),
            details={"code": code, "manifest": label[:120], "active": label == store.active},
        )


def _statements(claim: Claim, four: States, ingredient: str) -> Iterator[Finding]:
    whose = (
        Message(f"素材 {ingredient} 的声明", f"the claim of ingredient {ingredient}")
        if ingredient
        else Message("声明", "the claim")
    )
    sound = four.signature == "validated" and four.binding not in {"mismatch", "none"}
    basis = (
        Message(
            "这是签名者的陈述；签名和内容核对未见问题，但签名者是否可信另见信任结论",
            "this is the signer's statement; signature and content check out, while whether the "
            "signer can be trusted is answered apart",
        )
        if sound
        else Message(
            "签名或内容核对未通过，该陈述不能依赖",
            "signature or content did not check out, so the statement cannot be relied upon",
        )
    )
    for kind in claim.source_types:
        ai = kind.group == "ai"
        yield Finding(
            signal="provenance.c2pa.source_type",
            because=Message(
                f"{whose.zh}写明数字来源类型为 {kind.term}：{kind.meaning.zh}。{basis.zh}",
                f"{whose.en} states the digital source type {kind.term}: {kind.meaning.en}. "
                f"{basis.en[0].upper()}{basis.en[1:]}",
            ),
            proposition=AI_GENERATED.id if ai or kind.group == "non_ai" else None,
            quiet=kind.group != "ai",
            where=(Member(claim.label[:120]),),
            details={
                "term": kind.term,
                "group": kind.group,
                "ingredient": bool(ingredient),
                "sound": sound,
            },
        )
    for algorithm in claim.soft_bindings:
        sort = soft_binding_kind(algorithm)
        yield Finding(
            signal="provenance.c2pa.soft_binding",
            because=Message(
                f"{whose.zh}记有软绑定 {algorithm}（{sort.zh}）；本系统不能读取该{sort.zh}",
                f"{whose.en} records the soft binding {algorithm} ({sort.en}), which is not "
                "decoded here",
            ),
            quiet=True,
            details={"algorithm": algorithm},
        )
    service = ai_service(claim.generator, claim.signer, *claim.agents)
    if service:
        yield Finding(
            signal="provenance.c2pa.service",
            because=Message(
                f"{whose.zh}的签名者或软件名称属于 {service}；产品名称本身不说明内容由 AI 生成",
                f"the signer or software named in {whose.en} belongs to {service}; a product's "
                "name alone does not say that the content is AI-generated",
            ),
            details={"service": service, "sound": sound},
        )
