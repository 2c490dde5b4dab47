"""What leaves about an alert, to the byte: a letter, a JSON message or a CAP message.

Nothing of evidence is in it: the name of what is watched, counts, and sentences Mingjian wrote,
all with personal fields masked, besides what a person adds. The standing of the message follows
from the type of its letter (`respond.document`), so that what belongs to a drill is an
`ExerciseDocument` and cannot leave as anything else, whatever its form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from mingjian.app.errors import UsageError
from mingjian.app.incident_notice import sign
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.exchange.channels import Channel
from mingjian.respond.document import SIGNING, Draft, ExerciseDocument, Released
from mingjian.respond.letter import Letter, Value, fill, slot_names
from mingjian.store.deliveries import NewDelivery
from mingjian.warn.alert import Alarm, alarm_from
from mingjian.warn.alert_state import OUTCOMES, Body, called_off, key_of
from mingjian.warn.cap import (
    CapRefused,
    Sending,
    Status,
    checked,
    headline,
    identifier,
    message,
    reference,
)

LETTERS = {
    "duty": "alert-duty",
    "authority": "alert-duty",
    "enterprise": "alert-enterprise",
    "public": "alert-public",
}
MARKS = {
    "duty": "TLP:AMBER",
    "authority": "TLP:AMBER",
    "enterprise": "TLP:GREEN",
    "public": "TLP:CLEAR",
}
"""The marking of a message where nobody chose another."""
CANCELLED = "alert-cancelled"
Document = Draft | Released | ExerciseDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message for one channel, ready to leave."""

    channel: str
    media: str
    title: str
    body: bytes
    type: str
    """Alert, Update or Cancel."""
    grade: str
    reference: str
    """How a later message names it."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    def delivery(self, alert: str, about: Json) -> NewDelivery:
        """It on its way, with a key that follows from alert (its lasting name), channel and
        content. `about` is what the log says besides."""
        name = f"{alert}\n{self.channel}\n{self.sha256}".encode("utf-8", "surrogatepass")
        line: Json = {
            "media": self.media,
            "title": self.title,
            "sha256": self.sha256,
            "bytes": len(self.body),
            "type": self.type,
            "grade": self.grade,
            "reference": self.reference,
        }
        return NewDelivery(
            key=hashlib.sha256(name).hexdigest(),
            channel=self.channel,
            about={**about, **line},
            body=self.body,
        )


def gated(alarm: Alarm) -> Alarm:
    """The alarm as it may leave: whatever names it holds, personal fields are masked; what the
    desk counted before stays here."""
    return replace(
        alarm,
        course=(),
        subject=masked(alarm.subject),
        why=Message(masked(alarm.why.zh), masked(alarm.why.en)),
    )


def masked(text: str) -> str:
    from mingjian.detect.privacy.redact import redact

    return redact(text)


def letter(body: Body, audience: str, desk: Mapping[str, str], said: Mapping[str, str]) -> Letter:
    """The notice for an audience, with what is known, and what a person said, filled in."""
    template = CANCELLED if called_off(body) else LETTERS[audience]
    unknown = sorted(set(said) - set(slot_names()))
    if unknown:
        raise UsageError(
            Message(f"没有这一项：{unknown[0][:40]}", f"no such item: {unknown[0][:40]}"),
            Message(f"可用：{', '.join(slot_names())}", f"known: {', '.join(slot_names())}"),
        )
    alarm = gated(alarm_from(body["alarm"]))
    rate = alarm.false_alarms
    known: dict[str, Value] = {
        "alert_subject": alarm.subject,
        "alert_grade": alarm.grade_name,
        "alert_why": alarm.why,
        "alert_rule": alarm.rule,
        **({"alert_outcome": OUTCOMES[body["closed"]["outcome"]]} if body["closed"] else {}),
        "false_alarms": Message("未知", "not known")
        if rate is None
        else Message(f"约 {rate:.2g} 次", f"about {rate:.2g}"),
    }
    known |= {name: text for name, text in desk.items() if name in slot_names()}
    known |= {name: masked(text) for name, text in said.items()}
    return fill(template, known)


def blanks(made: Letter) -> dict[str, Message]:
    """What a person has still to fill in before it can be signed, and how it is called."""
    return {name: slot_names()[name] for name in made.blanks if name not in SIGNING}


def signed(made: Letter, exercise: str | None, by: str, reason: str, at: datetime) -> Document:
    """The letter in a person's name; of a drill it stays a document of the drill."""
    if exercise is not None:
        return ExerciseDocument(made, Message(exercise, exercise))
    return sign(Draft(made), [by], reason, at.isoformat(), 1)


def leaving(
    body: Body,
    document: Document,
    channel: Channel,
    sending: Sending,
) -> Outgoing:
    """The message for one channel. Raises `UsageError` where it must not leave."""
    sending = replace(sending, status=cast(Status, document.status), cancels=_cancels(body))
    alarm = gated(alarm_from(body["alarm"]))
    try:
        checked(sending)
        title = headline(alarm, sending)
        named = f"{title.zh} / {title.en}"
        if channel.kind == "apprise":
            text = f"{sending.restriction}\n\n{document.text('zh')}\n{document.text('en')}"
            media, data = "text/plain", text.encode("utf-8", "replace")
        elif channel.form == "cap":
            media, data = "application/cap+xml", message(alarm, sending)
        else:
            media = "application/json"
            data = _json(body, alarm, document, channel.audience, sending)
    except CapRefused as refused:
        raise UsageError(refused.why) from None
    return Outgoing(
        channel=channel.name,
        media=media,
        title=named,
        body=data,
        type=sending.type,
        grade=alarm.grade,
        reference=reference(alarm, sending),
    )


def _cancels(body: Body) -> Message | None:
    """Why earlier messages no longer hold, if they do not; what a person wrote stays here."""
    closing = body["closed"]
    if closing is None or not called_off(body):
        return None
    outcome = OUTCOMES[closing["outcome"]]
    return Message(f"预警已撤销：{outcome.zh}。", f"The alert is withdrawn: {outcome.en}.")


def _json(body: Body, alarm: Alarm, document: Document, audience: str, sending: Sending) -> bytes:
    value: Json = {
        "format": "mingjian.alert/1",
        "id": identifier(alarm, sending),
        "alert": key_of(body),
        "status": sending.status,
        "exercise": sending.exercise,
        "type": sending.type,
        "cancels": sending.cancels.as_json() if sending.cancels else None,
        "references": list(sending.references),
        "sender": sending.sender,
        "sent": sending.sent.isoformat(),
        "released_by": sending.released_by,
        "restriction": sending.restriction,
        "audience": audience,
        "headline": headline(alarm, sending).as_json(),
        "notice": {"zh": document.text("zh"), "en": document.text("en")},
    }
    if audience != "public":
        value |= {
            "began": body["began"],
            "highest_grade": body["grade"],
            "alarm": {**alarm.as_json(), "excess": alarm.excess},
        }
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def digest_of(messages: Sequence[Outgoing]) -> str:
    """One hash over all that leaves: what a person saw is what is sent."""
    text = "\n".join(f"{each.channel}\t{each.media}\t{each.sha256}" for each in messages)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
