"""What the reading desk shows, gathered as JSON; nothing here changes a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mingjian.app import incident, incident_case, law
from mingjian.app.access import Actor, require
from mingjian.app.case_evidence import CaseItem, items_of
from mingjian.app.case_views import CaseLine, list_cases
from mingjian.app.cases import INCIDENT
from mingjian.app.errors import UsageError
from mingjian.app.examine import item_line
from mingjian.app.inspection import card_of, detector_rows
from mingjian.app.keeping import ready_workbench
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.library import library
from mingjian.store.store import Store
from mingjian.weigh.scale import Scale, load_scales

CASES_A_PAGE = 25
ITEMS_A_PAGE = 50
COUNTED = 1_000
"""A case with more items than this shows no number of flagged items in the list."""
RUNNING = ("overdue", "running", "at_once")


class NotThere(UsageError):
    """What was asked for is not in this store."""


def _page(rows: Iterable[Any], key: str, after: str, size: int) -> tuple[list[Any], str | None]:
    """The rows behind the one whose `key` is `after`, and the key the next page starts behind."""
    listed = iter(rows)
    if after:
        listed = iter([*_behind(listed, key, after)])
    page = list(islice(listed, size + 1))
    more = len(page) > size
    return page[:size], str(page[size - 1][key]) if more else None


def _behind(rows: Iterator[Any], key: str, after: str) -> Iterator[Any]:
    for row in rows:
        if row[key] == after:
            yield from rows


# ---- the desk -------------------------------------------------------------------------------


def cases(store: Store, actor: Actor, *, status: str, words: str, after: str) -> Json:
    """Cases, newest first, a page of them, with what the shown ones hold."""
    lines = [
        line
        for line in reversed(list_cases(store, actor, status=status or None))
        if words.casefold() in f"{line.case} {line.body['title']}".casefold()
    ]
    rows = [{"case": line.case, "line": line} for line in lines]
    shown, following = _page(rows, "case", after, CASES_A_PAGE)
    return {
        "cases": [_case(store, row["line"]) for row in shown],
        "of": len(lines),
        "next": following,
    }


def _case(store: Store, line: CaseLine) -> Json:
    flagged = None
    if line.items <= COUNTED:
        flagged = sum(
            any(weight["flagged"] for weight in item.root["weights"])
            for item in items_of(store, line.case).items
        )
    return {**line.as_json(), "flagged": flagged}


def clocks(store: Store, actor: Actor) -> list[Json]:
    """Reporting clocks that run or are over, of every case with an incident, nearest first."""
    require("incident.read", actor)
    found: list[Json] = []
    for state in store.states(aspect=INCIDENT):
        if not state.body.get("facts"):
            continue
        assessed = incident_case.assessment_of(state)
        for clock in assessed.clocks:
            told = incident.clock_json(clock, assessed.now)
            if told["state"] in RUNNING:
                found.append({"case": state.case, **told})
    return sorted(found, key=clock_order)


def clock_order(clock: Mapping[str, Any]) -> tuple[int, float]:
    """At once, then by the time left (below zero: over)."""
    left = clock["seconds_left"]
    return (0, 0.0) if left is None else (1, float(left))


def unavailable(settings: Settings) -> list[Json]:
    """Detectors that are installed and cannot be used here, with the reason."""
    bench = ready_workbench(settings)
    return [row.as_json() for row in detector_rows(bench) if not row.live]


# ---- evidence -------------------------------------------------------------------------------


def evidence_list(
    store: Store, actor: Actor, case: str, *, kind: str, state: str, words: str, after: str
) -> Json:
    """The items of a case, a page of them, those of note first within the page's filters."""
    require("case.read", actor)
    known(store, case)
    found = items_of(store, case)
    every = [_item(item) for item in found.items]
    every.sort(key=lambda row: row["order"])
    rows = [
        row
        for row in every
        if kind in ("", row["kind"])
        and state in ("", row["state"])
        and words.casefold() in row["path"].casefold()
    ]
    shown, following = _page(rows, "key", after, ITEMS_A_PAGE)
    return {
        "items": [{k: v for k, v in row.items() if k != "order"} for row in shown],
        "of": len(rows),
        "in_all": len(every),
        "flagged": sum(row["state"] == "flagged" for row in every),
        "found": sum(row["state"] in ("flagged", "found") for row in every),
        "gaps": sum(row["gaps"] for row in every),
        "kinds": sorted({row["kind"] for row in every}),
        "cut": found.cut,
        "next": following,
    }


def _item(item: CaseItem) -> dict[str, Any]:
    root, line = item.root, item_line(item.records)
    weights = [weight for weight in root["weights"] if weight["opinion"]]
    rank, strength = line.order
    return {
        "key": root["sha256"] or root["path"],
        "sha256": root["sha256"],
        "path": root["path"],
        "kind": root["kind"],
        "format": root["format"],
        "size": root["size"],
        "parts": len(item.records) - 1,
        "state": line.state,
        "because": dict(line.because) or None,
        "gaps": line.gaps,
        "weights": sorted(weights, key=lambda weight: -weight["log10_lr"]),
        "order": (rank, strength, root["path"]),
    }


def evidence(store: Store, actor: Actor, sha256: str, case: str) -> Json:
    """One piece of evidence as last examined (in `case`, if named), its parts, where else it is."""
    require("case.read", actor)
    rows = store.records_of(sha256) if len(sha256) == 64 else []
    if not rows:
        raise NotThere(
            Message("没有这份证据材料", "there is no such evidence"),
            Message(
                "请核对散列值，或从案件的材料表打开",
                "check the hash, or open it from the evidence table of its case",
            ),
        )
    case_of = {run.id: run.case for run in store.runs()}
    chosen = next((row for row in rows if case_of.get(row.run) == case), rows[0])
    item = [row.record for row in store.item_records(chosen.run, chosen.ordinal)]
    places = dict.fromkeys((case_of.get(row.run, ""), str(row.record["path"])) for row in rows)
    return {
        "case": case_of.get(chosen.run, ""),
        "run": chosen.run,
        "record": chosen.record,
        "item": str(item[0]["sha256"] or ""),
        "tree": _tree(item),
        "moved": _moved(chosen.record, item),
        "places": [{"case": name, "path": path} for name, path in places],
    }


def _moved(record: Json, item: list[Json]) -> Json:
    """Per proposition, the findings behind its weight, strongest first, wherever they were made."""
    by_hash = {one["sha256"]: one for one in item}
    weights: Any = record["weights"]
    moved: Json = {}
    for weight in weights:
        origin: Any = by_hash.get(weight["carried_from"], record)
        found = [
            {
                **{key: value for key, value in finding.items() if key != "exhibits"},
                "detector": one["detector"],
                "sha256": origin["sha256"],
                "path": origin["path"],
            }
            for one in origin["examinations"]
            for finding in one["findings"]
            if finding["proposition"] == weight["proposition"]
        ]
        moved[weight["proposition"]] = sorted(found, key=lambda one: -abs(one["log10_lr"]))
    return moved


def _tree(records: list[Json]) -> list[Json]:
    """The item and its parts in order, each with how deep it lies and what it shows."""
    depth: dict[object, int] = {}
    tree: list[Json] = []
    for record in records:
        deep = depth.get(record["parent"], -1) + 1 if record["parent"] else 0
        depth.setdefault(record["sha256"], deep)
        weights: Any = record["weights"]
        examinations: Any = record["examinations"]
        tree.append(
            {
                "sha256": record["sha256"],
                "path": record["path"],
                "kind": record["kind"],
                "step": record["step"],
                "depth": deep,
                "flagged": any(weight["flagged"] for weight in weights),
                "found": any(one["state"] == "found" for one in examinations),
            }
        )
    return tree


def known(store: Store, case: str) -> None:
    """Refuse a case that is not there, without listing those that are."""
    if case not in store.cases():
        raise NotThere(
            Message("没有这个案件", "there is no such case"),
            Message("请从桌面的案件表打开", "open it from the list of cases on the desk"),
        )


# ---- law ------------------------------------------------------------------------------------


def law_hits(words: str, settings: Settings) -> list[Json]:
    """Places that hold all of `words`, ours with their citation and name."""
    shelf = library()
    hits: list[Json] = []
    for hit in law.find(words, settings):
        ref = str(hit["ref"])
        article = shelf.article(ref) if hit["kind"] == "entry" else None
        if article is not None:
            hit |= {"name": article.name.as_json(), "citation": shelf.citation(ref).as_json()}
        elif hit["kind"] == "conduct":
            hit |= {"name": shelf.conducts[ref].name.as_json()}
        hits.append(hit)
    return hits


# ---- detectors ------------------------------------------------------------------------------


def detectors(settings: Settings) -> list[Json]:
    """Every installed detector with its state."""
    return [row.as_json() for row in detector_rows(ready_workbench(settings))]


def detector(settings: Settings, name: str) -> Json:
    """One detector: state, card, scales with the figures measured on held-out sources."""
    bench = ready_workbench(settings)
    row = next((row for row in detector_rows(bench) if row.name == name), None)
    entry = next((entry for entry in bench.entries if entry.name == name), None)
    if row is None or entry is None:
        raise NotThere(
            Message("没有这个检测器", "there is no such detector"),
            Message("请从检测器列表打开", "open it from the list of detectors"),
        )
    try:
        card: str | None = card_of(settings, name)
    except OSError:  # a third party's detector may come without one
        card = None
    pairs = {pair.id for pair in entry.detector.propositions} if entry.detector else set()
    scales = [
        _scale(scale)
        for of_signal in load_scales(entry.scale_files(), research=True).values()
        for scale in of_signal
        if scale.proposition in pairs
    ]
    propositions = [
        {"id": pair.id, "h1": pair.h1.as_json(), "h2": pair.h2.as_json()}
        for pair in (entry.detector.propositions if entry.detector else ())
    ]
    return {**row.as_json(), "card": card, "measured": scales, "pairs": propositions}


def _scale(scale: Scale) -> Json:
    reference = scale.reference
    return {
        "name": scale.name,
        "proposition": scale.proposition,
        "fitted": scale.fitted,
        "method": scale.method,
        "bounds": list(scale.bounds),
        "threshold": scale.threshold,
        "n_h1": reference.n_h1,
        "n_h2": reference.n_h2,
        "population": reference.description.as_json(),
        "research": scale.research,
        "withheld": scale.withheld.as_json() if scale.withheld else None,
        "sources": [
            {"name": one.name, "licence": one.licence, "n": one.n, "label": one.label}
            for one in reference.sources
        ],
        "knots": [list(knot) for knot in scale.knots],
        "metrics": dict(scale.metrics),
        "digest": scale.digest,
    }
