"""What provenance marks say about how content was made, and the pair they bear on.

The words come from `vocabulary.json`: IPTC digital source types grouped by what they say
about generative AI (C2PA 2.2), soft-binding algorithms of the C2PA list, and names of
generative services as they appear in signed manifests.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

AI_GENERATED = PropositionPair(
    id="provenance.ai_generated",
    h1=Message(
        "该文件由生成式人工智能系统产生，正如其来源标记所述",
        "the file was produced by a generative AI system, as its provenance marks state",
    ),
    h2=Message(
        "该文件不是由生成式人工智能系统产生",
        "the file was not produced by a generative AI system",
    ),
)
"""Facts on this pair have no measured error rate: they are stated and move no weight."""

SourceGroup = Literal["ai", "maybe", "synthetic_not_ml", "non_ai", "deprecated", "unknown"]


@dataclass(frozen=True, slots=True)
class SourceType:
    """One digital source type: its term, its group, and what it means."""

    term: str
    group: SourceGroup
    meaning: Message


@cache
def _data() -> dict[str, object]:
    text = (files(__package__) / "vocabulary.json").read_text(encoding="utf-8")
    return cast("dict[str, object]", json.loads(text))


@cache
def _terms() -> dict[str, SourceType]:
    groups = cast("dict[SourceGroup, dict[str, list[str]]]", _data()["digital_source_types"])
    return {
        term.lower(): SourceType(term, group, Message(*meaning))
        for group, terms in groups.items()
        for term, meaning in terms.items()
    }


def source_type(value: str) -> SourceType:
    """The source type a URI, CURIE or bare term names; http and https are one.

    An unknown term comes back in the group "unknown" (never a guess).
    """
    plain = value.strip()
    lowered = plain.lower().removeprefix("https://").removeprefix("http://")
    for base in cast("list[str]", _data()["bases"]):
        if lowered.startswith(base):
            lowered = lowered[len(base) :]
            break
    else:
        # A CURIE such as c2pa:trainedAlgorithmicData or digsrctype:digitalCapture.
        prefix, colon, local = lowered.partition(":")
        if colon and prefix in {"c2pa", "digsrctype", "dst", "iptc"}:
            lowered = local
    known = _terms().get(lowered.strip("/"))
    if known is not None:
        return known
    return SourceType(
        plain[:120],
        "unknown",
        Message("未收录的来源类型", "a source type that is not in the vocabulary"),
    )


def soft_binding_kind(algorithm: str) -> Message:
    """What sort of soft binding an algorithm of the C2PA list is."""
    kinds = cast("dict[str, str]", _data()["soft_bindings"])
    match kinds.get(algorithm):
        case "watermark":
            return Message("水印", "watermark")
        case "fingerprint":
            return Message("指纹", "fingerprint")
        case _:
            return Message("未收录的算法", "an algorithm not on the list")


def ai_service(*names: str) -> str | None:
    """The generative service that one of these names (signer, generator, agent) belongs to."""
    lowered = [name.lower() for name in names]
    for entry in cast("list[dict[str, object]]", _data()["ai_services"]):
        for token in cast("list[str]", entry["tokens"]):
            whole = rf"(?<![a-z0-9]){re.escape(token)}(?![a-z0-9])"
            if any(re.search(whole, name) for name in lowered):
                return cast("str", entry["tool"])
    return None
