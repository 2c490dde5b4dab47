"""What a case is found and ordered by in lists, from its states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mingjian.casework.case.keeping import keep_until
from mingjian.casework.case.state import body_of
from mingjian.casework.incident.clock import deadlines
from mingjian.casework.incident.facts import IncidentRefused, facts_from
from mingjian.casework.incident.grade import grade
from mingjian.casework.incident.level import level_of
from mingjian.casework.incident.scheme import schemes
from mingjian.domain.folding import folded

MOVES = ("merged", "merged_into", "given", "taken")
"""Parts of a case's state that say which items it holds."""
AT_ONCE = "0"
"""Stands before every time."""


def grade_order(level: int | None) -> int:
    """Incident level 1 (gravest) to 4 as a number that grows with gravity; 0: not graded."""
    return 5 - level if level else 0


def listed(
    case: str, stored: Mapping[str, object], incident: Mapping[str, object]
) -> dict[str, Any]:
    """The values of a case's row, from its states `case` and `incident` (empty: none yet)."""
    body = body_of(case, stored)
    until = keep_until(body)
    return {
        "words": folded(f"{case} {body['title']}"),
        "status": body["status"],
        "grade": grade_order(level_of(incident)),
        "exercise": int(body["exercise"]),
        "parent": body["parent"],
        "keep_until": until.isoformat() if until else None,
        "clock": _first_clock(incident),
        "moved": int(any(body[name] for name in MOVES)),  # type: ignore[literal-required]
    }


def persons(case: str, stored: Mapping[str, object]) -> list[str]:
    """Who is in charge, as names are compared."""
    return sorted({folded(name) for name in body_of(case, stored)["assigned"]})


def _first_clock(incident: Mapping[str, object]) -> str | None:
    """When the first reporting clock that nobody has met is due (UTC); None: there is none.

    It only finds the cases to look at: what is shown is worked out anew from the facts.
    """
    if not incident.get("facts"):
        return None
    try:
        facts = facts_from(incident["facts"])
    except IncidentRefused:
        return None
    now = datetime.now(UTC)
    graded = {name: grade(scheme, facts, now.date()) for name, scheme in schemes().items()}
    open_ones = [
        clock.due.astimezone(UTC).isoformat(timespec="seconds") if clock.due else AT_ONCE
        for clock in deadlines(graded, facts)
        if clock.state(now) in ("at_once", "running", "overdue")
    ]
    return min(open_ones, default=None)
