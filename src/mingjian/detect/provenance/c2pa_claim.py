"""What one C2PA claim says: generator, signer, actions, source types, soft bindings.

Only fields needed to judge provenance are read; author names and other personal fields of a
claim are left where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mingjian.detect.provenance.c2pa_reading import Store, as_list, as_map, as_text
from mingjian.detect.provenance.vocabulary import SourceType, source_type
from mingjian.domain.finding import TableExhibit
from mingjian.domain.message import Message

_MAX_ACTIONS = 200
_MAX_NAMES = 20


@dataclass(frozen=True, slots=True)
class Action:
    """One step of the declared history."""

    name: str
    agent: str
    when: str
    source_type: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The parts of a claim that bear on provenance, shortened and typed."""

    label: str
    generator: str
    signer: str
    algorithm: str
    signed_at: str
    title_format: str
    update: bool
    actions: tuple[Action, ...]
    source_types: tuple[SourceType, ...]
    agents: tuple[str, ...]
    soft_bindings: tuple[str, ...]

    def table(self) -> TableExhibit:
        rows = (
            (Message("生成软件", "claim generator"), self.generator or "-"),
            (Message("签名证书", "signing certificate"), self.signer or "-"),
            (Message("签名算法", "signature algorithm"), self.algorithm or "-"),
            (Message("时间戳", "time stamp"), self.signed_at or "-"),
            (Message("媒体格式", "media format"), self.title_format or "-"),
        )
        return TableExhibit(
            title=Message("声明内容", "what the claim names"),
            columns=(Message("字段", "field"), Message("值", "value")),
            rows=rows,
        )

    def history(self) -> TableExhibit:
        return TableExhibit(
            title=Message("声明的制作经过", "declared history"),
            columns=(
                Message("操作", "action"),
                Message("软件", "software"),
                Message("时间", "time"),
                Message("数字来源类型", "digital source type"),
            ),
            rows=tuple(
                (a.name, a.agent or "-", a.when or "-", a.source_type or "-") for a in self.actions
            ),
        )


def _agent(value: object) -> str:
    """A software agent: text, or an object with name and version."""
    if isinstance(value, str):
        return value[:120]
    entry = as_map(value)
    return " ".join(filter(None, (as_text(entry.get("name")), as_text(entry.get("version")))))[:120]


def _actions(assertions: Mapping[str, object]) -> Iterator[Action]:
    for label, value in assertions.items():
        if not label.startswith("c2pa.actions"):
            continue
        body = as_map(value)
        agents = as_list(body.get("softwareAgents"))
        for item in as_list(body.get("actions"))[:_MAX_ACTIONS]:
            entry = as_map(item)
            index = entry.get("softwareAgentIndex")
            agent: object = entry.get("softwareAgent")
            if isinstance(index, int) and 0 <= index < len(agents):
                agent = agents[index]
            kind = as_text(entry.get("digitalSourceType"))
            yield Action(
                name=as_text(entry.get("action"), 80),
                agent=_agent(agent),
                when=as_text(entry.get("when"), 40),
                source_type=source_type(kind).term if kind else "",
            )


def _declared_types(assertions: Mapping[str, object]) -> Iterator[str]:
    """Source types in actions, in metadata assertions, and in a generator's own assertion."""
    for label, value in assertions.items():
        body = as_map(value)
        if label.startswith("c2pa.actions"):
            for item in as_list(body.get("actions"))[:_MAX_ACTIONS]:
                yield as_text(as_map(item).get("digitalSourceType"))
        elif label.startswith(("c2pa.metadata", "stds.iptc", "cawg.metadata")):
            for key, inner in body.items():
                if key.rpartition(":")[2].lower() == "digitalsourcetype":
                    yield as_text(inner) or as_text(as_map(inner).get("@id"))
        elif label.startswith("c2pa.ai_generated_content"):
            yield "trainedAlgorithmicMedia"


def read_claim(store: Store, label: str) -> Claim:
    """Read one manifest of a store; missing or odd fields come back empty."""
    manifest = store.manifests[label]
    claim = as_map(manifest.get("claim"))
    assertions = dict(sorted(as_map(manifest.get("assertion_store")).items()))
    signature = as_map(manifest.get("signature"))
    info = claim.get("claim_generator_info")
    # Version 1 claims hold a list of generators, version 2 claims a single one.
    infos = [*as_list(info), info] if isinstance(info, list) else [info]
    generator = "; ".join(filter(None, (_agent(entry) for entry in infos)))
    generator = generator or as_text(claim.get("claim_generator"))
    signer = " / ".join(
        dict.fromkeys(
            filter(None, (as_text(signature.get(k), 120) for k in ("issuer", "common_name")))
        )
    )
    actions = tuple(_actions(assertions))[:_MAX_ACTIONS]
    kinds = {source_type(value) for value in _declared_types(assertions) if value}
    bindings = [
        as_text(as_map(value).get("alg"), 80)
        for name, value in assertions.items()
        if name.startswith("c2pa.soft-binding")
    ]
    hard = any(name.startswith("c2pa.hash.") for name in assertions)
    return Claim(
        label=label,
        generator=generator[:200],
        signer=signer,
        algorithm=as_text(signature.get("alg"), 40),
        signed_at=as_text(signature.get("time"), 40),
        title_format=as_text(claim.get("dc:format"), 80),
        # An update manifest adds to a parent and binds no content itself (C2PA 2.2, 11.2.3).
        update=not hard and "parentOf" in _relations(assertions),
        actions=actions,
        source_types=tuple(sorted(kinds, key=lambda kind: kind.term))[:_MAX_NAMES],
        agents=tuple(dict.fromkeys(a.agent for a in actions if a.agent))[:_MAX_NAMES],
        soft_bindings=tuple(dict.fromkeys(filter(None, bindings)))[:_MAX_NAMES],
    )


def _relations(assertions: Mapping[str, object]) -> set[str]:
    return {
        as_text(as_map(value).get("relationship"))
        for name, value in assertions.items()
        if name.startswith("c2pa.ingredient")
    }
