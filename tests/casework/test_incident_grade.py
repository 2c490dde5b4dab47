"""Grades: a table of every criterion and boundary on both sides, both regimes; and rules."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.casework.incident import facts_from, grade, one_level_higher, schemes
from mingjian.casework.incident.classes import class_names, of_conducts
from mingjian.casework.incident.facts import IncidentRefused
from mingjian.casework.incident.words import fact_words
from mingjian.law.library import library

CASES = json.loads((Path(__file__).parent / "incident_cases.json").read_text("utf-8"))
TODAY = date(2026, 11, 25)
NOT_HARM = {"eu_tier", "operator", "eu_market"}
"""Facts that place an incident rather than measure harm."""


def graded(scheme, facts, **rest):
    return grade(schemes()[scheme], facts_from({"facts": facts, **rest}), TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['scheme']}: {case['name']}")
def test_table(case) -> None:
    assert graded(case["scheme"], case["facts"]).step.id == case["expected"]


def test_the_table_reaches_every_way_of_every_criterion_and_each_boundary() -> None:
    for scheme in schemes().values():
        if scheme.id == "eu-ai-act-55":
            continue
        rows = [case["facts"] for case in CASES if case["scheme"] == scheme.id]
        for criterion in scheme.criteria:
            for way in criterion.ways:
                met = [row for row in rows if all(test.holds(row) for test in way.tests)]
                assert met, (criterion.id, way)
                for test in way.tests:
                    word = fact_words()[test.fact]
                    if word.kind != "number":
                        continue
                    assert any(row[test.fact] == test.at_least for row in met), (way, "at")
                    limit = test.at_least
                    short = [row[test.fact] for row in rows if test.holds(row) is False]
                    assert any(limit - 1 <= value or value >= 0.98 * limit for value in short), (
                        criterion.id,
                        test,
                    )


def test_a_missing_fact_is_unknown_and_asked_for_by_name() -> None:
    answer = graded("cac-2025", {"pi_people": 999_999, "tampered": True})
    assert answer.step.id == "IV"
    assert answer.may_reach.id == "I"
    assert not answer.settled
    assert {"views", "forwards", "loss_cny"} <= set(answer.missing)
    assert "pi_people" not in answer.missing
    spread = next(item for item in answer.outcomes if item.criterion.id == "cac.spread")
    assert spread.reached is None
    assert "tampered" not in spread.missing


def test_a_criterion_set_aside_is_not_asked_about() -> None:
    every = [item.id for item in schemes()["cac-2025"].criteria]
    rest = [name for name in every if name != "cac.personal_information"]
    answer = graded("cac-2025", {"pi_people": 5}, not_concerned=rest)
    assert answer.settled
    assert answer.missing == ()
    assert answer.step.id == "IV"


def test_what_the_grade_rests_on() -> None:
    one = graded("cac-2025", {"pi_people": 2_000_000, "loss_cny": 100})
    assert one.rests_on == ("cac.personal_information",)
    assert one.without.id == "IV"
    two = graded("cac-2025", {"pi_people": 2_000_000, "loss_cny": 5_000_000})
    assert two.without.id == "III"


def test_one_level_higher_is_computed_and_true() -> None:
    facts = {"pi_people": 1_200_000, "loss_cny": 4_000_000, "tampered": True, "views": 9_000}
    found = facts_from({"facts": facts})
    answer = grade(schemes()["cac-2025"], found, TODAY)
    changes = one_level_higher(answer, found)
    assert {change.to.id for change in changes} == {"II"}
    assert "20,000,000 CNY (now 4,000,000 CNY)" in changes[0].words.en
    for change in changes:
        better = dict(facts)
        for test in change.needs:
            better[test.fact] = test.at_least if test.at_least is not None else test.one_of[0]
        assert graded("cac-2025", better).step.id == "II", change.words.en
    top = facts_from({"facts": {"pi_people": 2e8}})
    assert one_level_higher(grade(schemes()["cac-2025"], top, TODAY), top) == ()


def test_only_what_was_read_or_quoted_counts_as_verified() -> None:
    verified = {
        item.id for scheme in schemes().values() for item in scheme.criteria if item.verified
    }
    assert verified == {"cac.personal_information"} | {
        item.id for item in schemes()["eu-ai-act-73"].criteria
    }


def test_data_is_sound() -> None:
    names = fact_words()
    for scheme in schemes().values():
        for criterion in scheme.criteria:
            assert criterion.source.zh
            assert criterion.source.en
            for test in (test for way in criterion.ways for test in way.tests):
                word = names[test.fact]
                if test.at_least is not None:
                    word.rank(test.at_least)
                    assert word.ordered
                assert set(test.one_of) <= set(word.choices)
    assert set(of_conducts()) == set(library().conducts)
    assert {name for ids in of_conducts().values() for name in ids} <= set(class_names())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "JSON object"),
        ({"fact": {}}, "unknown field"),
        ({"facts": {"people": 1}}, "unknown fact"),
        ({"facts": {"pi_people": -1}}, "zero or more"),
        ({"facts": {"pi_people": True}}, "zero or more"),
        ({"facts": {"pi_people": float("nan")}}, "zero or more"),
        ({"facts": {"city_share": 101}}, "at most 100"),
        ({"facts": {"tampered": 1}}, "true or false"),
        ({"facts": {"media": "world"}}, "one of"),
        ({"known_at": "2026-11-25T09:00:00"}, "zone"),
        ({"known_at": "soon"}, "zone"),
        ({"known_at": "2026-11-25T09:00Z", "closed_at": "2026-11-24T09:00Z"}, "before"),
        ({"classes": ["x"]}, "unknown class"),
        ({"not_concerned": ["cac.nothing"]}, "unknown criterion"),
        ({"notice": {"unit": 3}}, "text"),
    ],
)
def test_facts_refused_with_a_reason(value, said) -> None:
    with pytest.raises(IncidentRefused) as refused:
        facts_from(value)
    assert said in refused.value.why.en


def _harm():
    made = {}
    for name, word in fact_words().items():
        if word.kind == "number":
            top = 100 if word.unit.en == "%" else 2e8
            made[name] = st.floats(0, top, allow_nan=False)
        elif word.kind == "yes_no":
            made[name] = st.booleans()
        else:
            made[name] = st.sampled_from(list(word.choices))
    return st.fixed_dictionaries({}, optional=made)


@settings(max_examples=60, deadline=None)
@given(_harm(), st.data())
def test_more_harm_never_lowers_a_grade(facts, data) -> None:
    worse = dict(facts)
    words = fact_words()
    for name in data.draw(st.sets(st.sampled_from(sorted(set(words) - NOT_HARM)), max_size=6)):
        word, known = words[name], facts.get(name)
        if word.kind == "number":
            top = 100 if word.unit.en == "%" else 4e8
            worse[name] = data.draw(st.floats(known or 0, top, allow_nan=False))
        elif word.kind == "yes_no":
            worse[name] = True
        else:
            choices = list(word.choices)
            worse[name] = data.draw(
                st.sampled_from(choices[choices.index(known) if known else 0 :])
            )
    for name in schemes():
        before, after = graded(name, facts), graded(name, worse)
        assert after.step.rank >= before.step.rank
        # What is found out can only settle the span between known and possible.
        assert before.step.rank <= before.may_reach.rank
