"""The level of an incident, read from the state that persons' decisions led to."""

from __future__ import annotations

from collections.abc import Mapping

LEVELS = {"I": 1, "II": 2, "III": 3, "IV": 4}


def level_of(incident: Mapping[str, object]) -> int | None:
    """The gravest level that is in force or proposed in the state of aspect `incident`."""
    proposed = incident.get("proposed")
    named = [incident.get("level"), proposed.get("level") if isinstance(proposed, dict) else None]
    levels = [LEVELS.get(value, 0) if isinstance(value, str) else value for value in named]
    return min((level for level in levels if isinstance(level, int) and level), default=None)
