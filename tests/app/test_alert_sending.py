"""Alerts leave once or are visibly dead; shown before; a drill never as Actual, by no path."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import cycle

import pytest

from mingjian.app import alert_delivery, alert_sending, alerts
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.errors import UsageError
from mingjian.app.settings import load_settings
from mingjian.domain.message import Message
from mingjian.exchange.channels import AUDIENCES, FORMS, NONE, Channel, Channels
from mingjian.store import deliveries
from mingjian.store.store import open_store
from mingjian.warn.alert import Alarm
from mingjian.warn.cap import problems

from ..exchange.receiver import SECRET

LEAD = Actor("Li", Role.LEAD)
ALARM = Alarm(
    kind="count",
    subject="fraud.voice",
    at=date(2026, 11, 23),
    days=7,
    grade="red",
    grade_name=Message("红色", "red"),
    rule=Message("红色：超过报警界限", "red: above the alarm bound"),
    why=Message("甲。乙。", "One. Two."),
    method="farrington",
    observed=70.0,
    expected=10.0,
    false_alarms=0.5,
)
SAID = {
    "partner": "某银行",
    "asks": "核对近期转账",
    "what_happened": "有人冒充",
    "advice": "先核实",
}
DESK = {"sender": "warn@desk.example", "unit": "某局", "contact_person": "值班员", "phone": "96110"}


@pytest.fixture
def store(casebook, monkeypatch):
    monkeypatch.setattr(alert_delivery, "FIRST_WAIT", 0.01)
    return casebook.store


def channel(url: str, name: str = "duty", **changed: object) -> Channel:
    made = Channel(
        name=name, kind="webhook", url=url, secret=SECRET, audience="duty", tlp="TLP:RED",
        form="json", automatic=None, private=True, tries=12, seconds=0.3,
    )  # fmt: skip
    return replace(made, **changed)


def channels(*listed: Channel) -> Channels:
    return Channels({each.name: each for each in listed}, DESK)


def send(store, found, number=1, audience="duty", actor=LEAD, **more):
    shown = alert_sending.draft(store, actor, number, found, audience, reason="so decided", **more)
    assert shown["refused"] is None, shown
    at = alert_sending.datetime.fromisoformat(shown["at"])
    return shown, alert_sending.send(
        store, actor, number, found, audience,
        reason="so decided", at=at, digest=shown["digest"], **more,
    )  # fmt: skip


def test_what_is_shown_is_what_leaves_and_is_logged(store, receiver):
    alerts.raise_alarms(store, LEAD, [replace(ALARM, subject="张三 13800138000 fraud")])
    found = channels(channel(receiver.url), channel(receiver.url, "cap", form="cap"))
    shown, numbers = send(store, found)
    assert receiver.requests == []  # on its way, not sent by the request for it
    done = alert_delivery.deliver_due(store, LEAD, found)
    assert done == {"tried": 2, "delivered": 2, "dead": 0, "unsure": 0, "waiting": 0}
    arrived = sorted(body.decode() for body in receiver.taken_in.values())
    assert arrived == sorted(each["text"] for each in shown["messages"])
    assert not any("13800138000" in text for text in arrived)
    message, cap = json.loads(arrived[1]), arrived[0]
    assert (message["status"], message["released_by"]) == ("Actual", "Li")
    assert message["restriction"] == "TLP:AMBER"
    assert problems(cap.encode()) == []
    log = alert_sending.alerts.shown(store, LEAD, 1)["deliveries"]
    assert [each["id"] for each in log] == numbers
    assert {each["sha256"] for each in log} == {each["sha256"] for each in shown["messages"]}
    assert [each["by"] for each in log] == ["Li", "Li"]
    assert alert_delivery.left(store, LEAD, numbers[0]).decode() in arrived
    assert list(store.verify()) == []


def test_pressing_twice_sends_once_and_a_later_message_is_an_update(store, receiver):
    alerts.raise_alarms(store, LEAD, [ALARM])
    found = channels(channel(receiver.url))
    shown, numbers = send(store, found)
    at = alert_sending.datetime.fromisoformat(shown["at"])
    again = {"reason": "so decided", "at": at, "digest": shown["digest"]}
    assert alert_sending.send(store, LEAD, 1, found, "duty", **again) == numbers
    with pytest.raises(UsageError, match="not what was shown"):
        alert_sending.send(store, LEAD, 1, found, "duty", **{**again, "digest": "0" * 64})
    later, _ = send(store, found)
    alert_delivery.deliver_due(store, LEAD, found)
    assert len(receiver.taken_in) == 2
    types = sorted(json.loads(body)["type"] for body in receiver.taken_in.values())
    assert types == ["Alert", "Update"]
    assert json.loads(later["messages"][0]["text"])["references"]
    # What was shown of the alert before it changed cannot be sent any more.
    seen = alert_sending.draft(store, LEAD, 1, found, "duty", reason="so decided")
    alerts.raise_alarms(store, LEAD, [replace(ALARM, at=date(2026, 11, 30), observed=80.0)])
    with pytest.raises(UsageError, match="not what was shown"):
        alert_sending.send(
            store, LEAD, 1, found, "duty",
            reason="so decided", at=at, digest=str(seen["digest"]),
        )  # fmt: skip


def test_through_every_failure_each_message_arrives_once_or_is_visibly_dead(store, receiver):
    """500s, timeouts, resets, answers lost after the message was taken in, and two senders."""
    count = 12
    many = [replace(ALARM, subject=f"series {n}") for n in range(count)]
    alerts.raise_alarms(store, LEAD, many)
    fails = cycle(["500", "lost", "reset", "429", "lost", "timeout", "503"])
    receiver.plan = [next(fails) for _ in range(40)]
    found = channels(channel(receiver.url))
    for number in range(1, count + 1):
        send(store, found, number)

    def work(_):
        own = open_store(
            str(store.database.engine.url), store.vault.folder, key_dir=store.key_dir, actor="x"
        )
        with own:
            return alert_delivery.deliver_due(own, LEAD, found, seconds=20)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    states = {}
    for each in alert_delivery.log(store, LEAD):
        states[each["key"]] = each["state"]
        assert each["attempts"] == len(each["tried"]) >= 1
    assert len(states) == count
    for key, state in states.items():
        assert state in ("delivered", "dead")
        assert state == "dead" or key in receiver.taken_in
    assert set(receiver.taken_in) <= set(states)
    assert sum(state == "delivered" for state in states.values()) >= count - 1
    assert len(receiver.requests) > count  # some were tried again, with the same key and bytes
    assert len(set(receiver.requests)) == count


def test_dead_after_so_many_tries_and_tried_once_more_on_request(store, receiver):
    alerts.raise_alarms(store, LEAD, [ALARM])
    receiver.plan = ["500"] * 3
    found = channels(channel(receiver.url, tries=3))
    _, (number,) = send(store, found)
    done = alert_delivery.deliver_due(store, LEAD, found, seconds=5)
    assert done == {"tried": 3, "delivered": 0, "dead": 1, "unsure": 0, "waiting": 0}
    (line,) = alert_delivery.log(store, LEAD)
    assert [each["outcome"] for each in line["tried"]] == ["HTTP 500"] * 3
    assert alert_delivery.deliver_due(store, LEAD, found)["tried"] == 0
    alert_delivery.again(store, LEAD, number)
    assert alert_delivery.deliver_due(store, LEAD, found)["delivered"] == 1
    with pytest.raises(UsageError, match="not dead"):
        alert_delivery.again(store, LEAD, number)


def test_a_sender_that_died_is_followed_by_another_with_the_same_key(store, receiver):
    alerts.raise_alarms(store, LEAD, [ALARM])
    found = channels(channel(receiver.url))
    send(store, found)
    gone = deliveries.lease(store.database, "gone", 0.05)
    assert deliveries.lease(store.database, "other", 60) is None
    alert_delivery.time.sleep(0.1)
    assert alert_delivery.deliver_due(store, LEAD, found)["delivered"] == 1
    assert not deliveries.tried(store.database, gone.id, "gone", "late", deliveries.DEAD)
    assert alert_delivery.log(store, LEAD)[0]["state"] == "delivered"


def test_without_channels_nothing_leaves(store, receiver, home):
    alerts.raise_alarms(store, LEAD, [ALARM])
    assert alert_sending.channels_of(load_settings()) == NONE
    shown = alert_sending.draft(store, LEAD, 1, NONE, "duty", reason="x")
    assert "no channel" in shown["refused"]["en"]
    assert shown["digest"] is None
    found = channels(channel(receiver.url))
    send(store, found)
    assert alert_delivery.deliver_due(store, LEAD, NONE)["tried"] == 0
    alert_delivery.deliver_due(store, LEAD, channels(channel(receiver.url, "other")))
    assert alert_delivery.log(store, LEAD)[0]["state"] == "dead"
    assert receiver.requests == []


def test_by_itself_only_a_draft_to_the_desks_own_duty(store, receiver):
    found = channels(
        channel(receiver.url, automatic="orange"),
        channel(receiver.url, "asked", automatic=None),
        channel(receiver.url, "partner", audience="enterprise"),
    )
    low = replace(ALARM, grade="yellow", grade_name=Message("黄色", "yellow"))
    alert_sending.raise_and_tell(store, LEAD, [low], found)
    assert alert_delivery.deliver_due(store, LEAD, found)["tried"] == 0
    for _ in range(2):
        alert_sending.raise_and_tell(store, LEAD, [ALARM], found)
    assert alert_delivery.deliver_due(store, LEAD, found)["delivered"] == 1
    (body,) = receiver.taken_in.values()
    message = json.loads(body)
    assert (message["status"], message["released_by"]) == ("Draft", None)
    assert "【草稿】" in message["notice"]["zh"]


def test_notices_are_drafted_and_lack_what_a_person_must_say(store, receiver):
    alerts.raise_alarms(store, LEAD, [ALARM])
    found = channels(
        channel(receiver.url, "partner", audience="enterprise", tlp="TLP:GREEN"),
        channel(receiver.url, "all", audience="public", tlp="TLP:CLEAR"),
    )
    shown = alert_sending.draft(store, LEAD, 1, found, "public", reason="x")
    assert {each["item"] for each in shown["missing"]} == {"what_happened", "advice"}
    assert "blanks left" in shown["refused"]["en"]
    assert "DRAFT" in shown["text"]["en"]
    shown, _ = send(store, found, audience="public", said=SAID)
    assert "fraud.voice" not in shown["messages"][0]["text"].replace(
        json.loads(shown["messages"][0]["text"])["headline"]["zh"], ""
    ).replace(json.loads(shown["messages"][0]["text"])["headline"]["en"], "")
    shown, _ = send(store, found, audience="enterprise", said=SAID)
    notice = json.loads(shown["messages"][0]["text"])["notice"]
    assert "致：某银行" in notice["zh"]
    assert "签发人：Li" in notice["zh"]
    for wrong in (
        {"audience": "enterprise", "tlp": "TLP:RED"},
        {"audience": "public", "tlp": "TLP:GREEN"},
        {"audience": "enterprise", "reason": " "},
        {"audience": "enterprise", "said": {}},
    ):
        given = {"reason": "x", "said": SAID, **wrong}
        refused = alert_sending.draft(store, LEAD, 1, found, given.pop("audience"), **given)
        assert refused["digest"] is None
        assert refused["refused"]
    with pytest.raises(UsageError, match="no such item"):
        alert_sending.draft(store, LEAD, 1, found, "public", said={"nonsense": "x"})
    with pytest.raises(UsageError, match="no such audience"):
        alert_sending.draft(store, LEAD, 1, found, "friends")


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("form", [*FORMS, "text"])
@pytest.mark.parametrize("by_itself", [False, True])
def test_a_drill_never_leaves_as_actual_by_any_path(store, audience, form, by_itself):
    """Every audience, every form, by a person and by itself: Exercise or nothing."""
    if by_itself and audience != "duty":
        return  # the file of channels refuses it (`test_channels`)
    kind = "apprise" if form == "text" else "webhook"
    one = channel("https://hook.example.org/", audience=audience, kind=kind,
                  form="json" if form == "text" else form,
                  automatic="blue" if by_itself else None)  # fmt: skip
    found = channels(one)
    alert_sending.raise_and_tell(store, LEAD, [ALARM], found, exercise="2026 autumn")
    if not by_itself:
        shown = alert_sending.draft(store, LEAD, 1, found, audience, reason="x", said=SAID)
        if audience == "public":
            assert "drill" in shown["refused"]["en"]
            assert shown["digest"] is None
            return
        send(store, found, audience=audience, said=SAID)
    (left,) = alert_delivery.log(store, LEAD)
    text = alert_delivery.left(store, LEAD, left["id"]).decode()
    assert left["status"] == "Exercise"
    assert "Actual" not in text
    if form == "text":
        marked = [line for line in text.splitlines()[2:] if line]
        assert all("Exercise" in line for line in marked)
    elif form == "cap":
        assert problems(text.encode()) == []
        assert "<status>Exercise</status>" in text
        assert "演练" in text
    else:
        message = json.loads(text)
        assert (message["status"], message["exercise"]) == ("Exercise", "2026 autumn")
        assert message["headline"]["zh"].startswith("【演练】")
        assert message["released_by"] is None


def test_who_may_send(store, receiver):
    alerts.raise_alarms(store, LEAD, [ALARM])
    found = channels(channel(receiver.url))
    shown, (number,) = send(store, found)
    at = alert_sending.datetime.fromisoformat(shown["at"])
    for role in set(Role) - {Role.LEAD}:
        who = Actor("Wu", role)
        with pytest.raises(NotAllowed):
            alert_sending.send(
                store, who, 1, found, "duty", reason="x", at=at, digest=shown["digest"]
            )
        with pytest.raises(NotAllowed):
            alert_delivery.again(store, who, number)
        alert_sending.draft(store, who, 1, found, "duty")
        alert_delivery.log(store, who)
        if role in (Role.AUDITOR, Role.ADMIN):
            with pytest.raises(NotAllowed):
                alert_delivery.deliver_due(store, who, found)
            with pytest.raises(NotAllowed):
                alert_sending.raise_and_tell(store, who, [ALARM], found)
    assert receiver.requests == []
