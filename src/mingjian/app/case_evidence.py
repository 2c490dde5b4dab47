"""The evidence of a case, through merging and splitting, and the artefacts found in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
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
from mingjian.casework.case.state import body_of
from mingjian.casework.conduct.seen import Seen, seen_from, seen_in
from mingjian.domain.evidence import READABLE_KINDS
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store.lists import CasesAsked, ListedCase
from mingjian.store.store import Store

AT_ONCE = 100
"""Items whose records are read together."""
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


def items_of(store: Store, case: str) -> Iterator[CaseItem]:
    """What the case holds now: its own items without those split off, those received, and
    those of cases merged into it; each evidence once, as last examined. Read a few at a time."""
    places = store.item_places(case)
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        for (home, run), group in groupby(some, key=lambda place: place[:2]):
            ordinals = [ordinal for _, _, ordinal in group]
            found = store.records_at(run, ordinals)
            for ordinal in ordinals:
                records = tuple(row.record for row in found[ordinal])
                yield CaseItem(case=home, run=run, records=records)


def records_of(store: Store, case: str) -> Iterator[Mapping[str, Any]]:
    """The records of everything the case holds: each item's own, then those of its parts."""
    for item in items_of(store, case):
        yield from item.records


_SEEN: dict[tuple[str, str, int], Seen] = {}
SEEN_KEPT = 32
LARGE = 500
"""Items from which a case is large."""


def seen_of(store: Store, case: str) -> Seen:
    """What stands in the records of a case. It is kept in this process until what the case
    holds changes, and that of a large case, which takes long to read, in the store as well."""
    line = store.listed_case(case)
    key = (str(store.vault.folder), case, line.version)
    found = _SEEN.get(key)
    if found is None:
        large = line.items >= LARGE
        found = _SEEN[key] = _kept_or_read(store, line) if large else _read(store, case)
        for old in list(_SEEN)[:-SEEN_KEPT]:
            _SEEN.pop(old, None)
    return found


def _read(store: Store, case: str) -> Seen:
    return seen_in(records_of(store, case))


def _kept_or_read(store: Store, line: ListedCase) -> Seen:
    kept = store.seen(line.name)
    if kept is not None:
        return seen_from(json.loads(kept))
    found = _read(store, line.name)
    store.keep_seen(line.name, line.version, json.dumps(found.as_json()).encode("ascii"))
    return found


def _with_merged(store: Store, case: str) -> list[str]:
    """The case, then those merged into it, and into them."""
    names = [case]
    for name in names:  # grows while it is walked
        merged = body_of(name, store.state(name).body)["merged"]
        names += [other for other in merged if other not in names]
    return names


def named_items(store: Store, case: str, evidence: Iterable[str]) -> list[str]:
    """The full SHA-256 of items of this case, each named by at least four first digits."""
    named = []
    for start in evidence:
        start = start.lower()
        fitting = store.item_named(case, start)
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
        records = records_of(store, case)
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
    cases = store.count_cases(CasesAsked())
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
