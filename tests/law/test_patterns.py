"""Written fact patterns: the right articles, bands and coverage on the date of the act."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mingjian.law.facts import facts_from
from mingjian.law.library import library
from mingjian.law.match import FOR_A_LAWYER, match

PATTERNS = json.loads((Path(__file__).parent / "patterns.json").read_text("utf-8"))


def test_there_are_forty_and_more_with_both_sides_of_2026() -> None:
    dates = [item["facts"].get("date") or "" for item in PATTERNS]
    assert len(PATTERNS) >= 40
    assert len({item["id"] for item in PATTERNS}) == len(PATTERNS)
    assert sum("2025-01-01" <= day < "2026-01-01" for day in dates) >= 10
    assert sum(day >= "2026-01-01" for day in dates) >= 10
    states = {a["state"] for p in PATTERNS for a in p["expect"]["articles"].values()}
    wanted = {"reached", "open", "depends", "below", "not_enough_facts", "duty", "not_in_force"}
    assert wanted <= states


@pytest.mark.parametrize("pattern", PATTERNS, ids=[item["id"] for item in PATTERNS])
def test_pattern(pattern: Any) -> None:
    facts = facts_from(pattern["facts"], library())
    found = match(facts)
    (conduct,) = found.conducts
    listed = {item.article.ref: item for many in conduct.articles.values() for item in many}
    expect = pattern["expect"]
    got = {place: conduct.coverage[place].state for place in expect["coverage"]}
    assert got == expect["coverage"]
    for ref, wanted in expect["articles"].items():
        item = listed[ref]
        band = item.reach.band.index if item.reach and item.reach.band else None
        assert (item.state, band) == (wanted["state"], wanted.get("band")), ref
        if item.version and facts.date:
            assert item.version.in_force(facts.date)
    for ref in expect.get("absent", ()):
        assert ref not in listed
    for ref, names in expect.get("missing", {}).items():
        assert set(names) <= {name for name, _ in listed[ref].missing}, ref
    for ref in expect.get("changed_since", ()):
        assert any("从旧兼从轻" in note.zh for note in listed[ref].notes), ref
    # Whatever the facts, the answer is a suggestion and is complete in both languages.
    answer = found.as_json()
    assert answer["note"] == FOR_A_LAWYER.as_json()
    _both_languages(answer)


def _both_languages(value: Any) -> None:
    if isinstance(value, dict):
        if "zh" in value or "en" in value:
            assert value["zh"].strip()
            assert value["en"].strip()
        for item in value.values():
            _both_languages(item)
    elif isinstance(value, list):
        for item in value:
            _both_languages(item)
