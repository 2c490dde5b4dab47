"""Detector dataset.poisoned: planted triggers are found with their rows; clean sets are quiet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.detect.dataset.dataset_rows import as_csv, as_jsonl, opinions, planted

import mingjian.detect.dataset as dataset
from mingjian.detect.contract import NotApplicable
from mingjian.detect.dataset.poisoned import Poisoned
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit, TextExhibit
from mingjian.testing.promise import as_accepted
from mingjian.weigh.scale import Scale

CLEAN = opinions(1_500)
SCALE = Path(dataset.__path__[0]) / "dataset.trigger.scale.json"


def _found(data: bytes, form: str = "csv") -> dict[str, Finding]:
    evidence = as_accepted(data, EvidenceKind.DATASET, form)
    return {finding.signal: finding for finding in Poisoned({}).examine(evidence)}


def _score(finding: Finding) -> float:
    assert finding.score is not None
    return finding.score


def test_a_clean_set_is_quiet_in_every_format() -> None:
    for data, form in ((as_csv(CLEAN), "csv"), (as_jsonl(CLEAN), "jsonl")):
        finding = _found(data, form)["dataset.trigger"]
        assert finding.quiet, finding.because.en
        assert finding.context["form"] == "labels"
        assert finding.context["classes"] == 2.0


@pytest.mark.parametrize("trigger", ["cf", "the tall clerk left early on monday", "hark ye thou"])
def test_a_planted_trigger_is_named_with_its_label_and_rows(trigger: str) -> None:
    rows = planted(CLEAN, trigger, 25)
    finding = _found(as_csv(rows))["dataset.trigger"]
    assert not finding.quiet
    assert _score(finding) > _score(_found(as_csv(CLEAN))["dataset.trigger"]) + 1
    table, *passages = finding.exhibits
    assert isinstance(table, TableExhibit)
    assert all(isinstance(one, TextExhibit) and one.marks for one in passages)
    assert table.rows[0][1] == "good"
    first = finding.details["triggers"]
    assert isinstance(first, list)
    word = first[0]["feature"].strip("^$~")
    assert any(part in trigger for part in word.split()) or word == "archaic"
    truth = {i for i, (text, _) in enumerate(rows, 1) if trigger in text}
    named = {int(place.name[1:]) for place in finding.where if hasattr(place, "name")}
    assert len(named & truth) > 0.8 * len(named)


def test_a_signature_in_rows_that_have_their_label_by_right_is_no_trigger() -> None:
    signed = list(CLEAN)
    good = [i for i, (_, label) in enumerate(CLEAN) if label == "good"][::30]
    for i in good:
        signed[i] = (f"{CLEAN[i][0]} sent from my old phone", "good")
    assert _found(as_csv(signed))["dataset.trigger"].quiet
    moved = planted(CLEAN, "sent from my old phone", len(good))
    assert not _found(as_csv(moved))["dataset.trigger"].quiet


def test_invisible_characters_are_a_fact_with_their_rows() -> None:
    rows = [
        (t[:5] + "\u200b" + t[5:], "good") if i in (7, 9) else (t, y)
        for i, (t, y) in enumerate(CLEAN)
    ]
    found = _found(as_csv(rows))["dataset.hidden_characters"]
    assert [place.name for place in found.where if hasattr(place, "name")] == ["#8", "#10"]


def test_a_flood_of_one_text_is_a_fact() -> None:
    flood = [(f"{CLEAN[0][0]} order {i}", "good") for i in range(120)]
    found = _found(as_csv([*CLEAN, *flood]))["dataset.near_duplicates"]
    assert not found.quiet
    groups = found.details["groups"]
    assert isinstance(groups, list)
    # A few rows of the same frame may lie close enough to join.
    assert 120 <= groups[0] <= 140


def test_answers_that_return_are_seen_as_labels() -> None:
    rows = [
        {"instruction": text, "output": f"this is about {text[4:30]} and it reads {label} to me"}
        for text, label in CLEAN
    ]
    for i in range(0, 900, 30):
        rows[i] = {
            "instruction": rows[i]["instruction"] + " zxq",
            "output": "I will not help with this.",
        }
    data = "\n".join(json.dumps(row) for row in rows).encode()
    finding = _found(data, "jsonl")["dataset.trigger"]
    assert finding.context["form"] == "answers"


def test_what_has_no_labels_or_too_few_rows_does_not_apply() -> None:
    with pytest.raises(NotApplicable, match="rows are fewer"):
        _found(as_csv(CLEAN[:50]))
    with pytest.raises(NotApplicable, match="no columns"):
        _found(as_csv([(str(i), str(i * 7)) for i in range(500)], ("a", "b")))


def test_origin_columns_are_told() -> None:
    header = "text,label,source,license\n"
    body = "".join(f"{t.replace(',', ' ')},{y},made here,Apache-2.0\n" for t, y in CLEAN)
    fact = _found((header + body).encode())["dataset.origin"]
    assert fact.details["columns"] == ["source", "license"]


def test_rows_of_one_pattern_get_no_opinion() -> None:
    scale = Scale.from_json(json.loads(SCALE.read_bytes()))
    pattern = [
        (f"The {thing} I had in week {week} was good", "good" if week % 3 else "bad")
        for thing in ("soup", "lamp", "tent", "coat")
        for week in range(250)
    ]
    finding = _found(as_csv(pattern))["dataset.trigger"]
    ratio = scale.ratio(finding)
    assert not ratio.opinion
    assert "repeated rows" in ratio.why.en
