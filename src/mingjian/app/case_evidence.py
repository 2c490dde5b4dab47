"""The evidence of a case, through merging and splitting, and the artefacts found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.cases import change, in_words
from mingjian.app.errors import UsageError
from mingjian.casework.artefacts import (
    KINDS,
    TEXT,
    Artefact,
    Related,
    artefacts,
    counted,
    related,
    text_of,
)
from mingjian.casework.case.state import Body, body_of
from mingjian.domain.evidence import READABLE_KINDS
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store.store import Store
from mingjian.store.work import RecordRow

ITEMS = 5_000
"""Items of one case that are read; `CaseItems.cut` says where there are more."""
_WITH_TEXT = frozenset({*READABLE_KINDS, "link"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseItem:
    """One item of a case: its own record, then those of its parts."""

    case: str
    """The case whose examination brought it: another one after merging or splitting."""
    run: int
    records: tuple[Mapping[str, Any], ...]

    @property
    def root(self) -> Mapping[str, Any]:
        return self.records[0]


@dataclass(slots=True)
class CaseItems:
    """Items, each evidence once (newest examination), in the order of examination."""

    items: list[CaseItem]
    cut: bool = False

    def records(self) -> Iterator[Mapping[str, Any]]:
        for item in self.items:
            yield from item.records


def items_of(store: Store, case: str) -> CaseItems:
    """What the case holds now: its own items without those split off, those received, and
    those of cases merged into it."""
    found = CaseItems([])
    seen: set[str] = set()
    for name in _with_merged(store, case):
        body = body_of(name, store.state(name).body)
        _own(store, name, body, found, seen)
        for sha256 in body["taken"]:
            if sha256 not in seen and sha256 not in body["given"]:
                _received(store, sha256, found)
                seen.add(sha256)
    return found


def _with_merged(store: Store, case: str) -> list[str]:
    """The case, then those merged into it, and into them."""
    names = [case]
    for name in names:  # grows while it is walked
        merged = body_of(name, store.state(name).body)["merged"]
        names += [other for other in merged if other not in names]
    return names


def _own(store: Store, case: str, body: Body, found: CaseItems, seen: set[str]) -> None:
    for run in store.runs(case):
        for group in _groups(store.results(run.id)):
            root = group[0].record
            name = str(root["sha256"] or root["path"])
            if name in seen or name in body["given"]:
                continue
            if len(found.items) >= ITEMS:
                found.cut = True
                return
            seen.add(name)
            records = tuple(row.record for row in group)
            found.items.append(CaseItem(case=case, run=run.id, records=records))


def _groups(rows: Iterable[RecordRow]) -> Iterator[list[RecordRow]]:
    group: list[RecordRow] = []
    for row in rows:
        if row.number == 0 and group:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _received(store: Store, sha256: str, found: CaseItems) -> None:
    roots = [row for row in store.records_of(sha256) if row.number == 0]
    if not roots:
        return
    row = roots[0]
    if len(found.items) >= ITEMS:
        found.cut = True
        return
    records = tuple(part.record for part in store.item_records(row.run, row.ordinal))
    case = next((run.case for run in store.runs() if run.id == row.run), "")
    found.items.append(CaseItem(case=case, run=row.run, records=records))


def named_items(store: Store, case: str, evidence: Iterable[str]) -> list[str]:
    """The full SHA-256 of items of this case, each named by at least four first digits."""
    items = items_of(store, case).items
    there = [item.root["sha256"] for item in items if item.root["sha256"]]
    named = []
    for start in evidence:
        start = start.lower()
        fitting = sorted({sha256 for sha256 in there if sha256.startswith(start)})
        if len(start) < 4 or len(fitting) != 1:
            raise UsageError(
                Message(
                    f"案件“{case}”中没有唯一以 {start[:64]} 开头的材料"
                    "（至少 4 位；须是整件，不是派生材料）",
                    f"no single item of case “{case}” starts with {start[:64]} (4 digits at "
                    "least; an item that was handed in, not a part)",
                )
            )
        named += fitting
    return named


# ---- artefacts ------------------------------------------------------------------------------


def _text(store: Store, record: Mapping[str, Any]) -> str | None:
    """What the evidence says, from the vault; None where it is not text or not kept there."""
    if record["kind"] not in _WITH_TEXT or not record["sha256"]:
        return None
    try:
        with store.vault.path(record["sha256"]).open("rb") as file:
            return text_of(file.read(TEXT), record["encoding"])
    except OSError:
        return None


def index(store: Store, case: str) -> None:
    """Read the artefacts of a case's items anew, if anything was done in it since."""

    def read() -> Mapping[Artefact, int]:
        records = items_of(store, case).records()
        return counted(
            [one for record in records for one in artefacts(record, _text(store, record))]
        )

    store.index_artefacts(case, lambda: [(a.kind, a.value, n) for a, n in read().items()])


def artefacts_of(store: Store, actor: Actor, case: str, *, reveal: bool = False) -> list[Json]:
    """The artefacts of a case; in clear only for those who may, and then it is an event."""
    require("case.read", actor)
    if reveal:
        change(store, actor, "case.reveal", case, lambda body: [("artefacts.revealed", {})])
    with in_words():
        store.case_id(case)
    index(store, case)
    order = list(KINDS)
    return [
        {**_artefact_json(Artefact(kind, value), reveal), "times": times, "cases": cases}
        for kind, value, times, cases in sorted(
            store.artefacts(case), key=lambda found: order.index(found[0])
        )
    ]


def _artefact_json(artefact: Artefact, reveal: bool = False) -> Json:
    return {
        "kind": artefact.kind,
        "kind_words": KINDS[artefact.kind].as_json(),
        "value": artefact.value if reveal else artefact.redacted,
        "in_clear": reveal,
    }


def related_cases(store: Store, actor: Actor, case: str) -> list[Json]:
    """Other cases that share artefacts with this one, those with the rarest first."""
    require("case.read", actor)
    with in_words():
        own = set(_with_merged(store, case))
    for name in store.not_indexed():
        index(store, name)
    cases = len(store.cases())
    shared = [
        (other, Artefact(kind, value), holders)
        for other, kind, value, holders in store.shared_artefacts(case)
        if other not in own
    ]
    held = {artefact: holders for _, artefact, holders in shared}
    found = related(((other, artefact) for other, artefact, _ in shared), held, cases)
    return [_related_json(item, cases) for item in found]


def _related_json(found: Related, cases: int) -> Json:
    return {
        "case": found.case,
        "of_cases": cases,
        "shared": [
            {**_artefact_json(item.artefact), "cases": item.cases, "bits": item.bits}
            for item in found.shared
        ],
    }
