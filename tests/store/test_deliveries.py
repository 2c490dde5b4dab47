"""Deliveries on both databases: leased to one, written once, logged to the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from mingjian.app import alerts
from mingjian.app.access import Actor, Role
from mingjian.domain.message import Message
from mingjian.store import deliveries
from mingjian.store.deliveries import DEAD, DELIVERED, WAITING, NewDelivery
from mingjian.store.store import open_store
from mingjian.warn.alert import Alarm

ALARM = Alarm(
    kind="count", subject="s", at=date(2026, 11, 23), days=7, grade="red",
    grade_name=Message("红色", "red"), rule=Message("甲", "a"), why=Message("乙", "b"), method="x",
)  # fmt: skip


@pytest.fixture
def database(database_url, tmp_path):
    with open_store(database_url, tmp_path / "vault", key_dir=tmp_path) as store:
        lead = Actor("Li", Role.LEAD)
        new = [
            NewDelivery(key=f"{n:064}", channel="c", about={"n": n}, body=b"b") for n in range(6)
        ]
        for _ in range(2):  # the same deliveries twice are there once
            alerts.raise_alarms(store, lead, [ALARM], leaving=lambda after, events: new)
            alerts.change(store, lead, "alert.raise", 1, lambda body: [("alert.sent", {})],
                          leaving=lambda after, events: new)  # fmt: skip
        yield store.database


def test_each_is_leased_to_one(database):
    def all_of(owner):
        mine = []
        while (one := deliveries.lease(database, owner, 60)) is not None:
            mine.append(one.id)
        return mine

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(all_of, "abc"))
    numbers = sorted(number for mine in found for number in mine)
    assert len(numbers) == len(set(numbers)) == 6
    assert deliveries.waiting(database) == 6


def test_from_the_first_try_to_the_end(database):
    one = deliveries.lease(database, "a", 60)
    assert deliveries.tried(database, one.id, "a", "HTTP 500", WAITING, wait=60)
    assert 50 < deliveries.next_due(database, [one.id]) <= 60
    assert deliveries.lease(database, "b", 60, [one.id]) is None
    two = deliveries.lease(database, "b", 60)
    assert deliveries.tried(database, two.id, "b", "HTTP 410", DEAD)
    assert deliveries.one(database, two.id).state == "dead"
    assert deliveries.again(database, two.id)
    assert not deliveries.again(database, two.id)
    again = deliveries.lease(database, "b", 60, [two.id])
    assert deliveries.tried(database, again.id, "b", "HTTP 200", DELIVERED)
    done = deliveries.one(database, two.id)
    assert (done.state, [said for _, said in done.tried]) == ("delivered", ["HTTP 410", "HTTP 200"])
    assert deliveries.waiting(database) == 5
    assert [each.about["n"] for each in deliveries.of_alert(database, 1)] == list(range(6))
    assert len(deliveries.latest(database, 2)) == 2
