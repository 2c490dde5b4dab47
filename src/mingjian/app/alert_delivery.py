"""Carrying out what is on its way about alerts: tried, tried again, delivered or visibly dead.

Where a receiver takes a message in once for each key (webhooks), it is tried until it arrives.
Where there is no key (mail, chat) it leaves at most once: when it is not known whether it
arrived, it says so, and a person decides.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Sequence

from mingjian.app.access import Actor, require
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.exchange.channels import Channels, deliver
from mingjian.store import deliveries
from mingjian.store.deliveries import DEAD, DELIVERED, UNSURE, WAITING, Delivery
from mingjian.store.store import Store

FIRST_WAIT = 2.0
"""Seconds before the second try; doubled for each one after, up to `MOST_WAIT`."""
MOST_WAIT = 1800.0
SPARE = 30.0
"""A lease lasts so many seconds longer than a try may."""


def deliver_due(
    store: Store,
    actor: Actor,
    channels: Channels,
    *,
    only: Sequence[int] | None = None,
    seconds: float = 0.0,
) -> Json:
    """Try every delivery that is due (of `only` these), waiting up to `seconds` for later ones.

    How many were tried, delivered, are dead or unsure, and still wait. Any number of processes
    may run this: a delivery is leased to one of them. Without channels nothing is tried.
    """
    require("alert.deliver", actor)
    counts = {"tried": 0, "delivered": 0, "dead": 0, "unsure": 0}
    owner, end = secrets.token_hex(8), time.monotonic() + seconds
    longest = max((each.seconds for each in channels.listed.values()), default=0.0)
    while channels.listed:
        found = deliveries.lease(store.database, owner, longest + SPARE, only)
        if found is None:
            wait = deliveries.next_due(store.database, only)
            if wait is None or time.monotonic() + wait > end:
                break
            time.sleep(max(wait, 0.05))
            continue
        state = _tried(store, channels, owner, found)
        counts["tried"] += 1
        counts["delivered"] += state == DELIVERED
        counts["dead"] += state == DEAD
        counts["unsure"] += state == UNSURE
    return {**counts, "waiting": deliveries.waiting(store.database, only)}


def _tried(store: Store, channels: Channels, owner: str, found: Delivery) -> int:
    channel = channels.listed.get(found.channel)
    if channel is None:
        deliveries.tried(store.database, found.id, owner, "no such channel any more", DEAD)
        return DEAD
    if channel.once and not deliveries.begin(store.database, found.id, owner):
        return WAITING  # somebody else took it up meanwhile
    went = deliver(
        channel, found.body, str(found.about["media"]), found.key, str(found.about["title"])
    )
    number = found.attempts + 1
    if went.delivered:
        state, wait = DELIVERED, 0.0
    elif channel.once and went.again:
        # It failed on the way; what had left by then, the service does not say.
        state, wait = UNSURE, 0.0
    elif not went.again or number >= channel.tries:
        state, wait = DEAD, 0.0
    else:
        doubled = min(FIRST_WAIT * 2.0 ** min(number - 1, 20), MOST_WAIT)
        # Not all at the same moment, should a receiver come back with many waiting.
        state, wait = WAITING, max(went.wait or 0.0, doubled * random.uniform(0.8, 1.2))
    deliveries.tried(store.database, found.id, owner, went.said, state, wait)
    return state


def log(store: Store, actor: Actor, limit: int = 200) -> list[Json]:
    """The delivery log: what left or will leave, where to, and how each try went."""
    require("alert.read", actor)
    return [each.as_json() for each in deliveries.latest(store.database, limit)]


def left(store: Store, actor: Actor, delivery: int) -> bytes:
    """What left, to the byte."""
    require("alert.read", actor)
    found = deliveries.one(store.database, delivery)
    if found is None:
        raise UsageError(Message(f"没有投递 {delivery}", f"there is no delivery {delivery}"))
    return found.body


def again(store: Store, actor: Actor, delivery: int) -> None:
    """Have a delivery that is dead or unsure tried once more, under the same key. Where the
    channel has no keys it may then come twice; that is the person's decision."""
    require("alert.send", actor)
    if not deliveries.again(store.database, delivery):
        raise UsageError(
            Message(
                f"投递 {delivery} 既未终止，也不是送达与否不明",
                f"delivery {delivery} is not dead, and not unsure",
            )
        )


def arrived(store: Store, actor: Actor, delivery: int) -> None:
    """Say that an unsure delivery arrived, as the receiver told."""
    require("alert.send", actor)
    if not deliveries.arrived(store.database, delivery, f"arrived, says {actor.name}"):
        raise UsageError(
            Message(f"投递 {delivery} 并非送达与否不明", f"delivery {delivery} is not unsure")
        )
