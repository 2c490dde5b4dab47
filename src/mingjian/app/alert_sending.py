"""Alerts leave: shown first, signed by a person, put on their way to channels.

Without a file of channels (setting `channels`) nothing ever leaves. A person sends; by itself a
draft goes only to the desk's own duty, where the file says so. What a person sees in `draft` is
what `send` sends, to the byte, or nothing. `mingjian.app.alert_delivery` carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mingjian.app import alert_messages, alerts
from mingjian.app.access import Actor, require
from mingjian.app.alert_messages import MARKS, Outgoing
from mingjian.app.alert_owed import reached
from mingjian.app.alerts import Recorded, body_of, in_words
from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.exchange.channels import (
    AUDIENCES,
    MARKINGS,
    NONE,
    Channel,
    Channels,
    ChannelsRefused,
    read_channels,
)
from mingjian.respond.document import Draft, ExerciseDocument
from mingjian.store import alerts as kept
from mingjian.store import deliveries
from mingjian.store.alerts import AlertState, Leaving
from mingjian.store.deliveries import Delivery, NewDelivery
from mingjian.store.store import Store
from mingjian.warn.alert import Alarm
from mingjian.warn.alert_state import Body, Events, called_off, key_of
from mingjian.warn.cap import Sending
from mingjian.warn.grades import ORDER


def channels_of(settings: Settings) -> Channels:
    """The channels of this installation; none where the setting `channels` names no file."""
    if settings.channels is None:
        return NONE
    try:
        return read_channels(settings.home / settings.channels)
    except ChannelsRefused as refused:
        raise UsageError(refused.why) from None


# ---- by itself ---------------------------------------------------------------------------------


def raise_and_tell(
    store: Store,
    actor: Actor,
    alarms: Sequence[Alarm],
    channels: Channels,
    *,
    exercise: str | None = None,
) -> list[Recorded]:
    """Record alarms (see `alerts.raise_alarms`) and, in the same transaction, put a draft for the
    desk's own duty on its way for each alert that is new or graver, where the file of channels
    asks for it. `alert_delivery.deliver_due` then carries it out."""
    return alerts.raise_alarms(
        store, actor, alarms, exercise=exercise, leaving=_for_duty(store, channels)
    )


def _for_duty(store: Store, channels: Channels) -> Leaving | None:
    asked = [each for each in channels.of("duty") if each.automatic is not None]
    if not asked:
        return None

    def leaving(state: AlertState, events: Sequence[str]) -> list[NewDelivery]:
        if not {"alert.raised", "alert.upgraded"} & set(events):
            return []
        body = body_of(state)
        made = alert_messages.letter(body, "duty", channels.desk, {})
        drill = body["exercise"]
        document = Draft(made) if drill is None else ExerciseDocument(made, Message(drill, drill))
        told, put = reached(deliveries.of_alert(store.database, state.id)), []
        for channel in asked:
            if ORDER.index(body["grade"]) < ORDER.index(channel.automatic or "red"):
                continue
            sending = _sending(told, body, channels, channel, MARKS["duty"], _now())
            message = alert_messages.leaving(body, document, channel, sending)
            about: Json = {
                "audience": "duty",
                "restriction": sending.restriction,
                "status": document.status,
                "by": None,
            }
            put.append(message.delivery(key_of(body), about))
        return put

    return leaving


# ---- a person sends ----------------------------------------------------------------------------


def draft(
    store: Store,
    actor: Actor,
    number: int,
    channels: Channels,
    audience: str,
    *,
    reason: str = "",
    tlp: str | None = None,
    said: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Json:
    """What would leave for an audience if `actor` signed it now: every message, to the byte.

    `digest` is what `send` wants to see; it is None while something is missing, which `missing`
    (items to fill in) and `refused` (why not) tell. `said` fills items of the notice: advice,
    asks, partner, what_happened and others. Nothing is sent or written.
    """
    require("alert.read", actor)
    with in_words():
        body = body_of(kept.state_of(store.database, number))
    _known(audience)
    told, at = reached(deliveries.of_alert(store.database, number)), at or _now()
    mark = _mark(told, audience, tlp)
    made = alert_messages.letter(body, audience, channels.desk, said or {})
    found: Json = {
        "alert": number,
        "audience": audience,
        "audience_words": AUDIENCES[audience].as_json(),
        "restriction": mark,
        "exercise": body["exercise"],
        "at": at.isoformat(),
        "by": actor.name,
        "missing": [
            {"item": name, "words": words.as_json()}
            for name, words in alert_messages.blanks(made).items()
        ],
        "text": {"zh": Draft(made).text("zh"), "en": Draft(made).text("en")},
        "refused": None,
        "messages": [],
        "digest": None,
    }
    try:
        messages, status = _messages(
            told, body, channels, audience, mark, actor, reason, said or {}, at
        )
    except UsageError as refused:
        return {**found, "refused": refused.what.as_json()}
    return {
        **found,
        "status": status,
        "messages": [
            {
                "channel": each.channel,
                "media": each.media,
                "title": each.title,
                "text": each.body.decode("utf-8"),
                "sha256": each.sha256,
            }
            for each in messages
        ],
        "digest": alert_messages.digest_of(messages),
    }


def send(
    store: Store,
    actor: Actor,
    number: int,
    channels: Channels,
    audience: str,
    *,
    reason: str,
    at: datetime,
    digest: str,
    tlp: str | None = None,
    said: Mapping[str, str] | None = None,
) -> list[int]:
    """Send what `draft` showed (its `at` and `digest`), in the actor's name: the deliveries.

    Recorded with the alert and put on its way in one transaction; pressing twice sends once.
    `alert_delivery.deliver_due` carries it out.
    """
    require("alert.send", actor)
    _known(audience)
    about: Json = {"audience": audience, "by": actor.name, "digest": digest}
    made: list[Outgoing] = []

    def wish(body: Body) -> Events:
        listed = deliveries.of_alert(store.database, number)
        if _of_digest(listed, digest):
            return []
        told = reached(listed)
        mark = _mark(told, audience, tlp)
        messages, status = _messages(
            told, body, channels, audience, mark, actor, reason, said or {}, at
        )
        if alert_messages.digest_of(messages) != digest:
            raise UsageError(
                Message(
                    "将送出的内容与所看到的不同（预警或通道已变）",
                    "what would leave is not what was shown: the alert or the channels changed",
                ),
                Message("请重新查看草稿", "look at the draft again"),
            )
        made[:] = messages
        about.update(restriction=mark, status=status)
        sums = [{"channel": each.channel, "sha256": each.sha256} for each in messages]
        args = {name: about[name] for name in ("audience", "restriction", "status")}
        return [("alert.sent", {**args, "reason": reason, "messages": sums})]

    def leaving(state: AlertState, events: Sequence[str]) -> list[NewDelivery]:
        return [message.delivery(key_of(body_of(state)), about) for message in made]

    alerts.change(store, actor, "alert.send", number, wish, leaving=leaving)
    return _of_digest(deliveries.of_alert(store.database, number), digest)


def _of_digest(listed: Sequence[Delivery], digest: str) -> list[int]:
    """The deliveries that came of a draft, if it was sent."""
    return [each.id for each in listed if each.about.get("digest") == digest]


def _known(audience: str) -> None:
    if audience not in AUDIENCES:
        raise UsageError(
            Message(f"没有这种对象：{audience[:40]}", f"no such audience: {audience[:40]}"),
            Message(f"可用：{', '.join(AUDIENCES)}", f"there are: {', '.join(AUDIENCES)}"),
        )


def _messages(
    told: Sequence[Delivery],
    body: Body,
    channels: Channels,
    audience: str,
    tlp: str,
    actor: Actor,
    reason: str,
    said: Mapping[str, str],
    at: datetime,
) -> tuple[list[Outgoing], str]:
    """What leaves by every channel of the audience, and its standing; or a refusal."""
    listed = channels.of(audience)
    if called_off(body):
        # Only who was told before is told that it does not hold.
        heard = {each.channel for each in told}
        listed = [each for each in listed if each.name in heard]
    who = AUDIENCES[audience]
    if not listed and called_off(body):
        raise UsageError(
            Message(
                f"没有向{who.zh}送出过可撤销的消息",
                f"no message was sent to {who.en} that could be cancelled",
            )
        )
    if not listed:
        raise UsageError(
            Message(f"没有通往{who.zh}的通道，不能送出", f"there is no channel to {who.en}"),
            Message(
                "在通道文件中写明（设置 channels）", "name one in the file of channels (setting)"
            ),
        )
    if tlp not in MARKINGS or (audience == "public" and tlp != MARKS["public"]):
        raise UsageError(
            Message(
                f"标记应为 {', '.join(MARKINGS)}；对公众只能是 {MARKS['public']}",
                f"the marking is one of {', '.join(MARKINGS)}; to the public {MARKS['public']}",
            )
        )
    closed = [each.name for each in listed if not each.carries(tlp)]
    if closed:
        raise UsageError(
            Message(
                f"通道“{closed[0]}”不得承载 {tlp}", f"channel “{closed[0]}” must not carry {tlp}"
            )
        )
    if audience == "public" and body["exercise"] is not None:
        raise UsageError(
            Message("演练中的预警不向公众送出", "what belongs to a drill never goes to the public")
        )
    made = alert_messages.letter(body, audience, channels.desk, said)
    document = alert_messages.signed(made, body["exercise"], actor.name, reason, at)
    messages = []
    for channel in listed:
        sending = _sending(told, body, channels, channel, tlp, at)
        if body["exercise"] is None:
            sending = replace(sending, released_by=actor.name)
        messages.append(alert_messages.leaving(body, document, channel, sending))
    return messages, document.status


def _mark(told: Sequence[Delivery], audience: str, tlp: str | None) -> str:
    """The marking asked for, else that of the message before, else the usual one."""
    sent = [one.about for one in told if one.about["audience"] == audience]
    return tlp or (str(sent[-1]["restriction"]) if sent else MARKS[audience])


def _sending(
    told: Sequence[Delivery],
    body: Body,
    channels: Channels,
    channel: Channel,
    tlp: str,
    at: datetime,
) -> Sending:
    """Later messages by a channel name the earlier ones that went there."""
    earlier = [str(each.about["reference"]) for each in told if each.channel == channel.name]
    return Sending(
        sender=channels.desk.get("sender", "mingjian"),
        sent=at,
        exercise=body["exercise"],
        restriction=tlp,
        area=channels.desk.get("area", "—"),
        references=tuple(dict.fromkeys(earlier)),
    )


def _now() -> datetime:
    return datetime.now(BEIJING).replace(microsecond=0)
