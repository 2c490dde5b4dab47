"""Who still has to hear about an alert: messages left, and what they say no longer holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.exchange.channels import AUDIENCES
from mingjian.store.deliveries import Delivery
from mingjian.warn.alert_state import Body, called_off

TYPES = {
    "Cancel": Message("撤销", "cancel"),
    "Update": Message("更新", "update"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """A message that a person should send to those who got an earlier one."""

    audience: str
    type: Literal["Update", "Cancel"]

    def as_json(self) -> Json:
        return {
            "audience": self.audience,
            "audience_words": AUDIENCES[self.audience].as_json(),
            "type": self.type,
            "type_words": TYPES[self.type].as_json(),
        }


def reached(sent: Sequence[Delivery]) -> list[Delivery]:
    """Deliveries without the dead ones: those reached nobody."""
    return [one for one in sent if one.state != "dead"]


def owed(body: Body, sent: Sequence[Delivery]) -> list[Owed]:
    """By audience, what its last message asks to be followed by.

    A cancel where the alert was called off since, an update where its grade has changed or where
    it holds after all. `sent` are the alert's deliveries, oldest first.
    """
    last = {str(one.about["audience"]): one for one in reached(sent)}
    found = []
    for audience, one in last.items():
        cancelled = one.about.get("type") == "Cancel"
        if called_off(body):
            if not cancelled:
                found.append(Owed(audience, "Cancel"))
        elif cancelled or one.about.get("grade", body["alarm"]["grade"]) != body["alarm"]["grade"]:
            found.append(Owed(audience, "Update"))
    return found
