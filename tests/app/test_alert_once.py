"""Mail and chat know no key: what leaves by them leaves at most once, or a person decides."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from mingjian.app import alert_delivery, alerts
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.errors import UsageError
from mingjian.exchange import channels as exchange
from mingjian.store import deliveries

from .test_alert_sending import ALARM, LEAD, channel, channels, send


class Mail:
    """What apprise would have handed to a mail server."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.then = "sent"

    def notify(self, **message: object) -> bool:
        if self.then == "down":
            return False
        self.sent.append(str(message["body"]))
        if self.then == "killed":
            raise SystemExit  # the process ends after the message left, before it is noted
        return self.then == "sent"


@pytest.fixture
def mail(monkeypatch):
    made = Mail()
    fake = SimpleNamespace(
        Apprise=lambda: SimpleNamespace(add=lambda url: True, notify=made.notify),
        NotifyFormat=SimpleNamespace(TEXT="text"),
    )
    monkeypatch.setitem(sys.modules, "apprise", fake)
    monkeypatch.setattr(exchange, "available", lambda channel: True)
    return made


@pytest.fixture
def store(casebook, monkeypatch):
    monkeypatch.setattr(alert_delivery, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(alert_delivery, "SPARE", -0.2)
    alerts.raise_alarms(casebook.store, LEAD, [ALARM])
    return casebook.store


def box(**changed: object):
    return channels(channel("mailto://x", kind="apprise", tries=4, **changed))


def state(store) -> str:
    return alert_delivery.log(store, LEAD)[-1]["state"]


def test_a_crash_after_it_left_does_not_send_it_again(store, mail):
    found = box()
    _, (number,) = send(store, found)
    mail.then = "killed"
    with pytest.raises(SystemExit):
        alert_delivery.deliver_due(store, LEAD, found)
    mail.then = "sent"
    alert_delivery.time.sleep(0.15)  # the lease of the dead process has run out
    done = alert_delivery.deliver_due(store, LEAD, found, seconds=0.2)
    assert (done["tried"], done["waiting"]) == (0, 0)
    assert (len(mail.sent), state(store)) == (1, "unsure")
    # A person asks the receiver: it arrived.
    with pytest.raises(NotAllowed):
        alert_delivery.arrived(store, Actor("Wu", Role.EXAMINER), number)
    alert_delivery.arrived(store, LEAD, number)
    assert state(store) == "delivered"
    assert alert_delivery.log(store, LEAD)[0]["tried"][-1]["outcome"] == "arrived, says Li"
    with pytest.raises(UsageError, match="not unsure"):
        alert_delivery.arrived(store, LEAD, number)


def test_a_failure_on_the_way_is_not_tried_again_unless_a_person_says_so(store, mail):
    found = box()
    _, (number,) = send(store, found)
    mail.then = "down"
    done = alert_delivery.deliver_due(store, LEAD, found, seconds=0.5)
    assert done == {"tried": 1, "delivered": 0, "dead": 0, "unsure": 1, "waiting": 0}
    mail.then = "sent"
    assert alert_delivery.deliver_due(store, LEAD, found)["tried"] == 0
    alert_delivery.again(store, LEAD, number)
    assert alert_delivery.deliver_due(store, LEAD, found)["delivered"] == 1
    assert len(mail.sent) == 1


def test_a_channel_may_ask_for_later_tries_all_the_same(store, mail):
    found = box(repeat=True)
    send(store, found)
    mail.then = "down"
    done = alert_delivery.deliver_due(store, LEAD, found, seconds=5)
    assert (done["tried"], done["dead"], done["unsure"]) == (4, 1, 0)


def test_what_is_just_leaving_is_not_sent_a_second_time(store, mail):
    found = box()
    _, (number,) = send(store, found)
    held = deliveries.lease(store.database, "me", 60)
    assert deliveries.begin(store.database, held.id, "me")
    assert not deliveries.begin(store.database, held.id, "other")
    assert not deliveries.again(store.database, number)
    assert not deliveries.arrived(store.database, number, "x")
    assert deliveries.lease(store.database, "other", 60) is None
    assert deliveries.tried(store.database, number, "me", "sent", deliveries.DELIVERED)
    assert state(store) == "delivered"
