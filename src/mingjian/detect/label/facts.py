"""The data files of this folder: clauses, states and vendors, with their verified flags."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message

UNVERIFIED = Message("待核验", "not verified")


@cache
def _load(name: str) -> Any:
    return json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def clause(key: str) -> Message:
    """A citation; one whose official text was not read says so."""
    entry = _load("spec.json")["clauses"][key]
    if entry["verified"]:
        return Message(entry["zh"], entry["en"])
    return Message(f"{entry['zh']}（{UNVERIFIED.zh}）", f"{entry['en']} ({UNVERIFIED.en})")


def state(label: str) -> Message | None:
    """What a `Label` value declares, or None for a value the standard does not list."""
    entry = _load("spec.json")["states"].get(label)
    return Message(entry["zh"], entry["en"]) if entry else None


def measures_state(label: str) -> Message | None:
    """The state of the Labelling Measures that a `Label` value stands for."""
    entry = _load("spec.json")["states"].get(label)
    return Message(entry["measures_zh"], entry["measures_en"]) if entry else None


def named(group: str, key: str) -> Message:
    """A name from a small table of the provider code, or the value itself."""
    entry = _load("spec.json")[group].get(key)
    return Message(entry["zh"], entry["en"]) if entry else Message(key, key)


def vendor(uscc: str) -> Message | None:
    """The name a credit code was seen with; never verified."""
    entry = _load("vendors.json")["vendors"].get(uscc)
    return Message(entry["zh"], entry["en"]) if entry else None
