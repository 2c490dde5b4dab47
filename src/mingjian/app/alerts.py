"""Alerts at work: what the command line, the web and the watch call.

`raise_alarms` records what a program found; everything else is done by a person, in a role, and
recorded in the signed chain of alerts. An alert says that something is unusual, not why, and is
about no person. How messages about alerts leave, see `mingjian.app.alert_sending`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from mingjian.app import cases
from mingjian.app.access import Actor, require
from mingjian.app.alert_owed import owed
from mingjian.app.cases import store_in_words
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store import alerts, deliveries
from mingjian.store.alerts import AlertState, Leaving, Wish
from mingjian.store.cases import Change, NewEvent
from mingjian.store.store import Store
from mingjian.warn import alert_state
from mingjian.warn.alert import KINDS, Alarm, alarm_from
from mingjian.warn.alert_state import (
    EVENTS,
    OUTCOMES,
    STATUSES,
    AlertRefused,
    Body,
    By,
    Events,
    apply,
    status_of,
)
from mingjian.warn.chances import wilson
from mingjian.warn.grades import ORDER


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one alarm."""

    alert: int
    """Number of the alert it belongs to."""
    event: str | None
    """``alert.raised``, ``alert.upgraded`` or ``alert.continued``; None: known already."""


@contextmanager
def in_words() -> Iterator[None]:
    """Refusals as errors a person can put right."""
    with store_in_words(Message("用 mingjian alert list 查看", "see mingjian alert list")):
        try:
            yield
        except AlertRefused as refused:
            raise UsageError(refused.why) from None


def body_of(state: AlertState) -> Body:
    return cast(Body, dict(state.body))


def changed(state: AlertState, events: Events, actor: Actor) -> Change:
    """The events applied to the state, in the actor's name and at the state's time."""
    body = body_of(state)
    by: By = {"by": actor.name, "role": str(actor.role), "at": state.at}
    for name, args in events:
        body = apply(body, name, args, by)
    return Change([NewEvent(name, args) for name, args in events], dict(body))


# ---- raising -----------------------------------------------------------------------------------


def raise_alarms(
    store: Store,
    actor: Actor,
    alarms: Sequence[Alarm],
    *,
    exercise: str | None = None,
    leaving: Leaving | None = None,
) -> list[Recorded]:
    """Record alarms, whatever found them: each joins the alert it belongs to or raises a new one.

    All or none are written. Handing the same alarms in again, or from several processes at once,
    records nothing twice. `exercise` names the drill they belong to: its alerts are apart from
    real ones for ever. What is `leaving` because of them is put on its way in the same transaction
    (`alert_sending.raise_and_tell`).
    """
    require("alert.raise", actor)
    if not alarms:
        return []
    found: list[str | None] = []

    def wish(alarm: Alarm) -> Wish:
        def choose(states: Sequence[AlertState]) -> AlertState | None:
            joined = (state for state in states if alert_state.joins(body_of(state), alarm))
            return next(joined, None)

        def decide(state: AlertState) -> Change | None:
            before = body_of(state) if state.revision else None
            events = alert_state.take_in(before, alarm, exercise)
            found.append(events[0][0] if events else None)
            return changed(state, events, actor) if events else None

        return Wish(
            source=alert_state.source_of(alarm, exercise),
            choose=choose,
            decide=decide,
            key=lambda body: alert_state.key_of(cast(Body, body)),
        )

    wishes, (name, role) = [wish(alarm) for alarm in alarms], (actor.name, str(actor.role))
    with in_words():
        after = alerts.record(store.database, wishes, store.key, name, role, leaving)
    return [Recorded(state.id, event) for state, event in zip(after, found, strict=True)]


# ---- looking -----------------------------------------------------------------------------------


def listed(
    store: Store, actor: Actor, *, status: str | None = None, closed: bool = False
) -> list[Json]:
    """Alerts, most urgent first: those not closed, or with `closed` all, or those of one status."""
    require("alert.list", actor)
    if status is not None and status not in STATUSES:
        raise UsageError(
            Message(f"没有这种状态：{status[:40]}", f"no such status: {status[:40]}"),
            Message("可用：" + "、".join(STATUSES), "there are: " + ", ".join(STATUSES)),
        )
    found = alerts.states(store.database, closed=closed or status == "closed")
    brief = [summary(state) for state in found]
    kept = [one for one in brief if status in (None, one["status"])]
    places: list[object] = list(ORDER)
    kept.sort(key=lambda one: (one["status"] == "closed", -places.index(one["grade"])))
    return kept


def summary(state: AlertState) -> Json:
    """An alert as JSON values: its number, where it stands, and its latest alarm."""
    body = body_of(state)
    alarm = alarm_from(body["alarm"])
    status = status_of(body, datetime.now(UTC))
    told = replace(alarm, course=()).as_json()
    del told["course"]
    return {
        "id": state.id,
        "key": alert_state.key_of(body),
        "revision": state.revision,
        "kind": body["kind"],
        "kind_words": KINDS[body["kind"]].as_json(),
        "subject": body["subject"],
        "exercise": body["exercise"],
        "status": status,
        "status_words": STATUSES[status].as_json(),
        "grade": body["grade"],
        "began": body["began"],
        "last": alarm.at.isoformat(),
        "alarms": body["alarms"],
        "alarm": {**told, "excess": alarm.excess},
        "acknowledged": body["acknowledged"],
        "snoozed": body["snoozed"] if status == "snoozed" else None,
        "escalated": body["escalated"],
        "closed": body["closed"],
        "outcome_words": OUTCOMES[body["closed"]["outcome"]].as_json() if body["closed"] else None,
        "past_closings": body["past_closings"],
        "sent": body["sent"],
    }


def shown(store: Store, actor: Actor, number: int) -> Json:
    """One alert with everything done about it, oldest first, its deliveries, and the `course` of
    what is watched up to the latest alarm. `owed`: who was told what no longer holds."""
    require("alert.read", actor)
    with in_words():
        state = alerts.state_of(store.database, number)
    history: list[object] = [
        {
            "seq": event.seq,
            "at": event.at,
            "by": event.actor,
            "role": event.role,
            "event": event.name,
            "words": EVENTS[event.name][1].as_json(),
            "details": _brief(event.body),
        }
        for event in alerts.events(store.database, number)
    ]
    sent = deliveries.of_alert(store.database, number)
    return {
        **summary(state),
        "course": [step.as_json() for step in alarm_from(body_of(state)["alarm"]).course],
        "history": history,
        "deliveries": [one.as_json() for one in sent],
        "owed": [one.as_json() for one in owed(body_of(state), sent)],
    }


def _brief(event: Json) -> Json:
    """What an event says, without the course that its alarm repeats."""
    alarm = event.get("alarm")
    if not isinstance(alarm, dict):
        return event
    return {**event, "alarm": {key: alarm[key] for key in alarm if key != "course"}}


def measured(store: Store, actor: Actor) -> Json:
    """What closed alerts turned out to be: the false-alarm rate this desk has measured itself.

    Drills are left out. `share_false_95` is the Wilson interval of the share of false alarms
    among the alerts that were closed as true or false.
    """
    require("alert.list", actor)
    bodies = [body_of(state) for state in alerts.states(store.database, limit=100_000)]
    real = [body for body in bodies if not body["exercise"]]
    counts = dict.fromkeys(OUTCOMES, 0)
    for body in real:
        if body["closed"]:
            counts[body["closed"]["outcome"]] += 1
    false, decided = counts["false_alarm"], counts["false_alarm"] + counts["true_event"]
    share = wilson(false, decided) if decided else None
    return {
        "alerts": len(real),
        "open": sum(body["closed"] is None for body in real),
        "closed": counts,
        "outcome_words": {name: words.as_json() for name, words in OUTCOMES.items()},
        "share_false": false / decided if decided else None,
        "share_false_95": list(share) if share else None,
    }


# ---- a person acts -----------------------------------------------------------------------------


def change(
    store: Store,
    actor: Actor,
    action: str,
    number: int,
    wish: Callable[[Body], Events],
    revision: int | None = None,
    leaving: Leaving | None = None,
) -> Json:
    """Do what `wish` decides on the alert as it stands; the alert after it."""
    require(action, actor)

    def decided(state: AlertState) -> Change:
        return changed(state, wish(body_of(state)), actor)

    with in_words():
        after = alerts.change(
            store.database,
            number,
            decided,
            store.key,
            actor.name,
            str(actor.role),
            revision=revision,
            leaving=leaving,
        )
    return summary(after)


def acknowledge(
    store: Store, actor: Actor, number: int, note: str = "", *, revision: int | None = None
) -> Json:
    """Say that somebody has seen it. A higher grade asks anew."""
    return change(
        store,
        actor,
        "alert.acknowledge",
        number,
        lambda body: alert_state.acknowledge(body, note),
        revision,
    )


def snooze(
    store: Store,
    actor: Actor,
    number: int,
    reason: str,
    until: datetime,
    *,
    revision: int | None = None,
) -> Json:
    """Put it off until a time (with its zone) or a higher grade, whichever comes first."""
    now = datetime.now(UTC)
    return change(
        store,
        actor,
        "alert.snooze",
        number,
        lambda body: alert_state.snooze(body, reason, until, now),
        revision,
    )


def until(text: str) -> datetime:
    """A time as a person writes it: ``3d``, ``12h``, or ISO 8601 with its zone."""
    number, unit = text[:-1], text[-1:]
    if unit in ("d", "h") and number.isascii() and number.isdigit() and len(number) < 5:
        length = timedelta(days=int(number)) if unit == "d" else timedelta(hours=int(number))
        return datetime.now(UTC) + length
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            Message(f"时间不对：{text[:40]}", f"not a time: {text[:40]}"),
            Message(
                "写作 3d、12h 或 2026-12-01T09:00+08:00",
                "written 3d, 12h or 2026-12-01T09:00+08:00",
            ),
        ) from None


def close(
    store: Store,
    actor: Actor,
    number: int,
    outcome: str,
    reason: str,
    *,
    revision: int | None = None,
) -> Json:
    """Say what it was: true_event, false_alarm, drill or data_error. Closing again corrects it."""
    return change(
        store,
        actor,
        "alert.close",
        number,
        lambda body: alert_state.close(body, outcome, reason),
        revision,
    )


def escalate(
    store: Store,
    actor: Actor,
    number: int,
    reason: str,
    *,
    case: str | None = None,
    revision: int | None = None,
) -> Json:
    """Make a case draft of it, which a person may open; or, with `case`, note it in that case.

    The draft is named after the alert, so a second try after a fault makes no second draft.
    """
    require("alert.escalate", actor)
    with in_words():
        body = body_of(alerts.state_of(store.database, number))
        alert_state.escalate(body, case or "-", reason)  # refuse before a case is made
    alarm = alarm_from(body["alarm"])
    mark = f"预警 {number}: {alarm.why.zh}\n\nAlert {number}: {alarm.why.en}"
    into = case or f"alert-{number}"
    if case is None:
        if into not in store.cases():
            cases.new(
                store,
                actor,
                into,
                title=f"{KINDS[body['kind']].zh} / {KINDS[body['kind']].en}: {body['subject']}"[
                    :200
                ],
                summary=mark,
                exercise=body["exercise"] is not None,
            )
    else:
        if bool(store.state(case).body.get("exercise")) != (body["exercise"] is not None):
            raise UsageError(
                Message(
                    "演练的预警只能转入演练案件，真实的只能转入真实案件",
                    "an alert of a drill goes into an exercise case, a real one into a real case",
                )
            )
        cases.note(store, actor, into, f"{mark}\n\n{reason}")
    return change(
        store,
        actor,
        "alert.escalate",
        number,
        lambda now: alert_state.escalate(now, into, reason),
        revision,
    )
