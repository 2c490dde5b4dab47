"""What the reading desk shows, gathered as JSON; nothing here changes a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.app import incident, incident_case, law
from mingjian.app.access import Actor, require
from mingjian.app.cases import INCIDENT
from mingjian.app.errors import UsageError
from mingjian.app.inspection import card_of, detector_rows
from mingjian.app.keeping import ready_workbench
from mingjian.app.settings import Settings
from mingjian.casework.case.history import ENTRIES, both
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.library import library
from mingjian.store.database import StoreProblem
from mingjian.store.lists import ItemsAsked
from mingjian.store.store import Store
from mingjian.weigh.scale import Scale, load_scales

CLOCKS = 20
"""Cases whose reporting clocks the desk shows."""
PLACES = 100
"""Places of an evidence that its page names."""
HANDLED = 20
"""Entries of custody that the page of an evidence shows."""
RUNNING = ("overdue", "running", "at_once")


class NotThere(UsageError):
    """What was asked for is not in this store."""


# ---- the desk -------------------------------------------------------------------------------


def clocks(store: Store, actor: Actor, case: str | None = None) -> list[Json]:
    """Reporting clocks that run or are over, nearest first: of a case, or of the `CLOCKS`
    cases whose clocks are the first due."""
    require("incident.read", actor)
    names = store.cases_with_clocks(CLOCKS) if case is None else [case]
    found: list[Json] = []
    for state in store.states_of(names, [INCIDENT]):
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
    return [row for row in detectors(settings) if row["state"] != "live"]


# ---- evidence -------------------------------------------------------------------------------


def evidence(store: Store, actor: Actor, sha256: str, case: str) -> Json:
    """One piece of evidence as last examined (in `case`, if named), its parts, where else it is."""
    require("case.read", actor)
    places = store.found_in(sha256, PLACES) if len(sha256) == 64 else []
    if not places:
        raise NotThere(
            Message("没有这份证据材料", "there is no such evidence"),
            Message(
                "请核对散列值，或从案件的材料表打开",
                "check the hash, or open it from the evidence table of its case",
            ),
        )
    chosen = next((place for place in places if place.case == case), places[0])
    rows = store.item_records(chosen.run, chosen.ordinal)
    item = [row.record for row in rows]
    record = next(row.record for row in rows if row.number == chosen.number)
    named = dict.fromkeys((place.case, place.path) for place in places)
    return {
        "case": case if _holds(store, case, str(item[0]["sha256"] or "")) else chosen.case,
        "home": chosen.case,
        "run": chosen.run,
        "record": record,
        "item": str(item[0]["sha256"] or ""),
        "tree": _tree(item),
        "moved": _moved(record, item),
        "places": [{"case": name, "path": path} for name, path in named],
        "custody": _custody(store, chosen.case, sha256),
    }


def _holds(store: Store, case: str, item: str) -> bool:
    """Whether a case holds this item, be it one that another has split off for it."""
    if not (case and item):
        return False
    try:
        known(store, case)
    except NotThere:
        return False
    return bool(store.list_items(ItemsAsked(case=case, words=item), "", 1).rows)


def _custody(store: Store, case: str, sha256: str) -> Json:
    """What the case's chain says of this evidence: the latest `HANDLED` entries, oldest first."""
    entries = list(store.entries(case, sha256))
    rows = [
        {
            "seq": entry.seq,
            "at": entry.time,
            "who": entry.actor,
            "what": ENTRIES.get(entry.action, both(entry.action)).as_json(),
        }
        for entry in entries[-HANDLED:]
    ]
    return {"rows": rows, "of": len(entries)}


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
    try:
        store.case_id(case)
    except StoreProblem as problem:
        if problem.__cause__ is not None:  # the database itself
            raise
        raise NotThere(
            Message("没有这个案件", "there is no such case"),
            Message("请从桌面的案件表打开", "open it from the list of cases on the desk"),
        ) from None


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
    bench = ready_workbench(settings)
    if bench is not _LISTED.get("bench"):
        # Their scales are files: read again only for another workbench, which a process keeps.
        _LISTED.update(bench=bench, rows=[row.as_json() for row in detector_rows(bench)])
    return list(_LISTED["rows"])


_LISTED: dict[str, Any] = {}


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
