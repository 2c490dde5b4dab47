"""A drill run by people at their own screens: replayed from its answers, right to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mingjian.app import drill_case
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.cases import new
from mingjian.app.errors import UsageError

LI, WU = Actor("Li", Role.LEAD), Actor("Wu", Role.EXAMINER)
START = datetime(2026, 1, 1, tzinfo=UTC)
NAME = "rogue_agent"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def store(casebook):
    new(casebook.store, LI, "ex", exercise=True)
    drill_case.start(casebook.store, LI, "ex", NAME, speed=10, people=["Wu"], now=START)
    return casebook.store


def test_the_clock_runs_at_its_speed_and_stops_at_the_end(store) -> None:
    for seconds, clock in (
        (0, "00:00"),
        (3, "00:30"),
        (3.05, "00:30"),
        (90, "15:00"),
        (999, "15:00"),
    ):
        assert drill_case.view(store, WU, "ex", NAME, now=at(seconds))["clock"] == clock


def test_what_is_asked_waits_until_somebody_answers(store) -> None:
    def waiting(seconds: float) -> list[str]:
        live = drill_case.view(store, LI, "ex", NAME, now=at(seconds))
        return [one["id"] for one in live["waiting"]]

    assert waiting(1) == ["A1"]
    drill_case.answer(store, WU, "ex", NAME, "A1", "b", "stopped", now=at(6))  # second 60: in time
    assert waiting(6) == []
    assert waiting(13) == ["A2", "A3"]
    with pytest.raises(UsageError, match="waiting"):
        drill_case.answer(store, LI, "ex", NAME, "A1", "a", now=at(14))
    with pytest.raises(UsageError, match="waiting"):
        drill_case.answer(store, LI, "ex", NAME, "A6", "a", now=at(14))  # not asked yet


def test_its_report_is_right_to_the_second(store) -> None:
    drill_case.answer(store, WU, "ex", NAME, "A1", "b", now=at(6))
    drill_case.answer(store, LI, "ex", NAME, "A2", "b", now=at(30))
    drill_case.end(store, LI, "ex", NAME, now=at(31))
    report = drill_case.report(store, LI, "ex", NAME)
    first, second, third, fourth = report["results"][:4]
    assert (first["answered"], first["state"]) == (60, "in_time")
    assert (second["answered"], second["took"]) == (300, 180)
    assert third["state"] == "not_reached"
    assert fourth["state"] == "not_reached"
    assert report["events"][-1]["kind"] == "stopped"
    assert report["events"][-1]["at"] == 310
    assert report["status"] == "Exercise"
    # Long after, and read by another, it is the same.
    assert drill_case.report(store, Actor("A", Role.AUDITOR), "ex", NAME) == report


def test_every_step_is_in_custody_and_marked(store) -> None:
    drill_case.answer(store, WU, "ex", NAME, "A1", "b", now=at(6))
    drill_case.end(store, LI, "ex", NAME, now=at(999))
    events = list(store.events("ex", f"drill:{NAME}"))
    assert [one.name for one in events] == ["drill.started", "drill.answered", "drill.ended"]
    assert {one.body["status"] for one in events} == {"Exercise"}


def test_who_may(store) -> None:
    auditor = Actor("A", Role.AUDITOR)
    assert drill_case.view(store, auditor, "ex", NAME)
    for refused in (
        lambda: drill_case.start(store, auditor, "ex", NAME),
        lambda: drill_case.answer(store, auditor, "ex", NAME, "A1", "b"),
        lambda: drill_case.end(store, auditor, "ex", NAME),
    ):
        with pytest.raises(NotAllowed):
            refused()
