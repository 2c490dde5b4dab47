"""How a case came together and apart: links, merges and splits, and which still stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.cases import in_words
from mingjian.casework.case.history import detail_of_event, name_of_event
from mingjian.domain.record import Json
from mingjian.store.store import Store

# Event -> the kind of tie, the field that names the other case, whether it undoes.
_TIES: Mapping[str, tuple[str, str, bool]] = {
    "link.added": ("link", "case", False),
    "link.removed": ("link", "case", True),
    "merge.into": ("merged_into", "into", False),
    "merge.into_undone": ("merged_into", "of", True),
    "merge.took": ("took_in", "case", False),
    "merge.took_undone": ("took_in", "case", True),
    "split.gave": ("gave", "to", False),
    "split.gave_undone": ("gave", "to", True),
    "split.got": ("got", "of", False),
    "split.got_undone": ("got", "of", True),
}
UNDO: Mapping[str, str] = {
    "link": "unlink",
    "merged_into": "unmerge",
    "took_in": "unmerge",
    "gave": "unsplit",
    "got": "unsplit",
}
"""Kind of tie -> the use case that takes it back."""


def ties(store: Store, actor: Actor, case: str) -> list[Json]:
    """Each link, merge and split of a case, and each undoing of one, oldest first.

    `standing` is true for one that was not undone; only that one can be, and `undo` says on
    which of the two cases.
    """
    require("case.read", actor)
    rows: list[dict[str, Any]] = []
    with in_words():
        events = list(store.events(case, "case"))
    for event in events:
        if event.name not in _TIES or event.body is None:
            continue
        kind, field, undoes = _TIES[event.name]
        other = str(event.body[field])
        if undoes:
            for row in rows:
                if (row["kind"], row["other"], row["standing"]) == (kind, other, True):
                    row |= {"standing": False, "undo": None}
        detail = detail_of_event(event.name, event.body)
        # A merge is undone on the case that was merged, a split on the one that gave.
        on, off = (other, case) if kind in ("took_in", "got") else (case, other)
        rows.append(
            {
                "seq": event.seq,
                "at": event.at,
                "by": event.actor,
                "role": event.role,
                "kind": kind,
                "other": other,
                "undoes": undoes,
                "standing": not undoes,
                "what": name_of_event(event.name).as_json(),
                "detail": detail.as_json() if detail else None,
                "undo": None if undoes else {"deed": UNDO[kind], "case": on, "other": off},
            }
        )
    return list(rows)


def changes_since(store: Store, actor: Actor, case: str, aspect: str, revision: int) -> list[Json]:
    """What was done to one aspect of a case after a revision that somebody saw."""
    require("case.read", actor)
    with in_words():
        events = list(store.events(case, aspect))
    found = []
    for event in events:
        if event.revision <= revision:
            continue
        words: Any = (event.body or {}).get("words")
        detail = detail_of_event(event.name, event.body) if aspect == "case" else None
        found.append(
            {
                "at": event.at,
                "by": event.actor,
                "role": event.role,
                "revision": event.revision,
                "what": name_of_event(event.name).as_json(),
                "detail": detail.as_json() if detail else words,
            }
        )
    return found
