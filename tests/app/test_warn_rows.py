"""Drift and mix read out of what a watch has kept, and out of the case base."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.app.watch_rows import days_ago, examined

from mingjian.app import warn_changes, warn_rows, watch_counts
from mingjian.app.errors import UsageError
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.store.watch_finish import Counted


@pytest.fixture
def store(settings: Settings):
    with opened_store(settings) as made:
        yield made


def test_a_detector_that_goes_blind_in_a_watch(store) -> None:
    dice = np.random.default_rng(4)
    items = []
    for week in range(1, 12):
        for _ in range(60):
            blind = week == 1 and dice.random() < 0.7
            weight = None if blind else -1.0
            measured = {
                "message.fraud": [round(float(dice.normal()), 3), weight],
                "text.length": [round(float(dice.normal()), 3), None],
            }
            gaps = ["link.lookalike"] if dice.random() < 0.05 else []
            note = {"measured": measured, "not_examined": gaps}
            items.append((days_ago(7 * week - 3), note))
    examined(store, items)
    # Today is still filling up, and what came long ago is another world.
    examined(store, [(days_ago(0), items[0][1]), (days_ago(900), items[0][1])])
    rows = warn_rows.measurements_of_watch(store, "desk", 7)
    assert max(day for _, day, _ in rows) < days_ago(0)
    assert min(day for _, day, _ in rows) > days_ago(430)
    report, alarms = warn_changes.detectors(rows, 7)
    assert [one.subject for one in alarms] == ["message.fraud (silence)"]
    # A signal without a scale is never weighed, so that says nothing about it.
    looked = {one["detector"]: one for one in report["looked_at"] if one["what"] == "silence"}  # type: ignore[union-attr,index]
    assert looked["text.length"]["now"] == 0
    with pytest.raises(UsageError, match="no watch"):
        warn_rows.measurements_of_watch(store, "other", 7)


def test_a_new_method_in_a_watch(store, monkeypatch: pytest.MonkeyPatch) -> None:
    examined(store, [(days_ago(1), {})])
    made = []
    for week in range(10):
        hour = int(warn_rows.datetime.now().timestamp() // 3600) - 24 * (7 * week + 2)
        for value, number in (("message.fraud", 50), ("link.phishing", 30)):
            made.append(_counted(value, hour, number))
    made.append(_counted("audio.synthetic", made[0].received_hour, 40))
    made.append(_counted("agent.injection", made[0].received_hour + 72, 400))  # today
    monkeypatch.setattr(watch_counts, "counts", lambda store, name: made)
    rows = warn_rows.methods_of_watch(store, "desk", "proposition")
    _, (alarm,) = warn_changes.methods(rows, 7, "desk")
    assert "audio.synthetic" in alarm.why.en
    assert "agent.injection" not in alarm.why.en


def _counted(value: str, hour: int, number: int) -> Counted:
    return Counted(
        source="drop", aspect="proposition", value=value, region="", channel="", service="",
        event_hour=hour, received_hour=hour, count=number,
    )  # fmt: skip


def test_measurements_of_the_case_base(casebook) -> None:
    from mingjian.app.access import Actor, Role

    rows = warn_rows.measurements_of_cases(casebook.store, Actor("x", Role.EXAMINER))
    assert {day for _, day, _ in rows} <= {days_ago(0), days_ago(0) - timedelta(days=1)}
    report, _ = warn_changes.detectors(rows, 1) if rows else ({"looked_at": []}, [])
    assert isinstance(report["looked_at"], list)
    assert warn_rows.methods_of_cases(casebook.store, Actor("x", Role.EXAMINER)) is not None
