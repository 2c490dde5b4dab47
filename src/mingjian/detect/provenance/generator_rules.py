"""The rules of `generator_traces.json`, and how a rule is held against metadata fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from mingjian.detect.provenance.metadata_fields import Field

_MAX_JSON = 1 << 20


@dataclass(frozen=True, slots=True)
class Condition:
    """What one field must look like: its place and key, and its text or its JSON keys."""

    places: frozenset[str]
    keys: frozenset[str]
    pattern: re.Pattern[str] | None
    json_all: frozenset[str]
    json_any: frozenset[str]
    json_values: Mapping[str, frozenset[str]]

    def met_by(self, field: Field) -> bool:
        if field.place not in self.places:
            return False
        if "*" not in self.keys and field.key.lower() not in self.keys:
            return False
        if self.pattern is not None:
            return self.pattern.search(field.text) is not None
        body = _json(field.text)
        if self.json_values:
            return all(
                str(body.get(key, "")).lower() in allowed
                for key, allowed in self.json_values.items()
            )
        return self.json_all <= body.keys() and (
            not self.json_any or bool(self.json_any & body.keys())
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A tool's trace. `strength`: hard, medium or weak; `verified`: seen in that tool's files."""

    tool: str
    strength: str
    verified: bool
    conditions: tuple[Condition, ...]

    def fields(self, found: Sequence[Field]) -> tuple[Field, ...] | None:
        """The fields that meet the rule, one for each condition, or None."""
        met = []
        for condition in self.conditions:
            field = next((field for field in found if condition.met_by(field)), None)
            if field is None:
                return None
            met.append(field)
        return tuple(dict.fromkeys(met))


def _json(text: str) -> Mapping[str, object]:
    """The JSON object in a field, or an empty one."""
    if len(text) > _MAX_JSON or not text.lstrip().startswith("{"):
        return {}
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("Mapping[str, object]", body) if isinstance(body, dict) else {}


def _condition(entry: Mapping[str, object]) -> Condition:
    def texts(name: str) -> frozenset[str]:
        return frozenset(cast("list[str]", entry.get(name, [])))

    pattern = entry.get("pattern")
    values = cast("Mapping[str, list[str]]", entry.get("json_values", {}))
    return Condition(
        places=texts("places"),
        keys=texts("keys"),
        pattern=re.compile(pattern) if isinstance(pattern, str) else None,
        json_all=texts("json_all"),
        json_any=texts("json_any"),
        json_values={key: frozenset(allowed) for key, allowed in values.items()},
    )


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file (specific ones first)."""
    text = (files(__package__) / "generator_traces.json").read_text(encoding="utf-8")
    return tuple(
        Rule(
            tool=entry["tool"],
            strength=entry["strength"],
            verified=entry["verified"],
            conditions=tuple(_condition(condition) for condition in entry["all"]),
        )
        for entry in json.loads(text)["rules"]
    )
