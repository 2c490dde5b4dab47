"""Rows of a watch as if it had run for weeks, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from mingjian.app.incident import BEIJING
from mingjian.store import watch as kept
from mingjian.store.store import Store
from mingjian.store.watch import Listed, packed
from mingjian.store.watch_finish import Ended, Filing, finish_watched
from mingjian.store.watch_tables import EXAMINED, watch_item

FILING = Filing(watch="desk", case="watch", day="2026-01-01", settings_digest="0" * 64, versions={})


def noon(day: date) -> float:
    return datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING).timestamp()


def days_ago(days: int) -> date:
    return datetime.now(BEIJING).date() - timedelta(days=days)


def examined(
    store: Store,
    items: Iterable[tuple[date, Mapping[str, object]]],
    *,
    source: str = "drop",
    kind: str = "drop",
    aspects: tuple[tuple[str, str], ...] = (),
) -> None:
    """Items of the watch “desk”, each with the day it was examined on and what was noted."""
    listed = list(items)
    row = kept.open_source(store.database, "desk", source, kind)
    before = row.position.get("n", 0)
    keys = [Listed(f"{source}/{before + number}", {}) for number in range(len(listed))]
    kept.enter_listed(store.database, row, keys, {"n": before + len(listed)})
    waiting = kept.due(store.database, row.id, len(listed))
    ended = [
        Ended(
            watched=one,
            state=EXAMINED,
            sha256=f"{one.number:064}",
            note=note,
            aspects=(("items", ""), *aspects),
        )
        for one, (_, note) in zip(waiting, listed, strict=True)
    ]
    finish_watched(store, source, ended, FILING, tell=False)
    with store.database.write() as connection:
        for one, (day, note) in zip(waiting, listed, strict=True):
            connection.execute(
                sa.update(watch_item)
                .where(watch_item.c.source_id == one.source, watch_item.c.number == one.number)
                .values(ended=noon(day), note=packed(note))
            )
