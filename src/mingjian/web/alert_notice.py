"""A message about an alert: what would leave is shown first, to the byte, and then sent by a
person in their name. Without a file of channels nothing ever leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mingjian.app import alert_delivery, alert_sending, alerts
from mingjian.app.alert_messages import LETTERS, MARKS
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.exchange.channels import AUDIENCES, MARKINGS
from mingjian.respond.document import SIGNING
from mingjian.respond.letter import slot_names, templates
from mingjian.web.alert_deeds import number_in
from mingjian.web.page import Asked, Page
from mingjian.web.session import Deed, Given, Went

FILLED = frozenset({"false_alarms", *SIGNING})
"""Taken from the alert and from whoever signs, as are items whose name begins with ``alert_``."""
SLOTS = tuple(
    dict.fromkeys(
        slot
        for letter in LETTERS.values()
        for slot in templates()[letter].slots
        if slot not in FILLED and not slot.startswith("alert_")
    )
)
"""What a person may fill in."""


def _audience(asked: Asked) -> str:
    return asked["audience"] or "duty"


def _said(asked: Asked) -> dict[str, str]:
    return {slot: asked[f"slot.{slot}"] for slot in SLOTS if asked[f"slot.{slot}"]}


def _notice(asked: Asked) -> Json:
    channels = alert_sending.channels_of(asked.settings)
    audience, number = _audience(asked), number_in(asked)
    with asked.store() as store:
        alert: Any = alerts.shown(store, asked.actor, number)
        draft: Any = alert_sending.draft(
            store,
            asked.actor,
            number,
            channels,
            audience,
            reason=asked["reason"],
            tlp=asked["tlp"] or None,
            said=_said(asked),
        )
    missing = {one["item"] for one in draft["missing"]}
    asks = [slot for slot in templates()[LETTERS[audience]].slots if slot in SLOTS]
    return {
        **draft,
        "subject": alert["subject"],
        "audiences": {key: words.as_json() for key, words in AUDIENCES.items()},
        "markings": {mark: Message(mark, mark).as_json() for mark in MARKINGS},
        "usual": MARKS[audience],
        "reason": asked["reason"],
        "fields": [
            {
                "slot": slot,
                "words": slot_names()[slot].as_json(),
                "value": asked[f"slot.{slot}"],
                "missing": slot in missing,
            }
            for slot in asks
            if slot in missing or asked[f"slot.{slot}"]
        ],
        "channels": [one.as_json() for one in channels.of(audience)],
        "any_channel": bool(channels.listed),
    }


def _send(asked: Asked, given: Given) -> Went:
    """Send what was shown, and nothing else: the time and the hash of it come with the form."""
    try:
        at = datetime.fromisoformat(given["at"])
    except ValueError:
        raise UsageError(
            Message("请先查看将送出的内容", "look at what would leave first"),
        ) from None
    channels = alert_sending.channels_of(asked.settings)
    with asked.store() as store:
        numbers = alert_sending.send(
            store,
            asked.actor,
            number_in(asked),
            channels,
            _audience(asked),
            reason=asked["reason"],
            at=at,
            digest=given["digest"],
            tlp=asked["tlp"] or None,
            said=_said(asked),
        )
        alert_delivery.deliver_due(store, asked.actor, channels, only=numbers)
        shown: Any = alerts.shown(store, asked.actor, number_in(asked))
    states = [one["state"] for one in shown["deliveries"] if one["id"] in numbers]
    went, put = states.count("delivered"), len(states)
    said = Message(
        f"已由您签发送出：{put} 条中已送达 {went} 条，详见投递记录",
        f"sent in your name: {went} of {put} delivered so far, see the delivery log",
    )
    return Went(said, "alert", {"id": asked["id"]})


NOTICE = Page(
    name="alert-notice",
    area="alerts",
    title=Message("关于预警的通知", "A message about an alert"),
    make=_notice,
    takes=("id", "audience", "tlp", "reason", *(f"slot.{slot}" for slot in SLOTS)),
    action="alert.read",
    deeds=(
        Deed(
            name="send",
            does=Message("署名送出", "send it in one's name"),
            action="alert.send",
            do=_send,
            takes=("at", "digest", "form"),
        ),
    ),
)
