"""Where a watch stands: what waits, what was found, what was passed over or put aside, and why."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Literal

from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING
from mingjian.app.watch_counts import known_watch
from mingjian.app.watch_shed import RULE
from mingjian.app.watch_sources import Json
from mingjian.domain.message import Message
from mingjian.store import watch as kept
from mingjian.store import watch_hours
from mingjian.store.store import Store
from mingjian.store.watch import SourceRow, Watched
from mingjian.store.watch_hours import HOUR
from mingjian.store.watch_tables import DEAD, REPEATED, SHED, WAITING

Aside = Literal["dead", "shed"]
_STATE = {"dead": DEAD, "shed": SHED}
LISTED = 500


def watches(store: Store) -> list[str]:
    """Names of the watches that were ever run here."""
    return sorted({row.watch for row in kept.sources(store.database)})


def status(store: Store, watch: str, hours: int = 24) -> Json:
    """Every source of a watch with what became of its items, and the last `hours` by hour."""
    rows = known_watch(store, watch)
    ids = [row.id for row in rows]
    states = kept.states(store.database, ids)
    now = time.time()
    tallies = watch_hours.hours(store.database, ids, int(now // HOUR) - hours + 1)
    named = {row.id: row.name for row in rows}
    return {
        "watch": watch,
        "sources": [_source(store, row, states[row.id], now) for row in rows],
        "hours": [
            {"source": named[one["source_id"]], "hour": _time(one["hour"] * HOUR)}
            | {name: one[name] for name in watch_hours.TALLIES}
            for one in tallies
        ],
        "shed_rule": RULE.as_json(),
    }


def _source(store: Store, row: SourceRow, states: dict[int, int], now: float) -> Json:
    oldest = kept.oldest_waiting(store.database, row.id)
    total = watch_hours.totals(store.database, row.id)
    return {
        "source": row.name,
        "type": row.kind,
        "waiting": states.get(WAITING, 0),
        "waited_seconds": None if oldest is None else max(0, round(now - oldest.listed)),
        "examined": total["examined"],
        "flagged": total["flagged"],
        "repeated": states.get(REPEATED, 0),
        "dead": states.get(DEAD, 0),
        "shed": states.get(SHED, 0),
        "looked": None if row.looked is None else _time(row.looked),
        "problem": None if row.problem is None else row.problem.as_json(),
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, BEIJING).isoformat(timespec="seconds")


def put_aside(store: Store, watch: str, which: Aside, source: str | None = None) -> list[Json]:
    """Items put aside (`dead`) with their reasons, or passed over (`shed`), `LISTED` a source."""
    return [
        _aside(row, one)
        for row in _chosen(store, watch, source)
        for one in kept.items(store.database, row.id, _STATE[which], LISTED)
    ]


def _aside(row: SourceRow, one: Watched) -> Json:
    name = one.locator.get("name")
    return {
        "source": row.name,
        "number": one.number,
        "name": one.key if name is None else str(name),
        "key": one.key,
        "attempts": one.attempts,
        "listed": _time(one.listed),
        "ended": None if one.ended is None else _time(one.ended),
        "why": one.note.get("why"),
    }


def put_back(
    store: Store,
    watch: str,
    which: Aside,
    source: str | None = None,
    numbers: list[int] | None = None,
) -> int:
    """Let them wait again, as if they had just been listed; how many."""
    if numbers and source is None:
        raise UsageError(
            Message("按编号放回时须用 --source 指明来源", "name the source with --source as well")
        )
    ids = [row.id for row in _chosen(store, watch, source)]
    return kept.put_back(store.database, ids, _STATE[which], numbers or None)


def _chosen(store: Store, watch: str, source: str | None) -> list[SourceRow]:
    rows = known_watch(store, watch)
    if source is None:
        return rows
    found = [row for row in rows if row.name == source]
    if not found:
        listed = ", ".join(row.name for row in rows)
        raise UsageError(
            Message(f"没有来源“{source[:64]}”", f"there is no source “{source[:64]}”"),
            Message(f"现有：{listed}", f"sources: {listed}"),
        )
    return found
