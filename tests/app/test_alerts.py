"""Alerts: recorded once, acted on by named persons, kept in a signed chain."""

from __future__ import annotations

import inspect
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from mingjian.app import alerts, cases
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.store import alerts as kept
from mingjian.store.store import open_store
from mingjian.warn.alert import Alarm, alarm_from
from mingjian.warn.alert_state import EVENTS, apply

LEAD = Actor("Li", Role.LEAD)
MONDAY = date(2026, 11, 2)
SOON = datetime.now(UTC) + timedelta(hours=2)


def alarm(week: int = 0, **changed: object) -> Alarm:
    made = Alarm(
        kind="count",
        subject="fraud.voice",
        at=MONDAY + timedelta(weeks=week),
        days=7,
        grade="yellow",
        grade_name=Message("黄色", "yellow"),
        rule=Message("黄色：超过报警界限", "yellow: above the alarm bound"),
        why=Message("甲。乙。", "One. Two."),
        method="farrington",
        observed=30.0,
        expected=10.0,
        false_alarms=0.5,
    )
    return replace(made, **changed)


@pytest.fixture
def store(database_url, tmp_path):
    with open_store(database_url, tmp_path / "vault", key_dir=tmp_path) as made:
        yield made


def events(store, number=1):
    return [one["event"] for one in alerts.shown(store, LEAD, number)["history"]]


def test_an_alarm_is_kept_whole():
    whole = alarm(since=date(2026, 10, 1), chance=float("nan"))
    assert alarm_from(whole.as_json()) == replace(whole, chance=None)


def test_an_excess_that_goes_on_is_one_alert_and_raises_its_grade(store):
    (first,) = alerts.raise_alarms(store, LEAD, [alarm()])
    assert (first.alert, first.event) == (1, "alert.raised")
    assert alerts.raise_alarms(store, LEAD, [alarm()])[0].event is None
    alerts.acknowledge(store, LEAD, 1, "seen")
    assert alerts.raise_alarms(store, LEAD, [alarm(1)])[0].event == "alert.continued"
    (third,) = alerts.raise_alarms(store, LEAD, [alarm(3, grade="red")])
    assert (third.alert, third.event) == (1, "alert.upgraded")
    one = alerts.shown(store, LEAD, 1)
    assert (one["grade"], one["status"], one["alarms"]) == ("red", "raised", 3)
    assert (one["began"], one["last"]) == ("2026-11-02", "2026-11-23")
    assert one["alarm"]["excess"] == 20
    assert alerts.raise_alarms(store, LEAD, [alarm(2)])[0].event is None  # an older step
    # After a pause it is another excess; another subject, kind or drill is one of its own.
    others = [
        alarm(8),
        alarm(subject="fraud.text"),
        alarm(kind="drift"),
    ]
    assert [one.alert for one in alerts.raise_alarms(store, LEAD, others)] == [2, 3, 4]
    assert alerts.raise_alarms(store, LEAD, [alarm()], exercise="autumn")[0].alert == 5
    assert list(store.verify()) == []


def test_many_at_once_record_one_alarm_once(store, database_url, tmp_path):
    def hand_in(_):
        with open_store(database_url, tmp_path / "vault", key_dir=tmp_path) as own:
            return alerts.raise_alarms(own, LEAD, [alarm(), alarm(subject="b")])

    _ = store.key  # made once, before several want it
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(hand_in, range(8)))
    assert {tuple(one.alert for one in each) for each in found} == {(1, 2)}
    assert sum(each[0].event == "alert.raised" for each in found) == 1
    assert events(store) == ["alert.raised"]
    assert list(store.verify()) == []


def test_snoozed_until_a_time_or_a_higher_grade(store):
    alerts.raise_alarms(store, LEAD, [alarm()])
    one = alerts.snooze(store, LEAD, 1, "known campaign", SOON)
    assert one["status"] == "snoozed"
    alerts.raise_alarms(store, LEAD, [alarm(1)])
    assert alerts.shown(store, LEAD, 1)["status"] == "snoozed"
    alerts.raise_alarms(store, LEAD, [alarm(2, grade="orange")])
    assert alerts.shown(store, LEAD, 1)["status"] == "raised"
    body = alerts.body_of(kept.state_of(store.database, 1))
    by = {"by": "Li", "role": "lead", "at": "2026-11-25T00:00:00.000Z"}
    apply(body, "alert.snoozed", {"reason": "x", "until": SOON.isoformat()}, by)
    assert alerts.status_of(body, SOON - timedelta(minutes=1)) == "snoozed"
    assert alerts.status_of(body, SOON) == "raised"
    for wrong in (SOON - timedelta(days=1), SOON + timedelta(days=400), SOON.replace(tzinfo=None)):
        with pytest.raises(UsageError, match="next year"):
            alerts.snooze(store, LEAD, 1, "why", wrong)
    with pytest.raises(UsageError, match="reason is needed"):
        alerts.snooze(store, LEAD, 1, " ", SOON)


def test_closed_with_what_it_was_and_counted(store):
    alerts.raise_alarms(store, LEAD, [alarm(), alarm(subject="b"), alarm(subject="c")])
    alerts.raise_alarms(store, LEAD, [alarm()], exercise="autumn")
    alerts.close(store, LEAD, 1, "false_alarm", "a holiday")
    alerts.close(store, LEAD, 2, "true_event", "confirmed")
    with pytest.raises(UsageError, match="closed"):
        alerts.acknowledge(store, LEAD, 1)
    with pytest.raises(UsageError, match="closes as a drill"):
        alerts.close(store, LEAD, 4, "true_event", "no")
    with pytest.raises(UsageError, match="no such outcome"):
        alerts.close(store, LEAD, 3, "maybe", "no")
    alerts.close(store, LEAD, 4, "drill", "over")
    found = alerts.measured(store, LEAD)
    assert (found["alerts"], found["open"], found["share_false"]) == (3, 1, 0.5)
    low, high = found["share_false_95"]
    assert 0.05 < low < 0.5 < high < 0.95
    # What goes on belongs to the closed one, unless it gets graver; a closing can be put right.
    assert alerts.raise_alarms(store, LEAD, [alarm(1)])[0].alert == 1
    assert alerts.raise_alarms(store, LEAD, [alarm(2, grade="red")])[0].alert == 5
    one = alerts.close(store, LEAD, 1, "true_event", "it was one")
    assert [past["outcome"] for past in one["past_closings"]] == ["false_alarm"]
    assert [one["id"] for one in alerts.listed(store, LEAD)] == [5, 3]
    assert len(alerts.listed(store, LEAD, closed=True)) == 5
    assert {one["id"] for one in alerts.listed(store, LEAD, status="closed")} == {1, 2, 4}
    with pytest.raises(UsageError, match="no such status"):
        alerts.listed(store, LEAD, status="lost")


def test_an_alert_becomes_a_case_draft_that_a_person_opens(store):
    alerts.raise_alarms(store, LEAD, [alarm(), alarm(subject="b")])
    alerts.raise_alarms(store, LEAD, [alarm()], exercise="autumn")
    one = alerts.escalate(store, LEAD, 1, "too many to be chance")
    assert (one["status"], one["escalated"]["case"]) == ("escalated", "alert-1")
    made = store.state("alert-1").body
    assert (made["status"], made["exercise"]) == ("draft", False)
    assert "One. Two." in made["summary"]
    with pytest.raises(UsageError, match="already"):
        alerts.escalate(store, LEAD, 1, "again")
    cases.new(store, LEAD, "old matter")
    alerts.escalate(store, LEAD, 2, "same template", case="old matter")
    (note,) = store.state("old matter").body["notes"]
    assert "same template" in note["text"]
    alerts.escalate(store, LEAD, 3, "as planned")
    assert store.state("alert-3").body["exercise"] is True
    assert list(store.verify()) == []


def test_a_fault_between_draft_and_alert_makes_no_second_draft(store):
    alerts.raise_alarms(store, LEAD, [alarm()])
    cases.new(store, LEAD, "alert-1", summary="from a try that was cut off")
    assert alerts.escalate(store, LEAD, 1, "why")["escalated"]["case"] == "alert-1"


def test_a_change_on_an_old_view_is_refused(store):
    alerts.raise_alarms(store, LEAD, [alarm()])
    seen = alerts.shown(store, LEAD, 1)["revision"]
    alerts.acknowledge(store, LEAD, 1, revision=seen)
    with pytest.raises(cases.ChangedMeanwhile, match="Reload"):
        alerts.close(store, LEAD, 1, "false_alarm", "why", revision=seen)
    with pytest.raises(UsageError, match="no alert 9"):
        alerts.shown(store, LEAD, 9)


def test_every_state_is_its_events_applied_in_order(store):
    alerts.raise_alarms(store, LEAD, [alarm()])
    alerts.snooze(store, LEAD, 1, "why", SOON)
    alerts.raise_alarms(store, LEAD, [alarm(1), alarm(2, grade="red")])
    alerts.escalate(store, LEAD, 1, "why")
    alerts.close(store, LEAD, 1, "data_error", "a wrong import")
    body = {}
    for event in kept.events(store.database, 1):
        by = {"by": event.actor, "role": event.role, "at": event.at}
        body = apply(body, event.name, event.body, by)
    assert body == kept.state_of(store.database, 1).body
    assert set(events(store)) <= set(EVENTS)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (sa.update(kept.alert).values(body=b"{}"), "alert 1"),
        (sa.update(kept.alert_event).values(body=b"{}"), "alerts #1"),
        (sa.update(kept.alert_event).values(line=b"{}"), "alerts #1"),
        (sa.delete(kept.alert_event).where(kept.alert_event.c.seq == 2), "alerts #1"),
        (sa.update(kept.alert_chain).values(seq=1), "alerts #2"),
    ],
)
def test_whatever_is_altered_is_named(store, change, where):
    alerts.raise_alarms(store, LEAD, [alarm()])
    alerts.acknowledge(store, LEAD, 1)
    assert list(store.verify()) == []
    with store.database.write() as connection:
        connection.execute(change)
    assert where in {problem.where for problem in store.verify()}


# ---- who may -----------------------------------------------------------------------------------

MAY = {
    alerts.raise_alarms: ("e r l", lambda s, who: alerts.raise_alarms(s, who, [alarm(1)])),
    alerts.listed: ("e r l a x", lambda s, who: alerts.listed(s, who)),
    alerts.shown: ("e r l a x", lambda s, who: alerts.shown(s, who, 1)),
    alerts.measured: ("e r l a x", lambda s, who: alerts.measured(s, who)),
    alerts.acknowledge: ("e r l", lambda s, who: alerts.acknowledge(s, who, 1)),
    alerts.snooze: ("e r l", lambda s, who: alerts.snooze(s, who, 1, "why", SOON)),
    alerts.escalate: ("e r l", lambda s, who: alerts.escalate(s, who, 1, "why")),
    alerts.close: ("r l", lambda s, who: alerts.close(s, who, 1, "false_alarm", "why")),
}


@pytest.mark.parametrize("role", Role)
def test_every_use_case_is_open_to_the_roles_that_may_and_to_no_other(casebook, role):
    store = casebook.store
    alerts.raise_alarms(store, LEAD, [alarm()])
    letters = {Role.ADMIN: "x"}
    for allowed, call in MAY.values():
        if letters.get(role, role[0]) in allowed:
            call(store, Actor("Wu", role))
        else:
            before = kept.head_of(store.database)
            with pytest.raises(NotAllowed):
                call(store, Actor("Wu", role))
            assert kept.head_of(store.database) == before


def test_the_table_knows_every_use_case():
    found = {
        function
        for name, function in inspect.getmembers(alerts, inspect.isfunction)
        if "actor" in inspect.signature(function).parameters
        and function.__module__ == alerts.__name__
        and name not in ("change", "changed")
        and not name.startswith("_")
    }
    assert found == set(MAY)
