"""What was sent and no longer holds is taken back: a cancel or an update to those who got it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from mingjian.app import alert_delivery, alert_sending, alerts
from mingjian.domain.message import Message
from mingjian.warn.cap import NAMESPACE, problems

from .test_alert_sending import ALARM, LEAD, SAID, channel, channels, send


@pytest.fixture
def store(casebook, monkeypatch):
    monkeypatch.setattr(alert_delivery, "FIRST_WAIT", 0.01)
    return casebook.store


@pytest.fixture
def found(receiver):
    return channels(
        channel(receiver.url, "cap", form="cap"),
        channel(receiver.url, "json"),
        channel(receiver.url, "banks", form="cap", audience="enterprise", tlp="TLP:GREEN"),
    )


def carried_out(store, found, audience="duty", **more):
    """Sent as shown, and carried out: what left by each channel."""
    shown, numbers = send(store, found, audience=audience, **more)
    alert_delivery.deliver_due(store, LEAD, found, only=numbers)
    return {one["channel"]: one["text"] for one in shown["messages"]}


def owed(store):
    return [(one["audience"], one["type"]) for one in alerts.shown(store, LEAD, 1)["owed"]]


def cap(text: str, name: str) -> list[str | None]:
    return [one.text for one in ElementTree.fromstring(text).iter(f"{{{NAMESPACE}}}{name}")]


@pytest.mark.parametrize("outcome", ["false_alarm", "data_error", "withdrawn"])
def test_a_false_alarm_is_cancelled_at_those_who_were_told(store, receiver, found, outcome):
    alerts.raise_alarms(store, LEAD, [ALARM])
    first = carried_out(store, found)
    assert owed(store) == []
    alerts.close(store, LEAD, 1, outcome, "a holiday; Wang San said so")
    assert owed(store) == [("duty", "Cancel")]
    texts = carried_out(store, found)
    assert problems(texts["cap"].encode()) == []
    assert cap(texts["cap"], "msgType") == ["Cancel"]
    assert cap(texts["cap"], "status") == ["Actual"]
    (named,) = cap(texts["cap"], "references")
    (before,) = cap(first["cap"], "identifier")
    assert named.split(",")[1] == before
    assert cap(texts["cap"], "responseType") == ["AllClear", "AllClear"]
    value = json.loads(texts["json"])
    assert (value["type"], len(value["references"])) == ("Cancel", 1)
    assert "撤销" in value["headline"]["zh"]
    # What a person wrote down for the desk stays at the desk.
    assert not any("Wang San" in text for text in texts.values())
    assert owed(store) == []
    assert len(receiver.taken_in) == 4
    assert list(store.verify()) == []


def test_who_was_never_told_gets_no_cancel(store, found):
    alerts.raise_alarms(store, LEAD, [ALARM])
    carried_out(store, found)
    alerts.close(store, LEAD, 1, "false_alarm", "x")
    refused = alert_sending.draft(store, LEAD, 1, found, "enterprise", reason="x", said=SAID)
    assert "no message was sent" in refused["refused"]["en"]
    assert refused["digest"] is None


def test_each_audience_is_told_under_the_marking_it_got_before(store, found):
    alerts.raise_alarms(store, LEAD, [ALARM])
    carried_out(store, found, tlp="TLP:RED")
    carried_out(store, found, "enterprise", said=SAID)
    alerts.close(store, LEAD, 1, "false_alarm", "x")
    assert owed(store) == [("duty", "Cancel"), ("enterprise", "Cancel")]
    assert cap(carried_out(store, found)["cap"], "restriction") == ["TLP:RED"]
    banks = carried_out(store, found, "enterprise")["banks"]
    assert cap(banks, "restriction") == ["TLP:GREEN"]
    assert "撤销" in str(cap(banks, "headline")[0])
    assert owed(store) == []
    # It held after all: those who were told otherwise hear that too.
    alerts.close(store, LEAD, 1, "true_event", "y")
    assert owed(store) == [("duty", "Update"), ("enterprise", "Update")]
    assert cap(carried_out(store, found)["cap"], "msgType") == ["Update"]


@pytest.mark.parametrize(("was", "now"), [("orange", "red"), ("red", "orange")])
def test_another_grade_asks_for_an_update(store, found, was, now):
    def at(day: int, grade: str):
        word = Message(grade, grade)
        return replace(ALARM, at=date(2026, 11, day), grade=grade, grade_name=word)

    alerts.raise_alarms(store, LEAD, [at(16, was)])
    first = carried_out(store, found)
    alerts.raise_alarms(store, LEAD, [at(17, was)])
    assert owed(store) == []
    alerts.raise_alarms(store, LEAD, [at(23, now)])
    assert owed(store) == [("duty", "Update")]
    later = carried_out(store, found)
    assert cap(later["cap"], "msgType") == ["Update"]
    assert cap(later["cap"], "severity") != cap(first["cap"], "severity")
    assert problems(later["cap"].encode()) == []
    assert owed(store) == []


def test_a_drill_is_called_off_as_an_exercise(store, receiver, found):
    alerts.raise_alarms(store, LEAD, [ALARM], exercise="autumn drill")
    carried_out(store, found)
    alerts.close(store, LEAD, 1, "drill", "over")
    text = carried_out(store, found)["cap"]
    assert problems(text.encode()) == []
    assert cap(text, "msgType") == ["Cancel"]
    assert cap(text, "status") == ["Exercise"]
    assert "autumn drill" in str(cap(text, "note")[0])
    assert not any(b"Actual" in body for body in receiver.taken_in.values())


def test_what_reached_nobody_needs_no_cancel(store, receiver, found):
    alerts.raise_alarms(store, LEAD, [ALARM])
    receiver.plan = ["404"] * 2
    carried_out(store, found)
    alerts.close(store, LEAD, 1, "false_alarm", "x")
    assert owed(store) == []
