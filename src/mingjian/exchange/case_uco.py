"""Evidence, findings and custody as a CASE/UCO graph in JSON-LD (CASE 1.5.0, UCO 1.5.0).

Files carry names, sizes and hashes, never content; findings their sentences, never exhibits.
Every custody entry is an investigative action, informed by the one before it, so that the
order of the chain survives. What the ontology has no term for (a likelihood ratio, its bounds)
stands under a vocabulary of our own.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mingjian.casework.custody import Entry

Json = dict[str, Any]
_UCO = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT: Json = {
    "kb": "urn:mingjian:kb:",
    "mingjian": "urn:mingjian:vocabulary:",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{
        name: f"{_UCO}{name}/"
        for name in (
            "action",
            "analysis",
            "core",
            "identity",
            "observable",
            "tool",
            "types",
            "vocabulary",
        )
    },
}
_SPACE = uuid.UUID("6f3f4bd2-8a62-5c1e-9d0a-3d1d5f2c7b11")
"""Names made from it are the same for the same thing in every export."""


def case_graph(
    case: str,
    records: Iterable[Mapping[str, Any]],
    entries: Iterable[Entry],
    version: str,
    marking: str = "",
) -> bytes:
    """The graph of one case as JSON-LD, UTF-8.

    `records` are evidence records in their JSON form, each root before its parts; `entries` the
    case's custody, `version` the program's. `marking` is a TLP 2.0 label, e.g. ``TLP:AMBER``,
    put on the investigation.
    """
    nodes = list(_nodes(case, list(records), list(entries), version, marking))
    graph = {"@context": CONTEXT, "@graph": nodes}
    return (json.dumps(graph, ensure_ascii=False, indent=1) + "\n").encode()


def _id(kind: str, *key: object) -> str:
    """An identifier that ends in a UUID, as UCO wants it; facts about the thing decide it."""
    return f"kb:{kind}-{uuid.uuid5(_SPACE, json.dumps([kind, *map(str, key)]))}"


def _ref(identifier: str) -> Json:
    return {"@id": identifier}


def _typed(kind: str, value: object) -> Json:
    return {"@type": f"xsd:{kind}", "@value": str(value)}


def _nodes(
    case: str, records: list[Mapping[str, Any]], entries: list[Entry], version: str, marking: str
) -> Iterator[Json]:
    tool = _id("tool", version)
    yield {
        "@id": tool,
        "@type": "tool:Tool",
        "core:name": "Mingjian",
        "tool:toolType": "digital evidence examination",
        "tool:version": version,
    }
    named: dict[str, Json] = {}
    for record in records:
        named.setdefault(_file_id(case, record), dict(record))
    parts: list[str] = list(named)
    known = {str(one["sha256"]): file for file, one in named.items() if one["sha256"]}
    for file, one in named.items():
        yield _file(file, one)
        if one["parent"] in known:
            yield _contained(file, known[one["parent"]])
        for result in _results(case, file, one):
            parts.append(result["@id"])
            yield result
    exhibits = list(_exhibits(case, named))
    yield from exhibits
    parts += [exhibit["@id"] for exhibit in exhibits]
    for actor in sorted({entry.actor for entry in entries}):
        yield {
            "@id": _id("identity", actor),
            "@type": "identity:Identity",
            "core:name": actor,
        }
    actions = list(_actions(case, entries, known, tool))
    yield from actions
    parts += [action["@id"] for action in actions]
    yield {
        "@id": _id("investigation", case),
        "@type": "investigation:Investigation",
        "core:name": case,
        "core:object": [_ref(part) for part in parts] or [_ref(tool)],
        **({"core:tag": marking} if marking else {}),
    }


def _file_id(case: str, record: Mapping[str, Any]) -> str:
    return _id("file", case, record["sha256"], record["path"])


def _file(file: str, record: Mapping[str, Any]) -> Json:
    hashes = {
        "@id": _id("hash", file),
        "@type": "types:Hash",
        "types:hashMethod": "SHA256",
        "types:hashValue": _typed("hexBinary", record["sha256"]),
    }
    path = str(record["path"])
    return {
        "@id": file,
        "@type": "observable:File",
        "core:hasFacet": [
            {
                "@id": _id("file-facet", file),
                "@type": "observable:FileFacet",
                "observable:fileName": path.rpartition("/")[2] or path,
                "observable:filePath": path,
                "observable:isDirectory": False,
                "observable:sizeInBytes": _typed("integer", record["size"]),
            },
            {
                "@id": _id("content-facet", file),
                "@type": "observable:ContentDataFacet",
                "observable:sizeInBytes": _typed("integer", record["size"]),
                **({"observable:hash": [hashes]} if record["sha256"] else {}),
                # UCO's hash vocabulary does not know SM3 (GB/T 32905).
                **({"mingjian:sm3": record["sm3"]} if record["sm3"] else {}),
            },
        ],
    }


def _contained(file: str, parent: str) -> Json:
    return {
        "@id": _id("relationship", file),
        "@type": "observable:ObservableRelationship",
        "core:source": _ref(file),
        "core:target": _ref(parent),
        "core:kindOfRelationship": "Contained_Within",
        "core:isDirectional": True,
    }


def _results(case: str, file: str, record: Mapping[str, Any]) -> Iterator[Json]:
    """Findings of note as statements, and the weights that were given, with their numbers."""
    for examination in record["examinations"]:
        for number, finding in enumerate(examination["findings"]):
            if finding["quiet"]:
                continue
            yield {
                "@id": _id("finding", file, examination["detector"], number),
                "@type": "analysis:AnalyticResult",
                "core:name": finding["signal"],
                "core:statement": [finding["because"]["en"], finding["because"]["zh"]],
                "analysis:resultContent": _ref(file),
                "mingjian:detector": f"{examination['detector']}@{examination['version']}",
            }
    for weight in record["weights"]:
        if not weight["opinion"]:
            continue
        low, high = weight["lr_bounds"]
        yield {
            "@id": _id("weight", file, weight["proposition"]),
            "@type": "analysis:AnalyticResult",
            "core:name": weight["proposition"],
            "core:statement": [weight["words"]["en"], weight["words"]["zh"]],
            "analysis:resultContent": _ref(file),
            "mingjian:h1": [weight["h1"]["en"], weight["h1"]["zh"]],
            "mingjian:h2": [weight["h2"]["en"], weight["h2"]["zh"]],
            "mingjian:log10LikelihoodRatio": _typed("decimal", f"{weight['log10_lr']:.4f}"),
            "mingjian:lowerBound": _typed("decimal", f"{low:.4f}"),
            "mingjian:upperBound": _typed("decimal", f"{high:.4f}"),
        }


def _exhibits(case: str, named: Mapping[str, Mapping[str, Any]]) -> Iterator[Json]:
    """Items handed in, numbered in their order."""
    roots = [file for file, record in named.items() if not record["parent"]]
    for number, file in enumerate(roots, 1):
        yield {
            "@id": _id("provenance", case, file),
            "@type": "investigation:ProvenanceRecord",
            "investigation:exhibitNumber": str(number),
            "core:object": [_ref(file)],
        }


def _actions(
    case: str, entries: list[Entry], known: Mapping[str, str], tool: str
) -> Iterator[Json]:
    before: str | None = None
    for entry in entries:
        action = _id("action", case, entry.seq, entry.hash)
        about = known.get(entry.subject or "", _id("investigation", case))
        told = f"entry {entry.seq}; hash {entry.hash}; previous {entry.prev}; key {entry.key}"
        yield {
            "@id": action,
            "@type": "investigation:InvestigativeAction",
            "core:name": entry.action,
            "core:description": told,
            "action:startTime": _typed("dateTime", entry.time),
            "action:endTime": _typed("dateTime", entry.time),
            "action:performer": _ref(_id("identity", entry.actor)),
            "action:instrument": [_ref(tool)],
            "action:object": [_ref(about)],
            **({"investigation:wasInformedBy": [_ref(before)]} if before else {}),
        }
        before = action
