"""At the desk: what no longer holds is owed to those who were told, what is unknown is decided."""

from __future__ import annotations

import pytest

from mingjian.app import alerts
from mingjian.app.access import Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.store import deliveries
from mingjian.web.words import TEXT

from .conftest import alarm, served
from .people import Person

CHANNELS = """
[desk]
sender = "desk.example.cn"
[[channel]]
name = "duty"
kind = "webhook"
url = "http://127.0.0.1:9/"
secret_file = "secret"
private = true
tries = 1
seconds = 0.2
form = "cap"
"""


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "secret").write_bytes(b"0123456789abcdef")
    (tmp_path / "channels.toml").write_text(CHANNELS, "utf-8")
    made = Settings(home=tmp_path, language="zh", workers=1, channels="channels.toml")
    with opened_store(made) as store:
        alerts.raise_alarms(store, Actor("x", Role.LEAD), [alarm("sent")])
    return made


def now(settings: Settings, state: int) -> None:
    """As if the delivery had ended so."""
    with opened_store(settings) as store, store.database.write() as connection:
        connection.execute(deliveries.delivery.update().values(state=state, until=None))


def test_a_false_alarm_that_was_sent_is_cancelled_and_what_is_unknown_decided(settings):
    with served(settings) as server:
        lead, examiner = Person(server, "辛", Role.LEAD), Person(server, "辛", Role.EXAMINER)
        query = {"id": "1", "audience": "duty", "reason": "why"}

        def send() -> None:
            shown = lead.read("alert-notice", **query)
            form = {"at": shown["at"], "digest": shown["digest"]}
            assert lead.do("alert-notice/send", query, **form).status == 303

        send()
        now(settings, deliveries.UNSURE)
        page = lead.page("alert", id="1")
        assert TEXT["delivery_unsure"].en in page
        assert TEXT["it_arrived"].en in page
        assert TEXT["it_arrived"].en not in examiner.page("alert", id="1")
        assert examiner.do("alert/arrived", {"id": "1"}, delivery="1").status == 403
        assert lead.do("alert/arrived", {"id": "1"}, delivery="x").status == 422
        assert lead.do("alert/arrived", {"id": "1"}, delivery="1").status == 303
        assert lead.read("alert", id="1")["deliveries"][0]["state"] == "delivered"
        assert TEXT["owed"].en not in lead.page("alert", id="1")

        closed = lead.do("alert/close", {"id": "1"}, outcome="false_alarm", reason="holiday")
        assert closed.status == 303
        page = lead.page("alert", id="1")
        assert TEXT["owed"].en in page
        assert "/en/alert-notice?id=1&amp;audience=duty" in page
        shown = lead.read("alert-notice", **query)
        assert "<msgType>Cancel</msgType>" in shown["messages"][0]["text"]
        assert "holiday" not in shown["messages"][0]["text"]
        send()
        # Nobody listens there: it is dead, owed still, and may be sent once more.
        assert [one["state"] for one in lead.read("alert", id="1")["deliveries"]][1] == "dead"
        assert TEXT["owed"].en in lead.page("alert", id="1")
        assert lead.do("alert/again", {"id": "1"}, delivery="2").status == 303
        now(settings, deliveries.DELIVERED)
        assert lead.read("alert", id="1")["owed"] == []
