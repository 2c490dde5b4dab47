"""Reporting clocks: who, to whom, by when; on time and over time; both regimes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mingjian.casework.incident import deadlines, facts_from, grade, schemes
from mingjian.casework.incident.clock import rules

KNOWN = "2026-11-25T16:30:00+08:00"
TODAY = date(2026, 11, 25)
EU = {"eu_market": True, "eu_tier": "high_risk", "causal_link": "likely"}


def clocks(facts, **times):
    found = facts_from({"facts": facts, "known_at": KNOWN, **times})
    graded = {name: grade(scheme, found, TODAY) for name, scheme in schemes().items()}
    return {item.rule.id: item for item in deadlines(graded, found)}


@pytest.mark.parametrize(
    ("operator", "rule", "minutes"),
    [
        ("cii", "cac.cii.1h", 60),
        ("central_organ", "cac.central.2h", 120),
        ("other", "cac.other.4h", 240),
    ],
)
def test_one_two_and_four_hours_from_knowing(operator, rule, minutes) -> None:
    found = clocks({"pi_people": 1_000_000, "operator": operator})
    due = [item for item in found.values() if item.duty == "due" and item.due]
    assert [item.rule.id for item in due] == [rule]
    assert due[0].due == datetime(2026, 11, 25, 8, 30, tzinfo=UTC) + timedelta(minutes=minutes)
    assert due[0].verified


def test_below_level_three_nothing_is_due_yet_but_may_be() -> None:
    found = clocks({"pi_people": 999_999, "operator": "other"})
    assert found["cac.other.4h"].duty == "perhaps"
    assert "loss_cny" in found["cac.other.4h"].missing
    every = [item.id for item in schemes()["cac-2025"].criteria if "personal" not in item.id]
    settled = clocks({"pi_people": 999_999, "operator": "other"}, not_concerned=every)
    assert "cac.other.4h" not in settled


def test_an_unknown_operator_shows_all_three_clocks_as_possible() -> None:
    found = clocks({"pi_people": 1_000_000})
    for name in ("cac.cii.1h", "cac.central.2h", "cac.other.4h"):
        assert found[name].duty == "perhaps"
        assert found[name].missing == ("operator",)
    assert "cac.other.4h" not in clocks({"pi_people": 1_000_000, "operator": "none"})


def test_levels_one_and_two_go_further_up_from_when_the_report_came_in() -> None:
    found = clocks({"pi_people": 10_000_000, "operator": "other"}, reported_at="2026-11-25T10:00Z")
    assert found["cac.province.1h"].due == datetime(2026, 11, 25, 11, tzinfo=UTC)
    found = clocks({"pi_people": 10_000_000, "operator": "cii"}, reported_at="2026-11-25T09:00Z")
    assert found["cac.protection.30m"].due == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert clocks({"pi_people": 10_000_000, "operator": "cii"})["cac.protection.30m"].due is None


def test_summary_thirty_days_after_handling_ends() -> None:
    found = clocks({"loss_cny": 5e6, "operator": "other"}, closed_at="2026-12-01T00:00Z")
    assert found["cac.summary.30d"].due == datetime(2026, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("harm", "rule", "days"),
    [
        ({"fundamental_rights": True}, "eu.73.15d", 15),
        ({"deaths": 1}, "eu.73.10d", 10),
        ({"widespread_infringement": True}, "eu.73.2d", 2),
        ({"infrastructure_disruption": True, "deaths": 1}, "eu.73.2d", 2),
    ],
)
def test_fifteen_ten_and_two_days(harm, rule, days) -> None:
    known = "2028-01-03T09:00:00+01:00"
    found = facts_from({"facts": {**EU, **harm}, "known_at": known})
    graded = {name: grade(scheme, found, TODAY) for name, scheme in schemes().items()}
    due = [
        item
        for item in deadlines(graded, found)
        if item.duty == "due" and item.rule.scheme == "eu-ai-act-73" and item.due
    ]
    assert [item.rule.id for item in due] == [rule]
    assert due[0].due == datetime(2028, 1, 3, 8, tzinfo=UTC) + timedelta(days=days)
    assert due[0].in_force


def test_article_73_is_not_in_force_before_december_2027() -> None:
    found = clocks({**EU, "deaths": 1})
    assert not found["eu.73.10d"].in_force


def test_personal_information_law_knows_no_number_of_hours() -> None:
    found = clocks({"pi_people": 1})
    assert found["pipl.57.people"].due is None
    assert found["pipl.57.people"].state(datetime.now(UTC)) == "at_once"
    assert found["pipl.57.people"].verified
    assert "pipl.57.people" not in clocks({"pi_people": 0})


def test_state_to_the_second() -> None:
    clock = clocks({"pi_people": 1_000_000, "operator": "other"})["cac.other.4h"]
    due = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    assert clock.state(due) == "running"
    assert clock.state(due + timedelta(seconds=1)) == "overdue"
    facts = {"pi_people": 1_000_000, "operator": "other"}
    met = clocks(facts, reported_at="2026-11-25T12:30:00Z")["cac.other.4h"]
    late = clocks(facts, reported_at="2026-11-25T12:30:01Z")["cac.other.4h"]
    assert met.state(due + timedelta(days=1)) == "met"
    assert late.state(due) == "late"


def test_spans_in_words() -> None:
    words = {rule.id: rule.within for rule in rules()}
    assert words["cac.protection.30m"].en == "within 30 minutes of when the report was received"
    assert words["cac.cii.1h"].zh == "自获知时间起 1 小时内"
    assert words["eu.73.15d"].en == "within 15 days of when it became known"
    assert words["pipl.57.people"].en == "at once"
